# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of directors that announce their VIPs by BGP: what the doctor, drift and plan say of each."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import eventually
from ansible_collections.lvs.cluster.tests.doctor.conftest import DIRECTORS, HEALTHY, HERE, Examined
from ansible_collections.lvs.cluster.tests.doctor.test_doctor import Fault, fault, findings

VIP, ROUTER, PASSWORD = "203.0.113.198", "192.0.2.1", "b9p-Secret"
HOSTS = ("lvs1", "lvs2", "web1", "web2")
SET_UP_ROUTER = f"""
sysctl -w net.ipv4.ip_forward=1
sed -i 's/^bgpd=.*/bgpd=yes/' /etc/frr/daemons
cat > /etc/frr/frr.conf <<'END'
frr defaults datacenter
router bgp 64500
 bgp router-id {ROUTER}
 no bgp ebgp-requires-policy
 neighbor 192.0.2.2 remote-as 64520
 neighbor 192.0.2.2 password {PASSWORD}
 neighbor 192.0.2.3 remote-as 64520
 neighbor 192.0.2.3 password {PASSWORD}
END
chown frr:frr /etc/frr/frr.conf
systemctl enable frr; systemctl restart frr
"""
# A policy of somebody else, for a neighbour of the cluster.
HELD_BACK = """
vtysh -c 'configure terminal' -c 'access-list none seq 5 deny any' -c 'router bgp 64520' \
    -c 'address-family ipv4 unicast' -c 'neighbor 192.0.2.1 distribute-list none out'
vtysh -c 'clear ip bgp 192.0.2.1 out' || true
"""
BY_HAND = f"""
touch /etc/lvs/standby; systemctl stop lvs-announcer
ip link add lvs-vips type dummy; ip link set lvs-vips up; ip address add {VIP}/32 dev lvs-vips
"""
FAULTS = {
    "session-down": fault(
        "router",
        "vtysh -c 'configure terminal' -c 'router bgp 64500' -c 'neighbor 192.0.2.3 shutdown'",
        "LVS822 lvs2",
        seconds=5,
    ),
    "speaker-stopped": fault("lvs2", "systemctl stop frr", "LVS822"),
    "vip-withdrawn": fault("lvs2", "systemctl stop lvs-announcer", "LVS823", seconds=5),
    "announced-unduly": fault("lvs2", BY_HAND, "LVS824", seconds=5),
    "router-not-told": fault("lvs2", HELD_BACK, "LVS825", "LVS813", seconds=10),
}


class Announced(Examined):
    """The lab with a router."""

    name, description, definition_file = "announced", HERE / "announced.toml", "announced.yml"

    def prepare(self) -> None:
        self.script("router", SET_UP_ROUTER)

    def serves(self) -> bool:
        """Whether the router hears of the VIP from both directors."""
        told = json.loads(self.output("router", f"vtysh -c 'show ip bgp {VIP}/32 json'"))
        return {path["peer"]["peerId"] for path in told.get("paths", ())} == {"192.0.2.2", "192.0.2.3"}


@pytest.fixture(scope="module")
def announced() -> Iterator[Announced]:
    with Announced().rolled_out(90) as lab:
        yield lab


@pytest.fixture
def lab(announced: Announced) -> Announced:
    """The healthy cluster, whatever has become of it before."""
    announced.verb("reset", HEALTHY)
    eventually(announced.serves, 120)
    return announced


def test_directors_that_announce_are_well_and_stay_as_they_are(lab: Announced) -> None:
    before = snapshots.take(lab, [*HOSTS])
    assert findings(lab) == set()
    assert lab.answer("drift")["word"] == "healthy"
    now = snapshots.take(lab, [*HOSTS])
    assert [line for host in HOSTS for line in snapshots.compared(before[host], now[host])] == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_nothing_else(lab: Announced, name: str) -> None:
    made: Fault = FAULTS[name]
    lab.script(made.host, made.script)
    time.sleep(made.seconds)
    assert findings(lab) == made.found


def test_what_differs_is_shown_and_planned_without_its_password(lab: Announced) -> None:
    lab.script("lvs2", HELD_BACK)
    lab.script("lvs2", 'sed -i \'s/: "all"/: "any"/\' /etc/lvs/announced.json')
    document = lab.answer("drift")
    (cluster,) = document["clusters"]
    assert {(each["host"], each["what"]) for each in cluster["differences"]} == {
        ("lvs2", "BGP (vtysh, frr.conf)"),
        ("lvs2", "/etc/lvs/announced.json"),
    }
    planned = lab.answer("plan")
    assert "announced.json" in str(planned)
    assert "neighbor 192.0.2.1" in str(planned)
    assert PASSWORD not in f"{document}{planned}"
    assert all(f"{director}: " not in str(cluster["unread"]) for director in DIRECTORS)
