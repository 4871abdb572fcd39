# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the inventory as Ansible has it to the definitions of its clusters.

A cluster is what the variables of its directors say. All of them, and every other host that sees a definition for the
same group of directors, must see the same one: otherwise what a host becomes would depend on who has been asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ansible.errors import AnsibleError

from .._rules.finding import ERROR, DefinitionError, Finding, of_value
from .._rules.parse import parse
from .._rules.run import findings_between
from .._schema.hints import not_filled_in
from .._schema.host import CLUSTER_NAME_VARIABLE, CLUSTER_VARIABLES, HOST_FIELDS
from .._schema.sentences import some
from .._schema.words import DIRECTORS_GROUP
from .._values.cluster import Cluster
from .._values.clusters import Clusters
from .definition import problems_of_hosts
from .document import Said
from .members import directors_group_of, is_read, member_hosts

FillIn = Callable[[Any], Any]


class _Definition(NamedTuple):
    """What the directors of a group see. group: theirs. cluster, services: the two variables, None where undefined."""

    group: str
    cluster: Any
    services: Any


class Definitions(NamedTuple):
    """clusters: what the variables of a task come to. said: what they say, in the order of clusters.every."""

    clusters: Clusters
    said: Sequence[Said]


def read_clusters(task_vars: Mapping[str, Any], fill_in: FillIn) -> Clusters:
    """The clusters that the variables of a task define; see read_definitions()."""
    return read_definitions(task_vars, fill_in).clusters


def read_definitions(task_vars: Mapping[str, Any], fill_in: FillIn) -> Definitions:
    """The clusters that the variables of a task define. fill_in: fills in the templates of a value.

    DefinitionError where one of them cannot be used, a template that cannot be filled in included.
    """
    inventory = _Inventory(task_vars, fill_in)
    definitions = [_definition(inventory, group) for group in _groups(inventory)]
    wanted = inventory.value(inventory.this_host, CLUSTER_NAME_VARIABLE)
    members = {definition.group: _members(inventory, definition) for definition in definitions}
    if inventory.problems:  # what else is wrong is told along with them
        hosts = {host: variables for each in members.values() for host, variables in each.items()}
        inventory.problems += [
            of_value(problem.path, problem.text, problem.missing)
            for problem in problems_of_hosts(inventory.groups, hosts)
        ]
    inventory.raise_problems()
    found: list[tuple[Cluster, Said]] = []
    for definition in definitions:
        said = Said(definition.cluster, definition.services, inventory.groups, members[definition.group])
        try:
            found.append((parse(*said), said))
        except DefinitionError as error:
            several = len(definitions) > 1
            inventory.problems += [
                _of_cluster(problem, definition.group if several else "") for problem in error.problems
            ]
    inventory.raise_problems()
    found.sort(key=lambda each: each[0].name)
    read = Clusters.of(*(cluster for cluster, _said in found), wanted=None if wanted is None else str(wanted))
    inventory.problems += [each for each in findings_between(read) if each.severity == ERROR]
    inventory.raise_problems()
    return Definitions(read, [said for _cluster, said in found])


