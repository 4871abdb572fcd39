# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the project's figures, one JSON object per line: `make bench`. It fails no test.

import: what the module's own code adds to importing AnsibleModule, on this machine. keepalived.conf: what the
controller needs for it, by real servers, and its size. load, noop and all that is compared with ipvsadm: see
on_a_kernel.py; its curve is also drawn as build/bench.svg. runs: the module runs per host of a roll-out and of its
repetition, counted by the commands that Ansible sends to start Python on the host.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from ipaddress import IPv4Address
from pathlib import Path

from plot import drawing

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse

PROJECT = Path(__file__).resolve().parents[2]
NAME = "bench"
RUN = PROJECT / "build" / "lab" / NAME
EXAMPLE = PROJECT / "inventory-examples" / "direct-routing"
# Of the range for benchmarks: RFC 2544, section C.2.2
FIRST_VIP, FIRST_RIP = IPv4Address("198.18.0.1"), IPv4Address("198.19.0.1")


def lab(*words: str) -> None:
    command = [sys.executable, str(PROJECT / "molecule" / "lab"), *words, "--name", NAME]
    subprocess.run(command, check=True, stdout=sys.stderr)


def module_runs() -> dict[str, int]:
    """Run site.yml; return how often Python was started on each host."""
    inventories = [f"--inventory={EXAMPLE}", f"--inventory={RUN}/inventory.json"]
    command = ["ansible-playbook", "-vvv", *inventories, "lvs.cluster.site"]
    environment = {**os.environ, "ANSIBLE_PIPELINING": "true", "ANSIBLE_NOCOLOR": "true"}
    done = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(done.stdout)
    names = {address: host for host, address in addresses().items()}
    started = re.findall(r"^<(\S+)> SSH: EXEC .*/usr/bin/python3", done.stdout, re.MULTILINE)
    return dict(sorted(Counter(names[address] for address in started).items()))


def addresses() -> dict[str, str]:
    inventory = json.loads((RUN / "inventory.json").read_text())
    return {host: variables["ansible_host"] for host, variables in inventory["all"]["hosts"].items()}


IMPORTS = """
import time
start = time.process_time()
import ansible.module_utils.basic
between = time.process_time()
import ansible_collections.lvs.cluster.plugins.modules.ipvs_services
print(between - start, time.process_time() - between)
"""


def importing() -> None:
    """The best of ten processes: with bytecode, and without it, as out of the archive that Ansible sends."""
    cache = str(PROJECT / "build" / "cache" / "bytecode")
    written = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    unwritten = {"PYTHONDONTWRITEBYTECODE": "1"}
    environments = {
        "import": {**written, "PYTHONPYCACHEPREFIX": cache},
        "import without bytecode": {**written, "PYTHONPYCACHEPREFIX": f"{cache}-none", **unwritten},
    }
    for name, environment in environments.items():
        runs = []
        for _run in range(10):
            command = [sys.executable, "-c", IMPORTS]
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            runs.append([float(word) * 1000 for word in done.stdout.split()])
        ansible, ours = (round(min(times), 1) for times in zip(*runs, strict=True))
        print(json.dumps({"bench": name, "ours_ms": ours, "ansible_ms": ansible, "ratio": round(ours / ansible, 3)}))


def rendering() -> None:
    """How long a definition takes to become keepalived.conf: services of ten real servers, each with a check."""
    for count in (100, 1_000, 10_000):
        services = [
            {
                "name": f"service{number}",
                "address": str(FIRST_VIP + number),
                "port": 80,
                "real_servers": [{"address": str(FIRST_RIP + place)} for place in range(10)],
                "checks": {"type": "http", "path": "/"},
            }
            for number in range(count // 10)
        ]
        begin = time.process_time()
        cluster = parse({}, services, {"lvs_directors": ["lvs1"]}, {"lvs1": {"ansible_host": "192.0.2.2"}})
        between = time.process_time()
        interfaces = {"192.0.2.2": "eth1", **{vip.address: "eth1" for vip in cluster.vips}}
        text = configuration(cluster, cluster.directors[0], interfaces)
        end = time.process_time()
        figures = {"parse_s": between - begin, "render_s": end - between, "kilobytes": len(text) / 1000}
        rounded = {name: round(value, 3) for name, value in figures.items()}
        print(json.dumps({"bench": "keepalived.conf", "real_servers": count, **rounded}), flush=True)


def on_a_kernel() -> None:
    """Print what the lab machine prints, and draw its curve."""
    guest = [sys.executable, str(PROJECT / "tests" / "kernel" / "guest.py")]
    curve = []
    with subprocess.Popen(
        [*guest, "python3", "tests/benchmarks/on_a_kernel.py"], stdout=subprocess.PIPE, text=True
    ) as run:
        for line in run.stdout:
            print(line, end="", flush=True)
            figures = json.loads(line)
            if figures["bench"] == "curve":
                curve.append(figures)
    if run.returncode:
        raise SystemExit(run.returncode)
    series = {name[:-3]: [figures[name] for figures in curve] for name in curve[0] if name.endswith("_us")}
    svg = drawing("microseconds per object", [figures["objects"] for figures in curve], series)
    (PROJECT / "build" / "bench.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    importing()
    rendering()
    on_a_kernel()
    lab("up")
    try:
        print(json.dumps({"bench": "runs", "first": module_runs(), "again": module_runs()}), flush=True)
    finally:
        lab("down")


if __name__ == "__main__":
    main()
