# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""lvs.cf of piranha as a definition."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats import piranha
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.account import IMPORTED, LEFT
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import NotUnderstood

from .reading import errors, fate, imported, notes, of, shown

CLUSTER = """\
    serial_no = 12
    primary = 198.51.100.2
    primary_private = 203.0.113.2
    backup = 198.51.100.3
    backup_private = 203.0.113.3
    backup_active = 1
    service = lvs
    heartbeat = 1
    heartbeat_port = 539
    keepalive = 6
    deadtime = 18
    network = direct
    debug_level = NONE
    """
SERVICE = """\
    virtual web {
         active = 1
         address = 192.0.2.80 eth0:1
         vip_nmask = 255.255.255.0
         port = http
         send = "GET /health HTTP/1.0\\r\\nHost: www.example.com\\r\\n\\r\\n"
         expect = "HTTP/1.1 200 OK"
         use_regex = 0
         load_monitor = none
         scheduler = wlc
         protocol = tcp
         timeout = 6
         reentry = 15
         quiesce_server = 1
         persistent = 600
         pmask = 255.255.255.255
         sorry_server = 192.0.2.29
         server web1 {
             address = 192.0.2.21
             active = 1
             weight = 2
         }
         server web2 {
             address = 192.0.2.22
             active = 1
             weight = 1
         }
         server web3 {
             address = 192.0.2.23
             active = 0
         }
    }
    """


def virtual(*lines: str, servers: str = "192.0.2.21", name: str = "web") -> str:
    """A virtual server with these lines; ADDRESS alone is a real server."""
    listed = [f"server s{number} {{\naddress = {each}\nactive = 1\n}}" for number, each in enumerate(servers.split())]
    usual = {"active": "active = 1", "address": "address = 192.0.2.80 eth0:1"}
    said = {line.split()[0] for line in lines}
    body = [*(line for word, line in usual.items() if word not in said), *lines, *listed]
    return "\n".join([f"virtual {name} {{", *body, "}\n"])


def test_all_of_a_cluster() -> None:
    found = imported(piranha, dedent(CLUSTER) + dedent(SERVICE))
    assert found.directors == {
        "lvs1": {
            "ansible_host": "198.51.100.2",
            "lvs_vrrp_address": "203.0.113.2",
            "lvs_interface": "eth0",
            "lvs_priority": 150,
        },
        "lvs2": {
            "ansible_host": "198.51.100.3",
            "lvs_vrrp_address": "203.0.113.3",
            "lvs_interface": "eth0",
            "lvs_priority": 100,
        },
    }
    assert found.cluster == {
        "vrrp": {"advert_interval": 6},
        "vips": [{"address": "192.0.2.80", "label": "eth0:1", "prefix": 24}],
    }
    assert found.services == [
        {
            "name": "web",
            "address": "192.0.2.80",
            "port": 80,
            "persistence_timeout": 600,
            "real_servers": [{"address": "192.0.2.21", "weight": 2}, {"address": "192.0.2.22"}],
            "checks": [
                {
                    "type": "http",
                    "path": "/health",
                    "status": 200,
                    "virtual_host": "www.example.com",
                    "interval": 6,
                    "timeout": 6,
                }
            ],
            "sorry_server": {"address": "192.0.2.29"},
            "inhibit_on_failure": True,
        }
    ]
    assert errors(found) == []
    assert found.mistakes == []
    assert found.book.counts() == {IMPORTED: 35, "kept word for word": 0, LEFT: 6}
    assert fate(found, "heartbeat_port") == "not taken: VRRP is an IP protocol of its own, and has no ports"
    assert fate(found, "server web3") == "not taken: has no active = 1: piranha does not use it"
    assert fate(found, "reentry").startswith("not taken: keepalived puts a real server back")


