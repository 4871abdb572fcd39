# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that describe a host's network, as the module's argument_spec has them. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict

ADDRESS: Dict[str, Any] = {
    "address": {"type": "str", "required": True},
    "interface": {"type": "str"},
    "beside": {"type": "str"},
    "label": {"type": "str"},
    "announce": {"type": "bool", "default": False},
}
ADDRESSES: Dict[str, Any] = {"type": "list", "elements": "dict", "default": [], "options": ADDRESS}
