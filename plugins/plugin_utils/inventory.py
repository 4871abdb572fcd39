# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the inventory as Ansible has it to the definition of the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleError

from .definition import DefinitionError, is_read, member_hosts, parse
from .fields import Problem
from .keys import CLUSTER_VARIABLES
from .model import Cluster

FillIn = Callable[[Any], Any]


def read_cluster(task_vars: Mapping[str, Any], fill_in: FillIn) -> Cluster:
    """The cluster that the variables of a task define. fill_in: fills in the templates of a value.

    DefinitionError where it cannot be used, a template that cannot be filled in included.
    """
    this_host = task_vars["inventory_hostname"]
    groups, hostvars = task_vars["groups"], task_vars["hostvars"]
    problems: list[Problem] = []

    names = [name for name in task_vars if is_read(name) or name in CLUSTER_VARIABLES]
    own = _filled_in("", names, lambda name: fill_in(task_vars[name]), problems)
    cluster, services = (own.get(name) for name in CLUSTER_VARIABLES)
    hosts = {this_host: own}
    for host in sorted(member_hosts(cluster, services, groups) & set(hostvars) - {this_host}):
        others = hostvars[host]
        hosts[host] = _filled_in(f"hostvars[{host}].", filter(is_read, others), others.__getitem__, problems)
    if problems:
        raise DefinitionError(problems)
    return parse(cluster, services, groups, hosts)


def _filled_in(
    path: str, names: Iterable[str], fill_in: Callable[[str], Any], problems: list[Problem]
) -> dict[str, Any]:
    """The variables of these names, with their templates filled in. path stands before a name in a problem."""
    variables = {}
    for name in sorted(names):
        try:
            variables[name] = _plain(fill_in(name))
        except AnsibleError as error:
            problems.append(Problem(f"{path}{name}", f"its template cannot be filled in: {error}"))
    return variables


def _plain(value: Any) -> Any:
    """A copy in which nothing is left to be templated: ansible-core 2.19 and newer fill in nested values on access."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    # A value that is encrypted by itself (!vault) is no text before ansible-core 2.19; it becomes one here.
    return str(value) if hasattr(value, "__ENCRYPTED__") else value
