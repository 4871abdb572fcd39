# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rehearse the example failover, and the change to it from an inventory of yesterday, with a collection that has been
built and installed as users install it: `make rehearsal`
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]
BUILD = PROJECT / "build" / "rehearsal"
COLLECTIONS = BUILD / "collections"
EXAMPLE = PROJECT / "inventory-examples" / "failover"
YESTERDAY = BUILD / "yesterday"
STEPS = ["boot", "roll_out", "change", "again", "drain", "service_dies", "failover", "reboot"]


def install() -> None:
    """Build the collection and install what has been built."""
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    galaxy = ["ansible-galaxy", "collection"]
    subprocess.run([*galaxy, "build", "--output-path", str(BUILD)], cwd=PROJECT, check=True)
    (archive,) = BUILD.glob("lvs-cluster-*.tar.gz")
    subprocess.run([*galaxy, "install", "--force", str(archive), "-p", str(COLLECTIONS)], cwd=BUILD, check=True)


def write_yesterday() -> None:
    """The example with two real servers, of which one had twice the weight, and without its second service."""
    shutil.copytree(EXAMPLE, YESTERDAY)
    hosts = yaml.safe_load((YESTERDAY / "hosts.yml").read_text(encoding="utf-8"))
    web = hosts["all"]["children"]["web"]["hosts"]
    del web["web3"]
    web["web2"]["lvs_weight"] = 2
    (YESTERDAY / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    (variables,) = (YESTERDAY / "group_vars").glob("*.yml")
    definition = yaml.safe_load(variables.read_text(encoding="utf-8"))
    del definition["lvs_services"][1:]
    variables.write_text(yaml.safe_dump(definition), encoding="utf-8")


def rehearse() -> tuple[int, dict[str, Any]]:
    """The exit status, and what the rehearsal has written for programs."""
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_STDOUT_CALLBACK": "lvs.cluster.plain",
    }
    command = ["ansible-playbook", "-i", str(EXAMPLE), "lvs.cluster.rehearse", "-e", f"from={YESTERDAY}"]
    status = subprocess.call(command, cwd=BUILD, env=environment)
    told: dict[str, Any] = json.loads((BUILD / "lvs-rehearsal" / "rehearsal.json").read_text(encoding="utf-8"))
    return status, told


def main() -> int:
    install()
    write_yesterday()
    status, told = rehearse()
    assert status == 0, told
    assert [step["step"] for step in told["steps"]] == STEPS
    asked = [step["requests"] for step in told["steps"] if step["step"] not in ("boot", "roll_out")]
    assert min(asked) > 0, asked
    assert not subprocess.run(["pgrep", "--full", "labs/rehearsal-"], check=False, stdout=subprocess.PIPE).stdout
    return 0


if __name__ == "__main__":
    sys.exit(main())
