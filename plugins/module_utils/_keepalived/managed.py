# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keepalived manages, as its configuration says: services, what checks may do, virtual routers. Private.

Reads what this collection has written. Of another's file it finds what is written in the same words, and passes over
the rest.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Dict, FrozenSet, Iterable, Iterator, List, NamedTuple, Tuple

from .._ipvs.for_checks import is_for_checks
from .._ipvs.model import PROTOCOLS, DestinationKey, ServiceKey
from .._netlink.address import canonical, family_of

# How an address begins that means nothing, by its family: see plugin_utils/_keepalived/advertised.py.
ADVERTISED_IPV4, ADVERTISED_IPV6 = ADVERTISED = ("127.112.", "fe80::112:")


# What begins the name of the virtual server in which keepalived checks for a floor; no service can be called so.
CHECKS_OF = "checks:"
# The port there of a real server that takes the port of the request.
NO_PORT = 1


class Managed(NamedTuple):
    """A real server of one service.

    files: the paths whose numbers keepalived adds to its weight. inhibited: when it fails it gets weight 0, and stays
    in the table. dynamic: a script's exit status is the weight. alpha: a check has to pass before it is in the table.
    """

    weight: int
    files: FrozenSet[str]
    inhibited: bool = False
    dynamic: bool = False
    alpha: bool = False


class Quorum(NamedTuple):
    """The sum of weights that a service needs, and what keepalived does where it is lost: update_quorum_state() in
    ipwrapper.c.

    sorry_server: "" where there is none. command: whether one is run.
    """

    weight: int
    hysteresis: int
    sorry_server: str
    command: bool

    def lost(self, before: int, after: int) -> bool:
        """Say whether a service loses its quorum when the sum of its live weights goes from one value to another."""
        least = self.weight - self.hysteresis
        return 0 < before >= least and (after == 0 or after < least)

    @property
    def consequence(self) -> str:
        """What keepalived does then, "" where clients notice nothing of it."""
        done = ["runs the command for the loss of the quorum"] if self.command else []
        if self.sorry_server:
            done.append(
                "takes all real servers of it out of the table, healthy ones too, which ends their open connections "
                f"(those with inhibit_on_failure get weight 0), and lets the sorry server {self.sorry_server} serve"
            )
        return f"keepalived {' and '.join(done)}" if done else ""


class Block(NamedTuple):
    """A line's words and what follows it in braces."""

    words: List[str]
    body: List[Block]


class VirtualRouter(NamedTuple):
    """An instance of VRRP. interface: "" where none is named. advertised: an address that means nothing, or "".

    peers: whom it advertises to, by unicast.
    """

    name: str
    virtual_router_id: int
    family: str
    interface: str
    advertised: str
    peers: Tuple[str, ...] = ()


class Member(NamedTuple):
    """A real server of a service that has a floor.

    verdict: how it is called where keepalived checks it. pairs: itself, in each service of the same virtual server.
    weight: the defined one. file: what takes it out.
    """

    verdict: DestinationKey
    pairs: Tuple[Tuple[ServiceKey, DestinationKey], ...]
    weight: int
    file: str


class Floor(NamedTuple):
    """How checks are kept from taking too much out of a service.

    least: how many real servers stay. verdicts: the service in which keepalived checks them: those pass that are in
    the table there. members: in the order of the file.
    """

    least: int
    verdicts: ServiceKey
    members: Tuple[Member, ...]


RealServers = Dict[Tuple[ServiceKey, DestinationKey], Managed]
SorryServers = Dict[ServiceKey, FrozenSet[DestinationKey]]


def managed(text: str) -> RealServers:
    """Return all real servers of a keepalived.conf."""
    top = blocks(text)
    paths = {block.words[1]: path for block in _named(top, "track_file") for path in _values(block, "file")}
    found: RealServers = {}
    for block, services in _virtual_servers(top):
        if any(is_for_checks(service) for service, _port in services):
            continue
        for server in _named(block.body, "real_server"):
            with suppress(ValueError):  # others' words, such as $WEIGHT
                value = _managed(server, block, paths)
                for service, port in services:
                    found[service, _endpoint(server.words[1:], port)] = value
    return found


