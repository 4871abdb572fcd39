# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of ipvsadm, as -S saves them and as shell scripts add them, as a definition. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .account import Account
from .directors import name_all
from .files import Files
from .imported import Imported, Source
from .ipvsadm_table import Table
from .shell import script_of
from .together import Director, Ways, together

NAME = "ipvsadm"
_ADDS = r"(?:-[Aa]|--add-serv(?:ice|er))\s*-{0,2}(?:[tuf]|(?:tcp|udp|sctp|fwmark)-service)[\s=]"
_SAVED = re.compile(rf"^{_ADDS}", re.MULTILINE)
_IN_A_SCRIPT = re.compile(rf"^[^#\n]*\s{_ADDS}", re.MULTILINE)
_WAYS = {
    "one director": Ways(
        {"engine": "static"},
        "rules say neither who checks real servers nor who moves VIPs: nobody does, as before; with engine: "
        "keepalived, keepalived does both",
        "",
    ),
    "several directors": Ways(
        {"checks_by": "none"},
        "rules say neither who checks real servers nor who holds VIPs: nobody checks, as before, and VRRP moves the "
        "VIPs, since two directors must not have them at the same time",
        "",
    ),
}


def recognised(text: str) -> bool:
    """Whether a file may have rules of ipvsadm."""
    return bool(_SAVED.search(text)) or ("ipvsadm" in text and bool(_IN_A_SCRIPT.search(text)))


def read(sources: Sequence[Source], files: Files) -> Imported:
    """Files of one director or of several, which should say the same."""
    book = Account()
    tables: dict[str, Table] = {}
    for source in sources:
        tables.setdefault(source.director, Table(book)).read(script_of(files, source.path, book))
    directors = [Director(name, table.cluster, table.services()) for name, table in tables.items()]
    name_all(directors)
    found = together(directors, book, _WAYS["several directors" if directors[1:] else "one director"])
    found.cluster["take_over_from"] = ["ipvsadm"]
    return found
