# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""haresources of heartbeat, together with ldirectord.cf, as a definition."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats import haresources, ldirectord
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported, NotUnderstood, Source

from .reading import errors, fate, notes, of, shown

FOLDER = "/etc/ha.d"
SERVICES = """\
virtual=192.0.2.80:80
    real=192.0.2.21:80 gate
    service=none
virtual=192.0.2.81:80
    real=192.0.2.21:80 gate
    service=none
"""


def held(resources: str, services: str = SERVICES, director: str = "", **more: str) -> Imported:
    texts = {f"{FOLDER}/haresources": resources, f"{FOLDER}/ldirectord.cf": services, **more}
    return of(ldirectord, texts, *(Source(path, director) for path in texts))


def test_a_pair_of_directors() -> None:
    found = held(
        "# who has what\n"
        "lb1.example.com \\\n"
        "    ldirectord::ldirectord.cf \\\n"
        "    LVSSyncDaemonSwap::master \\\n"
        "    IPaddr2::192.0.2.80/24/eth0/192.0.2.255 IPaddr::192.0.2.81/24/eth0:1 # VIPs\n"
    )
    assert found.directors == {"lb1.example.com": {"lvs_interface": "eth0", "lvs_priority": 150}}
    assert found.cluster == {
        "vips": [
            {"address": "192.0.2.80", "prefix": 24},
            {"address": "192.0.2.81", "prefix": 24, "label": "eth0:1"},
        ],
        "sync_daemon": {},
        "take_over_from": ["heartbeat", "ldirectord"],
    }
    assert len(found.services) == 2
    assert errors(found) == []
    assert fate(found, "ldirectord::") == "imported: lvs_services"
    assert fate(found, "IPaddr2::") == "imported: lvs_cluster.vips.address"
    assert f"{FOLDER}/haresources:5: the broadcast address 192.0.2.255 is not taken: VIPs need none" in notes(found)
    assert any(each.startswith("hosts.yml: haresources names one director") for each in notes(found))


def test_each_director_has_vips_of_its_own() -> None:
    found = held("lb1 192.0.2.80/32/eth0 ldirectord\nlb2 192.0.2.81/32/eth0 ldirectord\n")
    assert found.cluster["vrrp"]["instances"] == [
        {"name": "lb1", "vips": ["192.0.2.80"], "priorities": {"lb1": 150, "lb2": 100}},
        {"name": "lb2", "vips": ["192.0.2.81"], "priorities": {"lb1": 100, "lb2": 150}},
    ]
    assert errors(found) == []


@pytest.mark.parametrize(
    ("resource", "vip"),
    [
        ("192.0.2.80", {}),
        ("IPaddr::192.0.2.80", {}),
        ("IPaddr2::192.0.2.80", {}),
        ("IPaddr::192.0.2.80/26", {"prefix": 26}),
        ("IPaddr::192.0.2.80/255.255.255.0", {"prefix": 24}),
        ("IPaddr::192.0.2.80/24/192.0.2.255", {"prefix": 24}),
        ("IPaddr::192.0.2.80/24/eth0:7/192.0.2.255", {"prefix": 24, "label": "eth0:7"}),
        ("IPaddr2::192.0.2.80/32/bond0.100", {}),
        ("192.0.2.80/24/eth0", {"prefix": 24}),
    ],
)
def test_all_forms_of_an_address(resource: str, vip: dict[str, Any]) -> None:
    found = held(f"lb1 {resource} ldirectord\n")
    assert found.cluster.get("vips", []) == ([{"address": "192.0.2.80", **vip}] if vip else [])
    interface = next((name for name in ("eth0", "bond0.100") if name in resource), None)
    assert found.directors["lb1"].get("lvs_interface") == interface
    assert errors(found) == []


def test_an_ipv6_address() -> None:
    six = "virtual6=[2001:db8::80]:80\n    real6=[2001:db8::21]:80 gate\n    service=none\n"
    found = held("lb1 IPv6addr::2001:db8:0:0:0:0:0:80/64 ldirectord\n", six)
    assert found.cluster["vips"] == [{"address": "2001:db8::80", "prefix": 64}]
    assert any(each.endswith("and its IPv6 address as lvs_ipv6_address") for each in notes(found))
    assert errors(found) == []


def test_what_is_no_part_of_lvs() -> None:
    found = held("lb1 192.0.2.80 ldirectord apache Filesystem::/dev/sda1::/data::ext3\n")
    assert fate(found, "apache").startswith("not taken: is no part of LVS")
    assert fate(found, "Filesystem").startswith("not taken: is no part of LVS")
    assert held("lb1 {{vip}} ldirectord\n").directors == {"lb1": {}}


def test_an_address_that_is_none() -> None:
    found = held("lb1 IPaddr::{{vip}}/24 ldirectord\n")
    assert fate(found, "IPaddr") == "not taken: {{vip}} is no address: names are not looked up here, write the address"


def test_mail_to_the_operators() -> None:
    found = held("lb1 192.0.2.80 ldirectord MailTo::root@example.com::LVS\n")
    assert found.cluster["email"] == {"to": ["root@example.com"]}
    assert found.cluster["vrrp"] == {"alerts": True}
    services = f"emailalert=noc@example.com\n{SERVICES}"
    both = held("lb1 192.0.2.80 ldirectord MailTo::root@example.com\n", services)
    assert both.cluster["email"] == {"to": ["noc@example.com", "root@example.com"]}
    assert errors(both) == []


def test_the_names_of_the_inventory_count() -> None:
    found = held("lb1.example.com 192.0.2.80 ldirectord\n", director="lb1")
    assert list(found.directors) == ["lb1"]
    other = held("node1 192.0.2.80 ldirectord\n", director="lvs1")
    assert list(other.directors) == ["lvs1"]
    assert "hosts.yml: lvs1: haresources has a director node1, which must be this one" in notes(other)


def test_haresources_names_its_ldirectord() -> None:
    for path in (f"{FOLDER}/web.cf", f"{FOLDER}/conf/web.cf"):
        texts = {f"{FOLDER}/haresources": "lb1 192.0.2.80 ldirectord::web.cf\n", path: SERVICES}
        assert len(of(ldirectord, texts, Source(f"{FOLDER}/haresources")).services) == 2


def test_haresources_alone_is_not_enough() -> None:
    with pytest.raises(NotUnderstood, match="says who holds the VIPs, not what is balanced"):
        of(ldirectord, {"haresources": "lb1 192.0.2.80 ldirectord\n"}, Source("haresources"))


def test_two_that_differ() -> None:
    texts = {"one": "lb1 192.0.2.80 ldirectord\n", "two": "lb1 192.0.2.81 ldirectord\n", "cf": SERVICES}
    found = of(ldirectord, texts, *map(Source, texts))
    assert "two: does not say the same as one, which counts for all directors" in notes(found)


def test_no_secret_is_seen() -> None:
    found = held("lb1 192.0.2.80 ldirectord WebServer::--password=s3cret\n")
    assert "s3cret" not in shown(found)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("lb1 IPaddr::192.0.2.80/24/eth0 ldirectord\n", True),
        ("lb1 192.0.2.80\n", True),
        ("lb1 \\\n    ldirectord::x.cf \\\n    IPaddr2::192.0.2.80\n", True),
        ("192.0.2.80 lb1\n", False),
        ("# lb1 IPaddr::192.0.2.80\n", False),
        ("virtual=192.0.2.80:80\n", False),
        ("", False),
    ],
)
def test_what_is_recognised(text: str, known: bool) -> None:
    assert haresources.recognised(text) is known
