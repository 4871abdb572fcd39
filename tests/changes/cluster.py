# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster in the lab whose definition changes: roll-outs of definitions, and a client that watches meanwhile."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import PROJECT, Lab, eventually
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal import laws as client_laws
from ansible_collections.lvs.cluster.tests.changes import catalogue, laws
from ansible_collections.lvs.cluster.tests.changes.catalogue import Change

NAME = "changes"
BUILD = PROJECT / "build" / "changes"
HERE = Path(__file__).resolve().parent
DESCRIPTION = HERE / "lab.toml"
WATCH = PROJECT / "plugins/plugin_utils/_lab/programs/watch.py"
INVENTORY = BUILD / "inventory"
INTERFACE = "eth1"
BASE = "base"
"""The state of the lab's machines that have the base, and what operators have said."""
CLUSTER_HOSTS = ("lvs1", "lvs2", "web1", "web2", "web3")
SECRETS = ("0ld-Pass", "n3w-Pass")
SETTLED_S = 8
"""How long the client watches after a run: longer than a director waits for advertisements before it takes over."""

# What somebody else has on the cluster's hosts, and how it looks as long as nobody touches it.
FOREIGN = """
ip address add 198.51.100.77/32 dev lo
nft add table inet foreign; nft add chain inet foreign seen; nft add rule inet foreign seen counter comment mine
echo net.ipv4.ip_default_ttl=63 > /etc/sysctl.d/50-foreign.conf
if [ -e /usr/sbin/ipvsadm ]; then ipvsadm -A -u 198.51.100.9:53 -s rr; fi
"""
FOREIGN_SEEN = """
ip -oneline address show dev lo | grep -o 'inet 198.51.100.77/32'
nft --stateless list table inet foreign
cat /etc/sysctl.d/50-foreign.conf
[ ! -e /proc/net/ip_vs ] || ipvsadm -S -n | grep 198.51.100.9 || true
"""
# What operators have said about the base: web1 is warming up in the shop, web2 is drained from the names.
OPERATORS = (
    ("address=192.0.2.21 services=shop state=active weight=3", "-a -t 192.0.2.198:80 -r 192.0.2.21:80", "3", "shop"),
    ("address=192.0.2.22 services=names state=drained", "-a -u 192.0.2.198:53 -r 192.0.2.22:53", "0", "names"),
)


