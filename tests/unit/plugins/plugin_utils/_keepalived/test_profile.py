# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The profiles of VRRP in keepalived.conf. What keepalived says of them: tests/kernel/test_keepalived.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

INTERFACES = dict.fromkeys(["192.0.2.2", "192.0.2.198", "192.0.2.199"], "eth0")


def text(**vrrp: Any) -> str:
    cluster = parse(service(address=["192.0.2.198", "192.0.2.199"]), cluster={"engine": "keepalived", "vrrp": vrrp})
    assert not [finding for finding in findings(cluster) if finding.severity == "error"]
    return configuration(cluster, cluster.directors[0], INTERFACES)


def words(written: str, *keywords: str) -> list[str]:
    lines = (line.split() for line in written.splitlines())
    return [" ".join(line[1:]) for line in lines if line[:1] and line[0] in keywords]


def test_a_backup_waits_for_less_than_half_a_second() -> None:
    written = text(profile="fast")
    assert words(written, "version", "advert_int", "preempt_delay") == ["3", "0.1", "30"]
    assert words(written, "garp_master_delay", "garp_master_refresh") == ["1", "30"]
    assert words(written, "vrrp_rt_priority", "vrrp_rlimit_rttime", "vrrp_no_swap") == ["10", "1000000", ""]


def test_without_it_all_is_as_keepalived_has_it() -> None:
    keywords = ("version", "advert_int", "preempt_delay", "garp_master_delay", "vrrp_rt_priority", "vrrp_no_swap")
    assert words(text(), *keywords) == []


def test_what_the_owner_says_stands_before_it() -> None:
    written = text(profile="fast", advert_interval=0.5, garp_delay=0, realtime_priority=50, no_swap=False)
    assert words(written, "version", "advert_int", "garp_master_delay") == ["3", "0.5", "0"]
    assert words(written, "vrrp_rt_priority", "vrrp_no_swap") == ["50"]


def test_an_instance_stands_before_both() -> None:
    instances = [
        {"name": "one", "vips": "192.0.2.198", "advert_interval": 0.2},
        {"name": "two", "vips": "192.0.2.199"},
    ]
    assert words(text(profile="fast", instances=instances), "advert_int") == ["0.2", "0.1"]


def test_who_takes_nothing_back_needs_no_delay() -> None:
    written = text(profile="fast", preempt=False)
    assert "nopreempt" in written
    assert words(written, "preempt_delay") == []
