# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that describe packet-filter rules, as the module's argument_spec has them. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict

from .model import CONNECTIONS, HOOKS, KINDS

RULE: Dict[str, Any] = {
    "kind": {"type": "str", "required": True, "choices": list(KINDS)},
    "hook": {"type": "str", "choices": list(HOOKS)},
    "mac": {"type": "str"},
    "source": {"type": "str"},
    "address": {"type": "str"},
    "protocol": {"type": "str"},
    "source_port": {"type": "list", "elements": "str"},
    "port": {"type": "list", "elements": "str"},
    "connection": {"type": "str", "choices": list(CONNECTIONS)},
    "instead": {"type": "str"},
    "mark": {"type": "int"},
    "to": {"type": "str"},
    "mss": {"type": "int"},
}
RULES: Dict[str, Any] = {"type": "list", "elements": "dict", "default": [], "options": RULE}
