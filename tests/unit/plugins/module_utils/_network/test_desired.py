# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, REMOVE, InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._network.desired import (
    desired_network,
    given_back,
    kept_as_found,
    left_alone,
    owned_network,
    put_elsewhere,
    refused_addresses,
    refused_defaults,
    standing_addresses,
    standing_routes,
    unmoved,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import (
    Address,
    AddressKey,
    Link,
    ListenerKey,
    Network,
    Present,
    Route,
    RouteKey,
    Tunnel,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.place import place
from ansible_collections.lvs.cluster.plugins.module_utils._network.plan import ADDRESS, SYSCTL, plan
from ansible_collections.lvs.cluster.plugins.module_utils._network.read_text import parse_batch
from ansible_collections.lvs.cluster.plugins.module_utils._network.text import batch_lines
from ansible_collections.lvs.cluster.plugins.module_utils._network.wanted import parse_network
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._network.test_plan import fold

LINKS = {"lo": Link(1, b"\0" * 6, False), "eth1": Link(2, b"\2" * 6, True), "eth2": Link(3, b"\3" * 6, True)}
DIP = AddressKey("eth1", "192.0.2.2", 24)
VIP_ON_LOOPBACK = AddressKey("lo", "192.0.2.198", 32)
IPV6 = AddressKey("eth1", "2001:db8::198", 128)
IGNORE = "net.ipv4.conf.all.arp_ignore"
FILTER = "net.ipv4.conf.lvs-ipip.rp_filter"
NOTHING = Network()
HOST = Network(addresses={DIP: Address("eth1")}, sysctls={IGNORE: "0"}, links=LINKS)
IPIP = Tunnel("ipip", "192.0.2.2", False, True)
DEFAULT = RouteKey("ipv4", "default", 254, 0)
TUNNELS = {"tunnels": [{"name": "lvs-ipip", "kind": "ipip", "local": "192.0.2.2"}]}


def listed(options: dict[str, Any], gone_is_fine: bool = False) -> Network:
    return place(parse_network(options), HOST, gone_is_fine=gone_is_fine)


REAL_SERVER = listed({"addresses": [{"address": "192.0.2.198/32", "interface": "lo"}], "sysctls": {IGNORE: "1"}})


def test_arp_is_tamed_before_the_vip_appears_and_until_it_is_gone() -> None:
    up = plan(desired_network("replaced", REAL_SERVER, HOST, NOTHING), HOST)
    assert [(change.kind, change.key) for change in up] == [(SYSCTL, IGNORE), (ADDRESS, VIP_ON_LOOPBACK)]
    running = fold(HOST, up)
    owned = owned_network("replaced", REAL_SERVER, desired_network("replaced", REAL_SERVER, HOST, NOTHING), NOTHING)
    down = plan(desired_network("replaced", listed({}), running, owned), running)
    assert [(change.kind, change.key) for change in down] == [(ADDRESS, VIP_ON_LOOPBACK), (SYSCTL, IGNORE)]
    assert fold(running, down) == HOST


def test_a_second_run_remembers_the_value_from_before_the_cluster() -> None:
    desired = desired_network("replaced", REAL_SERVER, HOST, NOTHING)
    owned = owned_network("replaced", REAL_SERVER, desired, NOTHING)
    again = desired_network("replaced", REAL_SERVER, fold(HOST, plan(desired, HOST)), owned)
    assert again.original == {IGNORE: "0"}


def test_replaced_leaves_foreign_addresses_alone() -> None:
    foreign = AddressKey("eth2", "198.51.100.9", 24)
    host = HOST._replace(addresses={**HOST.addresses, foreign: Address("eth2")})
    reached = desired_network("replaced", REAL_SERVER, host, NOTHING)
    assert set(reached.addresses) == {DIP, foreign, VIP_ON_LOOPBACK}


def test_another_prefix_of_an_ipv6_address_comes_after_the_old_one_is_gone() -> None:
    """An interface has an IPv6 address once, whatever its prefix."""
    host = HOST._replace(addresses={**HOST.addresses, IPV6: Address("")})
    owned = NOTHING._replace(addresses={IPV6: Address("")})
    wanted = listed({"addresses": [{"address": "2001:db8::198/64", "interface": "eth1"}]})
    changes = plan(desired_network("replaced", wanted, host, owned), host)
    assert [(change.action, change.key.prefix) for change in changes] == [(REMOVE, 128), (ADD, 64)]


def test_another_prefix_of_a_foreign_ipv6_address_is_refused() -> None:
    host = HOST._replace(addresses={**HOST.addresses, IPV6: Address("")})
    wanted = listed({"addresses": [{"address": "2001:db8::198/64", "interface": "eth1"}]})
    with pytest.raises(InvalidInput, match=r"2001:db8::198/128 on eth1 is there, and is not this caller's"):
        desired_network("replaced", wanted, host, NOTHING)


def test_what_is_gone_with_its_interface_needs_no_deleting() -> None:
    wanted = listed({"addresses": [{"address": "192.0.2.198", "interface": "eth9"}]}, gone_is_fine=True)
    assert plan(desired_network("deleted", wanted, HOST, NOTHING), HOST) == ()


def test_a_sysctl_that_the_kernel_lacks_is_refused() -> None:
    with pytest.raises(InvalidInput, match="this kernel has no such sysctl"):
        desired_network("merged", listed({"sysctls": {"net.ipv4.nope": 1}}), HOST, NOTHING)


def test_a_deleted_address_leaves_the_file_too_where_it_named_its_own_interface() -> None:
    """By the time the file is written, no interface holds it any more."""
    vip = AddressKey("eth1", "203.0.113.198", 32)
    host = HOST._replace(addresses={**HOST.addresses, vip: Address("eth1")})
    owned = NOTHING._replace(addresses={vip: Address("eth1")})
    wanted = parse_network({"addresses": [{"address": "203.0.113.198", "beside": "203.0.113.198"}]})
    placed = place(wanted, host, gone_is_fine=True)
    desired = desired_network("deleted", placed, host, owned)
    assert vip not in desired.addresses
    assert owned_network("deleted", placed, desired, owned).addresses == {}


def test_a_sysctl_of_a_tunnel_that_is_still_to_come() -> None:
    wanted = listed({**TUNNELS, "sysctls": {FILTER: "2"}})
    desired = desired_network("replaced", wanted, HOST, NOTHING)
    owned = owned_network("replaced", wanted, desired, NOTHING)
    assert owned.original == {FILTER: None}
    running = fold(HOST, plan(desired, HOST))
    assert plan(desired_network("replaced", wanted, running, owned), running) == ()
    gone = desired_network("replaced", NOTHING, running, owned)
    assert [change.key for change in plan(gone, running)] == ["lvs-ipip"]
    assert owned_network("replaced", NOTHING, gone, owned) == NOTHING


def test_a_tunnel_that_is_deleted_takes_along_what_the_file_has_on_it() -> None:
    key = AddressKey("lvs-ipip", "192.0.2.198", 32)
    owned = NOTHING._replace(
        tunnels={"lvs-ipip": IPIP},
        addresses={key: Address("lvs-ipip")},
        sysctls={FILTER: "2"},
        original={FILTER: None},
    )
    running = HOST._replace(
        tunnels=owned.tunnels, addresses={**HOST.addresses, **owned.addresses}, sysctls={FILTER: "2"}
    )
    desired = desired_network("deleted", listed(TUNNELS), running, owned)
    assert [change.key for change in plan(desired, running)] == [key, "lvs-ipip"]
    assert owned_network("deleted", listed(TUNNELS), desired, owned) == NOTHING


@pytest.mark.parametrize(
    "there", [None, Tunnel("gre", "192.0.2.2", False, True), Tunnel("ipip", "192.0.2.9", False, True)]
)
def test_an_interface_of_others_is_not_made_anew(there: Tunnel | None) -> None:
    host = HOST._replace(links={**LINKS, "lvs-ipip": Link(9, b"", False)}, tunnels={"lvs-ipip": there} if there else {})
    with pytest.raises(InvalidInput, match="tunnels: lvs-ipip cannot be added: an interface of this name is there"):
        desired_network("merged", listed(TUNNELS), host, NOTHING)
    assert plan(desired_network("deleted", listed(TUNNELS), host, NOTHING), host) == ()
    if there:
        own = desired_network("merged", listed(TUNNELS), host, NOTHING._replace(tunnels={"lvs-ipip": there}))
        assert own.tunnels == {"lvs-ipip": IPIP}


def route_through(gateway: str, interface: str = "") -> Network:
    return NOTHING._replace(routes={DEFAULT: Route("unicast", gateway, interface)})


def test_a_route_of_others_is_in_the_way() -> None:
    host = HOST._replace(routes=route_through("192.0.2.9", "eth1").routes)
    with pytest.raises(
        InvalidInput, match=r"routes: ipv4 default in table 254 cannot lead via 192\.0\.2\.1: it leads via"
    ):
        desired_network("merged", route_through("192.0.2.1"), host, NOTHING)
    own = desired_network("merged", route_through("192.0.2.1"), host, route_through("192.0.2.9"))
    assert own.routes == route_through("192.0.2.1").routes


def test_only_a_route_that_is_as_the_caller_made_it_goes() -> None:
    for gateway, left in (("192.0.2.1", {}), ("192.0.2.9", route_through("192.0.2.9", "eth1").routes)):
        host = HOST._replace(routes=route_through(gateway, "eth1").routes)
        assert desired_network("replaced", NOTHING, host, route_through("192.0.2.1")).routes == left


def test_a_default_route_through_a_director_is_refused() -> None:
    several = NOTHING._replace(routes={DEFAULT: Route("unicast", "192.0.2.1 192.0.2.9", "")})
    assert len(refused_defaults(several, ["192.0.2.9"])) == 1
    assert refused_defaults(several, ["192.0.2.8"]) == ()
    elsewhere = NOTHING._replace(routes={DEFAULT._replace(table=7): Route("unicast", "192.0.2.9", "")})
    assert refused_defaults(elsewhere, ["192.0.2.9"]) == ()


@pytest.mark.parametrize(
    ("key", "question"),
    [(AddressKey("eth1", "192.0.2.198", 24), "ARP"), (IPV6, "neighbour solicitations")],
)
def test_a_virtual_address_that_others_have_put_on_a_real_servers_interface_is_refused(
    key: AddressKey, question: str
) -> None:
    there = HOST._replace(addresses={**HOST.addresses, key: Address("")})
    (fault,) = refused_addresses(there, NOTHING, REAL_SERVER, [key.address])
    assert f"answers {question} for it" in fault
    assert f"ip address del {key.address}/{key.prefix} dev eth1" in fault
    assert refused_addresses(there, NOTHING, REAL_SERVER, ["192.0.2.199"]) == ()
    # As on_real_servers: lan has it; as the host has it from its time as a director, until the end of the run.
    own = NOTHING._replace(addresses={key: Address("")})
    assert refused_addresses(there, own, REAL_SERVER, [key.address]) == ()
    assert refused_addresses(there, NOTHING, own, [key.address]) == ()


def test_a_virtual_address_that_no_neighbour_asks_for_is_no_harm() -> None:
    links = {**LINKS, "dummy0": Link(4, b"\4" * 6, False)}
    addresses = {VIP_ON_LOOPBACK: Address("lo"), AddressKey("dummy0", "192.0.2.198", 32): Address("dummy0")}
    there = HOST._replace(addresses=addresses, links=links)
    assert refused_addresses(there, NOTHING, REAL_SERVER, ["192.0.2.198"]) == ()


def test_a_route_of_the_main_table_that_stood_before_is_not_owned() -> None:
    route = Route("unicast", "192.0.2.9", "")
    other = DEFAULT._replace(table=5080)
    wanted = NOTHING._replace(routes={DEFAULT: route, other: route})
    standing = standing_routes(wanted, NOTHING)
    assert standing == {DEFAULT}
    assert list(owned_network("replaced", wanted, wanted, NOTHING, standing).routes) == [other]
    assert standing_routes(wanted, wanted) == frozenset()


def test_the_module_of_listeners_is_needed_as_long_as_there_is_one() -> None:
    two = listed({"listeners": [{"port": 6080}, {"port": 6081}]})
    one = listed({"listeners": [{"port": 6080}]})
    left = owned_network("deleted", one, NOTHING, two)
    assert (list(left.listeners), list(left.modules)) == ([ListenerKey("ipv4", 6081)], ["fou"])
    assert owned_network("deleted", one, NOTHING, left) == left
    assert owned_network("deleted", two, NOTHING, two) == NOTHING


def test_a_module_is_never_unloaded() -> None:
    host = HOST._replace(modules={"ip_vs": Present()})
    owned = NOTHING._replace(modules={"ip_vs": Present()})
    assert plan(desired_network("replaced", NOTHING, host, owned), host) == ()


@pytest.mark.parametrize("key", [AddressKey("eth1", "192.0.2.198", 24), AddressKey("eth2", "192.0.2.198", 32)])
def test_a_listed_address_that_others_have_put_elsewhere(key: AddressKey) -> None:
    """As by hand, before there was a cluster: keepalived would move its own alone."""
    listed = Network(addresses={AddressKey("eth1", "192.0.2.198", 32): Address("")})
    links = {**LINKS, "eth2": LINKS["eth1"]}
    there = Network(addresses={**listed.addresses, key: Address("")}, links=links)
    assert put_elsewhere(there, Network(), listed, []) == [key]
    assert "ip address del 192.0.2.198/" in str(unmoved([key]))
    assert "not the cluster's" in str(left_alone([key]))
    # Its prefix was another one before; or it is in keepalived's configuration.
    assert put_elsewhere(there, Network(addresses={key: Address("")}), listed, []) == []
    assert put_elsewhere(there, Network(), listed, ["192.0.2.198"]) == []


BY_HAND = HOST._replace(addresses={**HOST.addresses, VIP_ON_LOOPBACK: Address("lo:0")}, sysctls={IGNORE: "1"})


def test_an_address_that_is_there_already_stays_as_it_is_and_comes_back_at_boot() -> None:
    desired = desired_network("merged", REAL_SERVER, BY_HAND, NOTHING)
    assert plan(desired, BY_HAND) == ()
    own = owned_network("merged", REAL_SERVER, desired, NOTHING, found=standing_addresses(BY_HAND, NOTHING))
    assert batch_lines(own, "ipv4") == ["address replace 192.0.2.198/32 dev lo # was there before the cluster"]
    again = parse_batch("\n".join(batch_lines(own, "ipv4")), "network.batch", "ipv4")
    assert (again.addresses, again.found) == (own.addresses, own.found)
    assert plan(desired_network("replaced", REAL_SERVER, BY_HAND, own), BY_HAND) == ()


@pytest.mark.parametrize(("state", "wanted"), [("replaced", NOTHING), ("deleted", REAL_SERVER)])
def test_an_address_from_before_the_cluster_stays_when_the_cluster_goes(state: str, wanted: Network) -> None:
    own = owned_network("merged", REAL_SERVER, BY_HAND, NOTHING, found=standing_addresses(BY_HAND, NOTHING))
    desired = desired_network(state, wanted, BY_HAND, own)
    assert VIP_ON_LOOPBACK in desired.addresses
    assert owned_network(state, wanted, desired, own).addresses == {}
    assert given_back(state, wanted, own) == [VIP_ON_LOOPBACK]
    assert kept_as_found([VIP_ON_LOOPBACK])[0].startswith(
        "This host had the VIP 192.0.2.198/32 on lo before the cluster, so it stays. If nobody needs it there: ip "
        "address del 192.0.2.198/32 dev lo"
    )


def test_an_address_of_the_cluster_gets_its_own_label_back() -> None:
    """A label that the definition had and has no more."""
    labelled = listed({"addresses": [{"address": "192.0.2.198/32", "interface": "lo", "label": "lo:0"}]})
    own = owned_network("merged", labelled, BY_HAND, NOTHING)
    assert plan(desired_network("replaced", REAL_SERVER, BY_HAND, own), BY_HAND) != ()
