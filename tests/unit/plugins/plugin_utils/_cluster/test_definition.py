# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import SCHEDULERS
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.members import member_hosts
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules import parse as rules
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.cluster import CLUSTER_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.host import HOST_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.real_server import REAL_SERVER_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.service import SERVICE_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.vips import VIP_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.words import FORWARDING_METHODS
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.director import Director
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.health_check import HealthCheck
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.packets import Packets
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.real_server import RealServer, RealServerHost
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.service import VirtualService
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.vip import Vip
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.vrrp import Keepalived, VrrpInstance
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import (
    GROUPS,
    HOSTS,
    by_mark,
    parse,
    problems,
    service,
)


def server(address: str, **options: Any) -> RealServer:
    defaults = {"host": None, "port": 80, "forward": "dr", "weight": 1, "upper_threshold": 0, "lower_threshold": 0}
    tunnel = {"tunnel_type": "ipip", "tunnel_port": 0, "tunnel_checksum": "nocsum"}
    # Without another word, keepalived asks for a TCP connection.
    checks = {"checks": (HealthCheck("tcp"),)}
    return RealServer(address=address, **{**defaults, **tunnel, **checks, **options})


def test_a_cluster_names_itself_and_the_group_of_its_directors() -> None:
    cluster = parse(service(), cluster={"name": "shops", "directors": "balancers"}, groups={"balancers": ["lvs2"]})
    assert (cluster.name, cluster.directors_group) == ("shops", "balancers")
    assert [director.host for director in cluster.directors] == ["lvs2"]
    assert cluster.hosts == ("lvs2", "web1", "web2")
    unknown = "lvs_cluster.directors: 'wep' is not a group of the inventory; did you mean web?"
    assert problems(service(), cluster={"directors": "wep"}) == [unknown]
    assert problems(service(), cluster={"directors": []}) == ["lvs_cluster.directors: [] is not text"]


def test_the_common_case_needs_five_lines() -> None:
    assert parse(service(), cluster={"engine": "keepalived"}) == parse(service(), engine=None)
    assert parse(service(), engine=None) == Cluster(
        name="lvs_directors",
        directors_group="lvs_directors",
        checks_by="keepalived",
        vips_by="vrrp",
        install_packages=False,
        open_firewall=False,
        masquerade=False,
        mtu=1500,
        connection_table_bits=None,
        timeouts=(),
        ipvs_sysctls=(),
        vips=(Vip("192.0.2.198", 32),),
        directors=(Director("lvs1", ("192.0.2.2",), None, 100, None),),
        real_servers=(RealServerHost("web1", "sysctl", None), RealServerHost("web2", "sysctl", None)),
        services=(
            VirtualService(
                name="shop",
                family="ipv4",
                address="192.0.2.198",
                port=80,
                protocol="tcp",
                fwmark=None,
                scheduler="wlc",
                scheduler_flags=(),
                one_packet=False,
                persistence_timeout=0,
                persistence_netmask=None,
                persistence_engine=None,
                nat_return="policy_route",
                marked=(),
                real_servers=(server("192.0.2.21", host="web1"), server("192.0.2.22", host="web2", weight=2)),
            ),
        ),
        keepalived=Keepalived(
            instances=(VrrpInstance("lvs", 51, ("192.0.2.198",), (("lvs1", 100),)),),
        ),
    )


