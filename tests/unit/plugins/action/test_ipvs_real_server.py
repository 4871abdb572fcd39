# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draining from the controller; the rounds of the module are simulated, the lab has real ones."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.action import ipvs_real_server
from ansible_collections.lvs.cluster.plugins.action.ipvs_real_server import ActionModule, _translate
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import GROUPS, HOSTS, service

TASK_VARS: dict[str, Any] = {
    "inventory_hostname": "lvs1",
    **HOSTS["lvs1"],
    "groups": {name: list(hosts) for name, hosts in GROUPS.items()},
    "hostvars": {name: dict(variables) for name, variables in HOSTS.items()},
    "lvs_services": [
        service(),
        service(name="six", address="2001:db8::c6", port=53, protocol="udp", real_servers="six"),
    ],
}


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"address": "192.0.2.21"}, {"address": "192.0.2.21"}),
        ({"address": "web1"}, {"address": ["192.0.2.21"]}),
        ({"address": "web1,192.0.2.22"}, {"address": ["192.0.2.21", "192.0.2.22"]}),
        ({"address": ["six1"], "services": []}, {"address": ["2001:db8::21"], "services": []}),
        ({"address": "nobody"}, {"address": "nobody"}),
        (
            {"address": "web1", "services": "shop, six"},
            {"address": ["192.0.2.21"], "services": ["tcp 192.0.2.198:80", "udp [2001:db8::c6]:53"]},
        ),
        (
            {"address": "192.0.2.21", "services": ["tcp 192.0.2.198:80"]},
            {"address": "192.0.2.21", "services": ["tcp 192.0.2.198:80"]},
        ),
    ],
)
def test_names_of_the_inventory_become_addresses(given: dict[str, Any], meant: dict[str, Any]) -> None:
    assert _translate(given, TASK_VARS, lambda value: value) == ""
    assert given == meant


class Rounds(ActionModule):
    """Stands in for the module: each round tells how many connections are left."""

    def __init__(self, *left: int) -> None:
        self._left = list(left)
        self.timeouts: list[Any] = []

    def _execute_module(self, module_args: dict[str, Any], **_options: Any) -> dict[str, Any]:
        self.timeouts.append(module_args["timeout"])
        first = len(self.timeouts) == 1
        left = self._left.pop(0)
        server = {"service": "tcp 192.0.2.198:80", "address": "192.0.2.21", "port": 80}
        counted = {"active_connections": left, "inactive_connections": 9, "persistent_connections": 0}
        result = {
            "changed": first,
            "plan": {"changed": ["it"] if first else []},
            "real_servers": [{**server, **counted, "weight_before": 3 if first else 0, "weight_after": 0}],
            "ended": not left,
        }
        return {**result, "failed": True, "msg": f"After {module_args['timeout']} seconds"} if left else result


def test_waiting_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(ipvs_real_server.display, "display", shown.append)
    rounds = Rounds(4, 2, 0)
    result = rounds._drained({"address": "192.0.2.21", "timeout": "60"}, TASK_VARS)
    assert not result.get("failed")
    assert (result["changed"], result["plan"], result["ended"]) == (True, {"changed": ["it"]}, True)
    assert result["real_servers"][0]["weight_before"] == 3
    assert result["real_servers"][0]["active_connections"] == 0
    assert shown == [
        f"lvs1: 192.0.2.21 of tcp 192.0.2.198:80 has {left} active, 9 inactive, 0 persistent" for left in (4, 2)
    ]
    assert rounds.timeouts == [5, 5, 5]


def test_at_the_deadline_it_says_what_is_left() -> None:
    rounds = Rounds(4)
    result = rounds._drained({"address": "192.0.2.21", "timeout": 4}, TASK_VARS)
    assert result["failed"]
    assert result["msg"] == "After 4 seconds"
    assert rounds.timeouts == [4]


def test_the_deadline_is_that_of_all_rounds_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, 5.2, 10.3, 12.0])
    monkeypatch.setattr(ipvs_real_server.time, "monotonic", lambda: next(clock))
    rounds = Rounds(4, 2, 1)
    result = rounds._drained({"address": "192.0.2.21", "timeout": 12}, TASK_VARS)
    assert rounds.timeouts == [5, 5, 2]
    assert (result["msg"], result["waited"]) == ("After 12 seconds", 12.0)


def test_a_timeout_that_is_no_number_is_for_the_module_to_refuse() -> None:
    rounds = Rounds(0)
    rounds._drained({"address": "192.0.2.21", "timeout": "soon"}, TASK_VARS)
    assert rounds.timeouts == ["soon"]


class Steps(ActionModule):
    """Stands in for the module that makes a real server slowly active: where slow starts are left after each call."""

    def __init__(self, *left: list[str], changed: bool = True) -> None:
        self._left = list(left)
        self._changed = changed
        self._task = type("Task", (), {"check_mode": False, "delegate_to": None})()
        self.given: list[Any] = []

    def _execute_module(self, module_args: dict[str, Any], **_options: Any) -> dict[str, Any]:
        self.given.append((self._task.check_mode, module_args.get("share"), module_args.get("continued")))
        server = {"service": "tcp 192.0.2.198:80", "address": "192.0.2.21", "port": 80, "weight_before": 0}
        result = {"changed": self._changed, "plan": {"changed": ["it"]}, "real_servers": [server]}
        return {**result, "slow_starts": [] if self._task.check_mode else self._left.pop(0)}


def test_a_slow_start_goes_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    shown: list[str] = []
    monkeypatch.setattr(ipvs_real_server.display, "display", shown.append)
    monkeypatch.setattr(ipvs_real_server.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(ipvs_real_server.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    steps = Steps(["a"], ["a"], [])
    result = steps._slowly_active(4, {"address": "192.0.2.21"}, TASK_VARS)
    assert steps.given == [(True, None, None), (False, 34, None), (False, 67, ["a"]), (False, 100, ["a"])]
    assert (result["changed"], result["plan"], result["waited"]) == (True, {"changed": ["it"]}, 4.0)
    assert shown[0] == "lvs1: 192.0.2.21 has 34 % of its weight in 1 service; 0 of 4 seconds"
    assert len(shown) == 2
    assert not result.get("warnings")


def test_a_slow_start_ends_though_somebody_else_has_begun_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ipvs_real_server.time, "sleep", lambda _seconds: None)
    steps = Steps(["a"], ["a"], ["b"])
    result = steps._slowly_active(4, {"address": "192.0.2.21"}, TASK_VARS)
    assert [share for _check_mode, share, _continued in steps.given] == [None, 34, 67, 100]
    assert result["slow_starts"] == ["b"]


def test_a_slow_start_of_what_is_active_takes_no_time() -> None:
    steps = Steps(changed=False)
    assert not steps._slowly_active(60, {"address": "192.0.2.21"}, TASK_VARS)["changed"]
    assert steps.given == [(True, None, None)]


def test_a_weight_that_has_no_parts_is_told() -> None:
    result = Steps([])._slowly_active(60, {"address": "192.0.2.21"}, TASK_VARS)
    assert result["warnings"] == [ipvs_real_server.NO_SLOW_START]
