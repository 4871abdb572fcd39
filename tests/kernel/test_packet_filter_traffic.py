# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of real packets under the rules of packet_filter, by every tool that can keep them.

Clients, a director and a real server, each in a network namespace of its own, on one bridge. Each server answers with
the address that it sees as its client's, then with the address that it was reached at, and its own name.

What holds in both families is tried in both at the same time, after one call of the module: to wait for an answer that
does not come takes a second, a call half of one.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    FORWARDING,
    asked,
    asked_each,
    batch,
    captured,
    enter,
    inside,
    mac,
    machines,
    on_eth0,
    serving,
    set_sysctls,
    set_up,
    switch,
)
from ansible_collections.lvs.cluster.tests.kernel.test_packet_filter import SETUPS, programs

SWITCH = "lvsswitch"
CLIENT, OTHER, THIRD, DIRECTOR, REAL_SERVER = "lvsclient", "lvsother", "lvsthird", "lvsdirector", "lvsreal"
DIP, RIP, VIP, CIP = "198.51.100.2", "198.51.100.21", "198.51.100.198", "198.51.100.100"
DIP6, RIP6, VIP6, CIP6 = "2001:db8::2", "2001:db8::21", "2001:db8::198", "2001:db8::100"
VIPS, DIPS, RIPS, CIPS = {4: VIP, 6: VIP6}, {4: DIP, 6: DIP6}, {4: RIP, 6: RIP6}, {4: CIP, 6: CIP6}
# A server somewhere else.
ORIGINS = {4: "203.0.113.80", 6: "2001:db8:2::80"}
NONE: dict[int, list[str]] = {4: [], 6: []}  # what asked_each() returns where nobody answers
# What iptables-legacy takes is the text that iptables-nft takes: one test will do to see that it works.
TOOLS = ("nftables", "iptables-nft")
every_tool = pytest.mark.parametrize("filters", [*TOOLS, "iptables-legacy"], indirect=True)
OTHERS = {OTHER: ["198.51.100.101/24"], THIRD: ["198.51.100.102/24"]}
ADDRESSES = {
    CLIENT: [f"{CIP}/24", f"{CIP6}/64"],
    DIRECTOR: [f"{DIP}/24", f"{DIP6}/64"],
    REAL_SERVER: [f"{RIP}/24", f"{RIP6}/64"],
}


@pytest.fixture(scope="module", autouse=True)
def balancing() -> None:
    """IPVS is there, and with it its sysctls."""
    run("modprobe", "ip_vs")


@pytest.fixture
def network() -> Iterator[None]:
    with switch(SWITCH), machines(SWITCH, ADDRESSES):
        set_sysctls(DIRECTOR, {**FORWARDING, "net.ipv4.vs.conntrack": 1})
        yield


@pytest.fixture
def others(network: None) -> Iterator[None]:
    """Two machines more."""
    with machines(SWITCH, OTHERS):
        yield


class Filters:
    """The module under one set of tools, on any of the machines."""

    def __init__(self, setup: str, folder: Path) -> None:
        self.firewall, self.arp_firewall, variant = SETUPS[setup]
        self.programs = programs(folder, variant)

    def __call__(self, namespace: str, *rules: dict[str, Any]) -> None:
        """Make the rules of a machine these."""

        def there() -> None:
            os.environ["PATH"] = f"{self.programs}:{os.environ['PATH']}"
            enter(namespace)

        tools = {"firewall": self.firewall, "arp_firewall": self.arp_firewall}
        result = module("packet_filter", inside=there, state="replaced", rules=list(rules), **tools)
        assert not result.get("failed"), result["msg"]

    def close(self, namespace: str) -> None:
        """Give a machine a firewall of its own that lets nothing in and nothing through."""
        if self.firewall == "nftables":
            chains = "".join(
                f"chain {hook} {{ type filter hook {hook} priority 0; policy drop; "
                "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept; }\n"
                for hook in ("input", "forward")
            )
            inside(namespace, "nft", f"table inet filter {{ {chains} }}")
            return
        closed = "*filter\n:INPUT DROP\n:FORWARD DROP\n"
        inside(namespace, f"{self.programs}/iptables-restore", stdin=f"{closed}COMMIT\n")
        discovery = "-A INPUT -p icmpv6 -j ACCEPT\n"
        inside(namespace, f"{self.programs}/ip6tables-restore", stdin=f"{closed}{discovery}COMMIT\n")


