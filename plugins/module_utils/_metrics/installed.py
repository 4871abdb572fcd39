# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exporter on this host: its program, its units, what it writes. Private to the collection."""

from __future__ import annotations

import os
import shutil
from typing import Any, Dict, List, Mapping

from .. import _installed
from .._files import Texts, read_text, write_texts
from .._places import METRICS_CACHE, METRICS_FILE, METRICS_PROGRAM, METRICS_SERVICE, METRICS_TIMER
from .units import TIMER, service, written_file


class CannotInstall(Exception):
    """The text says what is missing on this host, and what to do."""


def differences(options: Mapping[str, Any]) -> Texts:
    """Return what is to be written, None for what is to go. CannotInstall where there is no place for it."""
    found = {
        **_installed.files_of(METRICS_PROGRAM),
        **{unit: read_text(unit) for unit in (METRICS_SERVICE, METRICS_TIMER)},
    }
    written = written_file(found[METRICS_SERVICE] or "")
    wanted: Texts = dict.fromkeys(found)
    if options["state"] == "present":
        file = f"{options['folder']}/{METRICS_FILE}"
        wanted.update(_installed.wanted_files(METRICS_PROGRAM, options["program"]))
        wanted.update({METRICS_SERVICE: _service(options["folder"], file), METRICS_TIMER: TIMER})
        written = written if written != file else ""
    changes = {path: text for path, text in wanted.items() if text != found.get(path)}
    if written and os.path.exists(written):
        changes[written] = None
    return changes


def _service(folder: str, file: str) -> str:
    if not os.path.isdir(folder):
        raise CannotInstall(
            f"There is no folder {folder}, from which the Prometheus node exporter takes metrics: install the node "
            "exporter (Debian's package is prometheus-node-exporter), or name the folder that its option "
            "--collector.textfile.directory has, with -e lvs_metrics_folder=FOLDER"
        )
    of_root = os.stat(folder).st_uid == 0
    return service(_installed.interpreter(), METRICS_PROGRAM, file, os.path.basename(METRICS_CACHE), of_root)


def carry_out(changes: Texts, state: str) -> None:
    """Write the files, or remove them."""
    write_texts(changes)
    if state == "absent":
        shutil.rmtree(METRICS_PROGRAM, ignore_errors=True)
        shutil.rmtree(METRICS_CACHE, ignore_errors=True)


def diffs(changes: Texts) -> List[Dict[str, str]]:
    """Return the differences for people; the metrics themselves are none."""
    return _installed.diffs(
        METRICS_PROGRAM, {path: text for path, text in changes.items() if not path.endswith(METRICS_FILE)}
    )
