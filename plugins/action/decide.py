# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run does next, from what hosts have reported. Documented in plugins/modules/decide.py.

The decisions themselves are in plugin_utils/_operate: this collects what has been reported, and asks for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from time import time
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._cluster.inventory import FillIn, variables_of
from ..plugin_utils._cluster.kept import read_once
from ..plugin_utils._cluster.registered import registered, results, taking_part
from ..plugin_utils._doctor.examined import Examined
from ..plugin_utils._doctor.packets import asked_ways
from ..plugin_utils._host_rules.run import findings
from ..plugin_utils._host_rules.several_clusters import ChosenClusters
from ..plugin_utils._host_rules.standby import Standby
from ..plugin_utils._keepalived.neighbours import Former, former_directors
from ..plugin_utils._operate import (
    dismissal,
    doctor,
    examination,
    failover,
    fixing,
    muting,
    partial,
    readiness,
    rollout,
)
from ..plugin_utils._rules.finding import Finding, advice_in, errors_in
from ..plugin_utils._schema.parameters import STATES
from ..plugin_utils._values.cluster import Cluster
from ..plugin_utils._values.clusters import Clusters
from ..plugin_utils._values.vip import without_prefix

Options = Mapping[str, Any]
_OF_ALL = ("leaving", "dismissal", "asking", "known_peers", "former_hosts", "fixing", "muting")