@pytest.fixture(params=TOOLS)
def filters(request: pytest.FixtureRequest, network: None, tmp_path: Path) -> Filters:
    return Filters(request.param, tmp_path)


def of_each_family(**rule: Any) -> list[dict[str, Any]]:
    """A rule of IPv4 and its like of IPv6; where they differ, a value is given for each: {4: ..., 6: ...}."""
    return [
        {name: value[family] if isinstance(value, dict) else value for name, value in rule.items()} for family in VIPS
    ]


def ipvs(*lines: str) -> None:
    inside(DIRECTOR, "ipvsadm", "-R", stdin="".join(f"{line}\n" for line in lines))


def have(namespace: str, *addresses: str) -> None:
    batch(namespace, [on_eth0(address) for address in addresses])


@every_tool
def test_nat_within_one_network(filters: Filters) -> None:
    have(DIRECTOR, f"{VIP}/32", f"{VIP6}/128")
    ipvs(f"-A -t {VIP}:80 -s rr", f"-a -t {VIP}:80 -r {RIP}:8080 -m")
    ipvs(f"-A -t [{VIP6}]:80 -s rr", f"-a -t [{VIP6}]:80 -r [{RIP6}]:8080 -m")
    through_the_director = {4: [DIP, RIP, REAL_SERVER], 6: [DIP6, RIP6, REAL_SERVER]}
    source_nat = {"kind": "source_nat", "address": VIPS, "protocol": "tcp", "to": DIPS}
    with serving(REAL_SERVER, 8080):
        # The real server answers the client without the director: with another address than the client has asked.
        assert asked_each(CLIENT, VIPS) == NONE
        filters(DIRECTOR, *of_each_family(**source_nat, port=80))
        assert asked_each(CLIENT, VIPS) == through_the_director
        filters(DIRECTOR)
        assert asked_each(CLIENT, VIPS) == NONE
        filters(DIRECTOR, *of_each_family(**source_nat))
        assert asked_each(CLIENT, VIPS) == through_the_director


def test_a_real_server_takes_what_it_does_not_have(filters: Filters, others: None) -> None:
    vips = {4: "192.0.2.198", 6: "2001:db8:2::198"}
    batch(CLIENT, [f"route add {vips[family]} via {RIPS[family]}" for family in vips])
    taken = {4: [CIP, RIP, REAL_SERVER], 6: [CIP6, RIP6, REAL_SERVER]}
    redirect = {"kind": "redirect", "address": vips, "protocol": "tcp"}
    with serving(REAL_SERVER, 80, 81):
        assert asked_each(CLIENT, vips) == NONE
        filters(REAL_SERVER, *of_each_family(**redirect, port=80))
        assert asked_each(CLIENT, vips) == taken
        assert asked_each(CLIENT, vips, 81) == NONE
        filters(REAL_SERVER, *of_each_family(**redirect))
        assert asked_each(CLIENT, vips, 81) == taken
        from_other = of_each_family(**redirect, port=80, mac=mac(OTHER))
        filters(REAL_SERVER, *from_other)
        assert asked_each(CLIENT, vips) == NONE
        filters(REAL_SERVER, *from_other, *of_each_family(**redirect, port=80, mac=mac(CLIENT)))
        assert asked_each(CLIENT, vips) == taken


def test_what_is_marked_is_balanced_unless_it_comes_from_a_peer(filters: Filters, others: None) -> None:
    have(DIRECTOR, f"{VIP}/32")
    ipvs("-A -f 7 -s rr", f"-a -f 7 -r {RIP} -m")
    mark = {"kind": "mark", "mark": 7, "address": VIP, "protocol": "tcp", "port": 80}
    answers = {"kind": "source_nat", "address": VIP, "protocol": "tcp", "port": 80, "to": DIP}
    with serving(REAL_SERVER, 80), serving(DIRECTOR, 80, 81):
        filters(DIRECTOR, answers, mark)
        assert [asked(client, VIP)[-1] for client in (CLIENT, OTHER, THIRD)] == [REAL_SERVER] * 3
        assert asked(CLIENT, VIP, 81)[-1] == DIRECTOR
        peers = [{"kind": "unmarked", "mac": mac(peer)} for peer in (OTHER, THIRD)] + [{"kind": "unmarked"}]
        filters(DIRECTOR, mark, answers, *peers)
        assert [asked(client, VIP)[-1] for client in (CLIENT, OTHER, THIRD)] == [REAL_SERVER, DIRECTOR, DIRECTOR]


