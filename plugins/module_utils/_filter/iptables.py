# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules in the syntax of iptables-save(8) and ip6tables-save(8), both ways. Private to the collection.

Our own are the chains in CHAINS, to which the built-in chains jump.
"""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

from .._netlink.address import ANYWHERE
from .model import IPTABLES, PORT_PROTOCOLS, PROTOCOL_NAMES, PROTOCOL_NUMBERS, Line, Rule, Stray, rule_of
from .text import in_order, understand

# Our own chains, by their table, and the built-in chain that jumps to each.
CHAINS = {
    "raw LVS-PREROUTING": "PREROUTING",
    "nat LVS-PREROUTING": "PREROUTING",
    "nat LVS-POSTROUTING": "POSTROUTING",
    "mangle LVS-PREROUTING": "PREROUTING",
    "mangle LVS-POSTROUTING": "POSTROUTING",
    "filter LVS-INPUT": "INPUT",
    "filter LVS-FORWARD": "FORWARD",
}


class Ruleset(NamedTuple):
    """What iptables-save or ip6tables-save says of what is our own.

    chains: those that are there. jumps: how often each is jumped to. first: those of them that are reached before
    anything is dropped or refused.
    """

    rules: FrozenSet[Rule]
    strays: FrozenSet[Stray]
    chains: FrozenSet[str]
    jumps: Dict[str, int]
    first: FrozenSet[str]


NOTHING = Ruleset(frozenset(), frozenset(), frozenset(), {}, frozenset())


def lines(rule: Rule) -> Tuple[Line, ...]:
    """Return the line that makes a rule."""
    place, words = _WORDS[rule.kind](rule)
    return (Line(f"{rule.family} {place}", words),)


# Packets to one host that is not this one. In IPv6 a local address is of type UNICAST too (match_type6() in
# xt_addrtype.c).
_TO_OTHERS = {
    "ipv4": "-m addrtype --dst-type UNICAST ",
    "ipv6": "-m addrtype --dst-type UNICAST -m addrtype ! --dst-type LOCAL ",
}


def _match(rule: Rule) -> str:
    """Return what limits a rule to its addresses, protocol and ports, as iptables-save has it, " " at its end."""
    to_others = rule.address in ANYWHERE.values()
    pairs = (("-s", rule.source), ("-d", "" if to_others else rule.address))
    words = "".join(f"{option} {_whole(address)} " for option, address in pairs if address)
    return words + _protocol_words(rule) + (_TO_OTHERS[rule.family] if to_others else "")


def _protocol_words(rule: Rule) -> str:
    if not rule.protocol:
        return ""
    named = rule.protocol in PORT_PROTOCOLS
    words = f"-p {rule.protocol if named else PROTOCOL_NUMBERS[rule.protocol]} "
    given = [("sport", rule.source_port.replace("-", ":")), ("dport", rule.port.replace("-", ":"))]
    single = [f"--{name} {port} " for name, port in given if port and "," not in port]
    several = [f"-m multiport --{name}s {ports} " for name, ports in given if "," in ports]
    return words + (f"-m {rule.protocol} " if single else "") + "".join([*single, *several])


def _whole(address: str) -> str:
    """Return an address with its prefix length."""
    return address if "/" in address else f"{address}/{128 if ':' in address else 32}"


def _redirect(rule: Rule) -> Tuple[str, str]:
    sender = f"-m mac --mac-source {rule.mac} " if rule.mac else ""
    return "nat LVS-PREROUTING", f"{_match(rule)}{sender}-j REDIRECT"


def _unmarked(rule: Rule) -> Tuple[str, str]:
    which = f"-m mac --mac-source {rule.mac}" if rule.mac else "-m conntrack --ctstate DNAT"
    return "mangle LVS-PREROUTING", f"{which} -j RETURN"


def _untracked(rule: Rule) -> Tuple[str, str]:
    return "raw LVS-PREROUTING", f"{_match(rule)}-j CT --notrack"


def _mark(rule: Rule) -> Tuple[str, str]:
    return "mangle LVS-PREROUTING", f"{_match(rule)}-j MARK --set-xmark {rule.mark:#x}/0xffffffff"


def _masquerade(rule: Rule) -> Tuple[str, str]:
    outside = f"! -d {rule.source} " if "/" in rule.source else ""
    return "nat LVS-POSTROUTING", f"-s {_whole(rule.source)} {outside}-j MASQUERADE"


def _source_nat(rule: Rule) -> Tuple[str, str]:
    # With net.ipv4.vs.conntrack=1, a connection's original direction stays the client's: to the VIP and its port.
    marked = f"-m mark --mark {rule.mark:#x} " if rule.mark else ""
    protocol = f"-p {rule.protocol} " if rule.protocol else ""
    port = f" --ctorigdstport {rule.port.replace('-', ':')}" if rule.port else ""
    conntrack = f"-m conntrack --ctorigdst {rule.address}{port} " if rule.address else ""
    return "nat LVS-POSTROUTING", f"{protocol}{marked}{conntrack}-j SNAT --to-source {rule.to}"


def _clamp(rule: Rule) -> Tuple[str, str]:
    syn = f"-s {_whole(rule.address)} -p tcp -m tcp --tcp-flags SYN SYN"
    return "mangle LVS-POSTROUTING", f"{syn} -m tcpmss --mss {rule.mss + 1}:65535 -j TCPMSS --set-mss {rule.mss}"


def _accept(rule: Rule) -> Tuple[str, str]:
    known = "-m conntrack --ctstate RELATED,ESTABLISHED " if rule.connection else ""
    marked = f"-m mark --mark {rule.mark:#x} " if rule.mark else ""
    return f"filter LVS-{rule.hook.upper()}", f"{_match(rule)}{known}{marked}-j ACCEPT"


_WORDS = {
    "redirect": _redirect,
    "unmarked": _unmarked,
    "untracked": _untracked,
    "mark": _mark,
    "masquerade": _masquerade,
    "source_nat": _source_nat,
    "clamp": _clamp,
    "accept": _accept,
}


def script(family: str, rules: Iterable[Rule], strays: Iterable[Stray] = (), now: Ruleset = NOTHING) -> List[str]:
    """Return the lines for `iptables-restore --noflush` that make our own chains what they must be.

    Each table is one transaction. strays: lines to be put back. now: what is there of ours already.
    """
    chains: Dict[str, List[str]] = {}
    wanted = [line for rule in in_order(rules) if rule.family == family for line in lines(rule)]
    for place, words in [*wanted, *((stray.place, stray.words) for stray in sorted(strays))]:
        chain_family, chain = place.split(" ", 1)
        if chain_family == family:
            chains.setdefault(chain, []).append(words)
    content = []
    for table in ("raw", "nat", "mangle", "filter"):
        part = _table_lines(table, chains, now)
        if part:
            content += [f"*{table}", *part, "COMMIT"]
    return content


def _table_lines(table: str, chains: Dict[str, List[str]], now: Ruleset) -> List[str]:
    declared, changes = [], []
    for own, built_in in CHAINS.items():
        of_table, chain = own.split(" ")
        if of_table != table or (own not in chains and own not in now.chains):
            continue
        jumps = now.jumps.get(own, 0)
        if own in chains:
            # This empties a chain that is there (iptables-restore, --noflush).
            declared.append(f":{chain} - [0:0]")
            changes += [f"-A {chain} {words}" for words in chains[own]]
            if own in now.first:
                continue
            changes += [f"-D {built_in} -j {chain}"] * jumps + [f"-I {built_in} -j {chain}"]
        else:
            changes += [f"-D {built_in} -j {chain}"] * jumps + [f"-F {chain}", f"-X {chain}"]
    return declared + changes


def jumps(content: Iterable[str]) -> List[Tuple[str, str]]:
    """Return the rules by which a script of script() has its chains reached, each with its table."""
    table, found = "", []
    for line in content:
        table = line[1:].strip() if line.startswith("*") else table
        if line.startswith("-I "):
            found.append((table, line[len("-I ") :]))
    return found


def command(action: str, line: Line) -> str:
    """Return the command that adds ("-A") or removes ("-D") a line."""
    family, table, chain = line.place.split(" ", 2)
    tool = "iptables" if family == "ipv4" else "ip6tables"
    return f"{tool} -t {table} {action} {chain} {line.words}"


def read_ruleset(family: str, text: str) -> Ruleset:
    """Read what iptables-save, or ip6tables-save for "ipv6", says; and the files that are made here."""
    table = ""
    chains = set()
    jumps: Dict[str, int] = {}
    first = set()
    dropping = set()
    found: List[Line] = []
    for line in text.splitlines():
        words = line.split()
        if line.startswith("*"):
            table = line[1:].strip()
        elif line.startswith(":") and f"{table} {words[0][1:]}" in CHAINS:
            chains.add(f"{table} {words[0][1:]}")
        elif len(words) >= 3 and words[0] in ("-A", "-I"):
            place = f"{table} {words[1]}"
            target = f"{table} {words[-1]}"
            if place in CHAINS:
                found.append(Line(f"{family} {place}", normal(words[2:])))
            elif words[2] == "-j" and len(words) == 4 and CHAINS.get(target) == words[1]:
                jumps[target] = jumps.get(target, 0) + 1
                if place not in dropping or words[0] == "-I":
                    first.add(target)
            elif re.search(r" -j (DROP|REJECT)\b", line):
                dropping.add(place)
    reached = [line for line in found if line.place.split(" ", 1)[1] in first]
    understood = understand(reached, _guess, lines)
    strays = [line for line in found if line not in reached] + list(understood.strays)
    numbered = frozenset(Stray(IPTABLES, line.place, number, line.words) for number, line in enumerate(strays))
    return Ruleset(understood.rules, numbered, frozenset(chains), jumps, frozenset(first))


# Where the names of protocols in /etc/protocols, by which iptables-save lists them, are not ours.
_PROTOCOL_ALIASES = {"ipencap": "ipip", "ipv4": "ipip", "ipv6-icmp": "icmpv6", "icmp6": "icmpv6"}


def normal(words: List[str]) -> str:
    """Return a line as lines() would write it, whatever the version of iptables that lists it."""
    kept: List[str] = []
    position = 0
    while position < len(words):
        option, value = words[position], words[position + 1] if position + 1 < len(words) else ""
        if option == "-p":
            number = PROTOCOL_NUMBERS.get(_PROTOCOL_ALIASES.get(value, value))
            known = str(number) if number and value not in PORT_PROTOCOLS else value
            kept += [option, PROTOCOL_NAMES[int(value)] if value in ("6", "17", "132") else known]
            position += 2
        elif option == "--mac-source":
            kept += [option, value.lower()]
            position += 2
        else:
            kept.append(option)
            position += 1
    return " ".join(kept)


_FIELDS = {
    name: re.compile(pattern)
    for name, pattern in {
        "mac": r"--mac-source (\S+)",
        "source": r"(?:^|(?<!!) )-s (\S+)",
        "address": r"(?:^-d|(?<!!) -d|--ctorigdst) (\S+)",
        "protocol": r"(?:^| )-p (\S+)",
        "source_port": r" --sports? ([0-9:,]+)",
        "port": r" --(?:dports?|ctorigdstport) ([0-9:,]+)",
        "mark": r" --(?:set-xmark|mark) 0x([0-9a-f]{1,8})(?:/0xffffffff$| )",
        "to": r" --to-source (\S+)$",
        "mss": r" --set-mss ([0-9]{1,5})$",
    }.items()
}
_KINDS = {
    "REDIRECT": "redirect",
    "RETURN": "unmarked",
    "CT": "untracked",
    "MARK": "mark",
    "MASQUERADE": "masquerade",
    "SNAT": "source_nat",
    "TCPMSS": "clamp",
    "ACCEPT": "accept",
}


def _guess(line: Line) -> Optional[Rule]:
    family, _table, chain = line.place.split(" ", 2)
    target = re.search(r"(?:^| )-j (\S+)", line.words)
    found = {name: pattern.search(line.words) for name, pattern in _FIELDS.items()}
    values: Dict[str, Any] = {name: match.group(1) for name, match in found.items() if match}
    if "mss" in values:
        values["mss"] = int(values["mss"])
    for name in ("source_port", "port"):
        values[name] = values.get(name, "0").split(",")
    if "mark" in values:
        values["mark"] = int(values["mark"], 16)
    for name in ("source", "address"):
        values[name] = re.sub(r"/(32|128)$", "", values.get(name, "")) or None
    if _TO_OTHERS[family] in line.words:
        values["address"] = ANYWHERE[family]
    kind = _KINDS.get(target.group(1) if target else "", "")
    if kind == "clamp":
        values["address"] = values.pop("source")
    if kind == "accept":
        values["hook"] = chain[len("LVS-") :].lower()
        values["connection"] = "established" if " --ctstate " in line.words else ""
    return rule_of(kind, family, values)
