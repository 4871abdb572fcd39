# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What running directors and their inventory add to what files say."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.account import Account
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.at_work import HARESOURCES, TABLE, at_work
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.live import add_addresses, name_real_servers
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import ON, process

CF = "/etc/ha.d/ldirectord.cf"
CONF = "/etc/keepalived/keepalived.conf"


def placed(address: str, prefix: int, interface: str = "eth1", label: str = "") -> dict[str, Any]:
    return {"address": address, "prefix": prefix, "interface": interface, "label": label or interface}


LVS1 = [
    placed("127.0.0.1", 8, "lo"),
    placed("192.0.2.2", 24),
    placed("192.0.2.198", 24, label="eth1:0"),
    {**placed("2001:db8::2", 64), "label": ""},
    {**placed("2001:db8::198", 128), "label": ""},
    {**placed("fe80::2", 64), "label": ""},
]


def services(*addresses: Any) -> list[dict[str, Any]]:
    return [
        {"name": f"s{number}", "address": address, "port": 80, "real_servers": [{"address": "192.0.2.21", "weight": 3}]}
        for number, address in enumerate(addresses)
    ]


def test_the_vips_are_as_the_director_has_them() -> None:
    found = Imported(Account(), {"lvs1": {"ansible_host": "192.0.2.2"}}, {}, services("192.0.2.198", "2001:db8::198"))
    add_addresses(found, {"lvs1": LVS1})
    assert found.cluster == {"vips": [{"address": "192.0.2.198", "prefix": 24, "label": "eth1:0"}]}
    own = {"lvs_interface": "eth1", "lvs_ipv6_address": "2001:db8::2"}
    assert found.directors == {"lvs1": {"ansible_host": "192.0.2.2", **own}}


def test_what_a_file_says_counts() -> None:
    vips = [{"address": "192.0.2.198", "prefix": 25}]
    found = Imported(Account(), {"lvs1": {"lvs_interface": "bond0"}}, {"vips": [*vips]}, services("192.0.2.198"))
    add_addresses(found, {"lvs1": LVS1})
    assert (found.cluster["vips"], found.directors["lvs1"]["lvs_interface"]) == (vips, "bond0")


def test_a_director_that_was_not_read_says_nothing() -> None:
    found = Imported(Account(), {"lvs2": {}}, {}, services(["192.0.2.198", "192.0.2.200-203"]))
    add_addresses(found, {})
    assert (found.cluster, found.directors) == ({}, {"lvs2": {}})


def test_hosts_of_the_inventory_are_named() -> None:
    found = Imported(Account(), {"lvs1": {}}, {}, services("192.0.2.198"))
    found.services[0]["real_servers"].append({"address": "192.0.2.22"})
    name_real_servers(found, {"web1": ["192.0.2.21", "2001:db8::21"], "lvs1": ["192.0.2.22"]})
    assert found.services[0]["real_servers"] == [{"weight": 3, "host": "web1"}, {"address": "192.0.2.22"}]
    assert found.real_servers == {"web1": {"ansible_host": "192.0.2.21", "lvs_ipv6_address": "2001:db8::21"}}


class Texts(dict[str, str]):
    def read(self, path: str) -> str | None:
        return self.get(path)

    def fault(self, path: str) -> str:
        raise AssertionError(path)

    def matching(self, pattern: str, folder: str) -> list[str]:
        raise AssertionError((pattern, folder))


@pytest.mark.parametrize(
    ("units", "processes", "rules", "paths"),
    [
        (["keepalived"], [], ["-A"], [CONF]),
        ([], ["keepalived"], ["-A"], [CONF]),
        (["heartbeat"], ["ldirectord"], ["-A"], [CF, HARESOURCES]),
        (["ldirectord"], [], ["-A"], [CF]),
        ([], [], ["-A"], [TABLE]),  # the files of a program that does nothing count for nothing
        ([], [], [], [CONF]),
    ],
)
def test_what_is_at_work_is_imported(
    units: list[str], processes: list[str], rules: list[str], paths: list[str]
) -> None:
    owners = {"units": {f"{name}.service": ON for name in units}, "processes": [process(name) for name in processes]}
    assert at_work(owners, Texts({CONF: "", CF: "", HARESOURCES: ""}), rules) == paths
