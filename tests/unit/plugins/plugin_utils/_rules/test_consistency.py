# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, problems, service

DR_PORT = "dr leaves packets at port 80, the service's; leave 8080 out or forward by nat"
ONLY_TUN = "2001:db8::21 is ipv6, the service ipv4; only tun joins the two"


@pytest.mark.parametrize("kind", ["http", "https", "tcp", "smtp", "dns", "udp"])
def test_a_check_needs_a_port_where_the_real_server_has_none(kind: str) -> None:
    """keepalived would ask at port 0, where nobody ever answers."""
    where, mistake = "lvs_services[0].real_servers[0].checks", "the real server takes packets for all ports"
    all_ports = {"port": 0, "persistence_timeout": 60, "real_servers": [{"host": "web1"}]}
    assert problems(service(**all_ports, checks=[{"type": kind}])) == [f"{where}: {kind} needs a port here: {mistake}"]
    (only,) = parse(service(**all_ports, checks=[{"type": kind, "port": 1}])).services
    assert only.real_servers[0].checks[0]["port"] == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"port": None}, "lvs_services[0].port: is missing"),
        (
            {"port": 0},
            "lvs_services[0].port: 0 means all ports, which works only with a persistence_timeout",
        ),
        ({"address": None}, "lvs_services[0]: has neither an address (the VIP) nor a fwmark"),
        (
            {"fwmark": 1},
            "lvs_services[0].protocol: is missing: with a fwmark, ports are those of tcp, udp or sctp",
        ),
        (
            {"port": [80, 443]},
            "lvs_services[0].port: several ports are one service only with a fwmark; give it one, a number that no "
            "other service has, and a persistence_timeout where a client's connections to these ports belong together",
        ),
        ({"family": "ipv6"}, "lvs_services[0].family: 192.0.2.198 is ipv4; family is for a fwmark without addresses"),
        ({"scheduler_flags": ["fallback"]}, "lvs_services[0].scheduler_flags: wlc has no flags; sh and mh have"),
        ({"one_packet": True}, "lvs_services[0].one_packet: works for udp only, not for tcp"),
        (
            {"protocol": "udp", "persistence_engine": "sip"},
            "lvs_services[0].persistence_engine: needs a persistence_timeout",
        ),
        (
            {"persistence_engine": "sip", "persistence_timeout": 60},
            "lvs_services[0].persistence_engine: sip works for udp only, not for tcp",
        ),
        ({"persistence_netmask": "255.0.0.0"}, "lvs_services[0].persistence_netmask: needs a persistence_timeout"),
        (
            {"persistence_netmask": "0.0.0.255", "persistence_timeout": 60},
            "lvs_services[0].persistence_netmask: '0.0.0.255' is not an IPv4 netmask, such as 255.255.255.0 or 24",
        ),
        ({"real_servers": [{"host": "web1", "port": 8080}]}, f"lvs_services[0].real_servers[0].port: {DR_PORT}"),
        (
            {"forward": "tun", "real_servers": [{"host": "web1", "port": 8080}]},
            f"lvs_services[0].real_servers[0].port: {DR_PORT.replace('dr', 'tun')}",
        ),
        ({"real_servers": "six"}, f"lvs_services[0].real_servers[six1]: {ONLY_TUN}"),
        ({"real_servers": "six", "forward": "nat"}, f"lvs_services[0].real_servers[six1]: {ONLY_TUN}"),
        (
            {"real_servers": [{"host": "web1"}, {"address": "192.0.2.21"}]},
            "lvs_services[0].real_servers[1]: 192.0.2.21 port 80 is already listed at lvs_services[0].real_servers[0]",
        ),
        (
            {"real_servers": [{"host": "web1", "upper_threshold": 10, "lower_threshold": 20}]},
            "lvs_services[0].real_servers[0].lower_threshold: 20 is above the upper_threshold 10",
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_a_service_that_contradicts_itself_is_refused(options: dict[str, object], expected: str) -> None:
    assert problems(service(**options)) == [expected]


WITHOUT_WEIGHT = (
    "lvs_services[0].real_servers: all have weight 0, and keepalived does not accept such a service; keep their "
    "weights and drain them with lvs.cluster.ipvs_real_server, or remove the service"
)
BY_MARK_ALONE = (
    "lvs_services[0].suspend_without_vip: keepalived cannot tell the VIP of a service with a fwmark; "
    "leave one of them out"
)


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        (
            service(quorum=4),
            "lvs_services[0].quorum: 4 is more than the weights of the real servers add up to, 3; "
            "lower it, or add real servers",
        ),
        (
            service(quorum=4, sorry_server={"address": "192.0.2.99"}),
            "lvs_services[0].quorum: 4 is more than the weights of the real servers add up to, 3; "
            "lower it, or add real servers",
        ),
        (service(real_servers=[{"host": "web1", "weight": 0}]), WITHOUT_WEIGHT),
        (service(real_servers=[{"host": "web1", "weight": 0}], quorum=2), WITHOUT_WEIGHT),
        (
            service(hysteresis=1),
            "lvs_services[0].hysteresis: 1 is not below the quorum, 1; lower it, or raise the quorum",
        ),
        (
            service(quorum=2, hysteresis=3),
            "lvs_services[0].hysteresis: 3 is not below the quorum, 2; lower it, or raise the quorum",
        ),
        (by_mark(suspend_without_vip=True), BY_MARK_ALONE),
    ],
)
def test_what_keepalived_would_refuse_of_a_service(refused: dict[str, object], expected: str) -> None:
    assert problems(refused, engine="keepalived") == [expected]
    assert parse(refused, engine="static")


