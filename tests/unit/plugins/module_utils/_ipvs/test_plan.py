# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.checks import virtual_service_warnings
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    DestinationKey,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    WantedDestination,
    WantedService,
    normal_service,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import (
    DESTINATION,
    SERVICE,
    desired_table,
    plan,
    undone,
    with_kept_weights,
    without_destinations,
    written_table,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

SHOP = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
MAIL = ServiceKey("ipv4", "tcp", "192.0.2.198", 25, 0)


def fold(observed: Table, changes: Plan) -> Table:
    """The table as it is once these changes are carried out."""
    services: dict[ServiceKey, Service] = {key: value.service for key, value in observed.items()}
    destinations: dict[ServiceKey, dict[DestinationKey, Destination]] = {
        key: {destination.key: destination for destination in value.destinations} for key, value in observed.items()
    }
    for change in changes:
        if change.kind == SERVICE and change.action == REMOVE:
            del services[change.key], destinations[change.key]
        elif change.kind == SERVICE:
            services[change.key] = change.after
            destinations.setdefault(change.key, {})
        elif change.action == REMOVE:
            del destinations[change.key[0]][change.key[1]]
        else:
            destinations[change.key[0]][change.key[1]] = change.after
    return {
        key: VirtualService(service, tuple(sorted(destinations[key].values()))) for key, service in services.items()
    }


def service(*destinations: Destination, **options: object) -> VirtualService:
    return VirtualService(normal_service(SHOP, Service()._replace(**options)), tuple(sorted(destinations)))


def listed(key: ServiceKey, *destinations: WantedDestination, **options: object) -> WantedService:
    return WantedService("services[0]", key, options, destinations)


def usable(table: Table, key: ServiceKey) -> int:
    """How many real servers of a service take new connections."""
    return sum(destination.weight > 0 for destination in table[key].destinations) if key in table else 0


@given(strategies.tables())
def test_a_plan_from_a_table_to_itself_is_empty(table: Table) -> None:
    assert plan(table, table) == ()


@given(strategies.tables(), strategies.tables())
def test_applying_a_plan_reaches_what_is_desired(desired: Table, observed: Table) -> None:
    reached = fold(observed, plan(desired, observed))
    assert reached == desired
    assert plan(desired, reached) == ()


@given(strategies.tables(), strategies.tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(desired: Table, observed: Table, dice: random.Random) -> None:
    def shuffled(table: Table) -> Table:
        keys = list(table)
        dice.shuffle(keys)
        return {key: table[key] for key in keys}

    assert plan(shuffled(desired), shuffled(observed)) == plan(desired, observed)
    given_in_order = strategies.wanted(desired)
    given_shuffled = list(given_in_order)
    dice.shuffle(given_shuffled)
    for state in ("merged", "replaced", "overridden"):
        assert desired_table(state, given_shuffled, observed) == desired_table(state, given_in_order, observed)


@given(strategies.tables(), strategies.tables())
def test_a_service_always_has_the_usable_real_servers_of_its_old_or_new_definition(
    desired: Table, observed: Table
) -> None:
    changes = plan(desired, observed)
    for done in range(len(changes) + 1):
        now = fold(observed, changes[:done])
        for key in desired.keys() & observed.keys():
            assert usable(now, key) >= min(usable(observed, key), usable(desired, key))


@given(strategies.tables(), strategies.tables(), strategies.tables())
def test_taking_back_what_was_done_leaves_what_others_have_done(desired: Table, observed: Table, others: Table) -> None:
    changes = plan(desired, observed)
    foreign = {key: value for key, value in others.items() if key not in desired.keys() | observed.keys()}
    for done in range(len(changes) + 1):
        now = {**fold(observed, changes[:done]), **foreign}
        assert undone(now, changes[:done]) == {**observed, **foreign}


def test_taking_back_touches_nothing_that_someone_else_has_taken_or_brought() -> None:
    old, new = Destination("192.0.2.21", 80), Destination("192.0.2.22", 80)
    lighter = old._replace(weight=0)
    changed = Change(CHANGE, DESTINATION, (SHOP, old.key), old, lighter)
    removed = Change(REMOVE, SERVICE, MAIL, service(old), None)
    assert undone({}, (changed,)) == {}
    assert undone({SHOP: service(new)}, (changed,)) == {SHOP: service(new)}
    assert undone({MAIL: service(new)}, (removed,)) == {MAIL: service(new)}
    assert undone({}, (removed,)) == {MAIL: service(old)}


@given(strategies.tables(), strategies.tables())
def test_changes_come_in_the_order_that_keeps_services_up(desired: Table, observed: Table) -> None:
    def rank(change: object) -> int:
        if change.action == REMOVE:
            return 4 if change.kind == SERVICE else 3
        if change.kind == DESTINATION:
            return 2 if change.action == CHANGE and change.after.weight == 0 else 0
        return 0 if change.action == ADD else 1

    ranks = [rank(change) for change in plan(desired, observed)]
    assert ranks == sorted(ranks)
    added = set()
    for change in plan(desired, observed):
        if change.kind == SERVICE and change.action == ADD:
            added.add(change.key)
        elif change.kind == DESTINATION and change.key[0] not in observed:
            assert change.key[0] in added


@given(strategies.tables(), strategies.tables())
def test_overridden_is_exactly_what_is_listed(table: Table, observed: Table) -> None:
    assert desired_table("overridden", strategies.wanted(table), observed) == table


@given(strategies.tables(), strategies.tables())
def test_replaced_leaves_other_services_alone(table: Table, observed: Table) -> None:
    assert desired_table("replaced", strategies.wanted(table), observed) == {**observed, **table}


@given(strategies.tables(), strategies.tables(), strategies.tables())
def test_replaced_drops_what_the_caller_owns_and_no_longer_lists(table: Table, observed: Table, owned: Table) -> None:
    reached = desired_table("replaced", strategies.wanted(table), observed, frozenset(owned))
    kept = {key: value for key, value in observed.items() if key not in owned}
    assert reached == {**kept, **table}


@given(strategies.tables(), strategies.tables())
def test_merged_leaves_other_services_and_destinations_alone(table: Table, observed: Table) -> None:
    reached = desired_table("merged", strategies.wanted(table), observed)
    for key, value in observed.items():
        if key not in table:
            assert reached[key] == value
            continue
        listed_keys = {destination.key for destination in table[key].destinations}
        others = [destination for destination in value.destinations if destination.key not in listed_keys]
        assert set(reached[key].destinations) == {*others, *table[key].destinations}
        assert reached[key].service == table[key].service


@given(strategies.tables(), strategies.tables())
def test_deleted_removes_what_is_listed_and_nothing_else(table: Table, observed: Table) -> None:
    reached = desired_table("deleted", strategies.wanted(table), observed)
    assert reached == {key: value for key, value in observed.items() if key not in table}


def test_merged_keeps_every_option_that_is_left_out() -> None:
    observed = {
        SHOP: service(Destination("192.0.2.21", 80, "nat", 7, 100, 50), scheduler="sh", persistence_timeout=300)
    }
    drain = WantedDestination(Destination("192.0.2.21", 80, weight=0), ("weight",))
    reached = desired_table("merged", [listed(SHOP, drain)], observed)
    assert reached == {
        SHOP: service(Destination("192.0.2.21", 80, "nat", 0, 100, 50), **observed[SHOP].service._asdict())
    }


def test_replaced_gives_defaults_to_what_is_left_out() -> None:
    observed = {SHOP: service(Destination("192.0.2.21", 80, "nat", 7, 100, 50), scheduler="sh")}
    same = WantedDestination(Destination("192.0.2.21", 80), ())
    reached = desired_table("replaced", [listed(SHOP, same)], observed)
    assert reached == {SHOP: service(Destination("192.0.2.21", 80, "dr", 1, 0, 0), scheduler="wlc")}


@given(strategies.tables(), strategies.tables())
def test_destinations_are_taken_out_of_services_that_stay(table: Table, observed: Table) -> None:
    listed_keys = {key: {destination.key for destination in value.destinations} for key, value in table.items()}
    reached = without_destinations(strategies.wanted(table), observed)
    assert reached.keys() == observed.keys()
    for key, value in observed.items():
        left = [destination for destination in value.destinations if destination.key not in listed_keys.get(key, ())]
        assert reached[key] == VirtualService(value.service, tuple(left))


@given(strategies.tables(), strategies.tables(), strategies.tables())
def test_only_weights_that_differ_from_what_was_written_are_kept(desired: Table, observed: Table, owned: Table) -> None:
    kept = with_kept_weights(desired, observed, owned)
    assert without_weights(kept) == without_weights(desired)
    for key in kept:
        now, written, wanted = weights(observed, key), weights(owned, key), weights(desired, key)
        for name, weight in weights(kept, key).items():
            by_hand = name in now and now[name] != written.get(name)
            assert weight == (now[name] if by_hand else wanted[name])
    assert with_kept_weights(kept, observed, owned) == kept


def weights(table: Table, key: ServiceKey) -> dict[DestinationKey, int]:
    return {destination.key: destination.weight for destination in table[key].destinations} if key in table else {}


def without_weights(table: Table) -> Table:
    return {
        key: VirtualService(value.service, tuple(real._replace(weight=0) for real in value.destinations))
        for key, value in table.items()
    }


@given(strategies.tables(), strategies.tables(), strategies.tables())
def test_the_file_holds_what_is_listed_and_nothing_that_others_made(
    table: Table, observed: Table, owned: Table
) -> None:
    wanted = strategies.wanted(table)
    for state in ("replaced", "overridden"):
        assert written_table(state, wanted, {}, owned) == table
    left = {key: value for key, value in owned.items() if key not in table}
    assert written_table("deleted", wanted, {}, owned) == left
    reached = desired_table("merged", wanted, observed)
    written = written_table("merged", wanted, reached, owned)
    assert {key: value for key, value in written.items() if key not in table} == left
    for key in table:
        base = owned if key in owned else observed
        assert written[key] == desired_table("merged", wanted, {key: base[key]} if key in base else {})[key]


def test_a_drain_by_hand_does_not_reach_the_file() -> None:
    """Else keep_weights would take it for the defined weight, and undo it."""
    owned = {SHOP: service(Destination("192.0.2.21", 80), Destination("192.0.2.22", 80, weight=2))}
    drained = {SHOP: service(Destination("192.0.2.21", 80, weight=0), Destination("192.0.2.22", 80, weight=2))}
    more = [listed(SHOP, WantedDestination(Destination("192.0.2.23", 80), ()))]
    reached = desired_table("merged", more, drained)
    file = written_table("merged", more, reached, owned)
    assert file == {SHOP: owned[SHOP]._replace(destinations=(*owned[SHOP].destinations, Destination("192.0.2.23", 80)))}
    every = [listed(SHOP, *(WantedDestination(real, real._fields[2:]) for real in file[SHOP].destinations))]
    assert with_kept_weights(desired_table("replaced", every, reached), reached, file) == reached


def test_what_is_new_to_the_file_is_as_the_kernel_has_it() -> None:
    owned = {SHOP: service(Destination("192.0.2.21", 80))}
    observed = {SHOP: service(Destination("192.0.2.21", 80), Destination("192.0.2.22", 8080, "nat", 5))}
    heavier = [listed(SHOP, WantedDestination(Destination("192.0.2.22", 8080, weight=6), ("weight",)))]
    reached = desired_table("merged", heavier, observed)
    assert written_table("merged", heavier, reached, owned) == reached


def test_a_new_real_server_comes_before_the_old_one_goes() -> None:
    old, new = Destination("192.0.2.21", 80), Destination("192.0.2.22", 80)
    changes = plan({SHOP: service(new)}, {SHOP: service(old)})
    assert [(change.action, change.key[1].address) for change in changes] == [
        (ADD, "192.0.2.22"),
        (REMOVE, "192.0.2.21"),
    ]


@pytest.mark.parametrize(
    ("key", "options", "destination", "words"),
    [
        (SHOP, {}, Destination("192.0.2.21", 8080, "dr"), "never to port 8080"),
        (SHOP, {}, Destination("192.0.2.21", 8080, "tun"), "never to port 8080"),
        (SHOP, {}, Destination("2001:db8::21", 80, "nat"), "only tun joins the families"),
        (SHOP, {}, Destination("192.0.2.21", 80, "dr", -1), "weight: -1 is not 0 to 65535"),
        (SHOP, {}, Destination("192.0.2.21", 80, "dr", 65536), "weight: 65536 is not 0 to 65535"),
        (SHOP, {}, Destination("192.0.2.21", 80, "dr", 1, 10, 11), "lower_threshold: 11 is above upper_threshold 10"),
        (SHOP, {}, Destination("192.0.2.21", 80, "dr", 1, 0, -1), "lower_threshold: -1 is below 0"),
        (SHOP, {"persistence_netmask": "255.255.255.0"}, None, "has no effect without a persistence_timeout"),
        (SHOP, {}, Destination("192.0.2.21", 80, tunnel_port=6080), "tunnel_port: has no effect with forward dr"),
        (
            SHOP,
            {},
            Destination("192.0.2.21", 80, "tun", tunnel_type="gre", tunnel_port=6080),
            "tunnel_port: has no effect with tunnel_type gre",
        ),
        (SHOP, {}, Destination("192.0.2.21", 80, "dr", 1, 2**31), f"upper_threshold: {2**31} is not"),
        (SHOP, {}, Destination("192.0.2.21", 80, "tun", tunnel_type="gue"), "gue needs a tunnel_port"),
        (SHOP, {}, Destination("192.0.2.21", 0, "nat"), "port: 0 is for a service on all ports"),
        (SHOP, {"one_packet": True}, None, "one-packet scheduling is for UDP, not for tcp"),
        (SHOP, {"persistence_engine": "sip"}, None, "it needs a persistence_timeout"),
        (SHOP, {"persistence_engine": "sip", "persistence_timeout": 9}, None, "the engine sip reads UDP"),
        (SHOP, {"persistence_timeout": -1}, None, "-1 is not 0 to 2678400 seconds"),
        (SHOP, {"scheduler": "a-name-that-is-too-long"}, None, "is not the name of a scheduler"),
        (SHOP, {"scheduler": "rr\n-C"}, None, "is not the name of a scheduler"),
        (SHOP, {"scheduler": "rr\0"}, None, "is not the name of a scheduler"),
        (
            SHOP,
            {"persistence_engine": "sip -w 1", "persistence_timeout": 9},
            None,
            "is not the name of a persistence engine",
        ),
        (SHOP._replace(port=0), {}, None, "port 0 (all ports) works with persistence only"),
    ],
)
def test_what_the_kernel_takes_but_cannot_work_is_refused(
    key: ServiceKey, options: dict, destination: Destination | None, words: str
) -> None:
    rest = () if destination is None else (WantedDestination(destination, destination._fields[2:]),)
    for state in ("merged", "replaced", "overridden"):
        with pytest.raises(InvalidInput, match="services\\[0\\]") as caught:
            desired_table(state, [listed(key, *rest, **options)], {})
        assert any(words in fault for fault in caught.value.faults), caught.value.faults


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (service(Destination("192.0.2.21", 80, weight=0)), "takes no new connection"),
        (
            service(Destination("192.0.2.21", 80, weight=0), Destination("192.0.2.22", 80), scheduler="sh"),
            "are refused",
        ),
        (service(Destination("192.0.2.21", 80, weight=0), Destination("192.0.2.22", 80), scheduler="wlc"), ""),
        (service(Destination("192.0.2.21", 80), scheduler="mh"), ""),
        (service(), ""),
    ],
)
def test_what_hardly_works_is_warned_about(value: VirtualService, words: str) -> None:
    warnings = list(virtual_service_warnings(SHOP, value))
    assert len(warnings) == bool(words)
    assert all(words in warning for warning in warnings)


def test_all_faults_are_told_at_once() -> None:
    bad = WantedDestination(Destination("192.0.2.21", 81), ())
    with pytest.raises(InvalidInput) as caught:
        desired_table("merged", [listed(SHOP, bad, one_packet=True), listed(MAIL, bad)], {})
    assert len(caught.value.faults) == 3


def test_what_is_there_already_is_not_judged() -> None:
    """The kernel takes what cannot work from others too; that must not stand in the way of a drain."""
    odd = Destination("192.0.2.22", 8080, "dr", 100_000)
    observed = {SHOP: service(Destination("192.0.2.21", 80), odd, one_packet=True)}
    drain = WantedDestination(Destination("192.0.2.21", 80, weight=0), ("weight",))
    reached = desired_table("merged", [listed(SHOP, drain)], observed)
    assert reached == {SHOP: service(Destination("192.0.2.21", 80, weight=0), odd, one_packet=True)}