def floors(text: str) -> Dict[str, Floor]:
    """Return the floors of a keepalived.conf that this collection has written, by the names of their services there."""
    files = _by_file(text)
    found: Dict[str, Floor] = {}
    for block, services in _virtual_servers(blocks(text)):
        name = block.words[-1].partition(CHECKS_OF)[2]
        for key, port in services if name else ():
            checked = {_endpoint(server.words[1:], port) for server in _named(block.body, "real_server")}
            members = (member for member in files.get(name, ()) if member.verdict in checked)
            found[name] = Floor(int(next(_values(block, "quorum"), "1")), key, tuple(members))
    return found


def _by_file(text: str) -> Dict[str, List[Member]]:
    """Return the real servers that a file of their own takes out, by what is behind the last @ in its name."""
    pairs: Dict[str, List[Tuple[ServiceKey, DestinationKey]]] = {}
    weights: Dict[str, int] = {}
    for pair, value in managed(text).items():
        for path in value.files:
            pairs.setdefault(path, []).append(pair)
            weights[path] = value.weight
    found: Dict[str, List[Member]] = {}
    for path, own in sorted(pairs.items()):
        member = Member(verdict_of(own[0][1]), tuple(sorted(own)), weights[path], path)
        found.setdefault(path.rpartition("@")[2], []).append(member)
    return found


def verdict_of(server: DestinationKey) -> DestinationKey:
    """Return how a real server is called where it is checked for a floor: without a port, there would be no telling."""
    return server._replace(port=server.port or NO_PORT)


def quorums(text: str) -> Dict[ServiceKey, Quorum]:
    """Return the quorum of each service of a keepalived.conf."""
    found: Dict[ServiceKey, Quorum] = {}
    for block, services in _virtual_servers(blocks(text)):
        with suppress(ValueError):  # others' words, such as $QUORUM
            value = Quorum(
                weight=int(next(_values(block, "quorum"), "1")),
                hysteresis=int(next(_values(block, "hysteresis"), "0")),
                sorry_server=" ".join(next((line.words[1:3] for line in _named(block.body, "sorry_server")), ())),
                command=any(True for _line in _named(block.body, "quorum_down")),
            )
            found.update((service, value) for service, _port in services)
    return found


def sorry_servers(text: str) -> SorryServers:
    """Return all services of a keepalived.conf, each with its sorry server where it has one."""
    found: SorryServers = {}
    for block, services in _virtual_servers(blocks(text)):
        words = [line.words[1:] for line in _named(block.body, "sorry_server")]
        for service, port in services:
            found[service] = frozenset()
            with suppress(ValueError):
                found[service] = frozenset(_endpoint(given, port) for given in words)
    return found


def has_sync_daemon(text: str) -> bool:
    """Return whether keepalived runs the sync daemons."""
    return any(
        line.words[0] == "lvs_sync_daemon"
        for block in blocks(text)
        if block.words == ["global_defs"]
        for line in block.body
    )


def advertised(text: str) -> List[Tuple[str, str]]:
    """Return what advertisements of this collection name beside the VIPs: address with prefix length, and interface."""
    found = []
    for instance in _named(blocks(text), "vrrp_instance"):
        for block in instance.body:
            lines = [line.words for line in block.body] if block.words == ["virtual_ipaddress"] else []
            found += [
                (words[0], words[2])
                for words in lines
                if words[0].startswith(ADVERTISED) and words[1:2] == ["dev"] and words[2:]
            ]
    return found


def virtual_routers(text: str) -> List[VirtualRouter]:
    """Return the instances of VRRP. The family is that of the first VIP, as for keepalived."""
    found = []
    for instance in _named(blocks(text), "vrrp_instance"):
        held = [
            line.words[0].partition("/")[0]
            for words in (["virtual_ipaddress"], ["virtual_ipaddress_excluded"])
            for block in instance.body
            if block.words == words
            for line in block.body
        ]
        number = next(_values(instance, "virtual_router_id"), "")
        if held and number.isdecimal():
            interface = next(_values(instance, "interface"), "")
            advertised = held[0] if held[0].startswith(ADVERTISED) else ""
            family = "ipv6" if ":" in held[0] else "ipv4"
            peers = tuple(_peers(instance))
            found.append(VirtualRouter(instance.words[1], int(number), family, interface, advertised, peers))
    return found


def _peers(instance: Block) -> Iterator[str]:
    """Yield the addresses of an instance's peers; others' words, such as $PEER, are passed over."""
    for line in (line for block in instance.body if block.words == ["unicast_peer"] for line in block.body):
        with suppress(ValueError):
            yield canonical(line.words[0])