def test_what_others_mark_is_translated_and_let_in_by_its_mark(filters: Filters) -> None:
    have(DIRECTOR, f"{VIP}/32", f"{VIP6}/128")
    ipvs("-A -f 9 -s rr", f"-a -f 9 -r {RIP} -m", "-A -f 9 -6 -s rr", f"-a -f 9 -6 -r [{RIP6}]:0 -m")
    chain = "chain theirs { type filter hook prerouting priority -200; tcp dport 80 meta mark set 9; }"
    inside(DIRECTOR, "nft", f"table inet owners {{ {chain}\n}}")
    answers = of_each_family(kind="source_nat", mark=9, to=DIPS)
    through_the_director = {4: [DIP, RIP, REAL_SERVER], 6: [DIP6, RIP6, REAL_SERVER]}
    with serving(REAL_SERVER, 80, 81), serving(DIRECTOR, 81):
        filters(DIRECTOR)
        assert asked_each(CLIENT, VIPS) == NONE
        filters(DIRECTOR, *answers)
        assert asked_each(CLIENT, VIPS) == through_the_director
        filters.close(DIRECTOR)
        assert asked_each(CLIENT, VIPS) == NONE
        forwarded = of_each_family(kind="accept", hook="forward", source=RIPS)
        filters(DIRECTOR, *answers, {"kind": "accept", "hook": "input", "mark": 9}, *forwarded)
        assert asked_each(CLIENT, VIPS) == through_the_director
        assert asked_each(CLIENT, VIPS, 81) == NONE


def test_a_service_by_address_beside_a_mark_for_more(filters: Filters, others: None) -> None:
    """IPVS looks at marks first. Within what the service by address takes, another mark can name one port again."""
    have(DIRECTOR, f"{VIP}/32")
    by_mark = [f"-A -f {mark} -s rr\n-a -f {mark} -r {address} -m" for mark, address in ((2, RIP), (3, DIP))]
    ipvs(*by_mark, f"-A -t {VIP}:0 -s rr -p 300", f"-a -t {VIP}:0 -r 198.51.100.101 -m")
    answers = {"kind": "source_nat", "address": VIP, "protocol": "tcp", "to": DIP}
    everything = {"kind": "mark", "mark": 2, "address": VIP}
    by_address = {"kind": "mark", "mark": 0, "address": VIP, "protocol": "tcp"}
    one_port = {"kind": "mark", "mark": 3, "address": VIP, "protocol": "tcp", "port": 81}
    with serving(REAL_SERVER, 80, 81), serving(OTHER, 80, 81), serving(DIRECTOR, 81):
        filters(DIRECTOR, answers, everything)
        assert asked(CLIENT, VIP)[-1] == REAL_SERVER
        filters(DIRECTOR, answers, by_address, one_port, everything)
        assert [asked(CLIENT, VIP, port)[-1] for port in (80, 81)] == [OTHER, DIRECTOR]


def test_ranges_of_ports_are_one_service(filters: Filters, others: None) -> None:
    """Within them a client stays with its real server; without persistence it would get them in turn."""
    have(DIRECTOR, f"{VIP}/32", f"{VIP6}/128")
    have(OTHER, "2001:db8::101/64")
    ipvs("-A -f 5 -s rr -p 300", f"-a -f 5 -r {RIP} -m", "-a -f 5 -r 198.51.100.101 -m")
    ipvs("-A -f 5 -6 -s rr -p 300", f"-a -f 5 -6 -r [{RIP6}]:0 -m", "-a -f 5 -6 -r [2001:db8::101]:0 -m")
    ports = {"protocol": "tcp", "port": [80, "8000-8010"]}
    answers = of_each_family(kind="source_nat", address=VIPS, **ports, to=DIPS)
    filters(DIRECTOR, *of_each_family(kind="mark", mark=5, address=VIPS, **ports), *answers)
    balanced, beside = (80, 8000, 8005, 8010), (81, 7999, 8011)
    with serving(REAL_SERVER, *balanced), serving(OTHER, *balanced), serving(DIRECTOR, *beside):
        servers = {4: set[str](), 6: set[str]()}
        for port in balanced:
            for family, answer in asked_each(CLIENT, VIPS, port).items():
                servers[family].update(answer[-1:])
        assert all(len(names) == 1 and names < {REAL_SERVER, OTHER} for names in servers.values()), servers
        for port in beside:
            assert [answer[-1] for answer in asked_each(CLIENT, VIPS, port).values()] == [DIRECTOR] * 2
        again = asked_each(CLIENT, VIPS, 8005)
        filters(DIRECTOR, *answers)
        assert all(again.values())
        assert asked_each(CLIENT, VIPS, 8005) == NONE


