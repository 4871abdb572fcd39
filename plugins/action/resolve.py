# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the inventory to the view of one host, on the controller alone. Documented in plugins/modules/resolve.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..plugin_utils.definition import DefinitionError, is_read, member_hosts, parse
from ..plugin_utils.fields import Problem
from ..plugin_utils.keys import CLUSTER_VARIABLES
from ..plugin_utils.lint import findings
from ..plugin_utils.topology import host_view

_UNKNOWN_PEERS = (
    "%s must tell the packets of the directors %s from those of clients, so as not to balance them again, and does not "
    "know their MAC addresses. Run the playbook for all directors, without --limit. Nothing was done."
)


class ActionModule(ActionBase):
    """Reads variables and returns a view. It connects to no host and changes nothing, so check mode is no different."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(argument_spec={"hardware_addresses": {"type": "dict"}})
        try:
            result.update(self._resolve(task_vars, options["hardware_addresses"]))
        except DefinitionError as error:
            count = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
            result.update(failed=True, msg=f"The definition of the cluster has {count}; nothing was done.\n{error}")
        unknown = sorted(set(result.get("peers", ())) - set(options["hardware_addresses"] or result.get("peers", ())))
        if unknown:
            result.update(failed=True, msg=_UNKNOWN_PEERS % (task_vars["inventory_hostname"], ", ".join(unknown)))
        return result

    def _resolve(self, task_vars: Mapping[str, Any], hardware_addresses: Mapping[str, str] | None) -> dict[str, Any]:
        this_host = task_vars["inventory_hostname"]
        groups, hostvars = task_vars["groups"], task_vars["hostvars"]
        problems: list[Problem] = []

        names = [name for name in task_vars if is_read(name) or name in CLUSTER_VARIABLES]
        own = _filled_in("", names, lambda name: self._templar.template(task_vars[name]), problems)
        cluster, services = (own.get(name) for name in CLUSTER_VARIABLES)
        hosts = {this_host: own}
        for host in sorted(member_hosts(services, groups) & set(hostvars) - {this_host}):
            others = hostvars[host]
            hosts[host] = _filled_in(f"hostvars[{host}].", filter(is_read, others), others.__getitem__, problems)
        if problems:
            raise DefinitionError(problems)

        definition = parse(cluster, services, groups, hosts)
        return {
            **host_view(definition, this_host, hardware_addresses or {}),
            "install_packages": definition.install_packages,
            "directors": [director.host for director in definition.directors],
            "realservers": list(definition.realserver_hosts),
            "warnings": findings(definition),
        }


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
    return value