@pytest.mark.parametrize(
    ("given", "checks_by", "vips_by", "engine"),
    [
        ({}, "keepalived", "vrrp", "keepalived"),
        ({"engine": "static"}, "none", "static", "static"),
        ({"checks_by": "none"}, "none", "vrrp", None),
        ({"vips_by": "static"}, "keepalived", "static", None),
        ({"checks_by": "none", "vips_by": "static"}, "none", "static", "static"),
        ({"engine": "static", "checks_by": "none"}, "none", "static", "static"),
    ],
)
def test_who_checks_and_who_holds_the_vips(given: dict[str, str], checks_by: str, vips_by: str, engine: str) -> None:
    cluster = parse(service(), cluster=given, engine=None)
    assert (cluster.checks_by, cluster.vips_by, cluster.engine) == (checks_by, vips_by, engine)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (
            {"engine": "keepalived", "checks_by": "none"},
            "checks_by: is none, but engine: keepalived means keepalived; leave one of the two out",
        ),
        (
            {"engine": "static", "vips_by": "vrrp"},
            "vips_by: is vrrp, but engine: static means static; leave one of the two out",
        ),
        ({"vips_by": "keepalived"}, "vips_by: 'keepalived' is not a holder of VIPs; write vrrp"),
    ],
)
def test_an_engine_is_not_contradicted(given: dict[str, str], found: str) -> None:
    assert problems(service(), cluster=given, engine=None) == [f"lvs_cluster.{found}"]


def test_every_option_is_taken() -> None:
    cluster = parse(
        service(
            protocol="udp",
            scheduler="mh",
            scheduler_flags=["port", "fallback"],
            one_packet=True,
            forward="nat",
            persistence_timeout=300,
            persistence_netmask="255.255.255.0",
            persistence_engine="sip",
            real_servers=[
                {"host": "web1", "port": 8080, "weight": 0, "upper_threshold": 100, "lower_threshold": 80},
                {"address": "198.51.100.7", "forward": "tun"},
                {"host": "named", "address": "192.0.2.30"},
            ],
        ),
        cluster={
            "engine": "static",
            "install_packages": True,
            "vips": [{"address": "192.0.2.198", "prefix": 24, "interface": "eth1", "label": "eth1:100"}],
        },
        hosts={"lvs1": {"lvs_address": "192.0.2.2", "lvs_interface": "eth0", "lvs_priority": 101}},
    )
    assert cluster.install_packages
    assert cluster.vips == (Vip("192.0.2.198", 24, "eth1", "eth1:100"),)
    assert cluster.directors == (Director("lvs1", ("192.0.2.2",), "eth0", 101, None),)
    (only,) = cluster.services
    assert only.protocol == "udp"
    assert only.scheduler_flags == ("fallback", "port")
    assert only.one_packet
    assert (only.persistence_timeout, only.persistence_netmask, only.persistence_engine) == (
        300,
        "255.255.255.0",
        "sip",
    )
    assert only.real_servers == (
        server(
            "192.0.2.21",
            host="web1",
            port=8080,
            forward="nat",
            weight=0,
            upper_threshold=100,
            lower_threshold=80,
            checks=(),
            gateway="192.0.2.2",
        ),
        server("198.51.100.7", forward="tun", checks=()),
        server("192.0.2.30", host="named", forward="nat", checks=(), gateway="192.0.2.2"),
    )


def test_a_service_by_mark_leaves_the_port_to_the_request() -> None:
    (only,) = parse(by_mark(family="ipv6", real_servers="six")).services
    assert (only.family, only.address, only.port, only.protocol, only.fwmark) == ("ipv6", None, None, None, 1)
    assert only.real_servers == (server("2001:db8::21", host="six1", port=0, checks=()),)


def test_an_entry_is_one_service_for_each_protocol() -> None:
    tcp, udp = parse(service(port=53, protocol=["tcp", "udp"])).services
    assert (tcp.name, tcp.address, tcp.port, tcp.protocol) == ("shop", "192.0.2.198", 53, "tcp")
    assert (udp.name, udp.address, udp.port, udp.protocol) == ("shop", "192.0.2.198", 53, "udp")
    # What nobody asked for is tried by TCP alone.
    assert [real.checks for real in (*tcp.real_servers, *udp.real_servers)] == [(HealthCheck("tcp"),)] * 2 + [()] * 2
    asked = parse(service(port=53, protocol=["tcp", "udp"], checks="dns")).services
    assert {check.kind for one in asked for real in one.real_servers for check in real.checks} == {"dns"}


def test_an_entry_with_several_protocols_leaves_no_real_server_out() -> None:
    """One of the other family is an error, as it is in an entry with a single protocol."""
    (problem,) = problems(service(protocol=["tcp", "udp"], real_servers=[{"host": "web1"}, {"host": "six1"}]))
    assert problem.startswith("lvs_services[0].real_servers[1]: 2001:db8::21 is ipv6, the service ipv4; only tun")


