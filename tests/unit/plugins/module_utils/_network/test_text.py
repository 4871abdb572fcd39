# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._network import text
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Network
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies


@given(strategies.networks(), strategies.networks())
def test_what_is_written_reads_as_the_same_network(network: Network, earlier: Network) -> None:
    addresses = "\n".join(text.address_lines(network.addresses))
    assert text.parse_addresses(addresses, "network.batch") == network.addresses
    sysctls = "\n".join(text.sysctl_lines(network.sysctls, earlier.sysctls))
    assert text.parse_sysctls(sysctls, "lvs.conf") == (network.sysctls, earlier.sysctls)


def test_lines_are_those_of_the_native_tools() -> None:
    content = (
        "# a comment\n"
        "address replace 192.0.2.198/24 dev eth1 label eth1:shop\n"
        "address replace 2001:db8::198/128 dev lo nodad\n"
    )
    assert text.address_lines(text.parse_addresses(content, "network.batch")) == content.splitlines()[1:]


@pytest.mark.parametrize(
    "line",
    [
        "address add 192.0.2.198/24 dev eth1",
        "address replace 192.0.2.198 dev eth1",
        "address replace 192.0.2.198/24 dev",
        "address replace 192.0.2.198/24 dev eth1 label",
        "address replace 192.0.2.198/24 dev eth1 scope host",
        "route add default",
    ],
)
def test_a_line_that_is_not_understood_is_named(line: str) -> None:
    with pytest.raises(InvalidInput, match=r"network\.batch:2: "):
        text.parse_addresses(f"\n{line}\n", "network.batch")


def test_a_sysctl_line_that_is_not_understood_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"lvs\.conf:1: net\.ipv4\.ip_forward: this is not of the form"):
        text.parse_sysctls("net.ipv4.ip_forward\n", "lvs.conf")
