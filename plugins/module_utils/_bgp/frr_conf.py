# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""FRR's configuration as text: lines in their contexts, which of them are ours, and a block of ours. Pure. Private.

What FRR shows of itself has one spelling, in which our own lines are written too. What others have written into a file
may be anything, and stays as it is, byte for byte.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from .._netlink.address import FAMILIES, canonical
from .model import PREFIX, Announcement, Neighbour, Owned

BEGIN = "! What lvs.cluster announces begins here; a change by hand is lost at the next run."
# The same where the line before had no end, which it gets back when the block goes.
BEGIN_AFTER_NO_END = f"{BEGIN[:-1]} (the line before had no end)."
END = "! What lvs.cluster announces ends here."
HIDDEN = "********"
# Names of ours: what is accepted and what may be announced, and what becomes a route of BGP.
IN, OUT, REDISTRIBUTED, PREFIXES = f"{PREFIX}in", f"{PREFIX}out", f"{PREFIX}vips", f"{PREFIX}vips"
REDISTRIBUTE = f"redistribute connected route-map {REDISTRIBUTED}"
NO_IPV4 = "no bgp default ipv4-unicast"

_CLOSING = re.compile(r"exit(-\S+)?|end")
_OURS = re.compile(rf"(?:ip prefix-list|ipv6 prefix-list|route-map) {PREFIX}\S* .*")
_ROUTER = re.compile(r"router bgp ([0-9]+(?:\.[0-9]+)?)(?: as-notation \S+)?")
_NEIGHBOUR = re.compile(r"(?:no )?neighbor (\S+) (.*)")
_SEQUENCE = re.compile(r"(ip(?:v6)? prefix-list \S+) seq [0-9]+ (.*)")
_PASSWORD = re.compile(r"(\s*neighbor \S+ password) (.*)")
_OPEN_MULTIHOP = re.compile(r"neighbor \S+ ebgp-multihop")
# What one line sets, so that a later one with the same words takes its place.
_SET_ONCE = re.compile(
    r"neighbor \S+ (?:remote-as|ebgp-multihop|update-source|password|timers|route-map (?=\S+ (?:in|out)))|"
    r"bgp router-id|set (?:metric|community|large-community)|match (?:interface|ip address|ipv6 address)"
)
# How FRR spells communities that have names, of RFC 1997 and later ones, where it reads them as numbers.
_NAMES: Dict[Tuple[int, ...], str] = {
    (65535, 0): "graceful-shutdown",
    (65535, 1): "accept-own",
    (65535, 2): "route-filter-translated-v4",
    (65535, 3): "route-filter-v4",
    (65535, 4): "route-filter-translated-v6",
    (65535, 5): "route-filter-v6",
    (65535, 6): "llgr-stale",
    (65535, 7): "no-llgr",
    (65535, 8): "accept-own-nexthop",
    (65535, 666): "blackhole",
    (65535, 65281): "no-export",
    (65535, 65282): "no-advertise",
    (65535, 65283): "local-AS",
    (65535, 65284): "no-peer",
}


class Line(NamedTuple):
    """A line and the lines that have opened the contexts around it, in FRR's spelling."""

    context: Tuple[str, ...]
    words: str


class Found(NamedTuple):
    """A line of a text. at: its number, from 0. end: that of the line that closes what it has opened, or its own."""

    at: int
    end: int
    line: Line


def parse(text: str) -> List[Found]:
    """Return the lines of a configuration as FRR writes it, each context one space further in, without comments."""
    found: List[Found] = []
    open_at: List[Tuple[int, int]] = []  # how far in a line is, and its place in `found`
    for at, raw in enumerate(text.split("\n")):
        words = " ".join(raw.split())
        depth = len(raw) - len(raw.lstrip(" "))
        if not words or words[0] in "!#":
            continue
        while open_at and (open_at[-1][0] > depth or (open_at[-1][0] == depth and not _CLOSING.fullmatch(words))):
            open_at.pop()
        if _CLOSING.fullmatch(words):
            if open_at and open_at[-1][0] == depth and words != "end":
                place = open_at.pop()[1]
                found[place] = found[place]._replace(end=at)
            continue
        context = tuple(found[place].line.words for _depth, place in open_at)
        open_at.append((depth, len(found)))
        found.append(Found(at, at, Line(context, _spelled(words, raw))))
    return found


