# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is to what must be: pure, total, ordered. Private to the collection."""

from __future__ import annotations

from typing import FrozenSet

from .._change import ADD, REMOVE, Change, InvalidInput, Plan
from . import firewalld
from .model import FIREWALLD, NFTABLES, Choice, Filter, Opening, Placed, Rule, identity

STATES = ("merged", "replaced", "deleted")
STRAY = "stray"


def desired_filter(
    state: str, wanted: FrozenSet[Rule], observed: Filter, owned: FrozenSet[Rule], choice: Choice
) -> Filter:
    """Return what is our own as it must be.

    merged: what is listed is there, in place of what contradicts it; own rules beside it stay. replaced: what is listed
    and nothing else. deleted: what is listed goes. Whatever the state, own rules are kept by the chosen tools alone,
    and lines among them that are no rules go: what stands there is written whole.
    owned: what the files for the next boot list. InvalidInput where an opening cannot be made.
    """
    own = _fitting(owned | frozenset(placed.rule for placed in observed.rules), choice)
    wanted = _fitting(wanted, choice)
    if state == "merged":
        given = frozenset(identity(rule) for rule in wanted)
        rules = wanted | frozenset(rule for rule in own if identity(rule) not in given)
    elif state == "deleted":
        rules = own - wanted
    else:
        rules = wanted
    placed = frozenset(
        Placed(choice.tool(rule), rule) for rule in rules if _has_effect(rule, choice, observed.openings)
    )
    _refuse_openings(placed, observed.openings)
    _refuse_words(placed)
    return observed._replace(rules=placed, strays=frozenset())


def _fitting(rules: FrozenSet[Rule], choice: Choice) -> FrozenSet[Rule]:
    """Return rules as the chosen tools can have them: what is too much for one rule of firewalld becomes several."""
    return frozenset(
        part for rule in rules for part in (firewalld.parts(rule) if choice.tool(rule) == FIREWALLD else (rule,))
    )


def _has_effect(rule: Rule, choice: Choice, openings: FrozenSet[Opening]) -> bool:
    """Say whether there is anything for a rule to do: with nftables, an opening needs something that is closed.

    firewalld itself lets pass what belongs to a connection that it knows.
    """
    if choice.tool(rule) == FIREWALLD:
        return not rule.connection
    if rule.kind != "accept" or choice.tool(rule) != NFTABLES:
        return True
    return any(opening.concerns(rule) for opening in openings)


def _refuse_openings(rules: FrozenSet[Placed], openings: FrozenSet[Opening]) -> None:
    accepted = [placed.rule for placed in rules if placed.tool == NFTABLES and placed.rule.kind == "accept"]
    faults = {
        f"rules: accept at {opening.hook}: {opening.refusal}"
        for opening in openings
        if opening.refusal and any(opening.concerns(rule) for rule in accepted)
    }
    if faults:
        raise InvalidInput(tuple(sorted(faults)))


def _refuse_words(rules: FrozenSet[Placed]) -> None:
    faults = {firewalld.refusal(placed.rule) for placed in rules if placed.tool == FIREWALLD} - {""}
    if faults:
        raise InvalidInput(tuple(f"rules: {fault}" for fault in sorted(faults)))


def plan(desired: Filter, observed: Filter) -> Plan:
    """Return the ordered changes that turn the observed rules into the desired ones."""
    adding = [
        Change(ADD, placed.rule.kind, placed, None, placed.rule) for placed in sorted(desired.rules - observed.rules)
    ]
    adding += [Change(ADD, STRAY, stray, None, stray) for stray in sorted(desired.strays - observed.strays)]
    removing = [
        Change(REMOVE, placed.rule.kind, placed, placed.rule, None) for placed in sorted(observed.rules - desired.rules)
    ]
    removing += [Change(REMOVE, STRAY, stray, stray, None) for stray in sorted(observed.strays - desired.strays)]
    return tuple(adding + removing)


def carried_out(changes: Plan, observed: Filter) -> Filter:
    """Return what is our own once the changes are made."""
    keys = {action: {change.key for change in changes if change.action == action} for action in (ADD, REMOVE)}
    rules = (observed.rules | {key for key in keys[ADD] if isinstance(key, Placed)}) - keys[REMOVE]
    strays = (observed.strays | {key for key in keys[ADD] if not isinstance(key, Placed)}) - keys[REMOVE]
    return observed._replace(rules=frozenset(rules), strays=frozenset(strays))
