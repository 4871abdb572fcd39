# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import CHANGE, REMOVE, Change, InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.model import (
    SyncDaemon,
    SyncDaemons,
    Timeouts,
    WantedDaemons,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.plan import (
    desired_daemons,
    plan_daemons,
    plan_timeouts,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

MTUS = strategies.MTUS


@given(strategies.timeouts, strategies.timeouts)
def test_timeouts_are_one_change(desired: Timeouts, observed: Timeouts) -> None:
    assert plan_timeouts(desired, desired) == ()
    plan = plan_timeouts(desired, observed)
    assert bool(plan) == (desired != observed)
    assert all(change == (CHANGE, "timeouts", "timeouts", observed, desired) for change in plan)


@given(strategies.daemons_by_role, strategies.daemons_by_role)
def test_carrying_a_plan_out_leaves_nothing_to_do(desired: SyncDaemons, observed: SyncDaemons) -> None:
    there = dict(observed)
    for change in plan_daemons(desired, observed):
        assert there.pop(change.key, None) == change.before
        if change.action != REMOVE:
            there[change.key] = change.after
    assert there == desired
    assert plan_daemons(desired, there) == ()


@given(st.data())
def test_asking_twice_changes_nothing(data: st.DataObject) -> None:
    """Whatever subset of the options is given, and whatever runs."""
    observed = data.draw(strategies.daemons_by_role)
    given_options = data.draw(strategies.sync_daemons())._asdict()
    names = data.draw(st.sets(st.sampled_from(SyncDaemon._fields))) | {"interface"}
    wanted = WantedDaemons(("master", "backup"), {name: given_options[name] for name in names})
    first = desired_daemons(wanted, observed, MTUS)
    assert desired_daemons(wanted, first, MTUS) == first
    for role, daemon in first.items():
        for name, value in daemon._asdict().items():
            if name in wanted.options:
                assert value == wanted.options[name]
            elif role in observed and name != "max_length":
                assert value == getattr(observed[role], name)


def test_a_new_daemon_has_the_kernels_defaults() -> None:
    wanted = WantedDaemons(("master", "backup"), {"interface": "eth2"})
    assert desired_daemons(wanted, {}, MTUS) == {
        "master": SyncDaemon("eth2", 0, 1472, "224.0.0.81", 8848, 1),
        "backup": SyncDaemon("eth2", 0, 8972, "224.0.0.81", 8848, 1),
    }


def test_a_role_that_is_not_listed_stays() -> None:
    backup = SyncDaemon("eth1", 7, 1472)
    wanted = WantedDaemons(("master",), {"interface": "eth1"})
    assert desired_daemons(wanted, {"backup": backup}, MTUS)["backup"] == backup


def test_what_runs_already_is_not_judged() -> None:
    """Its interface may be gone, and another tool may have chosen what this one would not take."""
    odd = {"master": SyncDaemon("gone", 300, 1472)}
    assert desired_daemons(WantedDaemons(("master",), {}), odd, MTUS) == odd


def test_a_fault_of_both_is_told_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        desired_daemons(WantedDaemons(("master", "backup"), {"interface": "eth1", "ttl": 0}), {}, MTUS)
    assert caught.value.faults == ("ttl: 0 is not 1 to 255",)


def test_a_length_of_before_is_not_kept_where_it_would_not_fit() -> None:
    running = {"master": SyncDaemon("eth1", 7, 65507)}
    wanted = WantedDaemons(("master",), {"group": "ff02::81"})
    (change,) = plan_daemons(desired_daemons(wanted, running, MTUS), running)
    after = SyncDaemon("eth1", 7, 1452, "ff02::81")
    assert change == Change(CHANGE, "daemons", "master", running["master"], after)
