# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One lab for all faults: a healthy cluster is rolled out once, and each test begins with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

from ansible_collections.lvs.cluster.molecule.conftest import PROJECT, Lab, eventually

DIRECTORS = ("lvs1", "lvs2")
HEALTHY = "healthy"
"""The state of the lab's machines that have a cluster with nothing wrong."""
HERE = Path(__file__).resolve().parent
DESCRIPTION = PROJECT / "tests" / "changes" / "lab.toml"


class Examined(Lab):
    """The lab, and what the playbooks say about its cluster.

    description: of its machines. definition_file: of those beside this one.
    """

    name, description, definition_file = "doctor", DESCRIPTION, "definition.yml"

    def __init__(self) -> None:
        super().__init__(self.name, self.name)

    @property
    def _example(self) -> Path:
        return PROJECT / "build" / self.name / "inventory"

    def describe(self, scheduler: str = "", **real_servers: Any) -> None:
        """Write the inventory.

        scheduler: another one of the first service. real_servers: more of them, with their variables.
        """
        definition = yaml.safe_load((HERE / self.definition_file).read_text(encoding="utf-8"))
        if scheduler:
            definition["variables"]["lvs_services"][0]["scheduler"] = scheduler
        hosts = {
            "lvs_directors": definition["directors"],
            "web": {**definition["real_servers"], **real_servers},
        }
        inventory = {"all": {"children": {name: {"hosts": entries} for name, entries in hosts.items()}}}
        files = {"hosts.yml": inventory, "group_vars/all.yml": definition["variables"]}
        for name, content in files.items():
            path = self._example / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump(content), encoding="utf-8")

    def reached_as(self, host: str) -> dict[str, Any]:
        """The variables by which Ansible reaches a machine."""
        inventory = json.loads((self._directory / "inventory.json").read_text(encoding="utf-8"))
        variables: dict[str, Any] = inventory["all"]["hosts"][host]
        return variables

    def script(self, host: str, text: str) -> None:
        """Run a shell script on a host; it must succeed."""
        self.program(host, ["sh", "-se"], text)

    def answer(self, verb: str, *words: str) -> dict[str, Any]:
        """The document that a playbook answers with."""
        done = self.run_ansible(
            f"lvs.cluster.{verb}", "-e", "output=json", *words, ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain"
        )
        assert done.stdout.startswith("{"), done.stdout + done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        assert document["grade"] == done.returncode
        return document

    def printed(self, verb: str) -> str:
        """What a playbook prints for people; kept in build/doctor, from where the documentation has it."""
        done = self.run_ansible(f"lvs.cluster.{verb}", ANSIBLE_STDOUT_CALLBACK="lvs.cluster.plain")
        (self._example.parent / f"{verb}.txt").write_text(done.stdout, encoding="utf-8")
        return done.stdout

    def serves(self) -> bool:
        """Whether every real server is in every table, and lvs1 alone has the VIPs."""
        tables = [self.output(director, "ipvsadm -S -n") for director in DIRECTORS]
        held = [" 192.0.2.198/" in self.output(director, "ip -oneline address show dev eth1") for director in DIRECTORS]
        services = tables[0].count("-A ")
        return held == [True, False] and all(table.count("\n-a ") == 2 * services for table in tables)

    def prepare(self) -> None:
        """What the machines need before the roll-out."""

    @contextmanager
    def rolled_out(self, seconds: float) -> Iterator[Self]:
        """The healthy cluster, saved as such, until the block ends. seconds: in which it must serve."""
        self.verb("down")
        self.verb("up", "--lab", str(self.description))
        try:
            self.prepare()
            self.describe()
            self.ansible("lvs.cluster.site")
            eventually(self.serves, seconds)
            self.verb("save", HEALTHY)
            yield self
        finally:
            self.verb("down")


@pytest.fixture(scope="session")
def rolled_out() -> Iterator[Examined]:
    with Examined().rolled_out(60) as lab:
        yield lab


@pytest.fixture
def lab(rolled_out: Examined) -> Examined:
    """The healthy cluster, whatever has become of it before."""
    rolled_out.verb("reset", HEALTHY)
    rolled_out.describe()
    # The machines do not come back in one moment: the second director may have taken the VIPs until it hears the first.
    eventually(rolled_out.serves, 60)
    return rolled_out
