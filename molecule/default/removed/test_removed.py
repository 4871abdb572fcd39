# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing of the cluster is left."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import Lab

VIP = "192.0.2.198"
REAL_SERVERS = ("web1", "web2")
FILES = "/etc/lvs /etc/sysctl.d/lvs.conf /etc/modules-load.d/lvs.conf /etc/systemd/system/lvs.service"


@pytest.mark.parametrize("name", ["lvs1", *REAL_SERVERS])
def test_the_host_is_as_it_was(lab: Lab, name: str) -> None:
    assert VIP not in lab.output(name, "ip -4 address")
    sysctls = "net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce"
    assert lab.output(name, f"sysctl -n {sysctls}").split() == ["0", "0"]
    for path in FILES.split():
        assert not lab.host(name).file(path).exists
    assert lab.host(name).run("systemctl status lvs.service").rc == 4  # no such unit


def test_the_director_balances_nothing(lab: Lab) -> None:
    assert lab.output("lvs1", "ipvsadm -S -n") == ""
    assert lab.host("client").run(f"curl -sS --max-time 2 http://{VIP}/").rc != 0
