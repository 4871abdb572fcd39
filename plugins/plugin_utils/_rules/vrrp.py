# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VRRP: which director has which VIPs, and what keepalived would refuse in an instance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ...module_utils._netlink.address import family_of
from .._schema.sentences import nearest
from .._values.cluster import Cluster
from .._values.service import VirtualService
from .._values.vrrp import HELD_TRACK, NO_INTERFACE, STANDBY_TRACK, Track, VrrpInstance
from .items import instances, instances_in_cluster, known, moving_instances
from .rule import Note, advice, error, whole

INSTANCES = "lvs_cluster.vrrp.instances"
LAST_VIRTUAL_ROUTER = 255
# Seconds: version 3 has 12 bits for hundredths of them (RFC 9568, section 5.2.7).
LONGEST_INTERVAL = 40.95
# Seconds: who advertises more often than by default wants fast failovers.
SLOW = 1.0


def _held(cluster: Cluster) -> list[str]:
    return [vip.address for vip in cluster.held_vips]


@error("LVS321", "unknown-vip", each=instances_in_cluster)
def unknown_vip(cluster: Cluster, instance: VrrpInstance) -> Iterator[Note]:
    """An instance has a VIP that no director of the cluster holds.

    Name a VIP of this cluster.
    """
    held = _held(cluster)
    for address in instance.vips:
        if address not in held:
            yield Note(f"{instance.path}.vips", f"{address} is not a VIP of this cluster{nearest(address, held)}")


@error("LVS322", "vip-of-two-instances", each=whole)
def vip_of_two_instances(cluster: Cluster) -> Iterator[Note]:
    """Two instances have the same VIP.

    Leave it to one of them.
    """
    held, holders = _held(cluster), dict[str, str]()
    for instance, (name, vips) in known(cluster.keepalived.instances, lambda each: (each.name, each.vips)):
        for address in vips:
            if address in held and address in holders:
                yield Note(f"{instance.path}.vips", f"{address} is already in the instance {holders[address]}")
            holders.setdefault(address, name)


@error("LVS323", "vip-without-instance", each=whole)
def vip_without_instance(cluster: Cluster) -> Iterator[Note]:
    """Instances are listed, but none of them has this VIP.

    List the VIP in the `vips` of an instance.
    """
    moved = {address for instance in cluster.keepalived.instances for address in instance.vips}
    for address in sorted({*_held(cluster)} - moved):
        yield Note(INSTANCES, f"no instance has the VIP {address}", "list it in the vips of one")


@error("LVS324", "duplicate-instance-name", each=whole)
def duplicate_instance_name(cluster: Cluster) -> Iterator[Note]:
    """Two instances have the same name.

    Give one of them another name.
    """
    first: dict[str, str] = {}
    for instance, name in known(cluster.keepalived.instances, lambda instance: instance.name):
        if first.setdefault(name, instance.path) != instance.path:
            yield Note(f"{instance.path}.name", f"{name} is already taken by {first[name]}")


@error("LVS325", "priority-of-unknown-director", each=instances)
def priority_of_unknown_director(instance: VrrpInstance) -> Iterator[Note]:
    """An instance has a priority for a host that is not a director.

    Remove it, or write the name of a director.
    """
    for host in instance.non_directors:
        yield Note(f"{instance.path}.priorities.{host}", "is not a director of this cluster")


@error("LVS326", "no-virtual-router-id-left", each=instances)
def no_virtual_router_id_left(instance: VrrpInstance) -> Iterator[Note]:
    """An instance has no virtual_router_id, and the next one by its place in the list is above 255.

    Give it a `virtual_router_id`.
    """
    number = instance.virtual_router_id
    if number > LAST_VIRTUAL_ROUTER:
        yield Note(
            f"{instance.path}.virtual_router_id",
            f"would be {number} by its place in the list, and the highest is {LAST_VIRTUAL_ROUTER}",
            "give it one of its own",
        )