@pytest.fixture
def internet(others: None) -> None:
    """A server on another network, to which client and proxy get through the director.

    Neither of them heeds it when it names a shorter way, by which they would ask that server without it.
    """
    have(DIRECTOR, "203.0.113.2/24", "2001:db8:2::2/64")
    have(OTHER, *(f"{address}/{length}" for address, length in zip(ORIGINS.values(), (24, 64), strict=True)))
    batch(OTHER, [f"route add default via {gateway}" for gateway in ("203.0.113.2", "2001:db8:2::2")])
    for host in (CLIENT, REAL_SERVER):
        batch(host, [f"route add default via {gateway}" for gateway in DIPS.values()])
        set_sysctls(host, {"net.ipv6.conf.eth0.accept_redirects": 0})


def lead_to_ipvs(mark: int) -> None:
    """Let the director take marked packets, whomever they are for."""
    place = {"table": 5081, "family": {4: "ipv4", 6: "ipv6"}}
    set_up(
        "host_network",
        DIRECTOR,
        rules=of_each_family(priority=5081, mark=mark, **place),
        routes=of_each_family(destination="default", kind="local", interface="lo", **place),
    )


def test_packets_to_any_address_go_to_a_proxy_that_asks_for_itself(filters: Filters, internet: None) -> None:
    """What is for the director itself, what comes from the proxy and other ports go where they would go without it."""
    lead_to_ipvs(4)
    ipvs("-A -f 4 -s dh", f"-a -f 4 -r {RIP} -g", "-A -f 4 -6 -s dh", f"-a -f 4 -6 -r [{RIP6}]:0 -g")
    to_any = {"address": {4: "0.0.0.0/0", 6: "::/0"}, "protocol": "tcp", "port": 80}
    marks = of_each_family(kind="mark", mark=4, **to_any)
    own = of_each_family(kind="mark", mark=0, source=RIPS, **to_any)
    proxied = {4: [CIP, RIP, REAL_SERVER], 6: [CIP6, RIP6, REAL_SERVER]}

    def straight(clients: dict[int, str]) -> dict[int, list[str]]:
        return {family: [clients[family], ORIGINS[family], OTHER] for family in ORIGINS}

    with serving(REAL_SERVER, 80), serving(OTHER, 80, 81), serving(DIRECTOR, 80):
        filters(DIRECTOR)
        assert asked_each(CLIENT, ORIGINS) == straight(CIPS)
        filters(DIRECTOR, *marks)
        assert asked_each(CLIENT, ORIGINS) == NONE
        filters(REAL_SERVER, *of_each_family(kind="redirect", **to_any))
        assert asked_each(CLIENT, ORIGINS) == proxied
        assert asked_each(REAL_SERVER, ORIGINS) != straight(RIPS)
        filters(DIRECTOR, *marks, *own)
        assert asked_each(REAL_SERVER, ORIGINS) == straight(RIPS)
        assert asked_each(CLIENT, ORIGINS) == proxied
        assert asked_each(CLIENT, ORIGINS, 81) == straight(CIPS)
        assert asked_each(CLIENT, DIPS) == {4: [CIP, DIP, DIRECTOR], 6: [CIP6, DIP6, DIRECTOR]}
        assert asked_each(DIRECTOR, ORIGINS)[4][1:] == [ORIGINS[4], OTHER]


def test_without_a_proxy_clients_go_straight_where_the_owner_says_so(filters: Filters, internet: None) -> None:
    lead_to_ipvs(4)
    ipvs("-A -f 4 -s dh", "-A -f 4 -6 -s dh")
    to_any = {"address": {4: "0.0.0.0/0", 6: "::/0"}, "protocol": "tcp", "port": 80}
    filters(DIRECTOR, *of_each_family(kind="mark", mark=4, **to_any))
    with serving(OTHER, 80):
        assert asked_each(CLIENT, ORIGINS) == NONE
        set_sysctls(DIRECTOR, {"net.ipv4.vs.cache_bypass": 1})
        assert [answer[-1:] for answer in asked_each(CLIENT, ORIGINS).values()] == [[OTHER], [OTHER]]