def test_packets_of_several_protocols_bear_one_mark() -> None:
    marked = {"address": "192.0.2.198", "port": 443, "protocol": ["udp", "tcp"]}
    (only,) = parse(by_mark(**marked)).services
    assert only.marked == (Packets("192.0.2.198", "tcp", ((443, 443),)), Packets("192.0.2.198", "udp", ((443, 443),)))
    assert only.real_servers[0].checks == (HealthCheck("tcp", (("port", 443),)),)


@pytest.mark.parametrize(
    ("port", "ports"),
    [
        ([5060, "10000-20000"], ((5060, 5060), (10000, 20000))),
        (["20", 21, "10000:20000"], ((20, 21), (10000, 20000))),
        ([*range(10000, 20001), 5060], ((5060, 5060), (10000, 20000))),
        ("1-65535", ()),
        (0, ()),
    ],
)
def test_ports_of_a_mark_become_ranges(port: object, ports: tuple[tuple[int, int], ...]) -> None:
    (only,) = parse(by_mark(address="192.0.2.198", protocol="udp", port=port)).services
    assert only.marked == (Packets("192.0.2.198", "udp", ports),)


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        (["5060", "20000-10000"], "lvs_services[0].port[1]: '20000-10000' ends before it begins; write 10000-20000"),
        ("80-65536", "lvs_services[0].port: '80-65536' is not a port from 1 to 65535, and not a range such as"),
        (["80-90", "80-90"], "lvs_services[0].port[1]: 80-90 is listed already"),
    ],
)
def test_a_range_of_ports_that_is_none_is_refused(port: object, expected: str) -> None:
    (problem,) = problems(by_mark(address="192.0.2.198", protocol="udp", port=port))
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("port", "asked"),
    [([80, 81, 443], 80), ([20, 21, "10000-20000"], 21), (["10000-20000", 8080], 8080), ("10000-20000", None)],
)
def test_a_real_server_is_asked_at_the_first_port_that_is_listed_by_itself(port: object, asked: int | None) -> None:
    """Nobody listens at FTP's port 20, and not everywhere in a range."""
    (only,) = parse(by_mark(address="192.0.2.198", protocol="tcp", port=port)).services
    assert only.real_servers[0].checks == ((HealthCheck("tcp", (("port", asked),)),) if asked else ())


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        (["tcp", "tpc"], "lvs_services[0].protocol[1]: 'tpc' is not a protocol; did you mean tcp?"),
        (["tcp", "tcp"], "lvs_services[0].protocol[1]: tcp is listed already"),
        ([], "lvs_services[0].protocol: is an empty list"),
    ],
)
def test_a_list_of_protocols_is_read_item_by_item(protocol: list[str], expected: str) -> None:
    assert problems(service(protocol=protocol)) == [expected]


def test_a_check_asks_at_the_port_that_the_mark_is_for() -> None:
    marked = {"address": "192.0.2.198", "protocol": "tcp", "port": [80, 443]}
    (only,) = parse(by_mark(**marked, checks=[{"type": "http", "path": "/health"}, {"type": "ping"}])).services
    http, ping = only.real_servers[0].checks
    assert (http["port"], http["path"], ping["port"]) == (80, "/health", None)


