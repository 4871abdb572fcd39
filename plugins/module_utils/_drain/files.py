# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operator has done to weights, as files: one for a real server, or for one of its services. Pure. Private.

A file begins with a number that is added to the weight; a sum below 1 is weight 0. keepalived watches the same files by
its FILE_CHECK (check_file.c, track_file.c in keepalived/trackers): it reads the number at the beginning and takes a
file that is not there for 0. The lines after it are notes. Those of ipvsadm tell a weight that stands in no definition;
another one tells how much of the number a slow start takes away for now.
"""

from __future__ import annotations

import re
from typing import Collection, Dict, Iterable, List, Mapping

from .._ipvs import text
from .._ipvs.model import Destination, DestinationKey, Pair, ServiceKey, endpoint
from .._places import DRAINED

# Name of a file in the folder -> the number in it.
Offsets = Dict[str, int]
# Destinations as they were before anyone drained them.
Records = Dict[Pair, Destination]
_SLOW_START = "slow start:"


def server_file(address: str, folder: str = DRAINED) -> str:
    """Return the path of the file for a real server in all of its services."""
    return f"{folder}/{address}"


def destination_file(service: ServiceKey, destination: DestinationKey, folder: str = DRAINED) -> str:
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
    return sorted(name for name in offsets if name not in names and is_name(name))


def is_name(name: str) -> bool:
    """Return whether a file of this name is about a real server, or about one of its services."""
    return re.fullmatch(r"[0-9a-f.]*[.:][0-9a-f.:]*|[^/]*@[^/]*", name) is not None and name not in (".", "..")


def concerns(name: str, address: str) -> bool:
    """Return whether a file of this name is about a real server."""
    return name == address or (name.startswith((f"{address}:", f"[{address}]:")) and "@" in name)


def number_in(content: str) -> int:
    """Return the number at the beginning of a file, 0 where there is none, as strtol() does."""
    found = re.match(r"\s*([+-]?\d+)", content)
    return int(found.group(1)) if found else 0


def offsets_in(texts: Mapping[str, str]) -> Offsets:
    """Return name -> number of files, of name -> text."""
    return {name: number_in(content) for name, content in texts.items()}


def records_in(texts: Mapping[str, str]) -> Records:
    """Return the destinations as they were before, as files tell of services that are in no definition."""
    records: Records = {}
    for content in texts.values():
        records.update(text.parse_weight_lines(content.partition("\n")[2]))
    return records


def slow_starts_in(texts: Mapping[str, str]) -> Offsets:
    """Return name -> which part of the number of a file a slow start takes away, of those where one is under way."""
    found = {
        name: number_in(line[len(_SLOW_START) :])
        for name, content in texts.items()
        for line in content.splitlines()
        if line.startswith(_SLOW_START)
    }
    return {name: number for name, number in found.items() if number}


def record_lines(records: Records) -> Mapping[str, List[str]]:
    """Return what brings back these destinations, by the names of the files that tell of them.

    A file may go while others of the same real server stay or come, so each gets all that there is for it.
    """
    lines: Dict[str, List[str]] = {}
    for service, destination in sorted(records):
        line = text.destination_line("-e", service, records[service, destination])
        for name in (destination.address, destination_name(service, destination)):
            lines.setdefault(name, []).append(line)
    return lines


def content_of(number: int, before: str, lines: Iterable[str], slow_start: int = 0) -> str:
    """Return the text of a file with this number, with the notes that it had before and these lines.

    slow_start: which part of the number a slow start takes away, 0 where none is under way.
    """
    kept = [line for line in before.splitlines()[1:] if not line.startswith(_SLOW_START)]
    if slow_start:
        kept.append(f"{_SLOW_START} {slow_start}")
    return "".join(f"{line}\n" for line in dict.fromkeys((f"{number}", *kept, *lines)))
