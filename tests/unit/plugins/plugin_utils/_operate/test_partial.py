# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run for some hosts of a cluster leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.partial import Settling, settling
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import many
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

CLUSTER = parse(service(), groups={"lvs_directors": ["lvs1", "lvs2"]})
NOTHING: dict[str, Any] = {"added": [], "changed": [], "removed": []}
GIVES_UP = {**NOTHING, "removed": [{"kind": "address", "name": "192.0.2.199/32 dev lo"}]}
ROUTE = {"destination": "default", "gateway": "198.51.100.1"}
GETS_ROUTE = {**NOTHING, "added": [{"kind": "route", "name": "default via 198.51.100.1"}]}


def settle(set_up: list[str], plan: Any = None, *routes: Any) -> Settling:
    return settling("web2", [CLUSTER], set_up, {"routes": routes}, plan or NOTHING)


def told(found: Settling) -> list[str]:
    return list(map(str, found.found))


def test_what_all_directors_have_left_is_given_up() -> None:
    assert settle(["lvs1", "lvs2"], GIVES_UP, ROUTE) == Settling("replaced", way_back=True)


@pytest.mark.parametrize("set_up", [[], ["lvs1"]])
def test_what_a_director_may_still_send_is_kept(set_up: list[str]) -> None:
    found = settle(set_up, GIVES_UP)
    assert (found.state, found.way_back) == ("merged", True)
    assert told(found) == [
        "web2: It keeps what the definition no longer has (address 192.0.2.199/32 dev lo); "
        f"{', '.join(sorted({'lvs1', 'lvs2'} - {*set_up}))} did not take part in this run, and may still send "
        "packets for it. Run the playbook without --limit to remove it [LVS763]"
    ]


def test_a_default_route_through_who_takes_no_part_is_left_for_later() -> None:
    found = settle(["lvs1"], GETS_ROUTE, ROUTE)
    assert not found.way_back
    (later,) = told(found)
    assert later.startswith("web2: It does not get its route through 198.51.100.1 yet; lvs2 did not take part")
    assert later.endswith(" [LVS764]")
    # One that the host has already stays without a word, and one in a table of its own cuts nobody off.
    assert settle(["lvs1"], NOTHING, ROUTE) == Settling("merged", way_back=False)
    assert settle(["lvs1"], GETS_ROUTE, {**ROUTE, "table": 5080}) == Settling("merged", way_back=True)


def test_a_plan_that_is_too_long_for_a_result_is_decided_by_too() -> None:
    vips = many("address", "192.0.2.199/32 dev lo")
    (kept,) = told(settle([], {**NOTHING, "removed": vips}))
    assert "(address 192.0.2.199/32 dev lo, ... and 12 more, left out of this result)" in kept
    # A new route may be among those that are left out.
    found = settle(["lvs1"], {**NOTHING, "added": vips}, ROUTE)
    assert [each.code for each in found.found] == ["LVS764"]
