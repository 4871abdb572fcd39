# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who takes the table of virtual services away, and who may stay."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.owners import taken_over
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import (
    OFF,
    ON,
    VIP,
    candidate,
    process,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

SIX = "2001:db8::c6"
IPVSADM = {"ipvsadm.service": ON}
RESTING = {"ipvsadm.service": {**ON, "at_boot": False}}
DEBIAN = {"AUTO": "false", "DAEMON": "none"}
AUTO = {**DEBIAN, "AUTO": "true"}
PROXY = process("kube-proxy", "--config=/var/lib/kube-proxy/config.conf", excludes=False)
EXCLUDES = {**PROXY, "excludes": True}
LDIRECTORD = {"ldirectord.service": {**OFF, "at_boot": True}}
SERVICES = (service(), service(name="six", address=SIX, real_servers="six"))


def told(**owners: Any) -> list[str]:
    found = candidate(*SERVICES, owners=owners)
    return [str(each) for each in findings(found, [found.cluster])]


@pytest.mark.parametrize(
    "owners",
    [
        {},
        # As Debian installs the package.
        {"units": IPVSADM, "ipvsadm": DEBIAN},
        {"units": RESTING, "ipvsadm": AUTO},
        {"units": {"ipvsadm.service": OFF, "heartbeat.service": OFF, "ldirectord.service": OFF}},
        {"processes": [process("kube-proxy", "--proxy-mode=nftables", excludes=False)]},
    ],
)
def test_who_touches_nothing_is_not_named(owners: dict[str, Any]) -> None:
    assert told(**owners) == []


@pytest.mark.parametrize(
    ("owners", "code", "words"),
    [
        ({"units": IPVSADM, "ipvsadm": AUTO}, "LVS711", 'First set AUTO="false" in /etc/default/ipvsadm'),
        ({"units": IPVSADM}, "LVS712", "systemctl disable ipvsadm"),
        ({"units": RESTING}, "LVS713", "until the next reboot, with which it ends by itself"),
        ({"units": IPVSADM, "ipvsadm": {**DEBIAN, "DAEMON": "master"}}, "LVS714", 'DAEMON="none"'),
        ({"kube_interface": True, "processes": [PROXY]}, "LVS715", f"configuration: {VIP}, {SIX})"),
        ({"kube_interface": True, "processes": [PROXY, EXCLUDES]}, "LVS715", "its own. Exclude the VIPs"),
        ({"kube_interface": True, "processes": [EXCLUDES]}, "LVS716", f"all VIPs of the cluster: {VIP}, {SIX}"),
        ({"kube_interface": True}, "LVS717", "ip link delete kube-ipvs0"),
        ({"units": LDIRECTORD, "ldirectord": ["192.0.2.9:80", f"{VIP}:80"]}, "LVS718", f"balances {VIP}:80 on"),
        (
            {"processes": [process("ldirectord")], "ldirectord": [f"[{SIX}]:80"]},
            "LVS718",
            "systemctl disable ldirectord; systemctl kill --signal=KILL ldirectord",
        ),
        ({"units": LDIRECTORD, "ldirectord": ["[2001:DB8:0::C6]:http"]}, "LVS718", "[2001:DB8:0::C6]:http on"),
        ({"units": LDIRECTORD, "ldirectord": ["7", "192.0.2.9:80"]}, "LVS719", "systemctl disable --now ldirectord"),
        ({"units": LDIRECTORD, "ldirectord": ["192.0.2.9:80"]}, "LVS719", "systemctl disable --now ldirectord"),
        ({"units": {"heartbeat.service": ON}}, "LVS721", "systemctl disable --now heartbeat"),
    ],
)
def test_who_owns_the_table_too_is_named_with_what_to_do(owners: dict[str, Any], code: str, words: str) -> None:
    (found,) = told(**owners)
    assert found.startswith("lvs1: ")
    assert found.endswith(f" [{code}]")
    assert words in found


@pytest.mark.parametrize(
    ("owners", "programs", "taken"),
    [
        ({"units": IPVSADM, "ipvsadm": AUTO}, "ipvsadm", ("ipvsadm",)),
        ({"units": IPVSADM}, "ipvsadm", ("ipvsadm",)),
        ({"units": IPVSADM, "ipvsadm": DEBIAN}, "ipvsadm", ()),  # which does nothing
        ({"units": RESTING, "ipvsadm": AUTO}, "ipvsadm", ()),
        (
            {"units": {"heartbeat.service": ON}, "processes": [process("ldirectord")], "ldirectord": [f"{VIP}:80"]},
            ["ldirectord", "heartbeat"],
            ("heartbeat", "ldirectord"),
        ),
    ],
)
def test_what_the_cluster_takes_over_from_is_no_fault(
    owners: dict[str, Any], programs: Any, taken: tuple[str, ...]
) -> None:
    found = candidate(*SERVICES, owners=owners, cluster={"take_over_from": programs})
    assert found.cluster is not None
    assert taken_over(found.report["owners"], found.cluster) == taken
    codes = {each.code for each in findings(found, [found.cluster])}
    assert codes <= {"LVS713"}  # ipvsadm's unit stays active until the next reboot


@pytest.mark.parametrize(
    ("owners", "programs", "code", "words"),
    [
        (
            {"units": {"heartbeat.service": ON}, "watchdog": "/dev/watchdog"},
            "heartbeat",
            "LVS722",
            "Take the line watchdog out of /etc/ha.d/ha.cf",
        ),
        (
            {"units": LDIRECTORD, "ldirectord": ["192.0.2.9:80", f"{VIP}:80"]},
            "ldirectord",
            "LVS723",
            "ldirectord also balances 192.0.2.9:80",
        ),
    ],
)
def test_what_cannot_be_taken_over_yet(owners: dict[str, Any], programs: str, code: str, words: str) -> None:
    found = candidate(*SERVICES, owners=owners, cluster={"take_over_from": programs})
    (told_of,) = findings(found, [found.cluster])
    assert told_of.code == code
    assert words in str(told_of)
