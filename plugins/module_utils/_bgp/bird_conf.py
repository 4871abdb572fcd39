# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""BIRD's configuration as text: the file that is ours, and the line by which bird.conf includes it. Pure. Private."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from hashlib import sha256
from typing import Iterator, List, Optional, Tuple

from .._netlink.address import FAMILIES, canonical, family_of
from .model import Announcement, Neighbour

HEADER = "# Written by lvs.cluster, as a whole; a change by hand is lost at the next run."
# What BIRD is asked for, to tell with which of our texts it runs.
DIGEST = "lvs_text"
DIRECT, BFD, OUT = "lvs_direct", "lvs_bfd", "lvs_out"
_INCLUDED = "# by lvs.cluster"
# The same where the line before had no end, which it gets back when the line goes.
_AFTER_NO_END = f"{_INCLUDED}, after a line that had no end"
_TABLES = {"ipv4": "lvs4", "ipv6": "lvs6"}
_PROTOCOL = re.compile(r"^\s*protocol\s+(\w+)", re.MULTILINE)
_NEIGHBOUR = re.compile(r"^[^#\n]*\bneighbor\s+([0-9a-fA-F.:]+)", re.MULTILINE)


def written(wanted: Announcement, bfd: bool) -> str:
    """Return the file with what is ours. bfd: whether it has to bring the protocol BFD, which others have not."""
    lines = [*_head(wanted), *_exit(wanted)]
    if bfd and any(neighbour.bfd for neighbour in wanted.neighbours):
        lines.append(f"protocol bfd {BFD} {{ }}")
    for neighbour in wanted.neighbours:
        lines += _session(wanted, neighbour)
    body = "".join(f"{line}\n" for line in lines)
    return f'{HEADER}\ndefine {DIGEST} = "{sha256(body.encode()).hexdigest()}";\n{body}'


def digest_of(text: str) -> str:
    """Return by which word BIRD says that it runs with a text, "" where the text has none."""
    found = re.search(rf'^define {DIGEST} = "(\w+)";$', text, re.MULTILINE)
    return found[1] if found else ""


def _head(wanted: Announcement) -> Iterator[str]:
    for family in FAMILIES:
        yield f"{family} table {_TABLES[family]};"
    yield f"protocol direct {DIRECT} {{"
    for family in FAMILIES:
        yield f"  {family} {{ table {_TABLES[family]}; }};"
    yield f"  interface {', '.join(_quoted(interface) for interface, _med in wanted.exits)};"
    yield "}"


def _exit(wanted: Announcement) -> Iterator[str]:
    yield f"filter {OUT} {{"
    for family in wanted.families:
        own = f"net.type = NET_IP{family[-1]} && net ~ [ {', '.join(wanted.of_family(family))} ]"
        yield f"  if {own} then {{"
        for interface, med in wanted.exits:
            if med is not None:
                yield f"    if ifname = {_quoted(interface)} then bgp_med = {med};"
        for count, name in ((2, "bgp_community"), (3, "bgp_large_community")):
            for community in wanted.communities_of(count):
                yield f"    {name}.add(({', '.join(map(str, community))}));"
        yield "    accept;"
        yield "  }"
    yield "  reject;"
    yield "}"


def _session(wanted: Announcement, neighbour: Neighbour) -> Iterator[str]:
    yield f"protocol bgp {name_of(neighbour.address)} {{"
    yield f"  router id {wanted.router_id};"
    yield f"  local {f'{neighbour.source} ' if neighbour.source else ''}as {wanted.local_as};"
    yield f"  neighbor {neighbour.address} as {neighbour.remote_as};"
    yield "  graceful restart off;"  # or else a router may keep the VIPs of a director whose BIRD is gone, for minutes
    yield "  long lived graceful restart off;"
    if neighbour.multihop is not None:
        yield f"  multihop {neighbour.multihop};"
    if neighbour.password is not None:
        yield f"  password {_quoted(neighbour.password)};"
    if neighbour.hold_time is not None:
        yield f"  hold time {neighbour.hold_time};"
        yield f"  keepalive time {neighbour.keepalive};"
    if neighbour.bfd:
        yield "  bfd on;"
    yield f"  {neighbour.family} {{ table {_TABLES[neighbour.family]}; import none; export filter {OUT}; }};"
    yield "}"


def name_of(address: str) -> str:
    """Return the name of the protocol for a neighbour."""
    return f"lvs_{re.sub('[^0-9a-f]', '_', address)}"


def table_of(address: str) -> str:
    """Return the table from which a neighbour hears."""
    return _TABLES[family_of(address)]


def _quoted(word: str) -> str:
    return f'"{word}"'


def include(text: str, path: str) -> str:
    """Return the text of bird.conf with our file, as its last line; as it is where it includes the file already."""
    if path in _included(text, path):
        return text
    whole = not text or text.endswith("\n")
    return f"{text}{'' if whole else chr(10)}include {_quoted(path)}; {_INCLUDED if whole else _AFTER_NO_END}\n"


def strip(text: str, path: str) -> str:
    """Return the text of bird.conf without our line."""
    line = re.escape(f"include {_quoted(path)}; ")
    text = re.sub(rf"\n{line}{re.escape(_AFTER_NO_END)}\n", "", text)
    return re.sub(rf"^{line}{re.escape(_INCLUDED)}\n", "", text, flags=re.MULTILINE)


def _included(text: str, path: str) -> List[str]:
    patterns: List[str] = re.findall(r'^\s*include\s+"([^"]+)"', text, re.MULTILINE)
    return [path for pattern in patterns if fnmatch(path, pattern)]


def said(text: str) -> Tuple[List[str], List[str]]:
    """Return the kinds of protocols that a text of others has, in lower case, and the addresses of their neighbours."""
    return [kind.lower() for kind in _PROTOCOL.findall(text)], [*filter(None, map(_spelled, _NEIGHBOUR.findall(text)))]


def shown(told: str) -> Tuple[List[str], List[str]]:
    """Return the same of what `birdc show protocols all` tells, without our own."""
    kinds: List[str] = []
    neighbours: List[str] = []
    foreign = False
    for line in told.splitlines():
        protocol = re.match(r"(\S+)\s+(\w+)\s+\S+\s+(?:up|down|start|stop|flush)\b", line)
        if protocol:
            foreign = not protocol[1].startswith("lvs_")
            kinds += [protocol[2].lower()] if foreign else []
        address = re.match(r"\s+Neighbor address:\s*(\S+)", line)
        if address and foreign:
            neighbours += filter(None, [_spelled(address[1].partition("%")[0])])
    return kinds, neighbours


def _spelled(address: str) -> Optional[str]:
    try:
        return canonical(address)
    except ValueError:
        return None


def faults(wanted: Announcement, kinds: List[str], neighbours: List[str]) -> List[str]:
    """Return why ours does not go with what others have. kinds: of their protocols. neighbours: of their sessions."""
    told = []
    if "device" not in kinds:
        told.append("program: BIRD has no `protocol device` here, without which it knows no interface; add one to it")
    twice = sorted({neighbour.address for neighbour in wanted.neighbours} & {*neighbours})
    if twice:
        told.append(
            f"neighbours: somebody else has a session of BIRD to {', '.join(twice)}; remove it there, or use another "
            "neighbour"
        )
    return told
