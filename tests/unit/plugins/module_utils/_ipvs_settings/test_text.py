# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change, InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.model import SyncDaemon, SyncDaemons, Timeouts
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

START = (
    "--start-daemon master --mcast-interface eth1 --syncid 7 --sync-maxlen 1472 --mcast-group 224.0.0.81 "
    "--mcast-port 8848 --mcast-ttl 1"
)
MASTER = SyncDaemon("eth1", 7, 1472)


@given(strategies.timeouts)
def test_timeouts_read_as_they_were_written(timeouts: Timeouts) -> None:
    assert text.parse_timeouts(text.timeouts_line(timeouts), "timeouts.rules") == timeouts


@given(strategies.daemons_by_role)
def test_daemons_read_as_they_were_written(daemons: SyncDaemons) -> None:
    assert text.parse_daemons("\n".join(text.daemon_lines(daemons)), "sync.rules") == daemons


def test_a_file_of_an_operators_own_making_is_understood() -> None:
    assert text.parse_timeouts("# ours\nipvsadm --set 7200 0 0\n\n--set 0 0 30\n", "f") == Timeouts(7200, 0, 30)
    assert text.parse_daemons("ipvsadm --start-daemon backup --mcast-interface eth1", "f") == {
        "backup": SyncDaemon("eth1")
    }
    assert text.parse_timeouts("", "f") == Timeouts()
    assert text.parse_daemons("ipvsadm\n", "f") == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("-A -t 192.0.2.198:80", "this is not --set with its three timeouts"),
        ("--set 1 2", "this is not --set with its three timeouts"),
        ("--set 1 2 soon", "soon"),
        ("--set '1", "No closing quotation"),
    ],
)
def test_a_line_that_is_no_timeouts_is_named(line: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        text.parse_timeouts(f"\n{line}\n", "/etc/lvs/timeouts.rules")
    assert str(caught.value).startswith("/etc/lvs/timeouts.rules:2: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--set 1 2 3", "this is not --start-daemon master or backup"),
        ("--start-daemon", "this is not --start-daemon master or backup"),
        ("--start-daemon both", "this is not --start-daemon master or backup"),
        ("--start-daemon master --mcast-interface", "--mcast-interface is not understood, or without a value"),
        ("--start-daemon master --strange 1", "--strange is not understood"),
        ("--start-daemon master --syncid seven", "seven"),
        ("--start-daemon master --mcast-group everybody", "everybody"),
    ],
)
def test_a_line_that_is_no_daemon_is_named(line: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        text.parse_daemons(f"\n{line}\n", "/etc/lvs/sync.rules")
    assert str(caught.value).startswith("/etc/lvs/sync.rules:2: ")
    assert words in str(caught.value)


def test_commands_do_what_the_change_does() -> None:
    changes = [
        Change(CHANGE, "timeouts", "timeouts", Timeouts(900, 120, 300), Timeouts(7200, 120, 300)),
        Change(ADD, "daemons", "master", None, MASTER),
        Change(CHANGE, "daemons", "master", MASTER._replace(ttl=2), MASTER),
        Change(REMOVE, "daemons", "master", MASTER, None),
    ]
    assert [text.command(change) for change in changes] == [
        "ipvsadm --set 7200 120 300",
        f"ipvsadm {START}",
        f"ipvsadm --stop-daemon master && ipvsadm {START}",
        "ipvsadm --stop-daemon master",
    ]
