# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which VIPs move together, and by which rules: the instances of VRRP that an owner describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from ...module_utils._netlink.address import family_of
from .._schema.place import Place
from .._schema.record import Draft, PlacedDraft
from .._schema.sentences import nearest
from .._schema.vrrp import VRRP_INSTANCE_KEYS
from .._schema.words import VIRTUAL_ROUTER_ID
from .model import HELD, NO_INTERFACE, STANDBY, Cluster, Director, Keepalived, Track, Vip, VirtualService, VrrpInstance
from .watch import given_options

LAST_VIRTUAL_ROUTER = 255
# Seconds: version 3 has 12 bits for hundredths of them (RFC 9568, section 5.2.7).
LONGEST_INTERVAL = 40.95
# The instance that an owner gets who lists none.
DEFAULT_INSTANCE = "lvs"
_OWN = ("virtual_router_id", "track_interfaces", "track_scripts", "track_files")


class _Placed(NamedTuple):
    """An instance and what its owner says of it alone. at: where that stands. shared: where that of all stands."""

    instance: VrrpInstance
    own: Draft
    at: Place
    shared: Place

    def place_of(self, key: str) -> Place:
        return (self.shared if self.own.get(key) is None else self.at).key(key)


def read_keepalived(options: Draft, vips: Iterable[Vip], directors: Iterable[Director], place: Place) -> Keepalived:
    """What concerns keepalived as a whole, of completed options of lvs_cluster; place is that of lvs_cluster."""
    vrrp = options["vrrp"]
    scripts = options["scripts"]
    instances = _instances(vrrp, list(vips), list(directors), place.key("vrrp"))
    _check_numbers(instances)
    _check_names_of_tracks(instances)
    _check_sync_groups(instances)
    for placed in instances:
        _check_tracked_twice(placed)
        _check_version(placed, vrrp["password"])
        _check_preempting(placed)
        _check_own_interface(placed, list(directors))
        _check_unicast(placed, list(directors))
        _check_vrrp_addresses(placed, list(directors))
    return Keepalived(
        instances=tuple(placed.instance for placed in instances),
        authentication=vrrp["authentication"] if vrrp["password"] else None,
        startup_delay=vrrp["startup_delay"] or None,
        email=given_options(options["email"] or {}),
        script_user=tuple(name for name in (scripts["user"], scripts["group"]) if name),
        raw_global_defs=options["raw"].get("global_defs"),
        raw_file=options["raw"].get("file"),
        templates=options["keepalived_templates"],
    )


def note_parted_ways(cluster: Cluster, place: Place) -> None:
    """Note the VIPs whose answers by nat come back through a gateway that may be on another director.

    That director knows nothing of their connections, drops the answers or lets them out untranslated. place: that of
    lvs_cluster.
    """
    instances = cluster.instances if len(cluster.directors) > 1 else ()
    holders = {address: instance for instance in instances for address in instance.vips}
    for service in cluster.services:
        gateways = [gateway for gateway in service.gateways if gateway in holders]
        for address, gateway in product(sorted(_entrances(cluster, service) & {*holders}), gateways):
            one, other = holders[address], holders[gateway]
            if not one.moves_with(other):
                place.key("vrrp").key("instances").item(instances.index(one)).key("vips").note(
                    f"{address} is a VIP of nat and moves with {one.name}, the gateway {gateway} of the answers with "
                    f"{other.name}: a director would get answers to connections that only another one knows. Let one "
                    f"instance have both, or give {one.name} and {other.name} the same sync_group"
                )


def _entrances(cluster: Cluster, service: VirtualService) -> set[str]:
    """The VIPs that decide which director gets a service's packets. What no host holds comes through a next hop."""
    vips = cluster.vips_of(service)
    entrances = {vip.address for vip in vips if not vip.routed}
    if service.takes_any_address or any(vip.routed for vip in vips):
        entrances |= {vip.address for vip in cluster.vips if vip.next_hop and family_of(vip.address) == service.family}
    return entrances


