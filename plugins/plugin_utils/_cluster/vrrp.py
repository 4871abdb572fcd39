# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which VIPs move together, and by which rules: the instances of VRRP that an owner describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from .._schema.place import Place
from .._schema.record import Draft
from .._schema.vrrp import VRRP_INSTANCE_KEYS
from .._schema.vrrp_profiles import preset
from .._schema.words import VIRTUAL_ROUTER_ID
from .._values.director import Director
from .._values.unknown import Unknown, made_of
from .._values.vip import Vip
from .._values.vrrp import Keepalived, Track, VrrpInstance
from .drafts import entries, given_options, inherit, is_whole, known

# The instance that an owner gets who lists none.
DEFAULT_INSTANCE = "lvs"
_OWN = ("virtual_router_id", "track_interfaces", "track_scripts", "track_files")


def read_keepalived(
    options: Draft, vips: Iterable[Vip] | None, directors: tuple[Director, ...] | None, place: Place
) -> Draft:
    """The key keepalived of a cluster. vips, directors: None where they are unknown. place: of lvs_cluster."""
    if any(key not in options for key in ("vrrp", "scripts", "email", "raw", "keepalived_templates")):
        return {}
    vrrp = options["vrrp"]
    keepalived: dict[str, Any] = {
        "startup_delay": vrrp.get("startup_delay") or None,
        "realtime_priority": _of_profile(vrrp, "realtime_priority"),
        "no_swap": bool(_of_profile(vrrp, "no_swap")),
        "email": given_options(options["email"] or {}),
        "script_user": tuple(filter(None, (options["scripts"].get(name) for name in ("user", "group")))),
        "raw_global_defs": options["raw"].get("global_defs"),
        "raw_file": options["raw"].get("file"),
        "templates": options["keepalived_templates"],
    }
    if "password" in vrrp and "authentication" in vrrp:
        keepalived["authentication"] = vrrp["authentication"] if vrrp["password"] else None
    if "instances" in vrrp:
        keepalived["instances"] = tuple(_instances(vrrp, vips, directors, place.key("vrrp")))
    return {"keepalived": made_of(Keepalived, keepalived)}


def _instances(
    vrrp: Draft, vips: Iterable[Vip] | None, directors: tuple[Director, ...] | None, place: Place
) -> Iterator[VrrpInstance]:
    if vrrp["instances"] is not None:
        for index, (path, draft) in enumerate(entries(vrrp["instances"], f"{place.path}.instances")):
            yield _instance(draft or {}, vrrp, directors, index, Place(path, place.problems))
        return
    held = _held(vips)
    if held != []:
        draft = {**dict.fromkeys(VRRP_INSTANCE_KEYS), "sync_group": None, "priorities": {}, "name": DEFAULT_INSTANCE}
        yield _instance(draft | ({} if held is None else {"vips": held}), vrrp, directors, 0, place)


def _held(vips: Iterable[Vip] | None) -> list[str] | None:
    """The addresses that directors hold; None where one of them is unknown."""
    try:
        return None if vips is None else [vip.address for vip in vips if not vip.routed]
    except Unknown:
        return None


def _instance(
    draft: Draft, vrrp: Draft, directors: tuple[Director, ...] | None, index: int, place: Place
) -> VrrpInstance:
    """index: its place in the list."""
    parts = {
        **known(draft, ("name", "sync_group")),
        **({"vips": tuple(sorted(draft["vips"]))} if "vips" in draft and is_whole(place.key("vips")) else {}),
        **_number(draft, vrrp, index),
        **_settings(draft, vrrp),
        **_priorities(draft, directors),
        "path": place.path,
        "own": frozenset(key for key, value in draft.items() if value is not None),
    }
    return made_of(VrrpInstance, parts)


def _number(draft: Draft, vrrp: Draft, index: int) -> Draft:
    """Without a number of its own a virtual router has the next one after that of the first."""
    numbered = known(draft, ["virtual_router_id"])
    first = known(vrrp, ["virtual_router_id"])
    following = {name: (number or VIRTUAL_ROUTER_ID) + index for name, number in first.items()}
    inherit(numbered, "virtual_router_id", following)
    return numbered


def _of_profile(vrrp: Draft, key: str, own: Any = None) -> Any:
    """A setting where nobody has said it: own, or what the profile says."""
    given = vrrp.get(key) if own is None else own
    return preset(vrrp.get("profile"), key) if given is None else given


def _settings(draft: Draft, vrrp: Draft) -> Draft:
    """What an instance has of itself or of all instances; nothing where a part of it was refused."""
    both = known(draft, VRRP_INSTANCE_KEYS)
    for key in VRRP_INSTANCE_KEYS:
        inherit(both, key, vrrp)
    if len(both) < len(VRRP_INSTANCE_KEYS):
        return {}
    # Where nothing is taken back, there is nothing to wait for.
    own = {"preempt_delay"} if both["preempt"] is False else set()
    both = {key: value if key in own else _of_profile(vrrp, key, value) for key, value in both.items()}
    settings: Draft = {"settings": given_options(both, without=_OWN)}
    with suppress(KeyError):  # something of a track was refused
        settings["tracks"] = tuple(_tracks(both))
    return settings


def _priorities(draft: Draft, directors: tuple[Director, ...] | None) -> Draft:
    if directors is None or "priorities" not in draft:
        return {}
    given = draft["priorities"]
    hosts = [director.host for director in directors]
    parts: Draft = {"non_directors": tuple(host for host in given if host not in hosts)}
    try:
        parts["priorities"] = tuple((each.host, given.get(each.host, each.priority)) for each in directors)
    except Unknown:
        return parts
    return parts


def _tracks(draft: Draft) -> Iterator[Track]:
    for entry in filter(None, draft["track_interfaces"] or ()):
        yield Track("interface", entry["interface"], entry["weight"])
    for kind in ("script", "file"):
        for entry in filter(None, draft[f"track_{kind}s"] or ()):
            yield Track(kind, entry["name"], entry["weight"], given_options(entry, without=("name", "weight")))