@error("LVS327", "duplicate-virtual-router-id", each=whole)
def duplicate_virtual_router_id(cluster: Cluster) -> Iterator[Note]:
    """Two instances have the same virtual_router_id, and may be on one network.

    Give one of them another number, or let each name its interface.
    """
    # The two families have numbers of their own, and so has each network (RFC 9568, section 5.2.3).
    seen: list[VrrpInstance] = []
    for instance, _key in known(cluster.keepalived.instances, _router):
        taken = next((other for other in seen if _meet(instance, other)), None)
        if taken and instance.virtual_router_id <= LAST_VIRTUAL_ROUTER:
            own = "virtual_router_id" in instance.own
            default = "" if own else ", which it would have by its place in the list,"
            yield Note(
                f"{instance.path}.virtual_router_id",
                f"{instance.virtual_router_id}{default} is already taken by {taken.path}",
                "give one of the two another number, or let each name its interface, where these are different "
                "networks",
            )
        seen.append(instance)


def _router(instance: VrrpInstance) -> tuple[int, str, str | None]:
    return instance.virtual_router_id, instance.family, instance["interface"]


def _meet(one: VrrpInstance, other: VrrpInstance) -> bool:
    """Whether each would take the other's advertisements for its own, as far as the definition tells."""
    interfaces = {one["interface"], other["interface"]}
    same_network = len(interfaces) == 1 or None in interfaces
    return (one.virtual_router_id, one.family) == (other.virtual_router_id, other.family) and same_network


@error("LVS328", "advert-interval", each=instances)
def advert_interval(instance: VrrpInstance) -> Iterator[Note]:
    """The version of VRRP cannot express how often an instance is to advertise.

    Version 2 counts whole seconds, version 3 up to 40.95: choose the other version, or another interval.
    """
    place = instance.path_of("advert_interval")
    # vrrp_complete_instance() in vrrp.c: IPv6 has version 3 where nobody names one.
    version = instance["version"] or (3 if instance.family == "ipv6" else 2)
    interval = instance["advert_interval"] or 1.0
    if version == 2 and interval != int(interval):
        yield Note(place, f"{interval:g}: version 2 counts whole seconds", "set version: 3")
    if version == 3 and interval > LONGEST_INTERVAL:
        yield Note(place, f"{interval:g}: version 3 goes up to {LONGEST_INTERVAL} seconds", "choose a shorter interval")


@error("LVS329", "password-with-version-3", each=instances_in_cluster)
def password_with_version_3(cluster: Cluster, instance: VrrpInstance) -> Iterator[Note]:
    """A password is set, but an instance has version 3, which has no authentication.

    Remove one of them.
    """
    # RFC 9568, section 1.1
    if instance["version"] == 3 and cluster.keepalived.authentication:
        yield Note("lvs_cluster.vrrp.password", "version 3 has no authentication", "leave one of them out")


@error("LVS330", "preempt-delay-without-preempt", each=instances)
def preempt_delay_without_preempt(instance: VrrpInstance) -> Iterator[Note]:
    """`preempt_delay` delays a preemption that never happens.

    Remove `preempt_delay` or `preempt: false`.
    """
    # vrrp_complete_instance() in vrrp.c
    if instance["preempt"] is False and instance["preempt_delay"]:
        text = "delays a preemption, and preempt is false"
        yield Note(instance.path_of("preempt_delay"), text, "leave one of them out")


@error("LVS331", "tracks-own-interface", each=instances_in_cluster)
def tracks_own_interface(cluster: Cluster, instance: VrrpInstance) -> Iterator[Note]:
    """An instance tracks its own interface, which keepalived watches anyway.

    Remove it from `track_interfaces`.
    """
    # As vrrp_complete_instance() in vrrp.c, as far as the definition names the interface.
    named = instance["interface"]
    own = [named] if named else [director.interface for director in cluster.directors]
    for track in instance.tracks:
        if track.kind == "interface" and track.name in own:
            yield Note(
                instance.path_of("track_interfaces"),
                f"{track.name} is the interface of {instance.name} itself, which keepalived watches anyway",
                "take it out of the list",
            )


