# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the project's figures, one JSON object per line: `make bench`. It fails no test.

load, noop: see on_a_kernel.py. runs: the module runs per host of a roll-out and of its repetition, counted by the
commands that Ansible sends to start Python on the host.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NAME = "bench"
RUN = PROJECT / "build" / "lab" / NAME
EXAMPLE = PROJECT / "inventory-examples" / "direct-routing"


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


def main() -> None:
    guest = [sys.executable, str(PROJECT / "tests" / "kernel" / "guest.py")]
    subprocess.run([*guest, "python3", "tests/benchmarks/on_a_kernel.py"], check=True)
    lab("up")
    try:
        print(json.dumps({"bench": "runs", "first": module_runs(), "again": module_runs()}), flush=True)
    finally:
        lab("down")


if __name__ == "__main__":
    main()
