# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook plan prints, and how it ends."""

from __future__ import annotations

import json

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.answer import SHOWN, answer
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.model import Plan, Reason, plan
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.saved import differences, document
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.steps import ACCEPT, ACTIVE, SETTLE, Step, Work
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._plan.plans import (
    AS_DEFINED,
    change,
    defined,
    differing,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

ADDRESS = Work("network", added=1, commands=("ip address add 192.0.2.198/32 dev lo",))


def lines(planned: Plan) -> list[str]:
    return [line.text for line in answer(planned).lines]


def test_nothing_is_one_line() -> None:
    assert lines(plan(AS_DEFINED)) == ["Nothing to do"]


def test_what_clients_notice_without_a_change_is_not_nothing() -> None:
    assert lines(Plan(clients=("The VIP moves.",)))[-1] == "Nothing to change on any host"


@pytest.mark.parametrize(
    ("planned", "word", "grade"),
    [
        (Plan(), "nothing to do", 0),
        (Plan(steps=(Step(ACCEPT, "web1", (ADDRESS,)),)), "something to do", 1),
        (Plan(clients=("The VIP moves.",)), "something to do", 1),
        (Plan(warnings=("One.",)), "nothing to do", 0),
        (Plan(unread=(Reason("web1", "No route to host"),)), "incomplete", 2),
        (Plan(refused=(Reason("web1", "No."),), unread=(Reason("web2", "No."),)), "refused", 2),
    ],
)
def test_the_word_says_whether_something_is_to_be_done(planned: Plan, word: str, grade: int) -> None:
    document = json.loads(answer(planned).document())
    assert (document["word"], document["grade"]) == (word, grade)
    assert {name: document[name] for name in planned.document()} == planned.document()


def test_a_page_has_the_counts_the_steps_and_what_clients_notice() -> None:
    removal = Work("services", removed=1, commands=("ipvsadm -d -t 192.0.2.198:80 -r 192.0.2.23:80",))
    planned = Plan(
        steps=(
            Step(ACCEPT, "web1", (ADDRESS,)),
            Step(ACCEPT, "web2", (ADDRESS,)),
            Step(ACTIVE, "lvs1", (removal, Work("/etc/keepalived/keepalived.conf", changed=1))),
        ),
        clients=("Connections to web3 end.",),
        unknown=(Reason("lvs2", "filter, until nftables is installed"),),
        warnings=("lvs1: something [LVS000]",),
    )
    assert lines(planned) == [
        "HOST  +  ~  -",
        "lvs1  0  1  1",
        "web1  1  0  0",
        "web2  1  0  0",
        "",
        "1. Let the real servers accept new VIPs",
        "   web1, web2",
        "     network +1",
        "       ip address add 192.0.2.198/32 dev lo",
        "",
        "2. Set up the directors with VIPs, one at a time",
        "   lvs1",
        "     services -1",
        "       ipvsadm -d -t 192.0.2.198:80 -r 192.0.2.23:80",
        "     /etc/keepalived/keepalived.conf ~1",
        "",
        "What clients will notice",
        "- Connections to web3 end.",
        "Measurements of such changes: docs/changes.md",
        "",
        "lvs2: not known yet: filter, until nftables is installed",
        "Warning: lvs1: something [LVS000]",
        "3 hosts: 2 added, 1 changed, 1 removed",
    ]


def test_what_could_not_be_read_is_said_where_nothing_else_is_to_be_done() -> None:
    assert lines(Plan(unread=(Reason("web1", "No route to host"),))) == [
        "web1: could not be read: No route to host",
        "This plan is incomplete: the lines above say what could not be read",
    ]


def test_two_hundred_hosts_are_planned_together() -> None:
    many = {f"web{number}": {"ansible_host": f"198.51.100.{number}"} for number in range(1, 201)}
    subject = defined(service(), cluster={"sync_daemon": {"id": 51}}, hosts=many, web=[*many])
    added = change("add", "address", "192.0.2.198/32 on lo", *ADDRESS.commands)
    for host in many:
        subject = differing(host, subject, network=added)
    found = plan(subject)
    assert [(step.phase, step.work) for step in found.steps] == [(ACCEPT, (ADDRESS,))] * 200
    assert len(lines(found)) < 2 * SHOWN
    assert differences(document(subject, found), document(subject, found)) == []


def test_a_large_cluster_is_still_one_page() -> None:
    steps = [Step(phase, f"web{number}", (ADDRESS,)) for phase in (ACCEPT, SETTLE) for number in range(200)]
    many = Work("services", added=300, commands=("ipvsadm",) * 300)
    told = lines(Plan(steps=(*steps, Step(SETTLE, "lvs1", (many,)))))
    assert len(told) < 4 * SHOWN
    assert f"... and {201 - SHOWN} more" in told
    assert "201 hosts: 700 added, 0 changed, 0 removed" in told
    assert len(Plan(steps=tuple(steps)).document()["steps"][0]["hosts"]) == 200
