# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf as a definition."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported, Source
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.judged import judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.keepalived_conf import read, recognised
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import errors_in

from .reading import Texts, left, nothing_is_dropped

PAIR = """
! of ten years
global_defs {
    notification_email {
        root@example.com
        nobody
    }
    router_id %(name)s
    vrrp_garp_master_delay 2
    lvs_sync_daemon eth0 VI_1 7
    lvs_timeouts tcp 600 udp 60
    enable_script_security
    vrrp_mcast_group4 224.0.0.99
}
vrrp_script web_answers {
    script "/usr/local/bin/answers 'a b'"
    interval 3
    weight -20
}
vrrp_instance VI_1 {
    state %(state)s
    interface eth0
    virtual_router_id 77
    priority %(priority)s
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass verysecret
    }
    virtual_ipaddress {
        192.0.2.198/24 dev eth0 label eth0:1
        192.0.2.1/24
    }
    unicast_src_ip %(own)s
    unicast_peer {
        %(other)s
    }
    track_script {
        web_answers
    }
    virtual_routes {
        203.0.113.0/24 via 192.0.2.254 dev eth0
    }
}
virtual_server 192.0.2.198 80 {
    delay_loop 10
    lb_algo wrr
    lb_kind NAT
    nat_mask 255.255.255.0
    persistence_timeout
    protocol TCP
    sorry_server 192.0.2.29 80
    real_server 192.0.2.21 8080 {
        weight 3
        HTTP_GET {
            url {
                path /a
                status_code 200 301
            }
            url {
                path /b
                digest 9b3a0c85a887a256d6939da88aabd8cd
            }
            connect_timeout 3
            nb_get_retry 2
            delay_before_retry 1
        }
    }
    real_server 192.0.2.22 80 {
        TCP_CHECK {
            connect_port 8081
        }
        notify_down "/usr/local/bin/down web2" root
    }
}
"""
ONE = {"name": "lvs1", "state": "MASTER", "priority": "150", "own": "192.0.2.2", "other": "192.0.2.3"}
TWO = {"name": "lvs2", "state": "BACKUP", "priority": "100", "own": "192.0.2.3", "other": "192.0.2.2"}


def imported(*texts: str, **named: str) -> Imported:
    files = {f"{number}.conf": text for number, text in enumerate(texts)}
    sources = [Source(path) for path in files]
    for director, text in named.items():
        files[f"{director}.conf"] = text
        sources.append(Source(f"{director}.conf", director))
    found = read(sources, Texts(files))
    nothing_is_dropped(found)
    return found


def service(text: str, **keys: str) -> dict[str, Any]:
    """The one service of a virtual server with these lines."""
    head = keys.get("at", "192.0.2.198 80")
    servers = keys.get("servers", "real_server 192.0.2.21 80 {\n}")
    protocol = "" if "protocol" in text else "protocol TCP\n "
    found = imported(f"virtual_server {head} {{\n lb_algo rr\n lb_kind DR\n {protocol}{text}\n {servers}\n}}")
    (only,) = found.services
    return only


