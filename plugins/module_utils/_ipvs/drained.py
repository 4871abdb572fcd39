# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operator has done to weights, as files: one for a real server, or for one of its services. Pure. Private.

A file begins with a number that is added to the weight; a sum below 1 is weight 0. keepalived watches the same files by
its FILE_CHECK (check_file.c, track_file.c in keepalived/trackers): it reads the number at the beginning and takes a
file that is not there for 0.
"""

from __future__ import annotations

import re
from typing import AbstractSet, Collection, Dict, Iterable, List, Mapping

from .model import WEIGHT_MAX, DestinationKey, Pair, ServiceKey, Table, endpoint

DRAINED_FOLDER = "/etc/lvs/drained"
# What drains whatever the weight is, and whatever the other file adds.
DRAINED = -1000000
# The same for a while, such as for an update: added to what the file of the whole real server says, later taken off.
SET_ASIDE = 2 * DRAINED

# Name of a file in the folder -> the number in it.
Offsets = Dict[str, int]


def server_file(address: str, folder: str = DRAINED_FOLDER) -> str:
    """Return the path of the file for a real server in all of its services."""
    return f"{folder}/{address}"


def destination_file(service: ServiceKey, destination: DestinationKey, folder: str = DRAINED_FOLDER) -> str:
    """Return the path of the file for a real server in one service."""
    return f"{folder}/{destination_name(service, destination)}"


def destination_name(service: ServiceKey, destination: DestinationKey) -> str:
    if service.fwmark:
        name = f"fwmark{'6' if service.family == 'ipv6' else ''}:{service.fwmark}"
    else:
        name = f"{service.protocol}:{endpoint(service.address, service.port)}"
    return f"{endpoint(*destination)}@{name}"


def left_over(offsets: Iterable[str], pairs: Collection[Pair]) -> List[str]:
    """Return the files of real servers that are none of these any more, and of no other kind of name."""
    names = {destination.address for _service, destination in pairs}
    names.update(destination_name(*pair) for pair in pairs)
    return sorted(
        name for name in offsets if name not in names and re.fullmatch(r"[0-9a-f.]*[.:][0-9a-f.:]*|.*@.*", name)
    )


def concerns(name: str, address: str) -> bool:
    """Return whether a file of this name is about a real server."""
    return name == address or (name.startswith((f"{address}:", f"[{address}]:")) and "@" in name)


def number_in(text: str) -> int:
    """Return the number at the beginning of a file, 0 where there is none, as strtol() does."""
    found = re.match(r"\s*([+-]?\d+)", text)
    return int(found.group(1)) if found else 0


def offsets_in(texts: Mapping[str, str]) -> Offsets:
    """Return name -> number of files, of name -> text."""
    return {name: number_in(text) for name, text in texts.items()}


def offset(offsets: Mapping[str, int], service: ServiceKey, destination: DestinationKey) -> int:
    """Return what is added to the weight of a destination."""
    return offsets.get(destination.address, 0) + offsets.get(destination_name(service, destination), 0)


def weight_with(weight: int, added: int) -> int:
    """Return the weight that IPVS gets (real_weight() in keepalived/include/check_data.h)."""
    return min(max(weight + added, 0), WEIGHT_MAX)


def with_offsets(table: Table, offsets: Mapping[str, int], pairs: AbstractSet[Pair]) -> Table:
    """Return the table with the operator's weights of these destinations."""
    if not offsets:
        return table
    changed = dict(table)
    for key in {service for service, _destination in pairs} & table.keys():
        destinations = tuple(
            destination._replace(weight=weight_with(destination.weight, offset(offsets, key, destination.key)))
            if (key, destination.key) in pairs
            else destination
            for destination in table[key].destinations
        )
        changed[key] = table[key]._replace(destinations=destinations)
    return changed


def drain(offsets: Mapping[str, int], address: str, selected: Iterable[str], everywhere: bool) -> Offsets:
    """Return the files of a real server as they are when it is drained.

    offsets: those that there are. selected: the names of its destinations' files, or of some. everywhere: from all
    services, also those that come later.
    """
    if everywhere:
        return {address: DRAINED}
    own = {name: number for name, number in offsets.items() if concerns(name, address)}
    return {**own, **dict.fromkeys(selected, DRAINED)}


def set_aside(offsets: Mapping[str, int], address: str) -> Offsets:
    """Return the files of a real server as they are when it is drained for a while: what they said comes back."""
    own = {name: number for name, number in offsets.items() if concerns(name, address)}
    whole = own.get(address, 0)
    return own if whole <= DRAINED else {**own, address: whole + SET_ASIDE}


def brought_back(offsets: Mapping[str, int], address: str) -> Offsets:
    """Return the files of a real server as they were before it was set aside; what operators have said stays."""
    own = {name: number for name, number in offsets.items() if concerns(name, address)}
    whole = own.get(address, 0)
    if whole < DRAINED:
        own[address] = whole - SET_ASIDE
    return {name: number for name, number in own.items() if number}


def activate(
    offsets: Mapping[str, int], address: str, selected: Mapping[str, int], all_names: Iterable[str], everywhere: bool
) -> Offsets:
    """Return the files of a real server as they are when it is active again.

    selected: file's name -> what shall be added to the weight. all_names: those of all its destinations. What is
    drained as a whole and not selected stays drained, each service by itself.
    """
    given = {name: number for name, number in selected.items() if number}
    if everywhere:
        return given
    own = {name: number for name, number in offsets.items() if concerns(name, address)}
    whole = own.pop(address, 0)
    if whole:
        for name in all_names:
            own[name] = own.get(name, 0) + whole
    return {**{name: number for name, number in own.items() if name not in selected}, **given}