@pytest.mark.parametrize(("network", "forward"), [("direct", None), ("nat", "nat"), ("tunnel", "tun"), ("", "nat")])
def test_one_method_for_all(network: str, forward: str | None) -> None:
    found = imported(piranha, (f"network = {network}\n" if network else "") + virtual())
    assert [service.get("forward") for service in found.services] == [forward]
    assert errors(found) == []


def test_a_method_that_there_is_not() -> None:
    found = imported(piranha, "network = bridge\n" + virtual())
    assert fate(found, "network") == "not taken: bridge is none of direct, nat, tunnel"


def test_nat_has_a_gateway_that_moves() -> None:
    router = "network = nat\nnat_nmask = 255.255.255.0\nnat_router = 203.0.113.254 eth1:1\n"
    found = imported(
        piranha, dedent(CLUSTER).replace("network = direct\n", "") + router + virtual(servers="203.0.113.21")
    )
    assert found.cluster["vips"] == [
        {"address": "192.0.2.80", "interface": "eth0", "label": "eth0:1"},
        {"address": "203.0.113.254", "interface": "eth1", "label": "eth1:1", "prefix": 24, "gateway": True},
    ]
    assert fate(found, "nat_nmask") == "imported: lvs_cluster.vips.prefix"
    assert errors(found) == []


def test_a_gateway_without_nat_is_none() -> None:
    found = imported(piranha, "network = direct\nnat_router = 203.0.113.254 eth1:1\n" + virtual())
    assert fate(found, "nat_router") == "not taken: network is not nat"
    assert errors(found) == []


@pytest.mark.parametrize(
    "backup", ["backup = 198.51.100.3\nbackup_active = 0\n", "backup = 0.0.0.0\nbackup_active = 1\n"]
)
def test_no_second_director(backup: str) -> None:
    found = imported(piranha, f"primary = 198.51.100.2\n{backup}" + virtual())
    assert list(found.directors) == ["lvs1"]
    assert fate(found, "backup =").startswith("not taken: ")
    assert errors(found) == []


def test_directors_with_names_keep_them() -> None:
    names = "primary = lb1.example.com\nbackup = lb2.example.com\nbackup_active = 1\n"
    found = imported(piranha, names + virtual())
    assert found.directors == {
        "lb1.example.com": {"lvs_interface": "eth0", "lvs_priority": 150},
        "lb2.example.com": {"lvs_interface": "eth0", "lvs_priority": 100},
    }
    assert "hosts.yml: lb1.example.com: no file says its address: write it as ansible_host" in notes(found)


def test_the_files_of_both_directors() -> None:
    other = SERVICE.replace("weight = 2", "weight = 5")
    found = imported(piranha, "", one=dedent(CLUSTER) + dedent(SERVICE), two=dedent(CLUSTER) + dedent(other))
    assert list(found.directors) == ["one", "two"]
    assert [director["ansible_host"] for director in found.directors.values()] == ["198.51.100.2", "198.51.100.3"]
    assert (
        "lvs_services.web.real_servers: one has other entries, two has other entries: the first is taken for all"
        in (notes(found))
    )
    assert errors(found) == []


def test_more_than_two_directors_are_none_of_piranha() -> None:
    with pytest.raises(NotUnderstood, match="piranha has two directors, but there are 3 files"):
        imported(piranha, "", one=CLUSTER, two=CLUSTER, three=CLUSTER)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("keepalive = 6\ndeadtime = 18", {"advert_interval": 6}),
        ("keepalive = 2\ndeadtime = 5", {}),
        ("deadtime = 1", {}),
        ("keepalive = 2", {}),
    ],
)
def test_vrrp_takes_over_when_pulse_would(lines: str, said: dict[str, int]) -> None:
    found = imported(piranha, f"{lines}\n" + virtual())
    assert found.cluster.get("vrrp", {}) == said


def test_a_deadtime_that_is_none() -> None:
    assert fate(imported(piranha, "deadtime = never\n"), "deadtime") == "not taken: never is no number of seconds"


