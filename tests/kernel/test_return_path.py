# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The return path of nat: what a real server answers for a service goes through the director, all else goes straight.

A client, a director and a real server, each in a network namespace of its own, on one bridge: the real server could
reach the client without the director. It gets the rules and the routes that the collection has for it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    FAMILIES,
    FORWARDING,
    asked_each,
    batch,
    captured,
    inside,
    mac,
    machines,
    on_eth0,
    serving,
    set_sysctls,
    set_up,
    switch,
    within,
)

SWITCH, CLIENT, DIRECTOR, REAL_SERVER = "lvsswitch", "lvsclient", "lvsdirector", "lvsreal"
VIPS = {4: "198.51.100.198", 6: "2001:db8::198"}
DIPS = {4: "198.51.100.2", 6: "2001:db8::2"}
RIPS = {4: "198.51.100.21", 6: "2001:db8::21"}
CIPS = {4: "198.51.100.100", 6: "2001:db8::100"}
BITS = {4: 24, 6: 64}
WHOLE = {4: 32, 6: 128}
# The real server must not heed the redirects of IPv6: from then on, whatever its rules send to that client would go
# straight (rt6_do_redirect() in net/ipv6/route.c). Between namespaces it seldom heeds them, for they come while it is
# still sending and its socket is locked (tcp_v6_err() in net/ipv6/tcp_ipv6.c); over a wire they come later.
DEAF_TO_REDIRECTS = {"net.ipv6.conf.eth0.accept_redirects": 0}
# A web server, which the client can ask at port 81 as well, and one of names.
SERVICES = {"tcp": 80, "udp": 53}
NONE: dict[int, list[str]] = {4: [], 6: []}
ANSWERS = {family: [CIPS[family], RIPS[family], REAL_SERVER] for family in FAMILIES}
# What the collection makes of it for the real server.
CLUSTER = parse(
    {"engine": "static"},
    [
        {
            "name": protocol,
            "address": [VIPS[family] for family in FAMILIES],
            "port": port,
            "protocol": protocol,
            "forward": "nat",
            "real_servers": [{"host": "web1"}],
        }
        for protocol, port in SERVICES.items()
    ],
    {"lvs_directors": ["lvs1"]},
    {
        "lvs1": {"lvs_address": DIPS[4], "lvs_ipv6_address": DIPS[6]},
        "web1": {"lvs_address": RIPS[4], "lvs_ipv6_address": RIPS[6]},
    },
)


# A real server in two networks, and a gateway of the director in each.
INNER, OTHER = "198.51.100.200", "203.0.113.200"
IN_OTHER = "203.0.113.31"
TWO_NETWORKS = parse(
    {"engine": "static", "vips": [{"address": address, "gateway": True} for address in (INNER, OTHER)]},
    [
        {
            "name": name,
            "address": VIPS[4],
            "port": port,
            "scheduler": "rr",
            "forward": "nat",
            "real_servers": [{"host": "web1", "address": address}],
        }
        for name, port, address in (("app", 80, RIPS[4]), ("db", 81, IN_OTHER))
    ],
    {"lvs_directors": ["lvs1"]},
    {"lvs1": {"lvs_address": DIPS[4]}, "web1": {"lvs_address": RIPS[4]}},
)


LINK_LOCAL = "fe80::1"


def by_a_link_local_gateway(nat_return: str) -> Clusters:
    return Clusters.of(
        parse(
            {"engine": "static", "vips": [{"address": LINK_LOCAL, "gateway": True}], "nat_return": nat_return},
            [
                {
                    "name": "six",
                    "address": VIPS[6],
                    "port": 80,
                    "scheduler": "rr",
                    "forward": "nat",
                    "real_servers": [{"host": "web1"}],
                }
            ],
            {"lvs_directors": ["lvs1"]},
            {"lvs1": {"lvs_address": DIPS[6]}, "web1": {"lvs_address": RIPS[6]}},
        )
    )


