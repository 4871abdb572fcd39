# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that tells every module that changes a host who asked for it. Private."""

from __future__ import annotations

from typing import Any, Dict

ORIGIN: Dict[str, Any] = {
    "origin": {
        "type": "dict",
        "options": {
            "user": {"type": "str"},
            "playbook": {"type": "str"},
            "definitions": {"type": "dict"},
            "definition": {"type": "str", "no_log": True},
        },
    }
}