@error("LVS332", "multicast-without-interface", each=instances)
def multicast_without_interface(instance: VrrpInstance) -> Iterator[Note]:
    """An instance has no interface, but advertises by multicast, which needs one.

    Name the interface, or set `unicast: true`.
    """
    if instance["interface"] == NO_INTERFACE and not instance["unicast"]:
        yield Note(
            instance.path_of("interface"),
            f"{NO_INTERFACE} works only with unicast, since a multicast group is reached by an interface",
            "name the interface, or set unicast: true",
        )


@error("LVS333", "unicast-without-address", each=instances_in_cluster)
def unicast_without_address(cluster: Cluster, instance: VrrpInstance) -> Iterator[Note]:
    """Directors advertise by unicast, but one of them has no address of the instance's family.

    Give it one, or set `unicast: false`.
    """
    # Without a peer keepalived goes on by multicast (vrrp_complete_instance()), and who is no peer is not heard.
    way = {"ipv4": "make its lvs_address an ipv4 one", "ipv6": "give it an lvs_ipv6_address"}[instance.family]
    for director in cluster.directors if instance["unicast"] and len(cluster.directors) > 1 else ():
        if not director.vrrp_address_of(instance.family):
            yield Note(
                instance.path_of("unicast"),
                f"{director.host} has no {instance.family} address to which the others could advertise {instance.name}",
                f"{way}, or set unicast: false",
            )


@error("LVS334", "vrrp-address-missing", each=instances_in_cluster)
def vrrp_address_missing(cluster: Cluster, instance: VrrpInstance) -> Iterator[Note]:
    """Some directors have an `lvs_vrrp_address` and others have none: they may be on different networks.

    Give one to every director, all on the same network, or to none.
    """
    # With addresses on different networks directors do not hear each other, and each holds the VIPs.
    family = instance.family
    having = [each.host for each in cluster.directors if family in map(family_of, each.vrrp_addresses)]
    for host in [each.host for each in cluster.directors if having and each.host not in having]:
        yield Note(
            f"hostvars[{host}].lvs_vrrp_address",
            f"is missing: an {family} address of this kind is defined for {', '.join(having)} and not for {host}",
            "give one to every director, all on the same network, or to none",
        )


@error("LVS335", "sync-group-of-one", each=instances_in_cluster)
def sync_group_of_one(cluster: Cluster, instance: VrrpInstance) -> Iterator[Note]:
    """A sync group has one instance, but keepalived needs at least two.

    Name the group in all instances that must move together, or remove it.
    """
    # As vrrp_sync_set_group() in vrrp_sync.c.
    groups = [each.sync_group for each in cluster.keepalived.instances]
    if instance.sync_group and groups.count(instance.sync_group) == 1:
        yield Note(
            f"{instance.path}.sync_group",
            f"{instance.sync_group} has no other instance, and keepalived needs at least two",
            "name it in those that are to move with this one, or leave it out",
        )


@error("LVS336", "duplicate-track-name", each=whole)
def duplicate_track_name(cluster: Cluster) -> Iterator[Note]:
    """Two scripts, or two files, have the same name, which keepalived shares between all instances.

    Give one of the two another name.
    """
    first: dict[tuple[str, str], tuple[Track, str]] = {}
    for instance, tracks in known(cluster.keepalived.instances, lambda instance: instance.tracks):
        for track in tracks:
            place = instance.path_of(f"track_{track.kind}s")
            other, where = first.setdefault((track.kind, track.name), (track, place))
            if track.options != other.options:
                text = f"{track.name} is another {track.kind} in {where}"
                yield Note(place, text, "give one of the two another name")