@pytest.fixture
def network() -> Iterator[None]:
    """The machines, and the services on the director."""
    addresses = {
        name: [f"{own[family]}/{BITS[family]}" for family in FAMILIES]
        for name, own in ((CLIENT, CIPS), (DIRECTOR, DIPS), (REAL_SERVER, RIPS))
    }
    with switch(SWITCH), machines(SWITCH, addresses):
        set_sysctls(DIRECTOR, FORWARDING)
        set_sysctls(REAL_SERVER, DEAF_TO_REDIRECTS)
        batch(DIRECTOR, [on_eth0(f"{VIPS[family]}/{WHOLE[family]}") for family in FAMILIES])
        services = [
            {
                "address": VIPS[family],
                "protocol": protocol,
                "port": port,
                "scheduler": "rr",
                "destinations": [{"address": RIPS[family], "port": port, "forward": "nat", "weight": 1}],
            }
            for family in FAMILIES
            for protocol, port in SERVICES.items()
        ]
        set_up("ipvs_services", DIRECTOR, services=services)
        yield


@contextmanager
def serving_by_udp(namespace: str, addresses: dict[int, str], port: int, bound: bool) -> Iterator[None]:
    """Servers of UDP that answer what those of TCP do. bound: to these addresses alone.

    A socket that is not has no address either when the way of its answer is looked up (ip_route_output_key_hash_rcu()
    in net/ipv4/route.c): a rule that names the real server's is not for it.
    """
    with ExitStack() as stack:
        for family, address in addresses.items():
            thread = stack.enter_context(within(namespace))
            server = stack.enter_context(thread.submit(socket.socket, FAMILIES[family], socket.SOCK_DGRAM).result())
            if family == 6:
                server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            server.bind((address if bound else "", port))
            stack.callback(end_recvfrom, server)
            thread.submit(answer_by_udp, server, f"{address} {namespace}")
        yield


def end_recvfrom(server: socket.socket) -> None:
    with suppress(OSError):  # It is not connected, and has got its way all the same (inet_shutdown()).
        server.shutdown(socket.SHUT_RDWR)


def answer_by_udp(server: socket.socket, own: str) -> None:
    while True:
        question, client = server.recvfrom(100)
        if not question:
            return
        server.sendto(f"{client[0]} {own}".encode(), client)


def ask_by_udp(address: str, port: int) -> list[str]:
    with socket.socket(FAMILIES[6 if ":" in address else 4], socket.SOCK_DGRAM) as client:
        client.settimeout(1)
        client.connect((address, port))
        client.send(b"question")
        try:
            return client.recv(100).decode().split()
        except OSError:
            return []


def asked_for_both_services() -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """What the client hears from the VIPs by TCP and by UDP."""
    return asked_each(CLIENT, VIPS, SERVICES["tcp"]), asked_each(CLIENT, VIPS, SERVICES["udp"], ask_by_udp)


def senders(packets: list[str]) -> set[tuple[str, str]]:
    """The hardware address and the IP address that packets came from, as `tcpdump -e` tells of each:

    MAC > MAC, ethertype IPv4 (0x0800), length 74: ADDRESS.PORT > ADDRESS.PORT: ...
    """
    words = [packet.split() for packet in packets]
    return {(packet[0], packet[8].rpartition(".")[0]) for packet in words}


def all_from(namespace: str, addresses: dict[int, str]) -> set[tuple[str, str]]:
    return {(mac(namespace), address) for address in addresses.values()}


@pytest.mark.parametrize("bound", [True, False])
@pytest.mark.usefixtures("network")
def test_the_answers_of_a_service_alone_go_back_through_the_director(bound: bool) -> None:
    """A client takes no answer from another address than it has asked: what comes straight is none to it."""
    answers = " or ".join(f"{protocol} src port {port}" for protocol, port in SERVICES.items())
    with serving(REAL_SERVER, SERVICES["tcp"], 81), serving_by_udp(REAL_SERVER, RIPS, SERVICES["udp"], bound):
        with captured(CLIENT, answers, "-e") as packets:
            assert asked_for_both_services() == (NONE, NONE)
        assert senders(packets) == all_from(REAL_SERVER, RIPS)

        wanted = host_view(Clusters.of(CLUSTER), "web1").options()["network"]
        ways = {name: wanted[name] for name in ("rules", "routes")}
        assert set_up("host_network", REAL_SERVER, **ways)["changed"]
        with captured(CLIENT, answers, "-e") as packets:
            assert asked_for_both_services() == (ANSWERS, ANSWERS)
        assert senders(packets) == all_from(DIRECTOR, VIPS)

        with captured(CLIENT, "tcp src port 81", "-e") as packets:
            assert asked_each(CLIENT, RIPS, 81) == ANSWERS
        assert senders(packets) == all_from(REAL_SERVER, RIPS)


