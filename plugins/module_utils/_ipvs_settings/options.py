# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of IPVS's settings, as the modules' argument_spec has them. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict

from .model import ROLES

TIMEOUTS: Dict[str, Any] = {
    "state": {"type": "str", "choices": ["merged", "replaced"], "default": "merged"},
    "tcp": {"type": "int"},
    "tcpfin": {"type": "int"},
    "udp": {"type": "int"},
    "boot_file": {"type": "path"},
}
SYNC_DAEMON: Dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "roles": {"type": "list", "elements": "str", "choices": list(ROLES), "default": []},
    "interface": {"type": "str"},
    "sync_id": {"type": "int"},
    "max_length": {"type": "int"},
    "group": {"type": "str"},
    "port": {"type": "int"},
    "ttl": {"type": "int"},
    "boot_file": {"type": "path"},
}
