# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back as variables: what must be said beside today's inventory so that it gives an earlier definition. Pure.

Extra variables count for all hosts. So a variable that hosts have for themselves becomes a template that has each
host's value, and a group of real servers that has other hosts today becomes a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from types import MappingProxyType
from typing import Any, NamedTuple

from .._cluster.document import Document, is_set
from .._cluster.members import directors_group_of
from .._cluster.secrets import secrets, with_secrets
from .._yaml import dumped, literal

MARK = "Written by lvs.cluster.undo"
NO_SECRETS: Mapping[str, object] = MappingProxyType({})


class Today(NamedTuple):
    """Today's inventory. definition: of the cluster. groups: all. hosts: the variables of those of its hosts that the
    earlier definition names. secrets: what stands there for each password, by its place.
    """

    definition: Document
    groups: Mapping[str, Sequence[str]]
    hosts: Mapping[str, Mapping[str, Any]]
    secrets: Mapping[str, object] = NO_SECRETS


def problems(then: Document, today: Today) -> list[str]:
    """Why today's inventory cannot give the earlier definition, whatever variables are said beside it."""
    return [*_of_hosts(then, today), *_of_directors(then, today), *_of_secrets(then, today)]


def left(then: Document, today: Today) -> list[str]:
    """What is other than it was and stays: how Ansible reaches hosts."""
    return [
        f"{host}: {name} was {_shown(before)} then and is {_shown(after)} now"
        for host, variables in then["hosts"].items()
        for name in sorted({*variables, *today.hosts.get(host, {})})
        if not is_set(name)
        for before, after in [(variables.get(name), today.hosts.get(host, {}).get(name))]
        if before != after and host in today.hosts
    ]


def variables(then: Document, today: Today) -> dict[str, Any]:
    """What is to be said, as YAML has it. All templates have been filled in; passwords are today's, as they stand in
    the inventory.
    """
    cluster = with_secrets(literal(then["lvs_cluster"] or {}), lambda place, _secret: today.secrets[place])
    return {
        "lvs_cluster": cluster,
        "lvs_services": [literal(_with_its_hosts(service, then, today)) for service in then["lvs_services"] or ()],
        **{name: _of_each_host(name, then) for name in _differing(then, today)},
    }


def text(then: Document, today: Today, command: str) -> str:
    """The file of these variables. command: what rolls it out."""
    return (
        f"---\n# {MARK}: with today's inventory, these variables give the definition {then['digest']}.\n"
        f"#   {command}\n"
        "# Change the inventory in the same way: a roll-out without this file brings today's definition back.\n"
        f"{dumped(variables(then, today))}"
    )


def differences(then: Document, now: Document) -> list[str]:
    """How today's definition becomes the earlier one: a diff of YAML, in lines. Nothing in it is secret.

    None where both come to the same, however it is written.
    """
    if then["digest"] == now["digest"]:
        return []
    named = f"{now['digest']} (the inventory today)"
    before, after = (dumped(_shown_of(each)).splitlines() for each in (now, then))
    return [*unified_diff(before, after, named, then["digest"], lineterm="")]


def _shown_of(kept: Document) -> dict[str, Any]:
    return {name: kept[name] for name in ("lvs_cluster", "lvs_services", "groups", "hosts")}


def _of_hosts(then: Document, today: Today) -> Iterator[str]:
    for host in then["hosts"]:
        if host not in today.hosts:
            own = ", ".join(f"{name}: {_shown(value)}" for name, value in then["hosts"][host].items())
            yield f"{host} is no host of the inventory today: put it back there{f' ({own})' if own else ''}"


def _of_directors(then: Document, today: Today) -> Iterator[str]:
    """Variables cannot say who is in a group."""
    group = directors_group_of(then["lvs_cluster"])
    before, after = {*then["groups"].get(group, ())}, {*today.groups.get(group, ())}
    for host in sorted(before - after):
        yield f"{host} was a director and is none today: put it back into the group {group}"
    for host in sorted(after - before):
        yield f"{host} is a director today and was none: take it out of the group {group}, but not of the inventory"


def _of_secrets(then: Document, today: Today) -> Iterator[str]:
    for place in sorted(secrets(then["lvs_cluster"]).keys() - today.secrets.keys()):
        yield f"{place} was set, which is never kept, and is not set today: set it"


def _with_its_hosts(service: Mapping[str, Any], then: Document, today: Today) -> Mapping[str, Any]:
    group = str(service.get("real_servers"))  # a list names no group
    before = then["groups"].get(group)
    if before is None or before == sorted(today.groups.get(group, ())):
        return service
    return {**service, "real_servers": [{"host": host} for host in before]}


def _differing(then: Document, today: Today) -> list[str]:
    """The variables of hosts that are other than they were."""
    pairs = [(variables, today.hosts.get(host, {})) for host, variables in then["hosts"].items()]
    names = {name for pair in pairs for variables in pair for name in variables if is_set(name)}
    return sorted(name for name in names if any(before.get(name) != after.get(name) for before, after in pairs))


def _of_each_host(name: str, then: Document) -> str:
    """A template that comes to nothing for a host that had no such variable."""
    values = {host: own[name] for host, own in then["hosts"].items() if name in own}
    return f"{{{{ {values!r}.get(inventory_hostname, '') }}}}"


def _shown(value: object) -> str:
    return "not set" if value is None else json.dumps(value)
