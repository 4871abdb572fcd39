# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""firewalld on this host: what runs of our own policies, and making it what it must be. Private to the collection."""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterable, List, Sequence, Set

from .._files import read_text, replace_text
from .._programs import attempt, run
from .firewalld import PATHS, POLICIES, Runtime, lines, read_file, read_runtime, settings, write_file
from .model import Line, Rule, Stray

_PROGRAM = "firewall-cmd"
# man firewall-cmd, "Exit codes"
_NOT_RUNNING = 252
# What a reload takes from what runs: each list, and the words by which the configuration of the next start says it.
_LISTS = (("--list-all-zones",), ("--list-all-policies",), ("--direct", "--get-all-rules"))


def read() -> Runtime:
    """Return what firewalld has of ours; where it does not run, what it will have. ToolFailed where it does not say."""
    words = [_PROGRAM, "--list-all-policies"]
    done = attempt(words)
    if done.returncode == _NOT_RUNNING:
        rules = (rule for path in PATHS for rule in read_file(path, read_text(path) or ""))
        return Runtime(frozenset(rules), frozenset(), frozenset(), False)
    return read_runtime(done.stdout if not done.returncode else run(words))


def lacking(rules: Iterable[Rule], now: Runtime) -> FrozenSet[str]:
    """Return the policies that rules need and that do not run yet: firewalld adds none without a reload."""
    return _needed(rules) - now.policies if now.running else frozenset()


def idle(rules: Iterable[Rule], now: Runtime) -> FrozenSet[str]:
    """Return the policies that run and have nothing to do any more; only a reload takes one away."""
    return now.policies - _needed(rules)


def lost_by_reload() -> List[str]:
    """Return what runs and stands in no configuration, so that a reload would lose it."""
    lost: List[str] = []
    for words in _LISTS:
        running, kept = (run([_PROGRAM, *how, *words]) for how in ((), ("--permanent",)))
        if words[0] == "--direct":
            lost += sorted(set(running.splitlines()) - set(kept.splitlines()))
            continue
        of_the_start = settings(kept)
        for name, each in sorted(settings(running).items()):
            lost += [f"{name}: {setting}" for setting in sorted(each - of_the_start.get(name, frozenset()))]
    return lost


def apply(rules: Sequence[Rule], strays: Iterable[Stray], now: Runtime) -> None:
    """Make our own policies what they must be, in their files and in what runs. strays: lines to be put back."""
    for path in PATHS:
        text = write_file(path, rules, None)
        if text != read_text(path):
            replace_text(path, text)
        if text is None:
            replace_text(f"{path}.old", None)  # which firewalld has made of ours, where it has written it itself
    if not now.running:
        return
    if lacking(rules, now) or (idle(rules, now) and not lost_by_reload()):
        run([_PROGRAM, "--reload"])
        return
    wanted = _by_policy([line for rule in rules for line in lines(rule)], strays)
    there = _by_policy([line for rule in now.rules for line in lines(rule)], now.strays)
    for policy in sorted(now.policies):
        for verb, words in (("add", wanted[policy] - there[policy]), ("remove", there[policy] - wanted[policy])):
            if words:
                run([_PROGRAM, f"--policy={policy}", *(f"--{verb}-rich-rule={each}" for each in sorted(words))])


def _needed(rules: Iterable[Rule]) -> FrozenSet[str]:
    return frozenset(line.place for rule in rules for line in lines(rule))


def _by_policy(written: Iterable[Line], strays: Iterable[Stray]) -> Dict[str, Set[str]]:
    found: Dict[str, Set[str]] = {policy: set() for policy in POLICIES}
    for line in (*written, *(Line(stray.place, stray.words) for stray in strays)):
        found[line.place].add(line.words)
    return found
