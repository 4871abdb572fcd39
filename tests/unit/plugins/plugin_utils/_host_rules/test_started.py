# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How keepalived is started, where that would keep it from its work."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.candidate import Candidate
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.started import options
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import (
    candidate,
    kept,
    process,
)

OTHER = [process("keepalived", "-D", number=8)]


def told(found: Candidate) -> list[str]:
    return [str(each) for each in findings(found, [found.cluster])]


@pytest.mark.parametrize(
    "found",
    [
        kept(),
        kept("-D", "-S", "3", "-f", "/etc/keepalived/keepalived.conf", processes=[process("keepalived")]),
        kept("-DPC"),
        # The rules alone need no keepalived.
        candidate(engine="static", owners={"processes": OTHER}),
        # Nor does keepalived need the part that it has nothing to do with.
        kept("--check", cluster={"vips_by": "static"}),
        kept("-DP", cluster={"checks_by": "none"}),
    ],
)
def test_a_keepalived_that_does_its_work_is_not_named(found: Candidate) -> None:
    assert told(found) == []


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        (kept("-D", "-f", "/etc/other.conf"), "LVS731", "read /etc/other.conf, and not /etc/keepalived/"),
        (kept("--use-file=/etc/other.conf"), "LVS731", "Remove -f where the options are: in DAEMON_ARGS in "),
        (kept("-DP"), "LVS732", "hold the VIPs and balance nothing"),
        (kept("--check"), "LVS733", "with the options --dont-fork --check; keepalived would balance and hold no VIP"),
        (kept("-DP", cluster={"vips_by": "static"}), "LVS732", "balance nothing"),
        (kept("--check", cluster={"checks_by": "none"}), "LVS733", "hold no VIP"),
        (kept("-sblue"), "LVS734", "the network namespace blue"),
        (candidate(owners={"processes": OTHER}), "LVS735", "while it runs, no other one starts. Stop it: kill 8"),
        (kept(processes=[process("keepalived", number=8)]), "LVS735", "process 8: without options"),
        (kept(processes=[process("keepalived", "-p", "/run/k2.pid", number=8)]), "LVS736", "Another keepalived runs"),
    ],
)
def test_one_that_does_not_is_named_with_what_to_do(found: Candidate, code: str, words: str) -> None:
    (sentence,) = told(found)
    assert sentence.startswith("lvs1: ")
    assert sentence.endswith(f" [{code}]")
    assert words in sentence


def test_options_as_getopt_reads_them() -> None:
    assert options(["-Df/a", "-S", "3", "--pid=/b", "--use-file", "/c", "word", "-n"]) == {
        "D": "",
        "f": "/c",
        "S": "3",
        "p": "/b",
        "n": "",
    }