def test_a_pair_of_directors() -> None:
    found = imported(PAIR % ONE, PAIR % TWO)
    assert found.directors == {
        "lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth0", "lvs_priority": 150},
        "lvs2": {"ansible_host": "192.0.2.3", "lvs_interface": "eth0", "lvs_priority": 100},
    }
    script = {"name": "web_answers", "command": "/usr/local/bin/answers 'a b'", "interval": 3, "weight": -20}
    routes = "virtual_routes {\n    203.0.113.0/24 via 192.0.2.254 dev eth0\n}"
    assert found.cluster == {
        "email": {"to": ["root@example.com"]},
        "sync_daemon": {"interface": "eth0", "id": 7},
        "timeouts": {"tcp": 600, "udp": 60},
        "vrrp": {
            "garp_delay": 2,
            "virtual_router_id": 77,
            "advert_interval": 1,
            "unicast": True,
            "password": "{{ vault_vrrp_password }}",
            "track_scripts": [script],
            "raw": routes,
        },
        "raw": {"global_defs": "vrrp_mcast_group4 224.0.0.99"},
        "vips": [
            {"address": "192.0.2.198", "prefix": 24, "label": "eth0:1"},
            {"address": "192.0.2.1", "prefix": 24, "gateway": True},
        ],
        "scripts": {"user": "root"},
        "nat_return": "none",
    }
    check = {"interval": 10, "timeout": 3, "retries": 2, "retry_delay": 1}
    assert found.services == [
        {
            "name": "192.0.2.198-80",
            "address": "192.0.2.198",
            "port": 80,
            "scheduler": "wrr",
            "forward": "nat",
            "persistence_timeout": 360,
            "sorry_server": {"address": "192.0.2.29"},
            "real_servers": [
                {
                    "address": "192.0.2.21",
                    "port": 8080,
                    "weight": 3,
                    "checks": [
                        {"type": "http", **check, "path": "/a", "status": ["200", "301"]},
                        {"type": "http", **check, "path": "/b", "digest": "9b3a0c85a887a256d6939da88aabd8cd"},
                    ],
                },
                {
                    "address": "192.0.2.22",
                    "raw": 'notify_down "/usr/local/bin/down web2" root',
                    "checks": [{"type": "tcp", "interval": 10, "port": 8081}],
                },
            ],
        }
    ]
    assert found.secrets == {"vault_vrrp_password": "verysecr"}
    assert errors_in(judged(found)) == []
    assert {*left(found)} == {"nobody", "state MASTER", "state BACKUP", "nat_mask 255.255.255.0"}


def test_secrets_are_in_no_value_and_no_note() -> None:
    found = imported(PAIR % ONE, PAIR.replace("verysecret", "another1") % TWO)
    told = str([found.directors, found.cluster, found.services, found.book.notes, left(found)])
    assert "verysecr" not in told
    assert "another1" not in told
    assert (
        "lvs_cluster.vrrp.password",
        "instance VI_1 has another one: the first is taken for all",
    ) in found.book.notes


def test_one_file_for_several_directors() -> None:
    text = (PAIR % ONE).replace("    priority 150\n", "@left    priority 150\n@right    priority 90\n")
    found = imported(text)
    assert {name: host["lvs_priority"] for name, host in found.directors.items()} == {
        "left": 150,
        "right": 90,
        "lvs1": 40,
    }


def test_version_3_has_no_password() -> None:
    found = imported((PAIR % ONE).replace("advert_int 1", "version 3"))
    assert "password" not in found.cluster["vrrp"]
    assert found.secrets == {}
    assert left(found)["auth_pass verysecret"].startswith("version 3 of VRRP has no authentication")
    assert errors_in(judged(found)) == []


def test_a_sync_group_of_one_instance_is_none() -> None:
    found = imported("vrrp_sync_group g {\n group {\n VI_1\n }\n}\n" + PAIR % ONE)
    assert "sync_group" not in found.cluster["vrrp"]
    assert errors_in(judged(found)) == []


def test_a_director_whose_name_is_none_for_a_host() -> None:
    text = (PAIR % ONE).replace("    priority 150\n", "@a$b    priority 150\n@right    priority 90\n")
    assert {"right", "lvs1"} <= {*imported(text).directors}


def test_files_that_contradict_each_other() -> None:
    found = imported(lvs1=PAIR % ONE, lvs2=(PAIR % TWO).replace("lb_algo wrr", "lb_algo rr"))
    assert found.services[0]["scheduler"] == "wrr"
    assert ("lvs_services.192.0.2.198-80.scheduler", "lvs1 has wrr, lvs2 has rr: the first is taken for all") in (
        found.book.notes
    )


