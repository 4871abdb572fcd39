# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release of keepalived would leave out of keepalived.conf is said before anything is changed."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.unknown_words import Written
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service, view

INTERFACES = {"192.0.2.2": "eth0", "192.0.2.198": "eth0"}


def told(release: tuple[int, ...] | None, cluster: dict[str, Any] | None = None, **options: Any) -> list[str]:
    """What is said of the configuration of a service with these options."""
    definition = parse(service(**options), cluster=cluster, engine=None)
    text = view(definition, "lvs1", Known(interfaces=INTERFACES))["keepalived"]
    return [str(found) for found in findings(Written("lvs1", text, release), [definition])]


def test_words_of_a_newer_release_are_named() -> None:
    checks = {"type": "udp", "port": 53, "payload": "00", "require_reply": True, "min_reply_length": 2}
    assert told((2, 1, 5), checks=checks) == [
        "lvs1: has keepalived 2.1.5. It does not know these words of keepalived.conf, and would leave them out or "
        "refuse the file: payload (since 2.2.0), min_reply_length (since 2.2.0). Install keepalived 2.2.0 or newer, "
        "or leave out of the definition what needs these words [LVS776]"
    ]
    assert told((2, 2, 0), checks=checks) == []


def test_an_owners_own_lines_are_looked_at_too() -> None:
    cluster = {"raw": {"global_defs": "vrrp_delay_after_boot 10"}}
    (sentence,) = told((2, 3, 4), cluster)
    assert "vrrp_delay_after_boot (since 2.4.0)" in sentence
    assert told((2, 4, 0), cluster) == []


@pytest.mark.parametrize("release", [None, (2, 2, 7), (2, 4, 3)])
def test_the_words_of_every_cluster_are_known_to_the_releases_that_may_check(release: tuple[int, ...] | None) -> None:
    assert told(release) == []


def test_a_word_is_one_at_the_start_of_a_line() -> None:
    text = "# payload\n    notify_master /usr/bin/vrf\n    mode_of_mine 1\n"
    assert findings(Written("lvs1", text, (2, 0, 0)), []) == []
    assert findings(Written("lvs1", f"{text} vrf blue\n", (2, 2, 4)), [])
    assert findings(Written("lvs1", None, (2, 0, 0)), []) == []
