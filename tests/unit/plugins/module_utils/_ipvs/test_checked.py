# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keepalived's checks have made of the table stays; what only a hand can have done goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.checked import Checks, as_checked, checks_of
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    DestinationKey,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    normal_service,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.resource import IpvsTable
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import Managed, RealServers
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import HEADER
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

SHOP = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
MAIL = ServiceKey("ipv4", "tcp", "192.0.2.198", 25, 0)
WEB1, WEB2 = Destination("192.0.2.21", 80), Destination("192.0.2.22", 80, weight=2)
SORRY = Destination("192.0.2.29", 80)
FOLDER = "/etc/lvs/drained"
DRAIN = frozenset({f"{FOLDER}/192.0.2.21"})
ADDRESSES = ("192.0.2.21", "192.0.2.22", "2001:db8::21")


def shop(*destinations: Destination, **options: object) -> Table:
    service = normal_service(SHOP, Service()._replace(**options))
    return {SHOP: VirtualService(service, tuple(sorted(destinations)))}


def checks(running: bool = True, sorry: tuple[Destination, ...] = (), **options: object) -> Checks:
    """Of the two real servers, both alike."""
    servers = {
        (SHOP, destination.key): Managed(destination.weight, DRAIN)._replace(**options) for destination in (WEB1, WEB2)
    }
    sorry_keys = frozenset(destination.key for destination in sorry)
    return Checks(servers if running else {}, servers, {SHOP: sorry_keys}, frozenset(), FOLDER)


DEFINED = shop(WEB1, WEB2)
DISABLED = WEB2._replace(weight=0)


@pytest.mark.parametrize(
    ("observed", "known"),
    [
        (shop(WEB1), checks()),
        (shop(), checks()),
        (shop(WEB1, DISABLED), checks(inhibited=True)),
        (shop(WEB1, WEB2._replace(weight=77)), checks(dynamic=True)),
        (shop(WEB1, WEB2._replace(weight=77)), checks(files=DRAIN | {"/run/load"})),
        (shop(SORRY), checks(sorry=(SORRY,))),
        (shop(SORRY, WEB1._replace(weight=0), DISABLED), checks(sorry=(SORRY,))),
        (shop(WEB1, WEB2, SORRY._replace(weight=0)), checks(sorry=(SORRY,))),
        (shop(WEB1), checks(running=False, alpha=True)),
    ],
)
def test_what_a_check_has_done_stays(observed: Table, known: Checks) -> None:
    assert as_checked(DEFINED, observed, known) == observed


@pytest.mark.parametrize(
    ("observed", "known"),
    [
        # Without keepalived nobody has checked anything.
        (shop(WEB1), checks(running=False)),
        (shop(WEB1, DISABLED), checks(running=False, inhibited=True)),
        (shop(WEB1, WEB2._replace(weight=77)), checks(running=False, dynamic=True)),
        ({}, checks()),
        ({}, checks(alpha=True)),
        (shop(WEB1, DISABLED), checks()),
        (shop(WEB1, WEB2._replace(weight=5)), checks(inhibited=True)),
        (shop(WEB1, DISABLED), checks(sorry=(SORRY,))),
        (shop(WEB1, WEB2, Destination("192.0.2.99", 80)), checks()),
        (shop(WEB1, WEB2, SORRY), checks()),
        (shop(WEB1, WEB2._replace(forward="nat")), checks()),
        (shop(WEB1, WEB2._replace(upper_threshold=9)), checks(dynamic=True)),
        (shop(WEB1, WEB2, scheduler="rr", persistence_timeout=9), checks()),
    ],
)
def test_what_a_hand_has_done_is_put_back(observed: Table, known: Checks) -> None:
    assert as_checked(DEFINED, observed, known) == DEFINED


def test_a_new_real_server_is_added_at_once_unless_a_check_has_to_pass_first() -> None:
    only_first = {(SHOP, WEB1.key): Managed(1, DRAIN)}
    known = checks()._replace(running=only_first)
    assert as_checked(DEFINED, shop(WEB1), known) == DEFINED
    assert as_checked(DEFINED, shop(WEB1), checks(alpha=True)._replace(running=only_first)) == shop(WEB1)


def test_what_the_owner_s_own_lines_add_is_keepalived_s() -> None:
    other = Destination("192.0.2.30", 80, weight=7)
    known = checks()
    known = known._replace(coming={**known.coming, (SHOP, other.key): Managed(7, frozenset())})
    assert as_checked(DEFINED, shop(WEB1, WEB2, other), known) == shop(WEB1, WEB2, other)


def test_services_that_keepalived_does_not_check_are_set_as_they_are_listed() -> None:
    mail = {MAIL: shop(WEB1)[SHOP]}
    assert as_checked({**DEFINED, **mail}, DEFINED, checks()) == {**DEFINED, **mail}


def text(*services: str, sorry: str = "") -> str:
    blocks = (f"virtual_server {service} {{\n{sorry}\nreal_server 192.0.2.21 80 {{\n}}\n}}\n" for service in services)
    return f"{HEADER}\n" + "".join(blocks)


