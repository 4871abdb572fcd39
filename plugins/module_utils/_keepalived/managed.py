# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keepalived manages, as its configuration says: its real servers, their weights, the files it watches. Private.

Reads what this collection has written. Of another's file it finds what is written in the same words, and passes over
the rest.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterator, List, NamedTuple, Tuple

from .._ipvs.model import DestinationKey, ServiceKey
from .._netlink.address import canonical, family_of


class Managed(NamedTuple):
    """A real server of one service. files: the paths whose numbers keepalived adds to its weight."""

    weight: int
    files: FrozenSet[str]


class Block(NamedTuple):
    """A line's words and what follows it in braces."""

    words: List[str]
    body: List[Block]


RealServers = Dict[Tuple[ServiceKey, DestinationKey], Managed]


def managed(text: str) -> RealServers:
    """Return all real servers of a keepalived.conf."""
    top = blocks(text)
    paths = {block.words[1]: path for block in top if block.words[0] == "track_file" for path in _values(block, "file")}
    groups = {block.words[1]: block.body for block in top if block.words[0] == "virtual_server_group"}
    found: RealServers = {}
    for block in top:
        if block.words[0] == "virtual_server":
            for server in block.body:
                if server.words[0] == "real_server":
                    value = Managed(_weight(server), _files(server, paths))
                    for service, port in _services(block, groups):
                        found[service, _endpoint(server.words[1:], port)] = value
    return found


def blocks(text: str) -> List[Block]:
    """Return the lines of a configuration, each with what is in its braces."""
    stack: List[List[Block]] = [[]]
    for line in text.splitlines():
        words = line.split()
        if not words or words[0][0] in "#!":
            continue
        if words == ["}"]:
            if len(stack) > 1:
                stack.pop()
            continue
        opens = words[-1] == "{"
        block = Block(words[:-1] if opens else words, [])
        if block.words:
            stack[-1].append(block)
        if opens:
            stack.append(block.body)
    return stack[0]


def _values(block: Block, keyword: str) -> Iterator[str]:
    return (line.words[1] for line in block.body if line.words[0] == keyword and len(line.words) > 1)


def _weight(server: Block) -> int:
    return int(next(_values(server, "weight"), "1"))


def _files(server: Block, paths: Dict[str, str]) -> FrozenSet[str]:
    names = (name for check in server.body if check.words[0] == "FILE_CHECK" for name in _values(check, "track_file"))
    return frozenset(paths[name] for name in names if name in paths)


def _services(block: Block, groups: Dict[str, List[Block]]) -> Iterator[Tuple[ServiceKey, int]]:
    """Yield each service of a virtual server, with the port that its real servers have by default."""
    head = block.words[1:]
    if head[0] == "fwmark":
        family = "ipv6" if next(_values(block, "ip_family"), "inet") == "inet6" else "ipv4"
        yield ServiceKey(family, "", "", 0, int(head[1])), 0
        return
    protocol = next(_values(block, "protocol"), "TCP").lower()
    addresses = [member.words for member in groups.get(head[1], [])] if head[0] == "group" else [head]
    for words in addresses:
        address, port = _endpoint(words, 0)
        yield ServiceKey(family_of(address), protocol, address, port, 0), port


def _endpoint(words: List[str], default_port: int) -> DestinationKey:
    return DestinationKey(canonical(words[0]), int(words[1]) if len(words) > 1 else default_port)
