# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The unit tests of what runs on managed hosts, on each of their Pythons that this machine has: `pythons.py`

A Python is looked for on PATH and among pyenv's. One that is not here is named, and is not tested.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import ansible

PROJECT = Path(__file__).resolve().parents[1]
# What ansible-core 2.19 takes on a managed host.
VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
TESTS = "tests/unit/plugins/module_utils"
REQUIREMENTS = PROJECT / "tests" / "requirements-managed.txt"
# Pure Python, so that one folder serves every version, and needs neither pip nor venv of it.
PACKAGES = PROJECT / "build" / "managed"
COLLECTIONS = PROJECT / ".venv" / "collections"


def find(version: str) -> Path | None:
    """Return an interpreter of this version that starts; pyenv lays commands on PATH that only say what is missing."""
    on_path = shutil.which(f"python{version}")
    of_pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    for command in filter(None, (on_path and Path(on_path), *of_pyenv)):
        if subprocess.run([command, "-S", "-c", ""], check=False, capture_output=True).returncode == 0:
            return command
    return None


def install() -> None:
    """Lay the packages, and ansible-core beside them, where every Python finds them."""
    done = PACKAGES / "requirements.txt"
    if not done.exists() or done.read_bytes() != REQUIREMENTS.read_bytes():
        shutil.rmtree(PACKAGES, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--quiet", "--no-deps"]
        pure = ["--only-binary", ":all:", "--platform", "any", "--python-version", VERSIONS[0]]
        subprocess.run([*pip, *pure, "--target", PACKAGES, "--requirement", REQUIREMENTS], check=True)
        shutil.copy(REQUIREMENTS, done)
    link = PACKAGES / "ansible"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(ansible.__file__).parent)


def test(python: Path) -> bool:
    """Run the tests; -S keeps out whatever else is installed for this Python."""
    environment = {**os.environ, "PYTHONPATH": f"{PACKAGES}:{COLLECTIONS}"}
    options = ["-p", "no:cacheprovider", "--hypothesis-profile=pythons", "-q"]
    command = [python, "-S", "-m", "pytest", *options, TESTS]
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode == 0


def main() -> int:
    start = time.monotonic()
    install()
    passed, failed, missing = [], [], []
    for version in VERSIONS:
        python = find(version)
        print(f"== Python {version}: {python or 'not on this machine'}", flush=True)
        if python is None:
            missing.append(version)
        else:
            (passed if test(python) else failed).append(version)
    verdicts = [
        f"{len(versions)} {verdict} ({' '.join(versions)})"
        for versions, verdict in ((passed, "passed"), (failed, "failed"), (missing, "not on this machine"))
        if versions
    ]
    print(f"Pythons: {', '.join(verdicts)} in {time.monotonic() - start:.1f}s")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
