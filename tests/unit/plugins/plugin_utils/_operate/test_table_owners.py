# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.table_owners import options, table_owners

VIPS = ["192.0.2.198", "2001:db8::c6"]
ON = {"active": True, "at_boot": True, "process": 0, "arguments": []}
OFF = {**ON, "active": False, "at_boot": False}


def facts(**found: Any) -> dict[str, Any]:
    """Of a host with nothing that matters."""
    nothing = {"units": {}, "ipvsadm": {}, "ldirectord": [], "processes": [], "kube_interface": False}
    return {**nothing, **found}


def keepalived(*words: str, process: int = 7, **found: Any) -> dict[str, Any]:
    unit = {**ON, "process": process, "arguments": ["--dont-fork", *words]}
    return facts(units={"keepalived.service": unit}, **found)


def process(name: str, *words: str, number: int = 7, **found: Any) -> dict[str, Any]:
    return {"name": name, "process": number, "arguments": list(words), **found}


IPVSADM = {"ipvsadm.service": ON}
DEBIAN = {"AUTO": "false", "DAEMON": "none"}
PROXY = process("kube-proxy", "--config=/var/lib/kube-proxy/config.conf", excludes=False)
LDIRECTORD = {"ldirectord.service": {**OFF, "at_boot": True}}


@pytest.mark.parametrize(
    "found",
    [
        facts(),
        # As Debian installs the package.
        facts(units=IPVSADM, ipvsadm=DEBIAN),
        facts(units={"ipvsadm.service": {**ON, "at_boot": False}}, ipvsadm={**DEBIAN, "AUTO": "true"}),
        facts(units={"ipvsadm.service": OFF, "heartbeat.service": OFF, "ldirectord.service": OFF}),
        facts(processes=[process("kube-proxy", "--proxy-mode=nftables", excludes=False)]),
        keepalived(),
        keepalived("-D", "-S", "3", "-f", "/etc/keepalived/keepalived.conf", processes=[process("keepalived")]),
        keepalived("-DPC"),
    ],
)
def test_who_touches_nothing_is_not_named(found: dict[str, Any]) -> None:
    assert table_owners(found, "keepalived", VIPS) == {"errors": [], "advice": []}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (facts(units=IPVSADM, ipvsadm={**DEBIAN, "AUTO": "true"}), 'AUTO="false" in /etc/default/ipvsadm'),
        (facts(units=IPVSADM), "systemctl disable ipvsadm"),
        (facts(kube_interface=True, processes=[PROXY]), "192.0.2.198, 2001:db8::c6"),
        (facts(units=LDIRECTORD, ldirectord=["192.0.2.9:80", "192.0.2.198:80"]), "balances 192.0.2.198:80 on"),
        (facts(processes=[process("ldirectord")], ldirectord=["[2001:db8::c6]:80"]), "systemctl disable ldirectord"),
        (keepalived("-D", "-f", "/etc/other.conf"), "read /etc/other.conf, and not /etc/keepalived/"),
        (keepalived("--use-file=/etc/other.conf"), "would read /etc/other.conf"),
        (keepalived("-DP"), "hold the VIPs and balance nothing"),
        (keepalived("--check"), "balance and hold no VIP"),
        (keepalived("-sblue"), "the network namespace blue"),
        (facts(processes=[process("keepalived", "-D", number=8)]), "Stop it: kill 8"),
        (keepalived(processes=[process("keepalived", number=8)]), "process 8: without options"),
    ],
)
def test_what_would_take_the_services_away_is_refused(found: dict[str, Any], words: str) -> None:
    told = table_owners(found, "keepalived", VIPS)
    assert (len(told["errors"]), told["advice"]) == (1, [])
    assert words in told["errors"][0]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (facts(units={"ipvsadm.service": {**ON, "at_boot": False}}), "ends by itself with the next reboot"),
        (facts(units=IPVSADM, ipvsadm={**DEBIAN, "DAEMON": "master"}), 'DAEMON="none"'),
        (facts(kube_interface=True), "ip link delete kube-ipvs0"),
        (facts(kube_interface=True, processes=[{**PROXY, "excludes": True}]), "Make sure that its excludeCIDRs"),
        (facts(units=LDIRECTORD, ldirectord=["192.0.2.9:80"]), "systemctl disable --now ldirectord"),
        (facts(units={"heartbeat.service": ON}), "systemctl disable --now heartbeat"),
        (keepalived(processes=[process("keepalived", "-p", "/run/k2.pid", number=8)]), "Another keepalived runs"),
    ],
)
def test_what_may_stay_is_said(found: dict[str, Any], words: str) -> None:
    told = table_owners(found, "keepalived", VIPS)
    assert (told["errors"], len(told["advice"])) == ([], 1)
    assert words in told["advice"][0]


def test_keepalived_is_no_matter_of_the_rules_alone() -> None:
    assert table_owners(keepalived("-f", "/etc/mine.conf"), "static", VIPS) == {"errors": [], "advice": []}


def test_options_as_getopt_reads_them() -> None:
    assert options(["-Df/a", "-S", "3", "--pid=/b", "--use-file", "/c", "word", "-n"]) == {
        "D": "",
        "f": "/c",
        "S": "3",
        "p": "/b",
        "n": "",
    }
