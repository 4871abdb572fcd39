# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A director that is a sorry server itself: at which of its own addresses it can serve, and by which method.

A client and a director, each in a network namespace of its own, on one bridge.
"""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    FAMILIES,
    asked_each,
    batch,
    enter,
    inside,
    machines,
    on_eth0,
    serving,
    switch,
)

SWITCH, CLIENT, DIRECTOR = "lvsswitch", "lvsclient", "lvsdirector"
VIPS = {4: "198.51.100.198", 6: "2001:db8::198"}
DIPS = {4: "198.51.100.2", 6: "2001:db8::2"}
CIPS = {4: "198.51.100.100", 6: "2001:db8::100"}
LOOPBACKS = {4: "127.0.0.1", 6: "::1"}
BITS = {4: 24, 6: 64}
WHOLE = {4: 32, 6: 128}


def destination(address: str, port: int, forward: str) -> dict[str, Any]:
    return {"address": address, "port": port, "forward": forward, "weight": 1}


@pytest.mark.parametrize(
    ("own", "forward", "port", "answered_at"),
    [
        (DIPS, "dr", 80, VIPS),  # it gets the packet as it came
        (DIPS, "nat", 80, DIPS),
        (DIPS, "nat", 81, DIPS),
        (LOOPBACKS, "dr", 80, VIPS),
        # ip_vs_nat_xmit() and ip_vs_nat_xmit_v6() in ip_vs_xmit.c: "stopping DNAT to loopback address"
        (LOOPBACKS, "nat", 80, {}),
    ],
)
def test_a_director_serves_at_its_own_address(
    own: dict[int, str], forward: str, port: int, answered_at: dict[int, str]
) -> None:
    addresses = {
        name: [f"{own_addresses[family]}/{BITS[family]}" for family in FAMILIES]
        for name, own_addresses in ((CLIENT, CIPS), (DIRECTOR, DIPS))
    }
    with switch(SWITCH), machines(SWITCH, addresses), serving(DIRECTOR, 80, 81):
        batch(DIRECTOR, [on_eth0(f"{VIPS[family]}/{WHOLE[family]}") for family in FAMILIES])
        services = [
            {
                "address": VIPS[family],
                "port": 80,
                "scheduler": "rr",
                "destinations": [destination(own[family], port, forward)],
            }
            for family in FAMILIES
        ]
        result = module("ipvs_services", inside=lambda: enter(DIRECTOR), services=services)
        assert not result.get("failed"), result["msg"]
        expected = {family: [CIPS[family], answered_at[family], DIRECTOR] if answered_at else [] for family in FAMILIES}
        assert asked_each(CLIENT, VIPS) == expected
        connections = inside(DIRECTOR, "ipvsadm", "-L", "-c", "-n")
        assert all(f"{own[family] if family == 4 else f'[{own[family]}]'}:{port}" in connections for family in FAMILIES)