@pytest.mark.parametrize(
    ("key", "numbers"),
    [("port", (1, 65535)), ("weight", (0, 65535)), ("upper_threshold", (0, 2**31 - 1))],
)
def test_a_real_server_takes_its_numbers_to_the_limits(key: str, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        real_servers = [{"host": "web1", key: number}]
        (only,) = parse(service(forward="nat", real_servers=real_servers)).services[0].real_servers
        assert getattr(only, key) == number


@pytest.mark.parametrize("number", [1, 254])
def test_a_director_takes_its_priority_to_the_limits(number: int) -> None:
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_priority": number}}
    assert parse(service(), hosts=hosts).directors[0].priority == number


def test_a_host_is_known_by_lvs_address_then_ansible_host_then_its_name() -> None:
    hosts: dict[str, dict[str, object]] = {
        "web1": {"lvs_address": "192.0.2.41", "ansible_host": "192.0.2.21"},
        "web2": {"lvs_address": "192.0.2.42", "ansible_host": "web2.example.net"},
        "192.0.2.43": {},
    }
    (only,) = parse(service(), groups={"web": ["web1", "web2", "192.0.2.43"]}, hosts=hosts).services
    assert [real.address for real in only.real_servers] == ["192.0.2.43", "192.0.2.41", "192.0.2.42"]


def test_addresses_get_their_canonical_form() -> None:
    cluster = parse(service(address="2001:DB8:0::00C6", real_servers="six"))
    assert cluster.services[0].address == "2001:db8::c6"
    assert cluster.vips == (Vip("2001:db8::c6", 128, None, None),)


@pytest.mark.parametrize(
    ("given_netmask", "family", "netmask"),
    [
        ("255.255.255.0", "ipv4", "255.255.255.0"),
        (24, "ipv4", "255.255.255.0"),
        ("64", "ipv6", "64"),
        (1, "ipv6", "1"),
        (128, "ipv6", "128"),
    ],
)
def test_a_persistence_netmask_has_the_form_of_its_family(given_netmask: object, family: str, netmask: str) -> None:
    servers = "six" if family == "ipv6" else "web"
    options = {"family": family, "real_servers": servers, "persistence_netmask": given_netmask}
    assert parse(by_mark(persistence_timeout=60, **options)).services[0].persistence_netmask == netmask


def test_templates_make_text_of_numbers_and_truth() -> None:
    plain = service(protocol="udp", port=53, one_packet=True, persistence_timeout=60)
    text = service(protocol="udp", port="53", one_packet="True", persistence_timeout="60")
    hosts = {"web2": {"ansible_host": "192.0.2.22", "lvs_weight": "2"}}
    assert parse(text, hosts=hosts) == parse(plain)


class Tagged(str):
    """Text as ansible-core tags it: a subclass of str."""


def test_what_comes_out_is_plain() -> None:
    tagged = service(name=Tagged("shop"), address=Tagged("192.0.2.198"), scheduler=Tagged("rr"))
    (only,) = parse(tagged, groups={"web": [Tagged("web1")]}).services
    texts = (only.name, only.address, only.scheduler, only.real_servers[0].host, only.real_servers[0].address)
    assert {type(text) for text in texts} == {str}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"port": 70000}, "lvs_services[0].port: 70000 is out of range: a port is a number from 1 to 65535"),
        ({"port": -1}, "lvs_services[0].port: -1 is out of range: a port is a number from 1 to 65535"),
        ({"port": "http"}, "lvs_services[0].port: 'http' is not a whole number: a port is a number from 1 to 65535"),
        (
            {"port": True},
            "lvs_services[0].port: true is not a whole number: a port is a number from 1 to 65535 "
            "(YAML reads yes and on as true)",
        ),
        ({"port": 80.0}, "lvs_services[0].port: 80.0 is not a whole number: a port is a number from 1 to 65535"),
        ({"name": None}, "lvs_services[0].name: is missing"),
        (
            {"name": "../shop"},
            "lvs_services[0].name: '../shop' is not a name: "
            "a name has at most 63 letters, digits, _ . - and begins with a letter or digit",
        ),
        ({"address": "192.0.2.300"}, "lvs_services[0].address: '192.0.2.300' is not an IPv4 or IPv6 address"),
        ({"address": 3221225986}, "lvs_services[0].address: 3221225986 is not an IPv4 or IPv6 address"),
        ({"protocol": "TCP"}, "lvs_services[0].protocol: 'TCP' is not a protocol; write tcp"),
        ({"scheduler": "wlcc"}, "lvs_services[0].scheduler: 'wlcc' is not a scheduler; did you mean wlc?"),
        (
            {"scheduler": "sh", "scheduler_flags": ["fallback", "sh-port"]},
            "lvs_services[0].scheduler_flags[1]: 'sh-port' is not a scheduler flag; did you mean port?",
        ),
        ({"scheduler_flags": "port"}, "lvs_services[0].scheduler_flags: 'port' is not a list"),
        ({"one_packet": "perhaps"}, "lvs_services[0].one_packet: 'perhaps' is neither true nor false"),
        ({"persistence_netmask": []}, "lvs_services[0].persistence_netmask: [] is not text"),
        (
            {"persistence_netmask": True},
            "lvs_services[0].persistence_netmask: true is not text: put it in quotes (YAML reads yes and on as true)",
        ),
        (
            {"persistence_timeout": 3000000},
            "lvs_services[0].persistence_timeout: 3000000 is out of range: "
            "a timeout is a number of seconds from 0 to 2678400",
        ),
        ({"forward": "masq"}, "lvs_services[0].forward: 'masq' is not a forwarding method; write nat"),
        ({"prot": 80}, "lvs_services[0].prot: unknown key; did you mean port?"),
        (
            {"real_servers": "wep"},
            "lvs_services[0].real_servers: 'wep' is not a group of the inventory; did you mean web?",
        ),
        ({"real_servers": "empty"}, "lvs_services[0].real_servers: the group 'empty' has no hosts"),
        (
            {"real_servers": []},
            "lvs_services[0].real_servers: a service needs a real server: an inventory group, or a list with at least "
            "one",
        ),
        ({"real_servers": None}, "lvs_services[0].real_servers: is missing"),
        (
            {"real_servers": [{"host": "web3"}]},
            "lvs_services[0].real_servers[0].host: 'web3' is not a host of the inventory; did you mean web2?",
        ),
        ({"real_servers": [{"weight": 1}]}, "lvs_services[0].real_servers[0]: has neither a host nor an address"),
        (
            {"real_servers": [{"host": "named"}]},
            "hostvars[named].lvs_address: is missing, and ansible_host does not help: "
            "'named.example.net' is not an IPv4 or IPv6 address: a host name cannot be used here, write the address of "
            "the host",
        ),
        (
            {"real_servers": [{"host": "web1", "weight": 65536}]},
            "lvs_services[0].real_servers[0].weight: 65536 is out of range: a weight is a number from 0 to 65535",
        ),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)
