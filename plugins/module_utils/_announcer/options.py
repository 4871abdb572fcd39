# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument spec of the announcer. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict

from .._ipvs.model import PROTOCOLS

_SORRY_SERVER = {"address": {"type": "str", "required": True}, "port": {"type": "int", "required": True}}
_SERVICE = {
    "address": {"type": "str"},
    "port": {"type": "int"},
    "protocol": {"type": "str", "choices": list(PROTOCOLS)},
    "fwmark": {"type": "int"},
    "family": {"type": "str", "choices": ["ipv4", "ipv6"]},
    "quorum": {"type": "int", "default": 1},
    "hysteresis": {"type": "int", "default": 0},
    "sorry_servers": {"type": "list", "elements": "dict", "default": [], "options": _SORRY_SERVER},
}
_VIP = {
    "address": {"type": "str", "required": True},
    "services": {"type": "list", "elements": "dict", "required": True, "options": _SERVICE},
}
ANNOUNCER: Dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "vips": {"type": "list", "elements": "dict", "default": [], "options": _VIP},
    "announce_while": {"type": "str", "choices": ["all", "any"], "default": "all"},
    "checked": {"type": "bool", "default": True},
    "on_standby": {"type": "bool", "default": False},
    "program": {"type": "dict", "default": {}},
}