def _spelled(words: str, raw: str) -> str:
    """Return the one spelling of a line: without the number in a list and the default of an option."""
    if _OPEN_MULTIHOP.fullmatch(words):
        return f"{words} 255"
    router = as_of(words)
    if router is not None:
        return f"router bgp {router}"
    password = _PASSWORD.fullmatch(raw)
    if password:
        return f"{' '.join(password[1].split())} {password[2]}"
    return _SEQUENCE.sub(r"\1 \2", words)


def as_of(words: str) -> Optional[int]:
    """Return the AS of the line that opens the router of the default VRF, None for any other line."""
    router = _ROUTER.fullmatch(words)
    if not router:
        return None
    high, _dot, low = router[1].rpartition(".")
    return (int(high or 0) << 16) + int(low)


def is_ours(line: Line, owned: Owned) -> bool:
    """Return whether a line is ours: by the name of what it is about, or because this collection has made it."""
    if _OURS.fullmatch(f"{line.context[0] if line.context else line.words} "):
        return True
    if not line.context or as_of(line.context[0]) is None:
        return False
    return (
        line.words == REDISTRIBUTE
        or neighbour_of(line.words) in owned.neighbours
        or (owned.router_id and line.words.startswith("bgp router-id "))
    )


def divide(found: Iterable[Found], owned: Owned) -> Tuple[List[Line], List[Line]]:
    """Return what of a configuration is ours, and what is not.

    The router that we have made is ours while nobody else has a line in it. What opens a family's part is nobody's.
    """
    lines = [each.line for each in found if not each.line.words.startswith("address-family ")]
    ours = [line for line in lines if is_ours(line, owned)]
    foreign = [line for line in lines if not is_ours(line, owned)]
    if not any(line.context and as_of(line.context[0]) == owned.router for line in foreign):
        ours += [line for line in foreign if _is_router(line, owned)]
        foreign = [line for line in foreign if not _is_router(line, owned)]
    return ours, foreign


def neighbour_of(words: str) -> Optional[str]:
    """Return the address of the neighbour that a line of a router is about, None for another line."""
    found = _NEIGHBOUR.fullmatch(words)
    try:
        return canonical(found[1]) if found else None
    except ValueError:  # a group of neighbours, or an interface
        return None


def lines_of(wanted: Announcement, default_ipv4: bool, router: bool, router_id: bool) -> List[Line]:
    """Return our lines in the order in which FRR takes them.

    default_ipv4: whether FRR takes every neighbour for one that hears of IPv4. router, router_id: whether the router
    and its id are ours to make.
    """
    of_router = [*_router(wanted, router, router_id), *_neighbours(wanted, default_ipv4)]
    return [*_policies(wanted), *sorted(of_router, key=lambda line: line.context[1:])]


def _policies(wanted: Announcement) -> Iterator[Line]:
    for family in wanted.families:
        for prefix in wanted.of_family(family):
            yield Line((), f"{_IP[family]} prefix-list {PREFIXES} permit {prefix}")
    yield Line((), f"route-map {IN} deny 10")
    for number, family in enumerate(wanted.families, 1):
        entry = f"route-map {OUT} permit {number}0"
        yield Line((), entry)
        yield Line((entry,), f"match {_IP[family]} address prefix-list {PREFIXES}")
    for number, (interface, med) in enumerate(wanted.exits, 1):
        entry = f"route-map {REDISTRIBUTED} permit {number}0"
        yield Line((), entry)
        yield Line((entry,), f"match interface {interface}")
        for count, word in ((2, "community"), (3, "large-community")):
            communities = wanted.communities_of(count)
            if communities:
                spelled = (_NAMES.get(each, ":".join(map(str, each))) for each in communities)
                yield Line((entry,), f"set {word} {' '.join(spelled)}")
        if med is not None:
            yield Line((entry,), f"set metric {med}")


_IP = {"ipv4": "ip", "ipv6": "ipv6"}


def _router(wanted: Announcement, router: bool, router_id: bool) -> Iterator[Line]:
    opener = f"router bgp {wanted.local_as}"
    if router:
        yield Line((), opener)
    if router_id:
        yield Line((opener,), f"bgp router-id {wanted.router_id}")
    for family in wanted.families:
        yield Line((opener, f"address-family {family} unicast"), REDISTRIBUTE)


