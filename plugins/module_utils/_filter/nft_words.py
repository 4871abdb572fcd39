# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rule in the words of nft(8), and back: where its lines stand, and what is in them. Pure. Private."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, Optional, Tuple

from .._netlink.address import ANYWHERE
from .._ports import merged, parse_range, range_text
from .model import HOOKS, PROTOCOL_NAMES, PROTOCOL_NUMBERS, Line, Opening, Rule, rule_of

TABLE = "lvs"
OWN_TABLES = tuple(f"{family} {TABLE}" for family in ("ip", "ip6", "arp"))
# Priorities as numbers: their names came with nftables 0.9.1.
CHAINS = {
    "raw_prerouting": "type filter hook prerouting priority -300; policy accept;",
    "nat_prerouting": "type nat hook prerouting priority -100; policy accept;",
    "mangle_prerouting": "type filter hook prerouting priority -150; policy accept;",
    "nat_postrouting": "type nat hook postrouting priority 100; policy accept;",
    "mangle_postrouting": "type filter hook postrouting priority -150; policy accept;",
    "input": "type filter hook input priority 0; policy accept;",
    "output": "type filter hook output priority 0; policy accept;",
}
OPENING_CHAINS = {f"lvs_{hook}": hook for hook in HOOKS}
FAMILIES = {"ipv4": "ip", "ipv6": "ip6"}
# Packets to one host that is not this one. In IPv6 an address to which there is no route has no type "unicast"
# (__nft_fib6_eval_type() in net/ipv6/netfilter/nft_fib_ipv6.c).
_TO_OTHERS = {"ipv4": "fib daddr type unicast ", "ipv6": "ip6 daddr != ff00::/8 fib daddr type != local "}


def lines(rule: Rule, openings: Iterable[Opening] = ()) -> Tuple[Line, ...]:
    """Return the lines that make a rule. openings: the places for one that lets something in."""
    if rule.kind == "accept":
        tables = sorted({(opening.family, opening.table) for opening in openings if opening.concerns(rule)})
        return tuple(Line(f"{family} {table} lvs_{rule.hook}", _accept_words(rule, family)) for family, table in tables)
    if rule.kind == "silence":
        return (
            Line(f"arp {TABLE} input", f"arp operation request arp daddr ip {rule.address} drop"),
            Line(f"arp {TABLE} output", f"arp saddr ip {rule.address} arp saddr ip set {rule.instead}"),
        )
    family = FAMILIES[rule.family]
    chain, words = _WORDS[rule.kind](rule, family)
    return (Line(f"{family} {TABLE} {chain}", words),)


def _protocol_words(rule: Rule) -> str:
    """Return what limits a rule to its protocol and ports, " " at its end."""
    given = (("sport", rule.source_port), ("dport", rule.port))
    ports = [f"{rule.protocol} {name} {_ports(port)} " for name, port in given if port]
    if ports or not rule.protocol:
        return "".join(ports)
    # By number: a machine without /etc/protocols knows no names.
    return f"meta l4proto {PROTOCOL_NUMBERS[rule.protocol]} "


def _ports(ports: str) -> str:
    return f"{{ {ports.replace(',', ', ')} }}" if "," in ports else ports


def _destination(rule: Rule, family: str) -> str:
    """Return what limits a rule to where packets go, " " at its end."""
    return _TO_OTHERS[rule.family] if rule.address in ANYWHERE.values() else f"{family} daddr {rule.address} "


def _redirect(rule: Rule, family: str) -> Tuple[str, str]:
    sender = f"ether saddr {rule.mac} " if rule.mac else ""
    return "nat_prerouting", f"{sender}{_destination(rule, family)}{_protocol_words(rule)}redirect"


def _unmarked(rule: Rule, _family: str) -> Tuple[str, str]:
    return "mangle_prerouting", f"ether saddr {rule.mac} return" if rule.mac else "ct status dnat return"


def _untracked(rule: Rule, family: str) -> Tuple[str, str]:
    pairs = (("saddr", rule.source), ("daddr", rule.address))
    addresses = "".join(f"{family} {name} {address} " for name, address in pairs if address)
    return "raw_prerouting", f"{addresses}{_protocol_words(rule)}notrack"