def test_a_service_is_refused(options: dict[str, object], expected: str) -> None:
    assert problems(service(**options)) == [expected]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"fwmark": 0}, "lvs_services[0].fwmark: 0 is out of range: a firewall mark is a number from 1 to 4294967295"),
        (
            {"fwmark": 2**32},
            "lvs_services[0].fwmark: 4294967296 is out of range: a firewall mark is a number from 1 to 4294967295",
        ),
    ],
)
def test_a_service_by_mark_is_refused(options: dict[str, object], expected: str) -> None:
    assert problems(by_mark(**options)) == [expected]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("0.0.0.0", "the unspecified address"),
        ("::", "the unspecified address"),
        ("127.0.0.1", "a loopback address"),
        ("::1", "a loopback address"),
        ("224.0.0.18", "a multicast address"),
        ("ff02::12", "a multicast address"),
        ("255.255.255.255", "the broadcast address"),
        ("2001:db8::21%eth1", "a link-local address"),
        ("::ffff:192.0.2.21", "an IPv4-mapped IPv6 address"),
    ],
)
def test_an_address_that_no_host_can_have_is_refused(address: str, reason: str) -> None:
    unusable = f"{address} is {reason}, which cannot be used here"
    expected = f"{unusable}; write an address that other hosts can reach"
    found = problems(
        service(address=address, real_servers=[{"address": address}]),
        cluster={"vips": [{"address": address}]},
        hosts={"lvs1": {"lvs_address": address}},
    )
    paths = ("hostvars[lvs1].lvs_address", "lvs_cluster.vips[0].address", "lvs_services[0].address")
    director = f"{unusable}: to list a director that is also a real server, write its name, {{host: NAME}}"
    assert found == [
        *(f"{path}: {expected}" for path in paths),
        f"lvs_services[0].real_servers[0].address: {director if 'loopback' in reason else expected}",
    ]


