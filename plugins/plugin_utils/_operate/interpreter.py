# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What it means that a module cannot run on a host: its Python is older than modules need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

OLDEST = "3.8"
# What a Python says of words that only newer ones know, before a module runs: 2.7, 3.6 and 3.7 with ansible-core 2.19.
_NEWER_WORDS = "SyntaxError: "
# What ansible-core says of itself, in module_utils/basic.py.
_OF_ANSIBLE = re.compile(r"ansible-core requires a minimum of [^.]*Python3? version ?[\d.]*\d")


def explained(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a module; where the host's Python is too old, with a sentence that says so."""
    words = " ".join(str(result.get(name) or "") for name in ("msg", "module_stderr", "module_stdout"))
    asked = _OF_ANSIBLE.search(words)
    if not result.get("failed") or not (asked or _NEWER_WORDS in str(result.get("module_stderr"))):
        return dict(result)
    needed = f"{OLDEST} or newer{f'; {asked[0]}' if asked else ''}"
    return {
        **result,
        "msg": f"The Python of this host is too old for the modules, which need {needed}. Install a newer one, such as "
        "python3.12 on RHEL 8, and name it in the inventory for this host: "
        "ansible_python_interpreter: /usr/bin/python3.12",
    }
