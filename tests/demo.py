# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole story of a cluster in the lab, on the example failover, told with figures: `make demo`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
NAME = "demo"
RUN = PROJECT / "build" / "lab" / NAME
LOGS = PROJECT / "build" / "logs"
PAGE = PROJECT / "build" / "report.html"
EXAMPLE = PROJECT / "inventory-examples" / "failover"
DESCRIPTION = PROJECT / "molecule" / "failover" / "lab.toml"
PROBE = PROJECT / "plugins" / "module_utils" / "_probe.py"
PROBE_S = 15
VIP = "192.0.2.198"
DIRECTORS = ("lvs1", "lvs2")
REAL_SERVERS = ("web1", "web2", "web3")
REQUESTS = 60

TRY = f"""Look at the cluster, drain a real server, move the VIP:
    . .venv/bin/activate
    export ANSIBLE_INVENTORY=inventory-examples/failover,build/lab/{NAME}/inventory.json
    ansible-playbook lvs.cluster.status
    ansible-playbook lvs.cluster.doctor
    ansible lvs_directors -b -m lvs.cluster.ipvs_real_server -a 'address=web1 state=drained wait=true'
    ansible-playbook lvs.cluster.failover -e probe_from=client
    python3 molecule/lab ssh --name {NAME} --root lvs2 ipvsadm -Ln
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
    command = [sys.executable, str(PROJECT / "molecule" / "lab"), *words, "--name", NAME, "--lab", str(DESCRIPTION)]
    subprocess.run(command, check=True)


def ssh_words(host: str, command: str) -> list[str]:
    return ["ssh", "-F", str(RUN / "ssh_config"), "-l", "root", host, command]


def ssh(host: str, command: str) -> str:
    """Run a command as root on a host of the lab and return what it prints."""
    return subprocess.run(ssh_words(host, command), check=False, stdout=subprocess.PIPE, text=True).stdout


def eventually(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds, or for so long; what has not come by then shows in the figures."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.2)


def ansible(log: str, *words: str) -> str:
    """Run a playbook of the collection, or an ad-hoc command, as a user does; return what it prints."""
    inventories = [f"--inventory={EXAMPLE}", f"--inventory={RUN}/inventory.json"]
    program = "ansible-playbook" if words[0].startswith("lvs.cluster.") else "ansible"
    command = [program, *inventories, *words]
    environment = {**os.environ, "ANSIBLE_PIPELINING": "true", "ANSIBLE_NOCOLOR": "true"}
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / log).open("w") as file:
        done = subprocess.run(command, env=environment, check=False, stdout=file, stderr=subprocess.STDOUT)
    output = (LOGS / log).read_text()
    if done.returncode:
        sys.exit(f"{output}\n{' '.join(command)} failed")
    return output


def roll_out(log: str) -> int:
    """Run site.yml; return how many changes it made on all hosts together."""
    recap = re.findall(r"^(\S+) +: (ok=\d+ +changed=(\d+) .*)$", ansible(log, "lvs.cluster.site"), re.MULTILINE)
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
    hosts = (*DIRECTORS, *REAL_SERVERS)
    names = [host for host in hosts if ssh(host, "cat /sys/class/net/eth1/address").strip() in macs]
    return ", ".join(names) or "nobody"


def weight(director: str, real_server: str) -> str:
    """The weight of a real server in the shop, "" where it is not in the table."""
    address = f"192.0.2.2{real_server[-1]}:80"
    lines = [line.split() for line in ssh(director, "ipvsadm -S -n").splitlines()]
    return next((words[-1] for words in lines if words[:3] == ["-a", "-t", f"{VIP}:80"] and words[4] == address), "")


def has_vip(director: str) -> bool:
    return VIP in ssh(director, "ip -4 address show dev eth1")


@contextmanager
def load(connections: str) -> Iterator[dict[str, Any]]:
    """Requests of the client while the block runs, on new connections or on the same one; what became of them."""
    told: dict[str, Any] = {}
    command = ssh_words("client", f"python3 /usr/local/bin/load.py {VIP} {connections}")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield told
        told.update(json.loads(process.communicate(timeout=60)[0]))


def drain_under_load() -> dict[str, Any]:
    """Drain a real server while requests come all the time, and make it active again."""
    with load("new") as load_told:
        time.sleep(2)
        ansible("demo-drain.log", "lvs.cluster.drain", "-e", "server=web1")
        drained_answers = send_requests()
        ansible("demo-activate.log", "lvs.cluster.activate", "-e", "server=web1")
        time.sleep(2)
    return {
        "drain_requests": sum(load_told["answers"].values()),
        "drain_failed": len(load_told["failed"]),
        "drained_answers": drained_answers["web1"],
    }


def kill_a_real_server() -> dict[str, Any]:
    """Stop the service of a real server; measure until no director sends it anything, and start it again."""
    ssh("web2", "systemctl stop nginx")
    start = time.monotonic()
    eventually(lambda: not any(weight(director, "web2") for director in DIRECTORS))
    noticed = time.monotonic() - start
    ssh("web2", "systemctl start nginx")
    eventually(lambda: all(weight(director, "web2") == "1" for director in DIRECTORS))
    return {"dead_real_server_noticed_s": round(noticed, 1)}


def connections_known(director: str) -> set[str]:
    """The client's ends of the established connections that a director knows, its own and what it has been told."""
    lines = [line.split() for line in ssh(director, "ipvsadm --list --connection --numeric").splitlines()]
    return {words[3] for words in lines if words[2:3] == ["ESTABLISHED"]}