@pytest.mark.parametrize(
    ("vips", "expected"),
    [
        ([{}], ["lvs_cluster.vips[0].address: is missing"]),
        (
            [{"address": "192.0.2.198", "interface": "eth1", "label": "eth1:0123456789a"}],
            [
                "lvs_cluster.vips[0].label: 'eth1:0123456789a' is not a label: "
                "it has at most 15 letters, digits and _ . : -, as in eth1:100"
            ],
        ),
        (
            [{"address": "192.0.2.198", "interface": "eth1;reboot"}],
            [
                "lvs_cluster.vips[0].interface: 'eth1;reboot' is not the name of an interface: "
                "it has at most 15 characters: letters, digits, _ . -"
            ],
        ),
    ],
)
def test_a_vip_is_refused(vips: list[object], expected: list[str]) -> None:
    assert problems(service(), cluster={"vips": vips}) == expected


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        ({"engine": "keepalive"}, "lvs_cluster.engine: 'keepalive' is not an engine; did you mean keepalived?"),
        ({"engin": "static"}, "lvs_cluster.engin: unknown key; did you mean engine?"),
        ({"vips": [{"adress": "192.0.2.198", "address": "192.0.2.198"}]}, None),
        ([], f"lvs_cluster: [] is not a mapping, with keys such as {', '.join([*CLUSTER_FIELDS][:20])}"),
    ],
)
def test_options_of_the_cluster_are_refused(cluster: object, expected: str | None) -> None:
    expected = expected or "lvs_cluster.vips[0].adress: unknown key; did you mean address?"
    assert problems(service(), cluster=cluster) == [expected]


def test_a_cluster_needs_a_director() -> None:
    expected = "groups[lvs_directors]: no director; this group of the inventory needs a host"
    assert problems(service(), groups={"lvs_directors": []}) == [expected]
    with pytest.raises(DefinitionError, match="no director"):
        rules.parse(None, [service()], {"web": ["web1"]}, HOSTS)


def test_a_director_needs_an_address() -> None:
    expected = (
        "hostvars[named].lvs_address: is missing, and ansible_host does not help: "
        "'named.example.net' is not an IPv4 or IPv6 address: a host name cannot be used here, write the address of "
        "the host"
    )
    assert problems(service(), groups={"lvs_directors": ["named"]}) == [expected]


def test_a_cluster_needs_services() -> None:
    with pytest.raises(DefinitionError) as missing:
        rules.parse(None, None, GROUPS, HOSTS)
    expected = "lvs_services: is not defined; its place is where all hosts see it: group_vars/all.yml [LVS001]"
    assert str(missing.value) == expected
    assert problems() == ["lvs_services: has no service; the playbook lvs.cluster.remove takes a cluster away"]


def test_a_mistake_in_a_groups_variables_is_told_once() -> None:
    hosts = {f"web{number}": {"lvs_wieght": 2, "ansible_host": f"192.0.2.{number}"} for number in range(11, 16)}
    found = problems(service(), groups={"web": sorted(hosts)}, hosts=hosts)
    assert found == ["hostvars[web11, web12, web13 and 2 more].lvs_wieght: unknown variable; did you mean lvs_weight?"]


def test_a_variable_of_another_owner_is_not_looked_at() -> None:
    hosts = {"web1": {"ansible_host": "192.0.2.21", "nginx_port": object(), "lvsomething": 3}}
    assert parse(service(), hosts=hosts) == parse(service())


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        service(port=70000, real_servers="wep"),
        3,
        service(name="b", address="192.0.2.21", schedler="rr"),
        cluster={"engin": "static"},
        hosts={"web2": {"ansible_host": "192.0.2.22", "lvs_weight": 70000}},
    )
    assert [line.split(": ")[0] for line in found] == [
        "hostvars[web2].lvs_weight",
        "lvs_cluster.engin",
        "lvs_services[0].port",
        "lvs_services[1]",
        "lvs_services[2].schedler",
        "lvs_services[0].real_servers",
        "lvs_services[2].address",
    ]


