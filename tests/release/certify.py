# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What those who publish collections ask of an archive, asked of the one that is built here: `make certify`.

It ends with status 1 at the first answer that is not clean. What needs a registry is not tried: no image of the
execution environment is built, only the context that it would be built from.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import archive
import yaml

PROJECT = archive.PROJECT
GALAXY: dict[str, Any] = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))
PLACES = ("repository", "documentation", "homepage", "issues")
PLACEHOLDER = "https://example.com/"
CLEAN = "Importer processing completed successfully"
COMPLAINTS = ("WARNING", "ERROR", "CRITICAL")
ENVIRONMENT = """\
version: 3
images:
  base_image: {{name: example.com/any-base-image:latest}}
dependencies:
  galaxy:
    collections:
      - {{name: {name}, type: file}}
additional_build_files:
  - {{src: {path}, dest: .}}
"""


class NotClean(Exception):
    """An answer that nobody would publish the collection with."""


def run(words: list[str], folder: Path, **variables: str) -> str:
    """What a command prints, both streams; NotClean if it fails."""
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, **variables},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise NotClean(f"{' '.join(words)} ended with status {done.returncode}:\n{done.stdout}")
    return done.stdout


def same_bytes(built: Path, scratch: Path) -> str:
    """Built once more, of another copy of the files."""
    if archive.build(scratch / "again").read_bytes() != built.read_bytes():
        raise NotClean("two builds of the same files differ")
    return "the same files give the same bytes"


def importer(built: Path, scratch: Path) -> str:
    """Galaxy's importer, with the checks that certification adds.

    Without ansible-lint, which has been asked already: the importer gives it three minutes and no more.
    """
    first = "no" if GALAXY["version"].startswith("0.") else "yes"
    told = run(
        [sys.executable, "-m", "galaxy_importer.main", str(built)],
        scratch,
        GALAXY_IMPORTER_CHECK_REQUIRED_TAGS="yes",
        GALAXY_IMPORTER_REQUIRE_V1_OR_GREATER=first,
        GALAXY_IMPORTER_RUN_ANSIBLE_LINT="no",
    )
    complaints = [line for line in told.splitlines() if any(word in line for word in COMPLAINTS)]
    if complaints or CLEAN not in told:
        raise NotClean("galaxy-importer:\n" + ("\n".join(complaints) or told))
    return "galaxy-importer: without a warning"


def installed(built: Path, scratch: Path) -> Path:
    """Where the collection is, installed from the archive alone."""
    run(["ansible-galaxy", "collection", "install", "--force", str(built), "-p", str(scratch / "installed")], scratch)
    return scratch / "installed" / "ansible_collections" / GALAXY["namespace"] / GALAXY["name"]


def lint(built: Path, scratch: Path) -> str:
    """ansible-lint as a stranger runs it: none of the settings of this project, and a warning counts."""
    collection = installed(built, scratch)
    words = ["ansible-lint", "--profile", "production", "--strict", "--offline", "--nocolor"]
    told = run(words, collection, ANSIBLE_COLLECTIONS_PATH=str(scratch / "installed"))
    ignored = [line for line in told.splitlines() if line.startswith("WARNING  Ignored exception")]
    if ignored:
        raise NotClean("ansible-lint cannot read:\n" + "\n".join(ignored))
    return "ansible-lint --profile production --strict: passed"


def execution_environment(built: Path, scratch: Path) -> str:
    """What ansible-builder finds that an execution environment needs, and the context that it makes of it."""
    found = run(["ansible-builder", "introspect", str(scratch / "installed")], scratch)
    for file in ("requirements.txt", "bindep.txt"):
        lines = (PROJECT / file).read_text(encoding="utf-8").splitlines()
        missing = [line for line in lines if line and not line.startswith("#") and line not in found]
        if missing:
            raise NotClean(f"ansible-builder does not find {', '.join(missing)} of {file}:\n{found}")
    definition = ENVIRONMENT.format(name=built.name, path=built)
    (scratch / "execution-environment.yml").write_text(definition, encoding="utf-8")
    run(["ansible-builder", "create"], scratch)
    if not (scratch / "context" / "_build" / built.name).exists():
        raise NotClean("the build context of ansible-builder lacks the archive")
    return "ansible-builder: a build context; no image was built, for that needs a registry"


CHECKS: tuple[Callable[[Path, Path], str], ...] = (same_bytes, lint, execution_environment, importer)


def main() -> int:
    # The commands of these tools come first, wherever this was started from.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shutil.rmtree(archive.RELEASE, ignore_errors=True)
    built = archive.build(archive.RELEASE)
    print(built.relative_to(PROJECT), flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for check in CHECKS:
            try:
                print(f"- {check(built, Path(scratch))}", flush=True)
            except NotClean as problem:
                print(f"- {problem}", file=sys.stderr)
                return 1
    for place in PLACES:
        if GALAXY[place].startswith(PLACEHOLDER):
            print(f"- left to the owner: {place} in galaxy.yml is still {GALAXY[place]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
