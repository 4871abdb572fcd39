# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The programs by which a director announces its VIPs, behind the one road of _resource.py. Private."""

from __future__ import annotations

from typing import Optional

from .._change import InvalidInput
from .._files import read_text
from .._places import BGP
from .._resource import Resource
from . import bird, frr
from .model import BIRD, FRR, Announcement, parse_owned

_PROGRAMS = {FRR: frr.Announced, BIRD: bird.Announced}


def announced(program: str, wanted: Optional[Announcement]) -> Resource:
    """Return what a program announces. wanted: None for nothing, by whichever program that is done here."""
    here = parse_owned(read_text(BGP) or "", BGP).program
    if wanted is not None and here not in ("", program):
        raise InvalidInput(
            (f"program: this host announces by {here}, not by {program}; call this with state absent for it first",)
        )
    return _PROGRAMS[(here or program) if wanted is None else program](wanted)