def test_a_service_that_one_director_lacks() -> None:
    server = "real_server 192.0.2.21 53 {\n }"
    more = f"virtual_server 192.0.2.199 53 {{\n lb_algo rr\n lb_kind DR\n protocol UDP\n {server}\n}}\n"
    found = imported(lvs1=PAIR % ONE, lvs2=PAIR % TWO + more)
    assert [each["name"] for each in found.services] == ["192.0.2.198-80", "192.0.2.199-53"]
    assert ("lvs_services.192.0.2.199-53", "lvs2 alone has this service; now all directors have it") in found.book.notes


def test_without_vrrp_each_director_holds_the_vips() -> None:
    found = imported("virtual_server 192.0.2.198 80 {\n real_server 192.0.2.21 80 {\n }\n}")
    assert found.cluster["vips_by"] == "static"
    assert (found.services[0]["scheduler"], found.services[0]["forward"]) == ("wlc", "nat")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ops\n protocol UDP", {"one_packet": True, "protocol": "udp"}),
        (
            "persistence_timeout 50\n persistence_granularity 255.255.255.0",
            {"persistence_timeout": 50, "persistence_netmask": "255.255.255.0"},
        ),
        ("quorum 1\n hysteresis 0\n alpha\n omega", {"alpha": True, "omega": True}),
        ("quorum 9", {}),
        ('quorum_up "/bin/up a"', {"quorum_up": "/bin/up a"}),
        (
            "virtualhost www.example.com\n inhibit_on_failure\n ha_suspend",
            {"virtual_host": "www.example.com", "inhibit_on_failure": True, "suspend_without_vip": True},
        ),
        (
            "lvs_method TUN type gue port 6080 csum",
            {"forward": "tun", "tunnel_type": "gue", "tunnel_port": 6080, "tunnel_checksum": "csum"},
        ),
        ("lvs_method TUN type ipip", {"forward": "tun"}),
        ("lvs_method TUN type gue", {"forward": "tun"}),
        ("lvs_method TUN type gre port 9", {"forward": "tun"}),
        ("lvs_method TUN type ipip csum", {"forward": "tun"}),
        ("lvs_method TUN type gre remcsum", {"forward": "tun"}),
        ("lvs_method TUN type vxlan", {"forward": "tun"}),
        ("lvs_sched sh\n sh-port\n sh-fallback", {"scheduler": "sh", "scheduler_flags": ["port", "fallback"]}),
        ("lvs_sched mh\n flag-1", {"scheduler": "mh", "scheduler_flags": ["fallback"]}),
        (
            "sorry_server 192.0.2.29 80\n sorry_server_inhibit",
            {"sorry_server": {"address": "192.0.2.29", "inhibit_on_failure": True}},
        ),
        ("smtp_alert off", {"alerts": False}),
    ],
)
def test_words_of_a_virtual_server(text: str, expected: dict[str, Any]) -> None:
    usual = {"name": "192.0.2.198-80", "address": "192.0.2.198", "port": 80, "scheduler": "rr", "forward": "dr"}
    assert service(text) == {**usual, **expected, "real_servers": [{"address": "192.0.2.21"}]}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("192.0.2.198", {"name": "192.0.2.198-all", "address": "192.0.2.198", "port": 0, "persistence_timeout": 360}),
        ("fwmark 7", {"name": "fwmark-7", "fwmark": 7}),
    ],
)
def test_what_a_virtual_server_is_asked_at(at: str, expected: dict[str, Any]) -> None:
    whole = {**expected, "scheduler": "rr", "forward": "dr", "real_servers": [{"address": "192.0.2.21"}]}
    assert service("protocol TCP", at=at) == whole