def _mark(rule: Rule, family: str) -> Tuple[str, str]:
    source = f"{family} saddr {rule.source} " if rule.source else ""
    which = f"{source}{_destination(rule, family)}{_protocol_words(rule)}"
    return "mangle_prerouting", f"{which}meta mark set {rule.mark}"


def _masquerade(rule: Rule, family: str) -> Tuple[str, str]:
    outside = f"{family} daddr != {rule.source} " if "/" in rule.source else ""
    return "nat_postrouting", f"{family} saddr {rule.source} {outside}masquerade"


def _source_nat(rule: Rule, family: str) -> Tuple[str, str]:
    # With net.ipv4.vs.conntrack=1, a connection's original direction stays the client's: to the VIP and its port.
    marked = f"meta mark {rule.mark} " if rule.mark else ""
    address = f"ct original {family} daddr {rule.address} " if rule.address else ""
    protocol = f"meta l4proto {PROTOCOL_NUMBERS[rule.protocol]} " if rule.protocol else ""
    port = f"ct original proto-dst {_ports(rule.port)} " if rule.port else ""
    return "nat_postrouting", f"{marked}{address}{protocol}{port}snat to {rule.to}"


def _clamp(rule: Rule, family: str) -> Tuple[str, str]:
    option = "tcp option maxseg size"
    larger = f"{family} saddr {rule.address} tcp flags syn {option} > {rule.mss}"
    return "mangle_postrouting", f"{larger} {option} set {rule.mss}"


_WORDS = {
    "redirect": _redirect,
    "unmarked": _unmarked,
    "untracked": _untracked,
    "mark": _mark,
    "masquerade": _masquerade,
    "source_nat": _source_nat,
    "clamp": _clamp,
}


def _accept_words(rule: Rule, table_family: str) -> str:
    family = FAMILIES[rule.family]
    pairs = (("saddr", rule.source), ("daddr", rule.address))
    addresses = "".join(f"{family} {name} {address} " for name, address in pairs if address)
    # Of these two, nft leaves the family out when it lists them.
    if not addresses and table_family == "inet" and rule.protocol not in ("icmp", "icmpv6"):
        addresses = f"meta nfproto {rule.family} "
    known = "ct state established,related " if rule.connection else ""
    marked = f"meta mark {rule.mark} " if rule.mark else ""
    return f"{addresses}{_protocol_words(rule)}{known}{marked}accept"


_PRIORITIES = {"raw": "-300", "dstnat": "-100", "srcnat": "100", "mangle": "-150", "filter": "0"}


def normal(words: str) -> str:
    """Return a line as lines() would write it, whatever the version of nft that lists it."""
    words = re.sub(r"\bpriority (\w+);", lambda name: f"priority {_PRIORITIES.get(name[1], name[1])};", words)
    words = re.sub(r"\b(?:ip protocol|ip6 nexthdr|meta l4proto) ([\w-]+)", _normal_protocol, words)
    words = re.sub(r"(?:meta )?mark set 0x([0-9a-f]+)$", lambda mark: f"meta mark set {int(mark[1], 16)}", words)
    words = re.sub(r"\bmeta mark 0x([0-9a-f]+)\b", lambda mark: f"meta mark {int(mark[1], 16)}", words)
    words = re.sub(r"\barp operation 1\b", "arp operation request", words)
    words = re.sub(r"\bct status (?:0x20|32)\b", "ct status dnat", words)
    words = re.sub(r"\bct state (?:0x2,0x4|2,4)\b", "ct state established,related", words)
    words = re.sub(r"\btcp flags (?:& )?(?:syn|0x2)(?: (?:!= 0x0|== syn|== 0x2))?(?= )", "tcp flags syn", words)
    words = re.sub(r"\bfib daddr type (!= )?(1|2)\b", _normal_type, words)
    words = re.sub(r"\bmeta nfproto (2|10)\b", lambda n: f"meta nfproto {'ipv4' if n[1] == '2' else 'ipv6'}", words)
    words = re.sub(r"\bct original (daddr)\b", _normal_original, words)
    words = re.sub(r"\bmeta nfproto (?:ipv4 (?=meta l4proto 1 )|ipv6 (?=meta l4proto 58 ))", "", words)
    words = re.sub(r"\b(sport|dport|proto-dst) \{ ?([0-9, -]+?) ?\}", _normal_ports, words)
    return re.sub(r"\bsnat (?!to )", "snat to ", words)


