# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a real kernel has sent (tests/kernel/record.py): the messages that are damaged here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._network.recorded import dump

_IPVS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[1] / "unit/plugins/module_utils/_ipvs/recorded.json").read_text(encoding="utf-8")
)

SERVICES = [bytes.fromhex(payload) for payload in _IPVS["services"]]
DESTINATIONS = [bytes.fromhex(payload) for listed in _IPVS["services"].values() for payload in listed]
LINES = list(_IPVS["requests"])
LINKS, ADDRESSES, ROUTES, RULES, LISTENERS = map(dump, ("links", "addresses", "routes", "rules", "listeners"))
