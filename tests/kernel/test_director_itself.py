# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A director's own address: where it serves itself, as a sorry server, and where it takes packets for real servers.

A client, a director and a real server, each in a network namespace of its own, on one bridge.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    FAMILIES,
    asked_each,
    batch,
    inside,
    machines,
    on_eth0,
    serving,
    set_up,
    switch,
)

SWITCH, CLIENT, DIRECTOR, REAL_SERVER = "lvsswitch", "lvsclient", "lvsdirector", "lvsreal"
VIPS = {4: "198.51.100.198", 6: "2001:db8::198"}
DIPS = {4: "198.51.100.2", 6: "2001:db8::2"}
CIPS = {4: "198.51.100.100", 6: "2001:db8::100"}
LOOPBACKS = {4: "127.0.0.1", 6: "::1"}
RIPS = {4: "198.51.100.21", 6: "2001:db8::21"}
BITS = {4: 24, 6: 64}
WHOLE = {4: 32, 6: 128}


@contextmanager
def network(*names: str) -> Iterator[None]:
    own = {CLIENT: CIPS, DIRECTOR: DIPS, REAL_SERVER: RIPS}
    addresses = {name: [f"{own[name][family]}/{BITS[family]}" for family in FAMILIES] for name in names}
    with switch(SWITCH), machines(SWITCH, addresses):
        yield


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
    with network(CLIENT, DIRECTOR), serving(DIRECTOR, 80, 81):
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
        set_up("ipvs_services", DIRECTOR, services=services)
        expected = {family: [CIPS[family], answered_at[family], DIRECTOR] if answered_at else [] for family in FAMILIES}
        assert asked_each(CLIENT, VIPS) == expected
        connections = inside(DIRECTOR, "ipvsadm", "-L", "-c", "-n")
        assert all(f"{own[family] if family == 4 else f'[{own[family]}]'}:{port}" in connections for family in FAMILIES)


# A service at the director's own addresses, by which it is reached as itself too.
AT_ITS_OWN = parse(
    {"engine": "static"},
    [
        {
            "name": "shop",
            "address": list(DIPS.values()),
            "port": 80,
            "scheduler": "rr",
            "forward": "nat",
            "real_servers": [{"host": "web1", "port": 81}],
        }
    ],
    {"lvs_directors": ["lvs1"]},
    {
        "lvs1": {"lvs_address": DIPS[4], "lvs_ipv6_address": DIPS[6]},
        "web1": {"lvs_address": RIPS[4], "lvs_ipv6_address": RIPS[6]},
    },
)


def addresses_of(namespace: str) -> str:
    return inside(namespace, "ip", "-oneline", "address", "show", "dev", "eth0", "scope", "global")


def test_the_only_director_serves_at_its_own_address_and_keeps_it(tmp_path: Path) -> None:
    director = host_view(Clusters.of(AT_ITS_OWN), "lvs1").options()
    real_server = host_view(Clusters.of(AT_ITS_OWN), "web1").options()["network"]
    files = {
        "boot_file": str(tmp_path / "network.batch"),
        "sysctl_file": str(tmp_path / "lvs.conf"),
        "modules_file": str(tmp_path / "modules.conf"),
    }
    listed = {name: director["network"][name] for name in ("addresses", "routes", "rules", "sysctls", "handed_over")}
    answers = {family: [CIPS[family], RIPS[family], REAL_SERVER] for family in FAMILIES}
    itself = {family: [CIPS[family], DIPS[family], DIRECTOR] for family in FAMILIES}
    with network(CLIENT, DIRECTOR, REAL_SERVER), serving(DIRECTOR, 80, 22), serving(REAL_SERVER, 81):
        before = addresses_of(DIRECTOR)
        set_up("host_network", DIRECTOR, state="replaced", **listed, **files)
        set_up("ipvs_services", DIRECTOR, services=director["services"])
        set_up("host_network", REAL_SERVER, **{name: real_server[name] for name in ("rules", "routes", "sysctls")})
        assert asked_each(CLIENT, DIPS) == answers
        assert asked_each(CLIENT, DIPS, 22) == itself
        assert addresses_of(DIRECTOR) == before
        set_up("ipvs_services", DIRECTOR, state="deleted", all=True)
        set_up("host_network", DIRECTOR, state="deleted", all=True, **files)
        assert addresses_of(DIRECTOR) == before
        assert asked_each(CLIENT, DIPS) == itself
