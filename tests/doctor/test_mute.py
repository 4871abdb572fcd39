# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operator mutes is muted for everybody, until its time is over or it gets worse."""

from __future__ import annotations

from ansible_collections.lvs.cluster.tests.doctor.conftest import Examined

MUTED = "/etc/lvs/muted"
SMALL = "ip link set eth1 mtu 1400"


def muted(lab: Examined, *words: str) -> tuple[str, set[tuple[str, bool]]]:
    """The word of health, and of each host with a smaller MTU whether that is muted."""
    document = lab.answer("doctor", *words)
    (cluster,) = document["clusters"]
    assert {found["code"] for found in cluster["findings"]} == {"LVS814"}
    return document["word"], {(found["host"], "muted_until" in found) for found in cluster["findings"]}


def test_a_mute_is_shared_and_ends_when_it_gets_worse_or_is_ended(lab: Examined) -> None:
    lab.script("web2", SMALL)
    assert muted(lab) == ("degraded", {("web2", False)})
    assert muted(lab, "-e", "mute=LVS814", "-e", "mute_for=1h") == ("healthy", {("web2", True)})
    for director in ("lvs1", "lvs2"):
        assert lab.output(director, f"stat -c '%a %U' {MUTED}").split() == ["600", "root"]
    # One director is enough for all to know it.
    lab.script("lvs1", f"rm {MUTED}")
    assert muted(lab) == ("healthy", {("web2", True)})
    lab.script("web1", SMALL)
    assert muted(lab) == ("degraded", {("web1", False), ("web2", False)})
    assert muted(lab, "-e", "mute=LVS814") == ("healthy", {("web1", True), ("web2", True)})
    assert muted(lab, "-e", "mute=LVS814", "-e", "mute_for=0") == ("degraded", {("web1", False), ("web2", False)})
    for director in ("lvs1", "lvs2"):
        assert lab.output(director, f"ls -A {MUTED} 2>/dev/null || echo none").strip() == "none"
