# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operator has asked a playbook for, checked before anything is done.

Names such as state and port are common in inventories, where they mean something else. So a parameter has a name of
this collection, and its short name counts only where it was said on the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from .._schema.parameters import PLAYBOOKS, Parameter
from .._schema.place import Place, Refused
from .._schema.sentences import closest

_NAMES = frozenset(
    name for entries in PLAYBOOKS.values() for pair in entries.items() for name in (pair[0], pair[1].variable)
)
_LIKENESS = 0.8


@dataclass(frozen=True)
class Parameters:
    """given: short name -> value, of those that have one. problems: a sentence for each that cannot be used."""

    given: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def parameters(playbook: str, variables: Mapping[str, Any], extra: Collection[str]) -> Parameters:
    """variables: all those that may be parameters. extra: which variables were said on the command line."""
    place = Place("")
    given = {}
    for name, entry in PLAYBOOKS[playbook].items():
        with suppress(Refused):
            given[name] = _value(name, entry, variables, extra, place)
    _refuse_misspelt(playbook, extra, place)
    return Parameters(
        {name: value for name, value in given.items() if value is not None}, tuple(map(str, place.problems))
    )


def _refuse_misspelt(playbook: str, extra: Collection[str], nowhere: Place) -> None:
    """Ansible takes any name after -e, so `service=web` would be lost, and the server drained in all services.

    A name that is like none is a variable of somebody else's; one that another playbook has may be meant for that.
    """
    for name in sorted({*extra} - _NAMES):
        meant = closest(name, PLAYBOOKS[playbook], _LIKENESS)
        if meant:
            Place(name, nowhere.problems).note(f"is not a parameter of lvs.cluster.{playbook}; did you mean {meant}?")


def missing_files(playbook: str, given: Mapping[str, Any], folder: str, is_file: Callable[[str], bool]) -> list[str]:
    """A sentence for each file that is not there, and would be missed only when a host has been drained for it.

    folder: in which Ansible was started. is_file: whether a path is that of a file.
    """
    named = {name: given[name] for name, entry in PLAYBOOKS[playbook].items() if entry.file and name in given}
    return [
        f"{name}: there is no file {path} in {folder}, where Ansible was started"
        for name, path in named.items()
        if not is_file(path if path.startswith("/") else f"{folder}/{path}")
    ]


def names_in(playbook: str, variables: Collection[str], extra: Collection[str]) -> list[str]:
    """The names of those variables that the playbook goes by."""
    return [
        name
        for short, entry in PLAYBOOKS[playbook].items()
        for name in (short, entry.variable)
        if name in variables and (name in extra or name == entry.variable)
    ]


def _value(short: str, entry: Parameter, variables: Mapping[str, Any], extra: Collection[str], nowhere: Place) -> Any:
    said = [name for name in (entry.variable, short) if name in extra and name in variables]
    inherited = entry.variable in variables and not said
    place = Place(said[0] if said else entry.variable if inherited else short, nowhere.problems)
    if len(said) > 1 and variables[said[0]] != variables[said[1]]:
        raise place.refused(f"{short} has another value, and both mean the same; leave one of them out")
    if inherited and entry.before_hosts:
        raise place.refused("is set in an inventory, which is too late for this one; set it with -e")
    if said or inherited:
        return entry.check(variables[place.path], place)
    if entry.required:
        raise place.refused(f"is missing; set it with -e {short}={entry.required}")
    return entry.default
