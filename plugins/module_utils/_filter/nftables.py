# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules in the syntax of nft(8), both ways. Private to the collection.

Our own are the tables `ip lvs`, `ip6 lvs` and `arp lvs`. They cannot let in what another table drops: an `accept` is
final in its own base chain alone. So openings are made in the host's own tables, in a chain `lvs_input` or
`lvs_forward` that its base chains jump to first.
"""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .._netlink.address import ANYWHERE
from .._ports import merged, parse_range, range_text
from .model import HOOKS, NFTABLES, PROTOCOL_NAMES, PROTOCOL_NUMBERS, Line, Opening, Rule, Stray, rule_of
from .text import COMMENT, in_order, understand

TABLE = "lvs"
OWN_TABLES = tuple(f"{family} {TABLE}" for family in ("ip", "ip6", "arp"))
# Priorities as numbers: their names came with nftables 0.9.1.
CHAINS = {
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


class Block(NamedTuple):
    """A chain, or whatever else stands in a table. table: its family and name. header: such as "chain input"."""

    table: str
    header: str
    lines: Tuple[Tuple[str, int], ...]  # each with its handle, 0 where it has none

    @property
    def chain(self) -> str:
        return self.header[len("chain ") :] if self.header.startswith("chain ") else ""


class Jump(NamedTuple):
    """Our jump in a base chain of the host. first: whether nothing is dropped or refused before it."""

    opening: Opening
    handle: int
    first: bool


class Ruleset(NamedTuple):
    """What nft lists of what is our own, and where the host's own firewall may need openings.

    tables: our own ones. chains: our own in foreign tables.
    """

    rules: FrozenSet[Rule]
    strays: FrozenSet[Stray]
    openings: FrozenSet[Opening]
    handles: Mapping[Line, int]
    tables: FrozenSet[str]
    chains: FrozenSet[str]
    jumps: FrozenSet[Jump]


NOTHING = Ruleset(frozenset(), frozenset(), frozenset(), {}, frozenset(), frozenset(), frozenset())


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


def _chains(rules: Iterable[Rule], openings: Iterable[Opening]) -> Dict[str, List[str]]:
    """Return the lines of each chain, by its place."""
    openings = tuple(openings)
    chains: Dict[str, List[str]] = {}
    for rule in in_order(rules):
        for line in lines(rule, openings):
            chains.setdefault(line.place, []).append(line.words)
    return dict(sorted(chains.items()))


def tables_script(rules: Iterable[Rule], strays: Iterable[Stray] = (), there: Iterable[str] = ()) -> List[str]:
    """Return the lines for `nft -f` that make our own tables what they shall be, in one transaction.

    strays: lines to be put back, as they were found. there: tables that are to be replaced or removed.
    """
    headers: Dict[str, Dict[str, List[str]]] = {table: {} for table in there}
    for place, words in _chains((rule for rule in rules if rule.kind != "accept"), ()).items():
        table, _space, chain = place.rpartition(" ")
        headers.setdefault(table, {})[f"chain {chain}"] = [CHAINS[chain], *words]
    for stray in sorted(strays):
        family, name, header = stray.place.split(" ", 2)
        if f"{family} {name}" in OWN_TABLES:
            spec = CHAINS.get(header[len("chain ") :], "")
            start = [spec] if spec and not stray.words.startswith("type ") else []
            headers.setdefault(f"{family} {name}", {}).setdefault(header, start).append(stray.words)
    script = []
    for table, blocks in sorted(headers.items()):
        # Deleting a table that is not there would fail; adding one that is there does nothing.
        script += [f"table {table} {{}}", f"delete table {table}"]
        if blocks:
            script.append(f"table {table} {{")
            for header, content in blocks.items():
                script += [f"\t{header} {{", *(f"\t\t{words}" for words in content), "\t}"]
            script.append("}")
    return script


def openings_script(rules: Iterable[Rule], openings: Iterable[Opening], now: Ruleset = NOTHING) -> List[str]:
    """Return the lines for `nft -f` that make the openings in the host's own tables what they shall be.

    now: what is there of ours already; nothing, for a host that has just started.
    """
    openings = sorted(openings)
    chains = _chains((rule for rule in rules if rule.kind == "accept"), openings)
    wanted = {opening for opening in openings if _place(opening) in chains}
    kept = {jump.opening for jump in now.jumps if jump.first and jump.opening in wanted}
    script = []
    for opening, handle, first in sorted(now.jumps):
        if opening not in kept or not first:
            script.append(f"delete rule {opening.family} {opening.table} {opening.chain} handle {handle}")
    for place in sorted(now.chains - set(chains)):
        script += [f"flush chain {place}", f"delete chain {place}"]
    for place, content in chains.items():
        script += [f"add chain {place}", f"flush chain {place}", *(f"add rule {place} {words}" for words in content)]
    for opening in sorted(wanted - kept):
        script.append(f"insert rule {_jump_words(opening)}")
    return script


def _place(opening: Opening) -> str:
    return f"{opening.family} {opening.table} lvs_{opening.hook}"


def _jump_words(opening: Opening) -> str:
    return f'{opening.family} {opening.table} {opening.chain} jump lvs_{opening.hook} comment "{COMMENT}"'


def add_command(line: Line) -> str:
    """Return the command that adds a line."""
    return f"nft add rule {line.place} {line.words}"


def delete_command(line: Line, handle: int) -> str:
    """Return the command that removes a line; nft knows it by its handle alone."""
    return f"nft delete rule {line.place} handle {handle}"


def read_blocks(text: str) -> Iterator[Block]:
    """Read what nft lists of tables and chains, with or without handles; and the files that are made here."""
    table = header = ""
    content: List[Tuple[str, int]] = []
    for line in text.splitlines():
        words, _mark, handle = line.partition(" # handle ")
        words = words.rstrip()
        # Behind the brace, nft names the program that owns a table.
        opened = re.fullmatch(r"table (\S+ \S+) \{(?: # .*)?", words)
        block = re.fullmatch(r"\t(\S.*) \{", words)
        if opened or words == "}":
            table, header, content = opened[1] if opened else "", "", []
        elif not table or not words.strip():
            continue
        elif not header and block:
            header = block[1]
        elif not header:
            # A word about the table itself, such as its flags.
            yield Block(table, "", ((words.strip(), 0),))
        elif words == "\t}":
            yield Block(table, header, tuple(content))
            header, content = "", []
        else:
            content.append((words.strip(), int(handle) if re.fullmatch(r"[0-9]{1,9}", handle) else 0))


def read_tables(text: str) -> FrozenSet[str]:
    """Read `nft list tables`: the family and name of each."""
    return frozenset(line[len("table ") :].strip() for line in text.splitlines() if line.startswith("table "))


def wanted_tables(text: str) -> Tuple[str, ...]:
    """Read `nft list chains`: the foreign tables that must be listed to know all about openings."""
    found = set()
    for block in read_blocks(text):
        family, _space, name = block.table.partition(" ")
        if name == TABLE or family not in ("ip", "ip6", "inet") or not block.chain:
            continue
        if block.chain in OPENING_CHAINS or any(_hook_of(words) for words, _handle in block.lines):
            found.add(block.table)
    return tuple(sorted(found))


def _hook_of(words: str) -> str:
    """Return the hook of a base chain at which openings may be needed."""
    found = re.match(r"type filter hook (input|forward) priority ", words)
    return found.group(1) if found else ""


def read_ruleset(own: str, foreign: str) -> Ruleset:
    """Read what nft lists of our own tables, and of those of others that wanted_tables() names."""
    found: List[Line] = []
    strays: List[Line] = []
    handles: Dict[Line, int] = {}
    tables = set()
    for block in read_blocks(own):
        if block.table not in OWN_TABLES:
            continue
        tables.add(block.table)
        listed = [Line(f"{block.table} {block.chain}", normal(words)) for words, _handle in block.lines]
        if listed and listed[0].words == CHAINS.get(block.chain):
            handles.update(zip(listed[1:], (handle for _words, handle in block.lines[1:])))
            found.extend(listed[1:])
        else:
            strays.extend(Line(f"{block.table} {block.header}", words) for words, _handle in block.lines)
    openings, chains, jumps = _read_openings(tuple(read_blocks(foreign)))
    reached = {_place(jump.opening) for jump in jumps if jump.first}
    reached -= {_place(opening) for opening in openings - {jump.opening for jump in jumps if jump.first}}
    for place, content in chains.items():
        listed = [Line(place, normal(words)) for words, _handle in content]
        handles.update(zip(listed, (handle for _words, handle in content)))
        (found if place in reached else strays).extend(listed)
    understood = understand(found, _guess, lambda rule: lines(rule, openings))
    strays += [line._replace(place=_stray_place(line.place)) for line in understood.strays]
    numbered = frozenset(Stray(NFTABLES, line.place, number, line.words) for number, line in enumerate(strays))
    return Ruleset(
        understood.rules, numbered, openings, handles, frozenset(tables), frozenset(chains), frozenset(jumps)
    )


def _stray_place(place: str) -> str:
    table, _space, chain = place.rpartition(" ")
    return f"{table} chain {chain}" if chain in CHAINS else place


def read_files(text: str) -> FrozenSet[Rule]:
    """Read the rules in the files that are made here."""
    openings, added = set(), []
    for line in text.splitlines():
        jump = re.fullmatch(rf'insert rule (\S+) (\S+) (\S+) jump lvs_(\w+) comment "{COMMENT}"', line)
        rule = re.fullmatch(r"add rule (\S+ \S+ lvs_\w+) (.+)", line)
        if jump:
            openings.add(Opening(jump[1], jump[2], jump[3], jump[4], ""))
        elif rule:
            added.append(Line(rule.group(1), normal(rule.group(2))))
    opened = understand(added, _guess, lambda rule: lines(rule, openings)).rules
    return read_ruleset(text, "").rules | opened


def _read_openings(
    blocks: Sequence[Block],
) -> Tuple[FrozenSet[Opening], Dict[str, Tuple[Tuple[str, int], ...]], List[Jump]]:
    """Return where the host's own firewall can drop packets, our own chains there, and our jumps to them."""
    owned_by_program = {
        block.table for block in blocks if not block.header and re.match(r"flags .*owner", block.lines[0][0])
    }
    openings, jumps = set(), []
    chains = {}
    for block in blocks:
        if block.chain in OPENING_CHAINS:
            chains[f"{block.table} {block.chain}"] = block.lines
            continue
        spec = next((words for words, _handle in block.lines if _hook_of(words)), "") if block.chain else ""
        hook = _hook_of(spec)
        if not hook:
            continue
        family, _space, table = block.table.partition(" ")
        opening = Opening(family, table, block.chain, hook, _refusal(block, block.table in owned_by_program))
        closed = "policy drop" in spec
        dropping = False
        for words, handle in block.lines:
            if words == spec or words.startswith("comment "):
                continue
            if words == f'jump lvs_{hook} comment "{COMMENT}"':
                jumps.append(Jump(opening, handle, not dropping))
            elif not re.search(r"\bjump LVS-\w+$", words):
                closed = True
                dropping = dropping or bool(re.search(r"\b(drop|reject)\b", words))
        if closed:
            openings.add(opening)
    return frozenset(openings), chains, jumps


def _refusal(block: Block, owned_by_program: bool) -> str:
    if owned_by_program:
        return (
            f"table {block.table} belongs to the program that made it (flag owner), which lets nobody else in, such as "
            "firewalld with NftablesTableOwner=yes; open it by that program's own means, or switch that off"
        )
    if block.table in ("ip filter", "ip6 filter") and block.chain in ("INPUT", "FORWARD"):
        return (
            f"table {block.table} is kept by iptables, which would not understand what nft adds; use firewall iptables"
        )
    return ""


_PRIORITIES = {"dstnat": "-100", "srcnat": "100", "mangle": "-150", "filter": "0"}


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
    ("mark", re.compile(r" meta mark set \S+$")),
    ("masquerade", re.compile(r" masquerade$")),
    ("source_nat", re.compile(r" snat to \S+$")),
    ("clamp", re.compile(r" size set \S+$")),
    ("accept", re.compile(r" accept$")),
)


def _guess(line: Line) -> Optional[Rule]:
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
