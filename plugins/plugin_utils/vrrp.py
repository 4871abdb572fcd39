# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which VIPs move together, and by which rules: the instances of VRRP that an owner describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .fields import Draft, Place, nearest
from .keepalived_keys import VRRP_INSTANCE_KEYS
from .model import Director, Keepalived, Track, Vip, VrrpInstance
from .watch import given_options

VIRTUAL_ROUTER_ID = 51
# The instance that an owner gets who lists none.
DEFAULT_INSTANCE = "lvs"
_OWN = ("virtual_router_id", "track_interfaces", "track_scripts", "track_files")


def read_keepalived(options: Draft, vips: Iterable[Vip], directors: Iterable[Director], place: Place) -> Keepalived:
    """What concerns keepalived as a whole, of completed options of lvs_cluster; place is that of lvs_cluster."""
    vrrp = options["vrrp"]
    scripts = options["scripts"]
    _check_version(vrrp, place.key("vrrp"))
    instances = tuple(_instances(vrrp, list(vips), list(directors), place.key("vrrp")))
    return Keepalived(
        instances=instances,
        authentication=vrrp["authentication"] if vrrp["password"] else None,
        startup_delay=vrrp["startup_delay"],
        email=given_options(options["email"] or {}),
        script_user=tuple(name for name in (scripts["user"], scripts["group"]) if name),
        raw_global_defs=options["raw"].get("global_defs"),
        raw_file=options["raw"].get("file"),
    )


def _instances(vrrp: Draft, vips: list[Vip], directors: list[Director], place: Place) -> Iterator[VrrpInstance]:
    held = [vip.address for vip in vips if not vip.routed]
    if vrrp["instances"] is None:
        if held:
            yield _instance({"name": DEFAULT_INSTANCE, "vips": held, "priorities": {}}, vrrp, directors, 0)
        return
    drafts = [(place.key("instances").item(index), draft) for index, draft in enumerate(vrrp["instances"]) if draft]
    _check_instances(drafts, held, directors, place.key("instances"))
    for index, (_place, draft) in enumerate(drafts):
        yield _instance(draft, vrrp, directors, index)


def _instance(draft: Draft, vrrp: Draft, directors: list[Director], index: int) -> VrrpInstance:
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
    )


def _tracks(draft: Draft) -> Iterator[Track]:
    for entry in draft["track_interfaces"] or ():
        if entry:
            yield Track("interface", entry["interface"], entry["weight"])
    for kind in ("script", "file"):
        for entry in draft[f"track_{kind}s"] or ():
            if entry:
                yield Track(kind, entry["name"], entry["weight"], given_options(entry, without=("name", "weight")))


def _check_version(vrrp: Draft, place: Place) -> None:
    """Versions differ in what they can say: RFC 9568, section 1.1."""
    instances = [(place.key("instances").item(i), draft) for i, draft in enumerate(vrrp["instances"] or ()) if draft]
    own = [(at, draft) for at, draft in instances if draft.get("version") or draft.get("advert_interval")]
    for at, draft in [(place, vrrp), *own]:
        version = draft.get("version") or vrrp["version"] or 2
        interval = draft.get("advert_interval") or vrrp["advert_interval"] or 1.0
        if version == 2 and interval != int(interval):
            at.key("advert_interval").note(f"{interval:g}: version 2 counts whole seconds; let version be 3")
        if version == 3 and vrrp["password"]:
            at.key("password").note("version 3 has no authentication; leave one of them out")


def _check_instances(
    drafts: list[tuple[Place, Draft]], held: list[str], directors: list[Director], place: Place
) -> None:
    """Each VIP moves with one instance; names and numbers are an instance's own."""
    holders: dict[str, str] = {}
    numbers: dict[Any, str] = {}
    names: dict[str, str] = {}
    for at, draft in drafts:
        for address in draft["vips"]:
            if address not in held:
                at.key("vips").note(f"{address} is no VIP of this cluster{nearest(address, held)}")
            elif address in holders:
                at.key("vips").note(f"{address} moves with {holders[address]} already")
            holders.setdefault(address, draft["name"])
        if names.setdefault(draft["name"], at.path) != at.path:
            at.key("name").note(f"{draft['name']} is taken already, by {names[draft['name']]}")
        number = draft.get("virtual_router_id")
        if number and numbers.setdefault(number, at.path) != at.path:
            at.key("virtual_router_id").note(f"{number} is taken already, by {numbers[number]}")
        for host in draft["priorities"]:
            if host not in [director.host for director in directors]:
                at.key("priorities").key(host).note("is no director of this cluster")
    for address in sorted({*held} - {*holders}):
        place.note(f"no instance has the VIP {address}; list it in the vips of one")