def test_what_is_read_of_both_configurations() -> None:
    before = text("192.0.2.198 80", "192.0.2.198 25", sorry="sorry_server 192.0.2.29 80")
    coming = text("192.0.2.198 80", "192.0.2.198 81", sorry="sorry_server 192.0.2.28 80")
    known = checks_of(before, coming, runs=True, folder=FOLDER)
    assert known.running.keys() == {(SHOP, WEB1.key), (MAIL, WEB1.key)}
    assert known.former == {MAIL}
    assert known.sorry[SHOP] == {DestinationKey("192.0.2.28", 80), DestinationKey("192.0.2.29", 80)}
    stopped = checks_of(before, coming, runs=False, folder=FOLDER)
    assert (stopped.running, stopped.former) == ({}, {MAIL})
    assert stopped.sorry[SHOP] == {DestinationKey("192.0.2.28", 80)}
    of_another = checks_of(before.replace(HEADER, "# mine"), coming, runs=True, folder=FOLDER)
    assert (of_another.running, of_another.former) == (known.running, frozenset())
    assert checks_of(None, coming, runs=True, folder=FOLDER).former == frozenset()


def test_a_former_service_goes_and_a_foreign_one_stays() -> None:
    (wanted,) = strategies.wanted(DEFINED)
    foreign = ServiceKey("ipv4", "tcp", "192.0.2.1", 53, 0)
    there = {**DEFINED, MAIL: DEFINED[SHOP], foreign: DEFINED[SHOP]}
    known = checks()._replace(former=frozenset({MAIL}))
    table = IpvsTable(None, "replaced", [wanted], checks=known)
    assert table.desired(there, {}).keys() == {SHOP, foreign}
    assert table.extra({}) == {"unserved": []}
    with pytest.raises(InvalidInput, match="keepalived: works only with state replaced, not with merged"):
        IpvsTable(None, "merged", [wanted], checks=known)


def test_a_service_that_goes_when_keepalived_stops_checking_goes_with_it() -> None:
    before = text("192.0.2.198 80", "192.0.2.198 25")
    (wanted,) = strategies.wanted(DEFINED)
    table = IpvsTable(None, "replaced", [wanted], checks=checks_of(before, "", runs=True, folder=FOLDER))
    foreign = ServiceKey("ipv4", "tcp", "192.0.2.1", 53, 0)
    failed = {SHOP: DEFINED[SHOP]._replace(destinations=()), MAIL: DEFINED[SHOP], foreign: DEFINED[SHOP]}
    assert table.desired(failed, {}) == {SHOP: DEFINED[SHOP], foreign: DEFINED[SHOP]}


def test_what_takes_no_connection_is_told() -> None:
    (wanted,) = strategies.wanted(DEFINED)
    table = IpvsTable(None, "replaced", [wanted], checks=checks(inhibited=True))
    table.desired(shop(WEB1._replace(weight=0), DISABLED), {})
    assert table.extra({}) == {"unserved": ["tcp 192.0.2.198:80"]}


# Whatever is defined and whatever is there.

flags = st.booleans()
managed = st.builds(Managed, st.just(1), st.sampled_from((DRAIN, DRAIN | {"/run/load"})), flags, flags, flags)


@st.composite
def known_of(draw: st.DrawFn, desired: Table) -> Checks:
    def some(servers: RealServers) -> RealServers:
        return {pair: draw(managed) for pair in servers if draw(st.integers(0, 4))}

    pairs = {(key, server.key): draw(managed) for key, value in desired.items() for server in value.destinations}
    sorry = {
        key: frozenset({DestinationKey(draw(st.sampled_from(ADDRESSES)), key.port)} if draw(flags) else ())
        for key in desired
    }
    return Checks(some(pairs), pairs, sorry, frozenset(), FOLDER)


@given(st.data(), strategies.tables(), strategies.tables())
def test_once_is_enough_and_settings_are_the_definition_s(data: st.DataObject, desired: Table, observed: Table) -> None:
    known = data.draw(known_of(desired))
    reached = as_checked(desired, observed, known)
    assert as_checked(desired, reached, known) == reached
    for key, value in desired.items():
        defined = {server.key: server for server in value.destinations}
        assert reached[key].service == value.service
        for server in reached[key].destinations:
            if server.key in defined:
                assert server._replace(weight=0) == defined[server.key]._replace(weight=0)
            else:
                assert server.key in known.sorry[key]


@given(st.data(), strategies.tables())
def test_what_checks_alone_make_of_a_definition_is_left_alone(data: st.DataObject, desired: Table) -> None:
    known = data.draw(known_of(desired))
    known = known._replace(running=known.coming)
    now: Table = {}
    for key, value in desired.items():
        servers = []
        for server in value.destinations:
            about = known.coming[key, server.key]
            weight = data.draw(st.integers(0, 65535)) if known.sets_weight(about) else server.weight
            if not data.draw(flags):
                servers.append(server._replace(weight=weight))
            elif about.inhibited:
                servers.append(server._replace(weight=0))
        now[key] = value._replace(destinations=tuple(sorted(servers)))
    assert as_checked(desired, now, known) == now


@given(st.data(), strategies.tables(), strategies.tables())
def test_without_keepalived_the_table_is_the_definition(data: st.DataObject, desired: Table, observed: Table) -> None:
    known = data.draw(known_of(desired))
    coming = {pair: value._replace(alpha=False) for pair, value in known.coming.items()}
    known = Checks({}, coming, dict.fromkeys(desired, frozenset()), frozenset(), FOLDER)
    assert as_checked(desired, observed, known) == desired
