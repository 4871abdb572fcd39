# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roll out the example direct-routing in the lab, send it requests, and say how it went: `make demo`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
NAME = "demo"
RUN = PROJECT / "build" / "lab" / NAME
LOGS = PROJECT / "build" / "logs"
EXAMPLE = PROJECT / "inventory-examples" / "direct-routing"
VIP = "192.0.2.198"
REQUESTS = 60


TRY = f"""Look at the director, or roll out a definition of your own:
    python3 molecule/lab ssh --name {NAME} --root lvs1 ipvsadm -Ln
    . .venv/bin/activate
    ansible-playbook -i inventory-examples/direct-routing -i build/lab/{NAME}/inventory.json lvs.cluster.site --diff
`make down` takes the lab away."""


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"{words} ...", flush=True)
    start = time.monotonic()
    yield
    print(f"    {time.monotonic() - start:.1f} s\n", flush=True)


def lab(*words: str) -> None:
    """Run a verb of the lab, which says itself what it does."""
    subprocess.run([sys.executable, str(PROJECT / "molecule" / "lab"), *words, "--name", NAME], check=True)


def ssh(host: str, command: str) -> str:
    """Run a command as root on a host of the lab and return what it prints."""
    words = ["ssh", "-F", str(RUN / "ssh_config"), "-l", "root", host, command]
    return subprocess.run(words, check=False, stdout=subprocess.PIPE, text=True).stdout


def roll_out(log: str) -> int:
    """Run site.yml; return how many changes it made on all hosts together."""
    inventories = [f"--inventory={EXAMPLE}", f"--inventory={RUN}/inventory.json"]
    command = ["ansible-playbook", *inventories, "lvs.cluster.site"]
    environment = {**os.environ, "ANSIBLE_PIPELINING": "true", "ANSIBLE_NOCOLOR": "true"}
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / log).open("w") as file:
        done = subprocess.run(command, env=environment, check=False, stdout=file, stderr=subprocess.STDOUT)
    output = (LOGS / log).read_text()
    if done.returncode:
        sys.exit(f"{output}\n{' '.join(command)} failed")
    recap = re.findall(r"^(\S+) +: (ok=\d+ +changed=(\d+) .*)$", output, re.MULTILINE)
    for host, counts, _changed in recap:
        print(f"    {host:<8} {counts}")
    return sum(int(changed) for _host, _counts, changed in recap)


def send_requests() -> Counter[str]:
    """Send the requests from the client, each on a connection of its own; return who answered how often."""
    curl = f"curl -s --max-time 5 -H 'Connection: close' 'http://{VIP}/?[1-{REQUESTS}]'"
    return Counter(ssh("client", curl).split())


def arp_answered_by() -> str:
    """Ask for the VIP's MAC address from the client; return the hosts that answer, by name."""
    answers = ssh("client", f"arping -b -I eth1 -c 5 {VIP}")
    macs = {mac.lower() for mac in re.findall(r"\[([0-9A-Fa-f:]{17})\]", answers)}
    names = [host for host in ("lvs1", "web1", "web2") if ssh(host, "cat /sys/class/net/eth1/address").strip() in macs]
    return ", ".join(names) or "nobody"


def table(figures: dict[str, object], answered_by: Counter[str]) -> str:
    rows = [f"{'real server':<24}answers", "-" * 31]
    rows += [f"{name:<24}{count:>7}" for name, count in sorted(answered_by.items())]
    rows += [
        "-" * 31,
        f"{'failed requests':<24}{figures['failed']:>7}",
        f"{'changes of second run':<24}{figures['second_run_changed']:>7}",
        f"{'ARP for the VIP':<24}{figures['arp_answered_by']:>7}",
    ]
    return "\n".join(rows)


def main() -> int:
    start = time.monotonic()
    with step("Starting the lab: a director, two real servers and a client, each with a kernel of its own"):
        lab("up")
    with step("Rolling out inventory-examples/direct-routing with playbooks/site.yml"):
        roll_out("demo-first-run.log")
    with step("Rolling it out again: nothing may change"):
        second_run_changed = roll_out("demo-second-run.log")
    with step(f"Sending {REQUESTS} requests from the client to http://{VIP}/"):
        answered_by = send_requests()
    with step(f"Asking the segment who has {VIP}"):
        answering = arp_answered_by()
    figures = {
        "requests": REQUESTS,
        "failed": REQUESTS - sum(answered_by.values()),
        "answered_by": dict(sorted(answered_by.items())),
        "second_run_changed": second_run_changed,
        "arp_answered_by": answering,
    }
    (PROJECT / "build" / "demo.json").write_text(json.dumps(figures) + "\n")
    print(table(figures, answered_by))
    print(f"\nAll of it took {time.monotonic() - start:.0f} s. Figures: build/demo.json, logs: build/logs.")
    good = figures["failed"] == 0 and second_run_changed == 0 and answering == "lvs1" and len(answered_by) > 1
    print("Everything is as it should be.\n" if good else "This is NOT as it should be.\n")
    print(TRY)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
