# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.gate import silent


def test_who_has_no_good_result_has_not_answered() -> None:
    registered = {
        "lvs1": {"changed": False},
        "lvs2": {"unreachable": True, "changed": False},
        "lvs3": {"failed": True},
        "lvs4": None,
        "lvs6": True,
    }
    assert silent(["lvs5", "lvs4", "lvs3", "lvs2", "lvs1", "lvs6"], registered) == ["lvs2", "lvs3", "lvs4", "lvs5"]
    assert silent([], registered) == []
