# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What large clusters cost on the controller: one JSON object for each phase and size.

  controller.py [HOSTS...]      the numbers of real servers; by default 250, 500 and 1,000

Two directors, 100 services, each of them served by all real servers. Phases: definition, the playbook; resolve, the
playbook and then a task that hands each host its view, as a site run has it; drift, plan, report and history, the
playbooks, with hosts that answer at once (recorded_hosts.py). Each is a process of its own. seconds are
those of the CPU, with all processes that Ansible starts: other work on the machine hardly changes them. wall_s are
those on the clock.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.lvs.cluster.tests.benchmarks import recorded_hosts

PROJECT = Path(__file__).resolve().parents[2]
PHASES = {
    "definition": ("lvs.cluster.definition",),
    "resolve": ("lvs.cluster.definition", str(Path(__file__).with_name("resolve.yml"))),
    **{verb: (f"lvs.cluster.{verb}", "-e", "fail_at=never") for verb in ("drift", "plan", "history")},
    "report": ("lvs.cluster.report",),
}
# Those that connect to hosts.
READING = ("drift", "plan", "history", "report")
REAL_SERVERS = (250, 500, 1_000)
SERVICES = 100
# Of the range for benchmarks: RFC 2544, section C.2.2
FIRST_VIP, FIRST_RIP = IPv4Address("198.18.0.1"), IPv4Address("198.19.0.1")


class Cost(NamedTuple):
    cpu: float
    wall: float


def inventory(real_servers: int) -> dict[str, Any]:
    """An inventory as JSON, which is YAML too."""
    services = [
        {
            "name": f"service{number}",
            "address": str(FIRST_VIP + number),
            "port": 80,
            "real_servers": "web",
            "checks": {"type": "http", "path": "/"},
        }
        for number in range(SERVICES)
    ]
    return {
        "all": {
            "vars": {"lvs_cluster": {"vrrp": {"password": "secret"}}, "lvs_services": services},
            "children": {
                "lvs_directors": {
                    "hosts": {f"lvs{number}": {"ansible_host": f"192.0.2.{number}"} for number in (1, 2)}
                },
                "web": {
                    "hosts": {
                        f"web{number}": {"ansible_host": str(FIRST_RIP + number)} for number in range(real_servers)
                    }
                },
            },
        }
    }


def cost(command: list[str], environment: dict[str, str], folder: Path) -> Cost:
    """What a command takes with all processes that it starts and waits for. folder: where it runs, and may write."""
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=environment, cwd=folder, check=False, capture_output=True, text=True)
    wall, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def measure(phase: str, real_servers: int, folder: Path) -> None:
    hosts = folder / f"{real_servers}.yml"
    described = inventory(real_servers)
    recorded = folder / f"{phase}-{real_servers}"
    if phase in READING:
        described["all"]["vars"].update(ansible_connection="recorded", ansible_python_interpreter="/usr/bin/python3")
        recorded_hosts.write(described, recorded)
    hosts.write_text(json.dumps(described), encoding="utf-8")
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(PROJECT / "inventory-examples" / "ansible.cfg"),
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_CONNECTION_PLUGINS": str(Path(__file__).with_name("connections")),
        "RECORDED": str(recorded),
    }
    spent = cost(["ansible-playbook", "--inventory", str(hosts), *PHASES[phase]], environment, folder)
    figures = {
        "seconds": round(spent.cpu, 1),
        "per_host_ms": round(spent.cpu / real_servers * 1000, 1),
        "wall_s": round(spent.wall, 1),
    }
    print(json.dumps({"bench": "controller", "phase": phase, "hosts": real_servers, **figures}), flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for phase in PHASES:
            for real_servers in map(int, sys.argv[1:] or REAL_SERVERS):
                measure(phase, real_servers, Path(folder))


if __name__ == "__main__":
    main()
