# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules in the syntax of arptables(8), both ways. Private to the collection.

Our own are the chains in CHAINS. arptables-restore empties every chain, those of others too, so each line here is the
arguments of one arptables command.
"""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

from .model import ARPTABLES, Line, Rule, Stray, rule_of
from .text import in_order, understand

# Our own chains, and the built-in chain that jumps to each.
CHAINS = {"LVS-INPUT": "INPUT", "LVS-OUTPUT": "OUTPUT"}


class Ruleset(NamedTuple):
    """What arptables-save says of what is our own: its lines, and what they are.

    jumps: how often each chain is jumped to.
    """

    lines: Tuple[Line, ...]
    rules: FrozenSet[Rule]
    strays: FrozenSet[Stray]
    chains: FrozenSet[str]
    jumps: Dict[str, int]


NOTHING = Ruleset((), frozenset(), frozenset(), frozenset(), {})


def lines(rule: Rule) -> Tuple[Line, ...]:
    """Return the lines that make a rule: no answer to a request, and another sender in what the host asks itself."""
    return (
        Line("LVS-INPUT", f"-d {rule.address} --opcode 1 -j DROP"),
        Line("LVS-OUTPUT", f"-s {rule.address} -j mangle --mangle-ip-s {rule.instead}"),
    )


def script(rules: Iterable[Rule], strays: Iterable[Stray] = (), now: Ruleset = NOTHING) -> List[str]:
    """Return the arguments of the commands that make our own chains what they shall be.

    There is no transaction: what is new comes before what is old goes. strays: lines to be put back. now: what is there
    of ours already.
    """
    wanted = [line for rule in in_order(rules) for line in lines(rule)]
    wanted += [Line(stray.place, stray.words) for stray in sorted(strays)]
    used = {line.place for line in wanted}
    commands = [f"-N {chain}" for chain in CHAINS if chain in used - now.chains]
    commands += [f"-A {line.place} {line.words}" for line in wanted if line not in now.lines]
    commands += [f"-I {CHAINS[chain]} -j {chain}" for chain in CHAINS if chain in used and not now.jumps.get(chain)]
    commands += [f"-D {line.place} {line.words}" for line in now.lines if line not in wanted]
    for chain in CHAINS:
        if chain in now.chains - used:
            commands += [f"-D {CHAINS[chain]} -j {chain}"] * now.jumps.get(chain, 0)
            commands += [f"-F {chain}", f"-X {chain}"]
    return commands


def command(action: str, line: Line) -> str:
    """Return the command that adds ("-A") or removes ("-D") a line."""
    return f"arptables {action} {line.place} {line.words}"


def read_ruleset(text: str) -> Ruleset:
    """Read what arptables-save says; and the file that is made here."""
    chains = set()
    jumps: Dict[str, int] = {}
    found: List[Line] = []
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        chain = words[0][1:] if line.startswith(":") else words[1] if words[0] == "-N" and len(words) == 2 else ""
        if chain in CHAINS:
            chains.add(chain)
        elif words[0] in ("-A", "-I") and len(words) > 3:
            if words[1] in CHAINS:
                found.append(Line(words[1], normal(words[2:])))
            elif words[2] == "-j" and len(words) == 4 and CHAINS.get(words[3]) == words[1]:
                jumps[words[3]] = jumps.get(words[3], 0) + 1
    reached = [line for line in found if line.place in jumps]
    understood = understand(reached, _guess, lines)
    strays = [line for line in found if line not in reached] + list(understood.strays)
    numbered = frozenset(Stray(ARPTABLES, line.place, number, line.words) for number, line in enumerate(strays))
    return Ruleset(tuple(found), understood.rules, numbered, frozenset(chains), jumps)


def normal(words: List[str]) -> str:
    """Return a line as lines() would write it: arptables lists the target first, and some versions name the opcode."""
    if words[0] == "-j" and len(words) > 2:
        target = words[:2]
        rest = words[2:]
        end = next((place for place, word in enumerate(rest) if word.startswith("--mangle")), len(rest))
        words = [*rest[:end], *target, *rest[end:]]
    return " ".join(words).replace("--opcode Request", "--opcode 1")


_OUTPUT = re.compile(r"-s (?P<address>\S+) -j mangle --mangle-ip-s (?P<instead>\S+)")


def _guess(line: Line) -> Optional[Rule]:
    found = _OUTPUT.fullmatch(line.words)
    values: Dict[str, Any] = found.groupdict() if found else {}
    return rule_of("silence", "ipv4", values)