def test_a_group_with_several_ports_and_marks() -> None:
    group = "virtual_server_group web {\n 192.0.2.198 80\n 192.0.2.199-201 80\n 192.0.2.198 443\n fwmark 9\n}\n"
    found = imported(group + "virtual_server group web {\n lb_algo rr\n lb_kind DR\n real_server 192.0.2.21 {\n }\n}")
    assert [{key: each.get(key) for key in ("name", "address", "port", "fwmark")} for each in found.services] == [
        {"name": "web", "address": ["192.0.2.198", "192.0.2.199-201"], "port": 80, "fwmark": None},
        {"name": "web-443", "address": "192.0.2.198", "port": 443, "fwmark": None},
        {"name": "web-9", "address": None, "port": None, "fwmark": 9},
    ]


def test_checks_go_to_the_port_of_the_real_server_where_clients_come_to_others() -> None:
    """Without it, a service by mark had a check without a port, which is refused, and one at 443 was asked there."""
    group = "virtual_server_group web {\n 192.0.2.198 80\n 192.0.2.198 443\n fwmark 9\n}\n"
    servers = "".join(
        f" real_server 192.0.2.{host} 80 {{\n {check} {{\n }}\n }}\n"
        for host, check in ((21, "TCP_CHECK"), (22, "PING_CHECK"))
    )
    whole = "virtual_server group web {\n lb_algo rr\n lb_kind %s\n protocol TCP\n" + servers + "}\n"

    def ports(forward: str) -> list[list[Any]]:
        services = imported(group + whole % forward).services
        return [[server["checks"][0].get("port") for server in each["real_servers"]] for each in services]

    assert ports("DR") == [[None, None], [80, None], [80, None]]
    assert ports("NAT") == [[None, None], [None, None], [None, None]]
    alike = "virtual_server fwmark 7 {\n lb_kind DR\n real_server 192.0.2.21 80 {\n TCP_CHECK {\n }\n }\n}\n"
    (service_by_mark,) = imported(alike).services
    assert service_by_mark["checks"][0]["port"] == 80


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (
            'SSL_GET {\n enable_sni\n url {\n path /\n regex "^O K"\n regex_no_match\n }\n }',
            {"type": "https", "sni": True, "path": "/", "regex": "^O K", "regex_no_match": True},
        ),
        ("TCP_CHECK {\n connect_timeout 4\n retry 2\n }", {"type": "tcp", "timeout": 4, "retries": 2}),
        ("SMTP_CHECK {\n helo_name a.example.com\n }", {"type": "smtp", "helo_name": "a.example.com"}),
        (
            "DNS_CHECK {\n type A\n name www.example.com\n }",
            {"type": "dns", "query_type": "A", "query_name": "www.example.com"},
        ),
        (
            "UDP_CHECK {\n payload 0f\n require_reply 00xx\n }",
            {"type": "udp", "payload": "0f", "reply": "00xx", "require_reply": True},
        ),
        ("PING_CHECK {\n }", {"type": "ping"}),
    ],
)
def test_checks(check: str, expected: dict[str, Any]) -> None:
    found = service("delay_loop 7", servers=f"real_server 192.0.2.21 80 {{\n {check}\n }}")
    assert found["checks"] == [{**expected, "interval": 7}]


def test_a_check_goes_to_the_port_that_a_real_server_names() -> None:
    """queue_checker() in check_api.c takes it before validate_check_config() corrects the port of the real server."""
    found = service("lvs_method DR", servers="real_server 192.0.2.21 8000 {\n TCP_CHECK {\n }\n }")
    assert (found["checks"], found["real_servers"]) == (
        [{"type": "tcp", "port": 8000, "interval": 60}],
        [{"address": "192.0.2.21"}],
    )


def test_a_check_by_a_command() -> None:
    check = "MISC_CHECK {\n misc_path \"/usr/bin/check 'a b'\"\n misc_timeout 4\n misc_dynamic\n }"
    found = service("connect_timeout 9", servers=f"real_server 192.0.2.21 80 {{\n {check}\n }}")
    command = {"command": "/usr/bin/check 'a b'", "timeout": 4, "dynamic": True}
    assert found["checks"] == [{"type": "misc", "interval": 60, **command}]