def _instances(vrrp: Draft, vips: list[Vip], directors: list[Director], place: Place) -> list[_Placed]:
    held = [vip.address for vip in vips if not vip.routed]
    drafts: list[PlacedDraft]
    if vrrp["instances"] is None:
        drafts = [(place, {"name": DEFAULT_INSTANCE, "vips": held, "priorities": {}})] if held else []
    else:
        drafts = [(place.key("instances").item(index), draft) for index, draft in enumerate(vrrp["instances"]) if draft]
        _check_instances(drafts, held, directors, place.key("instances"))
    return [
        _Placed(_instance(draft, vrrp, directors, index, at.path), draft, at, place)
        for index, (at, draft) in enumerate(drafts)
    ]


def _instance(draft: Draft, vrrp: Draft, directors: list[Director], index: int, path: str) -> VrrpInstance:
    """index: its place in the list; without a number of its own its virtual router has the next one."""
    both = {key: draft[key] if draft.get(key) is not None else vrrp[key] for key in VRRP_INSTANCE_KEYS}
    first = vrrp["virtual_router_id"] or VIRTUAL_ROUTER_ID
    return VrrpInstance(
        name=draft["name"],
        virtual_router_id=draft.get("virtual_router_id") or first + index,
        vips=tuple(sorted(draft["vips"])),
        priorities=tuple(
            (director.host, draft["priorities"].get(director.host, director.priority)) for director in directors
        ),
        sync_group=draft.get("sync_group"),
        tracks=tuple(_tracks(both)),
        settings=given_options(both, without=_OWN),
        path=path,
    )


def _tracks(draft: Draft) -> Iterator[Track]:
    for entry in draft["track_interfaces"] or ():
        if entry:
            yield Track("interface", entry["interface"], entry["weight"])
    for kind in ("script", "file"):
        for entry in draft[f"track_{kind}s"] or ():
            if entry:
                yield Track(kind, entry["name"], entry["weight"], given_options(entry, without=("name", "weight")))


def _check_version(placed: _Placed, password: bool) -> None:
    """Versions differ in what they can say: RFC 9568, section 1.1."""
    instance, place = placed.instance, placed.place_of("advert_interval")
    # vrrp_complete_instance() in vrrp.c: IPv6 has version 3 where nobody names one.
    version = instance["version"] or (3 if instance.family == "ipv6" else 2)
    interval = instance["advert_interval"] or 1.0
    if version == 2 and interval != int(interval):
        place.note(f"{interval:g}: version 2 counts whole seconds; let version be 3")
    if version == 3 and interval > LONGEST_INTERVAL:
        place.note(f"{interval:g}: version 3 goes up to {LONGEST_INTERVAL} seconds; let it be at most that")
    if instance["version"] == 3 and password:
        placed.shared.key("password").note("version 3 has no authentication; leave one of them out")


def _check_preempting(placed: _Placed) -> None:
    # vrrp_complete_instance() in vrrp.c
    if placed.instance["preempt"] is False and placed.instance["preempt_delay"]:
        placed.place_of("preempt_delay").note("delays a preemption, and preempt is false; leave one of them out")


def _check_own_interface(placed: _Placed, directors: list[Director]) -> None:
    """As vrrp_complete_instance() in vrrp.c, as far as the definition names the interface."""
    named = placed.instance["interface"]
    own = [named] if named else [director.interface for director in directors]
    for track in placed.instance.tracks:
        if track.kind == "interface" and track.name in own:
            placed.place_of("track_interfaces").note(
                f"{track.name} is the interface of {placed.instance.name} itself, which keepalived watches anyway; "
                "take it out of the list"
            )


def _check_unicast(placed: _Placed, directors: list[Director]) -> None:
    """Without a peer keepalived goes on by multicast (vrrp_complete_instance()), and who is no peer is not heard."""
    instance = placed.instance
    way = {"ipv4": "let its lvs_address be an ipv4 one", "ipv6": "give it an lvs_ipv6_address"}[instance.family]
    if instance["interface"] == NO_INTERFACE and not instance["unicast"]:
        placed.place_of("interface").note(
            f"{NO_INTERFACE} works only with unicast, since a multicast group is reached by an interface; name the "
            "interface, or set unicast: true"
        )
    for director in directors:
        if instance["unicast"] and len(directors) > 1 and not director.vrrp_address_of(instance.family):
            placed.place_of("unicast").note(
                f"{director.host} has no {instance.family} address, to which the others could advertise "
                f"{instance.name}; {way}, or let unicast be false"
            )