def _normal_ports(found: re.Match[str]) -> str:
    try:
        ranges = merged(parse_range(ports.strip()) for ports in found[2].split(","))
    except ValueError:
        return found[0]
    return f"{found[1]} {_ports(','.join(range_text(ports) for ports in ranges))}" if ranges else found[0]


def _normal_protocol(found: re.Match[str]) -> str:
    name = found[1]
    names = {"ipencap": "ipip", "ipv6-icmp": "icmpv6"}
    number = PROTOCOL_NUMBERS.get(names.get(name, name))
    return f"meta l4proto {name if number is None else number}"


def _normal_type(found: re.Match[str]) -> str:
    # RTN_UNICAST and RTN_LOCAL in linux/rtnetlink.h
    return f"fib daddr type {found[1] or ''}{'unicast' if found[2] == '1' else 'local'}"


def _normal_original(found: re.Match[str]) -> str:
    # Before nftables 0.9.1 the family was not said.
    rest = found.string[found.end() :].split()
    return f"ct original {'ip6' if rest and ':' in rest[0] else 'ip'} daddr"


_FIELDS = {
    name: re.compile(pattern)
    for name, pattern in {
        "mac": r"^ether saddr (\S+)",
        "source": r"\bip6? saddr (\S+)",
        "address": r"\b(?:arp saddr ip|(?<!saddr )ip6? daddr) ([^\s!]+)",
        "number": r"\bmeta l4proto ([0-9]{1,3})\b",
        "protocol": r"\b(tcp|udp|sctp) [sd]port ",
        "source_port": r"\bsport (?:\{ )?([0-9][0-9, -]*?)(?: \})? (?![0-9-])",
        "port": r"\b(?:dport|proto-dst) (?:\{ )?([0-9][0-9, -]*?)(?: \})? (?![0-9-])",
        "connection": r"\bct state (established),related\b",
        "mark": r"\bmeta mark (?:set )?([0-9]{1,10})(?= |$)",
        "to": r"\bsnat to (\S+)$",
        "instead": r"\barp saddr ip set (\S+)$",
        "mss": r"\bsize set ([0-9]{1,5})$",
    }.items()
}
_KINDS = (
    ("silence", re.compile(r"^arp saddr ip \S+ arp saddr ip set ")),
    ("redirect", re.compile(r" redirect$")),
    ("unmarked", re.compile(r" return$")),
    ("untracked", re.compile(r" notrack$")),
    ("mark", re.compile(r" meta mark set \S+$")),
    ("masquerade", re.compile(r" masquerade$")),
    ("source_nat", re.compile(r" snat to \S+$")),
    ("clamp", re.compile(r" size set \S+$")),
    ("accept", re.compile(r" accept$")),
)


def guess(line: Line) -> Optional[Rule]:
    """Return the rule that a normal line may be of; lines() tells whether it is. None for none."""
    table_family, _table, chain = line.place.split(" ", 2)
    kind = next((kind for kind, pattern in _KINDS if pattern.search(line.words)), "")
    found = {name: pattern.search(line.words) for name, pattern in _FIELDS.items()}
    values: Dict[str, Any] = {name: match.group(1) for name, match in found.items() if match}
    protocol = PROTOCOL_NAMES.get(int(values.pop("number", 0)))
    values.setdefault("protocol", protocol)
    for name in ("mark", "mss"):
        if name in values:
            values[name] = int(values[name])
    for name in ("source_port", "port"):
        values[name] = values.get(name, "0").split(",")
    if kind == "clamp":
        values["address"] = values.pop("source", "")
    if kind == "accept":
        values["hook"] = OPENING_CHAINS.get(chain, "")
    six = table_family == "ip6" or re.match(r"ip6 |meta nfproto ipv6 |meta l4proto 58 ", line.words)
    family = "ipv6" if six else "ipv4"
    if _TO_OTHERS[family] in line.words:
        values["address"] = ANYWHERE[family]
    return rule_of(kind, family, values)
