# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call of the module keepalived has done to the host, for its history. Private to the collection.

The host is looked at before and afterwards, so that a call that has failed half way is told as well.
"""

from __future__ import annotations

import os
from typing import Any, Dict, Iterator, Mapping, NamedTuple

from .._files import Texts, file_diff, read_text
from .configuration import is_private
from .text import masked

FILES = ("path", "drop_in", "hold_file")


class Look(NamedTuple):
    """texts: of the files that the options name. private: whether root alone may read the configuration.

    folder: whether that of the tracked files is there.
    """

    texts: Texts
    private: bool
    folder: bool


def look(options: Mapping[str, Any]) -> Look:
    """Look at what the options of the module are about."""
    return Look(
        {path: read_text(path) for path in (options[name] for name in FILES) if path},
        is_private(options["path"]),
        os.path.isdir(options["drained_folder"] or "/"),
    )


def done(options: Mapping[str, Any], before: Look, after: Look, result: Mapping[str, Any]) -> Dict[str, Any]:
    """Return what the history says: how files differ now, without secrets, and the commands that do the rest."""
    diffs = [
        file_diff(path, masked(text or ""), masked(after.texts[path] or ""))
        for path, text in before.texts.items()
        if text != after.texts[path]
    ]
    commands = [*_commands(options, before, after, result)]
    return {"changed": bool(diffs or commands), "diff": diffs, "commands": commands}


def _commands(options: Mapping[str, Any], before: Look, after: Look, result: Mapping[str, Any]) -> Iterator[str]:
    if after.folder and not before.folder:
        yield f"mkdir --parents {options['drained_folder']}"
    if after.private and not before.private:
        yield f"chmod 600 {options['path']}"
    for part in result.get("let_go", ()):
        yield f"systemctl reload keepalived.service, with the process {part} killed so that it removes nothing"
    for vip in result.get("lent", ()):
        yield f"ip address add {vip['address']} dev {vip['interface']} valid_lft {options['lent_seconds']}"
