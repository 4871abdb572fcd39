# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packet-filter rules that a cluster needs on one host, as values. Private to the collection.

A rule says what becomes of packets, not how a tool puts it; nftables.py, iptables.py and arptables.py do that.
"""

from __future__ import annotations

import re
from typing import Any, FrozenSet, Iterable, Mapping, NamedTuple, Sequence

from .._change import InvalidInput
from .._netlink.address import ANYWHERE, BITS, FAMILIES, canonical, family_of, to_bytes
from .._ports import RULE_PORTS, merged, parse_range, range_text, room

NFTABLES, IPTABLES, ARPTABLES = "nftables", "iptables", "arptables"
# Firewalls that load their own rules again whenever they are told to: openings are made with them, in their own words.
FIREWALLD, UFW = "firewalld", "ufw"
TOOLS = (NFTABLES, IPTABLES, ARPTABLES, FIREWALLD, UFW)
FIREWALLS = (NFTABLES, IPTABLES, FIREWALLD, UFW)
PORT_PROTOCOLS = ("tcp", "udp", "sctp")
HOOKS = ("input", "forward")
CONNECTIONS = ("established",)
# What a cluster's machines say to each other, by the names of the numbers that IANA gives out.
PROTOCOL_NUMBERS = {
    "icmp": 1,
    "igmp": 2,
    "ipip": 4,
    "tcp": 6,
    "udp": 17,
    "ipv6": 41,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmpv6": 58,
    "vrrp": 112,
    "sctp": 132,
}
PROTOCOL_NAMES = {number: name for name, number in PROTOCOL_NUMBERS.items()}
# The protocol of errors and pings, by the family.
ICMP = {"ipv4": "icmp", "ipv6": "icmpv6"}
# Of each of these, packets have one family only.
PROTOCOL_FAMILIES = {"igmp": "ipv4", **{protocol: family for family, protocol in ICMP.items()}}

# What a rule of each kind needs, and what it may have; the documentation of packet_filter says what each is.
REQUIRED = {
    "silence": ("address", "instead"),
    "redirect": ("address", "protocol"),
    "unmarked": (),
    "untracked": (),
    "mark": ("mark", "address"),
    "masquerade": ("source",),
    "source_nat": ("to",),
    "clamp": ("address", "mss"),
    "accept": ("hook",),
}
OPTIONAL = {
    "redirect": ("port", "mac"),
    "unmarked": ("mac",),
    "untracked": ("protocol", "source", "address", "port", "source_port"),
    "mark": ("source", "protocol", "port"),
    "source_nat": ("mark", "address", "protocol", "port"),
    "accept": ("protocol", "source", "address", "port", "source_port", "connection", "mark"),
}
KINDS = tuple(REQUIRED)

# A maximum segment size that any host takes (RFC 9293, 3.7.1), and the largest that IPv4 can carry.
MSS_MIN, MSS_MAX = 536, 65495
MARK_MAX = 2**32 - 1  # struct sk_buff has a mark of 32 bits
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")


class _Fields(NamedTuple):
    kind: str
    family: str
    hook: str = ""
    mac: str = ""
    source: str = ""
    address: str = ""
    protocol: str = ""
    source_port: str = ""
    port: str = ""
    connection: str = ""
    instead: str = ""
    mark: int = 0
    to: str = ""
    mss: int = 0


class Rule(_Fields):
    """A rule for one family of addresses; "" and 0 stand for what its kind does not have, or for every one.

    address is where packets go to (with clamp: where they come from), source where they come from; both canonical, a
    network with its prefix length. As address, one of ANYWHERE is for packets to others, not to this host. protocol:
    one of PROTOCOL_NUMBERS. connection: one of CONNECTIONS. port and source_port: ports and ranges as in
    "80,10000-20000", in order, none next to another, at most RULE_PORTS. mark: what packets get, or have already; a
    rule that gives 0 leaves them out of what one for more of them marks.
    """

    __slots__ = ()

    def _asdict(self) -> dict[str, Any]:
        """Return what the rule has, for a result."""
        always = ("mark",) if self.kind == "mark" else ()
        return {name: value for name, value in super()._asdict().items() if value or name in always}

    def __str__(self) -> str:
        return " ".join(f"{name} {value}" for name, value in self._asdict().items() if name not in ("kind", "family"))


def identity(rule: Rule) -> Rule:
    """Return a rule without what it does; two of which this is the same cannot both be there."""
    return rule._replace(instead="", mark=0 if rule.kind == "mark" else rule.mark, to="", mss=0)


def parse_rules(rules: Iterable[Mapping[str, Any]]) -> FrozenSet[Rule]:
    """Read the option `rules`. InvalidInput has every fault with its path, such as rules[2].port."""
    faults: list[str] = []
    known: dict[Rule, tuple[str, Rule]] = {}
    for number, given in enumerate(rules):
        path = f"rules[{number}]"
        for rule in _parse_rule(path, given, faults):
            earlier, other = known.setdefault(identity(rule), (path, rule))
            if other != rule:
                faults.append(f"{path}: {rule} contradicts {earlier}: {other}")
    if faults:
        raise InvalidInput(tuple(faults))
    return frozenset(rule for _path, rule in known.values())


def _parse_rule(path: str, given: Mapping[str, Any], faults: list[str]) -> list[Rule]:
    """Return the rules for each family that it is about, several where it has many ports; none where it is wrong."""
    kind = given["kind"]
    required, optional = REQUIRED[kind], OPTIONAL.get(kind, ())
    present = {name: value for name, value in given.items() if name != "kind" and value not in (None, "", [])}
    found = [f"{path}.{name}: {kind} has no such option" for name in present if name not in (*required, *optional)]
    found += [f"{path}.{name}: {kind} needs it" for name in required if name not in present]
    if found:
        faults.extend(found)
        return []
    values: dict[str, Any] = {}
    for name, value in present.items():
        try:
            values[name] = _VALUES[name](kind, value)
        except ValueError as error:
            found.append(f"{path}.{name}: {error}")
    if not found:
        found = [f"{path}{fault}" for fault in _contradictions(kind, values)]
    if found:
        faults.extend(found)
        return []
    families = _families(values)
    return [
        Rule(kind, family, **{**values, "source_port": source_port, "port": port})
        for family in families
        for source_port in _portions(kind, values.get("source_port", ""))
        for port in _portions(kind, values.get("port", ""))
    ]


def _portions(kind: str, ports: str) -> list[str]:
    """Divide ports among as many rules as every tool needs."""
    if kind == "source_nat":  # the original port of a connection is one, or one range: xt_conntrack, --ctorigdstport
        return ports.split(",")
    portions: list[list[str]] = [[]]
    left = RULE_PORTS
    for text in ports.split(",") if ports else ():
        size = room(parse_range(text))
        if size > left:
            portions.append([])
            left = RULE_PORTS
        portions[-1].append(text)
        left -= size
    return [",".join(portion) for portion in portions]


def rule_of(kind: str, family: str, values: Mapping[str, Any]) -> Rule | None:
    """Return the rule that has these values, None where that could not be one."""
    if kind not in KINDS:
        return None
    needed = (*REQUIRED[kind], *OPTIONAL.get(kind, ()))
    given = {name: value for name, value in values.items() if name in needed}
    rules = _parse_rule("", {"kind": kind, **given}, [])
    return next((rule for rule in rules if rule.family == family), None)


def _families(values: Mapping[str, Any]) -> tuple[str, ...]:
    for name in ("address", "source", "to"):
        if name in values:
            return (family_of(values[name]),)
    family = PROTOCOL_FAMILIES.get(values.get("protocol", ""))
    return (family,) if family else FAMILIES


def _contradictions(kind: str, values: Mapping[str, Any]) -> Iterable[str]:
    """Yield what is wrong with values that are right each by itself."""
    families = {name: family_of(values[name]) for name in ("address", "source", "instead", "to") if name in values}
    if len(set(families.values())) > 1:
        yield ": " + " and ".join(f"{name} {values[name]}" for name in families) + " are not of one family"
    if kind == "silence" and "ipv6" in families.values():
        yield ".address: ARP is of IPv4; an IPv6 address on the loopback interface is silent of itself"
    if kind == "silence" and values["instead"] == values["address"]:
        yield f".instead: {values['instead']} is the address that must not be announced"
    protocol = values.get("protocol", "")
    only = PROTOCOL_FAMILIES.get(protocol)
    if only and set(families.values()) - {only}:
        yield f".protocol: {protocol} is of {only}"
    for name in ("port", "source_port"):
        if values.get(name) and protocol not in PORT_PROTOCOLS:
            yield f".{name}: a port needs protocol {', '.join(PORT_PROTOCOLS[:-1])} or {PORT_PROTOCOLS[-1]}"
    if kind == "source_nat" and not (values.get("mark") or (values.get("address") and protocol)):
        yield ": source_nat needs the mark of the packets, or their address and protocol"
    if kind == "untracked" and not (values.get("source") or values.get("address")):
        yield ": untracked needs the address that packets go to, or the source that they come from"
    if kind == "accept" and not any(values.get(name) for name in OPTIONAL["accept"]):
        yield f": this would let everything in; say what, by {', '.join(OPTIONAL['accept'])}"


def _address(kind: str, text: str) -> str:
    if kind in ("mark", "redirect") and text in ANYWHERE.values():
        return text
    if kind in ("accept", "mark", "redirect", "source_nat", "untracked") and "/" in text:
        return _network(kind, text)
    return canonical(text)


def _network(_kind: str, text: str) -> str:
    """Return an address, or a network with its prefix length."""
    start, slash, length = text.partition("/")
    address = canonical(start)
    bits = BITS[family_of(address)]
    prefix = int(length) if re.fullmatch(r"[0-9]{1,3}", length) else (-1 if slash else bits)
    if not 1 <= prefix <= bits:
        raise ValueError(f"{length!r} is no prefix length; it is 1 to {bits}")
    if int.from_bytes(to_bytes(address), "big") % 2 ** (bits - prefix):
        raise ValueError(f"{text} is no network: it has bits set behind its prefix")
    return address if prefix == bits else f"{address}/{prefix}"


def _mac(_kind: str, text: str) -> str:
    if not _MAC.fullmatch(text.lower()):
        raise ValueError(f"{text!r} is no MAC address, such as 52:54:00:00:01:01")
    return text.lower()


def _protocol(kind: str, text: str) -> str:
    name = PROTOCOL_NAMES.get(int(text), "") if re.fullmatch(r"[0-9]{1,3}", text) else text.lower()
    known = PROTOCOL_NUMBERS if kind in ("accept", "mark", "untracked") else PORT_PROTOCOLS
    if name not in known:
        raise ValueError(f"{text!r} is none of {', '.join(known)}")
    return name


def _one_of(known: Sequence[str]) -> Any:
    def parse(_kind: str, text: str) -> str:
        if text not in known:
            raise ValueError(f"{text!r} is none of {', '.join(known)}")
        return text

    return parse


def _ports(_kind: str, texts: Sequence[str]) -> str:
    if list(texts) == ["0"]:
        return ""
    return ",".join(range_text(ports) for ports in merged(parse_range(text.strip()) for text in texts))


def _whole(low: int, high: int) -> Any:
    def parse(_kind: str, value: int) -> int:
        if not low <= value <= high:
            raise ValueError(f"{value} is not {low} to {high}")
        return value

    return parse


_VALUES = {
    "hook": _one_of(HOOKS),
    "mac": _mac,
    "source": _network,
    "address": _address,
    "protocol": _protocol,
    "source_port": _ports,
    "port": _ports,
    "connection": _one_of(CONNECTIONS),
    "instead": _address,
    "mark": _whole(0, MARK_MAX),
    "to": _address,
    "mss": _whole(MSS_MIN, MSS_MAX),
}


class Placed(NamedTuple):
    """A rule and the tool that keeps it: one of TOOLS."""

    tool: str
    rule: Rule


class Line(NamedTuple):
    """A line of a tool's text, and where it stands: its table and chain as the tool names them."""

    place: str
    words: str


