# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what hosts have read in their histories to what is answered."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._history.text import parse, written
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.history import answer
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._history.samples import ENTRIES, entry

ORIGIN = {"user": "anna@desk", "playbook": "lvs.cluster.site", "definitions": {"lvs_directors": "8c0d5f1e4a3b"}}
ADDED = entry(
    "2026-11-30T08:15:02Z",
    origin=ORIGIN,
    login={"user": "admin", "address": "192.0.2.9"},
    counts={"added": 2, "changed": 0},
    commands=["ipvsadm -A -t 192.0.2.198:80 -s wlc"],
    files=["/etc/lvs/ipvs.rules"],
)


def report(*entries: Any, earlier: int = 0, damaged: int = 0) -> dict[str, Any]:
    return {"entries": [each._asdict() for each in entries], "earlier": earlier, "damaged": damaged}


def lines(reports: dict[str, dict[str, Any]], last: int | None = None) -> list[str]:
    return [line.text for line in answer(reports, last).lines]


def test_one_change_for_people() -> None:
    assert lines({"lvs1": report(ADDED)}) == [
        "2026-11-30 08:15:02 UTC  lvs1  numbers: 2 added, /etc/lvs/ipvs.rules",
        "    by anna@desk with lvs.cluster.site from the definition lvs_directors 8c0d5f1e4a3b, logged in as admin "
        "from 192.0.2.9",
        "    ipvsadm -A -t 192.0.2.198:80 -s wlc",
    ]


def test_hosts_are_told_in_order_of_time() -> None:
    times = [f"2026-11-30T08:15:0{second}Z" for second in range(4)]
    reports = {"lvs1": report(entry(times[0]), entry(times[2])), "web1": report(entry(times[1]), entry(times[3]))}
    found = answer(reports, 3)
    assert [(each["host"], each["time"]) for each in found.model["entries"]] == [
        ("web1", times[1]),
        ("lvs1", times[2]),
        ("web1", times[3]),
    ]
    assert found.lines[0].text == "1 earlier change left out; -e last=4 shows all"


def test_a_host_that_could_not_be_read_is_named() -> None:
    reports = {
        "lvs1": report(ADDED),
        "lvs2": {"unreachable": True, "msg": "No route to host"},
        "web1": {"failed": True},
    }
    found = answer(reports)
    assert found.word == "degraded"
    assert [line.text for line in found.lines][-2:] == [
        "lvs2 could not be read: No route to host",
        "web1 could not be read: it has not answered",
    ]


def test_what_went_wrong_is_told() -> None:
    failed = ADDED._replace(failure="The kernel took every change, but afterwards it is not as planned.")
    told = lines({"lvs1": report(failed, damaged=2, earlier=7)})
    assert "    failed: The kernel took every change, but afterwards it is not as planned." in told
    assert told[0] == "7 earlier changes left out; -e last=8 shows all"
    assert told[-1] == "lvs1: 2 lines of its history cannot be read"


def test_no_change_is_said_too() -> None:
    assert lines({"lvs1": report()}) == ["Nothing has been changed"]


def test_a_change_by_hand_is_somebodys() -> None:
    many = entry(commands=[f"echo {number}" for number in range(13)])
    told = lines({"lvs1": report(many)})
    assert told[:2] == ["2026-11-30 08:15:02 UTC  lvs1  numbers: 13 commands", "    by somebody on the host"]
    assert told[-1] == "    ... and 3 more lines; -e output=json has them"


@given(st.dictionaries(st.sampled_from(["lvs1", "web1"]), st.lists(ENTRIES, max_size=4)))
def test_whatever_a_host_has_kept_is_shown_and_does_nothing_to_a_terminal(kept: dict[str, list[Any]]) -> None:
    read = {host: parse("".join(map(written, each))) for host, each in kept.items()}
    reports = {host: {"entries": each.entries, "earlier": 0, "damaged": 0} for host, each in read.items()}
    found = answer(reports)
    assert len(found.model["entries"]) == sum(map(len, kept.values()))
    assert all(line.text.isprintable() for line in found.lines)
    assert json.loads(found.document())["entries"] == json.loads(json.dumps(found.model["entries"]))
