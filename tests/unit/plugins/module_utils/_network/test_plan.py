# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, REMOVE, InvalidInput, Plan
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Address, AddressKey, Link, Network
from ansible_collections.lvs.cluster.plugins.module_utils._network.plan import ADDRESS, SYSCTL, announced, plan
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

LINKS = {"lo": Link(1, b"\0" * 6, False), "eth1": Link(2, b"\2" * 6, True), "eth2": Link(3, b"\3" * 6, True)}
DIP = AddressKey("eth1", "192.0.2.2", 24)
VIP = AddressKey("eth1", "192.0.2.198", 32)
VIP_ON_LOOPBACK = AddressKey("lo", "192.0.2.198", 32)
IGNORE = "net.ipv4.conf.all.arp_ignore"
NOTHING = Network({}, {}, {}, {})
HOST = Network({DIP: Address("eth1")}, {IGNORE: "0"}, {}, LINKS)
REAL_SERVER = parse_network([{"address": "192.0.2.198/32", "interface": "lo"}], {IGNORE: "1"})


def fold(observed: Network, changes: Plan) -> Network:
    addresses, sysctls = dict(observed.addresses), dict(observed.sysctls)
    for change in changes:
        if change.kind == SYSCTL:
            sysctls[change.key] = change.after.value
        elif change.action == REMOVE:
            del addresses[change.key]
        else:
            addresses[change.key] = change.after
    return observed._replace(addresses=addresses, sysctls=sysctls)


@given(strategies.networks())
def test_a_plan_from_a_network_to_itself_is_empty(network: Network) -> None:
    assert plan(network, network) == ()


@given(strategies.networks(), strategies.networks())
def test_applying_a_plan_reaches_what_is_desired(desired: Network, observed: Network) -> None:
    reached = fold(observed, plan(desired, observed))
    assert reached == desired
    assert plan(desired, reached) == ()


def test_arp_is_tamed_before_the_vip_appears_and_until_it_is_gone() -> None:
    up = plan(desired_network("replaced", REAL_SERVER, HOST, NOTHING), HOST)
    assert [(change.kind, change.key) for change in up] == [(SYSCTL, IGNORE), (ADDRESS, VIP_ON_LOOPBACK)]
    running = fold(HOST, up)
    owned = owned_network("replaced", REAL_SERVER, desired_network("replaced", REAL_SERVER, HOST, NOTHING), NOTHING)
    down = plan(desired_network("replaced", parse_network([], {}), running, owned), running)
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


def test_an_interface_is_found_by_an_address_that_it_holds() -> None:
    wanted = parse_network([{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}], {})
    changes = plan(desired_network("merged", wanted, HOST, NOTHING), HOST)
    assert [(change.action, change.key) for change in changes] == [(ADD, VIP)]
    assert announced(wanted, changes) == (VIP,)


def test_nothing_on_loopback_is_announced() -> None:
    wanted = parse_network([{"address": "192.0.2.198/32", "interface": "lo", "announce": True}], {})
    assert announced(wanted, plan(desired_network("merged", wanted, HOST, NOTHING), HOST)) == ()


IPV6 = AddressKey("eth1", "2001:db8::198", 128)


def test_another_prefix_of_an_ipv6_address_comes_after_the_old_one_is_gone() -> None:
    """An interface has an IPv6 address once, whatever its prefix."""
    host = HOST._replace(addresses={**HOST.addresses, IPV6: Address("")})
    owned = NOTHING._replace(addresses={IPV6: Address("")})
    wanted = parse_network([{"address": "2001:db8::198/64", "interface": "eth1"}], {})
    changes = plan(desired_network("replaced", wanted, host, owned), host)
    assert [(change.action, change.key.prefix) for change in changes] == [(REMOVE, 128), (ADD, 64)]


def test_another_prefix_of_a_foreign_ipv6_address_is_refused() -> None:
    host = HOST._replace(addresses={**HOST.addresses, IPV6: Address("")})
    wanted = parse_network([{"address": "2001:db8::198/64", "interface": "eth1"}], {})
    with pytest.raises(InvalidInput, match=r"2001:db8::198/128 on eth1 is there, and is not this caller's"):
        desired_network("replaced", wanted, host, NOTHING)


