# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nft(8) is given: scripts for `nft -f`, and single commands. Private to the collection.

Our own are the tables `ip lvs`, `ip6 lvs` and `arp lvs`. They cannot let in what another table drops: an `accept` is
final in its own base chain alone. So openings are made in the host's own tables, in a chain `lvs_input` or
`lvs_forward` that its base chains jump to first.
"""

from __future__ import annotations

from typing import Dict, Iterable, List

from .model import Line, Opening, Rule, Stray
from .nft_listing import NOTHING, Ruleset, place_of
from .nft_words import CHAINS, OWN_TABLES, lines
from .text import COMMENT, in_order


def tables_script(rules: Iterable[Rule], strays: Iterable[Stray] = (), there: Iterable[str] = ()) -> List[str]:
    """Return the lines for `nft -f` that make our own tables what they must be, in one transaction.

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
    """Return the lines for `nft -f` that make the openings in the host's own tables what they must be.

    now: what is there of ours already; nothing, for a host that has just started.
    """
    openings = sorted(openings)
    chains = _chains((rule for rule in rules if rule.kind == "accept"), openings)
    wanted = {opening for opening in openings if place_of(opening) in chains}
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


def _chains(rules: Iterable[Rule], openings: Iterable[Opening]) -> Dict[str, List[str]]:
    """Return the lines of each chain, by its place."""
    openings = tuple(openings)
    chains: Dict[str, List[str]] = {}
    for rule in in_order(rules):
        for line in lines(rule, openings):
            chains.setdefault(line.place, []).append(line.words)
    return dict(sorted(chains.items()))


def _jump_words(opening: Opening) -> str:
    return f'{opening.family} {opening.table} {opening.chain} jump lvs_{opening.hook} comment "{COMMENT}"'


def add_command(line: Line) -> str:
    """Return the command that adds a line."""
    return f"nft add rule {line.place} {line.words}"


def delete_command(line: Line, handle: int) -> str:
    """Return the command that removes a line; nft knows it by its handle alone."""
    return f"nft delete rule {line.place} handle {handle}"