def test_a_real_server_in_two_networks_answers_through_the_gateway_of_each() -> None:
    """The real server has no default route: what it answers goes by the table of one gateway or of the other."""
    director = host_view(Clusters.of(TWO_NETWORKS), "lvs1").options()
    real_server = host_view(Clusters.of(TWO_NETWORKS), "web1").options()["network"]
    addresses = {
        CLIENT: [f"{CIPS[4]}/24"],
        DIRECTOR: [f"{DIPS[4]}/24", "203.0.113.2/24"],
        REAL_SERVER: [f"{RIPS[4]}/24", f"{IN_OTHER}/24"],
    }
    asked = {"app": (VIPS[4], 80), "db": (VIPS[4], 81)}
    with switch(SWITCH), machines(SWITCH, addresses), serving(REAL_SERVER, 80, 81):
        set_up("host_network", DIRECTOR, **{name: director["network"][name] for name in ("addresses", "sysctls")})
        set_up("ipvs_services", DIRECTOR, services=director["services"])
        set_up("host_network", REAL_SERVER, **{name: real_server[name] for name in ("rules", "routes")})
        with captured(CLIENT, "tcp src port 80 or tcp src port 81", "-e") as packets:
            answers = {name: asked_each(CLIENT, {4: address}, port)[4] for name, (address, port) in asked.items()}
        assert answers == {"app": [CIPS[4], RIPS[4], REAL_SERVER], "db": [CIPS[4], IN_OTHER, REAL_SERVER]}
        assert senders(packets) == all_from(DIRECTOR, {4: VIPS[4]})
        for table, gateway in ((5080, INNER), (5082, OTHER)):
            assert (
                inside(REAL_SERVER, "ip", "route", "show", "table", str(table)) == f"default via {gateway} dev eth0 \n"
            )


@pytest.mark.parametrize(("nat_return", "table"), [("policy_route", "5080"), ("default_route", "main")])
def test_a_gateway_may_be_link_local(nat_return: str, table: str) -> None:
    clusters = by_a_link_local_gateway(nat_return)
    director = host_view(clusters, "lvs1").options()
    wanted = host_view(clusters, "web1").options()["network"]
    # The client is on another network of the same switch: it is reached through the gateway alone.
    client = "2001:db8:1::100"
    addresses = {
        CLIENT: [f"{client}/64"],
        DIRECTOR: [f"{DIPS[6]}/64", "2001:db8:1::2/64"],
        REAL_SERVER: [f"{RIPS[6]}/64"],
    }
    with switch(SWITCH), machines(SWITCH, addresses), serving(REAL_SERVER, 80):
        batch(CLIENT, [f"route add {VIPS[6]}/128 via 2001:db8:1::2"])
        set_up("host_network", DIRECTOR, **{name: director["network"][name] for name in ("addresses", "sysctls")})
        set_up("ipvs_services", DIRECTOR, services=director["services"])
        listed = {name: wanted[name] for name in ("rules", "routes", "sysctls")}
        assert set_up("host_network", REAL_SERVER, **listed)["changed"]
        assert not set_up("host_network", REAL_SERVER, **listed)["changed"]
        assert asked_each(CLIENT, {6: VIPS[6]}) == {6: [client, RIPS[6], REAL_SERVER]}
        told = inside(REAL_SERVER, "ip", "-6", "route", "show", "default", "table", table)
        assert told.startswith(f"default via {LINK_LOCAL} dev eth0 ")
        set_up("host_network", REAL_SERVER, state="deleted", **listed)
        assert inside(REAL_SERVER, "ip", "-6", "route", "show", "default", "table", table) == ""
