# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director announces now: facts, read and not judged. Private to the collection."""

from __future__ import annotations

import time
from typing import Any, Dict, List, Optional

from .._files import read_text
from .._places import BGP
from .._programs import attempt
from . import bird_conf, frr_daemon, sessions
from .model import BIRD, FRR, Owned, parse_owned


def read_bgp() -> Optional[Dict[str, Any]]:
    """Return the program that announces VIPs for this collection and its sessions, None where none does.

    Without sessions, the program does not run. InvalidInput where what is owned cannot be read.
    """
    owned = parse_owned(read_text(BGP) or "", BGP)
    if not owned.program:
        return None
    found = {FRR: _of_frr, BIRD: _of_bird}[owned.program](owned)
    return {"program": owned.program, "sessions": sessions.as_results(found)}


def _of_frr(owned: Owned) -> List[sessions.Session]:
    found = []
    for family, session in sessions.of_frr(frr_daemon.asked_json("show bgp summary json"), owned.neighbours):
        if session.state == sessions.ESTABLISHED:
            asked = f"show bgp {family} unicast neighbors {session.neighbour} advertised-routes json"
            session = session._replace(announced=sessions.announced_by_frr(frr_daemon.asked_json(asked)))
        found.append(session)
    return found


def _of_bird(_owned: Owned) -> List[sessions.Session]:
    now = time.localtime()
    told = _birdc("show", "protocols", "all")
    found = []
    for name, session in sessions.of_bird(told, (now.tm_hour * 60 + now.tm_min) * 60 + now.tm_sec):
        if session.state == sessions.ESTABLISHED:
            table = bird_conf.table_of(session.neighbour)
            routes = _birdc("show", "route", "table", table, "export", name)
            session = session._replace(announced=sessions.announced_by_bird(routes))
        found.append(session)
    return found


def _birdc(*words: str) -> str:
    done = attempt(["birdc", *words])
    return done.stdout if done.returncode == 0 else ""