@contextmanager
def outage_told() -> Iterator[dict[str, int]]:
    """For how long a client that opens fifty connections a second got no answer while the block ran, and after it."""
    told: dict[str, int] = {}
    ask = f"print('begun', flush=True)\nprint(outage_ms(probe({VIP!r}, 80, {PROBE_S}, 0.02, 0.5)))\n"
    command = ssh_words("client", "python3 -")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(PROBE.read_text() + ask)
        process.stdin.close()
        process.stdout.readline()
        yield told
        told["ms"] = int(process.stdout.read())


def kill_the_active_director() -> dict[str, Any]:
    """Cut the power of the director that has the VIP, with a connection open; boot it again."""
    known = connections_known("lvs2")
    with load("same") as load_told:
        eventually(lambda: bool(connections_known("lvs2") - known))  # some seconds, see ip_vs_sync.c
        with outage_told() as outage:
            lab("kill", "lvs1")
    lab("start", "lvs1")
    eventually(lambda: has_vip("lvs1") and not has_vip("lvs2"), 180)
    return {"failover_outage_ms": outage["ms"], "failover_lost_connections": len(load_told["failed"])}


ROWS = {
    "failed": "failed requests",
    "second_run_changed": "changes of second run",
    "arp_answered_by": "ARP for the VIP",
    "drain_requests": "requests during a drain",
    "drain_failed": "of these failed",
    "drained_answers": "answers of the drained one",
    "dead_real_server_noticed_s": "dead real server noticed, s",
    "failover_outage_ms": "director killed: outage, ms",
    "failover_lost_connections": "connections lost by it",
    "status": "in the end the cluster is",
}


def table(figures: dict[str, Any]) -> str:
    rows = [f"{'real server':<28}{'answers':>10}", "-" * 38]
    rows += [f"{name:<28}{count:>10}" for name, count in figures["answered_by"].items()]
    rows += ["-" * 38, *(f"{words:<28}{figures[name]!s:>10}" for name, words in ROWS.items())]
    return "\n".join(rows)


def main() -> int:
    start = time.monotonic()
    PAGE.unlink(missing_ok=True)
    figures: dict[str, Any] = {"requests": REQUESTS}
    with step("Starting the lab: two directors, three real servers and a client, each with a kernel of its own"):
        lab("up")
    with step("Rolling out inventory-examples/failover with playbooks/site.yml"):
        roll_out("demo-first-run.log")
    with step("Rolling it out again: nothing may change"):
        figures["second_run_changed"] = roll_out("demo-second-run.log")
    with step(f"Sending {REQUESTS} requests from the client to http://{VIP}/"):
        figures["answered_by"] = dict(sorted(send_requests().items()))
        figures["failed"] = REQUESTS - sum(figures["answered_by"].values())
    with step(f"Asking the segment who has {VIP}"):
        figures["arp_answered_by"] = arp_answered_by()
    with step("Draining web1 and making it active again, with requests all the time"):
        figures.update(drain_under_load())
    with step("Stopping the service of web2, and starting it again"):
        figures.update(kill_a_real_server())
    with step("Cutting the power of lvs1, which has the VIP, and booting it again"):
        figures.update(kill_the_active_director())
    with step("Asking for the cluster's status"):
        told = ansible("demo-status.log", "lvs.cluster.status")
        figures["status"] = (re.findall(r"The cluster is (\w+)", told) or ["unknown"])[0]
    with step("Asking the doctor what is wrong"):
        figures["doctor"] = re.findall(r"\bLVS\d+ [a-z-]+", ansible("demo-doctor.log", "lvs.cluster.doctor"))
    with step("Writing a page about the cluster"):
        ansible("demo-report.log", "lvs.cluster.report", "-e", f"to={PAGE}")
    figures["seconds"] = round(time.monotonic() - start)
    (PROJECT / "build" / "demo.json").write_text(json.dumps(figures) + "\n")
    print(table(figures))
    print(f"\nAll of it took {figures['seconds']} s. Figures: build/demo.json, logs: build/logs.")
    print(f"The cluster as a page, to open in a browser: {PAGE.relative_to(PROJECT)}")
    nothing = ("failed", "second_run_changed", "drain_failed", "drained_answers", "failover_lost_connections")
    good = (
        all(figures[name] == 0 for name in nothing)
        and figures["arp_answered_by"] == "lvs1"
        and len(figures["answered_by"]) == len(REAL_SERVERS)
        and figures["failover_outage_ms"] > 0
        and figures["status"] == "healthy"
        and figures["doctor"] == []
        and PAGE.is_file()
    )
    print("Everything is as it should be.\n" if good else "This is NOT as it should be.\n")
    print(TRY)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
