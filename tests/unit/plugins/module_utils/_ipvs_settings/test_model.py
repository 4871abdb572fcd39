# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.model import (
    SyncDaemon,
    Timeouts,
    WantedDaemons,
    daemon_faults,
    default_length,
    parse_daemons,
    parse_timeouts,
)

GOOD = SyncDaemon("eth1", 7, 1472)


def test_a_timeout_that_is_left_out_is_not_asked_for() -> None:
    assert parse_timeouts({"tcp": 7200, "tcpfin": None}) == Timeouts(tcp=7200)
    assert Timeouts(tcp=7200).over(Timeouts(900, 120, 300)) == Timeouts(7200, 120, 300)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_timeouts({"tcp": 0, "tcpfin": -1, "udp": 2678401})
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["tcp", "tcpfin", "udp"]


def test_roles_have_one_order_and_groups_one_spelling() -> None:
    wanted = parse_daemons({"roles": ["backup", "master", "backup"], "group": "FF05:0::81", "ttl": None})
    assert wanted == WantedDaemons(("master", "backup"), {"group": "ff05::81"})


@pytest.mark.parametrize(
    ("role", "group", "mtu", "length"),
    [
        ("master", "224.0.0.81", 1500, 1472),
        ("master", "224.0.0.81", 9000, 1472),
        ("master", "ff02::81", 1500, 1452),
        ("backup", "224.0.0.81", 600, 1472),
        ("backup", "224.0.0.81", 9000, 8972),
        ("backup", "ff02::81", 9000, 8952),
        ("backup", "224.0.0.81", 65536, 65507),
    ],
)
def test_the_default_length_is_what_a_kernel_has_shown(role: str, group: str, mtu: int, length: int) -> None:
    assert default_length(role, group, mtu) == length


@pytest.mark.parametrize(
    ("role", "options", "words"),
    [
        ("master", {"interface": ""}, "interface: missing"),
        ("master", {"interface": "eth1 --x"}, "is not the name of an interface"),
        ("master", {"interface": "eth9"}, "this host has no eth9; it has eth1, lo"),
        ("master", {"sync_id": 256}, "sync_id: 256 is not 0 to 255"),
        ("master", {"max_length": 0}, "is not 1 to 65507 bytes"),
        ("backup", {"max_length": 1023}, "is not 1024 to 65507 bytes"),
        ("backup", {"max_length": 65500, "group": "ff02::81"}, "is not 1024 to 65487 bytes"),
        ("master", {"port": 65536}, "port: 65536 is no port"),
        ("master", {"ttl": 256}, "ttl: 256 is not 1 to 255"),
        ("master", {"group": "223.255.255.255"}, "is no multicast address"),
        ("master", {"group": "240.0.0.1"}, "is no multicast address"),
        ("master", {"group": "fe80::1", "max_length": 1400}, "is no multicast address"),
        ("master", {"group": "ff11::81", "max_length": 1400}, "never leaves this host"),
    ],
)
def test_what_cannot_work_is_told(role: str, options: dict[str, Any], words: str) -> None:
    mtus = {"lo": 65536, "eth1": 1500}
    assert daemon_faults(role, GOOD, mtus) == []
    (fault,) = daemon_faults(role, GOOD._replace(**options), mtus)
    assert words in fault
