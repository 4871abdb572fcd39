# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Other people's files as an inventory, on the controller alone. Documented in plugins/modules/import_files.py."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Sequence
from typing import Any

from ansible.parsing.vault import VaultLib
from ansible.plugins.action import ActionBase

from ..plugin_utils._formats import keepalived_conf
from ..plugin_utils._formats.imported import Imported, NotUnderstood, Source
from ..plugin_utils._formats.judged import judged
from ..plugin_utils._formats.page import summary
from ..plugin_utils._formats.written import files


class Disk:
    """The files of the controller."""

    def read(self, path: str) -> str | None:
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                return file.read()
        except OSError:
            return None

    def matching(self, pattern: str, folder: str) -> list[str]:
        return sorted(glob.glob(os.path.join(folder, pattern)))


class ActionModule(ActionBase):
    """Reads files and writes the files of an inventory. It connects to no host."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars or {})
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "files": {"type": "list", "elements": "str", "required": True},
                "folder": {"type": "path", "required": True},
            }
        )
        sources = [_source(named) for named in options["files"]]
        try:
            imported = _read(sources)
            written = self._texts(imported, sources)
            changed = _differing(options["folder"], written)
        except NotUnderstood as error:
            return {**result, "failed": True, "msg": str(error)}
        if not self._task.check_mode:
            for name in changed:
                _write(os.path.join(options["folder"], name), written[name])
        paths = [os.path.join(options["folder"], name) for name in written]
        return {
            **result,
            "changed": bool(changed),
            "files": paths,
            "summary": [*summary(imported, judged(imported)), f"written: {', '.join(paths)}"],
            "counts": imported.book.counts(),
        }

    def _texts(self, imported: Imported, sources: Sequence[Source]) -> dict[str, str]:
        names = [os.path.basename(source.path) for source in sources]
        return files(imported, judged(imported), names, self._encrypt())

    def _encrypt(self) -> Callable[[str], str] | None:
        """What encrypts with the vault password of the run, if it has one."""
        vault = getattr(self._loader, "_vault", None)
        secrets = getattr(vault, "secrets", None)
        if not secrets:
            return None
        return lambda secret: VaultLib(secrets).encrypt(secret).decode()


def _source(named: str) -> Source:
    """PATH, or DIRECTOR=PATH."""
    director, sign, path = named.partition("=")
    return Source(os.path.expanduser(path), director) if sign else Source(os.path.expanduser(named))


def _read(sources: Sequence[Source]) -> Imported:
    disk = Disk()
    for source in sources:
        text = disk.read(source.path)
        if text is None:
            raise NotUnderstood(f"{source.path} is not there, or cannot be read. Nothing was imported.")
        if not keepalived_conf.recognised(text):
            raise NotUnderstood(
                f"{source.path} is no keepalived.conf: it has no virtual server, no VRRP instance and no include. "
                "Nothing was imported."
            )
    return keepalived_conf.read(sources, disk)


def _differing(folder: str, written: dict[str, str]) -> list[str]:
    """The files that are to be written. NotUnderstood where there are others, which are never overwritten."""
    there = {name: Disk().read(os.path.join(folder, name)) for name in written}
    others = [os.path.join(folder, name) for name, text in there.items() if text not in (None, written[name])]
    if others:
        raise NotUnderstood(
            f"{', '.join(others)}: there already, with other content. Choose another folder, such as -e to=imported, "
            "or move the file away. Nothing was written."
        )
    return [name for name, text in there.items() if text is None]


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
