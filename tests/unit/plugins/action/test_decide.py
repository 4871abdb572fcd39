# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""decide in a playbook: what the tasks of the roles register reaches the decisions. What hosts tell is made up here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible

OWNERS = {"units": {}, "ipvsadm": {}, "ldirectord": [], "processes": [], "kube_interface": False}
ROUTER = {"virtual_router_id": 51, "family": "ipv4", "advertised": "127.112.9.51"}
IPVS: dict[str, Any] = {"schedulers": ["wlc"], "persistence_engines": [], "connection_table_size": 4096}
SENDS = {"services": [{"address": "192.0.2.198", "port": 80, "protocol": "tcp", "destinations": []}]}
SENDS["services"][0]["destinations"] = [{"address": "192.0.2.29", "port": 80, "weight": 1}]


def told(*held: str) -> dict[str, Any]:
    return {
        "held": [f"{vip}/32" for vip in held],
        "files": ["/usr/sbin/keepalived"],
        "keepalived_runs": True,
        "addresses": [],
        "virtual_routers": [{**ROUTER, "peers": ["192.0.2.3", "192.0.2.29"]}],
        "other_directors": [{"cluster": "lvs_directors", "name": "lvs9", "addresses": ["192.0.2.9"]}],
        "keepalived_is_own": True,
        "drains": {},
        "owners": OWNERS,
        "system": {"ID": "debian"},
        "selinux": {"enforced": False, "keepalived_connect_any": True},
        "closed": [],
        "ipvs": {**IPVS, **SENDS},
    }


def vip(address: str) -> dict[str, Any]:
    return {"address": f"{address}/32", "beside": "192.0.2.2", "announce": True}


# A host that the cluster does not know, whose address nobody has asked the cloud for.
CLOUD = "{{ cloud_address }}"
SHOP, MAIL = "192.0.2.198", "192.0.2.199"
REMOVED = {"kind": "address", "name": "192.0.2.197/32 dev lo"}
INVENTORY = {
    "all": {
        "vars": {
            "lvs_services": [
                {"name": "shop", "address": SHOP, "port": 80, "real_servers": "web"},
                {"name": "mail", "address": MAIL, "port": 25, "real_servers": "web"},
            ],
            "director_preflight": {
                "hardware_addresses": {"198.51.100.1": "02:00:00:00:00:01"},
                "plan": {"changed": []},
                "systemd": True,
            },
            "realserver_preflight": {"plan": {"added": [], "changed": [], "removed": [REMOVED]}},
            "director_dismissed": told(),
            "director_view": {"filter": {"rules": []}, "programs": ["keepalived"]},
            "director_readiness": {"part": "active"},
        },
        "children": {
            "lvs_directors": {
                "hosts": {
                    "lvs1": {"ansible_host": "192.0.2.2", "director_report": told(SHOP)},
                    "lvs2": {"ansible_host": "192.0.2.3", "director_report": told(MAIL)},
                }
            },
            "lvs_directors_active": {"hosts": {"lvs1": {}, "lvs2": {}}},
            "web": {"hosts": {"web1": {"ansible_host": "192.0.2.21"}}},
            "former": {"hosts": {"web9": {"ansible_host": "192.0.2.29"}, "client": {"ansible_host": CLOUD}}},
        },
    }
}
WITH_VIPS = {"failover_report": told(SHOP, MAIL), "failover_taken": told(MAIL)}
WITHOUT = {"failover_report": told(), "failover_taken": told()}
VIPS = [vip(SHOP), vip(MAIL)]
# The options of a task, and what of the decision for lvs1 is expected.
DECISIONS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"about": "readiness"}, {"part": "active", "missing_packages": [], "unserved": ["tcp 192.0.2.199:25"]}),
    ({"about": "turn", "vips": VIPS}, {"awaited": [vip(SHOP)], "hold": True, "apart": []}),
    ({"about": "way_back", "routes": [{"gateway": "198.51.100.1"}]}, {"leads": True}),
    ({"about": "leaving"}, {"hosts": ["web9"]}),
    ({"about": "former_directors", "gone": ["web9", "lvs9"]}, {"failed": False}),
    ({"about": "former_directors", "gone": ["lvs9"], "run": ["web9"]}, {"hosts": ["web9"]}),
    ({"about": "dismissal"}, {"removes": False, "hands_over": False, "serves": True}),
    ({"about": "settling", "routes": []}, {"state": "merged", "way_back": True}),
    (
        {"about": "failover", "vips": VIPS},
        {"parts": {"lvs1": "from", "lvs2": "to"}, "moving": VIPS, "probe": [SHOP, 80]},
    ),
    ({"about": "failover_outcome", "vips": VIPS}, {"lost": [SHOP]}),
)


def test_what_hosts_have_told_decides(tmp_path: Path) -> None:
    inventory = json.loads(json.dumps(INVENTORY))
    directors = inventory["all"]["children"]["lvs_directors"]["hosts"]
    directors["lvs1"].update(WITH_VIPS)
    directors["lvs2"].update(WITHOUT)
    tasks = [
        {"lvs.cluster.decide": options, "register": f"decision_{number}"}
        for number, (options, _expected) in enumerate(DECISIONS)
    ]
    shown = [{"ansible.builtin.debug": {"var": f"decision_{number}"}} for number in range(len(DECISIONS))]
    refused = {"lvs.cluster.decide": {"about": "failover", "director": "lvs9"}}
    former = {"lvs.cluster.decide": {"about": "former_directors"}}
    stuck = {"lvs.cluster.decide": {"about": "failover_stuck"}}
    printed = play(
        tmp_path, inventory, [*tasks, *shown, {"block": [refused], "rescue": [{"block": [former], "rescue": [stuck]}]}]
    )
    assert "lvs1: It has shared the VIPs with web9 (192.0.2.29) until now" in printed
    assert "lvs1: It has shared the VIPs with lvs9 (192.0.2.9) until now" in printed
    kept = "lvs1: It keeps what the definition no longer has (address 192.0.2.197/32 dev lo)"
    assert kept in printed.replace("\n", " ")
    assert "It is in standby: it will not take VIPs back until you run" in printed
    for number, (_options, expected) in enumerate(DECISIONS):
        text = printed.partition(f'"decision_{number}": ')[2]
        decision, _end = json.JSONDecoder().raw_decode(text)
        assert {name: decision.get(name) for name in expected} == expected, decision
    assert "lvs9: The directors of the cluster lvs_directors are lvs1, lvs2" in printed


def play(folder: Path, inventory: dict[str, Any], tasks: list[dict[str, Any]]) -> str:
    """What a playbook of these tasks prints for lvs1."""
    (folder / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
    run = [{"hosts": "lvs1", "gather_facts": False, "tasks": tasks}]
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    done = ansible(folder, "playbook", "-i", "hosts.json", "run.json")
    return done.stdout + done.stderr
