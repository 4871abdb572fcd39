# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a host's own packet filters drop whatever none of their rules lets pass: facts for the controller. Private."""

from __future__ import annotations

import re
from typing import Iterable, Iterator, NamedTuple, Sequence

from .model import FIREWALLD, IPTABLES, NFTABLES, UFW
from .nft_listing import Block

# The last rule of a chain that is no policy and works as one, as firewalld and RHEL's iptables have it.
_REFUSES = re.compile(r"(counter packets \d+ bytes \d+ )?(drop|reject( with .*)?)")
_BASE = re.compile(r"type filter hook (input|forward) .* policy (\w+);")
_CHAINS = {"INPUT": "input", "FORWARD": "forward"}


_OF_UFW = re.compile(r"\bjump ufw6?-before-|-j ufw6?-before-")


def keeper_of(table: str, chain: str) -> str:
    """Return the tool that keeps a base chain which nft lists, as far as its names say so."""
    if table == "filter" and chain in _CHAINS:
        return IPTABLES
    return FIREWALLD if table == "firewalld" else NFTABLES


class Closed(NamedTuple):
    """hook: input or forward. family: ip, ip6 or inet, as nft names it. tool: the program that keeps the chain."""

    hook: str
    family: str
    tool: str
    chain: str


def in_nftables(blocks: Iterable[Block]) -> Iterator[Closed]:
    """Yield the closed chains among what nft lists of tables."""
    for block in blocks:
        family, _space, table = block.table.partition(" ")
        words = [words for words, _handle in block.lines]
        found = next(filter(None, map(_BASE.match, words)), None)
        if found and (found[2] == "drop" or _REFUSES.fullmatch(words[-1])):
            tool = keeper_of(table, block.chain)
            if tool == IPTABLES and any(map(_OF_UFW.search, words)):
                tool = UFW
            yield Closed(found[1], family, tool, f"{block.table} {block.chain}")


def in_iptables(family: str, saved: str) -> Iterator[Closed]:
    """Yield the closed chains in what iptables-save or ip6tables-save prints of the table filter."""
    lines: Sequence[str] = saved.splitlines()
    for chain, hook in _CHAINS.items():
        rules = [line for line in lines if line.startswith(f"-A {chain} ")]
        refuses = rules and re.fullmatch(rf"-A {chain} -j (DROP|REJECT)( .*)?", rules[-1])
        if refuses or any(line.startswith(f":{chain} DROP") for line in lines):
            tool = UFW if any(map(_OF_UFW.search, rules)) else IPTABLES
            yield Closed(hook, family, tool, f"{family} filter {chain}")