@pytest.mark.parametrize(
    "accepted",
    [
        service(quorum=3, hysteresis=2),
        service(real_servers=[{"host": "web1", "weight": 0}, {"host": "web2"}]),
        service(hysteresis=0, suspend_without_vip=True),
        by_mark(suspend_without_vip=False),
    ],
)
def test_what_keepalived_takes_of_a_service(accepted: dict[str, object]) -> None:
    assert parse(accepted, engine="keepalived")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"protocol": "tcp", "address": "192.0.2.198", "family": "ipv6"},
            "lvs_services[0].family: 192.0.2.198 is ipv4; family is for a fwmark without addresses",
        ),
        (
            {"port": 80},
            "lvs_services[0].protocol: is missing: with a fwmark, ports are those of tcp, udp or sctp",
        ),
        (
            {"real_servers": [{"host": "web1", "port": 80}]},
            "lvs_services[0].real_servers[0].port: dr leaves packets at the port of the request; "
            "leave 80 out or forward by nat",
        ),
        (
            {"family": "ipv6", "real_servers": "six", "persistence_timeout": 60, "persistence_netmask": "129"},
            "lvs_services[0].persistence_netmask: '129' is not an IPv6 prefix length: that is a number from 1 to 128",
        ),
    ],
)
def test_a_service_by_mark_that_contradicts_itself_is_refused(options: dict[str, object], expected: str) -> None:
    assert problems(by_mark(**options)) == [expected]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            service(),
            service(address="192.0.2.199"),
            "lvs_services[1].name: name shop is already taken by lvs_services[0]",
        ),
        (
            service(),
            service(name="other"),
            "lvs_services[1]: tcp 192.0.2.198 port 80 is already taken by lvs_services[0]",
        ),
        (
            by_mark(),
            by_mark(name="other"),
            "lvs_services[1]: fwmark 1 ipv4 is already taken by lvs_services[0]; one mark is one service: write a "
            "single entry that lists all its packets, as in protocol: [tcp, udp] and port: [80, 443], or give this one "
            "another mark",
        ),
    ],
)
def test_a_second_service_of_the_same_kind_is_refused(first: object, second: object, expected: str) -> None:
    assert problems(first, second) == [expected]


def test_services_that_only_look_alike_are_taken() -> None:
    udp = service(name="udp", protocol="udp")
    all_ports = service(name="all", port=0, persistence_timeout=60)
    mark6 = by_mark(name="six", family="ipv6", real_servers="six")
    assert len(parse(service(), udp, all_ports, by_mark(), mark6).services) == 5


def test_tun_joins_the_families() -> None:
    assert parse(service(real_servers="six", forward="tun")).services[0].real_servers[0].address == "2001:db8::21"


def test_nat_serves_two_ports_of_one_host() -> None:
    servers = [{"host": "web1", "port": 8080}, {"host": "web1", "port": 8081}]
    ports = [real.port for real in parse(service(forward="nat", real_servers=servers)).services[0].real_servers]
    assert ports == [8080, 8081]


@pytest.mark.parametrize(
    ("vips", "expected"),
    [
        ([{"address": "192.0.2.199"}], ["lvs_cluster.vips[0].address: no service uses 192.0.2.199"]),
        (
            [{"address": "192.0.2.198"}, {"address": "192.0.2.198"}],
            ["lvs_cluster.vips[1].address: 192.0.2.198 is already listed at lvs_cluster.vips[0]"],
        ),
        (
            [{"address": "192.0.2.198", "prefix": 33}],
            ["lvs_cluster.vips[0].prefix: 33 is out of range: a prefix length of ipv4 is a number from 1 to 32"],
        ),
        (
            [{"address": "192.0.2.198", "interface": "eth1", "label": "eth10:1"}],
            ["lvs_cluster.vips[0].label: 'eth10:1' does not begin with its interface: eth1:..."],
        ),
        (
            [{"address": "192.0.2.198", "label": "eth1:1"}],
            [
                "lvs_cluster.vips[0].label: 'eth1:1' must begin with the name of the VIP's interface; "
                "name that in the key interface"
            ],
        ),
    ],
)
def test_a_vip_that_contradicts_the_rest_is_refused(vips: list[object], expected: list[str]) -> None:
    assert problems(service(), cluster={"vips": vips}) == expected


