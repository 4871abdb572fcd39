# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs that directors run without Ansible: copies of those files of module_utils that one uses.

A folder, and no zipapp: Python keeps what it has compiled of a folder, so that a run takes about half of the time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MODULE_UTILS = Path(__file__).resolve().parents[1] / "module_utils"
PACKAGE = "lvs_cluster"
METRICS, FLOOR = PurePosixPath("_metrics/exporter.py"), PurePosixPath("_floor/program.py")
ANNOUNCER = PurePosixPath("_announcer/daemon.py")


def copies(program: PurePosixPath) -> dict[str, str]:
    """Path below the program's folder -> text. program: its file in module_utils, whose main() starts it."""
    files = {program}
    waiting = [program]
    while waiting:
        used = set(_used_by(waiting.pop())) - files
        files |= used
        waiting += sorted(used)
    return {f"{PACKAGE}/{file}": _read(file) for file in sorted(files)}


def started(program: PurePosixPath) -> dict[str, str]:
    """The same, with what starts it where Python is given the folder."""
    start = f"""# Written by lvs.cluster: copies of its own files, which its modules use too.
from {PACKAGE}.{".".join(program.with_suffix("").parts)} import main

main()
"""
    return {"__main__.py": start, **copies(program)}


def _used_by(file: PurePosixPath) -> Iterator[PurePosixPath]:
    """The files that one imports by relative names, and what makes their folders packages."""
    yield from (folder / "__init__.py" for folder in file.parents)
    for node in ast.walk(ast.parse(_read(file))):
        if isinstance(node, ast.ImportFrom) and node.level:
            origin = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            names = [origin / alias.name for alias in node.names]
            yield from (name for path in (origin, *names) if _exists(name := path.with_name(f"{path.name}.py")))


def _exists(file: PurePosixPath) -> bool:
    return file.name != ".py" and (MODULE_UTILS / file).is_file()


def _read(file: PurePosixPath) -> str:
    return (MODULE_UTILS / file).read_text(encoding="utf-8")