def test_commands_of_a_change() -> None:
    commands = 'active_cmd = /usr/local/bin/up\ninactive_cmd = "/usr/local/bin/down now"\n'
    found = imported(piranha, commands + virtual())
    assert found.cluster["vrrp"] == {"notify_master": "/usr/local/bin/up", "notify_backup": "/usr/local/bin/down now"}
    assert found.cluster["scripts"] == {"user": "root"}
    assert errors(found) == []


def test_connections_are_shared() -> None:
    found = imported(piranha, "syncd_iface = eth2\nsyncdaemon = 1\nsyncd_id = 9\n" + virtual())
    assert found.cluster["sync_daemon"] == {"interface": "eth2", "id": 9}
    assert imported(piranha, "syncdaemon = 1\n" + virtual()).cluster["sync_daemon"] == {}
    without = imported(piranha, "syncdaemon = 0\nsyncd_iface = eth2\n" + virtual())
    assert "sync_daemon" not in without.cluster
    assert fate(without, "syncd_iface") == "not taken: syncdaemon is not 1"


def test_timeouts_of_the_kernel() -> None:
    found = imported(piranha, "tcp_timeout = 900\ntcpfin_timeout = 0\nudp_timeout = 300\n" + virtual())
    assert found.cluster["timeouts"] == {"tcp": 900, "udp": 300}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["active = 0"], "active is not 1: piranha does not run it"),
        (["address = 192.0.2.80:80 eth0:1"], "192.0.2.80:80 is no address"),
        (["port = nonsense"], "nonsense is no port, and no service whose port is known here: write its number"),
        (["fwmark = many"], "many is no firewall mark"),
        (["protocol = sctp"], "sctp is neither tcp nor udp"),
        (["port = 0"], "port 0 is all ports, which the kernel takes with persistence alone"),
    ],
)
def test_a_virtual_server_that_is_not_taken(lines: list[str], reason: str) -> None:
    found = imported(piranha, virtual(*lines) + virtual("address = 192.0.2.81 eth0:2", name="other"))
    assert [service["name"] for service in found.services] == ["other"]
    assert fate(found, "virtual web") == f"not taken: {reason}"
    assert errors(found) == []


def test_without_active_nothing_runs() -> None:
    found = imported(piranha, dedent(CLUSTER) + "virtual web {\nport = 80\n}\n")
    assert fate(found, "virtual web") == "not taken: has no active = 1"
    assert "lvs_cluster.vips_by: no virtual server is active, so that there is no VIP" in notes(found)
    assert found.services == []


def test_a_virtual_server_that_is_there_already() -> None:
    found = imported(piranha, virtual() + virtual(name="again"))
    assert fate(found, "virtual again") == "not taken: a service before is for the same packets"


def test_packets_with_a_mark() -> None:
    found = imported(piranha, virtual("fwmark = 7", "port = 443"))
    service = found.services[0]
    assert {key: service[key] for key in ("fwmark", "address", "port", "protocol")} == {
        "fwmark": 7,
        "address": "192.0.2.80",
        "port": 443,
        "protocol": "tcp",
    }
    assert any("the file does not say which packets have the mark 7" in each for each in notes(found))
    assert errors(found) == []


def test_persistence_of_networks() -> None:
    found = imported(piranha, virtual("persistent = 60", "pmask = 255.255.255.0"))
    assert found.services[0]["persistence_netmask"] == "255.255.255.0"
    wrong = imported(piranha, virtual("persistent = 60", "pmask = 60"))
    assert fate(wrong, "pmask") == "not taken: 60 is no netmask of ipv4"
    without = imported(piranha, virtual("pmask = 255.255.255.0"))
    assert fate(without, "pmask") == "not taken: does nothing without persistence"
    assert errors(found) == errors(without) == []


