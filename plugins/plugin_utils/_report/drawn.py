# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the picture of a cluster from what was examined. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from itertools import pairwise

from .._operate.answer import BAD, DOUBTFUL, GOOD, PLAIN, counted
from .._operate.status import RealServerStatus
from .._operate.status_text import tone_of
from .._values.real_server import RealServer
from .._values.service import VirtualService
from .alike import moved, together
from .picture import (
    ANSWERS,
    CLIENTS,
    DIRECTORS,
    METHODS,
    PEERS,
    REAL_SERVERS,
    REQUESTS,
    VIPS,
    Edge,
    Node,
    Picture,
    worst_tone,
)
from .subject import Subject

_CLIENTS = Node(CLIENTS, CLIENTS, "Clients")
# A VIP lists so many of its services and counts the others.
_LISTED = 3
_MOST_VIPS = 6


def drawn(subject: Subject) -> Picture:
    """The whole cluster; where there are many of a kind, those that are alike are drawn as one."""
    vips = list(_vips(subject))
    directors = [_director(subject, host) for host in subject.examined.cluster.director_hosts]
    servers = sorted(_servers(subject), key=lambda node: node.network)
    edges = [*_to_directors(subject, vips), *_to_servers(subject), *_answers(subject), *_peers(subject)]
    few_vips, by_vip = together(vips, "VIPs", _MOST_VIPS)
    few_servers, by_server = together(servers, "real servers")
    nodes = (_CLIENTS, *few_vips, *directors, *few_servers)
    return Picture(
        title=subject.examined.cluster.name,
        summary=_summary(vips, directors, servers),
        nodes=nodes,
        edges=tuple(moved(edges, {**by_vip, **by_server})),
    )


def _key(tier: str, name: str) -> str:
    return f"{tier} {name}"


def _entrances(subject: Subject) -> dict[str, list[VirtualService]]:
    """What clients send to -> its services: VIPs, addresses of the only director, or any address."""
    cluster = subject.examined.cluster
    found: dict[str, list[VirtualService]] = {
        vip.address: [] for vip in cluster.vips if not (vip.gateway or vip.next_hop)
    }
    for service in cluster.services:
        own = [vip.address for vip in cluster.vips_of(service)] or list(service.named_addresses) or ["any address"]
        for address in own:
            found.setdefault(address, []).append(service)
    return {address: services for address, services in found.items() if services}


def _vips(subject: Subject) -> Iterator[Node]:
    for address, services in _entrances(subject).items():
        holders = subject.holders(address)
        names = [_service(service) for service in services[:_LISTED]]
        more = len(services) - len(names)
        tone, state = _whereabouts(subject, holders)
        yield Node(
            key=_key(VIPS, address),
            tier=VIPS,
            title=address,
            lines=(*names, *([f"and {counted(more, 'more service')}"] if more else [])),
            tone=tone,
            state=state,
            network=subject.network_of(address),
        )


def _service(service: VirtualService) -> str:
    what = f"mark {service.fwmark}" if service.fwmark else f"{service.protocol} {service.port or 'all ports'}"
    return f"{service.name}: {what}, {service.scheduler}"


def _whereabouts(subject: Subject, holders: list[str] | None) -> tuple[str, str]:
    if holders is None:
        return PLAIN, "reaches the directors by a route, or is their own address"
    if not holders:
        known = any(director.state not in _UNKNOWN for director in subject.status.directors)
        return (BAD, "on no director") if known else (PLAIN, "holder not known")
    twice = subject.examined.cluster.moves_vips and len(holders) > 1
    return (BAD if twice else GOOD), f"on {' and '.join(holders)}"


_UNKNOWN = ("no answer", "not read")


