# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook plan.yml on hosts that are made up, and site.yml with a plan that was saved.

Simulated are, in a copy of the collection, the modules that reach hosts, which write down who was asked for what. The
definition, the decisions and the plan are real.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import simulated
from ansible_collections.lvs.cluster.tests.unit.test_site_playbook import (
    PROJECT,
    SET_UP,
    VIP,
    copied,
    line,
    told,
)

NAME_AND_STATE = "' '.join([name, *([self._task.args['state']] if 'state' in self._task.args else [])])"
SAME: dict[str, Any] = {"steps": [], "plan": {"added": [], "changed": [], "removed": []}, "diff": []}
CONFIGURED = {"changed": False, "diff": [], "not_read": False, "new": False, "hears_anew": False}
ON = {"active": True, "at_boot": True, "process": 1, "arguments": []}
COMES = {
    "steps": [
        {"action": "add", "kind": "address", "count": 1, "commands": [f"ip address add {VIP}/32 dev lo"]},
    ],
    "plan": {"added": [{"kind": "address", "name": f"{VIP}/32 on lo", "after": {}}], "changed": [], "removed": []},
    "diff": [],
}
GOES = {
    "steps": [{"action": "remove", "kind": "address", "count": 1, "commands": [f"ip address del {VIP}/32 dev lo"]}],
    "plan": {"added": [], "changed": [], "removed": [{"kind": "address", "name": f"{VIP}/32 on lo"}]},
    "diff": [],
}
LEAVES = {
    "steps": [
        {
            "action": "remove",
            "kind": "destination",
            "count": 1,
            "commands": [f"ipvsadm -d -t {VIP}:80 -r 192.0.2.23:80"],
        }
    ],
    "plan": {
        "added": [],
        "changed": [],
        "removed": [{"kind": "destination", "name": f"tcp {VIP}:80 -> 192.0.2.23:80"}],
    },
    "diff": [],
}


@dataclass(frozen=True)
class Run:
    """calls: how often which host was asked for what."""

    printed: str
    errors: str
    code: int
    calls: Counter[str]

    @property
    def changed(self) -> list[str]:
        return [call for call in self.calls if call.endswith(("set up", "removed", "merged"))]


def address(number: int) -> str:
    """Within a network from which 1000 and more can be taken too."""
    return f"192.0.2.{number}" if number < 1000 else f"198.51.100.{number - 999}"


def director(number: int, other: int, vip: bool = False) -> dict[str, Any]:
    """What the modules return on a director that is as defined, but has a real server too many in its table."""
    simulated = deepcopy(told(number, line(f"lvs{other - 1}", other), vip=vip))
    server = {"address": "192.0.2.23", "port": 80, "forward": "dr", "weight": 1}
    service = {"address": VIP, "port": 80, "protocol": "tcp", "scheduler": "wlc", "destinations": [server]}
    simulated["host_info"].update(interfaces=SET_UP["interfaces"], journal={"vips": {VIP: "lvs"}})
    simulated["host_info"]["ipvs"].update(services=[service], statistics=[])
    simulated["host_info"]["owners"]["units"] = {"lvs.service": ON, "keepalived.service": ON}
    parts = dict.fromkeys(("network", "filter", "timeouts", "sync_daemon"), SAME)
    configuration = {**CONFIGURED, "drop_in_differs": False}
    simulated["host_compare"] = {"parts": {**parts, "services": LEAVES, "configuration": configuration}}
    return simulated


def real_server(number: int, network: Mapping[str, Any]) -> dict[str, Any]:
    own = address(number)
    macs = {own: f"02:00:00:00:{number // 256:02x}:{number % 256:02x}"}
    report = {
        "addresses": [own],
        "hardware_addresses": macs,
        "interfaces": {own: "eth0"},
        "held": [],
        "files": [],
        "virtual_routers": [],
        "other_directors": [],
        "keepalived_is_own": False,
        "keepalived_runs": False,
        "owners": {"units": {"lvs.service": ON}},
    }
    compared = {"network": {**network, "boot_commands": ["ip"]}, "filter": SAME}
    return {
        "host_info": report,
        "host_compare": {"parts": compared},
        "set_up": {**SET_UP, "hardware_addresses": macs},
    }


