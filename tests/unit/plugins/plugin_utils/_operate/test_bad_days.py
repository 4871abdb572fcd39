# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each verb that reads, on each bad day: it says what it could not see, and tells the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

import pytest

from ansible_collections.lvs.cluster.plugins.action.resolve import names_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate import doctor, drift, history
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.answer import WELL, Answer
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.status_text import answer as of_statuses
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.statuses import statuses
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.answer import answer as of_plan
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.model import plan
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.subject import Former, subject
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.about import About
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.formats import FORMATS
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.subject import subject_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._undo.answer import WayBack
from ansible_collections.lvs.cluster.plugins.plugin_utils._undo.answer import answer as of_undo
from ansible_collections.lvs.cluster.plugins.plugin_utils._undo.choice import Choice, RolledOut
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._plan.plans import AS_DEFINED

Registered = dict[str, Any]
HOSTS = ("lvs1", "lvs2", "web1", "web2")
CLUSTERS: Clusters = AS_DEFINED.clusters
(WELL_EXAMINED,) = AS_DEFINED.examined
VIEWS = {
    host: {
        **view,
        **{name: getattr(WELL_EXAMINED.cluster, name) for name in ("checks_by", "vips_by")},
        "cluster": WELL_EXAMINED.cluster.name,
        "names": names_of(WELL_EXAMINED.cluster),
    }
    for host, view in WELL_EXAMINED.views.items()
}
SKIPPED = {"changed": False, "skipped": True, "skip_reason": "Conditional result was False"}
AWAY = {"changed": False, "unreachable": True, "msg": "Failed to connect to the host via ssh: No route to host"}
NO_IPVS = {"changed": False, "failed": False, "msg": "The kernel has no IPVS: modprobe ip_vs failed"}
READ_ONLY = {"changed": False, "failed": False, "msg": "[Errno 30] Read-only file system: '/root/.ansible/tmp'"}
ENTRY = {
    "time": "2026-11-30T08:15:02Z",
    "module": "host_network",
    "counts": {"added": 1},
    "files": [],
    "commands": ["ip address add 192.0.2.198/32 dev lo"],
    "diff": [],
    "failure": "",
    "origin": {},
    "login": {},
}


class Told(NamedTuple):
    """What tasks have registered, by host: the report of each host, and its history."""

    reports: Registered
    histories: Registered

    def registered(self) -> list[Registered]:
        """What each of doctor.REGISTERED is."""
        read = [host for host in HOSTS if "hardware_addresses" in self.reports[host]]
        completed = {host: VIEWS[host] if host in read else SKIPPED for host in HOSTS}
        compared = {host: {"parts": WELL_EXAMINED.compared[host]} if host in read else SKIPPED for host in HOSTS}
        return [VIEWS, completed, self.reports, compared]


class Day(NamedTuple):
    """told: what hosts answer. unseen: those that cannot be read, with what must be said about that."""

    told: Told
    unseen: Mapping[str, str]


def day(unseen: Mapping[str, Mapping[str, Any]] | None = None, **changed: Mapping[str, Any]) -> Day:
    """unseen: host -> what its tasks have registered instead. changed: host -> what it reports otherwise."""
    unseen = unseen or {}
    well = {host: {**deepcopy(report), **changed.get(host, {})} for host, report in WELL_EXAMINED.reports.items()}
    known = {host: {"entries": [{**ENTRY}], "earlier": 0, "damaged": 0} for host in HOSTS}
    return Day(Told({**well, **unseen}, {**known, **unseen}), {host: str(each["msg"]) for host, each in unseen.items()})


def dead(host: str) -> dict[str, Any]:
    """A director without keepalived, and therefore without VIPs."""
    report = WELL_EXAMINED.reports[host]
    return {"keepalived_runs": False, "held": [], "health": {**report["health"], "keepalived": []}}


DAYS = {
    "a director is away": day({"lvs2": AWAY}),
    "no director is there": day({"lvs1": AWAY, "lvs2": AWAY}),
    "half of the real servers are away": day({"web2": AWAY}),
    "nobody is there": day(dict.fromkeys(HOSTS, AWAY)),
    "IPVS is gone": day({"lvs1": NO_IPVS}),
    "IPVS is gone everywhere": day({"lvs1": NO_IPVS, "lvs2": NO_IPVS}),
    "a disk can only be read": day({"lvs1": READ_ONLY, "web1": READ_ONLY}),
    "keepalived is dead on one": day(lvs1=dead("lvs1")),
    "keepalived is dead": day(lvs1=dead("lvs1"), lvs2=dead("lvs2")),
    "there is no journal": day(lvs1={"journal": None}, lvs2={"journal": None}),
}


