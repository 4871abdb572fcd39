# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._filter import firewalld
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import (
    FIREWALLD,
    NFTABLES,
    Choice,
    Filter,
    Placed,
    Rule,
    parse_rules,
)
from ansible_collections.lvs.cluster.plugins.module_utils._filter.plan import desired_filter
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

CHOICE = Choice(NFTABLES, NFTABLES, FIREWALLD)
NOTHING = Filter(frozenset(), frozenset(), frozenset(), {})
# As firewall-cmd 1.3.3 prints it; it indents rich rules by a tab.
LISTED = """\
allow-host-ipv6 (active)
  priority: -15000
  target: CONTINUE
  ingress-zones: ANY
  egress-zones: HOST
  services:
  ports:
  rich rules:
\trule family="ipv6" icmp-type name="redirect" accept

lvs-input (active)
  priority: -16000
  target: CONTINUE
  ingress-zones: ANY
  egress-zones: HOST
  services:
  ports:
  rich rules:
\trule family="ipv4" destination address="192.0.2.198" port port="80" protocol="tcp" accept
\trule family="ipv4" source address="192.0.2.0/24" accept
\trule family="ipv4" source address="192.0.2.9" drop
"""
# As firewalld writes it itself, by firewall-cmd --runtime-to-permanent.
WRITTEN = """\
<?xml version="1.0" encoding="utf-8"?>
<policy target="CONTINUE" priority="-16000">
  <short>lvs-input</short>
  <ingress-zone name="ANY"/>
  <egress-zone name="HOST"/>
  <rule family="ipv4">
    <source address="192.0.2.3"/>
    <protocol value="112"/>
    <accept/>
  </rule>
  <rule family="ipv4">
    <source address="192.0.2.9"/>
    <drop/>
  </rule>
</policy>
"""


def kept(rules: frozenset[Rule]) -> frozenset[Rule]:
    """Those for firewalld, as it has them."""
    openings = [rule for rule in rules if rule.kind == "accept" and not rule.connection]
    divided = (part for rule in openings for part in firewalld.parts(rule))
    return frozenset(part for part in divided if not firewalld.refusal(part))


@given(strategies.filter_rules())
def test_the_files_say_all_and_are_read_back(rules: frozenset[Rule]) -> None:
    wanted = kept(rules)
    read = set()
    for path in firewalld.PATHS:
        text = firewalld.write_file(path, wanted, None)
        assert text == firewalld.write_file(path, sorted(wanted, reverse=True), text)
        read |= firewalld.read_file(path, text or "")
    assert read == wanted


@given(strategies.filter_rules())
def test_what_runs_is_read_back(rules: frozenset[Rule]) -> None:
    wanted = kept(rules)
    listed = "".join(
        f"{line.place} (active)\n  rich rules:\n\t{line.words}\n" for rule in wanted for line in firewalld.lines(rule)
    )
    runtime = firewalld.read_runtime(listed)
    assert (runtime.rules, runtime.strays) == (wanted, frozenset())


def test_what_others_have_is_not_ours_and_what_is_strange_in_ours_is_seen() -> None:
    runtime = firewalld.read_runtime(LISTED)
    network = Rule("accept", "ipv4", "input", source="192.0.2.0/24")
    to_vip = Rule("accept", "ipv4", "input", address="192.0.2.198", protocol="tcp", port="80")
    assert runtime.rules == {network, to_vip}
    assert [stray.words for stray in runtime.strays] == ['rule family="ipv4" source address="192.0.2.9" drop']
    assert runtime.policies == {"lvs-input"}


def test_a_file_that_firewalld_has_written_is_read() -> None:
    (path, _policy) = next(iter(firewalld.PATHS.items()))
    vrrp = Rule("accept", "ipv4", "input", source="192.0.2.3", protocol="vrrp")
    assert firewalld.read_file(path, WRITTEN) == {vrrp}
    # Its rule that is not ours goes; without that, the file says what it must, and stays as it is.
    mended = firewalld.write_file(path, [vrrp], WRITTEN)
    assert mended is not None
    assert "<drop/>" not in mended
    own = WRITTEN[: WRITTEN.rindex("  <rule")] + "</policy>\n"
    assert firewalld.write_file(path, [vrrp], own) == own
    assert firewalld.write_file(path, [vrrp], own.replace("-16000", "5")) == mended


def test_settings_of_others_are_compared_without_interfaces() -> None:
    assert set(firewalld.settings(LISTED)) == {"allow-host-ipv6"}
    zone = "public (active)\n  interfaces: {}\n  ports: 80/tcp\n"
    assert firewalld.settings(zone.format("eth0")) == firewalld.settings(zone.format(""))
    assert firewalld.settings(zone.replace("80", "81")) != firewalld.settings(zone)


def test_several_ports_are_several_rules_and_known_connections_pass_without() -> None:
    rules = parse_rules(
        [
            {
                "kind": "accept",
                "hook": "input",
                "protocol": "tcp",
                "address": "192.0.2.198",
                "port": ["80", "8000-8010"],
            },
            {"kind": "accept", "hook": "forward", "address": "192.0.2.21", "connection": "established"},
        ]
    )
    desired = desired_filter("replaced", rules, NOTHING, frozenset(), CHOICE)
    assert {(placed.tool, placed.rule.port) for placed in desired.rules} == {
        (FIREWALLD, "80"),
        (FIREWALLD, "8000-8010"),
    }
    assert desired_filter("deleted", rules, desired, frozenset(), CHOICE).rules == frozenset()
    elsewhere = desired_filter("merged", frozenset(), desired, frozenset(), CHOICE._replace(openings="ufw"))
    assert {placed.tool for placed in elsewhere.rules} == {"ufw"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mark": 7}, "firewalld cannot tell packets by their mark 7"),
        ({"protocol": "udp", "port": ["53"], "source_port": ["53"]}, "not both"),
    ],
)
def test_what_firewalld_cannot_say_is_refused(options: dict[str, object], words: str) -> None:
    rules = parse_rules([{"kind": "accept", "hook": "input", **options}])
    with pytest.raises(InvalidInput, match=words):
        desired_filter("replaced", rules, NOTHING, frozenset(), CHOICE)
    assert {Placed(NFTABLES, rule) for rule in rules}  # which other tools can
