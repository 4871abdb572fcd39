# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances of VRRP that cannot be. What becomes of those that can is in test_keepalived.py."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, problems, service

TWO = {"lvs_directors": ["lvs1", "lvs2"]}
THREE = {"lvs_directors": ["lvs1", "lvs2", "lvs3"]}
BOTH = {
    "lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"},
    "lvs2": {"ansible_host": "192.0.2.3", "lvs_ipv6_address": "2001:db8::3"},
}
SIX = service(name="six", address="2001:db8::c6", real_servers="six")
UNICAST = {"vrrp": {"unicast": True}}


def test_a_director_without_an_address_of_the_family_cannot_advertise_by_unicast() -> None:
    hosts = {**BOTH, "lvs3": {"ansible_host": "192.0.2.4"}}
    assert problems(SIX, cluster=UNICAST, groups=THREE, hosts=hosts, engine=None) == [
        "lvs_cluster.vrrp.unicast: lvs3 has no ipv6 address to which the others could advertise lvs; give it an "
        "lvs_ipv6_address, or set unicast: false"
    ]
    # With an IPv4 VIP beside, directors advertise by IPv4.
    assert parse(service(), SIX, cluster=UNICAST, groups=THREE, hosts=hosts, engine=None)
    assert parse(SIX, cluster={"vrrp": {}}, groups=THREE, hosts=hosts, engine=None)
    hosts["lvs3"] = {"ansible_host": "2001:db8::4"}
    assert parse(SIX, cluster=UNICAST, groups=THREE, hosts=hosts, engine=None)
    assert problems(service(), cluster=UNICAST, groups=THREE, hosts=hosts, engine=None) == [
        "lvs_cluster.vrrp.unicast: lvs3 has no ipv4 address to which the others could advertise lvs; make its "
        "lvs_address an ipv4 one, or set unicast: false"
    ]


def test_the_only_director_needs_no_address_to_advertise_to() -> None:
    assert parse(SIX, cluster=UNICAST, engine=None)


def test_unicast_of_one_instance_is_told_at_its_place() -> None:
    instances = [
        {"name": "four", "vips": "192.0.2.198", "unicast": True},
        {"name": "six", "vips": "2001:db8::c6", "unicast": True},
    ]
    cluster = {"vrrp": {"instances": instances}}
    found = problems(service(), SIX, cluster=cluster, groups=TWO, engine=None)
    assert [problem.partition(": ")[0] for problem in found] == ["lvs_cluster.vrrp.instances[1].unicast"] * 2


def test_all_directors_are_heard_by_addresses_of_one_kind() -> None:
    hosts = {"lvs1": {**BOTH["lvs1"], "lvs_vrrp_address": "198.51.100.2"}, "lvs2": BOTH["lvs2"]}
    for cluster in (UNICAST, {}):
        assert problems(service(), cluster=cluster, groups=TWO, hosts=hosts, engine=None) == [
            "hostvars[lvs2].lvs_vrrp_address: is missing: an ipv4 address of this kind is defined for lvs1 "
            "and not for lvs2; give one to every director, all on the same network, or to none"
        ]
    # Advertisements of the other family have nothing to do with it.
    assert parse(SIX, cluster=UNICAST, groups=TWO, hosts=hosts, engine=None)


def test_a_sync_group_of_one_instance_is_refused() -> None:
    """keepalived's own look at its configuration fails of it: vrrp_sync_set_group() in vrrp_sync.c."""
    instances = [{"name": "four", "vips": "192.0.2.198", "sync_group": "both"}, {"name": "six", "vips": "2001:db8::c6"}]
    cluster = {"vrrp": {"instances": instances}}
    assert problems(service(), SIX, cluster=cluster, engine=None) == [
        "lvs_cluster.vrrp.instances[0].sync_group: both has no other instance, and keepalived needs at least two; name "
        "it in those that are to move with this one, or leave it out"
    ]
    instances[1]["sync_group"] = "both"
    assert parse(service(), SIX, cluster=cluster, engine=None)


