# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from dataclasses import replace

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.doctor import (
    answer,
    examined,
    found_in,
    judged,
    mutes_of,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.muting import Mute
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    CLUSTER,
    COMPARED,
    REPORTS,
    VIEWS,
    VIP,
    WELL,
    differing,
    many,
    planned,
    reported,
)

NOW = 1796090400.0
REGISTERED = {host: {"parts": parts} for host, parts in COMPARED.items()}


def test_nothing_wrong_is_said_in_words() -> None:
    told = answer([judged("shop", [], {}, NOW)])
    assert (told.word, told.grade) == ("healthy", 0)
    assert [line.text for line in told.lines] == ["No problems were found"]
    assert told.model == {"clusters": [{"name": "shop", "findings": []}]}


def test_a_finding_has_all_that_somebody_needs_at_night() -> None:
    subject = differing("web1", "network", **planned("address", "192.0.2.198/32 on lo"))
    told = answer([judged("shop", findings(subject, []), {}, NOW)])
    assert told.word == "down"
    (found,) = told.model["clusters"][0]["findings"]
    assert found == {
        "code": "LVS811",
        "name": "vip-missing",
        "severity": "error",
        "host": "web1",
        "observed": "It lacks 192.0.2.198/32 on lo",
        "expected": "A real server must accept the VIP, or it drops what the director sends it",
        "fix": "ip address add 192.0.2.198/32 dev lo",
        "playbook": "ansible-playbook lvs.cluster.fix -e code=LVS811",
        "link": "docs/rules.md#on-running-clusters-the-network-of-hosts",
    }
    assert told.lines[0].text == "LVS811 vip-missing (error) web1"
    assert [line.text for line in told.lines][3:5] == [
        "  fix:      ip address add 192.0.2.198/32 dev lo",
        "  or:       ansible-playbook lvs.cluster.fix -e code=LVS811",
    ]
    assert told.lines[-1].text == "1 error, 0 warnings"


def test_a_host_that_lacks_more_than_a_result_can_tell_is_examined_all_the_same() -> None:
    plan = {"added": many("address", f"{VIP}/32 on lo"), "changed": [], "removed": []}
    found = found_in(differing("web1", "network", plan=plan))
    assert [(each.code, each.observed) for each in found] == [("LVS811", f"It lacks {VIP}/32 on lo")]


def test_errors_come_first_and_warnings_alone_are_degraded() -> None:
    both = [*findings(reported("web1", health={"mtus": {"eth1": 1400}}), [])]
    assert answer([judged("shop", both, {}, NOW)]).word == "degraded"
    both += findings(reported("lvs2", keepalived_runs=False), [])
    told = answer([judged("mail", [], {}, NOW), judged("shop", both, {}, NOW)])
    assert [found["severity"] for found in told.model["clusters"][1]["findings"]] == ["error", "advice"]
    assert told.lines[0].text == "Cluster mail"


def test_a_host_that_was_not_looked_at_is_no_pass() -> None:
    reports = {**REPORTS, "web2": {"unreachable": True, "msg": "No route\n to host"}}
    completed = {**VIEWS, "web1": {"msg": "refused [LVS751]"}, "web2": {"skipped": True}}
    compared = {**REGISTERED, "web2": {"skipped": True}, "lvs2": {"msg": "no module"}, "web1": {"skipped": True}}
    subject = examined(CLUSTER, Clusters.of(CLUSTER), VIEWS, completed, reports, compared)
    assert subject.unread == {"web1": "refused [LVS751]", "web2": "No route to host", "lvs2": "no module"}
    assert {found.host for found in findings(subject, []) if found.code == "LVS891"} == {"web1", "web2", "lvs2"}
    assert {*subject.views} == {*VIEWS}
    assert examined(CLUSTER, Clusters.of(CLUSTER), VIEWS, VIEWS, REPORTS, REGISTERED) == WELL


