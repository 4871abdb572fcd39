# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run something of this project inside a lab machine, against its kernel: `guest.py [COMMAND...]`

The collection, the part of ansible-core that its modules need, and Jinja2 for keepalived.conf are laid into the
machine at GUEST_FOLDER, and the command runs there as root, with them on its PYTHONPATH. By default the command is
pytest on tests/kernel. What is rendered from inventories, which takes a whole ansible-core, is rendered here and laid
beside them.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import ansible
import jinja2
import markupsafe

PROJECT = Path(__file__).resolve().parents[2]
LAB = PROJECT / "tests" / "kernel" / "lab.toml"
# Those of several releases run beside each other.
NAME = "-".join(filter(None, ["kernel", os.environ.get("LAB_RELEASE")]))
GUEST_FOLDER = "/opt/lvs-tests"
COLLECTION = f"{GUEST_FOLDER}/ansible_collections/lvs/cluster"


def lab(*words: str) -> None:
    """Run a verb of the lab that the kernel tests share."""
    command = [sys.executable, PROJECT / "molecule" / "lab", *words, "--lab", LAB, "--name", NAME]
    subprocess.run(command, check=True, stdout=sys.stderr)


def ssh(command: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command as root on the machine."""
    config = PROJECT / "build" / "lab" / NAME / "ssh_config"
    return subprocess.run(
        ["ssh", "-F", str(config), "-l", "root", "kernel", command], check=False, text=True, **options
    )


def copy(folder: Path, names: list[str], target: str) -> None:
    """Lay parts of a folder into a folder of the machine."""
    command = ["tar", "-C", str(folder), "--exclude=__pycache__", "-c", *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as tar:
        unpacked = ssh(f"rm -rf {target} && mkdir -p {target} && tar -C {target} -x", stdin=tar.stdout)
    if tar.returncode or unpacked.returncode:
        raise SystemExit(f"{folder} could not be copied into the machine")


def main() -> int:
    rendered = PROJECT / "build" / "rendered" / NAME
    subprocess.run([sys.executable, PROJECT / "tests" / "cases" / "render.py", rendered / "cases"], check=True)
    imports = [PROJECT / "tests" / "imports" / "render.py", rendered / "imports"]
    subprocess.run([sys.executable, *imports, *os.environ.get("IMPORTS", "").split()], check=True)
    if not sys.argv[1:] or any("test_mutations" in word for word in sys.argv[1:]):
        share = os.environ.get("SHARE", "50")
        mutations = PROJECT / "tests" / "mutations" / "render.py"
        subprocess.run([sys.executable, mutations, rendered / "mutations", share], check=True)
    words = sys.argv[1:] or ["python3", "-m", "pytest", "-c", "tests/kernel/pytest.ini", "tests/kernel"]
    lab("up")
    try:
        copy(PROJECT, ["plugins", "roles", "tests", "docs/metrics"], COLLECTION)
        copy(rendered, ["."], f"{COLLECTION}/rendered")
        ansible_parts = ["__init__.py", "_vendor", "release.py", "module_utils"]
        copy(Path(ansible.__file__).parent, ansible_parts, f"{GUEST_FOLDER}/ansible")
        for package in (jinja2, markupsafe):
            copy(Path(package.__file__).parent, ["."], f"{GUEST_FOLDER}/{package.__name__}")
        return ssh(
            f"cd {COLLECTION} && LVS_THROWAWAY_MACHINE=yes PYTHONPATH={GUEST_FOLDER} {shlex.join(words)}"
        ).returncode
    finally:
        lab("down")


if __name__ == "__main__":
    sys.exit(main())
