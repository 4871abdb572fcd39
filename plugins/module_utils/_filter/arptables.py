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
    """Return the arguments of the commands that make our own chains what they must be.

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


def clearing(content: Iterable[str]) -> List[str]:
    """Return the arguments of the commands that undo those of a script of script() as far as they have been done."""
    words = [line.split() for line in content]
    jumps = [f"-D {' '.join(rest)}" for verb, *rest in words if verb == "-I"]
    return [*jumps, *(f"{verb} {chain}" for verb in ("-F", "-X") for first, chain, *_rest in words if first == "-N")]


def command(action: str, line: Line) -> str:
    """Return the command that adds ("-A") or removes ("-D") a line."""
    return f"arptables {action} {line.place} {line.words}"


def read_ruleset(text: str) -> Ruleset:
    """Read what `arptables -n -L` lists, which is the same for both variants of arptables; and the file made here."""
    chains = set()
    jumps: Dict[str, int] = {}
    found: List[Line] = []
    chain = ""
    for line in text.splitlines():
        words = line.split()
        if words[:1] in (["Chain"], ["-N"], ["-A"], ["-I"]):
            chain = words[1] if len(words) > 1 else ""
            chains.update({chain}.intersection(CHAINS))
            words = words[2:] if words[0] in ("-A", "-I") else []
        if not words:
            continue
        if chain in CHAINS:
            found.append(Line(chain, normal(words)))
        elif len(words) == 2 and words[0] == "-j" and CHAINS.get(words[1]) == chain:
            jumps[words[1]] = jumps.get(words[1], 0) + 1
    reached = [line for line in found if line.place in jumps]
    understood = understand(reached, _guess, lines)
    strays = [line for line in found if line not in reached] + list(understood.strays)
    numbered = frozenset(Stray(ARPTABLES, line.place, number, line.words) for number, line in enumerate(strays))
    return Ruleset(tuple(found), understood.rules, numbered, frozenset(chains), jumps)


# What versions of arptables list without being asked: any interface, and that ARP is for IPv4 over Ethernet.
_MEANINGLESS = re.compile(r" (-[io] \*|--h-length 6|--h-type (1|Ethernet)|--proto-type (0x800|IPv4))(?= |$)")


def normal(words: List[str]) -> str:
    """Return a line as lines() would write it: arptables lists the target first, and some versions name the opcode."""
    if words[0] == "-j" and len(words) > 2:
        target, rest = words[:2], words[2:]
        end = next((place for place, word in enumerate(rest) if word.startswith("--mangle")), len(rest))
        words = [*rest[:end], *target, *rest[end:]]
    spelled = re.sub(r" --opcode Request(?= |$)", " --opcode 1", " " + " ".join(words))
    return _MEANINGLESS.sub("", spelled).strip()


_OUTPUT = re.compile(r"-s (?P<address>\S+) -j mangle --mangle-ip-s (?P<instead>\S+)")


def _guess(line: Line) -> Optional[Rule]:
    found = _OUTPUT.fullmatch(line.words)
    values: Dict[str, Any] = found.groupdict() if found else {}
    return rule_of("silence", "ipv4", values)
