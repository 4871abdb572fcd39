# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nft(8) lists, and the files that are made for it: our own rules there, and where a firewall needs openings.

Pure. Private to the collection.
"""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

from .model import NFTABLES, Line, Opening, Rule, Stray
from .nft_words import CHAINS, OPENING_CHAINS, OWN_TABLES, TABLE, guess, lines, normal
from .text import COMMENT, understand


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
    reached = {place_of(jump.opening) for jump in jumps if jump.first}
    reached -= {place_of(opening) for opening in openings - {jump.opening for jump in jumps if jump.first}}
    for place, content in chains.items():
        listed = [Line(place, normal(words)) for words, _handle in content]
        handles.update(zip(listed, (handle for _words, handle in content)))
        (found if place in reached else strays).extend(listed)
    understood = understand(found, guess, lambda rule: lines(rule, openings))
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
    opened = understand(added, guess, lambda rule: lines(rule, openings)).rules
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
            f"table {block.table} belongs to the program that made it (flag owner), such as firewalld with "
            "NftablesTableOwner=yes, and no other program can change it; open it with that program, or switch that off"
        )
    if block.table in ("ip filter", "ip6 filter") and block.chain in ("INPUT", "FORWARD"):
        return (
            f"table {block.table} is kept by iptables, which would not understand what nft adds; use firewall iptables"
        )
    return ""


def place_of(opening: Opening) -> str:
    """Return the place of the chain that an opening jumps to."""
    return f"{opening.family} {opening.table} lvs_{opening.hook}"