def test_a_real_server_takes_ranges_of_ports(filters: Filters) -> None:
    vips = {4: "192.0.2.198", 6: "2001:db8:2::198"}
    batch(CLIENT, [f"route add {vips[family]} via {RIPS[family]}" for family in vips])
    redirect = of_each_family(kind="redirect", address=vips, protocol="tcp", port=[80, "8000-8010"])
    filters(REAL_SERVER, *redirect)
    with serving(REAL_SERVER, 80, 81, 8005):
        for port in (80, 8005):
            assert all(asked_each(CLIENT, vips, port).values())
        assert asked_each(CLIENT, vips, 81) == NONE


def test_what_a_director_sends_another_is_not_balanced_again(filters: Filters) -> None:
    """Both have the VIP and the service, and each is a real server of it by direct routing."""
    macs = {DIRECTOR: mac(DIRECTOR), REAL_SERVER: mac(REAL_SERVER)}
    batch(CLIENT, [f"neigh add {VIP} lladdr {macs[DIRECTOR]} dev eth0 nud permanent"])
    for director in macs:
        have(director, f"{VIP}/32")
        service = f"-A -t {VIP}:80 -s rr\n-a -t {VIP}:80 -r {DIP} -g\n-a -t {VIP}:80 -r {RIP} -g\n"
        inside(director, "ipvsadm", "-R", stdin=service)
    with serving(DIRECTOR, 80), serving(REAL_SERVER, 80):
        assert [] in [asked(CLIENT, VIP) for _time in range(8)]  # they go to and fro
        for director, peer in ((DIRECTOR, REAL_SERVER), (REAL_SERVER, DIRECTOR)):
            redirect = {"kind": "redirect", "address": VIP, "protocol": "tcp", "port": 80}
            filters(director, {**redirect, "mac": macs[peer]})
        names = [asked(CLIENT, VIP)[-1] for _time in range(8)]
        assert sorted(names) == [DIRECTOR] * 4 + [REAL_SERVER] * 4


def test_a_real_server_reaches_out(filters: Filters, others: None) -> None:
    have(DIRECTOR, "203.0.113.2/24")
    have(OTHER, "203.0.113.22/24")
    moved = [
        on_eth0("203.0.113.21/24"),
        f"address delete {RIP}/24 dev eth0",
        "route add default via 203.0.113.2",
        # So that it goes through the director even within the network.
        "route add 203.0.113.22 via 203.0.113.2",
    ]
    batch(REAL_SERVER, moved)
    with serving(CLIENT, 80), serving(OTHER, 80):
        assert asked(REAL_SERVER, CIP) == []
        # Of an address, everything is masqueraded; of a network, what leaves it.
        for source, within in (("203.0.113.21", "203.0.113.2"), ("203.0.113.0/24", "203.0.113.21")):
            filters(DIRECTOR, {"kind": "masquerade", "source": source})
            assert asked(REAL_SERVER, CIP) == [DIP, CIP, CLIENT]
            assert asked(REAL_SERVER, "203.0.113.22") == [within, "203.0.113.22", OTHER]


def test_segments_are_no_larger_than_a_tunnel_can_carry(filters: Filters) -> None:
    have(REAL_SERVER, f"{VIP}/24", f"{VIP6}/64")

    def announced() -> dict[int, int]:
        """The largest segment that the real server says it takes, in each family."""
        with captured(CLIENT, f"src host {VIP} or src host {VIP6}") as packets:
            assert all(asked_each(CLIENT, VIPS).values())
        return {
            6 if packet.startswith("IP6 ") else 4: int(packet.split("[mss ")[1].split(",")[0])
            for packet in packets
            if "Flags [S.]" in packet
        }

    with serving(REAL_SERVER, 80):
        own = announced()
        assert min(own[4], own[6]) > 1400
        filters(REAL_SERVER, *of_each_family(kind="clamp", address=VIPS, mss=1400))
        assert announced() == {4: 1400, 6: 1400}
        batch(REAL_SERVER, [f"route add {cip} dev eth0 advmss 1000" for cip in CIPS.values()])
        assert announced() == {4: 1000, 6: 1000}