@error("LVS337", "reserved-track-name", each=instances)
def reserved_track_name(instance: VrrpInstance) -> Iterator[Note]:
    """A tracked file has a name that the collection uses to keep a director from taking VIPs.

    Give it another name.
    """
    for track in instance.tracks:
        if track.kind == "file" and track.name in (STANDBY_TRACK, HELD_TRACK):
            text = f"{track.name} is the name of a file that keeps a director from taking VIPs"
            yield Note(instance.path_of("track_files"), text, "give yours another name")


@error("LVS338", "tracked-twice", each=instances)
def tracked_twice(instance: VrrpInstance) -> Iterator[Note]:
    """An instance tracks something twice, and keepalived ignores the second entry.

    Remove one of them.
    """
    seen: set[tuple[str, str]] = set()
    for track in instance.tracks:
        if (track.kind, track.name) in seen:
            text = f"{track.name} is listed twice"
            yield Note(instance.path_of(f"track_{track.kind}s"), text, "take one of them out")
        seen.add((track.kind, track.name))


@error("LVS339", "gateway-apart-from-vip", each=whole)
def gateway_apart_from_vip(cluster: Cluster) -> Iterator[Note]:
    """Answers of NAT come back through a gateway that may be on another director than the VIP.

    Put both in one instance, or give their instances the same `sync_group`.
    """
    # That director knows nothing of their connections, drops the answers or lets them out untranslated.
    moving = cluster.instances if len(cluster.directors) > 1 else ()
    holders = {address: instance for instance in moving for address in instance.vips}
    for service in cluster.services:
        gateways = [gateway for gateway in service.gateways if gateway in holders]
        for address, gateway in product(sorted(_entrances(cluster, service) & {*holders}), gateways):
            one, other = holders[address], holders[gateway]
            if not one.moves_with(other):
                yield Note(
                    f"{one.path}.vips",
                    f"{address} is a VIP of nat and moves with {one.name}, but the gateway {gateway} of the answers "
                    f"moves with {other.name}: a director would get answers to connections that only another one knows",
                    f"Put both in one instance, or give {one.name} and {other.name} the same sync_group",
                )


def _entrances(cluster: Cluster, service: VirtualService) -> set[str]:
    """The VIPs that decide which director gets a service's packets. What no host holds comes through a next hop."""
    vips = cluster.vips_of(service)
    entrances = {vip.address for vip in vips if not vip.routed}
    if service.takes_any_address or any(vip.routed for vip in vips):
        entrances |= {vip.address for vip in cluster.vips if vip.next_hop and family_of(vip.address) == service.family}
    return entrances


@advice("LVS351", "equal-priorities", each=moving_instances)
def equal_priorities(instance: VrrpInstance) -> Iterator[Note]:
    """Two directors have the same priority, so their addresses decide which of them gets the VIPs.

    Give each director a different `lvs_priority`.
    """
    priorities = [priority for _director, priority in instance.priorities]
    if len(set(priorities)) < len(priorities):
        yield Note(
            instance.path,
            f"VRRP instance {instance.name}: directors have the same priority, {max(priorities)}, and the one with the "
            "higher address gets the VIPs",
            "Give each an lvs_priority of its own",
        )


@advice("LVS352", "fast-without-sync", each=whole)
def fast_without_sync(cluster: Cluster) -> Iterator[Note]:
    """VIPs move within half a second, but directors do not share connections: all of them end at a failover.

    Set `lvs_cluster.sync_daemon`.
    """
    fast = [each for each in cluster.instances if (each["advert_interval"] or 1) < SLOW]
    if fast and len(cluster.directors) > 1 and not cluster.sync_daemon:
        yield Note(
            fast[0].path_of("advert_interval"),
            "The VIPs move within a second, and connections end all the same: the other directors know nothing of them",
            "Set lvs_cluster.sync_daemon: {}",
        )
