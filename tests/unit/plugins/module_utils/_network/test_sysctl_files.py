# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._network.sysctl_files import contradictions

OWN = "/etc/sysctl.d/lvs.conf"
IGNORE, FORWARD = "net.ipv4.conf.all.arp_ignore", "net.ipv4.ip_forward"
WANTED = {IGNORE: "1", FORWARD: "1", "net.ipv4.conf.eth0/5.rp_filter": "2"}


@pytest.mark.parametrize(
    ("path", "text", "named"),
    [
        ("/etc/sysctl.conf", f"{IGNORE}=0\n", [IGNORE]),
        ("/etc/sysctl.conf", f"# {IGNORE}=0\n;{FORWARD}=0\n\n{FORWARD} = 1\n", []),
        ("/etc/sysctl.d/zz-owner.conf", f"-net/ipv4/ip_forward = 0\n{IGNORE}=2", [FORWARD, IGNORE]),
        ("/etc/sysctl.d/zz-owner.conf", "net.ipv4.conf.eth0/5.rp_filter = 1\n", ["net.ipv4.conf.eth0/5.rp_filter"]),
        ("/etc/sysctl.d/zz-owner.conf", "net.ipv4.conf.*.rp_filter = 1\n", []),
        ("/etc/sysctl.d/50-owner.conf", f"{IGNORE}=0\n", []),  # read before ours
        ("/etc/ufw/sysctl.conf", f"{IGNORE}=0\n", [IGNORE]),
        ("/etc/sysctl.conf", "vm.swappiness=1\nkernel.panic\n", []),
    ],
)
def test_what_takes_back_a_sysctl_is_named(path: str, text: str, named: list[str]) -> None:
    found = contradictions(WANTED, OWN, [(path, text)])
    assert [sentence.split()[2] for sentence in found] == named
    assert all(sentence.startswith(f"{path} sets ") for sentence in found)
