# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of every scenario share: the hosts of the scenario's lab, by ssh, and what a client does with them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import ansible_mitogen
import pytest
import testinfra
import yaml
from testinfra.host import Host

PROJECT = Path(__file__).resolve().parents[1]
MITOGEN = Path(ansible_mitogen.__path__[0])  # spares emulated machines the seconds that starting Python takes
MILLION = Random(1).randbytes(1_000_000)  # what every real server has at /large, see guest/setup of the lab
DIGEST = sha256(MILLION).hexdigest()

ASK_BY_UDP = """
import socket, sys
address, port, count, own_port = sys.argv[1], *map(int, sys.argv[2:])
clients = []  # all open until the end: a director knows a port for minutes, so none may come twice
for number in range(count):
    client = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    clients.append(client)
    client.settimeout(5)
    client.bind(("", own_port and own_port + number))
    client.connect((address, port))  # an answer from another address is not taken
    client.send(b"who are you?")
    print(client.recv(100).decode())
"""


class Load:
    """What became of a client's requests, once they have ended: how many each real server has answered, what failed.

    longest: the most seconds that one took.
    """

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()
        self.failed: list[tuple[float, str]] = []
        self.longest = 0.0


class Lab:
    """The lab that a scenario runs in. host("web1") is that machine, as root."""

    def __init__(self, scenario: str, name: str) -> None:
        self.scenario = scenario
        self._name = name
        self._directory = PROJECT / "build" / "lab" / name
        self._ssh_config = self._directory / "ssh_config"
        self._hosts: dict[str, Host] = {}

    @property
    def cluster(self) -> dict[str, list[str]]:
        """The groups of the scenario's inventory, each with its hosts."""
        inventory = yaml.safe_load((self._example / "hosts.yml").read_text(encoding="utf-8"))
        return {name: sorted(group["hosts"]) for name, group in inventory["all"]["children"].items()}

    @property
    def hosts(self) -> list[str]:
        """The hosts of the cluster."""
        return sorted({host for hosts in self.cluster.values() for host in hosts})

    @property
    def definition(self) -> dict[str, Any]:
        """The variables lvs_cluster and lvs_services, as the scenario's inventory has them."""
        files = [
            path for name in ("all.yml", "all/cluster.yml") if (path := self._example / "group_vars" / name).exists()
        ]
        variables: dict[str, Any] = yaml.safe_load(files[0].read_text(encoding="utf-8"))
        return variables

    @property
    def _example(self) -> Path:
        return PROJECT / "inventory-examples" / self.scenario

    def host(self, name: str) -> Host:
        if name not in self._hosts:
            spec = f"ssh://root@{name}?ssh_config={self._ssh_config}&controlpersist=60"
            self._hosts[name] = testinfra.get_host(spec)
        return self._hosts[name]

    def output(self, name: str, command: str) -> str:
        """What a command prints that must succeed."""
        return self.host(name).check_output(command)

    def program(self, name: str, command: list[str], text: str) -> str:
        """What a program prints that an interpreter on a host reads from its standard input; it must succeed."""
        ssh = ["ssh", "-F", str(self._ssh_config), "-l", "root", name, shlex.join(command)]
        done = subprocess.run(ssh, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def frames(self, name: str, expression: str, count: int, interface: str = "eth1") -> Iterator[list[str]]:
        """What a host gets and sends while the block runs: the first frames that match, one line each, afterwards.

        TimeoutExpired where there are fewer.
        """
        tcpdump = ["tcpdump", "-p", "-i", interface, "-nnetlv", "-c", str(count), shlex.quote(expression)]
        ssh = ["ssh", "-F", str(self._ssh_config), "-l", "root", name, *tcpdump]
        lines: list[str] = []
        with subprocess.Popen(ssh, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                if not any("listening on" in line for line in process.stderr):
                    raise AssertionError(f"tcpdump did not start on {name}")
                yield lines
                printed = process.communicate(timeout=20)[0]
                # With -v a packet has more lines, the others indented.
                lines.extend(printed.replace("\n    ", " ").replace("\n\t", " ").splitlines())
            finally:
                process.kill()

    def mac(self, name: str, interface: str = "eth1") -> str:
        return self.output(name, f"cat /sys/class/net/{interface}/address").strip()

    def requests(self, url: str, count: int, client: str = "client") -> Counter[str]:
        """Who answers so many requests, each on a connection of its own."""
        urls = shlex.join([url] * count)
        return Counter(self.output(client, f"curl -sS --globoff --max-time 5 -H 'Connection: close' {urls}").split())

    def datagrams(self, address: str, count: int, port: int = 53, own_port: int = 0) -> Counter[str]:
        """Who answers so many datagrams of UDP, each from a port of its own: from own_port on, or any."""
        command = ["python3", "-", address, str(port), str(count), str(own_port)]
        return Counter(self.program("client", command, ASK_BY_UDP).split())

    @contextmanager
    def load(self, address: str, same_connection: bool = False, path: str = "/") -> Iterator[Load]:
        """Requests of the client while the block runs: each on a connection of its own, or all on the same."""
        words = ["python3", "/usr/local/bin/load.py", address, "same" if same_connection else "new", path]
        ssh = ["ssh", "-F", str(self._ssh_config), "-l", "root", "client", shlex.join(words)]
        load = Load()
        with subprocess.Popen(ssh, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield load
                told = json.loads(process.communicate(timeout=60)[0])
                load.answers.update(told["answers"])
                load.failed.extend(told["failed"])
                load.longest = told["longest"]
            finally:
                process.kill()

    def change(self, *words: str) -> None:
        """Let a verb of the lab happen to its machines: pull a cable, cut the power."""
        self.verb(*words, "--lab", str(self._directory / "lab.toml"))

    def verb(self, *words: str) -> None:
        """A verb of the lab, about this one; it must succeed."""
        command = [sys.executable, PROJECT / "molecule/lab", *words, "--name", self._name]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"molecule/lab {' '.join(words)} failed: {done.stdout}{done.stderr}"

    def ansible(self, *words: str) -> str:
        """What an ad-hoc command or a playbook prints; it must succeed."""
        done = self.run_ansible(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *words: str) -> str:
        """What an ad-hoc command or a playbook prints that must not succeed, on one line."""
        done = self.run_ansible(*words)
        assert done.returncode != 0, done.stdout
        return " ".join((done.stdout + done.stderr).split())

    def run_ansible(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run an ad-hoc command or a playbook, with some variables of the environment; it may fail."""
        inventories = [self._example, self._directory / "inventory.json"]
        options = [word for inventory in inventories for word in ("-i", str(inventory))]
        program = "ansible-playbook" if words[0].startswith("lvs.cluster.") else "ansible"
        access = ["-e", "ansible_user=root", "-e", "ansible_become=false"]
        command = [program, *options, *access, *words]
        # The probe of a failover runs in the background; under Mitogen such tasks do not end.
        strategy = "linear" if "probe_from=client" in words else "mitogen_linear"
        environment = {
            **os.environ,
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_TIMEOUT": "120",
            "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_STRATEGY": strategy,
            "ANSIBLE_STRATEGY_PLUGINS": str(MITOGEN / "plugins" / "strategy"),
            **variables,
        }
        return subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)

    def downloads(self, server: str) -> str:
        """The digest of what a client gets of the million bytes that a server has."""
        return self.output("client", f"curl -sS --globoff --max-time 20 http://{server}/large | sha256sum").split()[0]

    def uploads(self, server: str) -> str:
        """The digest of what arrives of a million bytes that the client sends."""
        command = f"curl -sS --globoff --max-time 20 --data-binary @/var/www/html/large http://{server}/upload"
        return self.output("client", command).strip()

    def answering(self, address: str, requests: int = 100) -> set[str]:
        """The MAC addresses that answer so many requests for an address, by ARP or neighbour discovery."""
        self.output("client", f"python3 /usr/local/bin/who_has.py eth1 /run/answers {requests} {address}")
        heard = [line.split() for line in self.output("client", "cat /run/answers").splitlines()]
        macs = [mac for own, mac in heard if own == address]
        assert len(macs) in (0, *range(requests, 2 * requests))  # perhaps with what was told unasked
        return set(macs)

    def module_runs(self, playbook: str) -> list[dict[str, int]]:
        """How many modules each run of a playbook of this scenario has started on each host."""
        runs = json.loads((PROJECT / "build/module-runs" / f"{self.scenario}.json").read_text(encoding="utf-8"))
        return [run["runs"] for run in runs if run["playbook"] == playbook]


def listed(value: Any) -> list[Any]:
    """What may be given alone or as a list, as a list."""
    return value if isinstance(value, list) else [value]


def eventually(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; an error if it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(1)  # to ask costs an emulated processor half of that


@pytest.fixture(scope="session")
def lab() -> Lab:
    return Lab(os.environ["MOLECULE_SCENARIO_NAME"], os.environ["SCENARIO_LAB"])