def test_one_fault_is_told_once() -> None:
    """A stopped keepalived empties its table and stops synchronising; a host that answers has another arp_ignore."""
    stopped = reported("lvs2", keepalived_runs=False, ipvs={"services": [], "sync_daemons": {}})
    assert {found.code for found in findings(stopped, [])} == {"LVS851"}
    silent = planned("sysctl", "net.ipv4.conf.all.arp_ignore", after={"value": "1"})
    answering = replace(
        reported("lvs2", answers={"192.0.2.198": ["02:00:00:00:00:01", "02:00:00:00:00:03"]}),
        compared=differing("web1", "network", **silent).compared,
    )
    assert {found.code for found in findings(answering, [])} == {"LVS803"}
    assert {found.code for found in findings(differing("web1", "network", **silent), [])} == {"LVS813"}


def test_what_is_muted_is_told_and_does_not_count() -> None:
    warned = reported("web1", health={"mtus": {"eth1": 1400}})
    mute = Mute(NOW + 3600, "advice", 1, frozenset({"web1"}))
    told = answer([judged("shop", findings(warned, []), {"LVS814": mute}, NOW)])
    assert told.word == "healthy"
    assert [line.text for line in told.lines] == [
        "muted until 2026-12-01 03:00 UTC: LVS814 web1",
        "No other problems were found",
    ]
    (found,) = told.model["clusters"][0]["findings"]
    assert (found["code"], found["muted_until"]) == ("LVS814", "2026-12-01T03:00:00Z")
    over = answer([judged("shop", findings(warned, []), {"LVS814": mute}, NOW + 3600)])
    assert over.word == "degraded"
    assert "muted_until" not in over.model["clusters"][0]["findings"][0]


def test_an_error_that_is_muted_is_called_one() -> None:
    stopped = findings(reported("lvs2", keepalived_runs=False), [])
    mute = Mute(NOW + 3600, "error", 1, frozenset({"lvs2"}))
    told = answer([judged("shop", stopped, {"LVS851": mute}, NOW)])
    assert (told.word, told.lines[0].text) == (
        "healthy",
        "muted until 2026-12-01 03:00 UTC: LVS851 lvs2 (an error)",
    )


def test_what_has_become_worse_is_shown_again_with_the_reason() -> None:
    warned = findings(reported("web1", health={"mtus": {"eth1": 1400}}), [])
    told = answer([judged("shop", warned, {"LVS814": Mute(NOW + 3600, "advice", 1, frozenset({"web2"}))}, NOW)])
    assert told.word == "degraded"
    assert [line.text for line in told.lines][-2:] == [
        "LVS814 was muted until 2026-12-01 03:00 UTC but has become worse, so it is shown again",
        "0 errors, 1 warning",
    ]


def test_what_is_muted_is_what_directors_have_or_what_the_run_has_written_there() -> None:
    mute = Mute(NOW, "advice", 1, frozenset({"web1"}))
    subject = reported("lvs2", muted=json.dumps({"LVS814": mute.entry()}))
    assert mutes_of(subject) == {"LVS814": mute}
    assert mutes_of(subject, {"lvs9": {}}) == {"LVS814": mute}
    assert mutes_of(subject, {"lvs1": {}, "lvs2": {}}) == {}


def test_an_address_that_would_answer_arp_is_not_to_be_added_by_hand() -> None:
    lacks = {"kind": "address", "name": f"{VIP}/32 on lo"}
    silent = {"kind": "sysctl", "name": "net.ipv4.conf.all.arp_ignore", "after": {"value": "1"}}
    fixes = [
        finding.fix
        for added in ([lacks], [lacks, silent])
        for finding in found_in(differing("web1", "network", plan={"added": added, "changed": [], "removed": []}))
        if finding.code == "LVS811"
    ]
    assert fixes == [f"ip address add {VIP}/32 dev lo", "ansible-playbook lvs.cluster.site --limit web1"]
