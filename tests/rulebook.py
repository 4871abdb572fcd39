# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the rulebook drain_and_report in ansible-rulebook: `make rulebook`

  rulebook.py FOLDER    FOLDER has the commands of ansible-rulebook

No cluster takes part. A program takes the place of ansible-playbook: it answers lvs.cluster.status with one made-up
status after the other, in which web2 fails three times and then a VIP moves, and notes each other playbook that it is
to run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.status import (
    ClusterStatus,
    DirectorStatus,
    Holder,
    RealServerStatus,
    VipStatus,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.status_text import answer

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "build" / "rulebook" / "run"
PATIENCE = 300
STAND_IN = """\
#!{python}
import json, os, pathlib, sys
folder = pathlib.Path({folder!r})
if "lvs.cluster.status" in sys.argv:
    statuses = json.loads((folder / "statuses.json").read_text())
    count = folder / "count"
    number = int(count.read_text()) if count.exists() else 0
    count.write_text(str(number + 1))
    print(statuses[min(number, len(statuses) - 1)])
else:
    (variables,) = [word[1:] for word in sys.argv if word[:1] == "@"]
    with (folder / "calls").open("a") as calls:
        calls.write(json.dumps([sys.argv[1:], pathlib.Path(variables).read_text()]) + "\\n")
"""


def statuses() -> list[str]:
    """What the playbook status answers, one time after the other."""
    web1 = RealServerStatus("shop tcp 192.0.2.198:80", "web1 192.0.2.21:80", "192.0.2.21", 80, "serving", 1, 1, 7, 2, 3)
    web2 = replace(web1, name="web2 192.0.2.22:80", address="192.0.2.22")
    vip = VipStatus("192.0.2.198", [Holder("lvs1")])
    directors = [DirectorStatus("lvs1", "active"), DirectorStatus("lvs2", "active")]
    well = ClusterStatus("lvs", "healthy", [], [], [vip], directors, [web1, web2])
    failed = replace(well, word="degraded", real_servers=[web1, replace(web2, state="failed")])
    moved = replace(well, vips=[replace(vip, holders=[Holder("lvs2")])])
    return [answer([status]).document() for status in (well, failed, well, failed, well, failed, well, moved)]


def set_up() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "bin").mkdir(parents=True)
    program = FOLDER / "bin" / "ansible-playbook"
    program.write_text(STAND_IN.format(python=sys.executable, folder=str(FOLDER)), encoding="utf-8")
    program.chmod(0o755)
    (FOLDER / "statuses.json").write_text(json.dumps(statuses()), encoding="utf-8")
    shutil.copytree(PROJECT / "inventory-examples" / "failover", FOLDER / "inventory")
    variables = {"lvs_inventory": str(FOLDER / "inventory"), "lvs_report": "lvs.html", "lvs_interval": 1}
    (FOLDER / "vars.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")


def calls() -> list[tuple[list[str], dict[str, Any]]]:
    """The arguments and the variables of each playbook that was run."""
    file = FOLDER / "calls"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [(words, yaml.safe_load(variables)) for words, variables in map(json.loads, lines)]


def played(playbook: str) -> list[tuple[list[str], dict[str, Any]]]:
    return [call for call in calls() if call[0][-1] == playbook]


def run(commands: str) -> None:
    """Until both playbooks have been run, or for PATIENCE seconds."""
    environment = {**os.environ, "PATH": f"{FOLDER / 'bin'}:{commands}:{os.environ['PATH']}"}
    words = ["ansible-rulebook", "--rulebook", "lvs.cluster.drain_and_report", "-i", "inventory", "--vars", "vars.yml"]
    with (
        (FOLDER / "log").open("w") as log,
        subprocess.Popen(
            words, cwd=FOLDER, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as rulebook,
    ):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and rulebook.poll() is None:
            if played("lvs.cluster.drain") and played("lvs.cluster.report"):
                break
            time.sleep(1)
        rulebook.terminate()


def main(commands: str) -> int:
    set_up()
    run(commands)
    log = (FOLDER / "log").read_text(encoding="utf-8")
    assert played("lvs.cluster.report"), log
    (words, variables), *_more = played("lvs.cluster.drain") or [([], {})]
    assert words, log
    assert words[words.index("--limit") + 1] == "all", words
    told = {key: value for key, value in variables.items() if key.startswith("lvs_")}
    assert told == {"lvs_cluster_name": "lvs", "lvs_server": "web2", "lvs_wait": False}, told
    assert variables["ansible_eda"]["event"]["downs"] == 3, variables
    print("web2 was drained after it had failed three times, and a report was written; statuses were made up")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
