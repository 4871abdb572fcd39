# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import configurations, and write what a keepalived is to judge: `render.py FOLDER [FILE...]`

For each sample, or for each of the files: FOLDER/NAME with the old files in `old`, `main` with the path of the one that
a director reads, `director` with its name, and `new.conf`; or `problems`, where the definition has some.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import with_password
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.disk import Disk
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.formats import read
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported, Source
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.judged import judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import errors_in
from ansible_collections.lvs.cluster.tests.imports.inventory import example

SAMPLES = Path(__file__).resolve().parent / "samples"


def samples() -> Iterator[tuple[str, list[Path]]]:
    """Name, and the files of its directors."""
    for folder in sorted(SAMPLES.iterdir()):
        yield folder.name, sorted(folder.glob("*.conf"))


def imported(paths: list[Path]) -> Imported:
    return read([Source(str(path)) for path in paths], Disk())


def render(target: Path, paths: list[Path]) -> None:
    """What becomes of one import. The old files are there already."""
    found = imported(paths)
    problems = errors_in(judged(found))
    if problems:
        (target / "problems").write_text("\n".join(problems), encoding="utf-8")
        return
    unknown = [host for host, variables in found.directors.items() if "ansible_host" not in variables]
    addresses = {host: [f"198.51.100.{number}"] for number, host in enumerate(unknown, 1)}
    director, text, _interfaces = next(iter(example(found, addresses, target / "inventory").configurations()))
    (target / "director").write_text(str(director), encoding="utf-8")
    (target / "main").write_text(f"old/{paths[0].name}", encoding="utf-8")
    (target / "new.conf").write_text(with_password(text, "secret"), encoding="utf-8")


def main(folder: Path, others: list[Path]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for path in others:
        (folder / path.stem / "old").mkdir(parents=True)
        shutil.copy(path, folder / path.stem / "old")
        render(folder / path.stem, [path])
    for name, paths in () if others else samples():
        shutil.copytree(paths[0].parent, folder / name / "old")
        render(folder / name, paths)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]])