def _neighbours(wanted: Announcement, default_ipv4: bool) -> Iterator[Line]:
    opener = (f"router bgp {wanted.local_as}",)
    for neighbour in wanted.neighbours:
        yield from (Line(opener, words) for words in _of_neighbour(neighbour))
        for family in FAMILIES:
            context = (*opener, f"address-family {family} unicast")
            name = f"neighbor {neighbour.address}"
            heard, by_default = family == neighbour.family, default_ipv4 and family == "ipv4"
            if heard != by_default:
                yield Line(context, f"{name} activate" if heard else f"no {name} activate")
            if heard:
                yield Line(context, f"{name} route-map {IN} in")
                yield Line(context, f"{name} route-map {OUT} out")


def _of_neighbour(neighbour: Neighbour) -> Iterator[str]:
    """BFD comes last: FRR 10 keeps a session down as long as BFD is, and so for good with a TTL that comes after it.

    Without graceful restart, a router forgets the VIPs of a director whose FRR is gone; with it, it may keep them for
    minutes.
    """
    name = f"neighbor {neighbour.address}"
    yield f"{name} remote-as {neighbour.remote_as}"
    yield f"{name} graceful-restart-disable"
    if neighbour.multihop is not None:
        yield f"{name} ebgp-multihop {neighbour.multihop}"
    if neighbour.source is not None:
        yield f"{name} update-source {neighbour.source}"
    if neighbour.password is not None:
        yield f"{name} password {neighbour.password}"
    if neighbour.hold_time is not None:
        yield f"{name} timers {neighbour.keepalive} {neighbour.hold_time}"
    if neighbour.bfd:
        yield f"{name} bfd"


def written(lines: Iterable[Line]) -> List[str]:
    """Return lines as a text that FRR reads, in their order; those of one context that follow one another together."""
    text: List[str] = []
    for opener, group in groupby(lines, key=lambda line: line.context[0] if line.context else line.words):
        nested = [Line(line.context[1:], line.words) for line in group if line.context]
        text.append(opener)
        if nested or opener.startswith(("route-map ", "router ")):
            text += [f" {line}" for line in written(nested)]
            text.append("exit-address-family" if opener.startswith("address-family ") else "exit")
    return text


def put(text: str, lines: Sequence[Line]) -> str:
    """Return the text of a file with our block, which it must not have: at its end, or before the word `end`."""
    if not lines:
        return text
    kept = text.split("\n")
    last = len(kept)
    while last and (not kept[last - 1].strip() or kept[last - 1].strip()[0] in "!#"):
        last -= 1
    at = len("\n".join(kept[: last - 1])) + (last > 1) if last and kept[last - 1].strip() == "end" else len(text)
    before, after = text[:at], text[at:]
    whole = not before or before.endswith("\n")
    block = "".join(f"{line}\n" for line in (BEGIN if whole else BEGIN_AFTER_NO_END, *written(lines), END))
    return f"{before}{'' if whole else chr(10)}{block}{after}"


def strip(text: str, owned: Owned) -> str:
    """Return the text without what is ours, in the block or wherever `write memory` has put it."""
    text = _without_block(text)
    found = parse(text)
    ours = {each.at for each in found if is_ours(each.line, owned)}
    if not ours and owned.router is None:
        return text
    gone = _emptied(found, ours, owned)
    lines = text.split("\n")
    kept: List[str] = []
    cut = False
    for at, line in enumerate(lines):
        if at in gone:
            cut = True
        elif cut and line.strip() == "!" and (not kept or kept[-1].strip() == "!"):
            pass  # what was between two parts of ours
        else:
            if cut and kept and kept[-1].strip() == "!" and _CLOSING.fullmatch(line.strip()) and line.strip() != "end":
                kept.pop()
            kept.append(line)
            cut = False
    return "\n".join(kept)


def _without_block(text: str) -> str:
    for begin, joined in ((BEGIN, True), (BEGIN_AFTER_NO_END, False)):
        pattern = rf"(^|\n){re.escape(begin)}\n(?:.*\n)*?{re.escape(END)}\n"
        text = re.sub(pattern, r"\1" if joined else "", text)
    return text


def _emptied(found: Sequence[Found], ours: Set[int], owned: Owned) -> Set[int]:
    """Return the lines of a text that go: ours, and what was opened for them alone, with its end."""
    gone: Set[int] = set()
    alone: Dict[Tuple[str, ...], bool] = {}  # context -> whether all in it goes
    for each in reversed(found):
        line = each.line
        nested = alone.pop((*line.context, line.words), None)
        goes = (
            each.at in ours or (nested is True and _may_go(line, owned)) or (nested is None and _is_router(line, owned))
        )
        if goes:
            gone.update(range(each.at, each.end + 1))
        for depth in range(len(line.context)):
            context = line.context[: depth + 1]
            alone[context] = alone.get(context, True) and goes
    return gone


