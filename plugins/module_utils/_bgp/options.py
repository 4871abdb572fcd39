# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the module that announces VIPs, as its argument_spec has them. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict

from .model import FRR, PROGRAMS

NEIGHBOUR: Dict[str, Any] = {
    "address": {"type": "str", "required": True},
    "remote_as": {"type": "int", "required": True},
    "password": {"type": "str", "no_log": True},
    "bfd": {"type": "bool", "default": False},
    "multihop": {"type": "int"},
    "hold_time": {"type": "int"},
    "source": {"type": "str"},
}
BGP: Dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "program": {"type": "str", "choices": list(PROGRAMS), "default": FRR},
    "local_as": {"type": "int"},
    "router_id": {"type": "str"},
    "neighbours": {"type": "list", "elements": "dict", "default": [], "options": NEIGHBOUR},
    "prefixes": {"type": "list", "elements": "str", "default": []},
    "med": {"type": "int"},
    "standby_med": {"type": "int"},
    "communities": {"type": "list", "elements": "str", "default": []},
}
