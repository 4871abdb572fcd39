# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The announcer on this host: its program, its unit, what it may announce. Private to the collection."""

from __future__ import annotations

import os
import shutil
from typing import Any, Dict, List, Mapping, Sequence

from .. import _installed, _units
from .._files import Texts, read_text, write_texts
from .._places import ANNOUNCER_CACHE, ANNOUNCER_FILE, ANNOUNCER_PROGRAM, ANNOUNCER_SERVICE, ANNOUNCER_UNIT
from .text import settings_of, text_of
from .units import service

RELOAD = "daemon-reload"


def differences(options: Mapping[str, Any]) -> Texts:
    """Return what is to be written, None for what is to go. ValueError for VIPs that could not be announced."""
    found = {
        **_installed.files_of(ANNOUNCER_PROGRAM),
        **{path: read_text(path) for path in (ANNOUNCER_SERVICE, ANNOUNCER_FILE)},
    }
    wanted: Texts = dict.fromkeys(found)
    if options["state"] == "present":
        wanted.update(_installed.wanted_files(ANNOUNCER_PROGRAM, options["program"]))
        wanted[ANNOUNCER_SERVICE] = service(
            _installed.interpreter(), ANNOUNCER_PROGRAM, ANNOUNCER_FILE, os.path.basename(ANNOUNCER_CACHE)
        )
        text = wanted[ANNOUNCER_FILE] = text_of(options)
        settings_of(text)
    return {path: text for path, text in wanted.items() if text != found.get(path)}


def steps(changes: Texts, state: str) -> List[str]:
    """Return what systemd has to do, as verbs of systemctl. The announcer reads by itself what it may announce."""
    if state == "absent":
        return ["stop", "disable", RELOAD] if ANNOUNCER_SERVICE in changes else []
    begins_again = any(path != ANNOUNCER_FILE for path in changes)
    verbs = [RELOAD] if ANNOUNCER_SERVICE in changes else []
    verbs += [] if _units.is_enabled(ANNOUNCER_UNIT) else ["enable"]
    return [*verbs, *(["restart"] if begins_again else [] if _units.is_active(ANNOUNCER_UNIT) else ["start"])]


def carry_out(changes: Texts, verbs: Sequence[str], state: str) -> None:
    """Write the files and start the announcer, or stop it, so that the VIPs go, and remove them."""
    if state == "absent":
        _tell_systemd([verb for verb in verbs if verb != RELOAD])
    write_texts(changes)
    if state == "absent":
        shutil.rmtree(ANNOUNCER_PROGRAM, ignore_errors=True)
        shutil.rmtree(ANNOUNCER_CACHE, ignore_errors=True)
    _tell_systemd([verb for verb in verbs if state == "present" or verb == RELOAD])


def commands(verbs: Sequence[str]) -> List[str]:
    """Return the lines by which people would do the same with the unit."""
    return [f"systemctl {verb}" if verb == RELOAD else f"systemctl {verb} {ANNOUNCER_UNIT}" for verb in verbs]


def _tell_systemd(verbs: Sequence[str]) -> None:
    for verb in verbs:
        _units.systemctl(verb, "" if verb == RELOAD else ANNOUNCER_UNIT)


def diffs(changes: Texts) -> List[Dict[str, Any]]:
    """Return the differences for people."""
    return _installed.diffs(ANNOUNCER_PROGRAM, changes)
