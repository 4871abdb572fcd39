# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""BIRD on this host: whether it runs, with which of our texts, and how it gets another. Private to the collection."""

from __future__ import annotations

import os
import re
import time
from typing import List, Optional, Tuple

from .. import _units
from .._files import new_file, read_text, replace_text
from .._keepalived import text as secrets
from .._places import BIRD_CONF, BIRD_UNIT, BIRD_VIPS
from .._programs import ToolFailed, attempt, find
from . import bird_conf

# The first release whose configuration has channels and tables of a family.
_OLDEST = 2
# How long BIRD may take to begin with a configuration.
_DEADLINE_S = 30


def is_installed() -> bool:
    """Return whether this host has BIRD, of a release that will do."""
    if not (find("bird") and find("birdc") and os.path.exists(BIRD_CONF)):
        return False
    done = attempt(["bird", "--version"])
    found = re.search(r"version (\d+)", done.stdout + done.stderr)
    return found is not None and int(found[1]) >= _OLDEST


def runs() -> bool:
    """Return whether BIRD runs."""
    return bool(find("birdc")) and attempt(["birdc", "show", "status"]).returncode == 0


def digest() -> str:
    """Return which of our texts BIRD runs with, by its word; "" for none."""
    done = attempt(["birdc", "eval", bird_conf.DIGEST])
    lines = done.stdout.split()
    return lines[-1] if done.returncode == 0 and lines else ""


def of_others() -> Tuple[List[str], List[str]]:
    """Return the kinds of protocols that others have in BIRD, and the addresses of their neighbours."""
    if runs():
        return bird_conf.shown(attempt(["birdc", "show", "protocols", "all"]).stdout)
    return bird_conf.said(read_text(BIRD_CONF) or "")


def test(text: Optional[str]) -> None:
    """Have BIRD look at its configuration with a text of ours, or without. ToolFailed says what it does not take."""
    folder = os.path.dirname(BIRD_CONF)
    ours = new_file(text or "", folder, 0o600)
    try:
        others = bird_conf.strip(read_text(BIRD_CONF) or "", BIRD_VIPS).replace(BIRD_VIPS, ours)
        whole = new_file(bird_conf.include(others, ours) if text is not None else others, folder, 0o600)
        try:
            done = attempt(["bird", "-p", "-c", whole])
        finally:
            os.unlink(whole)
    finally:
        os.unlink(ours)
    if done.returncode:
        told = (done.stderr + done.stdout).replace(ours, BIRD_VIPS).replace(whole, BIRD_CONF)
        said = secrets.without_secrets(" ".join(told.split()), text or "")
        raise ToolFailed(f"BIRD would not take its configuration then: {said}")


def place(text: Optional[str]) -> None:
    """Put our text where BIRD reads it, or take it away with None. Only root and BIRD may read it."""
    others = read_text(BIRD_CONF) or ""
    if text is None:
        replace_text(BIRD_CONF, bird_conf.strip(others, BIRD_VIPS))
        replace_text(BIRD_VIPS, None)
        return
    if not os.path.exists(BIRD_VIPS):
        like = os.stat(BIRD_CONF)
        empty = new_file("", os.path.dirname(BIRD_VIPS), 0o640)
        os.chown(empty, 0, like.st_gid)
        os.replace(empty, BIRD_VIPS)
    replace_text(BIRD_VIPS, text, 0o640)
    included = bird_conf.include(others, BIRD_VIPS)
    if included != others:
        replace_text(BIRD_CONF, included)


def read_again(wanted: str) -> None:
    """Have BIRD read its configuration, and wait until it goes by it. wanted: the word of our text, "" for none.

    ToolFailed where it does not take it: then it goes on with the one before.
    """
    done = attempt(["birdc", "configure"])
    if done.returncode or "Reconfig" not in done.stdout:
        said = " ".join((done.stdout + done.stderr).split())
        raise ToolFailed(
            f"BIRD does not take its configuration: {secrets.without_secrets(said, read_text(BIRD_VIPS) or '')}"
        )
    _await(wanted)


def start(wanted: str) -> None:
    """Start BIRD and wait until it goes by our text. ToolFailed where it does not."""
    _units.systemctl("start", BIRD_UNIT)
    _await(wanted)


def _await(wanted: str) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while digest() != wanted:
        if time.monotonic() > deadline:
            raise ToolFailed(
                f"BIRD does not go by its new configuration after {_DEADLINE_S} s; `birdc configure` says why"
            )
        time.sleep(0.1)
