# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Openings in the words of ufw, both ways. Pure. Private to the collection.

ufw's own commands know few protocols, and what they make comes after ufw has dropped what is invalid. So openings stand
in the files that ufw has for such rules, before.rules and before6.rules, in a part of our own at their end: chains to
which ufw's own chains jump first. They are iptables' in all but the names.
"""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

from . import iptables
from .model import UFW, Line, Rule, Stray
from .text import COMMENT

PATHS = {"/etc/ufw/before.rules": "ipv4", "/etc/ufw/before6.rules": "ipv6"}
BEGIN = f"# BEGIN {COMMENT}: its own part, which it writes as a whole\n"
END = f"# END {COMMENT}\n"
_PART = re.compile(rf"^{re.escape(BEGIN)}(.*?)^{re.escape(END)}", re.DOTALL | re.MULTILINE)
# As iptables has it -> as it is here.
_NAMES = {
    family: {
        "LVS-INPUT": "LVS-UFW-INPUT",
        "LVS-FORWARD": "LVS-UFW-FORWARD",
        "INPUT": f"{prefix}-before-input",
        "FORWARD": f"{prefix}-before-forward",
    }
    for family, prefix in (("ipv4", "ufw"), ("ipv6", "ufw6"))
}


class Runtime(NamedTuple):
    """What runs of our own for a family, in the names of iptables. running: whether ufw does."""

    ruleset: iptables.Ruleset
    running: bool


NOTHING = Runtime(iptables.NOTHING, False)


def lines(rule: Rule) -> Tuple[Line, ...]:
    """Return the line that makes a rule."""
    (line,) = iptables.lines(rule)
    family, table, chain = line.place.split(" ")
    return (line._replace(place=f"{family} {table} {_NAMES[family][chain]}"),)


def command(action: str, line: Line) -> str:
    """Return the command that adds ("-A") or removes ("-D") a line in what runs."""
    return iptables.command(action, line)


def script(family: str, rules: Iterable[Rule], strays: Iterable[Stray] = (), now: Runtime = NOTHING) -> List[str]:
    """Return the lines for `iptables-restore --noflush` that make our own chains what they must be."""
    others = {here: there for there, here in _NAMES[family].items()}
    put_back = [
        stray._replace(place=" ".join(others.get(word, word) for word in stray.place.split())) for stray in strays
    ]
    return [_renamed(line, _NAMES[family]) for line in iptables.script(family, rules, put_back, now.ruleset)]


def read_runtime(family: str, saved: str) -> Runtime:
    """Read what iptables-save, or ip6tables-save for "ipv6", says of the table filter."""
    ruleset = iptables.read_ruleset(family, _as_iptables(family, saved))
    strays = frozenset(
        stray._replace(tool=UFW, place=" ".join(_NAMES[family].get(word, word) for word in stray.place.split()))
        for stray in ruleset.strays
    )
    # Where ufw is stopped, the chains that the built-in ones jump to stay, empty; ufw itself goes by this one. Nothing
    # reaches ours then.
    running = f":{'ufw' if family == 'ipv4' else 'ufw6'}-user-input " in saved
    return Runtime(ruleset._replace(strays=strays if running else frozenset()), running)


def read_file(path: str, text: str) -> FrozenSet[Rule]:
    """Read the rules in our own part of a file of ufw."""
    family = PATHS[path]
    part = "".join(_PART.findall(text))
    return iptables.read_ruleset(family, _as_iptables(family, part)).rules


def write_file(path: str, rules: Iterable[Rule], text: Optional[str]) -> Optional[str]:
    """Return a file of ufw with our own part as it must be, and all else in it as it is."""
    if text is None:
        return None
    others = _PART.sub("", text)
    part = script(PATHS[path], rules)
    if not part:
        return others
    ended = others if others.endswith("\n") or not others else f"{others}\n"
    return f"{ended}{BEGIN}{''.join(f'{line}{chr(10)}' for line in part)}{END}"


def _as_iptables(family: str, text: str) -> str:
    """Return what is about our own chains in the table filter, as if iptables itself had them."""
    here = {name: other for other, name in _NAMES[family].items()}
    table, kept = "", []
    for line in text.splitlines():
        table = line if line.startswith("*") else table
        if line.startswith("*") or (table == "*filter" and _chain_of(line) in here):
            kept.append(_renamed(line, here))
    return "".join(f"{line}\n" for line in kept)


def _chain_of(line: str) -> str:
    words = line.split()
    if line.startswith(":"):
        return words[0][1:]
    return words[1] if line.startswith("-") and len(words) > 1 else ""


def _renamed(line: str, names: Dict[str, str]) -> str:
    """Return a line with other names for the chain that it is in, and that it jumps to."""
    chain = _chain_of(line)
    words = line.split(" ")
    if chain in names:
        words = [f":{names[chain]}", *words[1:]] if line.startswith(":") else [words[0], names[chain], *words[2:]]
    if words[-2:-1] == ["-j"]:
        words[-1] = names.get(words[-1], words[-1])
    return " ".join(words)
