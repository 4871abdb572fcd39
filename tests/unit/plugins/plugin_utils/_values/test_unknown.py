# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pickle

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._values.real_server import RealServer
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.unknown import Unknown, is_known, made_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.vip import Vip
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.vrrp import VrrpInstance


def test_a_part_that_nobody_knows_is_asked_in_vain_though_it_has_a_default() -> None:
    vip = made_of(Vip, {"address": "192.0.2.198"})
    assert vip.address == "192.0.2.198"
    assert (is_known(vip, "address"), is_known(vip, "gateway")) == (True, False)
    with pytest.raises(Unknown, match=r"^Vip\.gateway$"):
        assert vip.gateway


def test_what_follows_from_an_unknown_part_is_unknown() -> None:
    with pytest.raises(Unknown):
        assert made_of(RealServer, {"host": "web1"}).is_director
    with pytest.raises(Unknown):
        assert made_of(VrrpInstance, {"name": "one"}).family


def test_a_value_that_is_made_as_any_other_has_its_defaults() -> None:
    assert Vip("192.0.2.198", 32) == made_of(Vip, vars(Vip("192.0.2.198", 32)))
    assert not Vip("192.0.2.198", 32).gateway


def test_values_are_kept_from_task_to_task() -> None:
    for vip in (Vip("192.0.2.198", 32), made_of(Vip, {"address": "192.0.2.198"})):
        assert vars(pickle.loads(pickle.dumps(vip))) == vars(vip)
