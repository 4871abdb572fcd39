# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What files and systemd say of those who may own the table. What is made of it: _host_rules."""

from __future__ import annotations

import os

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.owners import (
    arguments,
    excludes,
    read_owners,
    settings,
    unit_of,
    virtuals,
)

# /etc/default/ipvsadm of Debian.
IPVSADM = """# ipvsadm

# if you want to start ipvsadm on boot set this to true
AUTO="false"

# daemon method (none|master|backup)
DAEMON=both # as it was
IFACE="eth0"
# SYNCID="0"
"""
# `systemctl show`, of Debian 12 and 13.
SHOWN = """MainPID=651
ExecStart={ path=/usr/sbin/keepalived ; argv[]=/usr/sbin/keepalived --dont-fork $DAEMON_ARGS ; pid=0 }
EnvironmentFiles=/etc/default/keepalived (ignore_errors=yes)
EnvironmentFiles=/etc/more (ignore_errors=no)
Id=keepalived.service
"""


def test_settings_of_debian_s_script() -> None:
    assert settings(IPVSADM) == {"AUTO": "false", "DAEMON": "both", "IFACE": "eth0"}
    assert settings("export A=1\nB='un matched\n = \n") == {"B": "'un matched"}


def test_what_systemd_shows_of_a_unit() -> None:
    unit = unit_of(SHOWN)
    assert unit["MainPID"] == ["651"]
    assert len(unit["EnvironmentFiles"]) == 2
    command = unit["ExecStart"][0]
    assert arguments(command, {"DAEMON_ARGS": "-D --use-file /etc/other.conf"}) == [
        *("--dont-fork", "-D", "--use-file", "/etc/other.conf"),
    ]
    assert arguments(command, {}) == ["--dont-fork"]
    assert arguments("{ path=/k ; argv[]=/k -f${FILE} -n ; ignore_errors=no }", {"FILE": "/etc/a b"}) == [
        *("-f/etc/a b", "-n"),
    ]
    assert arguments("", {}) == []


def test_virtual_services_of_ldirectord() -> None:
    text = "timeout=3\nvirtual=192.0.2.198:80\n  real=192.0.2.21:80 gate\n#virtual=192.0.2.9:80\n"
    text += "virtual6 = [2001:db8::c6]:80\n"
    assert virtuals(text) == ["192.0.2.198:80", "[2001:db8::c6]:80"]


@pytest.mark.parametrize(
    ("words", "configuration", "excluded"),
    [
        ([], "", False),
        (["--ipvs-exclude-cidrs=192.0.2.0/24"], "", True),
        ([], "ipvs:\n  excludeCIDRs: null\n  minSyncPeriod: 0s\n", False),
        ([], "ipvs:\n  excludeCIDRs: []\n", False),
        ([], "ipvs:\n  excludeCIDRs: [192.0.2.198/32]\n", True),
        ([], "ipvs:\n  excludeCIDRs:\n  - 192.0.2.198/32\n", True),
    ],
)
def test_whether_kube_proxy_leaves_something_alone(words: list[str], configuration: str, excluded: bool) -> None:
    assert excludes(words, configuration) is excluded


def test_a_host_is_read_whatever_it_has() -> None:
    facts = read_owners()
    assert set(facts) == {"units", "ipvsadm", "ldirectord", "watchdog", "processes", "kube_interface"}
    assert all(process["process"] != os.getpid() for process in facts["processes"])