def _check_vrrp_addresses(placed: _Placed, directors: list[Director]) -> None:
    """With addresses on different networks directors do not hear each other, and each holds the VIPs."""
    family = placed.instance.family
    having = [each.host for each in directors if family in map(family_of, each.vrrp_addresses)]
    for host in [each.host for each in directors if having and each.host not in having]:
        Place(f"hostvars[{host}].lvs_vrrp_address", placed.at.problems).note(
            f"is missing: an {family} address of this kind is defined for {', '.join(having)} and not for {host}; "
            "give every director one on the same network, or none of them"
        )


def _check_sync_groups(instances: list[_Placed]) -> None:
    """As vrrp_sync_set_group() in vrrp_sync.c."""
    groups = [placed.instance.sync_group for placed in instances]
    for placed in instances:
        if placed.instance.sync_group and groups.count(placed.instance.sync_group) == 1:
            placed.at.key("sync_group").note(
                f"{placed.instance.sync_group} has no other instance, and keepalived wants two at least; name it in "
                "those that are to move with this one, or leave it out"
            )


def _check_names_of_tracks(instances: list[_Placed]) -> None:
    """keepalived knows scripts and files by their names, each kind for itself and all instances together."""
    first: dict[tuple[str, str], tuple[Track, str]] = {}
    for placed in instances:
        for track in placed.instance.tracks:
            place = placed.place_of(f"track_{track.kind}s")
            known, where = first.setdefault((track.kind, track.name), (track, place.path))
            if track.options != known.options:
                place.note(f"{track.name} is another {track.kind} in {where}; give one of the two another name")
            if track.kind == "file" and track.name in (STANDBY, HELD):
                place.note(f"{track.name} is a file by which a director takes no VIPs; give yours another name")


def _check_tracked_twice(placed: _Placed) -> None:
    """keepalived ignores the second."""
    seen: set[tuple[str, str]] = set()
    for track in placed.instance.tracks:
        if (track.kind, track.name) in seen:
            placed.place_of(f"track_{track.kind}s").note(f"{track.name} is listed twice; take one of them out")
        seen.add((track.kind, track.name))


def _check_numbers(instances: list[_Placed]) -> None:
    """Without a number of its own an instance has the next one, which may be another's, or none at all.

    The two families have numbers of their own, and so has each network (RFC 9568, section 5.2.3).
    """
    for index, placed in enumerate(instances):
        number, place = placed.instance.virtual_router_id, placed.at.key("virtual_router_id")
        if number > LAST_VIRTUAL_ROUTER:
            place.note(f"would be {number} by its place in the list, and they end at 255; give it one of its own")
            continue
        taken = next((other for other in instances[:index] if _meet(placed.instance, other.instance)), None)
        if taken:
            default = "" if placed.own["virtual_router_id"] else ", which it would have by its place in the list,"
            place.note(
                f"{number}{default} is taken already, by {taken.at.path}; give one of the two another number, or let "
                "each name its interface, where these are different networks"
            )


def _meet(one: VrrpInstance, other: VrrpInstance) -> bool:
    """Whether each would take the other's advertisements for its own, as far as the definition tells."""
    interfaces = {one["interface"], other["interface"]}
    same_network = len(interfaces) == 1 or None in interfaces
    return (one.virtual_router_id, one.family) == (other.virtual_router_id, other.family) and same_network


def _check_instances(drafts: list[PlacedDraft], held: list[str], directors: list[Director], place: Place) -> None:
    """Each VIP moves with one instance; names are an instance's own."""
    holders: dict[str, str] = {}
    names: dict[str, str] = {}
    for at, draft in drafts:
        for address in draft["vips"]:
            if address not in held:
                at.key("vips").note(f"{address} is not a VIP of this cluster{nearest(address, held)}")
            elif address in holders:
                at.key("vips").note(f"{address} moves with {holders[address]} already")
            holders.setdefault(address, draft["name"])
        if names.setdefault(draft["name"], at.path) != at.path:
            at.key("name").note(f"{draft['name']} is taken already, by {names[draft['name']]}")
        for host in draft["priorities"]:
            if host not in [director.host for director in directors]:
                at.key("priorities").key(host).note("is not a director of this cluster")
    for address in sorted({*held} - {*holders}):
        place.note(f"no instance has the VIP {address}; list it in the vips of one")
