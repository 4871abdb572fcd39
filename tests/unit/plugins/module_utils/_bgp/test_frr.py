# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._bgp import frr, frr_conf
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.frr import State, commands, parts_of, plan
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.frr_daemon import without_passwords
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.model import Announcement, Neighbour
from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE

ROUTER = Neighbour("198.51.100.1", 64500, "secret", True)
WANTED = Announcement(64520, "198.51.100.2", (ROUTER,), ("192.0.2.198/32",), 10)
VARIANTS = [
    WANTED,
    WANTED._replace(prefixes=("192.0.2.199/32",), med=None),
    WANTED._replace(standby_med=500, communities=((64520, 1),)),
    WANTED._replace(neighbours=(ROUTER._replace(password="next", bfd=False, hold_time=9),)),
    WANTED._replace(neighbours=(ROUTER._replace(multihop=4, source="198.51.100.2"),)),
    WANTED._replace(local_as=64521),
]


def state(wanted: Announcement | None, router: bool = True, **more: frozenset[str]) -> State:
    lines = frr_conf.lines_of(wanted, True, router, router) if wanted else []
    return State(parts_of(lines), **more)


def told(desired: State, observed: State) -> list[str]:
    return frr_conf.written([line for change in plan(desired, observed) for line in commands(change)])


@pytest.mark.parametrize(("desired", "observed"), [*itertools.product([*VARIANTS, None], repeat=2)])
def test_a_plan_is_empty_where_nothing_is_to_do_and_only_there(
    desired: Announcement | None, observed: Announcement | None
) -> None:
    assert bool(plan(state(desired), state(observed))) is (desired != observed)


def test_what_is_new_is_made_before_what_needs_it() -> None:
    kinds = [change.kind for change in plan(state(WANTED, daemons=frozenset({"bgpd"})), State({}))]
    assert kinds == sorted(kinds, key=frr.KINDS.index)
    gone = [change.kind for change in plan(State({}), state(WANTED, daemons=frozenset({"bgpd"})))]
    assert gone == sorted(gone, key=frr.KINDS.index, reverse=True)


def test_all_goes_as_a_whole() -> None:
    assert told(State({}), state(WANTED)) == [
        "router bgp 64520",
        " no neighbor 198.51.100.1",
        "exit",
        "no router bgp 64520",
        "no route-map lvs-vips permit 10",
        "no route-map lvs-out permit 10",
        "no route-map lvs-in deny 10",
        "no ip prefix-list lvs-vips permit 192.0.2.198/32",
    ]


def test_a_router_of_others_loses_our_lines_alone() -> None:
    gone = told(State({}), state(WANTED, router=False))
    assert "no router bgp 64520" not in gone
    assert "  no redistribute connected route-map lvs-vips" in gone


def test_a_prefix_comes_and_goes_by_itself() -> None:
    desired = state(WANTED._replace(prefixes=("192.0.2.199/32",)))
    assert told(desired, state(WANTED)) == [
        "ip prefix-list lvs-vips permit 192.0.2.199/32",
        "no ip prefix-list lvs-vips permit 192.0.2.198/32",
    ]


def test_a_value_takes_the_place_of_another() -> None:
    assert told(state(WANTED._replace(med=20)), state(WANTED)) == [
        "route-map lvs-vips permit 10",
        " set metric 20",
        "exit",
    ]
    assert " no set metric 10" in told(state(WANTED._replace(med=None)), state(WANTED))


def test_a_password_that_goes_is_not_said() -> None:
    gone = told(state(WANTED._replace(neighbours=(ROUTER._replace(password=None),))), state(WANTED))
    assert " no neighbor 198.51.100.1 password" in gone


def test_a_ttl_does_not_come_after_bfd() -> None:
    changed = told(state(VARIANTS[4]), state(WANTED))
    assert changed[1] == " no neighbor 198.51.100.1"
    words = [line.strip() for line in changed]
    assert words.index("neighbor 198.51.100.1 ebgp-multihop 4") < words.index("neighbor 198.51.100.1 bfd")


def test_another_as_comes_when_the_one_before_has_gone() -> None:
    changes = plan(state(VARIANTS[5]), state(WANTED))
    assert [(change.action, change.kind) for change in changes] == [
        (REMOVE, "neighbour"),
        (REMOVE, "router"),
        (ADD, "router"),
        (ADD, "neighbour"),
    ]


def test_no_password_is_in_what_a_plan_shows() -> None:
    changes = plan(state(VARIANTS[3]), state(WANTED))
    shown = [value._asdict() for change in changes for value in (change.before, change.after) if value]
    assert "password ********" in str(shown)
    assert "secret" not in str(shown)
    assert [change.action for change in changes] == [CHANGE]


def test_what_frr_says_of_lines_has_no_password() -> None:
    said = "line 3: % Unknown command: neighbor 198.51.100.1 password se cret"
    assert without_passwords(said, [" neighbor 198.51.100.1 password se cret"]).endswith("password ********")


def test_lines_are_told_in_their_order() -> None:
    """What goes and comes again in the same context must not come first."""
    two = WANTED._replace(neighbours=(ROUTER._replace(address="198.51.100.9"), ROUTER))
    other = two._replace(neighbours=tuple(each._replace(multihop=3, source="198.51.100.2") for each in two.neighbours))
    words = [line.strip() for line in told(state(other), state(two))]
    for neighbour in other.neighbours:
        of_neighbour = [line for line in words if line.split()[-1] != "exit" and f" {neighbour.address} " in f"{line} "]
        assert of_neighbour[0] == f"no neighbor {neighbour.address}"
        assert of_neighbour[1] == f"neighbor {neighbour.address} remote-as 64500"
