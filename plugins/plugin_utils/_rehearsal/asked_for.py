# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the inventory as Ansible has it to the task of a rehearsal: its machines, what is laid over it, its steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._cluster.inventory import raw_variables, read_clusters
from .._lab.description import errors_of
from .._operate.answer import counted
from .._schema.parameters import PLAYBOOKS
from .._values.cluster import Cluster
from .ansible_run import Controller
from .definition import Rehearsable
from .machines import CLIENT, Mapped, mapped
from .overlay import files
from .performed import Stage, Task
from .services import not_asked
from .steps import left_out, steps
from .subject import NotRehearsed, Subject, chosen_hosts

NOW, BEFORE = "now", "before"


@dataclass(frozen=True)
class Owned:
    """An inventory as its owner has it. sources: its paths. task_vars: those of a task on any of its hosts.

    fill_in: fills in the templates of a value of these.
    """

    sources: Sequence[str]
    task_vars: Mapping[str, Any]
    fill_in: Callable[[Any], Any]

    @property
    def hosts(self) -> list[str]:
        return sorted(self.task_vars["hostvars"])

    def names(self, host: str) -> set[str]:
        """The names of a host's variables."""
        return set(raw_variables(self.task_vars["hostvars"], host))

    def value(self, host: str, name: str) -> Any:
        """A variable of a host with its templates filled in, None where it has none."""
        return self.task_vars["hostvars"][host][name] if name in self.names(host) else None

    def subject(self, services: Mapping[str, Any] | None = None) -> Subject:
        """As a rehearsal goes by it. services: host -> lvs_services instead of its own."""
        connected = {host: str(self.value(host, "ansible_host") or host) for host in self.hosts}
        return Subject(self._clusters(services or {}), connected)

    def _clusters(self, services: Mapping[str, Any]) -> tuple[Cluster, ...]:
        own = {"lvs_services": services[self._this_host]} if self._this_host in services else {}
        task_vars = {**self.task_vars, **own, "hostvars": _Overlaid(self.task_vars["hostvars"], services)}
        clusters = read_clusters(task_vars, self.fill_in)
        return clusters.only(clusters.chosen).every

    @property
    def _this_host(self) -> str:
        return str(self.task_vars["inventory_hostname"])


class _Overlaid(Mapping[str, Any]):
    """The variables of hosts, some of which have other lvs_services."""

    def __init__(self, hostvars: Any, services: Mapping[str, Any]) -> None:
        self._hostvars, self._services = hostvars, services

    def __getitem__(self, host: str) -> Any:
        return self._with(host, self._hostvars[host])

    def raw_get(self, host: str) -> Any:
        return self._with(host, raw_variables(self._hostvars, host))

    def __iter__(self) -> Iterator[str]:
        return iter(self._hostvars)

    def __len__(self) -> int:
        return len(self._hostvars)

    def _with(self, host: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        if host not in self._services:
            return variables
        return {**variables, "lvs_services": self._services[host]}


@dataclass(frozen=True)
class Options:
    """What an operator has asked for. labs: the folder of labs. name: of this one. folder: where logs stay.

    release: of Debian. machines: how many there may be. extra: the variables of the command line. vault: the options
    by which another Ansible finds the vault passwords.
    """

    labs: Path
    name: str
    folder: Path
    release: str
    machines: int
    extra: Mapping[str, Any]
    vault: Sequence[str]


def task_of(now: Owned, before: Owned | None, options: Options) -> Task:
    """What there is to rehearse. NotRehearsed, TooSmall and DefinitionError where it cannot be."""
    owned = {NOW: now, **({BEFORE: before} if before else {})}
    in_time = [owned[name] for name in (BEFORE, NOW) if name in owned]
    hosts, without = chosen_hosts([each.subject() for each in in_time], options.machines)
    notes: list[str] = []
    services = {name: _rehearsable(each, hosts, notes) for name, each in owned.items()}
    subjects = {name: each.subject(services[name]) for name, each in owned.items()}
    found = mapped([subjects[name] for name in (BEFORE, NOW) if name in subjects], hosts, options.release)
    impossible = [*errors_of(found.description)]
    if impossible:
        raise NotRehearsed(f"the hosts cannot all have machines of one lab: {'; '.join(impossible)}")
    directory = options.labs / options.name

    def stage(name: str) -> Stage:
        folder = directory / name
        words = [*options.vault, "-e", f"@{directory / 'extra.json'}"]
        return Stage(Controller([*owned[name].sources, str(folder / "hosts.json")], words), subjects[name].clusters)

    def overlays(lab: Path) -> dict[Path, str]:
        written = {lab / "extra.json": json.dumps(_passed_on(options.extra), default=str)}
        for name, each in owned.items():
            variables = {host: each.names(host) for host in each.hosts}
            laid = files(variables, subjects[name].connected, found, str(lab / "ssh_config"), services[name])
            written.update({lab / name / path: text for path, text in laid.items()})
        return written

    clusters = subjects[NOW].clusters
    all_notes = [
        *_general(options.release, found, without),
        *notes,
        *(note for cluster in clusters for note in not_asked(cluster)),
        *left_out(clusters, hosts),
    ]
    return Task(
        labs=options.labs,
        name=options.name,
        mapped=found,
        overlays=overlays,
        steps=steps(clusters, hosts, len(found.description.hosts), before is not None),
        now=stage(NOW),
        before=stage(BEFORE) if before else None,
        notes=[*dict.fromkeys(all_notes)],
        folder=options.folder,
        source_of_before=before.sources[0] if before else None,
    )


def _rehearsable(owned: Owned, hosts: Sequence[str], notes: list[str]) -> dict[str, Any]:
    """Host -> lvs_services, of those that see others than can be rehearsed. notes: gets what is different."""
    rehearsable = Rehearsable(hosts, owned.task_vars["groups"])
    changed = {}
    for host in owned.hosts:
        entries = owned.value(host, "lvs_services")
        if isinstance(entries, (list, tuple)):
            services = rehearsable.services(entries)
            if not services:
                raise NotRehearsed(
                    f"no service can be rehearsed. {'. '.join(rehearsable.notes)}. List hosts of the "
                    "inventory as real servers, at least in an inventory for the rehearsal"
                )
            if services != [*entries]:
                changed[host] = services
    notes += rehearsable.notes
    if len(changed) == len(owned.hosts):  # what all hosts see, the client sees too, which is one more of them
        changed[CLIENT] = changed[owned.hosts[-1]]
    return changed


def _passed_on(extra: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of the command line for each playbook: not those that are for the rehearsal, or say how Ansible
    reaches hosts.
    """
    own = {name for short, entry in PLAYBOOKS["rehearse"].items() for name in (short, entry.variable)}
    return {name: value for name, value in extra.items() if name not in own and not name.startswith("ansible_")}


def _general(release: str, found: Mapped, without: Sequence[str]) -> Iterator[str]:
    """What is not as on any site."""
    yield f"All machines run Debian {release} with the packages of the lab, and nothing else that your hosts have"
    yield "Ansible reaches the machines as root with a key of the lab: your keys, jump hosts and sudo are not tried"
    yield "What serves is a stand-in that answers each request with its host's name"
    if without:
        have = "has" if len(without) == 1 else "have"
        yield (
            f"{counted(len(without), 'real server')} {have} no machine (-e machines=NUMBER allows more): "
            f"{', '.join(without)}"
        )
    yield from found.notes
