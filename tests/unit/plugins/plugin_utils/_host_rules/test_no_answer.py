# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that have not answered."""

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.no_answer import Silent
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings


def test_who_has_not_answered_is_named_with_both_ways_to_go_on() -> None:
    assert list(map(str, findings(Silent(["lvs2"], "Nothing was changed."), []))) == [
        "lvs2: No answer, or a task has failed there, as shown above. Nothing was changed. Fix that and run the "
        "playbook again, or leave it out: --limit 'all:!lvs2' [LVS791]"
    ]
    (several,) = findings(Silent(["a", "b"], "X."), [])
    assert several.fix.endswith("leave them out: --limit 'all:!a:!b'")


def test_a_former_director_must_be_down_before_a_run_does_without_it() -> None:
    (one,) = findings(Silent(["lvs3"], "Nothing was changed.", were_directors=True), [])
    assert one.fix.endswith("or make sure that it is down, and say so: -e gone_directors=lvs3")
    (both,) = findings(Silent(["lvs3", "lvs4"], "Nothing was changed.", were_directors=True), [])
    assert both.fix.endswith("or make sure that they are down, and say so: -e gone_directors=lvs3,lvs4")


def test_where_all_have_answered_a_run_goes_on() -> None:
    assert findings(Silent([], "Nothing was changed."), []) == []
