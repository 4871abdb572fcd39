# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook failover.yml where directors do not answer: who comes back then, and what a refusal says.

Simulated are, in a copy of the collection, the plugins that reach hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._places import STANDBY
from ansible_collections.lvs.cluster.tests.unit.ansible_runs import simulated
from ansible_collections.lvs.cluster.tests.unit.test_site_playbook import VIP, copied, line, told

AWAY: dict[str, Any] = {}
MARK = "' '.join([name, str(self._task.args.get('standby', 'looked at'))])"


def in_standby(number: int, *others: dict[str, Any]) -> dict[str, Any]:
    director = told(number, *others)
    director["host_info"]["files"].append(STANDBY)
    return {**director, "director_marks": {}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("failover"), MARK, ("host_info", "director_marks"))


def failover(folder: Path, lvs1: Mapping[str, Any], lvs2: Mapping[str, Any], *words: str) -> tuple[str, int, list[str]]:
    """What the run has told people, its exit status, and which director was given which mark."""
    service = {"name": "shop", "address": VIP, "port": 80, "real_servers": [{"address": "192.0.2.21"}]}
    inventory = {
        "all": {
            "vars": {"ansible_connection": "local", "ansible_become": False, "lvs_services": [service]},
            "children": {
                "lvs_directors": {
                    "hosts": {
                        "lvs1": {"ansible_host": "192.0.2.2", "simulated": lvs1},
                        "lvs2": {"ansible_host": "192.0.2.3", "simulated": lvs2},
                    }
                }
            },
        }
    }
    plain = {"ANSIBLE_STDOUT_CALLBACK": "lvs.cluster.plain"}
    done, calls = simulated(folder, inventory, "lvs.cluster.failover", *words, **plain)
    marks = [each for each in calls if "director_marks" in each]
    return done.stdout + done.stderr, done.returncode, marks


def test_a_director_comes_back_while_the_other_one_is_down(folder: Path) -> None:
    printed, code, marks = failover(folder, AWAY, in_standby(3, line("lvs1", 2)), "-e", "state=active")
    assert (code, marks) == (0, ["lvs2 director_marks False"]), printed


def test_a_failover_says_which_director_does_not_answer(folder: Path) -> None:
    printed, code, marks = failover(folder, AWAY, told(3, line("lvs1", 2), vip=True))
    assert (code, marks) == (2, []), printed
    assert "Nothing was done. lvs1: did not answer" in printed
    assert "--limit 'all:!lvs1' [LVS784]" in printed


def test_a_director_that_cannot_be_read_counts_as_one_that_does_not_answer(folder: Path) -> None:
    broken = {"host_info": {"failed": True, "msg": "no netlink"}}
    printed, code, marks = failover(folder, broken, told(3, line("lvs1", 2), vip=True))
    assert (code, marks) == (2, []), printed
    assert "Nothing was done. lvs1: did not answer" in printed


def test_where_no_director_answers_none_can_be_left_out(folder: Path) -> None:
    printed, code, marks = failover(folder, AWAY, AWAY)
    assert (code, marks) == (2, []), printed
    assert "Nothing was done. lvs1, lvs2: did not answer" in printed
    assert "Make one of them answer [LVS784]" in printed