class Watch:
    """What the client has seen: the report of watch.py, when the watch has ended."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}


class ChangingCluster(Lab):
    """The lab's cluster, and the inventory that is rolled out to it."""

    def __init__(self) -> None:
        super().__init__(NAME, NAME)
        self.definition_now = catalogue.base()
        self.before: dict[str, snapshots.Snapshot] = {}  # host -> how it was before the first roll-out
        self.inventory = INVENTORY

    @property
    def _example(self) -> Path:
        return self.inventory

    @property
    def directors(self) -> list[str]:
        return sorted(self.definition_now["directors"])

    def up(self) -> None:
        self.verb("up", "--lab", str(DESCRIPTION))

    def describe(self, definition: catalogue.Definition) -> None:
        """Write a definition into the inventory; the next playbook reads it."""
        self.definition_now, self.inventory = definition, INVENTORY
        files = {
            "hosts.yml": catalogue.inventory(definition),
            "group_vars/all.yml": catalogue.variables(definition),
        }
        for name, content in files.items():
            path = INVENTORY / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump(content), encoding="utf-8")

    def play(self, log: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a playbook that shows all it can; what it prints goes to build/changes/LOG.log too. It may fail."""
        begin = time.monotonic()
        done = self.run_ansible(*words, "--diff", "-vvv", **environment)
        path = log_file(log)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"== {' '.join(words)}: {done.returncode} after {time.monotonic() - begin:.0f} s\n")
            file.write(f"{done.stdout}{done.stderr}\n")
        return done

    def must_pass(self, log: str, *words: str) -> list[str]:
        """Run a playbook; the breach if it fails."""
        return [f"{' '.join(words)} failed: see {log}.log"] if self.play(log, *words).returncode else []

    def changes_nothing(self, log: str) -> list[str]:
        """Roll out what is rolled out already; what the run has done nevertheless."""
        done = self.play(log, "lvs.cluster.site")
        failed = [f"the second run failed: see {log}.log"] if done.returncode else []
        return [*failed, *client_laws.nothing_changed(client_laws.changed_by_host(done.stdout))]

    def broken(self, watch: Watch, change: Change, moves: int | None = None) -> list[str]:
        """Which laws the client has seen broken. moves: how often a VIP may move, if not as the change says."""
        allowed = change.moves if moves is None else moves
        holders = client_laws.one_holder(watch.seen, self.macs(), change.directors, allowed)
        return [*holders, *client_laws.served(watch.seen, change.breaks)]

    def said(self, log: str) -> str:
        """All that the playbooks have printed that this log has."""
        return log_file(log).read_text(encoding="utf-8")

    @contextmanager
    def watch(self, start: catalogue.Definition, end: catalogue.Definition) -> Iterator[Watch]:
        """Watch what must be served all the time, while the block runs and for some seconds after it."""
        vips = sorted({*catalogue.vips(start)} & {*catalogue.vips(end)})
        with self.watch_services(vips, catalogue.asked(start, end)) as watch:
            yield watch

    @contextmanager
    def watch_services(self, vips: list[str], services: list[dict[str, Any]]) -> Iterator[Watch]:
        """The same of some VIPs and services."""
        wanted = {"vips": {INTERFACE: vips}, "services": services}
        self.program("client", ["tee", "/run/watch.py"], WATCH.read_text(encoding="utf-8"))
        self.program("client", ["tee", "/run/watch.json"], json.dumps(wanted))
        words = "python3 /run/watch.py /run/watch.json /run/watched"
        self.output("client", f"rm -f /run/watched; systemd-run --unit=watch --collect {words}")
        watch = Watch()
        try:
            yield watch
            time.sleep(SETTLED_S)
        finally:
            self.output("client", "systemctl stop watch.service")
        watch.seen = json.loads(self.output("client", "cat /run/watched"))

    def macs(self) -> dict[str, str]:
        """Hardware address -> host."""
        return {self.mac(host): host for host in CLUSTER_HOSTS}

    def foreign(self) -> dict[str, str]:
        """What others have on each host."""
        return {host: self.program(host, ["sh", "-s"], FOREIGN_SEEN) for host in CLUSTER_HOSTS}

    def table(self, director: str) -> str:
        return self.output(director, "ipvsadm -S -n")

    def start_from(self, definition: catalogue.Definition) -> None:
        """Roll a definition out, and let operators say what they have said."""
        self.describe(definition)
        done = self.play("start", "lvs.cluster.site")
        assert done.returncode == 0, done.stdout + done.stderr
        self.settle()
        self.say()

    def remains(self) -> list[str]:
        """What differs from the time before the first roll-out."""
        now = snapshots.take(self, [*self.before])
        return [f"{host}: {line}" for host, was in self.before.items() for line in snapshots.compared(was, now[host])]

    def settle(self, directors: Iterable[str] | None = None) -> None:
        """Wait until all that the definition has is served: no check is still out, every VIP has a holder."""
        hosts = self.directors if directors is None else directors
        vips = catalogue.vips(self.definition_now)
        eventually(lambda: all(any(self.has(host, vip) for host in hosts) for vip in vips), 60)
        eventually(lambda: all(self.is_complete(host) for host in hosts), 60)

    def has(self, host: str, vip: str) -> bool:
        return f" {vip}/" in self.output(host, f"ip -oneline address show dev {INTERFACE}")

    def is_complete(self, director: str) -> bool:
        """Whether all real servers of the definition are in the director's table."""
        table = self.table(director)
        wanted = len(self.definition_now["real_servers"])
        services = re.split(r"^-A ", table, flags=re.MULTILINE)[1:]
        return all(service.count("\n-a ") >= wanted for service in services if "198.51.100" not in service)

    def journals(self) -> str:
        """What the hosts have logged since their boot."""
        return "".join(self.output(host, "journalctl --boot --no-pager --output cat") for host in CLUSTER_HOSTS)

    def say(self) -> None:
        """Let operators say what OPERATORS holds of the services that there are."""
        names = {service["name"] for service in self.definition_now["lvs_services"]}
        for options in (options for options, _line, _weight, service in OPERATORS if service in names):
            self.ansible("lvs_directors", "-m", "lvs.cluster.ipvs_real_server", "-a", options)

    def words_lost(self, forgotten: tuple[str, ...] = ()) -> list[str]:
        """Which of them the tables do not have."""
        names = {service["name"] for service in self.definition_now["lvs_services"]} - set(forgotten)
        wanted = {line: weight for _options, line, weight, service in OPERATORS if service in names}
        return [
            f"{director}: {breach}"
            for director in self.directors
            for breach in laws.operators_words_kept(self.table(director), wanted)
        ]

    def unserved(self, services: list[dict[str, Any]]) -> list[str]:
        """The services that do not answer within a minute."""
        return [service["name"] for service in services if not self._answers(service)]

    def _answers(self, service: dict[str, Any]) -> bool:
        """Whether a service answers three requests in a row, within a minute."""
        address, port = service["address"], service["port"]
        host = f"[{address}]" if ":" in address else address
        ask = f"curl -sS --globoff --max-time 3 http://{host}:{port}/"
        if service["protocol"] == "udp":
            ask = f"timeout 3 sh -c 'echo | socat - udp:{host}:{port}' | grep ."
        script = f"for try in $(seq 20); do {ask} && {ask} && {ask} && exit 0; sleep 2; done; exit 1"
        return bool(self.host("client").run(script).rc == 0)


def log_file(name: str) -> Path:
    return BUILD / "logs" / f"{name}.log"