@pytest.mark.parametrize(
    ("lines", "checks"),
    [
        (["port = 80"], [{"type": "http", "status": "200-599"}]),
        (["port = 25"], None),
        (["port = 25", 'expect = "220"'], None),
        (['send = "GET / HTTP/1.0\\r\\n\\r\\n"', 'expect = "HTTP"'], [{"type": "http", "status": "200-599"}]),
        (['send = "GET /x\\r\\n\\r\\n"', 'expect = "<html>"'], [{"type": "http", "path": "/x", "regex": "^<html>"}]),
        (
            ['send = "GET /x\\r\\n\\r\\n"', 'expect = "O[Kk]"', "use_regex = 1"],
            [{"type": "http", "path": "/x", "regex": "O[Kk]"}],
        ),
        (
            ['send = "HEAD /x HTTP/1.0\\r\\n\\r\\n"', 'expect = "HTTP/1.[01] (200|302)"', "use_regex = 1"],
            [{"type": "http", "path": "/x", "status": ["200", "302"]}],
        ),
        (['send = "GET / HTTP/1.0\\r\\n\\r\\n"', "expect = *"], [{"type": "http", "status": "200-599"}]),
        (["port = 443", 'send = "GET /x\\r\\n\\r\\n"'], [{"type": "https", "status": "200-599", "path": "/x"}]),
        (["port = 6379", 'send = "PING\\r\\n"', 'expect = "+PONG"'], None),
        (["port = 53", "protocol = udp"], [{"type": "udp"}]),
        (
            ["port = 53", "protocol = udp", 'send = "\\n"', 'expect = "OK"'],
            [{"type": "udp", "payload": "0a", "require_reply": True, "reply": "4f4b"}],
        ),
        (
            ["port = 8443", 'send_program = "/usr/local/bin/ask %h %p"', "expect = OK"],
            [{"type": "misc", "command": '/bin/sh -c \'test "$(/usr/local/bin/ask 192.0.2.21 8443)" = "OK"\''}],
        ),
        (
            ["port = 8443", 'send_program = "/usr/local/bin/ask %h"'],
            [{"type": "misc", "command": "/usr/local/bin/ask 192.0.2.21"}],
        ),
    ],
)
def test_what_is_asked(lines: list[str], checks: list[dict[str, object]] | None) -> None:
    found = imported(piranha, "network = direct\n" + virtual(*lines))
    assert found.services[0].get("checks") == checks
    assert errors(found) == []


def test_what_keepalived_does_not_ask() -> None:
    found = imported(piranha, virtual("port = 6379", 'send = "PING\\r\\n"', 'expect = "+PONG"', "timeout = 7"))
    assert fate(found, "send") == "not taken: keepalived's check only connects, or runs a program, and sends nothing"
    assert fate(found, "expect") == "not taken: keepalived's check does not compare what comes back"
    assert found.services[0]["checks"] == [{"type": "tcp", "interval": 7, "timeout": 7}]


def test_real_servers_on_ports_of_their_own() -> None:
    servers = "server a {\naddress = 203.0.113.21\nactive = 1\nport = 8080\n}\n"
    text = "virtual web {\nactive = 1\naddress = 192.0.2.80 eth0:1\nport = 81\n" + servers + "}\n"
    by_nat = imported(piranha, "primary = 203.0.113.2\nnetwork = nat\n" + text)
    assert by_nat.services[0]["real_servers"] == [{"address": "203.0.113.21", "port": 8080}]
    direct = imported(piranha, "network = direct\n" + text)
    assert direct.services[0]["real_servers"] == [{"address": "203.0.113.21"}]
    assert "file:6: port 8080 does nothing: packets reach a real server at the service's port, but with nat" in (
        notes(direct)
    )
    assert errors(by_nat) == errors(direct) == []