def _status(told: Told) -> Answer:
    directors = {host: view for host, view in VIEWS.items() if host.startswith("lvs")}
    return of_statuses(statuses(directors, told.reports))


def _doctor(told: Told) -> Answer:
    found = doctor.all_examined(CLUSTERS, *told.registered())
    return doctor.answer(doctor.judged(each.cluster.name, doctor.found_in(each), {}, 0.0) for each in found)


def _drift(told: Told) -> Answer:
    return drift.answer(doctor.all_examined(CLUSTERS, *told.registered()))


def _plan(told: Told) -> Answer:
    return of_plan(plan(subject(CLUSTERS, told.registered(), Former())))


def _history(told: Told) -> Answer:
    return history.answer(told.histories)


def _undo(told: Told) -> Answer:
    to = RolledOut("shop", "1" * 12, "2026-11-30T08:15:02Z")
    unread = {each["host"]: each["reason"] for each in history.unread(told.histories)}
    way = WayBack(Choice(to, (to,)), "2" * 12, [to.digest], [], [], unread, "undo.yml", "ansible-playbook", True)
    planned = subject(CLUSTERS, told.registered(), Former())
    return of_undo(way, plan(planned), planned, told.histories, to.digest)


VERBS: Mapping[str, Callable[[Told], Answer]] = {
    "status": _status,
    "doctor": _doctor,
    "drift": _drift,
    "plan": _plan,
    "history": _history,
    "undo": _undo,
}
# Of these, status reads the directors alone.
ALL_HOSTS = ("doctor", "drift", "plan", "history", "undo")


@pytest.mark.parametrize("name", DAYS)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_what_it_could_not_see_and_tells_the_rest(verb: str, name: str) -> None:
    told, unseen = DAYS[name]
    answer = VERBS[verb](told)
    lines = [line.text for line in answer.lines]
    for host, why in unseen.items():
        if verb in ALL_HOSTS or host.startswith("lvs"):
            about = [line for line in lines if host in line]
            assert about, lines
            # What Ansible says of a host that is away, status has in fewer words.
            assert any(why in line or f"{host} does not answer" in line for line in lines), lines
    if unseen and (verb in ALL_HOSTS or any(host.startswith("lvs") for host in unseen)):
        assert answer.word != WELL


@pytest.mark.parametrize("name", DAYS)
@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_made_on_each_bad_day(form: str, name: str) -> None:
    told, unseen = DAYS[name]
    (examined,) = doctor.all_examined(CLUSTERS, *told.registered())
    made = subject_of(examined, told.reports, 0.0)
    page = FORMATS[form]([made], About("2026-11-30 08:15 UTC", []))
    assert "lvs1" in page
    if form == "html":
        assert all(host in page for host in unseen)
        assert page.count(">not-examined <") == len(unseen)
    if name != "there is no journal":
        assert made.word != WELL


def seen(name: str, verb: str) -> str:
    return "\n".join(line.text for line in VERBS[verb](DAYS[name].told).lines)


def test_without_a_director_the_rest_is_still_told() -> None:
    assert "lvs1 does not answer" in seen("no director is there", "status")
    assert "web1" in seen("no director is there", "history")


def test_the_other_director_is_still_looked_at() -> None:
    assert "LVS891 not-examined (error) lvs1" in seen("IPVS is gone", "doctor")
    assert "VIP 192.0.2.198" in seen("IPVS is gone", "status")


def test_a_dead_keepalived_is_named() -> None:
    found = seen("keepalived is dead", "doctor")
    assert "LVS851 keepalived-stopped (error) lvs1" in found
    assert "LVS851 keepalived-stopped (error) lvs2" in found
    assert "keepalived does not run on lvs1" in seen("keepalived is dead", "status")


def test_nobody_changes_what_hosts_have_told() -> None:
    for each in DAYS.values():
        before = deepcopy(each.told)
        for verb in VERBS.values():
            verb(each.told)
        assert each.told == before
