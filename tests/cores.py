# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's part of the collection on each supported ansible-core.

  cores.py                     check the syntax of every playbook, and compute the views of every example's hosts
  cores.py commands VERSION    print the folder with the commands of a version, oldest or newest; makes it if need be

Each version has a virtual environment of its own in build/cores, with a Python of this machine that it runs on. A
version for which there is none is named, and is not tried.
"""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pythons import find

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "build" / "cores"
CONTROLLER = PROJECT / "requirements.txt"
COLLECTIONS = PROJECT / ".venv" / "collections"
EXAMPLES = sorted(path.parent for path in PROJECT.glob("inventory-examples/*/hosts.yml"))
PLAYBOOKS = sorted(f"lvs.cluster.{path.stem}" for path in PROJECT.glob("playbooks/*.yml"))
# Prints a line that has this word for each host.
VIEWS = PROJECT / "tests" / "views.yml"
VIEW = '"msg": "VIEW '


@dataclass(frozen=True)
class Core:
    """A supported ansible-core: its exact version, and the Pythons that it runs on."""

    version: str
    pythons: tuple[str, ...]

    @property
    def python(self) -> Path | None:
        """The interpreter that it gets here."""
        return next(filter(None, map(find, self.pythons)), None)

    @property
    def environment(self) -> Path:
        return FOLDER / self.version

    @property
    def commands(self) -> Path:
        """A folder with the commands of ansible and no others: PATH may begin with it."""
        return self.environment / "commands"


# The last release of each series; from the oldest to the newest that there is.
CORES = (
    Core("2.16.19", ("3.11", "3.10", "3.12")),
    Core("2.18.19", ("3.11", "3.12", "3.13")),
    Core("2.19.14", ("3.11", "3.12", "3.13")),
    Core("2.20.10", ("3.12", "3.13", "3.14")),
    Core("2.21.5", ("3.13", "3.12", "3.14")),
)
NAMED = {"oldest": CORES[0], "newest": CORES[-1]}


def make(core: Core, python: Path) -> None:
    """Make the environment of a version, unless it is there; one process at a time does."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{core.version}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        constraints = core.environment / "constraints.txt"
        if not core.commands.exists() or constraints.read_text(encoding="utf-8") != pinned():
            fill(core, python)


def pinned() -> str:
    """Exact versions of what a controller needs, but for what the versions of ansible-core disagree about."""
    exact = (PROJECT / "requirements-dev.txt").read_text(encoding="utf-8")
    return re.sub(r"(?m)^(ansible-core|resolvelib)==.*$", "", exact)


def fill(core: Core, python: Path) -> None:
    subprocess.run([python, "-m", "venv", "--clear", "--without-pip", core.environment], check=True)
    constraints = core.environment / "constraints.txt"
    constraints.write_text(pinned(), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", core.environment / "bin" / "python"]
    install = ["install", "--quiet", "--quiet", "--constraint", constraints, "--requirement", CONTROLLER]
    install += [f"ansible-core=={core.version}"]
    subprocess.run([*pip, *install], check=True)
    unfinished = core.environment / "unfinished"
    unfinished.mkdir()
    for command in (core.environment / "bin").glob("ansible*"):
        (unfinished / command.name).symlink_to(command)
    unfinished.rename(core.commands)


def run(core: Core, *words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CONFIG": str(PROJECT / "inventory-examples" / "ansible.cfg"),
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
        "ANSIBLE_NOCOLOR": "1",
    }
    command = [core.commands / "ansible-playbook", *words]
    return subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)


def check_syntax(core: Core) -> Iterator[str]:
    """Yield what is wrong with the playbooks."""
    done = run(core, "--syntax-check", "--inventory", EXAMPLES[0], *PLAYBOOKS)
    if done.returncode:
        yield f"--syntax-check: {done.stdout}{done.stderr}"


def views(core: Core, example: Path) -> tuple[str, list[str]]:
    """Return what went wrong and a line for each host of an example: what the host must look like."""
    words = ["--inventory", example, "lvs.cluster.definition", VIEWS]
    password = example / "vault-password"
    done = run(core, *words, *(["--vault-password-file", password] if password.exists() else []))
    lines = sorted(line.strip() for line in done.stdout.splitlines() if VIEW in line)
    wrong = done.returncode or not lines
    return (f"{example.name}: {done.stdout}{done.stderr}" if wrong else "", lines)


def check_views(core: Core, expected: dict[Path, list[str]], pool: ThreadPoolExecutor) -> Iterator[str]:
    """Yield what goes wrong with the examples. expected: by example what the first version has computed."""
    results = pool.map(lambda example: (example, *views(core, example)), EXAMPLES)
    for example, wrong, lines in results:
        if wrong:
            yield wrong
        elif lines != expected.setdefault(example, lines):
            yield "\n".join([f"{example.name}: not what another ansible-core computes:", *lines, *expected[example]])


def check_all() -> int:
    start = time.monotonic()
    passed, failed, missing = [], [], []
    expected: dict[Path, list[str]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pythons = {core: core.python for core in CORES}
        list(pool.map(lambda found: make(*found), ((core, python) for core, python in pythons.items() if python)))
        for core, python in pythons.items():
            print(f"== ansible-core {core.version}: {python or 'no Python here that it runs on'}", flush=True)
            if python is None:
                missing.append(core.version)
                continue
            wrong = [*check_syntax(core), *check_views(core, expected, pool)]
            print(*wrong, sep="\n", end="\n" if wrong else "", flush=True)
            (failed if wrong else passed).append(core.version)
    verdicts = [
        f"{len(versions)} {verdict} ({' '.join(versions)})"
        for versions, verdict in (
            (passed, "passed"),
            (failed, "failed"),
            (missing, "without a Python here"),
        )
        if versions
    ]
    print(f"ansible-core: {', '.join(verdicts)} in {time.monotonic() - start:.1f}s")
    return 1 if failed or not passed else 0


def print_commands(name: str) -> int:
    """Print the folder of a version's commands; where it has no Python, say so and print that of the development's."""
    core = NAMED[name]
    python = core.python
    if python is None:
        print(f"ansible-core {core.version}: not run, there is no Python here that it runs on", file=sys.stderr)
        print(Path(sys.executable).parent)
        return 0
    make(core, python)
    print(core.commands)
    return 0


def main() -> int:
    words = sys.argv[1:]
    return print_commands(words[1]) if words[:1] == ["commands"] else check_all()


if __name__ == "__main__":
    sys.exit(main())
