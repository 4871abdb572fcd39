# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who hands the VIPs over, and who takes them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate import failover
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.failover import Choice, Standing, Wish
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

SHOP, MAIL = "192.0.2.198", "192.0.2.199"
SERVICES = (service(), service(name="mail", address=MAIL, port=25))


def holds(*vips: str, **told: bool) -> Standing:
    return Standing(held=frozenset(vips), **told)


def choose(
    wish: Wish,
    services: tuple[Any, ...] = SERVICES,
    engine: str = "keepalived",
    silent: tuple[str, ...] = (),
    **told: Standing,
) -> Choice:
    cluster = parse(*services, cluster={"engine": engine}, groups={"lvs_directors": ["lvs1", "lvs2"]})
    return failover.choose(cluster, told, wish, silent)


def test_who_has_all_vips_hands_them_over() -> None:
    assert choose(Wish(), lvs1=holds(), lvs2=holds(SHOP, MAIL)) == Choice(
        parts={"lvs1": "to", "lvs2": "from"}, moving=(SHOP, MAIL), probe=(SHOP, 80)
    )


def test_where_each_has_a_vip_the_operator_names_one_and_its_own_move() -> None:
    apart = {"lvs1": holds(SHOP), "lvs2": holds(MAIL)}
    assert choose(Wish(), **apart).refusal == (
        "Nothing was done. lvs_directors: No director has all VIPs. It is not clear which one hands over. Name it: "
        "-e director=HOST [LVS786]"
    )
    assert choose(Wish("lvs2"), **apart) == Choice(
        parts={"lvs1": "to", "lvs2": "from"}, moving=(MAIL,), probe=(MAIL, 25)
    )


@pytest.mark.parametrize(
    ("wish", "parts"),
    [
        (Wish(comes_back=True), {"lvs1": "back", "lvs2": "back"}),
        (Wish("lvs1", comes_back=True), {"lvs1": "back", "lvs2": "other"}),
    ],
)
def test_who_comes_back_needs_nobody_and_no_probe(wish: Wish, parts: dict[str, str]) -> None:
    by_mark = {"name": "all", "fwmark": 1, "address": SHOP, "real_servers": "web"}
    aside = holds(in_standby=True, runs=False)
    returning = tuple(host for host, part in parts.items() if part == "back")
    assert choose(wish, (by_mark,), lvs1=aside, lvs2=aside) == Choice(parts=parts, returning=returning)


def test_a_director_that_is_none_comes_not_back() -> None:
    for comes_back in (True, False):
        assert choose(Wish("lvs22", comes_back), lvs1=holds(SHOP, MAIL), lvs2=holds()).refusal == (
            "Nothing was done. lvs22: The directors of the cluster lvs_directors are lvs1, lvs2; this is none of them; "
            "did you mean lvs2? [LVS782]"
        )


@pytest.mark.parametrize("wish", [Wish(comes_back=True), Wish("lvs1", comes_back=True)])
def test_a_director_comes_back_while_the_other_one_is_down(wish: Wish) -> None:
    choice = choose(wish, silent=("lvs2",), lvs1=holds(in_standby=True))
    assert (choice.refusal, choice.parts, choice.returning) == ("", {"lvs1": "back", "lvs2": "other"}, ("lvs1",))


def test_who_has_not_answered_hands_nothing_over_and_does_not_come_back() -> None:
    assert choose(Wish(), silent=("lvs2",), lvs1=holds(SHOP, MAIL)).refusal == (
        "Nothing was done. lvs2: did not answer; it is not known which director has which VIP; to go on without, use "
        "--limit 'all:!lvs2' [LVS784]"
    )
    for wish in (Wish("lvs2", comes_back=True), Wish("lvs2")):
        assert choose(wish, silent=("lvs2",), lvs1=holds()).refusal == (
            "Nothing was done. lvs2: did not answer, or --limit leaves it out; it cannot hand over or come back "
            "without taking part. Make it answer, or run the playbook without --limit [LVS783]"
        )
    assert "lvs1, lvs2: did not answer" in choose(Wish(comes_back=True), silent=("lvs2", "lvs1")).refusal


def test_a_drill_is_probed_for_longer_and_ends_where_it_began() -> None:
    told = {"lvs1": holds(SHOP, MAIL), "lvs2": holds()}
    drill, earnest = (choose(Wish(drill=drill), **told) for drill in (True, False))
    assert (drill.returning, earnest.returning) == (("lvs1",), ())
    assert drill.seconds > earnest.seconds


@pytest.mark.parametrize(
    ("other", "seen"),
    [
        (holds(in_standby=True), "brings them back: lvs2. Without a running keepalived: none."),
        (holds(runs=False), "brings them back: none. Without a running keepalived: lvs2."),
    ],
)
def test_somebody_must_be_ready_to_take_them(other: Standing, seen: str) -> None:
    refusal = choose(Wish(), lvs1=holds(SHOP, MAIL), lvs2=other).refusal
    assert refusal.startswith("Nothing was done. lvs_directors: In standby, until -e state=active brings them back: ")
    assert f"{seen} No other director would take the VIPs. " in refusal
    assert refusal.endswith(" [LVS787]")