def test_undoing_a_removal_tames_arp_before_the_vip_is_back() -> None:
    running = Network({**HOST.addresses, VIP_ON_LOOPBACK: Address("lo")}, {IGNORE: "1"}, {IGNORE: "0"}, LINKS)
    undone = plan(running, HOST)
    assert [change.kind for change in undone] == [SYSCTL, ADDRESS]


def test_what_is_gone_with_its_interface_needs_no_deleting() -> None:
    wanted = parse_network([{"address": "192.0.2.198", "interface": "eth9"}], {})
    assert plan(desired_network("deleted", wanted, HOST, NOTHING), HOST) == ()


def test_an_address_that_is_listed_twice_is_refused() -> None:
    twice = [{"address": "192.0.2.198", "interface": "lo"}, {"address": "192.0.2.198/32", "interface": "lo"}]
    with pytest.raises(InvalidInput, match=r"addresses\[1\]: 192\.0\.2\.198/32 on lo is listed already"):
        desired_network("merged", parse_network(twice, {}), HOST, NOTHING)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"address": "192.0.2.198", "interface": "eth9"}, "this host has no interface eth9; it has eth1, eth2, lo"),
        ({"address": "192.0.2.198", "beside": "192.0.2.3"}, "no interface of this host holds 192.0.2.3"),
        ({"address": "192.0.2.198", "interface": "eth1", "label": "eth2:shop"}, "does not begin with its interface"),
    ],
)
def test_an_address_without_a_place_is_refused(address: dict, words: str) -> None:
    with pytest.raises(InvalidInput, match="addresses\\[0\\]") as caught:
        desired_network("merged", parse_network([address], {}), HOST, NOTHING)
    assert words in str(caught.value)


def test_a_sysctl_that_the_kernel_lacks_is_refused() -> None:
    with pytest.raises(InvalidInput, match="this kernel has no such sysctl"):
        desired_network("merged", parse_network([], {"net.ipv4.nope": 1}), HOST, NOTHING)


@pytest.mark.parametrize(
    ("addresses", "sysctls", "words"),
    [
        ([{"address": "192.0.2.300", "interface": "lo"}], {}, "'192.0.2.300' is no IPv4 or IPv6 address"),
        ([{"address": "192.0.2.1/33", "interface": "lo"}], {}, "'33' is no prefix length; it is 1 to 32"),
        ([{"address": "192.0.2.1/x", "interface": "lo"}], {}, "'x' is no prefix length"),
        ([{"address": "192.0.2.1"}], {}, "either interface, or beside"),
        ([{"address": "192.0.2.1", "interface": "a/b"}], {}, "is no name of an interface"),
        ([{"address": "2001:db8::1", "interface": "lo", "label": "lo:1"}], {}, "only IPv4 has labels"),
        ([{"address": "192.0.2.1", "interface": "lo", "label": "lo:1\nflush"}], {}, "only IPv4 has labels"),
        ([{"address": "192.0.2.1", "interface": "lo", "label": 'lo:"1'}], {}, "only IPv4 has labels"),
        ([{"address": "192.0.2.1", "interface": "lo", "label": "lo:#1"}], {}, "only IPv4 has labels"),
        ([{"address": "192.0.2.1/²", "interface": "lo"}], {}, "is no prefix length"),
        ([], {"net.ipv4.ip_forward": 1, "net/ipv4/ip_forward": 0}, "net.ipv4.ip_forward is listed already"),
        ([], {"kernel.sysrq": 1}, "begins with net."),
        ([], {"net/ipv4/../../kernel/sysrq": 1}, "begins with net."),
        ([], {"net..ipv4": 1}, "begins with net."),
        ([], {"net.ipv4.ip_forward\nkernel.sysrq": 1}, "begins with net."),
    ],
)
def test_what_is_no_network_is_refused(addresses: list, sysctls: dict, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_network(addresses, sysctls)
    assert words in str(caught.value)


def test_a_sysctl_is_known_by_one_name() -> None:
    wanted = parse_network([], {"net/ipv4/conf/eth0.5/arp_ignore": 1, "net.ipv4.tcp_rmem": "4096  131072\t6291456"})
    assert wanted.sysctls == {"net.ipv4.conf.eth0/5.arp_ignore": "1", "net.ipv4.tcp_rmem": "4096 131072 6291456"}