def test_a_check_of_a_file() -> None:
    tracked = "track_file warm {\n file /run/warm\n weight 2\n}\n"
    server = "real_server 192.0.2.21 80 {\n FILE_CHECK {\n track_file warm\n }\n }"
    text = f"virtual_server 192.0.2.198 80 {{\n lb_kind DR\n {server}\n}}"
    assert imported(tracked + text).services[0]["checks"] == [{"type": "file", "path": "/run/warm", "weight": 2}]


def test_what_keepalived_ignores_is_not_taken() -> None:
    found = imported(
        "virtual_server 192.0.2.198 80 {\n lb_kind DR\n no_such_word 1\n"
        " real_server 192.0.2.21 80 {\n }\n real_server 192.0.2.21 80 {\n }\n real_server 2001:db8::1 80 {\n }\n}\n"
        "virtual_server 192.0.2.199 80 {\n}\nvirtual_server nowhere 80 {\n real_server 192.0.2.21 80 {\n }\n}\n"
    )
    assert [each["address"] for each in found.services] == ["192.0.2.198"]
    assert {
        "no_such_word 1": "keepalived knows no such word here",
        "real_server 2001:db8::1 80": "is of another family than the virtual server, so that keepalived ignores it",
        "virtual_server 192.0.2.199 80": "has no real server, so that keepalived ignores it",
        "virtual_server nowhere 80": "nowhere is no address, so that keepalived refuses it",
    }.items() <= left(found).items()


def test_a_port_of_its_own_tells_real_servers_apart_with_nat_alone() -> None:
    servers = "real_server 192.0.2.21 8000 {\n }\n real_server 192.0.2.21 80 {\n }"
    assert service("lvs_method DR", servers=servers)["real_servers"] == [{"address": "192.0.2.21"}]
    by_nat = service("lvs_method NAT", servers=servers)
    assert by_nat["real_servers"] == [{"address": "192.0.2.21", "port": 8000}, {"address": "192.0.2.21"}]
    assert service("lvs_method NAT", servers=f"{servers}\n real_server 192.0.2.21 {{\n }}") == by_nat


@pytest.mark.parametrize("own_method", ["", "sorry_server_lvs_method NAT"])
def test_a_sorry_server_that_is_a_real_server_is_named(own_method: str) -> None:
    found = imported(
        f"virtual_server 192.0.2.198 80 {{\n lb_kind NAT\n sorry_server 192.0.2.21 80\n sorry_server_inhibit\n"
        f" {own_method}\n real_server 192.0.2.21 80 {{\n }}\n}}"
    )
    assert "sorry_server" not in found.services[0]
    assert left(found)["sorry_server 192.0.2.21 80"].startswith("is a real server of this service")
    assert not errors_in(judged(found))


def test_what_a_real_server_says_of_tunnels_is_all_that_counts() -> None:
    gre = "real_server 192.0.2.22 {\n lvs_method TUN type gre\n }"
    plain = "real_server 192.0.2.23 {\n lvs_method TUN\n }"
    servers = f"real_server 192.0.2.21 {{\n }}\n {gre}\n {plain}"
    found = service("lvs_method TUN type gue port 6080 csum", servers=servers)
    assert found["real_servers"] == [
        {"address": "192.0.2.21"},
        {"address": "192.0.2.22", "forward": "tun", "tunnel_type": "gre", "tunnel_checksum": "nocsum"},
        {"address": "192.0.2.23", "forward": "tun", "tunnel_type": "ipip", "tunnel_checksum": "nocsum"},
    ]


def test_without_a_protocol_it_is_udp() -> None:
    """A trap of ten years, of which keepalived's log alone tells."""
    found = imported("virtual_server 192.0.2.198 80 {\n lb_kind DR\n real_server 192.0.2.21 80 {\n }\n}")
    assert found.services[0]["protocol"] == "udp"
    assert ("0.conf:1", "says no protocol: keepalived takes UDP, not TCP") in found.book.notes


