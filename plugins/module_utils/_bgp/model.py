# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director announces by BGP, and to whom: values. Pure. Private to the collection."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from .._announcer.model import ANNOUNCED, ON_STANDBY
from .._change import InvalidInput
from .._netlink.address import BITS, canonical, family_of, is_link_local

FRR, BIRD = "frr", "bird"
PROGRAMS = (FRR, BIRD)
# What begins the names of all that is ours in the configuration of a program.
PREFIX = "lvs-"

AS_MAX = (1 << 32) - 1  # RFC 6793
MED_MAX = (1 << 32) - 1
TTL_MAX = 255
# RFC 4271 takes none below 3 seconds, but for 0, with which nobody notices a dead director.
HOLD_TIME = (3, 65535)
# The longest key of TCP-MD5 in Linux, TCP_MD5SIG_MAXKEYLEN.
_PASSWORD = re.compile(r"[!#-~]{1,80}")
_COMMUNITY = re.compile(r"[0-9]{1,10}(?::[0-9]{1,10}){1,2}")
_PARTS_MAX = {2: 0xFFFF, 3: 0xFFFFFFFF}  # RFC 1997; RFC 8092

Community = Tuple[int, ...]


class Neighbour(NamedTuple):
    """A router that hears of the VIPs.

    password: of TCP-MD5 (RFC 2385). multihop: the TTL with which packets to a router of another AS leave, None for one
    in a network of this host. hold_time: in seconds, None for the program's own. source: the address of this host that
    the session has, None for that of the way to the router.
    """

    address: str
    remote_as: int
    password: Optional[str] = None
    bfd: bool = False
    multihop: Optional[int] = None
    hold_time: Optional[int] = None
    source: Optional[str] = None

    @property
    def family(self) -> str:
        """Return "ipv4" or "ipv6": that of the prefixes which it hears of."""
        return family_of(self.address)

    @property
    def keepalive(self) -> Optional[int]:
        """Return the seconds between two signs of life: a third of the hold time."""
        return self.hold_time and self.hold_time // 3


class Announcement(NamedTuple):
    """What is announced, and to whom.

    prefixes: what may be announced, sorted; of these, what is on the interface of its kind. med: the metric of VIPs
    that are served, None for none. standby_med: of those on a director in standby, None where these are not announced.
    communities: of two numbers or, as large ones, of three; sorted.
    """

    local_as: int
    router_id: str
    neighbours: Tuple[Neighbour, ...]
    prefixes: Tuple[str, ...]
    med: Optional[int] = None
    standby_med: Optional[int] = None
    communities: Tuple[Community, ...] = ()

    def of_family(self, family: str) -> Tuple[str, ...]:
        """Return the prefixes of a family."""
        return tuple(prefix for prefix in self.prefixes if family_of(prefix) == family)

    @property
    def families(self) -> Tuple[str, ...]:
        """Return the families of the prefixes."""
        return tuple(family for family in BITS if self.of_family(family))

    def communities_of(self, count: int) -> Tuple[Community, ...]:
        """Return the communities of two numbers, or of three."""
        return tuple(community for community in self.communities if len(community) == count)

    @property
    def exits(self) -> Iterator[Tuple[str, Optional[int]]]:
        """Yield the interfaces whose addresses are announced, each with its MED."""
        yield ANNOUNCED, self.med
        if self.standby_med is not None:
            yield ON_STANDBY, self.standby_med


def parse_announcement(options: Mapping[str, Any]) -> Announcement:
    """Return the values of a module's options. InvalidInput names each that cannot be."""
    faults: List[str] = []
    local_as = _number(faults, "local_as", options["local_as"], 1, AS_MAX)
    given = list(enumerate(options["neighbours"] or ()))
    neighbours = [_neighbour(faults, f"neighbours[{at}]", each, local_as) for at, each in given]
    if not neighbours:
        faults.append("neighbours: at least one is needed, or nobody hears of a VIP")
    addresses = [neighbour.address for neighbour in neighbours]
    twice = sorted({address for address in addresses if addresses.count(address) > 1})
    faults += [f"neighbours: {address} is there twice" for address in twice]
    if not options["prefixes"]:
        faults.append("prefixes: at least one VIP is needed; where there is none to announce, use state absent")
    prefixes = sorted({_prefix(faults, each) for each in options["prefixes"] or ()})
    announcement = Announcement(
        local_as,
        _router_id(faults, options["router_id"]),
        tuple(sorted(neighbours, key=lambda neighbour: neighbour.address)),
        tuple(prefixes),
        _number(faults, "med", options.get("med"), 0, MED_MAX),
        _number(faults, "standby_med", options.get("standby_med"), 0, MED_MAX),
        tuple(sorted({_community(faults, each) for each in options.get("communities") or ()})),
    )
    heard = {neighbour.family for neighbour in neighbours}
    faults += [
        f"prefixes: {', '.join(announcement.of_family(family))}: only neighbours of the same family hear of them, and "
        f"none has an address of {family.replace('ipv', 'IPv')}"
        for family in announcement.families
        if neighbours and family not in heard
    ]
    if faults:
        raise InvalidInput(tuple(faults))
    return announcement