def _director(subject: Subject, host: str) -> Node:
    director = subject.examined.cluster.director(host)
    told = next((each for each in subject.status.directors if each.name == host), None)
    state = told.state if told else "not looked at"
    if told and state == "active":
        vips = [vip for vip in subject.status.vips if host in (holder.director for holder in vip.holders)]
        state = f"active, has {counted(len(vips), 'VIP')}" if vips else "active, has no VIP now"
    tone = tone_of(told.state) if told else PLAIN
    tone, lines = _with_findings(subject, host, tone, [", ".join(director.addresses)])
    return Node(_key(DIRECTORS, host), DIRECTORS, host, tuple(filter(None, lines)), tone, state)


def _with_findings(subject: Subject, host: str, tone: str, lines: list[str]) -> tuple[str, list[str]]:
    errors, warnings = subject.errors_and_warnings(host)
    words = [counted(errors, "error")] if errors else []
    words += [counted(warnings, "warning")] if warnings else []
    tones = [tone, *([BAD] if errors else []), *([DOUBTFUL] if warnings else [])]
    return worst_tone(tones), [*lines, *([f"doctor: {', '.join(words)}"] if words else [])]


def _server_key(server: RealServer) -> str:
    return _key(REAL_SERVERS, server.host or server.address)


def _servers(subject: Subject) -> Iterator[Node]:
    cluster = subject.examined.cluster
    parts: dict[str, list[RealServer]] = {}
    sorry = {_server_key(server) for server in _sorry(cluster.services)}
    for service in cluster.services:
        for server in service.all_servers:
            parts.setdefault(_server_key(server), []).append(server)
    for key, servers in sorted(parts.items(), key=lambda each: _order(each[1][0].address)):
        yield _server(subject, key, servers, key in sorry)
    defined = {server.address for servers in parts.values() for server in servers}
    sorry_addresses = {each.address for each in subject.status.real_servers if each.state == "sorry"}
    for address in sorted(subject.servers.keys() - defined - sorry_addresses):
        yield Node(
            key=_key(REAL_SERVERS, address),
            tier=REAL_SERVERS,
            title=address,
            tone=DOUBTFUL,
            state="not in the definition",
            network=subject.network_of(address),
        )


def _order(address: str) -> tuple[int, int]:
    own = ip_address(address)
    return own.version, int(own)


def _sorry(services: Iterable[VirtualService]) -> Iterator[RealServer]:
    yield from (service.sorry_server for service in services if service.sorry_server)


def _server(subject: Subject, key: str, servers: Sequence[RealServer], sorry: bool) -> Node:
    cluster, host = subject.examined.cluster, servers[0].host
    addresses = list(dict.fromkeys(server.address for server in servers))
    methods = tuple(method for method in METHODS if any(server.forward == method for server in servers))
    told = [each for address in addresses for each in subject.servers.get(address, ())]
    roles = [*(["a director too"] if host and cluster.is_director(host) else []), *(["sorry server"] if sorry else [])]
    lines = [
        *([", ".join(addresses)] if host else []),
        ", ".join([*(METHODS[method] for method in methods), *_weight(told), *roles]),
    ]
    tone, state = _state(told, sorry)
    tone, lines = _with_findings(subject, host, tone, lines) if host else (tone, lines)
    title = host or addresses[0]
    return Node(key, REAL_SERVERS, title, tuple(lines), tone, state, subject.network_of(addresses[0]), methods)


def _weight(told: Sequence[RealServerStatus]) -> list[str]:
    """The weight if it is the same in all services, and the defined one where that differs."""
    weights = {(each.weight, each.defined) for each in told}
    if len(weights) != 1:
        return []
    weight, defined = weights.pop()
    if weight is None or defined is None:
        return []
    return [f"weight {weight}" if weight == defined else f"weight {weight} of {defined}"]


def _state(told: Sequence[RealServerStatus], sorry: bool) -> tuple[str, str]:
    """The worst state that it has in its services, and in how many of them."""
    if not told:
        return PLAIN, "stands by" if sorry else "not known"
    tones = {each.state: tone_of(each.state) for each in told}
    tone = worst_tone(tones.values())
    worst = next(state for state, its in tones.items() if its == tone)
    count = sum(each.state == worst for each in told)
    if count == len(told):
        return tone, worst
    return tone, f"{worst} in {count} of {len(told)} services"