def test_single_packets_are_for_udp_alone() -> None:
    assert "one_packet" not in service("ops\n protocol TCP")


def test_where_there_is_a_mark_no_service_is_suspended_without_its_vip() -> None:
    group = "virtual_server_group web {\n 192.0.2.198 80\n fwmark 9\n}\n"
    one = "virtual_server group web {\n lb_kind DR\n ha_suspend\n protocol TCP\n real_server 192.0.2.21 {\n }\n}"
    assert not any("suspend_without_vip" in each for each in imported(group + one).services)


def test_two_virtual_servers_with_one_address_and_port() -> None:
    one = "virtual_server 192.0.2.198 80 {\n lb_kind DR\n protocol TCP\n real_server %s 80 {\n }\n}\n"
    (both,) = imported(one % "192.0.2.21" + one % "192.0.2.22" + one % "192.0.2.21").services
    assert [server["address"] for server in both["real_servers"]] == ["192.0.2.21", "192.0.2.22"]


def test_several_words_on_one_line() -> None:
    """A trap of ten years: keepalived reads the first word of a line, and drops the rest without a word."""
    found = imported("virtual_server 192.0.2.198 80 {\n lb_algo rr lb_kind DR\n real_server 192.0.2.21 80 {\n }\n}")
    assert found.services[0]["forward"] == "nat"
    assert ("0.conf:2", "keepalived does not read the rest of the line, lb_kind DR") in found.book.notes


def test_instances_with_vips_of_their_own() -> None:
    instance = (
        "vrrp_instance %s {\n interface %s\n virtual_router_id %s\n priority %s\n virtual_ipaddress {\n %s\n }\n}\n"
    )
    one = instance % ("a", "eth0", 1, 255, "192.0.2.198") + instance % ("b", "eth1", 2, 90, "198.51.100.9")
    two = instance % ("a", "eth0", 1, 100, "192.0.2.198") + instance % ("b", "eth1", 2, 120, "198.51.100.9")
    group = "vrrp_sync_group both {\n group {\n a\n b\n }\n notify /bin/n\n}\n"
    served = "virtual_server 192.0.2.198 80 {\n lb_kind DR\n real_server 192.0.2.21 80 {\n }\n}\n"
    found = imported(lvs1=group + one + served, lvs2=group + two + served)
    assert found.cluster["vrrp"]["instances"] == [
        {
            "name": "a",
            "vips": ["192.0.2.198"],
            "priorities": {"lvs1": 254, "lvs2": 100},
            "interface": "eth0",
            "virtual_router_id": 1,
            "sync_group": "both",
        },
        {
            "name": "b",
            "vips": ["198.51.100.9"],
            "priorities": {"lvs1": 90, "lvs2": 120},
            "interface": "eth1",
            "virtual_router_id": 2,
            "sync_group": "both",
        },
    ]
    assert found.cluster["vips"] == [
        {"address": "192.0.2.198", "interface": "eth0"},
        {"address": "198.51.100.9", "interface": "eth1", "next_hop": True},
    ]
    assert left(found)["notify /bin/n"].startswith("the definition has it for instances")


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("virtual_server 192.0.2.1 80 {", True),
        ("include conf.d/*.conf", True),
        ("$HOW=\n$HOW virtual_server 192.0.2.1 80 {", True),
        ("[global]\na = b", False),
        ("HOW=$1\necho $HOW=", False),
        ("", False),
    ],
)
def test_what_is_recognised(text: str, is_it: bool) -> None:
    assert recognised(text) == is_it


def test_a_priority_that_is_no_number_is_not_taken() -> None:
    found = imported((PAIR % ONE).replace("priority 150", "priority \u00b2"))
    assert left(found)["priority \u00b2"] == "keepalived takes 100 instead of \u00b2"