def test_a_director_alone_has_nobody_to_take_them() -> None:
    refusal = choose(Wish(), lvs1=holds(SHOP, MAIL)).refusal
    assert "brings them back: none. Without a running keepalived: none. No other" in refusal


def test_without_vrrp_no_vip_moves() -> None:
    stay = "VIPs cannot move. They need vips_by: vrrp or bgp, and at least two directors [LVS781]"
    assert choose(Wish(), engine="static", lvs1=holds(SHOP, MAIL), lvs2=holds()).refusal == (
        f"Nothing was done. lvs_directors: vips_by is static. {stay}"
    )
    alone = failover.choose(parse(service(), engine="keepalived"), {"lvs1": holds(SHOP)}, Wish())
    assert alone.refusal == f"Nothing was done. lvs_directors: The only director is lvs1. {stay}"


def test_there_must_be_something_to_probe() -> None:
    datagrams = service(protocol="udp", checks="ping")
    told = {"lvs1": holds(SHOP), "lvs2": holds()}
    assert choose(Wish(), (datagrams,), **told).refusal.startswith(
        "Nothing was done. lvs_directors: No TCP service has an address that could be probed; there is nothing to "
    )
    assert choose(Wish(probe=(SHOP, 53)), (datagrams,), **told) == Choice(
        parts={"lvs1": "from", "lvs2": "to"}, moving=(SHOP,), probe=(SHOP, 53)
    )


@pytest.mark.parametrize(
    ("named", "probe"),
    [
        ((MAIL, None), (MAIL, 25)),
        ((None, 25), (MAIL, 25)),
        ((None, 443), (SHOP, 443)),  # at an address that moves
        ((MAIL, 443), (MAIL, 443)),
        (("192.0.2.77", None), None),
    ],
)
def test_the_operator_may_name_a_part_of_what_is_probed(
    named: tuple[str | None, int | None], probe: tuple[str, int] | None
) -> None:
    found = choose(Wish(probe=named), lvs1=holds(), lvs2=holds(SHOP, MAIL))
    assert (found.probe, "nothing to probe" in found.refusal) == (probe, probe is None)


def test_what_nobody_has_taken_is_lost() -> None:
    assert failover.lost([SHOP, MAIL], [holds(SHOP), holds()]) == (MAIL,)
    assert failover.lost([SHOP], [holds(SHOP, MAIL)]) == ()
    assert failover.lost([SHOP], []) == (SHOP,)


def test_a_standing_is_what_host_info_has_told() -> None:
    told = {"held": [f"{SHOP}/32"], "files": ["/etc/lvs/standby"], "keepalived_runs": False}
    assert failover.standing_of(told) == holds(SHOP, in_standby=True, runs=False)
    assert failover.standing_of({"held": [], "files": [], "keepalived_runs": True}) == holds()


ANNOUNCING = {
    "vips_by": "bgp",
    "bgp": {"local_as": 64520, "neighbours": [{"address": "192.0.2.1", "remote_as": 64500}]},
}


def test_where_all_directors_announce_the_vips_the_operator_names_one() -> None:
    cluster = parse(*SERVICES, cluster=ANNOUNCING, engine=None, groups={"lvs_directors": ["lvs1", "lvs2"]})
    all_have_them = {"lvs1": holds(SHOP, MAIL), "lvs2": holds(SHOP, MAIL)}
    assert failover.choose(cluster, all_have_them, Wish()).refusal == (
        "Nothing was done. lvs_directors: All directors have the VIPs. It is not clear which one hands over. Name it: "
        "-e director=HOST [LVS786]"
    )
    choice = failover.choose(cluster, all_have_them, Wish("lvs1"))
    assert (choice.parts, choice.moving, choice.refusal) == ({"lvs1": "from", "lvs2": "to"}, (SHOP, MAIL), "")
    alone = {**all_have_them, "lvs2": holds(in_standby=True)}
    assert "No other director would take the VIPs" in failover.choose(cluster, alone, Wish("lvs1")).refusal


def test_a_director_that_steps_aside_needs_no_probe() -> None:
    by_udp = (service(protocol="udp"),)
    apart = {"lvs1": holds(), "lvs2": holds(SHOP)}
    assert "nothing to probe" in choose(Wish("lvs1"), by_udp, **apart).refusal
    assert choose(Wish("lvs1", probed=False), by_udp, **apart) == Choice(parts={"lvs1": "from", "lvs2": "to"})


def test_the_director_with_the_most_vips_has_the_last_turn() -> None:
    told = {"lvs1": holds(SHOP, MAIL), "lvs3": holds(), "lvs2": holds(in_standby=True)}
    assert failover.turns(told) == failover.Turns(("lvs2", "lvs3", "lvs1"), ("lvs2",))