def test_failover_services_are_no_lvs() -> None:
    failover = 'failover ftp {\nactive = 1\naddress = 192.0.2.81 eth0:2\nstart_cmd = "/etc/init.d/ftp start"\n}\n'
    found = imported(piranha, "service = fos\n" + failover + virtual())
    assert fate(found, "failover ftp").startswith("not taken: failover services are programs")
    assert "file:1: piranha ran the failover services alone: make sure that you want the virtual servers" in notes(
        found
    )
    assert [service["name"] for service in found.services] == ["web"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("port 80\n", ("file:1", "expected NAME = VALUE, with blanks around =")),
        ("keepalive=6\n", ("file:1", "expected blanks around =")),
        ("keepalive = 6 # every six seconds\n", ("file:1", "expected a line of its own for a comment")),
        ("keepalive = 6 7\n", ("file:1", "expected one value after =")),
        ("nat_router = 192.0.2.1\n", ("file:1", "expected 2 values after =")),
        ("keepalive =\n", ("file:1", "expected blanks around =")),
        ('active_cmd = "/bin/true\n', ("file:1", "a quote that is not closed")),
        ("virtual web\n", ("file:1", "expected virtual NAME {")),
        ("}\n", ("file:1", "a brace } that closes nothing")),
        ("virtual web {\nactive = 1\n", ("file:1", "the block of virtual is not closed: a brace } is missing")),
    ],
)
def test_what_piranha_would_complain_of(text: str, told: tuple[str, str]) -> None:
    found = imported(piranha, text)
    assert [place for place, _told in found.mistakes][:1] == [told[0]]
    assert any(each.startswith(told[1]) for _place, each in found.mistakes)


def test_a_comment_after_a_value_is_none_of_it() -> None:
    found = imported(piranha, "keepalive = 6 # каждые\ndeadtime = 18\t# 秒\n" + virtual())
    assert found.cluster["vrrp"] == {"advert_interval": 6}


def test_words_that_piranha_does_not_know() -> None:
    found = imported(piranha, "primary = 198.51.100.2\nmulticast = 1\n" + virtual("colour = red"))
    assert fate(found, "multicast") == fate(found, "colour") == "not taken: piranha knows no such word here"


def test_no_secret_is_seen() -> None:
    text = (
        'active_cmd = "/usr/local/bin/tell --password s3cret"\n'
        + virtual('send = "GET /x?token=s3cret HTTP/1.0\\r\\nAuthorization: Basic s3cret\\r\\n\\r\\n"')
        + virtual("port = 81", 'send_program = "/usr/local/bin/ask --secret s3cret %h"', "expect = OK", name="other")
    )
    found = imported(piranha, text)
    assert "s3cret" not in shown(found)
    assert [service.get("checks") for service in found.services] == [[{"type": "http", "status": "200-599"}], None]
    assert errors(found) == []


def test_text_that_is_no_utf_8() -> None:
    text = ("# Schlüssel\n" + virtual(name="küche")).encode("latin-1").decode("utf-8", "surrogateescape")
    found = imported(piranha, text)
    assert found.services[0]["name"] == "k-che"
    assert any("is no UTF-8, and was read as Latin-1" in each for each in notes(found))
    shown(found).encode()


def test_a_file_from_windows() -> None:
    found = of(piranha, {"file": "\ufeff" + virtual().replace("\n", "\r\n")}, piranha.Source("file"))
    assert [service["name"] for service in found.services] == ["web"]
    assert found.mistakes == []


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(NotUnderstood, match="file is not there or cannot be read"):
        of(piranha, {}, piranha.Source("file"))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (CLUSTER, True),
        (virtual(), True),
        ("failover ftp {\n}\n", True),
        ("virtual_server 192.0.2.80 80 {\n}\n", False),
        ("virtual=192.0.2.80:80\n", False),
        ("-A -t 192.0.2.80:80 -s rr\n", False),
        ("", False),
    ],
)
def test_what_is_recognised(text: str, known: bool) -> None:
    assert piranha.recognised(dedent(text)) is known
