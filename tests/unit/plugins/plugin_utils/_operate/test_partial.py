# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run for some hosts of a cluster leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.partial import Settling, settling, unaccepted
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

SHOP, MAIL = "192.0.2.198", "192.0.2.199"
KNOWN = [{"address": SHOP, "port": 80}, {"fwmark": 1, "family": "ipv4"}]


def new_vip(table: Any, *taking_part: str, **mail: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    cluster = parse(service(), service(name="mail", address=MAIL, **mail))
    found = unaccepted(cluster, "lvs1", table, taking_part)
    return found.refusals, found.advice


def test_a_new_vip_that_nobody_in_the_run_accepts_is_refused() -> None:
    (refusal,), advice = new_vip(KNOWN, "lvs1")
    assert refusal == (
        "lvs1 would send packets for 192.0.2.199, which is new to it, to web1, web2, and no real server of that "
        "address takes part in this run to accept them. Run the playbook for them too: --limit 'lvs1:web1:web2'. "
        "Nothing was changed."
    )
    assert advice == ()


def test_who_is_left_out_beside_others_is_named() -> None:
    refusals, (advice,) = new_vip(KNOWN, "lvs1", "web1")
    assert refusals == ()
    assert advice.startswith("lvs1 will send packets for the new address 192.0.2.199 to web2 too, once a check finds")


@pytest.mark.parametrize(
    ("table", "taking_part", "mail"),
    [
        (KNOWN, ["lvs1", "web1", "web2"], {}),
        ([], ["lvs1"], {}),  # set up anew
        ([*KNOWN, {"address": MAIL}], ["lvs1"], {}),
        (KNOWN, ["lvs1"], {"forward": "nat", "nat_return": "source_nat"}),
    ],
)
def test_there_is_nothing_to_say_where_packets_are_accepted(table: Any, taking_part: list[str], mail: Any) -> None:
    assert new_vip(table, *taking_part, **mail) == ((), ())


NOTHING: dict[str, Any] = {"added": [], "changed": [], "removed": []}
GIVES_UP = {**NOTHING, "removed": [{"kind": "address", "name": "192.0.2.199/32 dev lo"}]}
ROUTE = {"destination": "default", "gateway": "198.51.100.1"}
GETS_ROUTE = {**NOTHING, "added": [{"kind": "route", "name": "default via 198.51.100.1"}]}


def settle(set_up: list[str], plan: Any = None, *routes: Any) -> Settling:
    return settling("web2", ["lvs1", "lvs2"], set_up, {"routes": routes}, plan or NOTHING)


def test_what_all_directors_have_left_is_given_up() -> None:
    assert settle(["lvs1", "lvs2"], GIVES_UP, ROUTE) == Settling("replaced", way_back=True)


@pytest.mark.parametrize("set_up", [[], ["lvs1"]])
def test_what_a_director_may_still_send_is_kept(set_up: list[str]) -> None:
    found = settle(set_up, GIVES_UP)
    assert (found.state, found.way_back) == ("merged", True)
    assert found.later[0].startswith(
        "web2 keeps what the definition no longer has (address 192.0.2.199/32 dev lo): "
        f"{', '.join(sorted({'lvs1', 'lvs2'} - {*set_up}))} did not take part in this run"
    )


def test_a_default_route_through_who_takes_no_part_is_left_for_later() -> None:
    found = settle(["lvs1"], GETS_ROUTE, ROUTE)
    assert not found.way_back
    assert found.later[0].startswith("web2 does not get its route through 198.51.100.1 yet: lvs2 did not take part")
    # One that the host has already stays without a word, and one in a table of its own cuts nobody off.
    assert settle(["lvs1"], NOTHING, ROUTE) == Settling("merged", way_back=False)
    assert settle(["lvs1"], GETS_ROUTE, {**ROUTE, "table": 5080}) == Settling("merged", way_back=True)