class ActionModule(ActionBase):
    """Looks at what tasks have registered. It connects to no host and changes nothing."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "about": {"type": "str", "required": True, "choices": list(DECISIONS)},
                "vips": {"type": "list", "elements": "dict", "default": []},
                "routes": {"type": "list", "elements": "dict", "default": []},
                "director": {"type": "str"},
                "state": {"type": "str", "choices": list(STATES), "default": STATES[0]},
                "gone": {"type": "list", "elements": "str", "default": []},
                "run": {"type": "list", "elements": "str"},
                "drill": {"type": "bool", "default": False},
                "probe_address": {"type": "str"},
                "probe_port": {"type": "int"},
                "codes": {"type": "list", "elements": "str", "default": []},
                "seconds": {"type": "int", "default": 0},
            }
        )
        # A host that leaves is told from all; all else takes the host's own share.
        of_all = options["about"] in _OF_ALL or options["run"] is not None
        hosts = None if of_all else [task_vars["inventory_hostname"]]
        clusters = read_once(task_vars, self._templar.template, hosts).clusters
        run = _Run(task_vars, self._templar.template, clusters, bool(self._task.check_mode))
        result.update(DECISIONS[options["about"]](run, options))
        return result


class _Run:
    """What is known in a run: the clusters, and what hosts have registered."""

    def __init__(self, task_vars: Mapping[str, Any], fill_in: FillIn, clusters: Clusters, check_mode: bool) -> None:
        self.check_mode = check_mode
        self.fill_in = fill_in
        self.task_vars = task_vars
        self.clusters = clusters
        self.host: str = task_vars["inventory_hostname"]
        self.groups: Mapping[str, list[str]] = task_vars["groups"]

    @property
    def taking_part(self) -> list[str] | None:
        """The hosts that the playbooks have gathered; None where no playbook of the collection runs."""
        if fixing.TAKING_PART in self.groups:
            return self.groups[fixing.TAKING_PART]
        return taking_part(self.groups) or None

    @property
    def directed(self) -> Cluster | None:
        return self.clusters.directed_by(self.host)

    @property
    def chosen(self) -> tuple[Cluster, ...]:
        """The clusters that the run is for."""
        return self.clusters.only(self.clusters.chosen).every

    def examined(self) -> Iterator[Examined]:
        """These clusters, as the playbook examine.yml has found them."""
        hosts = [host for cluster in self.chosen for host in cluster.hosts]
        told = (registered(self.task_vars, hosts, name) for name in doctor.REGISTERED)
        return doctor.all_examined(self.clusters, *told)

    def addresses_of(self, hosts: Iterable[str]) -> dict[str, list[str]]:
        """The addresses by which each host would be a real server, its name where there is none. Their variables are
        filled in, which takes time; what cannot be filled in is as good as not there, since it may be no host of ours.
        """
        return {
            host: [
                rollout.spelled(own.get("lvs_address") or own.get("ansible_host") or host),
                rollout.spelled(own.get("lvs_ipv6_address") or host),
            ]
            for host, own in variables_of(self.task_vars, self.fill_in, hosts).items()
        }

    def addresses_of_outsiders(self) -> dict[str, list[str]]:
        """The same of those that are in no cluster."""
        return self.addresses_of(host for host in self.task_vars["hostvars"] if not self.clusters.of_host(host))

    def registered(self, clusters: Iterable[Cluster], name: str) -> dict[str, Any]:
        """What a task has registered on the directors of these clusters."""
        return results(self.task_vars, (host for cluster in clusters for host in cluster.director_hosts), name)

    def reports(self, cluster: Cluster) -> dict[str, rollout.Report]:
        """What those directors have told that can be set up."""
        told, tested = (self.registered([cluster], name) for name in ("director_report", "director_preflight"))
        ready = self.registered([cluster], "director_readiness")
        forward = self.registered([cluster], "director_forwards")
        forwarding = {host for host, result in forward.items() if not result.get("skipped")}
        return {
            director.host: rollout.report_of(
                director.addresses[0], told[director.host], tested[director.host], director.host in forwarding
            )
            for director in cluster.directors
            if director.host in ready and director.host in told and director.host in tested
        }


def _readiness(run: _Run, _options: Options) -> dict[str, Any]:
    report, view, tested = (run.task_vars[f"director_{name}"] for name in ("report", "view", "preflight"))
    ready = readiness.readiness(run.directed, run.host, report, view, tested, run.check_mode, run.taking_part)
    return _refused(_told(ready, advice=advice_in(ready.found)), ready.found)


def _former(run: _Run, options: Options) -> dict[str, Any]:
    own = () if run.directed is None else (run.directed,)
    chosen = own if options["run"] is None else run.chosen
    former = _former_directors(run, [(each, run.registered([each], "director_report")) for each in chosen])
    hosts = [*run.task_vars["hostvars"]]
    # The addresses of all hosts, only where there is a name to find.
    unnamed = any(each.name not in hosts for each in former)
    inventory = run.addresses_of(hosts) if unnamed else dict.fromkeys(hosts, ())
    found = dismissal.search(former, inventory, options["gone"], options["run"] or ())
    return _refused({"hosts": [*found.hosts]}, found.found)


def _former_directors(run: _Run, told: Iterable[tuple[Cluster, Mapping[str, Any]]]) -> list[Former]:
    """told: clusters, and what each of their directors has reported."""
    names = {cluster.name for cluster in run.clusters.every}
    return [
        former for cluster, reports in told for former in former_directors(cluster, reports, names - {cluster.name})
    ]


def _released(told: Iterable[tuple[Cluster, rollout.Reports]]) -> tuple[frozenset[str], list[str]]:
    """The real servers to which no director of the clusters sends any more, by address; and the advice about it."""
    found = [rollout.released_by_all(cluster, reports) for cluster, reports in told]
    addresses = frozenset().union(*(released for released, _doubts in found))
    return addresses, [doubt for _released, doubts in found for doubt in advice_in(doubts)]


def _former_hosts(run: _Run, options: Options) -> dict[str, Any]:
    """What the decisions about former_directors and leaving would be, from what examine.yml has registered."""
    # A host that could not be read has not failed there: it is part of what there is to tell.
    told = [
        (cluster, {host: each for host, each in run.registered([cluster], "examine_report").items() if "ipvs" in each})
        for cluster in run.chosen
    ]
    former = _former_directors(run, told)
    outsiders, hosts = run.addresses_of_outsiders(), [*run.task_vars["hostvars"]]
    found = dismissal.search(former, run.addresses_of(hosts) if former else {}, options["gone"], options["run"] or ())
    addresses, later = _released(
        (cluster, {host: rollout.Report(sends_to=rollout.sent_to(each)) for host, each in reports.items()})
        for cluster, reports in told
    )
    left = [host for host in rollout.left(outsiders, addresses) if host in (options["run"] or ())]
    return {
        "outside": [host for host in dict.fromkeys([*found.hosts, *left]) if host in outsiders],
        "directors": [*found.hosts],
        "real_servers": left,
        "refused": errors_in(found.found),
        "later": later,
        "names": {address: host for host in left for address in outsiders[host] if address != host},
    }


def _dismissal(run: _Run, _options: Options) -> dict[str, Any]:
    reports = {cluster.name: run.registered([cluster], "director_report") for cluster in run.chosen}
    found = dismissal.dismissal(run.clusters, run.host, run.task_vars["director_dismissed"], reports)
    return _refused(_told(found), found.found)


def _turn(run: _Run, options: Options) -> dict[str, Any]:
    cluster = run.directed
    if cluster is None:
        return _told(rollout.Turn(), lent_s=rollout.Turn().lent_s)
    parts = (tuple(run.groups.get(f"lvs_directors_{part}", ())) for part in (readiness.WAITING, readiness.ACTIVE))
    found = rollout.turn(cluster, run.host, rollout.Order(*parts), run.reports(cluster))
    awaited = _entries(options["vips"], found.awaited)
    return _told(found, awaited=awaited, lent_s=found.lent_s, warnings=advice_in(found.found))


def _way_back(run: _Run, options: Options) -> dict[str, Any]:
    reports = [report for cluster in run.clusters.of_host(run.host) for report in run.reports(cluster).values()]
    gateways = [route["gateway"] for route in options["routes"]]
    return {"leads": rollout.has_return_path(gateways, reports)}


def _leaving(run: _Run, _options: Options) -> dict[str, Any]:
    addresses, doubts = _released((cluster, run.reports(cluster)) for cluster in run.chosen)
    return {"hosts": rollout.left(run.addresses_of_outsiders(), addresses), "warnings": doubts}


def _settling(run: _Run, options: Options) -> dict[str, Any]:
    if run.task_vars.get("realserver_without"):
        return _told(partial.Settling(), later=[])  # to give up is what remove is for
    clusters = run.clusters.of_host(run.host)
    directors = [host for cluster in clusters for host in cluster.director_hosts]
    set_up = registered(run.task_vars, directors, "director_is_set_up")
    plan = run.task_vars["realserver_preflight"]["plan"]
    settled = partial.settling(run.host, clusters, set_up, {"routes": options["routes"]}, plan)
    later = advice_in(settled.found)
    return _told(settled, later=later, warnings=later)


def _failover(run: _Run, options: Options) -> dict[str, Any]:
    probe = (options["probe_address"], options["probe_port"])
    return _chosen(
        run, options, failover.Wish(options["director"], options["state"] == "active", probe, options["drill"])
    )


def _aside(run: _Run, options: Options) -> dict[str, Any]:
    return _chosen(run, options, failover.Wish(options["director"], probed=False))


def _chosen(run: _Run, options: Options, wish: failover.Wish) -> dict[str, Any]:
    chosen = run.chosen
    several = errors_in(findings(ChosenClusters([cluster.name for cluster in chosen]), chosen))
    if several:
        return _failed({}, f"Nothing was done. {several[0]}")
    (cluster,) = chosen
    told = run.registered([cluster], "failover_report")
    standings = {host: failover.standing_of(report) for host, report in told.items()}
    # Also those where a task of this play has failed: what they have is not known either.
    playing = [host for host in run.task_vars["ansible_play_hosts_all"] if cluster.is_director(host)]
    choice = failover.choose(cluster, standings, wish, [host for host in playing if host not in standings])
    return _failed({**asdict(choice), "moving": _entries(options["vips"], choice.moving)}, choice.refusal)


def _turns(run: _Run, _options: Options) -> dict[str, Any]:
    told = run.registered(run.chosen, "failover_report")
    return asdict(failover.turns({host: failover.standing_of(report) for host, report in told.items()}))


def _stuck(run: _Run, _options: Options) -> dict[str, Any]:
    told = run.task_vars.get("failover_left") or {}
    held = sorted(map(without_prefix, told.get("held") or ()))
    return _failed({}, "\n".join(errors_in(findings(Standby(run.host, held or None), []))))


def _outcome(run: _Run, options: Options) -> dict[str, Any]:
    told = {host: report for host, report in run.registered(run.chosen, "failover_taken").items() if "held" in report}
    moving = [without_prefix(vip["address"]) for vip in options["vips"]]
    return {"lost": failover.lost(moving, map(failover.standing_of, told.values()))}


def _asking(run: _Run, _options: Options) -> dict[str, Any]:
    every = run.clusters.every
    return {
        "asked": {
            host: {"addresses": examination.asked_by(host, every), "ways": asked_ways(host, every)}
            for cluster in run.chosen
            for host in cluster.hosts
        }
    }


def _known_peers(run: _Run, _options: Options) -> dict[str, Any]:
    told = run.registered(run.chosen, "examine_report")
    return {
        "known": {
            host: examination.known_peers(host, run.clusters.directed_by(host), told)
            for cluster in run.chosen
            for host in cluster.hosts
        }
    }


def _fixing(run: _Run, options: Options) -> dict[str, Any]:
    codes = [*dict.fromkeys(options["codes"])]
    choice = fixing.fixing(run.examined(), codes)
    result = {"codes": codes, "found": [*choice.found], "gathered": choice.gathered}
    return _failed(result, "\n".join([*choice.problems, "Nothing was changed."]) if choice.problems else "")


def _muting(run: _Run, options: Options) -> dict[str, Any]:
    subjects = {subject.cluster.name: subject for subject in run.examined() if subject.directors}
    known = {name: (doctor.found_in(subject), doctor.mutes_of(subject)) for name, subject in subjects.items()}
    choice = muting.muting(known, options["codes"], options["seconds"], time())
    marks = {
        director: {code: mute.entry() for code, mute in mutes.items()}
        for name, mutes in choice.mutes.items()
        for director in subjects[name].directors
    }
    return _failed({"marks": marks}, "\n".join([*choice.problems, "Nothing was muted."]) if choice.problems else "")


def _entries(vips: Iterable[Mapping[str, Any]], addresses: Iterable[str]) -> list[Mapping[str, Any]]:
    """Those of the VIPs, in the words of host_network."""
    wanted = {*addresses}
    return [vip for vip in vips if without_prefix(vip["address"]) in wanted]


def _told(decision: Any, **words: Any) -> dict[str, Any]:
    """A decision, with words in place of what rules have found."""
    return {**{name: value for name, value in vars(decision).items() if name != "found"}, **words}


def _refused(result: dict[str, Any], found: Iterable[Finding], state: str = "Nothing was changed.") -> dict[str, Any]:
    """The result, failed where an error has been found. state: what the hosts are like now."""
    errors = errors_in(found)
    return _failed(result, "\n".join([*errors, state]) if errors else "")


def _failed(result: dict[str, Any], message: str) -> dict[str, Any]:
    return {**result, "failed": True, "msg": message} if message else result


DECISIONS: Mapping[str, Callable[[_Run, Options], dict[str, Any]]] = {
    "readiness": _readiness,
    "former_directors": _former,
    "former_hosts": _former_hosts,
    "dismissal": _dismissal,
    "turn": _turn,
    "way_back": _way_back,
    "leaving": _leaving,
    "settling": _settling,
    "asking": _asking,
    "known_peers": _known_peers,
    "failover": _failover,
    "failover_outcome": _outcome,
    "failover_stuck": _stuck,
    "turns": _turns,
    "aside": _aside,
    "fixing": _fixing,
    "muting": _muting,
}