def instances_of_addresses(text: str) -> Dict[str, str]:
    """Return the address that an instance of VRRP holds -> its name; others' words, such as $VIP, are passed over."""
    lists = ("virtual_ipaddress", "virtual_ipaddress_excluded")
    found: Dict[str, str] = {}
    for instance in _named(blocks(text), "vrrp_instance"):
        for line in (line for block in instance.body if block.words[0] in lists for line in block.body):
            with suppress(ValueError):
                found[canonical(line.words[0].partition("/")[0])] = instance.words[1]
    return found


def virtual_addresses(text: str) -> FrozenSet[str]:
    """Return the addresses that a keepalived.conf has keepalived hold."""
    return frozenset(instances_of_addresses(text))


def blocks(text: str) -> List[Block]:
    """Return the lines of a configuration, each with what is in its braces."""
    stack: List[List[Block]] = [[]]
    for line in text.splitlines():
        words = _words(line)
        if not words:
            continue
        if words == ["}"]:
            if len(stack) > 1:
                stack.pop()
            continue
        opens = words[-1] == "{"
        block = Block(words[:-1] if opens else words, [])
        if block.words:
            stack[-1].append(block)
        elif stack[-1]:
            block = stack[-1][-1]  # people also write the brace below the line that it belongs to
        if opens:
            stack.append(block.body)
    return stack[0]


def _words(line: str) -> List[str]:
    """Return the words of a line without a comment, which begins at # or !, but not in quotes."""
    words = line.split()
    if "#" in line or "!" in line:
        for number, word in enumerate(words):
            if word[0] in "#!" and " ".join(words[:number]).count('"') % 2 == 0:
                return words[:number]
    return words


def _named(lines: Iterable[Block], keyword: str) -> Iterator[Block]:
    """Yield the lines that begin with a keyword and go on."""
    return (line for line in lines if line.words[0] == keyword and len(line.words) > 1)


def _values(block: Block, keyword: str) -> Iterator[str]:
    return (line.words[1] for line in _named(block.body, keyword))


def _virtual_servers(top: List[Block]) -> Iterator[Tuple[Block, List[Tuple[ServiceKey, int]]]]:
    """Yield each virtual server with its services; see _services()."""
    groups = {block.words[1]: block.body for block in _named(top, "virtual_server_group")}
    for block in _named(top, "virtual_server"):
        yield block, list(_services(block, groups))


def _managed(server: Block, virtual_server: Block, paths: Dict[str, str]) -> Managed:
    checks = [server, *server.body]
    return Managed(
        _weight(server),
        _files(server, paths),
        inhibited=_is_on(server, "inhibit_on_failure", _is_on(virtual_server, "inhibit_on_failure")),
        dynamic=any(_is_on(check, "misc_dynamic") for check in checks),
        alpha=_is_on(virtual_server, "alpha") or any(_is_on(check, "alpha") for check in checks),
    )


def _is_on(block: Block, keyword: str, otherwise: bool = False) -> bool:
    """Return whether a block has a word that turns something on, which may have a value (check_true_false())."""
    given = [line.words[1:] for line in block.body if line.words[0] == keyword]
    return given[-1][:1] not in (["off"], ["false"], ["no"]) if given else otherwise


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
        yield from ((ServiceKey(family, "", "", 0, int(mark)), 0) for mark in head[1:2] if mark.isdecimal())
        return
    protocol = next(_values(block, "protocol"), "TCP").lower()
    if protocol in PROTOCOLS:
        for address, port in _addresses(head, groups):
            yield ServiceKey(family_of(address), protocol, address, port, 0), port


def _addresses(head: List[str], groups: Dict[str, List[Block]]) -> Iterator[DestinationKey]:
    """Yield address and port of each member; others' words, such as $VIP, 192.0.2.1-5 or fwmark, are passed over."""
    names = head[1:2] if head[0] == "group" else []
    members = [member.words for name in names for member in groups.get(name, [])] if names else [head]
    for words in members:
        with suppress(ValueError):
            yield _endpoint(words, 0)


def _endpoint(words: List[str], default_port: int) -> DestinationKey:
    return DestinationKey(canonical(words[0]), int(words[1]) if len(words) > 1 else default_port)