def test_the_members_are_found_in_anything() -> None:
    services = [service(), {"real_servers": [{"host": "named"}, {"host": 3}, 4]}, {"real_servers": 5}, 6, None]
    assert member_hosts(None, services, GROUPS) == {"lvs1", "web1", "web2", "named"}
    assert member_hosts("anything", "anything", GROUPS) == {"lvs1"}
    assert member_hosts({"directors": "web"}, [], GROUPS) == {"web1", "web2"}


# What a template or a YAML file can hold, right or wrong, with the words of a definition so that it gets far.
WORDS = st.sampled_from(
    [
        *CLUSTER_FIELDS,
        *SERVICE_FIELDS,
        *REAL_SERVER_FIELDS,
        *VIP_FIELDS,
        *GROUPS,
        *HOSTS,
        *SCHEDULERS,
        *FORWARDING_METHODS,
        "192.0.2.198",
        "2001:db8::c6",
        "0",
        "yes",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-1, 70000) | st.floats() | st.text(max_size=5) | WORDS
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | SCALARS, inner, max_size=6)
)
SERVICES = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(SERVICE_FIELDS, SCALARS | DATA)) | DATA, max_size=4
)
HOST_VARIABLES = st.dictionaries(st.sampled_from([*HOST_FIELDS, "lvs_other"]), DATA, max_size=4)


@given(cluster=DATA, services=SERVICES | DATA, hosts=st.dictionaries(st.sampled_from(list(HOSTS)), HOST_VARIABLES))
def test_any_data_is_either_a_cluster_or_a_list_of_problems(
    cluster: object, services: object, hosts: dict[str, dict[str, object]]
) -> None:
    outcome: Cluster | DefinitionError
    try:
        outcome = rules.parse(cluster, services, GROUPS, {**HOSTS, **hosts})
    except DefinitionError as error:
        outcome = error
    if isinstance(outcome, Cluster):
        assert outcome.directors
        assert outcome.services
        return
    assert outcome.problems
    assert len(set(outcome.problems)) == len(outcome.problems)
    for problem in outcome.problems:
        assert problem.path.startswith(("lvs_cluster", "lvs_services", "hostvars[", "groups["))
        assert problem.text


def test_addresses_of_which_none_can_be_used_are_all_told() -> None:
    assert [problem.partition(": ")[0] for problem in problems(service(address=["192.0.2.300", "x"]))] == [
        "lvs_services[0].address[0]",
        "lvs_services[0].address[1]",
    ]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"address": "192.0.2.300"}, "lvs_services[0].address"),
        ({"address": "192.0.2.300", "fwmark": 1, "protocol": "tcp"}, "lvs_services[0].address"),
        ({"address": ["2001:db8::c6", "x"], "fwmark": 1, "protocol": "tcp"}, "lvs_services[0].address[1]"),
        ({"fwmark": "x"}, "lvs_services[0].fwmark"),
        ({"fwmark": 1, "protocol": "tpc"}, "lvs_services[0].protocol"),
        ({"forward": "drr"}, "lvs_services[0].forward"),
        ({"real_servers": [{"host": "six1", "forward": "drr"}]}, "lvs_services[0].real_servers[0].forward"),
        ({"real_servers": [3, {"host": "six1"}]}, "lvs_services[0].real_servers[0]"),
    ],
)
@pytest.mark.parametrize("engine", ["static", "keepalived"])
def test_nothing_follows_from_a_refused_value(wrong: dict[str, Any], path: str, engine: str) -> None:
    """The real server is of the other family than the VIP that is listed, and the address of no service is certain."""
    options = {"address": "2001:db8::c6", "real_servers": "six", **wrong}
    listed = [{"address": "2001:db8::c6"}, {"address": "2001:db8::c7"}] if "address" in wrong else []
    (found,) = problems(service(**options), cluster={"vips": listed}, engine=engine)
    assert found.startswith(f"{path}: ")
