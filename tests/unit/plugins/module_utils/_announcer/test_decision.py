# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which VIPs a director announces. With the kernel, keepalived and routers: tests/kernel/test_announcer.py."""

from __future__ import annotations

from typing import Dict

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._announcer.decision import (
    NO_CHECKER,
    STANDBY,
    changes,
    decide,
)
from ansible_collections.lvs.cluster.plugins.module_utils._announcer.model import (
    ANNOUNCED,
    ON_STANDBY,
    Decision,
    Quorum,
    Seen,
    Settings,
    Vip,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import DestinationKey, ServiceKey

WEB = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
TLS = ServiceKey("ipv4", "tcp", "192.0.2.198", 443, 0)
ONE, TWO, SORRY = (DestinationKey(f"192.0.2.{number}", 80) for number in (21, 22, 99))
SHOP = Vip("192.0.2.198", 32, (WEB, TLS))
NOTHING = Decision({}, {}, frozenset())


ANY_WEIGHT = Quorum(1)


def settings(web: Quorum = ANY_WEIGHT, **more: bool) -> Settings:
    return Settings((SHOP,), {WEB: web, TLS: ANY_WEIGHT}, **more)


def seen(web: Dict[DestinationKey, int], **more: bool) -> Seen:
    return Seen({WEB: web, TLS: {ONE: 1}}, **more)


def test_a_vip_is_announced_while_its_services_are_served() -> None:
    decision = decide(settings(), seen({ONE: 1}))
    assert decision.interfaces == {SHOP: ANNOUNCED}
    assert decision.withdrawn == {}


@pytest.mark.parametrize("weights", [{}, {ONE: 0, TWO: 0}])
def test_without_a_real_server_it_is_not(weights: Dict[DestinationKey, int]) -> None:
    decision = decide(settings(), seen(weights))
    assert decision.interfaces == {}
    assert decision.withdrawn[SHOP] == "tcp 192.0.2.198:80 has real servers with a weight of 0 in all, and needs 1"


def test_a_table_without_the_service_serves_nothing() -> None:
    assert decide(settings(), Seen({})).interfaces == {}


def test_with_any_of_its_services_where_that_is_enough() -> None:
    assert decide(settings(whole=False), seen({})).interfaces == {SHOP: ANNOUNCED}
    assert decide(settings(whole=False), Seen({})).interfaces == {}


def test_the_quorum_counts_weights_and_has_hysteresis() -> None:
    """As keepalived has it: update_quorum_state() in ipwrapper.c."""
    wanted = settings(Quorum(4, hysteresis=1))
    assert WEB not in decide(wanted, seen({ONE: 4})).served
    assert WEB in decide(wanted, seen({ONE: 3, TWO: 2})).served
    assert WEB in decide(wanted, seen({ONE: 3}), frozenset([WEB])).served
    assert WEB not in decide(wanted, seen({ONE: 2}), frozenset([WEB])).served


def test_a_sorry_server_counts_for_no_quorum_but_serves() -> None:
    wanted = settings(Quorum(2, sorry=frozenset([SORRY])))
    assert WEB in decide(wanted, seen({SORRY: 1})).served
    assert WEB not in decide(wanted, seen({SORRY: 0, ONE: 1})).served


def test_nothing_is_announced_without_a_health_checker() -> None:
    decision = decide(settings(), seen({ONE: 1}, checker_works=False))
    assert decision.withdrawn == {SHOP: NO_CHECKER}
    assert decide(settings(checked=False), seen({ONE: 1}, checker_works=False)).interfaces == {SHOP: ANNOUNCED}


def test_a_director_in_standby_announces_nothing_or_as_a_last_resort() -> None:
    assert decide(settings(), seen({ONE: 1}, in_standby=True)).withdrawn == {SHOP: STANDBY}
    last = decide(settings(on_standby=True), seen({ONE: 1}, in_standby=True))
    assert last.interfaces == {SHOP: ON_STANDBY}


def test_each_change_is_told_once() -> None:
    up = decide(settings(), seen({ONE: 1}))
    down = decide(settings(), seen({}))
    assert changes(NOTHING, up) == ["192.0.2.198: announced"]
    assert changes(up, up) == changes(down, down) == []
    (told,) = changes(up, down)
    assert told.startswith("192.0.2.198: not announced: tcp 192.0.2.198:80 has real servers")
