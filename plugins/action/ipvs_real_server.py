# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draining from the controller: names of the inventory become addresses, and what takes a while shows how far it is.

Documented in plugins/modules/ipvs_real_server.py, which does the work on the host.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._cluster.kept import read_once
from ..plugin_utils._operate import slow_start
from ..plugin_utils._operate.interpreter import explained
from ..plugin_utils._origin import origin
from ..plugin_utils._rules.finding import DefinitionError
from ..plugin_utils._values.cluster import Cluster
from ..plugin_utils._values.clusters import Clusters
from ..plugin_utils._values.identity import service_key

MODULE = "lvs.cluster.ipvs_real_server"
# Seconds between two lines about what is left; a call of the module waits as long.
STEP = 5
# Seconds to wait where the task names none, as the module has it.
TIMEOUT = 300
NO_SLOW_START = (
    "There was no slow start: a weight of 1 has no smaller part. Weights such as 100 can be raised in steps; what "
    "counts is what they are beside those of other real servers"
)
display = Display()


class ActionModule(ActionBase):
    """Runs the module until nothing is left, or the time is over; or step by step until it has its whole weight."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        arguments = {"origin": origin(task_vars), **self._task.args}
        try:
            elsewhere = _translate(arguments, task_vars, self._templar.template, self._task.delegate_to)
        except DefinitionError as error:
            result.update(
                failed=True, msg=f"Names were given, and the definition of the cluster has mistakes:\n{error}"
            )
            return result
        if elsewhere:
            result.update(skipped=True, changed=False, msg=elsewhere)
            return result
        ramp = _seconds(arguments.get("ramp", 0)) or 0
        if ramp > 0 and arguments.get("state") == "active":
            result.update(self._slowly_active(ramp, {**arguments, "ramp": 0}, task_vars))
        else:
            result.update(self._drained(arguments, task_vars))
        return result

    def _slowly_active(self, seconds: int, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The result of all steps together: what a check mode foretells, and the weights after the last step."""
        foretold = self._foretold(arguments, task_vars)
        if self._task.check_mode or foretold.get("failed") or not foretold["changed"]:
            return foretold
        director = self._task.delegate_to or task_vars["inventory_hostname"]
        begin = time.monotonic()
        left = slow_start.schedule(seconds)
        now = self._step(left[0], {**arguments, "continued": None}, task_vars)
        if not now.get("failed") and not now["slow_starts"]:
            now["warnings"] = [*now.get("warnings", ()), NO_SLOW_START]
        # After the last step, those that are left are of somebody else, who has begun one meanwhile.
        while not now.get("failed") and now["slow_starts"] and left[1:]:
            display.display(f"{director}: {slow_start.told(left[0], seconds, now)}")
            left = left[1:]
            time.sleep(max(0.0, begin + left[0].at - time.monotonic()))
            left = slow_start.due(left, time.monotonic() - begin)
            warnings = now.get("warnings", ())
            now = self._step(left[0], {**arguments, "continued": now["slow_starts"]}, task_vars)
            now["warnings"] = list(dict.fromkeys([*warnings, *now.get("warnings", ())]))
        return _together(foretold, now, time.monotonic() - begin)

    def _foretold(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """What giving the whole weight at once would do."""
        given, self._task.check_mode = self._task.check_mode, True
        try:
            return self._call(arguments, task_vars)
        finally:
            self._task.check_mode = given

    def _step(self, step: slow_start.Step, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        return self._call({**arguments, "share": step.share}, task_vars)

    def _drained(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """The result of all calls together: what was before, of the first; what is left, of the last."""
        timeout = _seconds(arguments.get("timeout", TIMEOUT))
        if timeout is None:
            return self._call(arguments, task_vars)
        begin = time.monotonic()
        first: dict[str, Any] = {}
        while True:
            remaining = timeout - (time.monotonic() - begin)
            step = max(0, min(STEP, math.ceil(remaining)))
            now = self._call({**arguments, "timeout": step}, task_vars)
            first = first or now
            if now.get("ended") is not False or remaining <= STEP:
                break
            display.display(f"{task_vars['inventory_hostname']}: {_left(now)}")
        if now.get("ended") is False:
            now["msg"] = now["msg"].replace(f"After {step} seconds", f"After {timeout} seconds")
        return _together(first, now, time.monotonic() - begin)

    def _call(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        return explained(self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars))


def _seconds(timeout: Any) -> int | None:
    """None for what the module will refuse."""
    try:
        return int(str(timeout))
    except ValueError:
        return None


def _together(first: Mapping[str, Any], last: dict[str, Any], waited: float) -> dict[str, Any]:
    """The result of the last call, with what the first one has changed."""
    if last is first:
        return last
    result = {**last, **{key: first[key] for key in ("changed", "plan", "counts", "commands", "diff") if key in first}}
    before = {_identity(server): server["weight_before"] for server in first.get("real_servers", ())}
    for server in result.get("real_servers", ()):
        server["weight_before"] = before.get(_identity(server), server["weight_before"])
    result["waited"] = round(waited, 1)
    return result


def _identity(server: Mapping[str, Any]) -> tuple[Any, ...]:
    return (server["service"], server["address"], server["port"])


def _left(result: Mapping[str, Any]) -> str:
    """What is left of each service, in words."""
    return "; ".join(
        f"{server['address']} of {server['service']} has {server['active_connections']} active, "
        f"{server['inactive_connections']} inactive, {server['persistent_connections']} persistent"
        for server in result["real_servers"]
    )


def _translate(
    arguments: dict[str, Any], task_vars: Mapping[str, Any], fill_in: Any, delegate: str | None = None
) -> str:
    """Put addresses for names of hosts, and what identifies them for names of services.

    Why there is nothing to do on this director: the hosts serve other clusters. Empty where they serve its own.
    """
    addresses, services = _words(arguments.get("address")), _words(arguments.get("services"))
    hosts = [word for word in addresses if not _is_address(word) and word in task_vars["hostvars"]]
    names = [word for word in services if " " not in word.strip()]
    if not hosts and not names:
        return ""
    director = delegate or task_vars["inventory_hostname"]
    clusters = read_once(task_vars, fill_in, hosts).clusters
    cluster = clusters.directed_by(director) or next(iter(clusters.every))
    if hosts == addresses and not any(_addresses(cluster, host) for host in hosts) and _serve(clusters, hosts):
        return f"{', '.join(hosts)}: not a real server of the cluster {cluster.name}, which {director} directs"
    arguments["address"] = [found for word in addresses for found in _addresses(cluster, word) or [word]]
    if services:
        arguments["services"] = [found for word in services for found in _services(cluster, word) or [word]]
    return ""


def _serve(clusters: Clusters, hosts: list[str]) -> bool:
    """Whether hosts are real servers of any cluster: a name that is none of them is a mistake to be told."""
    return any(_addresses(cluster, host) for cluster in clusters.every for host in hosts)


def _words(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(word).strip() for word in (value if isinstance(value, list) else str(value).split(","))]


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


def _addresses(cluster: Cluster, host: str) -> list[str]:
    servers = (server for service in cluster.services for server in service.all_servers)
    return sorted({server.address for server in servers if server.host == host})


def _services(cluster: Cluster, name: str) -> list[str]:
    return [str(service_key(vars(service))) for service in cluster.services if service.name == name]
