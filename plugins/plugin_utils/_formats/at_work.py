# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to import of a running director: the files of the program that is at work there, or the table itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...module_utils._places import KEEPALIVED_CONF, LDIRECTORD_FILES
from ...module_utils._predecessors.model import is_at_work
from .files import Files

LVS_CF = "/etc/sysconfig/ha/lvs.cf"
HARESOURCES = "/etc/ha.d/haresources"
TABLE = "ipvsadm -S -n"  # stands for a path: what that command prints
Facts = Mapping[str, Any]


def at_work(owners: Facts, files: Files, rules: Sequence[str]) -> list[str]:
    """The paths to import. owners: what host_info tells of programs. rules: the table, as ipvsadm saves it.

    Where no program is at work, the files that are there count, and then the table.
    """
    runs = {name for name in ("keepalived", "heartbeat", "ldirectord") if is_at_work(name, owners)}
    if "keepalived" in runs:
        return [KEEPALIVED_CONF]
    if runs:
        return [*_there(LDIRECTORD_FILES, files)[:1], *(_there([HARESOURCES], files) if "heartbeat" in runs else [])]
    if rules:
        return [TABLE]
    return _there([KEEPALIVED_CONF], files) or _there([LVS_CF], files) or [KEEPALIVED_CONF]


def _there(paths: Sequence[str], files: Files) -> list[str]:
    return [path for path in paths if files.read(path) is not None]
