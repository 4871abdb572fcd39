# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.tables import (
    MOST,
    HostRow,
    State,
    changes,
    drains,
    folded,
    hosts,
    services,
    vips,
    without_history,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import CHANGE, pair, subject
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

VIP = "192.0.2.198"


@given(st.lists(st.booleans(), max_size=80))
def test_what_is_folded_is_not_lost(wanted: list[bool]) -> None:
    rows = [*enumerate(wanted)]
    found = folded(rows, lambda row: row[1])
    assert sorted([*found.shown, *found.folded]) == rows
    assert len(found.shown) <= MOST
    if len(rows) > MOST and found.shown:
        assert all(row[1] for row in found.shown)


def test_a_service_says_how_many_of_its_real_servers_serve() -> None:
    (row,) = services(subject(failed=["192.0.2.21"]))
    assert (row.name, row.what, row.scheduler, row.forward) == ("shop", "tcp 192.0.2.198:80", "wlc", "direct routing")
    assert row.serving == State("1 of 2 serving", "bad")
    failed, serving = row.servers
    assert (failed.state, failed.weight, failed.defined, failed.since) == (State("failed", "bad"), "-", "1", "30 s")
    assert failed.why.startswith("HTTP_CHECK")
    assert (serving.weight, serving.connections, serving.rate, serving.since) == ("2", "12 + 40", "3", "-")


def test_of_many_services_those_are_open_that_need_a_look() -> None:
    others = [
        service(name=f"other{number}", port=8000 + number, real_servers=[{"host": "web2"}]) for number in range(9)
    ]
    rows = services(subject(pair(*others, service()), failed=["192.0.2.21"]))
    assert [row.name for row in rows if row.unfolded] == ["shop"]
    assert [row.name for row in services(subject(pair(*others))) if row.unfolded] == ["other0"]
    assert all(row.unfolded for row in services(subject()))


def test_nothing_is_known_of_a_service_where_no_director_answers() -> None:
    (row,) = services(subject(away=["lvs1", "lvs2"]))
    assert (row.serving, row.servers) == (State("not known of 2 real servers"), [])


def test_where_vips_are() -> None:
    (there,) = vips(subject())
    assert (there.address, there.where, there.since) == (VIP, State("lvs1", "good"), "16 min 40 s")
    assert vips(subject(held={}))[0].where == State("on no director", "bad")
    assert vips(subject(held={"lvs1": [VIP], "lvs2": [VIP]}))[0].where == State("lvs1 and lvs2", "bad")


def test_what_runs_on_hosts() -> None:
    found = {row.name: row for row in hosts(subject(away=["web2"], keepalived_runs=False))}
    assert [*found] == ["lvs1", "lvs2", "web1", "web2"]
    assert found["lvs1"] == HostRow(
        name="lvs1",
        place="director",
        state=State("active", "good"),
        system="debian 12",
        kernel="6.1.0-57-cloud-amd64",
        keepalived="2.2.7 (stopped)",
        sync="master eth1 id 51",
    )
    assert found["web1"].state == State("examined", "good")
    assert (found["web2"].state, found["web2"].kernel) == (State("not examined", "bad"), "-")


def change(second: int, **told: object) -> dict[str, object]:
    return {**CHANGE, "time": f"2026-11-30T08:15:{second:02}Z", **told}


def test_what_has_been_changed_last() -> None:
    # Both directors report this, and each real server one change, at 08:15:02.
    history = {"entries": [change(1), change(3, failure="No space left on device")], "unread": ""}
    rows = changes(subject(history=history))
    assert [f"{row.when[17:19]} {row.host}" for row in rows] == [
        *("03 lvs2", "03 lvs1", "02 web2", "02 web1", "01 lvs2", "01 lvs1")
    ]
    assert (rows[0].what, rows[0].failure) == (
        "host_network: 1 added, /etc/lvs/network.batch",
        "No space left on device",
    )
    assert rows[0].by.startswith("anna@desk with lvs.cluster.site from the definition lvs_directors 8c0d5f1e4a3b")
    assert len(changes(subject(history={"entries": [change(each) for each in range(60)], "unread": ""}))) == MOST


def test_a_history_that_cannot_be_read_is_no_empty_one() -> None:
    found = subject(history={"entries": [], "unread": "Permission denied"})
    assert {row.host for row in changes(found)} == {"web1", "web2"}
    assert without_history(found) == ["lvs1: Permission denied", "lvs2: Permission denied"]
    assert without_history(subject()) == []


def test_what_operators_have_said() -> None:
    rows = list(drains(subject(drained=["192.0.2.22"])))
    assert [(row.director, row.what, row.said) for row in rows] == [
        ("lvs1", "192.0.2.22", "drained"),
        ("lvs2", "192.0.2.22", "drained"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-1000000\n", "drained"),
        ("-2000003\n", "set aside for now"),
        ("-3\n", "-3 to its weight"),
        ("5 by hand\n", "+5 to its weight"),
        ("0\n", "active"),
        ("", ""),
        ("odd <b>", "odd <b>"),
    ],
)
def test_what_a_file_of_a_drain_means(text: str, said: str) -> None:
    assert {row.said for row in drains(subject(drains={"192.0.2.22": text}))} == {said}