class Stray(NamedTuple):
    """A line that is found in what is our own and is no rule of ours. number: its place among them."""

    tool: str
    place: str
    number: int
    words: str


class Opening(NamedTuple):
    """A chain of the host's own nftables firewall that can drop packets at a hook, and so may need an opening.

    refusal: why nothing can be opened there, "" where it can.
    """

    family: str
    table: str
    chain: str
    hook: str
    refusal: str

    def concerns(self, rule: Rule) -> bool:
        """Say whether packets of this rule pass here."""
        return self.hook == rule.hook and self.family in ("inet", {"ipv4": "ip", "ipv6": "ip6"}[rule.family])


class Filter(NamedTuple):
    """What is our own in the packet filters of a host.

    openings and handles are what is there, never part of what is wanted. handles: nftables' number for each line.
    """

    rules: FrozenSet[Placed]
    strays: FrozenSet[Stray]
    openings: FrozenSet[Opening]
    handles: Mapping[Line, int]


class Choice(NamedTuple):
    """The tools that keep the rules of a host, whether it has them or not: for packets, for ARP, and for openings.

    openings: "" where they are made with the tool for packets.
    """

    firewall: str
    arp_firewall: str
    openings: str = ""

    def tool(self, rule: Rule) -> str:
        if rule.kind == "silence":
            return self.arp_firewall
        return self.opener if rule.kind == "accept" else self.firewall

    @property
    def opener(self) -> str:
        """Return the tool by which the host's own firewall is opened."""
        return self.openings or self.firewall
