# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._filter import iptables, ufw
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Rule
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

OWN = "*filter\n:ufw-before-input - [0:0]\n-A ufw-before-input -i lo -j ACCEPT\nCOMMIT\n"
TO_VIP = Rule("accept", "ipv4", "input", address="192.0.2.198", protocol="tcp", port="80")
VRRP = Rule("accept", "ipv4", "input", source="192.0.2.3", protocol="vrrp")
# As iptables-save 1.8.9 lists ufw's chains and ours, and chains of ours by iptables itself.
SAVED = """\
*nat
:LVS-UFW-INPUT - [0:0]
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:LVS-INPUT - [0:0]
:LVS-UFW-INPUT - [0:0]
:ufw-before-input - [0:0]
:ufw-before-forward - [0:0]
:ufw-user-input - [0:0]
-A INPUT -j LVS-INPUT
-A INPUT -j ufw-before-input
-A LVS-INPUT -s 192.0.2.4/32 -p vrrp -j ACCEPT
-A LVS-UFW-INPUT -s 192.0.2.3/32 -p vrrp -j ACCEPT
-A LVS-UFW-INPUT -s 192.0.2.3/32 -j LOG
-A ufw-before-input -j LVS-UFW-INPUT
-A ufw-before-input -m conntrack --ctstate INVALID -j DROP
COMMIT
"""


@given(strategies.filter_rules(), st.sampled_from(sorted(ufw.PATHS)), st.sampled_from(["", OWN, OWN[:-1]]))
def test_a_file_says_all_and_loses_nothing_of_others(rules: frozenset[Rule], path: str, others: str) -> None:
    wanted = {rule for rule in rules if rule.kind == "accept" and rule.family == ufw.PATHS[path]}
    text = ufw.write_file(path, wanted, others)
    assert text is not None
    assert ufw.read_file(path, text) == wanted
    assert text.startswith(others)
    assert ufw.write_file(path, wanted, text) == text
    ended = others if not wanted or others.endswith("\n") or not others else f"{others}\n"
    assert ufw.write_file(path, [], text) == ended


def test_there_is_no_part_in_a_file_that_is_not_there() -> None:
    assert ufw.write_file("/etc/ufw/before.rules", [TO_VIP], None) is None


def test_what_runs_is_told_from_what_iptables_has() -> None:
    runtime = ufw.read_runtime("ipv4", SAVED)
    assert runtime.running
    assert runtime.ruleset.rules == {VRRP}
    assert [(stray.tool, stray.place) for stray in runtime.ruleset.strays] == [("ufw", "ipv4 filter LVS-UFW-INPUT")]
    assert iptables.read_ruleset("ipv4", SAVED).rules == {VRRP._replace(source="192.0.2.4")}


def test_what_runs_becomes_what_is_wanted() -> None:
    now = ufw.read_runtime("ipv4", SAVED)
    assert ufw.script("ipv4", [TO_VIP], (), now) == [
        "*filter",
        ":LVS-UFW-INPUT - [0:0]",
        "-A LVS-UFW-INPUT -d 192.0.2.198/32 -p tcp -m tcp --dport 80 -j ACCEPT",
        "COMMIT",
    ]
    assert ufw.script("ipv4", [], (), now) == [
        "*filter",
        "-D ufw-before-input -j LVS-UFW-INPUT",
        "-F LVS-UFW-INPUT",
        "-X LVS-UFW-INPUT",
        "COMMIT",
    ]
    assert "-A LVS-UFW-INPUT -s 192.0.2.3/32 -j LOG" in ufw.script("ipv4", [VRRP], now.ruleset.strays, now)


@pytest.mark.parametrize("saved", ["", "*filter\n:INPUT ACCEPT [0:0]\n:ufw-before-input - [0:0]\nCOMMIT\n"])
def test_a_ufw_without_its_chains_does_not_run(saved: str) -> None:
    assert not ufw.read_runtime("ipv4", saved).running


def test_what_a_stopped_ufw_has_left_of_ours_is_nothing_strange_and_goes_with_the_rest() -> None:
    left = "*filter\n:LVS-UFW-INPUT - [0:0]\n:ufw-before-input - [0:0]\n-A LVS-UFW-INPUT -j ACCEPT\nCOMMIT\n"
    now = ufw.read_runtime("ipv4", left)
    assert now.ruleset.strays == frozenset()
    assert ufw.script("ipv4", [], (), now) == ["*filter", "-F LVS-UFW-INPUT", "-X LVS-UFW-INPUT", "COMMIT"]