GATEWAY = "198.51.100.200"
NEXT_HOP = "192.0.2.197"


def parted(nat: dict[str, Any], outer: str | list[str] = "192.0.2.198", **differing: Any) -> list[str]:
    """What is wrong with a service whose packets come by the instance outer; the gateway moves with inner."""
    given = {"sync_group": None, "groups": TWO, "engine": "keepalived", "vips": [], **differing}
    instances: list[dict[str, Any]] = [{"name": "outer", "vips": outer}, {"name": "inner", "vips": GATEWAY}]
    cluster = {
        "engine": given["engine"],
        "vips": [{"address": GATEWAY, "gateway": True}, *given["vips"]],
        "vrrp": {"instances": [{**instance, "sync_group": given["sync_group"]} for instance in instances]},
    }
    try:
        parse(nat, cluster=cluster, groups=given["groups"])
    except DefinitionError as error:
        return [f"{problem.path}: {problem.sentence}" for problem in error.problems]
    return []


@pytest.mark.parametrize("nat_return", ["policy_route", "default_route"])
def test_answers_by_nat_come_back_to_the_director_that_has_the_vip(nat_return: str) -> None:
    nat = service(forward="nat", nat_return=nat_return)
    assert parted(nat) == [
        "lvs_cluster.vrrp.instances[0].vips: 192.0.2.198 is a VIP of nat and moves with outer, but the gateway "
        "198.51.100.200 of the answers moves with inner: a director would get answers to connections that only another "
        "one knows. Put both in one instance, or give outer and inner the same sync_group"
    ]
    assert parted(nat, sync_group="both") == []


def test_packets_to_any_address_come_through_a_next_hop() -> None:
    proxies = by_mark(protocol="tcp", port=80, forward="nat")
    next_hop = [{"address": NEXT_HOP, "next_hop": True}]
    (found,) = parted(proxies, outer=NEXT_HOP, vips=next_hop)
    assert f"{NEXT_HOP} is a VIP of nat and moves with outer" in found
    assert parted(proxies, outer=NEXT_HOP, vips=next_hop, sync_group="both") == []


def test_each_gateway_moves_with_the_vips_whose_answers_it_takes() -> None:
    nat = service(forward="nat", real_servers=[{"host": "web1"}, {"address": "203.0.113.31", "host": "web2"}])
    other = {"address": "203.0.113.200", "gateway": True}
    found = parted(nat, sync_group="both", vips=[other])
    assert found == [
        "lvs_cluster.vrrp.instances: no instance has the VIP 203.0.113.200; list it in the vips of one",
    ]
    assert parted(nat, outer=["192.0.2.198", "203.0.113.200"], vips=[other], sync_group="both") == []
    found = parted(nat, outer=["192.0.2.198", "203.0.113.200"], vips=[other])
    assert len(found) == 1
    assert "the gateway 198.51.100.200 of the answers moves with inner" in found[0]


def test_answers_that_need_no_gateway_or_have_one_director_may_go_apart() -> None:
    for nat_return in ("source_nat", "none"):
        assert parted(service(forward="nat", nat_return=nat_return)) == []
    assert parted(service(forward="dr")) == []
    nat = service(forward="nat")
    assert parted(nat, groups={}) == []
    assert parted(nat, engine="static") == []


def test_the_way_to_a_routed_vip_is_that_of_its_next_hop() -> None:
    vips = [{"address": "203.0.113.10", "routed": True}, {"address": NEXT_HOP, "next_hop": True}]
    nat = by_mark(address="203.0.113.10", forward="nat")
    (problem,) = parted(nat, outer=NEXT_HOP, vips=vips)
    assert problem.startswith(f"lvs_cluster.vrrp.instances[0].vips: {NEXT_HOP} is a VIP of nat and moves with outer")
