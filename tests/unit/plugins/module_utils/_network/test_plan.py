# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change, Plan
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import (
    Address,
    AddressKey,
    ListenerKey,
    Network,
    Present,
    Route,
    RouteKey,
    Rule,
    Tunnel,
    same_device,
    sysctl_interface,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.plan import (
    ADDRESS,
    LISTENER,
    MODULE,
    ROUTE,
    RULE,
    SYSCTL,
    TUNNEL,
    announced,
    plan,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.wanted import parse_network
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

VIP = AddressKey("lvs-ipip", "192.0.2.198", 32)
FILTER = "net.ipv4.conf.lvs-ipip.rp_filter"

KINDS = (
    ("modules", MODULE),
    ("tunnels", TUNNEL),
    ("listeners", LISTENER),
    ("addresses", ADDRESS),
    ("routes", ROUTE),
    ("rules", RULE),
)


def fold(observed: Network, changes: Plan) -> Network:
    """What a kernel makes of the changes: a tunnel that goes or is recreated takes along what is on it."""
    parts = {part: dict(getattr(observed, part)) for part in ("sysctls", *(part for part, _kind in KINDS))}
    names = {kind: part for part, kind in KINDS}
    for change in changes:
        if change.kind == SYSCTL:
            parts["sysctls"][change.key] = change.after.value
            continue
        there = parts[names[change.kind]]
        assert (change.action == ADD) == (change.key not in there)
        if (
            change.kind == TUNNEL
            and change.action != ADD
            and not (change.after and same_device(change.before, change.after))
        ):
            take_along(change.key, parts)
        if change.action == REMOVE:
            del there[change.key]
        else:
            there[change.key] = change.after
    return observed._replace(**parts)


def take_along(interface: str, parts: dict[str, dict[Any, Any]]) -> None:
    for part, on in (
        ("addresses", lambda key, _value: key.interface),
        ("routes", lambda _key, value: value.interface),
        ("sysctls", lambda key, _value: sysctl_interface(key)),
    ):
        parts[part] = {key: value for key, value in parts[part].items() if on(key, value) != interface}


@given(strategies.networks())
def test_a_plan_from_a_network_to_itself_is_empty(network: Network) -> None:
    assert plan(network, network) == ()


@given(strategies.networks(), strategies.networks())
def test_applying_a_plan_reaches_what_is_desired(desired: Network, observed: Network) -> None:
    reached = fold(observed, plan(desired, observed))
    assert reached == desired._replace(modules={**observed.modules, **desired.modules})
    assert plan(desired, reached) == ()


EVERYTHING = Network(
    modules={"ip_vs": Present()},
    tunnels={"lvs-ipip": Tunnel("ipip", "192.0.2.2", False, True)},
    listeners={ListenerKey("ipv4", 6080): Present()},
    sysctls={FILTER: "2"},
    original={FILTER: None},
    addresses={VIP: Address("lvs-ipip")},
    routes={RouteKey("ipv4", "default", 7, 0): Route("unicast", "192.0.2.1", "")},
    rules={Rule(7, "ipv4", "192.0.2.2", "", 0, "", "", 7): Present()},
)


def test_removals_go_the_other_way_round_and_modules_and_what_is_on_a_tunnel_stay_out_of_it() -> None:
    kinds = [MODULE, TUNNEL, LISTENER, SYSCTL, ADDRESS, ROUTE, RULE]
    assert [change.kind for change in plan(EVERYTHING, Network())] == kinds
    assert [change.kind for change in plan(Network(), EVERYTHING)] == [RULE, ROUTE, ADDRESS, LISTENER, TUNNEL]


def test_what_is_on_a_tunnel_that_is_made_anew_comes_again() -> None:
    other = {"lvs-ipip": Tunnel("gre", "192.0.2.2", False, True)}
    changes = plan(EVERYTHING, EVERYTHING._replace(tunnels=other))
    assert [(change.action, change.kind) for change in changes] == [
        (CHANGE, TUNNEL),
        (CHANGE, SYSCTL),
        (ADD, ADDRESS),
    ]


def test_a_tunnel_that_only_comes_up_keeps_what_is_on_it() -> None:
    down = {"lvs-ipip": Tunnel("ipip", "192.0.2.2", False, False)}
    assert [change.kind for change in plan(EVERYTHING, EVERYTHING._replace(tunnels=down))] == [TUNNEL]


def test_an_interface_that_the_kernel_has_found_is_as_wanted() -> None:
    (key,) = EVERYTHING.routes
    found = EVERYTHING._replace(routes={key: Route("unicast", "192.0.2.1", "eth1")})
    assert plan(EVERYTHING, found) == ()
    assert [change.action for change in plan(found, EVERYTHING)] == [CHANGE]


def test_undoing_a_removal_tames_arp_before_the_vip_is_back() -> None:
    ignore = "net.ipv4.conf.all.arp_ignore"
    key = AddressKey("lo", "192.0.2.198", 32)
    running = Network(addresses={key: Address("lo")}, sysctls={ignore: "1"}, original={ignore: "0"})
    undone = plan(running, Network(sysctls={ignore: "0"}, original={ignore: "0"}))
    assert [change.kind for change in undone] == [SYSCTL, ADDRESS]


@pytest.mark.parametrize("before", ["0", "1"])
def test_what_the_kernel_sets_along_with_forwarding_gets_its_value_back(before: str) -> None:
    """Whenever it is told to forward or not to, it changes accept_redirects itself."""
    forward, accept = "net.ipv4.ip_forward", "net.ipv4.conf.all.accept_redirects"
    original = {forward: "0", accept: before}
    own = {"original": original}
    host = Network(sysctls=original, **own)
    router = Network(sysctls={forward: "1", accept: "0"}, **own)
    assert [change.key for change in plan(router, host)] == [forward]
    back = plan(host._replace(original={}), router._replace(original={}))
    assert [(change.key, change.after.value) for change in back] == [(forward, "0"), (accept, "0")][: 2 - int(before)]


def test_what_comes_onto_a_wire_is_announced() -> None:
    wanted = parse_network({"addresses": [{"address": "192.0.2.198/32", "interface": "eth1", "announce": True}]})
    for interface, told in (("eth1", True), ("lo", False)):
        key = AddressKey(interface, "192.0.2.198", 32)
        assert announced(wanted, (Change(ADD, ADDRESS, key, None, Address(interface)),)) == ((key,) if told else ())
