# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What drift shows of a cluster that was changed by hand: in the kernel, in files, between directors."""

from __future__ import annotations

from ansible_collections.lvs.cluster.tests.doctor.conftest import Examined

SHOP = "192.0.2.198:80"


def test_a_cluster_as_defined_does_not_drift(lab: Examined) -> None:
    assert lab.answer("drift") == {
        "word": "healthy",
        "grade": 0,
        "clusters": [{"name": "lvs_directors", "differences": [], "unread": [], "foreign": []}],
    }


def test_what_was_changed_by_hand_is_shown_as_diffs(lab: Examined) -> None:
    lab.script("lvs2", f"ipvsadm -E -t {SHOP} -s wlc; ipvsadm -A -u 192.0.2.9:53 -s rr")
    lab.script("lvs2", "echo '# by hand' >> /etc/keepalived/keepalived.conf; systemctl reload keepalived")
    lab.script("web1", "sed -i /192.0.2.198/d /etc/lvs/network.batch")
    document = lab.answer("drift")
    assert document["word"] == "degraded"
    (cluster,) = document["clusters"]
    found = {(each["host"], each["what"]): each["diff"] for each in cluster["differences"]}
    assert f"+-A -t {SHOP} -s rr" in found["lvs2", "virtual services (ipvsadm -S -n)"]
    assert f"--A -t {SHOP} -s wlc" in found["lvs2", "virtual services (ipvsadm -S -n)"]
    assert "-# by hand" in found["lvs2", "/etc/keepalived/keepalived.conf"]
    assert "+address replace 192.0.2.198/32 dev lo" in found["web1", "/etc/lvs/network.batch"]
    assert f"-tcp {SHOP} rr" in found["lvs1, lvs2", "virtual services of two directors"]
    assert cluster["foreign"] == [{"host": "lvs2", "service": "udp 192.0.2.9:53"}]
    printed = lab.printed("drift")
    assert f"\n+-A -t {SHOP} -s rr\n" in printed
    assert printed.rstrip().endswith("differences")
    assert "0ld-Pass" not in f"{document}{printed}"