def _neighbour(faults: List[str], where: str, given: Mapping[str, Any], local_as: int) -> Neighbour:
    address = _address(faults, f"{where}.address", given["address"])
    remote_as = _number(faults, f"{where}.remote_as", given["remote_as"], 1, AS_MAX)
    multihop = _number(faults, f"{where}.multihop", given.get("multihop"), 2, TTL_MAX)
    if multihop is not None and remote_as == local_as:
        faults.append(f"{where}.multihop: goes with a neighbour of another AS; one of the same AS may be anywhere")
    password = given.get("password")
    if password is not None and not _PASSWORD.fullmatch(password):
        faults.append(
            f"{where}.password: it must have 1 to 80 characters of ASCII, without spaces and double quotes, which not "
            "all programs take"
        )
    hold_time = _number(faults, f"{where}.hold_time", given.get("hold_time"), *HOLD_TIME)
    bfd, source = bool(given.get("bfd")), given.get("source")
    if source is not None:
        source = _address(faults, f"{where}.source", source)
        if family_of(source) != family_of(address):
            faults.append(f"{where}.source: {source} is not of the family of {address}")
    elif bfd and (multihop is not None or remote_as == local_as):
        faults.append(f"{where}.source: bfd to a router that may be beyond others needs the address of this host")
    return Neighbour(address, remote_as, password, bfd, multihop, hold_time, source)


def _address(faults: List[str], where: str, text: str) -> str:
    try:
        address = canonical(text)
    except ValueError as error:
        faults.append(f"{where}: {error}")
        return text
    if is_link_local(address):
        faults.append(f"{where}: {address} is a link-local address, which differs with the interface; use another one")
    return address


def _router_id(faults: List[str], text: str) -> str:
    address = _address(faults, "router_id", text)
    if family_of(address) != "ipv4" or address == "0.0.0.0":
        faults.append(f"router_id: {text!r} is no address of IPv4, which a router id looks like")
    return address


def _prefix(faults: List[str], text: str) -> str:
    address, _slash, length = text.partition("/")
    address = _address(faults, "prefixes", address)
    if length != str(BITS[family_of(address)]):
        faults.append(
            f"prefixes: {text!r} is no single address with its length, as 192.0.2.198/32 or 2001:db8::198/128"
        )
    return f"{address}/{length}"


def _number(faults: List[str], where: str, number: Any, least: int, most: int) -> Any:
    """Return the number, which is None where it was not given."""
    if number is not None and not least <= number <= most:
        faults.append(f"{where}: {number} is not in {least} to {most}")
    return number


def _community(faults: List[str], text: str) -> Community:
    numbers = tuple(map(int, text.split(":"))) if _COMMUNITY.fullmatch(text) else ()
    if not numbers or max(numbers) > _PARTS_MAX[len(numbers)]:
        faults.append(
            f"communities: {text!r} is neither one of two numbers up to 65535, as 64520:100, nor a large one of three, "
            "as 64520:1:2"
        )
    return numbers


class Owned(NamedTuple):
    """What this collection has made on the host, by which it knows it again.

    program: in whose configuration that is, "" for none. router: the AS of the router that was not there before, or
    None. router_id: whether it has set the router id. neighbours: by their addresses. daemons: that did not run at
    boot before. unit: what has been done to the program's unit, of "started" and "enabled".
    """

    program: str = ""
    router: Optional[int] = None
    router_id: bool = False
    neighbours: Tuple[str, ...] = ()
    daemons: Tuple[str, ...] = ()
    unit: Tuple[str, ...] = ()


HEADER = "# Written by lvs.cluster: what it has made in the configuration of a program that speaks BGP."


def write_owned(owned: Owned) -> Optional[str]:
    """Return the text that says what is owned, None where nothing is."""
    if not owned.program:
        return None
    lines = [HEADER, f"program {owned.program}"]
    lines += [f"router {owned.router}"] if owned.router is not None else []
    lines += ["router-id"] if owned.router_id else []
    for word, values in (("neighbour", owned.neighbours), ("daemon", owned.daemons), ("unit", owned.unit)):
        lines += [f"{word} {value}" for value in sorted(values)]
    return "".join(f"{line}\n" for line in lines)


def parse_owned(text: str, path: str) -> Owned:
    """Return what a text says is owned. InvalidInput where a line of it is not understood."""
    found: Dict[str, List[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        word, _space, value = line.strip().partition(" ")
        if not word or word.startswith("#"):
            continue
        wanted = _OWNED.get(word)
        if wanted is None or not wanted.fullmatch(value):
            raise InvalidInput((f"{path}: line {number}, {line!r}, was not written by this collection; remove it",))
        found.setdefault(word, []).append(value)
    router = found.get("router", [])
    return Owned(
        found.get("program", [""])[-1],
        int(router[-1]) if router else None,
        "router-id" in found,
        *(tuple(sorted(set(found.get(word, ())))) for word in ("neighbour", "daemon", "unit")),
    )


_OWNED = {
    "program": re.compile("|".join(PROGRAMS)),
    "router": re.compile("[0-9]{1,10}"),
    "router-id": re.compile(""),
    "neighbour": re.compile("[0-9a-f:.]{2,45}"),
    "daemon": re.compile("[a-z0-9]{1,20}"),
    "unit": re.compile("started|enabled"),
}
