# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The view of a host becomes the options of the modules that set it up."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.lvs.cluster.plugins.module_utils._network.options import LISTED
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.set_up import (
    FILTER_FOLDERS,
    NETWORK_FILES,
    configuration_options,
    filter_options,
    network_options,
    services_options,
    sync_daemon_options,
    timeouts_options,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

HELD = {"address": "192.0.2.198/32", "interface": "eth1", "label": None, "announce": True}
OTHER = {**HELD, "address": "192.0.2.199/32"}
NETWORK = {"addresses": [HELD], "routes": [{"destination": "default"}], "rules": [{"priority": 5080}], "sysctls": {}}


def view(host: str) -> dict[str, Any]:
    return host_view(Clusters.of(parse(service(forward="nat"))), host).options()


def test_the_view_of_a_host_has_the_words_of_host_network() -> None:
    for host in ("lvs1", "web1", "named"):
        given = network_options("replaced", view(host)["network"])
        listed = {name: value for name, value in given.items() if name in LISTED}
        assert ArgumentSpecValidator(LISTED).validate(listed).error_messages == []
        assert given.keys() - LISTED.keys() == {"state", "ask_neighbours", "keep_found", *NETWORK_FILES}


def test_a_test_looks_at_what_the_host_holds_at_times_too() -> None:
    given = network_options("replaced", NETWORK, vips=[HELD, OTHER])
    assert (given["addresses"], given["ask_neighbours"]) == ([HELD, OTHER], True)
    assert not network_options("replaced", NETWORK)["ask_neighbours"]


def test_a_way_back_that_does_not_lead_yet_is_left_out() -> None:
    given = network_options("merged", NETWORK, way_back=False)
    assert (given["addresses"], given["routes"], given["rules"]) == ([HELD], [], [])
    assert network_options("merged", NETWORK)["rules"] == NETWORK["rules"]


def test_what_goes_goes_by_what_the_files_have() -> None:
    assert network_options("deleted", {}) == {"state": "deleted", "all": True, **NETWORK_FILES}
    assert filter_options("deleted", {}) == {"state": "deleted", "all": True, **FILTER_FOLDERS}


def test_the_host_chooses_the_firewall_where_the_owner_does_not() -> None:
    assert filter_options("merged", {"firewall": None, "arp_firewall": "nftables", "rules": []}) == {
        "state": "merged",
        "arp_firewall": "nftables",
        "rules": [],
        **FILTER_FOLDERS,
    }


def test_services_are_loaded_at_boot_unless_keepalived_brings_them() -> None:
    listed: list[dict[str, Any]] = [{"address": "192.0.2.198", "port": 80}]
    drained = {"state": "replaced", "services": listed, "drained_folder": "/etc/lvs/drained"}
    assert services_options("replaced", listed) == {**drained, "boot_file": "/etc/lvs/ipvs.rules"}
    checked = {**drained, "keepalived": "# text"}
    assert services_options("replaced", listed, "# text", at_boot=False) == checked
    assert services_options("deleted", []) == {"state": "deleted", "all": True, "boot_file": "/etc/lvs/ipvs.rules"}


def test_settings_that_the_definition_lacks_go() -> None:
    timeouts = {"state": "replaced", "boot_file": "/etc/lvs/timeouts.rules"}
    assert timeouts_options({}) == timeouts
    assert timeouts_options({"tcp": 7200, "udp": None}) == {**timeouts, "tcp": 7200}
    assert sync_daemon_options({}) == {"state": "absent", "boot_file": "/etc/lvs/sync.rules"}
    assert sync_daemon_options({"interface": "eth1", "ttl": None}) == {
        "roles": ["master", "backup"],
        "interface": "eth1",
        "boot_file": "/etc/lvs/sync.rules",
    }


def test_the_configuration_of_keepalived_has_the_files_that_it_watches() -> None:
    drop_in = {"drop_in": "/etc/systemd/system/keepalived.service.d/lvs.conf"}
    assert configuration_options("deleted", {}) == {"state": "absent", **drop_in}
    assert configuration_options("replaced", {"content": "# text", "hold": True}) == {
        "content": "# text",
        "hold": True,
        "drained_folder": "/etc/lvs/drained",
        "floor_program": {},
        "hold_file": "/etc/lvs/held",
        "let_go": True,
        **drop_in,
    }
    assert configuration_options("replaced", {"content": "# text"}, "secret")["password"] == "secret"
    floor = {"content": 'quorum_up "/usr/local/lib/lvs-floor/settle shop_ipv4_tcp" root'}
    assert "lvs_cluster/_floor/program.py" in configuration_options("replaced", floor)["floor_program"]
