# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._network.model import (
    Address,
    AddressKey,
    Network,
    Present,
    Route,
    RouteKey,
    Rule,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.networkd import Networkd, advice

ROUTES = {RouteKey("ipv4", "default", 5080, 0): Route("unicast", "192.0.2.2", "")}
RULES = {Rule(5080, "ipv4", "192.0.2.21", "", 0, "tcp", "80", 5080): Present()}
ADDRESSES = {AddressKey(name, "192.0.2.198", 32): Address(name) for name in ("lo", "eth1")}
FILE = "/run/systemd/network/10-netplan-eth1.network"


def networkd(*own: str, eth1: tuple[str, ...] = ("[Match]\nName=eth1\n",)) -> Networkd:
    return Networkd(own, {"eth1": (FILE, eth1)})


def test_what_it_would_take_away_is_told_with_the_file_that_saves_it() -> None:
    about_routes, about_addresses = advice(networkd(""), Network(routes=ROUTES, rules=RULES, addresses=ADDRESSES))
    assert about_routes.endswith("[Network]: ManageForeignRoutes=no and ManageForeignRoutingPolicyRules=no")
    assert "addresses of others from eth1" in about_addresses
    assert "/etc/systemd/network/10-netplan-eth1.network.d/lvs.conf" in about_addresses
    assert advice(networkd(""), Network(rules=RULES))[0].endswith(": ManageForeignRoutingPolicyRules=no")
    assert advice(networkd(""), Network()) == ()


@pytest.mark.parametrize("value", ["no", "False", " 0 "])
def test_what_it_leaves_alone_is_not_told(value: str) -> None:
    kept = f"[Network]\nManageForeignRoutes={value}\n# comment\nManageForeignRoutingPolicyRules = {value}\n"
    assert advice(networkd("", kept), Network(routes=ROUTES, rules=RULES)) == ()
    assert advice(networkd("", kept, "[Network]\nManageForeignRoutes=yes\n"), Network(routes=ROUTES)) != ()
    assert advice(networkd(kept.replace("[Network]", "[DHCPv4]")), Network(routes=ROUTES)) != ()
    whole = ("[Match]\nName=eth1\n", "[Network]\nKeepConfiguration=yes\n")
    assert advice(networkd("", eth1=whole), Network(addresses=ADDRESSES)) == ()
    # An IPv6 VIP, which is deprecated so that nobody takes it for a source, is no static address to it.
    static = ("[Network]\nKeepConfiguration=static\n",)
    assert advice(networkd("", eth1=static), Network(addresses=ADDRESSES)) != ()