HOSTS = {
    "lvs1": (2, director(2, 3, vip=True)),
    "lvs2": (3, director(3, 2)),
    "web1": (21, real_server(21, COMES)),
    "web3": (23, real_server(23, GOES)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("plan"), NAME_AND_STATE, ("host_info", "host_compare", "set_up", "history"))


def play(
    folder: Path,
    playbook: str,
    *arguments: str,
    hosts: Mapping[str, tuple[int, dict[str, Any]]] | None = None,
    **service: Any,
) -> Run:
    """web1 and all later ones are real servers, but web3."""
    hosts = hosts or HOSTS
    serving = [host for host in hosts if host.startswith("web") and host != "web3"]
    shop = {"name": "shop", "address": VIP, "port": 80, "real_servers": "web", **service}
    inventory = {
        "all": {
            "vars": {
                "ansible_connection": "local",
                "ansible_become": False,
                "lvs_services": [shop],
                "lvs_cluster": {"vrrp": {"password": "s3cret-s"}},
            },
            "hosts": {
                host: {"ansible_host": address(number), "simulated": simulated}
                for host, (number, simulated) in hosts.items()
            },
            "children": {
                "lvs_directors": {"hosts": {"lvs1": {}, "lvs2": {}}},
                "web": {"hosts": {host: {} for host in serving}},
            },
        }
    }
    callback = {"ANSIBLE_STDOUT_CALLBACK": "lvs.cluster.plain" if playbook == "plan" else "default"}
    done, calls = simulated(folder, inventory, f"lvs.cluster.{playbook}", *arguments, **callback)
    return Run(done.stdout, done.stderr, done.returncode, Counter(calls))


READ = Counter(f"{host} {module}" for host in HOSTS for module in ("host_info", "host_compare"))
PAGE = f"""\
HOST  +  ~  -
lvs1  0  0  1
lvs2  0  0  1
web1  1  0  0
web3  0  0  1

1. Let the real servers accept new VIPs
   web1
     network +1
       ip address add {VIP}/32 dev lo

2. Set up the directors without VIPs, one at a time
   lvs2
     services -1
       ipvsadm -d -t {VIP}:80 -r 192.0.2.23:80

3. Set up the directors with VIPs, one at a time
   lvs1
     services -1
       ipvsadm -d -t {VIP}:80 -r 192.0.2.23:80

4. Remove the cluster from hosts that no longer serve
   web3
     network -1
       ip address del {VIP}/32 dev lo

What clients will notice
- Connections to web3 192.0.2.23:80 in shop tcp {VIP}:80 end: it leaves the service.
Measurements of such changes: docs/changes.md

4 hosts: 1 added, 0 changed, 3 removed
"""


def test_a_plan_is_one_page_of_two_module_runs_on_each_host(folder: Path) -> None:
    run = play(folder, "plan")
    assert run.printed == PAGE, run.printed + run.errors
    assert (run.code, run.calls) == (1, READ)
    assert PAGE in (PROJECT / "docs/verbs/plan.md").read_text(encoding="utf-8")


def test_programs_get_the_same_as_one_document(folder: Path) -> None:
    run = play(folder, "plan", "-e", "output=json", "--check")
    document = json.loads(run.printed)
    assert (document["word"], run.code, run.calls) == ("something to do", 1, READ)
    assert [each["step"] for each in document["steps"]] == [
        "Let the real servers accept new VIPs",
        "Set up the directors without VIPs, one at a time",
        "Set up the directors with VIPs, one at a time",
        "Remove the cluster from hosts that no longer serve",
    ]
    assert document["hosts"]["web3"] == {"added": 0, "changed": 0, "removed": 1}


def test_it_fails_as_it_is_told(folder: Path) -> None:
    assert play(folder, "plan", "-e", "fail_at=degraded").code == 1
    failed = {**HOSTS["lvs2"][1], "host_info": {"failed": True, "msg": "This kernel has no IPVS."}}
    for lvs2, why in (({}, "no route to host"), (failed, "This kernel has no IPVS.")):
        away = play(folder, "plan", hosts={**HOSTS, "lvs2": (3, lvs2)})
        assert away.code == 2
        (line_of_host,) = [line for line in away.printed.splitlines() if line.startswith("lvs2: could not be read: ")]
        assert line_of_host.endswith(why)
        assert away.printed.splitlines()[-1].startswith("This plan is incomplete")


def test_only_those_are_planned_that_take_part(folder: Path) -> None:
    run = play(folder, "plan", "--limit", "lvs1,web1")
    assert {call.split()[0] for call in run.calls} == {"lvs1", "web1"}
    assert "[LVS765]" in run.printed  # lvs2 may still send packets to web3


def test_a_director_that_has_left_is_looked_at_and_goes_first(folder: Path) -> None:
    lvs3 = deepcopy(told(4, line("lvs1", 2), vip=True))
    lvs3["host_info"].update(interfaces={"192.0.2.4": "eth0"})
    lvs3["host_compare"] = {"parts": {"network": GOES, "filter": SAME}}
    lvs1, web1 = director(2, 4), real_server(21, SAME)
    hosts = {"lvs1": (2, lvs1), "lvs2": (3, director(3, 2)), "lvs3": (4, lvs3), "web1": (21, web1)}
    run = play(folder, "plan", hosts=hosts)
    assert run.calls["lvs3 host_info"] == run.calls["lvs3 host_compare"] == 1
    assert "1. Remove the cluster from hosts that are no longer directors\n   lvs3\n" in run.printed, run.printed
    assert f"The VIP {VIP} moves once, from lvs3, which is no longer a director, to lvs" in run.printed
    limited = play(folder, "plan", "--limit", "all:!lvs3", hosts=hosts)
    assert "would be refused: lvs1: It has shared the VIPs with lvs3" in limited.printed


def test_a_plan_that_could_not_be_carried_out_is_not_saved(folder: Path) -> None:
    run = play(folder, "plan", "-e", "save=refused.json", "-e", "fail_at=never", hosts={**HOSTS, "lvs2": (3, {})})
    assert not (folder / "refused.json").exists()
    assert "The plan was not saved in refused.json" in " ".join(run.errors.split())
    assert play(folder, "plan", hosts={**HOSTS, "lvs2": (3, {})}).printed == run.printed


@pytest.fixture(scope="module")
def plan(folder: Path) -> Path:
    """What an operator has looked at and saved."""
    assert play(folder, "plan", "-e", "save=plan.json").code == 1
    return folder / "plan.json"


def test_a_saved_plan_is_its_owner_s_and_has_no_secret(plan: Path) -> None:
    assert plan.stat().st_mode & 0o777 == 0o600
    assert "s3cret-s" not in plan.read_text(encoding="utf-8")


def test_a_roll_out_goes_on_where_the_plan_still_holds(folder: Path, plan: Path) -> None:
    planned = play(folder, "site", "-e", f"plan={plan.name}")
    assert planned.code == 0, planned.printed + planned.errors
    alone = play(folder, "site")
    assert alone.code == 0, alone.printed + alone.errors
    # Two module runs more on each host, and none without a plan.
    assert planned.calls - alone.calls == READ
    assert not any("host_compare" in call for call in alone.calls)
    assert {*alone.changed} == {*planned.changed} >= {"lvs1 set_up set up", "lvs2 set_up set up"}


@pytest.mark.parametrize(
    ("host", "module", "told", "words"),
    [
        ("lvs2", "host_info", {"keepalived_version": "2.3.1"}, "lvs2: keepalived: 2.2.7 in the plan, 2.3.1 now"),
        (
            "web1",
            "host_compare",
            {"parts": {"network": SAME, "filter": SAME}},
            f"web1: the plan has ip address add {VIP}/32 dev lo; now it would be nothing",
        ),
    ],
)
def test_a_roll_out_stops_where_a_host_has_changed(
    folder: Path, plan: Path, host: str, module: str, told: dict[str, Any], words: str
) -> None:
    number, simulated = HOSTS[host]
    changed = {**HOSTS, host: (number, {**simulated, module: {**simulated[module], **told}})}
    run = play(folder, "site", "-e", f"plan={plan.name}", hosts=changed)
    assert (run.code, run.changed) == (2, [])
    assert words in run.printed
    assert "Nothing was changed on any host." in run.printed


def test_a_roll_out_stops_where_the_definition_or_the_hosts_are_others(folder: Path, plan: Path) -> None:
    run = play(folder, "site", "-e", f"lvs_plan={plan.name}", scheduler="rr")
    assert (run.code, run.changed) == (2, [])
    assert "lvs1: what the definition asks of it has changed" in run.printed
    limited = play(folder, "site", "-e", f"plan={plan.name}", "--limit", "lvs1,lvs2,web3")
    assert (limited.code, limited.changed) == (2, [])
    assert "web1 is in the plan but takes no part in this run" in limited.printed


def test_a_file_that_is_no_plan_stops_a_roll_out(folder: Path) -> None:
    run = play(folder, "site", "-e", "plan=none.json")
    assert (run.code, run.changed) == (2, [])
    assert "none.json cannot be used as a saved plan" in run.printed


def test_each_of_many_hosts_is_read_with_two_module_runs(folder: Path) -> None:
    many = {f"web{number}": (number, real_server(number, SAME)) for number in range(1000, 1020)}
    run = play(folder, "plan", "-f", "20", hosts={"lvs1": HOSTS["lvs1"], "lvs2": HOSTS["lvs2"], **many})
    assert {*run.calls.values()} == {1}
    assert len(run.calls) == 2 * 22
