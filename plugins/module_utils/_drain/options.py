# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options of ipvs_real_server say, as values. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Mapping, Sequence

from .._change import InvalidInput
from .._ipvs.model import FWMARK_MAX, PROTOCOLS, WEIGHT_MAX, ServiceKey
from .._netlink.address import canonical, family_of
from .._places import DRAINED, IPVS_RULES, KEEPALIVED_CONF
from .model import Goal, Selection
from .waiting import KINDS

OPTIONS: Dict[str, Any] = {
    "address": {"type": "list", "elements": "str", "required": True},
    "port": {"type": "int"},
    "services": {"type": "list", "elements": "str", "default": []},
    "state": {"type": "str", "choices": ["drained", "active"], "required": True},
    "weight": {"type": "int"},
    "share": {"type": "int"},
    "continued": {"type": "list", "elements": "str"},
    "ramp": {"type": "int", "default": 0},
    "wait": {"type": "bool", "default": False},
    "wait_for": {"type": "list", "elements": "str", "choices": list(KINDS), "default": ["active"]},
    "timeout": {"type": "int", "default": 300},
    "force": {"type": "bool", "default": False},
    "temporary": {"type": "bool", "default": False},
    "boot_file": {"type": "path", "default": IPVS_RULES},
    "keepalived_file": {"type": "path", "default": KEEPALIVED_CONF},
    "drained_folder": {"type": "path", "default": DRAINED},
}


def parse_goal(options: Mapping[str, Any]) -> Goal:
    """Return what is wanted. InvalidInput for what contradicts itself."""
    drained = options["state"] == "drained"
    if options["weight"] is not None and drained:
        raise InvalidInput(("weight: goes with state active; a drained real server has weight 0",))
    faults = tuple(_slow_start_faults(options, drained))
    if faults:
        raise InvalidInput(faults)
    if options["temporary"] and any(options[name] for name in ("port", "services", "weight")):
        raise InvalidInput(("temporary: is for a real server as a whole; leave port, services and weight out",))
    continued = options["continued"]
    return Goal(
        drained,
        options["weight"],
        options["force"],
        options["temporary"],
        options["share"],
        None if continued is None else frozenset(continued),
    )


def _slow_start_faults(options: Mapping[str, Any], drained: bool) -> Iterator[str]:
    share, ramp = options["share"], options["ramp"]
    for name in ("share", "ramp"):
        if options[name] and drained:
            yield f"{name}: goes with state active; a drained real server has weight 0"
    if share is not None and not 1 <= share <= 100:
        yield f"share: {share} is not 1 to 100 percent"
    if ramp < 0:
        yield f"ramp: {ramp} is no number of seconds; it is 0 or more"
    if options["continued"] is not None and share is None:
        yield "continued: goes with share, which says how far the slow start is"


def parse_selection(options: Mapping[str, Any]) -> Selection:
    """Return which destinations are meant. InvalidInput for all that is wrong in the options."""
    faults: List[str] = []
    addresses = tuple(_parsed(canonical, options["address"], "address", faults))
    services = tuple(_parsed(parse_service, options["services"], "services", faults))
    if options["weight"] is not None and not 0 <= options["weight"] <= WEIGHT_MAX:
        faults.append(f"weight: {options['weight']} is not 0 to {WEIGHT_MAX}")
    if faults:
        raise InvalidInput(tuple(faults))
    return Selection(tuple(sorted(set(addresses))), options["port"], services)


def _parsed(parse: Any, words: Sequence[str], option: str, faults: List[str]) -> Iterator[Any]:
    for word in words:
        try:
            yield parse(word)
        except ValueError as error:
            faults.append(f"{option}: {word}: {error}")


def parse_service(words: str) -> ServiceKey:
    """Read a service as results name it: "tcp 192.0.2.198:80", "fwmark 7", "fwmark 7 ipv6". ValueError for others."""
    kind, _blank, rest = words.strip().partition(" ")
    if kind == "fwmark":
        mark, _blank, family = rest.partition(" ")
        if not mark.isdecimal() or not 1 <= int(mark) <= FWMARK_MAX or family not in ("", "ipv4", "ipv6"):
            raise ValueError("is no fwmark such as `fwmark 7` or `fwmark 7 ipv6`")
        return ServiceKey(family or "ipv4", "", "", 0, int(mark))
    address, _colon, port = rest.rpartition(":")
    if kind not in PROTOCOLS or not port.isdecimal():
        raise ValueError("is no service such as `tcp 192.0.2.198:80`")
    vip = canonical(address.strip("[]"))
    return ServiceKey(family_of(vip), kind, vip, int(port), 0)