def answered(*addresses: str) -> list[bool]:
    """Whether any machine answers the client's ARP requests for each of these, all asked at the same time."""
    words = ["ip", "netns", "exec", CLIENT, "arping", "-f", "-c", "2", "-w", "2", "-I", "eth0"]
    asking = [subprocess.Popen([*words, address], stdout=subprocess.DEVNULL) for address in addresses]
    return [process.wait() == 0 for process in asking]


def test_a_real_server_is_silent_about_its_vip(filters: Filters) -> None:
    have(REAL_SERVER, f"{VIP}/24")

    def senders() -> set[str]:
        """Which senders the real server names when it asks for the client on behalf of its VIP."""
        run("ip", "-n", REAL_SERVER, "neigh", "flush", "dev", "eth0")
        hardware = mac(REAL_SERVER)
        with captured(CLIENT, f"arp[6:2] == 1 and ether src {hardware}") as packets:
            words = ["ip", "netns", "exec", REAL_SERVER, "ping", "-c", "1", "-W", "1", "-I", VIP, CIP]
            subprocess.run(words, capture_output=True, check=False)
        return {line.split(" tell ")[1].split(",")[0] for line in packets if f"who-has {CIP} " in line}

    assert answered(VIP) == [True]
    assert senders() == {VIP}
    filters(REAL_SERVER, {"kind": "silence", "address": VIP, "instead": RIP})
    assert answered(VIP, RIP) == [False, True]
    assert senders() == {RIP}
    filters(REAL_SERVER)
    assert answered(VIP) == [True]
    assert senders() == {VIP}


def test_a_closed_host_lets_in_what_it_is_told_to(filters: Filters) -> None:
    filters.close(REAL_SERVER)
    have(REAL_SERVER, f"{VIP}/24", f"{VIP6}/64")
    let_in = {4: [CIP, VIP, REAL_SERVER], 6: [CIP6, VIP6, REAL_SERVER]}
    accept = {"kind": "accept", "hook": "input", "protocol": "tcp"}
    with serving(REAL_SERVER, 80, 81):
        assert asked_each(CLIENT, VIPS) == NONE
        filters(REAL_SERVER, *of_each_family(**accept, address=VIPS, port=80))
        assert asked_each(CLIENT, VIPS) == let_in
        assert asked_each(CLIENT, VIPS, 81) == NONE
        filters(REAL_SERVER, *of_each_family(**accept, source=CIPS))
        assert asked_each(CLIENT, VIPS, 81) == let_in
        filters(REAL_SERVER)
        assert asked_each(CLIENT, VIPS) == NONE


def test_nat_through_a_closed_director(filters: Filters) -> None:
    """Requests reach IPVS behind the input chain; answers pass the forward chain."""
    have(DIRECTOR, f"{VIP}/32")
    run("ip", "-n", REAL_SERVER, "route", "add", CIP, "via", DIP)
    ipvs(f"-A -t {VIP}:80 -s rr", f"-a -t {VIP}:80 -r {RIP}:8080 -m")
    filters.close(DIRECTOR)
    opened = {"kind": "accept", "protocol": "tcp"}
    requests = {**opened, "hook": "input", "address": VIP, "port": 80}
    answers = {**opened, "hook": "forward", "source": RIP, "source_port": 8080}
    with serving(REAL_SERVER, 8080):
        filters(DIRECTOR, requests)
        assert asked(CLIENT, VIP) == []
        filters(DIRECTOR, requests, answers)
        assert asked(CLIENT, VIP) == [CIP, RIP, REAL_SERVER]


def test_a_real_server_reaches_out_through_a_closed_director(filters: Filters) -> None:
    """The answers come from anywhere, so only those to its own connections may pass."""
    run("ip", "-n", REAL_SERVER, "route", "add", CIP, "via", DIP)
    filters.close(DIRECTOR)
    masquerade = {"kind": "masquerade", "source": RIP}
    forwarded = {"kind": "accept", "hook": "forward"}
    out, back = {**forwarded, "source": RIP}, {**forwarded, "address": RIP, "connection": "established"}
    with serving(CLIENT, 80), serving(REAL_SERVER, 80):
        filters(DIRECTOR, masquerade, out)
        assert asked(REAL_SERVER, CIP) == []
        filters(DIRECTOR, masquerade, out, back)
        assert asked(REAL_SERVER, CIP) == [DIP, CIP, CLIENT]
        run("ip", "-n", CLIENT, "route", "add", RIP, "via", DIP)
        assert asked(CLIENT, RIP) == []
