# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of balanced connections where a director's own firewall drops what is invalid, as many begin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    FORWARDING,
    asked,
    batch,
    enter,
    inside,
    machines,
    on_eth0,
    serving,
    set_sysctls,
    switch,
)

SWITCH, CLIENT, DIRECTOR, REAL_SERVER = "lvsswitch", "lvsclient", "lvsdirector", "lvsreal"
DIP, RIP, VIP, CIP = "198.51.100.2", "198.51.100.21", "198.51.100.198", "198.51.100.100"
INVALID = "add table inet filter; " + "".join(
    f"add chain inet filter {hook} {{ type filter hook {hook} priority 0; policy accept; }}; "
    f"add rule inet filter {hook} ct state invalid drop; "
    f"add rule inet filter {hook} ct state established,related accept; "
    for hook in ("input", "forward")
)


@pytest.fixture(autouse=True)
def network() -> Iterator[None]:
    run("modprobe", "ip_vs")
    with switch(SWITCH), machines(SWITCH, {name: [f"{own}/24"] for name, own in OWN.items()}):
        set_sysctls(DIRECTOR, FORWARDING)
        batch(DIRECTOR, [on_eth0(f"{VIP}/32")])
        inside(DIRECTOR, "nft", INVALID)
        yield


OWN = {CLIENT: CIP, DIRECTOR: DIP, REAL_SERVER: RIP}


def balance(option: str, port: int) -> None:
    lines = [f"-A -t {VIP}:80 -s rr", f"-a -t {VIP}:80 -r {RIP}:{port} {option}"]
    inside(DIRECTOR, "ipvsadm", "-R", stdin="".join(f"{line}\n" for line in lines))


def test_by_direct_routing_nothing_is_invalid() -> None:
    batch(REAL_SERVER, [f"address add {VIP}/32 dev lo"])
    set_sysctls(REAL_SERVER, {"net.ipv4.conf.all.arp_ignore": 1, "net.ipv4.conf.all.arp_announce": 2})
    balance("-g", 80)
    with serving(REAL_SERVER, 80):
        assert [asked(CLIENT, VIP) for _time in range(3)] == [[CIP, VIP, REAL_SERVER]] * 3


def test_answers_by_nat_are_invalid_and_pass_where_they_are_let() -> None:
    """Netfilter does not know the connections of IPVS: the first that it forwards of one is an answer."""
    run("ip", "-n", REAL_SERVER, "route", "add", CIP, "via", DIP)
    balance("-m", 8080)
    answers = {"kind": "accept", "hook": "forward", "source": RIP, "protocol": "tcp", "source_port": 8080}
    with serving(REAL_SERVER, 8080):
        assert asked(CLIENT, VIP) == []
        # As open_firewall lets them.
        result = module("packet_filter", inside=lambda: enter(DIRECTOR), firewall="nftables", rules=[answers])
        assert result["changed"], result
        assert [asked(CLIENT, VIP) for _time in range(3)] == [[CIP, RIP, REAL_SERVER]] * 3
