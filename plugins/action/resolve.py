# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the inventory to the view of one host, on the controller alone. Documented in plugins/modules/resolve.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._cluster.kept import read_once
from ..plugin_utils._cluster.registered import results
from ..plugin_utils._host_rules.director_reports import DirectorReports
from ..plugin_utils._host_rules.fault import KEEPALIVED, release_of
from ..plugin_utils._host_rules.run import findings
from ..plugin_utils._host_rules.unknown_peers import UnknownPeers
from ..plugin_utils._host_rules.unknown_words import Written
from ..plugin_utils._keepalived import floors
from ..plugin_utils._keepalived.advertising import UnknownInterface
from ..plugin_utils._keepalived.neighbours import Reports
from ..plugin_utils._keepalived.render import TemplateMistake, own_templates
from ..plugin_utils._operate.health import Names
from ..plugin_utils._rules.finding import DefinitionError, Finding, advice_in, errors_in
from ..plugin_utils._rules.run import advice_on
from ..plugin_utils._values.cluster import Cluster
from ..plugin_utils._values.clusters import Clusters
from ..plugin_utils._values.identity import service_key
from ..plugin_utils._values.service import VirtualService
from ..plugin_utils._view.host import Contradiction, host_view, members
from ..plugin_utils._view.known import Known
from ..plugin_utils._view.overview import overview


class Refused(Exception):
    """What rules have found keeps a director from what its cluster asks of it. The text says what, with the codes."""


class ActionModule(ActionBase):
    """Reads variables and returns a view. It connects to no host and changes nothing, so check mode is no different."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "hardware_addresses": {"type": "dict"},
                "interfaces": {"type": "dict"},
                "reported": {"type": "str"},
                "anew": {"type": "bool", "default": False},
                "overview": {"type": "bool", "default": False},
                "gone": {"type": "list", "elements": "str", "default": []},
                "without": {"type": "list", "elements": "str", "default": []},
            }
        )
        try:
            result.update(self._resolve(task_vars, options))
        except DefinitionError as error:
            count = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
            result.update(failed=True, msg=f"The definition of the cluster has {count}; nothing was done.\n{error}")
        except Contradiction as error:
            result.update(failed=True, msg=f"{error} Nothing was done.")
        except Refused as error:
            result.update(failed=True, msg=f"{error}\nThis director was not changed.")
        except (TemplateMistake, UnknownInterface) as error:
            result.update(failed=True, msg=f"{error} This director was not changed.")
        # Without the option nobody has looked yet; an empty one is a run in which no other director takes part.
        known = options["hardware_addresses"]
        unknown = sorted(set(result.get("peers", ())) - set(known)) if known is not None else []
        wrong = errors_in(findings(UnknownPeers(task_vars["inventory_hostname"], unknown), []))
        if wrong:
            result.update(failed=True, msg="\n".join([*wrong, "Nothing was done."]))
        return result

    def _resolve(self, task_vars: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
        host = task_vars["inventory_hostname"]
        hosts = None if options["overview"] else [host]
        clusters, fresh = read_once(task_vars, self._templar.template, hosts, options["anew"])
        left = _with_templates(clusters.without(options["without"]), task_vars)
        directed, served = left.directed_by(host), left.of_host(host)
        own = directed or next(iter(served or left.every), None)
        reports = _reports(directed, task_vars, options["reported"])
        others = [cluster.name for cluster in clusters.every if cluster.name != (directed and directed.name)]
        looked = (options["interfaces"] or {}, others, options["gone"])
        found = _judged(DirectorReports(host, directed, reports, *looked), directed) if directed else []
        known = Known(options["hardware_addresses"] or {}, options["interfaces"] or {}, reports)
        view = host_view(left, host, known)
        if directed:
            _judged(Written(host, view.director.keepalived, release_of(reports.get(host, {}), KEEPALIVED)), directed)
        return {
            **view.options(),
            "cluster": directed.name if directed else None,
            **{name: getattr(own, name, None) for name in ("engine", "checks_by", "vips_by")},
            "install_packages": own.install_packages if own else False,
            "names": names_of(directed) if directed else {kind: {} for kind in Names._fields},
            "cluster_directors": members([directed] if directed else [])["directors"],
            "directed_by": members(served)["directors"],
            "clusters": list(clusters.chosen),
            "directors": members(clusters.only(clusters.chosen).every)["directors"],
            **(overview(clusters, {*task_vars["ansible_play_hosts"]}) if options["overview"] else {}),
            "warnings": [*(advice_on(clusters) if fresh else ()), *advice_in(found)],
        }


def _judged(subject: object, cluster: Cluster) -> list[Finding]:
    """What is doubtful about a director of a cluster. Refused where something is wrong."""
    found = findings(subject, [cluster])
    if errors_in(found):
        raise Refused("\n".join(errors_in(found)))
    return found


def _reports(cluster: Cluster | None, task_vars: Mapping[str, Any], name: str | None) -> Reports:
    """What the directors of a cluster have told of themselves, by the name under which it is registered."""
    hosts = cluster.director_hosts if cluster and name else ()
    return results(task_vars, hosts, name or "")


def _with_templates(clusters: Clusters, task_vars: Mapping[str, Any]) -> Clusters:
    """The clusters, in that of this director its owner's templates. TemplateMistake where these cannot be read."""
    directed = clusters.directed_by(task_vars["inventory_hostname"])
    named = directed.keepalived.templates if directed else None
    if not directed or not named:
        return clusters
    beside = [task_vars[name] for name in ("inventory_dir", "playbook_dir") if task_vars.get(name)]
    found = replace(directed, keepalived=replace(directed.keepalived, templates=own_templates(named, beside)))
    return replace(clusters, every=tuple(found if each is directed else each for each in clusters.every))


def names_of(cluster: Cluster) -> dict[str, dict[str, Any]]:
    """How the owner calls services and real servers that hosts know by their addresses."""
    servers = (server for service in cluster.services for server in service.all_servers)
    directors = (
        (service.sorry_server_of(director), director.host)
        for service in cluster.services
        for director in cluster.directors
        if service.sorry_server and service.sorry_server.is_director
    )
    return {
        "services": {str(service_key(vars(service))): service.name for service in cluster.services},
        "real_servers": {
            **{server.address: host for server, host in directors if server},
            **{server.address: server.host for server in servers if server.host},
        },
        "sorry_servers": {
            str(service_key(vars(service))): _sorry_servers(cluster, service)
            for service in cluster.services
            if service.sorry_server
        },
        "floors": {
            str(service_key(vars(service))): {"name": floors.name_of(service), "least": service.floor}
            for service in cluster.services
            if cluster.has_checks and service.floor
        },
        "quorums": {
            str(service_key(vars(service))): service.watch.least for service in cluster.services if cluster.has_checks
        },
    }


def _sorry_servers(cluster: Cluster, service: VirtualService) -> list[dict[str, Any]]:
    """The sorry server of a service; where it is the director itself, as each director has it."""
    servers = (service.sorry_server_of(director) for director in cluster.directors)
    endpoints = {(server.address, server.port) for server in servers if server}
    return [{"address": address, "port": port} for address, port in sorted(endpoints)]