def _may_go(line: Line, owned: Owned) -> bool:
    """Return whether what opens a context goes with the last line in it."""
    return bool(line.context and as_of(line.context[0]) is not None) or _is_router(line, owned)


def _is_router(line: Line, owned: Owned) -> bool:
    return owned.router is not None and not line.context and as_of(line.words) == owned.router


def masked(line: str) -> str:
    """Return a line without the password that it sets."""
    return _PASSWORD.sub(rf"\1 {HIDDEN}", line)


def slot_of(words: str) -> str:
    """Return by which words a later line takes the place of this one."""
    found = _SET_ONCE.match(words)
    if found and "route-map" in found[0]:
        return f"{found[0]}{words.rpartition(' ')[2]}"
    return found[0] if found else words[3:] if words.startswith("no ") else words


def faults(wanted: Announcement, foreign: Sequence[Line], ours: Sequence[Line], router_id: Optional[str]) -> List[str]:
    """Return why our lines do not go with those of others, in words.

    foreign: the lines of others, with those of neighbours that we do not own yet. ours: our lines as they must be.
    router_id: what FRR uses without a line that sets it, None where it has no router.
    """
    told = []
    opener = f"router bgp {wanted.local_as}"
    here = [line for line in foreign if line.context and line.context[0] == opener]
    for line in foreign:
        other = as_of(line.words) if not line.context else None
        if other is not None and other != wanted.local_as:
            told.append(
                f"local_as: FRR has `router bgp {other}` here, of others, and only one AS; use {other}, or remove it"
            )
        default = re.fullmatch(r"bgp default (\S+-\S+)", line.words)
        if line in here and default and default[1] != "ipv4-unicast":
            told.append(
                f"neighbours: FRR has `{line.words}`, by which they could hear more than the VIPs; have `neighbor "
                "ADDRESS activate` there instead, for those that it is meant for"
            )
        family = re.fullmatch(r"address-family (\S+) unicast", line.context[1]) if len(line.context) == 2 else None
        if line in here and family and family[1] in wanted.families and line.words.startswith("redistribute connected"):
            told.append(
                f"prefixes: FRR has `{line.words}` for {family[1]} here, of others, and takes only one; replace it by "
                "`network` lines, or let it be"
            )
        if line in here and line.words.startswith("bgp router-id ") and line.words.split()[2] != wanted.router_id:
            told.append(f"router_id: FRR has `{line.words}` here, of others; use that one")
    said = any(line.words.startswith("bgp router-id ") for line in here)
    shared = any(not line.context and line.words == opener for line in foreign)
    if shared and not said and router_id not in (None, wanted.router_id):
        told.append(
            f"router_id: FRR uses {router_id} here, for others too, whose sessions would begin again with "
            f"{wanted.router_id}; use {router_id}"
        )
    return [*told, *_conflicts(here, ours)]


def _conflicts(here: Sequence[Line], ours: Sequence[Line]) -> Iterator[str]:
    """Say which neighbours of ours others have set up in another way."""
    by_address: Dict[str, List[Line]] = {}
    for line in here:
        address = neighbour_of(line.words)
        if address is not None:
            by_address.setdefault(address, []).append(line)
    for address, there in by_address.items():
        wanted = {line for line in ours if line.context and neighbour_of(line.words) == address}
        if wanted and wanted != set(there):
            strange = sorted(set(there) - wanted) or sorted(wanted - set(there))
            yield (
                f"neighbours: somebody else has set up {address} in FRR in another way (`{masked(strange[0].words)}`); "
                "remove it there, or use another neighbour"
            )


def matters(line: Line) -> bool:
    """Return whether a line of others says that FRR is of use to them: a restart would be noticed."""
    return not _USUAL.fullmatch(line.context[0] if line.context else line.words)


_USUAL = re.compile(
    r"(?:frr (?:version|defaults)|hostname|domainname|log|service|password|enable|username|banner|debug|no debug|"
    r"line vty|(?:no )?ipv?6? forwarding|(?:no )?ip forwarding|agentx)\b.*"
)
