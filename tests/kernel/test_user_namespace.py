# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said where root is not the kernel's root, as in an unprivileged container."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module

OF_THE_HOST = ("unshare", "--user", "--map-root-user")
OF_ITS_OWN = (*OF_THE_HOST, "--net")
SERVICE = {"address": "192.0.2.198", "port": 80, "destinations": []}
REDIRECT = {"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": 80}

pytestmark = pytest.mark.usefixtures("kernel")


@pytest.mark.parametrize(
    ("name", "network", "options"),
    [
        ("host_network", OF_ITS_OWN, {"sysctls": {"net.ipv4.vs.conn_reuse_mode": "3"}}),
        ("host_network", OF_THE_HOST, {"sysctls": {"net.ipv4.ip_forward": "1"}}),
        ("host_network", OF_THE_HOST, {"addresses": [{"address": "192.0.2.198", "interface": "lo"}]}),
        ("packet_filter", OF_THE_HOST, {"firewall": "nftables", "rules": [REDIRECT]}),
        ("packet_filter", OF_THE_HOST, {"firewall": "iptables", "rules": [REDIRECT]}),
        ("ipvs_services", OF_ITS_OWN, {"services": [SERVICE]}),
        ("ipvs_timeouts", OF_ITS_OWN, {"tcp": 100}),
        ("ipvs_real_server", OF_ITS_OWN, {"address": "192.0.2.21", "state": "drained"}),
        ("ipvs_info", OF_ITS_OWN, {}),
    ],
)
def test_a_user_namespace_is_named(name: str, network: tuple[str, ...], options: dict[str, Any]) -> None:
    result = module(name, prefix=network, **options)
    assert result.get("failed"), result
    assert "user namespace" in result["msg"]
    assert "no such sysctl" not in result["msg"]


def test_elsewhere_a_wrong_name_is_a_wrong_name() -> None:
    result = module("host_network", sysctls={"net.ipv4.vs.nope": "1"})
    assert result["msg"].endswith("sysctls.net.ipv4.vs.nope: this kernel has no such sysctl")
