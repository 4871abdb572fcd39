# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._rules.advice import TWO_DIRECTORS, findings, names
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service


def test_directors_with_one_priority_are_reported() -> None:
    equal = {"lvs2": {"ansible_host": "192.0.2.3", "lvs_priority": 100}}
    assert "equal-priorities" in names(
        findings(parse(service(), engine="keepalived", groups=TWO_DIRECTORS, hosts=equal))
    )
    assert "equal-priorities" not in names(findings(parse(service(), groups=TWO_DIRECTORS, hosts=equal)))
    right = parse(service(), cluster={"engine": "keepalived", "sync_daemon": {}}, groups=TWO_DIRECTORS)
    assert findings(right) == []
