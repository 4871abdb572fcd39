# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the inventory to the view of one host, on the controller alone. Documented in plugins/modules/resolve.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils.definition import DefinitionError
from ..plugin_utils.identity import service_key
from ..plugin_utils.inventory import read_cluster
from ..plugin_utils.keepalived import UnknownInterface
from ..plugin_utils.lint import findings
from ..plugin_utils.model import Cluster
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
        _validation, options = self.validate_argument_spec(
            argument_spec={"hardware_addresses": {"type": "dict"}, "interfaces": {"type": "dict"}}
        )
        try:
            result.update(self._resolve(task_vars, options["hardware_addresses"] or {}, options["interfaces"] or {}))
        except DefinitionError as error:
            count = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
            result.update(failed=True, msg=f"The definition of the cluster has {count}; nothing was done.\n{error}")
        except UnknownInterface as error:
            result.update(failed=True, msg=f"{error} This director was not changed.")
        # Without the option nobody has looked yet; an empty one is a run in which no other director takes part.
        known = options["hardware_addresses"]
        unknown = sorted(set(result.get("peers", ())) - set(known)) if known is not None else []
        if unknown:
            result.update(failed=True, msg=_UNKNOWN_PEERS % (task_vars["inventory_hostname"], ", ".join(unknown)))
        return result

    def _resolve(
        self, task_vars: Mapping[str, Any], hardware_addresses: Mapping[str, str], interfaces: Mapping[str, str]
    ) -> dict[str, Any]:
        definition = read_cluster(task_vars, self._templar.template)
        return {
            **host_view(definition, task_vars["inventory_hostname"], hardware_addresses, interfaces),
            "engine": definition.engine,
            "install_packages": definition.install_packages,
            "directors": [director.host for director in definition.directors],
            "realservers": list(definition.realserver_hosts),
            "balanced": list(definition.balanced_hosts),
            "names": names_of(definition),
            "warnings": findings(definition),
        }


def names_of(cluster: Cluster) -> dict[str, dict[str, Any]]:
    """How the owner calls services and real servers that hosts know by their addresses."""
    servers = (server for service in cluster.services for server in service.all_servers)
    return {
        "services": {str(service_key(vars(service))): service.name for service in cluster.services},
        "real_servers": {server.address: server.host for server in servers if server.host},
        "sorry_servers": {
            str(service_key(vars(service))): {
                "address": service.sorry_server.address,
                "port": service.sorry_server.port,
            }
            for service in cluster.services
            if service.sorry_server
        },
    }
