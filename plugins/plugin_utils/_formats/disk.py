# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller's disk: the files that an import reads, and those that it writes."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping

from .imported import NotUnderstood


class Disk:
    """The files of the controller."""

    def read(self, path: str) -> str | None:
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                return file.read()
        except OSError:
            return None

    def fault(self, path: str) -> str:
        if not os.path.exists(path):
            return "it is not there"
        return "it is a folder" if os.path.isdir(path) else "this user may not read it"

    def matching(self, pattern: str, folder: str) -> list[str]:
        return sorted(glob.glob(os.path.join(folder, pattern)))


def new_files(folder: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Of the texts those whose file is not there yet: path -> text. NotUnderstood where there is another one."""
    paths = {os.path.join(folder, name): text for name, text in texts.items()}
    there = {path: Disk().read(path) for path in paths}
    others = [path for path, text in there.items() if text not in (None, paths[path])]
    if others:
        raise NotUnderstood(
            f"{', '.join(others)}: there already, with other content. Choose another folder, such as -e to=imported, "
            "or move the file away. Nothing was written."
        )
    return {path: paths[path] for path, text in there.items() if text is None}


def write(path: str, text: str) -> None:
    """What is no UTF-8 becomes question marks."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