def test_an_ipv6_address_has_no_label() -> None:
    vips = [{"address": "2001:db8::c6", "interface": "eth1", "label": "eth1:1"}]
    found = problems(service(address="2001:db8::c6", real_servers="six"), cluster={"vips": vips})
    assert found == ["lvs_cluster.vips[0].label: only IPv4 addresses have labels"]


def test_a_label_may_rest_on_the_directors_interface() -> None:
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth1"}}
    cluster = parse(service(), cluster={"vips": [{"address": "192.0.2.198", "label": "eth1:1"}]}, hosts=hosts)
    assert cluster.vips[0].label == "eth1:1"


def test_a_vip_for_a_mark_has_its_family() -> None:
    vip = {"address": "2001:db8::c6"}
    assert problems(by_mark(), cluster={"vips": [vip]}) == ["lvs_cluster.vips[0].address: no service uses 2001:db8::c6"]


def test_a_value_that_was_refused_is_refused_once() -> None:
    """What follows from a wrong value is no second problem."""
    hosts = {"web1": {"lvs_address": "192.0.2.300"}, "lvs1": {"lvs_address": "192.0.2.2", "lvs_interface": "eth 1"}}
    found = problems(
        service(port=80.5, persistence_timeout="x", real_servers=[{"host": "web1", "port": 99}]),
        hosts=hosts,
        cluster={"vips": [{"address": "192.0.2.198", "prefix": 33, "label": "eth1 1"}]},
    )
    assert sorted(line.split(": ")[0] for line in found) == [
        "hostvars[lvs1].lvs_interface",
        "hostvars[web1].lvs_address",
        "lvs_cluster.vips[0].label",
        "lvs_cluster.vips[0].prefix",
        "lvs_services[0].persistence_timeout",
        "lvs_services[0].port",
    ]


def test_packets_have_one_service() -> None:
    marked = service(fwmark=1, protocol="tcp", port=[80, 81])
    taken = "tcp 192.0.2.198 port 80 is already taken by lvs_services[0]"
    assert problems(marked, service(name="other")) == [f"lvs_services[1]: {taken}"]
    assert problems(marked, service(name="other", fwmark=2, protocol="tcp")) == [f"lvs_services[1]: {taken}"]
    parse(marked, service(name="other", port=82), service(name="third", protocol="udp"))


def test_packets_to_any_address_leave_those_to_an_address_to_its_service() -> None:
    any_address = by_mark(protocol="tcp", port=80)
    parse(any_address, service(), service(name="all", address="192.0.2.199", port=0, persistence_timeout=60))
    parse(any_address, service(name="every", fwmark=2, address="192.0.2.192/28", port=None))
    (torn, _same) = problems(
        by_mark(protocol="tcp", port="80-90"), by_mark(name="b", fwmark=2, protocol="tcp", port="85-95")
    )
    assert "tcp 0.0.0.0/0 port 80-90 overlaps with lvs_services[1], tcp 0.0.0.0/0 port 85-95" in torn


def test_packets_may_be_named_among_others_and_more_closely() -> None:
    """The closer name counts. Where neither is the closer one, nobody can tell."""
    low = service(fwmark=1, protocol="tcp", port="1-1023")
    parse(low, service(name="other"), service(name="third", fwmark=2, protocol="tcp", port=[443, "100-200"]))
    torn = service(name="other", fwmark=2, protocol="tcp", port="1000-2000")
    expected = (
        "lvs_services[{}]: tcp 192.0.2.198 port {} overlaps with lvs_services[{}], tcp 192.0.2.198 port {}, and each "
        "of them has packets that the other has not: remove the overlap, or let one of the two include all packets of "
        "the other; it then gets only the rest"
    )
    ranges = ("1-1023", "1000-2000")
    assert problems(low, torn) == [
        expected.format(0, ranges[0], 1, ranges[1]),
        expected.format(1, ranges[1], 0, ranges[0]),
    ]


def test_a_mark_for_more_ports_than_a_rule_takes_has_them_all() -> None:
    ports = [f"{first}-{first + 5}" for first in range(10, 90, 10)]
    many = service(fwmark=1, protocol="tcp", port=ports)
    (problem,) = problems(many, service(name="other", port=12))
    assert problem.startswith("lvs_services[0]: has more ports than one rule of a packet filter takes (15, a range")
    parse({**many, "port": ports[:7]}, service(name="other", port=12))
    parse(many, service(name="other", port=19))


def test_real_servers_of_the_other_family_cannot_be_synchronised() -> None:
    six = service(address="2001:db8::c6", forward="tun", real_servers=[{"host": "web1"}])
    (problem,) = problems(six, cluster={"sync_daemon": {}})
    assert problem.startswith("lvs_services[0].real_servers[0]: 192.0.2.21 is ipv4, the service ipv6: together with")
    parse(six)