def _directors_of(subject: Subject, address: str) -> tuple[list[str], bool]:
    """The directors that get the packets for an address, or might where none does; and whether any does now."""
    holders, every = subject.holders(address), list(subject.examined.cluster.director_hosts)
    return (every if holders is None else holders or every), holders is None or bool(holders)


def _to_directors(subject: Subject, vips: Iterable[Node]) -> Iterator[Edge]:
    for node in vips:
        hosts, flows = _directors_of(subject, node.title)
        yield Edge(CLIENTS, node.key, REQUESTS, flows=flows)
        yield from (Edge(node.key, _key(DIRECTORS, host), REQUESTS, flows=flows) for host in hosts)


def _ways(subject: Subject) -> Iterator[tuple[str, RealServer, bool]]:
    """Each director and each real server to which it would send packets, and whether it does now."""
    for address, services in _entrances(subject).items():
        hosts, flows = _directors_of(subject, address)
        for host in hosts:
            for server in (server for service in services for server in service.all_servers):
                yield host, server, flows and _gets_packets(subject, server)


def _gets_packets(subject: Subject, server: RealServer) -> bool:
    return any(each.weight for each in subject.servers.get(server.address, ()))


def _to_servers(subject: Subject) -> Iterator[Edge]:
    for host, server, flows in _ways(subject):
        yield Edge(_key(DIRECTORS, host), _server_key(server), REQUESTS, server.forward, flows)


def _answers(subject: Subject) -> Iterator[Edge]:
    """Only of those that get packets."""
    for host, server, flows in _ways(subject):
        if flows and server.forward == "nat":
            yield Edge(_server_key(server), _key(DIRECTORS, host), ANSWERS, "nat")
            yield Edge(_key(DIRECTORS, host), CLIENTS, ANSWERS, "nat")
        elif flows:
            yield Edge(_server_key(server), CLIENTS, ANSWERS, server.forward)


def _peers(subject: Subject) -> Iterator[Edge]:
    """Directors that take over from each other."""
    cluster = subject.examined.cluster
    if cluster.moves_vips:
        hosts = cluster.director_hosts
        for one, other in pairwise(hosts):
            yield Edge(_key(DIRECTORS, one), _key(DIRECTORS, other), PEERS)


def _summary(vips: Sequence[Node], directors: Sequence[Node], servers: Sequence[Node]) -> str:
    """The picture in words."""
    methods = {method for node in servers for method in node.methods}
    by = " and ".join(words for method, words in METHODS.items() if method in methods)
    forward = f"forward{'s' if len(directors) == 1 else ''}"
    to = counted(len(servers), "real server")
    sentences = [
        f"Clients send to {_named(vips, 'VIP')}",
        " ".join(filter(None, ["The", _named(directors, "director"), forward, "to", to, f"by {by}" if by else ""])),
    ]
    for nodes, noun in ((vips, "VIP"), (directors, "director"), (servers, "real server")):
        sentences.append("; ".join(_states(nodes, noun)))
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


def _named(nodes: Sequence[Node], noun: str) -> str:
    if len(nodes) > _LISTED or not nodes:
        return counted(len(nodes), noun)
    return f"{noun}{'' if len(nodes) == 1 else 's'} {' and '.join(node.title for node in nodes)}"


def _states(nodes: Sequence[Node], noun: str) -> list[str]:
    """Each with its state where they are few, else how many have which state."""
    if len(nodes) <= _LISTED:
        return [f"{node.title}: {node.state}" for node in nodes]
    counts = Counter(node.state for node in nodes)
    return [f"{counted(count, noun)}: {state}" for state, count in counts.items()]