def variables_of(task_vars: Mapping[str, Any], fill_in: FillIn, hosts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What a definition reads of these hosts, as far as they are in the inventory and their templates can be filled in.

    fill_in: as in read_definitions().
    """
    inventory = _Inventory(task_vars, fill_in)
    there = {*inventory.hosts}
    return {host: inventory.variables(host) for host in hosts if host in there}


def raw_variables(hostvars: Any, host: str) -> Mapping[str, Any]:
    """The variables of a host as they stand: to fill in their templates takes time, and may fail."""
    read: Callable[[str], Mapping[str, Any]] = getattr(hostvars, "raw_get", hostvars.__getitem__)
    return read(host)


class _Inventory:
    """The variables of all hosts, as they stand and with their templates filled in. problems: what could not be."""

    def __init__(self, task_vars: Mapping[str, Any], fill_in: FillIn) -> None:
        self.this_host: str = task_vars["inventory_hostname"]
        self.groups: Mapping[str, Any] = task_vars["groups"]
        self.problems: list[Finding] = []
        self._task_vars = task_vars
        self._hostvars = task_vars["hostvars"]
        self._fill_in = fill_in
        self._raw: dict[str, Mapping[str, Any]] = {self.this_host: task_vars}
        self._values: dict[tuple[str, str], Any] = {}

    @property
    def hosts(self) -> list[str]:
        """All of them, this host first: a play may define what the inventory does not."""
        return [self.this_host, *sorted(set(self._hostvars) - {self.this_host})]

    def raw(self, host: str) -> Mapping[str, Any]:
        """The variables of a host as they stand."""
        if host not in self._raw:
            self._raw[host] = raw_variables(self._hostvars, host)
        return self._raw[host]

    def value(self, host: str, name: str) -> Any:
        """A variable with its templates filled in; None where it is not defined, or cannot be filled in."""
        if (host, name) not in self._values:
            self._values[host, name] = self._filled_in(host, name) if name in self.raw(host) else None
        return self._values[host, name]

    def variables(self, host: str) -> dict[str, Any]:
        """Those variables of a host that a definition reads."""
        return {name: self.value(host, name) for name in sorted(filter(is_read, self.raw(host)))}

    def raise_problems(self) -> None:
        if self.problems:
            raise DefinitionError(self.problems)

    def _filled_in(self, host: str, name: str) -> Any:
        own, raw = host == self.this_host, self.raw(host)[name]
        if _is_literal(raw):
            return _plain(raw)
        try:
            filled = _plain(self._fill_in(self._task_vars[name]) if own else self._hostvars[host][name])
        except AnsibleError as error:
            path = name if own or name in CLUSTER_VARIABLES else f"hostvars[{host}].{name}"
            readers = "the directors, who read the definition" if name in CLUSTER_VARIABLES else f"the host {host}"
            hint = not_filled_in(raw, error, readers, HOST_FIELDS)
            self.problems.append(of_value(path, f"its template cannot be filled in: {error}{hint}"))
            return None
        # Before ansible-core 2.19, this is what a template comes to that has nothing for a host.
        return None if filled == "" else filled


def _groups(inventory: _Inventory) -> list[str]:
    """The groups of directors that make a cluster: their hosts say so themselves, or somebody names them."""
    found = set()
    for host in inventory.hosts:
        if _defines(inventory, host):
            group = _group_seen_by(inventory, host)
            if group != DIRECTORS_GROUP or host in inventory.groups.get(group, ()):
                found.add(group)
    return sorted(found) or [_group_seen_by(inventory, inventory.this_host)]


def _group_seen_by(inventory: _Inventory, host: str) -> str:
    """The group of directors that a host's variables name. A template is filled in only where it decides."""
    cluster = inventory.raw(host).get("lvs_cluster")
    named = cluster.get("directors") if isinstance(cluster, Mapping) else cluster
    decided = named is None or (isinstance(named, str) and named is not cluster and "{" not in named)
    return directors_group_of(cluster if decided else inventory.value(host, "lvs_cluster"))


def _definition(inventory: _Inventory, group: str) -> _Definition:
    """What is defined for a group of directors; a problem for each host that sees something else."""
    directors = [host for host in inventory.groups.get(group, ()) if _defines(inventory, host)]
    others = [
        host
        for host in inventory.hosts
        if host not in directors and _defines(inventory, host) and _group_seen_by(inventory, host) == group
    ]
    # Of those that see the definition, this one fills in what its play defines.
    source = next((host for host in [inventory.this_host, *directors, *others] if host in [*directors, *others]), None)
    if source is None:
        return _Definition(group, None, None)
    first = directors[0] if directors and source not in directors else source
    inventory.problems += _disagreements(inventory, first, [*directors, *others], group)
    cluster, services = (inventory.value(first, name) for name in CLUSTER_VARIABLES)
    return _Definition(group, cluster, services)


def _defines(inventory: _Inventory, host: str) -> bool:
    return any(name in inventory.raw(host) for name in CLUSTER_VARIABLES)


def _disagreements(inventory: _Inventory, first: str, hosts: list[str], group: str) -> Iterator[Finding]:
    """Where hosts see different definitions of one cluster, each place once."""
    others: dict[str, list[str]] = {}
    for host in hosts:
        for path in _differences(inventory, first, host, group):
            others.setdefault(path, []).append(host)
    for path, names in others.items():
        yield of_value(
            path,
            f"{first} sees another value than {some(names)}, and they belong to one cluster, whose directors are the "
            f"group {group}. Define it once, where all of them see the same. If these are two clusters, give each a "
            "group of directors of its own, and name that in its definition: lvs_cluster.directors",
        )


def _differences(inventory: _Inventory, first: str, other: str, group: str) -> Iterator[str]:
    """The paths at which two hosts see different definitions. A variable that one of them lacks is no difference."""
    # The same text is the same definition; what its templates come to counts for directors alone.
    is_director = other in inventory.groups.get(group, ())
    for name in CLUSTER_VARIABLES:
        raw = [inventory.raw(host).get(name) for host in (first, other)]
        if first == other or None in raw or (not is_director and raw[0] == raw[1]):
            continue
        here, there = (inventory.value(host, name) for host in (first, other))
        path = "" if None in (here, there) else _first_difference(here, there, name)
        yield from [path] if path else []


def _first_difference(here: Any, there: Any, path: str) -> str:
    """The path of the first difference between two values, empty where they are equal."""
    if here == there:
        return ""
    if isinstance(here, dict) and isinstance(there, dict) and here.keys() == there.keys():
        pairs = [(here[key], there[key], f"{path}.{key}") for key in here]
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        pairs = [(one, other, f"{path}[{index}]") for index, (one, other) in enumerate(zip(here, there, strict=True))]
    else:
        return path
    return next(filter(None, (_first_difference(*pair) for pair in pairs)))


def _members(inventory: _Inventory, definition: _Definition) -> dict[str, dict[str, Any]]:
    """The hosts of a cluster with their variables; and this one, which may have others that are wrong."""
    names = member_hosts(definition.cluster, definition.services, inventory.groups) & set(inventory.hosts)
    return {host: inventory.variables(host) for host in sorted(names | {inventory.this_host})}


def _of_cluster(problem: Finding, group: str) -> Finding:
    """A problem of one cluster of several, with its group of directors before the path; hosts' are anybody's."""
    anybodys = not group or problem.path.startswith(("hostvars[", "groups["))
    return problem if anybodys else replace(problem, path=f"{group}: {problem.path}")


def _is_literal(value: Any) -> bool:
    """Whether there is no template in a value. To ask Ansible for another host's takes all variables of that host."""
    if isinstance(value, str):
        return "{" not in value and not value.startswith("#jinja2:")
    return value is None or isinstance(value, (bool, int, float))


def _plain(value: Any) -> Any:
    """A copy in which nothing is left to be templated: ansible-core 2.19 and newer fill in nested values on access."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    # A value that is encrypted by itself (!vault) is no text before ansible-core 2.19; it becomes one here.
    return str(value) if hasattr(value, "__ENCRYPTED__") else value
