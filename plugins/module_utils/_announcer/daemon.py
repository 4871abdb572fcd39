# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program that announces the VIPs of this director: `python3 FOLDER FILE`. Private to the collection.

It runs on a director, without Ansible, from a folder with copies of the files that it uses. Several times a second it
looks at the table of virtual services, at keepalived and at what operators have said, and has the VIPs on the
interfaces of which the routers are told. When it ends, however that happens, systemd removes these (units.py).
"""

from __future__ import annotations

import os
import sys
import time
from typing import NamedTuple, Optional

from .._files import read_text
from .._netlink.errors import NetlinkError
from .._netlink.socket import notify_systemd
from . import kernel
from .decision import changes, decide
from .model import Decision, Settings
from .text import settings_of

PAUSE_S, LONGEST_PAUSE_S = 0.3, 1.0
# So that a table of thousands of services takes no more than a quarter of one processor.
LARGEST_SHARE = 0.25
_NOTHING = Decision({}, {}, frozenset())


class Loaded(NamedTuple):
    """The file, as it was read last. written: when it was written, in nanoseconds since 1970."""

    settings: Settings
    written: int


def main() -> None:
    """Announce until somebody ends it."""
    try:
        run(sys.argv[1])
    except (NetlinkError, OSError, ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"This director announces nothing, until the program has begun again: {error}") from error


def run(file: str) -> None:
    """Announce what the file says. NetlinkError, OSError or what settings_of() raises where that is not possible."""
    loaded: Optional[Loaded] = None
    decision = _NOTHING
    while True:
        begin = time.process_time()
        loaded = _load(file, loaded)
        before, decision = decision, decide(loaded.settings, kernel.read(), decision.served)
        kernel.announce(decision)
        for line in changes(before, decision):
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        notify_systemd("READY=1\nWATCHDOG=1")
        rest = (time.process_time() - begin) * (1 / LARGEST_SHARE - 1)
        time.sleep(min(max(PAUSE_S, rest), LONGEST_PAUSE_S))


def _load(file: str, loaded: Optional[Loaded]) -> Loaded:
    """Read the file again where it was written since."""
    written = os.stat(file).st_mtime_ns
    if loaded is not None and loaded.written == written:
        return loaded
    return Loaded(settings_of(read_text(file) or ""), written)
