# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ldirectord.cf as a definition."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats import ldirectord
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.account import IMPORTED, LEFT

from .reading import errors, fate, imported, notes, of, shown

FILE = """\
    # Global Directives
    checktimeout=3
    checkinterval=15
    failurecount=3
    fallback=127.0.0.1:80 gate
    quiescent=yes
    autoreload=yes
    logfile="/var/log/ldirectord.log"
    emailalert="root@example.com, noc@example.com"
    emailalertfrom="Director" <lvs@example.com>
    smtp=192.0.2.25

    virtual=192.0.2.80:80
    \tservicename=Shop
    \tcomment=the shop
    \treal=192.0.2.21:80 gate 2
    \treal=192.0.2.22:http gate 1 l:50 u:100
    \tservice=http
    \tscheduler=wlc
    \tpersistent=600
    \tnetmask=255.255.255.255
    \tprotocol=tcp
    \tchecktype=negotiate
    \tcheckport=80
    \trequest="index.html"
    \treceive="Test Page"
    \tvirtualhost=www.example.com
    """


def virtual(*lines: str, at: str = "192.0.2.80:81", real: str = "192.0.2.21 gate") -> str:
    """A virtual service with these lines."""
    kind = "6" if "[" in at else ""
    return "\n".join([f"virtual{kind}={at}", *(f"    {line}" for line in [f"real{kind}={real}", *lines]), ""])


# One director without haresources: nobody moves its VIPs.
ALONE = {"vips_by": "static", "take_over_from": ["ldirectord"]}


def test_all_of_a_cluster() -> None:
    found = imported(ldirectord, FILE)
    assert found.directors == {"lvs1": {}}
    assert found.cluster == {
        "email": {"to": ["root@example.com", "noc@example.com"], "from": "lvs@example.com", "server": "192.0.2.25"},
        **ALONE,
    }
    assert found.services == [
        {
            "name": "Shop",
            "address": "192.0.2.80",
            "port": 80,
            "persistence_timeout": 600,
            "real_servers": [
                {"address": "192.0.2.21", "weight": 2},
                {"address": "192.0.2.22", "lower_threshold": 50, "upper_threshold": 100},
            ],
            "checks": [
                {
                    "type": "http",
                    "path": "/index.html",
                    "regex": "Test Page",
                    "virtual_host": "www.example.com",
                    "timeout": 3,
                    "interval": 15,
                    "retries": 2,
                }
            ],
            "sorry_server": {"address": "127.0.0.1"},
            "inhibit_on_failure": True,
            "alerts": True,
        }
    ]
    assert errors(found) == []
    assert found.mistakes == []
    assert found.book.counts() == {IMPORTED: 22, "kept word for word": 0, LEFT: 3}
    assert fate(found, "checktimeout") == "imported: lvs_services.checks.timeout"
    assert fate(found, "quiescent") == "imported: lvs_services.inhibit_on_failure"
    assert fate(found, "logfile") == "not taken: keepalived logs to the system's log"
    assert any(each.startswith("lvs_cluster.vips_by: ldirectord.cf does not say who holds") for each in notes(found))


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        ("192.0.2.80:53", {"address": "192.0.2.80", "port": 53, "protocol": "udp"}),
        ("192.0.2.80:https", {"address": "192.0.2.80", "port": 443}),
        ("[2001:db8::80]:80", {"address": "2001:db8::80", "port": 80}),
        ("7", {"fwmark": 7}),
    ],
)
def test_where_clients_ask(at: str, asked: dict[str, object]) -> None:
    real = "[2001:db8::21] gate" if "[" in at else "192.0.2.21 gate"
    service = imported(ldirectord, virtual(at=at, real=real)).services[0]
    assert {key: service[key] for key in asked} == asked
    assert {*service} & {"address", "port", "protocol", "fwmark", "family"} == {*asked}


def test_a_mark_in_both_families() -> None:
    other = virtual(at="1", real="[2001:db8::21] gate").replace("virtual=", "virtual6=").replace("real=", "real6=")
    found = imported(ldirectord, virtual(at="1") + other)
    assert [(each["name"], each["fwmark"], each.get("family")) for each in found.services] == [
        ("fwmark-1", 1, None),
        ("fwmark-1-ipv6", 1, "ipv6"),
    ]
    assert errors(found) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (virtual(at="192.0.2.81"), "192.0.2.81 has no port"),
        (virtual(at="www.example.com:80"), "www.example.com is no address: names are not looked up here"),
        (virtual(at="192.0.2.81:nonsense"), "nonsense is no port"),
        ("virtual=[2001:db8::80]:80\n    real=[2001:db8::21]:80 gate\n", "is for ipv4 alone"),
        (virtual("protocol=sctp"), "sctp is neither tcp nor udp"),
        (virtual("protocol=fwm"), "fwm is neither tcp nor udp"),
        (virtual(at="192.0.2.81:0"), "port 0 is all ports, which the kernel takes with persistence alone"),
        (virtual("checktype=off"), "checktype is off: ldirectord uses none of its real servers"),
        (virtual(real="web1:81 gate"), "has no real server that can be taken"),
        (virtual(at="192.0.2.80:80"), "a service before is for the same packets"),
    ],
)
def test_a_virtual_service_that_is_not_taken(text: str, reason: str) -> None:
    found = imported(ldirectord, "virtual=192.0.2.80:80\n    real=192.0.2.21:80 gate\n" + text)
    assert len(found.services) == 1
    second = [each for each in found.book.entries if each.statement.keyword == "virtual"][1]
    assert second.fate == LEFT
    assert second.told.startswith(reason)
    assert errors(found) == []


@pytest.mark.parametrize(
    ("real", "servers"),
    [
        ("192.0.2.21->192.0.2.23:81 gate", [{"address": f"192.0.2.{number}"} for number in (21, 22, 23)]),
        ("192.0.2.21:81 gate 0", [{"address": "192.0.2.21", "weight": 0}]),
        ("192.0.2.21:82 masq 3", [{"address": "192.0.2.21", "weight": 3, "port": 82}]),
        ("192.0.2.21 ipip", [{"address": "192.0.2.21"}]),
    ],
)
def test_real_servers(real: str, servers: list[dict[str, object]]) -> None:
    found = imported(ldirectord, virtual("quiescent=no", real=real))
    assert found.services[0]["real_servers"] == servers
    assert found.services[0].get("forward") == {"gate": None, "masq": "nat", "ipip": "tun"}[real.split()[1]]


@pytest.mark.parametrize(
    ("real", "reason"),
    [
        ("192.0.2.31", "expected ADDRESS[->ADDRESS][:PORT] gate|masq|ipip [WEIGHT] ..."),
        ("192.0.2.31 route", "expected ADDRESS[->ADDRESS][:PORT] gate|masq|ipip [WEIGHT] ..."),
        ("192.0.2.31::81 gate", "192.0.2.31::81 is no address"),
        ("192.0.2.39->192.0.2.31:81 gate", "192.0.2.39 to 192.0.2.31 is no range of at most 1024 addresses"),
        ("10.0.0.1->10.9.9.9:81 gate", "10.0.0.1 to 10.9.9.9 is no range of at most 1024 addresses"),
        ("web1->web9:81 gate", "web1 is no address: names are not looked up here, write the address"),
        ("127.0.0.1:81 gate", "address: 127.0.0.1 is a loopback address"),
        ("192.0.2.21:81 gate", "192.0.2.21 is a real server of this service already"),
        ("192.0.2.21 gate", "192.0.2.21 is a real server of this service already"),
        ("192.0.2.21:99 gate", "192.0.2.21 is a real server of this service already"),
    ],
)
def test_a_real_server_that_is_not_taken(real: str, reason: str) -> None:
    found = imported(ldirectord, virtual(f"real={real}", real="192.0.2.21:81 gate"))
    assert [each.told.startswith(reason) for each in found.book.told(LEFT)] == [True]
    assert found.services[0]["real_servers"] == [{"address": "192.0.2.21"}]
    assert errors(found) == []


def test_each_real_server_in_its_own_way() -> None:
    found = imported(ldirectord, virtual("real=192.0.2.22:82 masq", "real=192.0.2.23 gate"))
    assert found.services[0]["real_servers"] == [
        {"address": "192.0.2.21"},
        {"address": "192.0.2.22", "port": 82, "forward": "nat"},
        {"address": "192.0.2.23"},
    ]


def test_a_request_of_one_real_server() -> None:
    lines = ["service=http", 'request="/all"', 'real=192.0.2.22:81 gate 1 "/one", "^OK"']
    found = imported(ldirectord, virtual(*lines))
    assert [each["checks"] for each in found.services[0]["real_servers"]] == [
        [{"type": "http", "path": "/all"}],
        [{"type": "http", "path": "/one", "regex": "^OK"}],
    ]
    assert errors(found) == []


TCP: list[dict[str, Any]] | None = None  # what the definition checks by itself


@pytest.mark.parametrize(
    ("lines", "checks"),
    [
        (["service=http"], [{"type": "http"}]),
        (["service=https", 'request="health"', "checkport=8443"], [{"type": "https", "path": "/health", "port": 8443}]),
        (["service=smtp"], [{"type": "smtp"}]),
        (["service=submission"], [{"type": "smtp"}]),
        (["service=dns", 'request="example.com"'], [{"type": "dns", "query_name": "example.com", "query_type": "A"}]),
        (["service=dns", 'request="192.0.2.1"'], [{"type": "dns"}]),
        (["service=none"], []),
        ([], []),
        (["checktype=on"], []),
        (["checktype=connect"], TCP),
        (["checktype=ping"], [{"type": "ping"}]),
        (["checktype=connect", "protocol=udp"], [{"type": "ping"}]),
        (["checktype=3", "service=http"], [{"type": "http"}]),
        (["checktype=external"], []),
        (
            ["checktype=external", 'checkcommand="/usr/local/bin/ask"'],
            [{"type": "misc", "command": "/usr/local/bin/ask 192.0.2.80 81 192.0.2.21 0"}],
        ),
        (
            ["checktype=external-perl", "checkcommand=/usr/local/bin/ask"],
            [{"type": "misc", "command": "/usr/local/bin/ask 192.0.2.80 81 192.0.2.21 0"}],
        ),
        (["service=radius", "protocol=udp"], [{"type": "udp"}]),
        *(([f"service={name}"], TCP) for name in ("ftp", "imap", "imaps", "ldap", "ldaps", "nntp", "pop", "pops")),
        *(([f"service={name}"], TCP) for name in ("mysql", "oracle", "pgsql", "simpletcp", "sip", "http_proxy")),
        (["service=pingpong"], TCP),
    ],
)
def test_what_is_asked(lines: list[str], checks: list[dict[str, Any]] | None) -> None:
    found = imported(ldirectord, virtual(*lines))
    usual = [] if "protocol=udp" in lines else TCP
    assert found.services[0].get("checks", usual) == checks
    assert errors(found) == []


@pytest.mark.parametrize(
    ("port", "kind"), [(80, "http"), (443, "https"), (25, "smtp"), (587, "smtp"), (110, None), (3306, None)]
)
def test_the_port_says_what_to_ask(port: int, kind: str | None) -> None:
    found = imported(ldirectord, virtual(at=f"192.0.2.80:{port}"))
    assert [each["type"] for each in found.services[0].get("checks", [])] == ([kind] if kind else [])
    assert any("keepalived does not ask" in each for each in notes(found)) is (kind is None)


@pytest.mark.parametrize(
    ("lines", "check"),
    [
        (["service=http", "checkport=8080"], {"type": "http", "port": 8080}),
        (["service=http"], {"type": "http", "port": 80}),
        (["service=http", "checkport=80"], {"type": "http", "port": 80}),
        (["checktype=connect"], {"type": "ping"}),
    ],
)
def test_what_is_asked_by_mark(lines: list[str], check: dict[str, object]) -> None:
    found = imported(ldirectord, virtual(*lines, "protocol=fwm", at="3"))
    assert found.services[0]["checks"] == [check]
    assert errors(found) == []


@pytest.mark.parametrize(
    ("everywhere", "lines", "said"),
    [
        ("checktimeout=4", ["service=http"], {"timeout": 4}),
        ("checktimeout=4\nnegotiatetimeout=9", ["service=http"], {"timeout": 9}),
        ("checktimeout=4\nnegotiatetimeout=9", ["checktype=ping"], {"timeout": 4}),
        ("negotiatetimeout=9", ["service=http", "checktimeout=2"], {"timeout": 2}),
        ("checkinterval=7", ["service=http", "checkinterval=8"], {"interval": 7}),
        ("checkinterval=7\nfork=yes", ["service=http", "checkinterval=8"], {"interval": 8}),
        ("checkcount=4", ["checktype=ping"], {"retries": 3}),
        ("checkcount=4", ["service=http"], {}),
        ("failurecount=1", ["service=http"], {"retries": 0}),
    ],
)
def test_times(everywhere: str, lines: list[str], said: dict[str, int]) -> None:
    found = imported(ldirectord, f"{everywhere}\n{virtual(*lines)}")
    (check,) = found.services[0]["checks"]
    assert {key: value for key, value in check.items() if key != "type"} == said
    assert errors(found) == []


def test_a_timeout_that_nobody_needs() -> None:
    found = imported(ldirectord, "checktimeout=4\n" + virtual("service=none"))
    assert fate(found, "checktimeout") == "not taken: no virtual service that is imported needs it"


@pytest.mark.parametrize(
    ("everywhere", "line", "says"), [("yes", "", True), ("no", "", None), ("yes", "no", None), ("", "yes", True)]
)
def test_a_real_server_that_fails_stays(everywhere: str, line: str, says: bool | None) -> None:
    lines = [f"quiescent={line}"] if line else []
    found = imported(ldirectord, (f"quiescent={everywhere}\n" if everywhere else "") + virtual(*lines))
    assert found.services[0].get("inhibit_on_failure") is says


@pytest.mark.parametrize(
    ("line", "real", "sorry"),
    [
        ("127.0.0.1:8080 masq", "192.0.2.21 masq", {"address": "127.0.0.1", "port": 8080}),
        ("127.0.0.1:8080", "192.0.2.21 masq", {"address": "127.0.0.1", "forward": "dr"}),
        ("192.0.2.29", "192.0.2.21 gate", {"address": "192.0.2.29"}),
        ("localhost:http", "192.0.2.21 gate", {"address": "127.0.0.1"}),
    ],
)
def test_a_fallback_is_a_sorry_server(line: str, real: str, sorry: dict[str, object]) -> None:
    found = imported(ldirectord, "fallback=192.0.2.99\n" + virtual(f"fallback={line}", real=real))
    assert found.services[0]["sorry_server"] == sorry
    assert errors(found) == []


def test_a_fallback_for_each_family() -> None:
    six = virtual(at="[2001:db8::80]:81", real="[2001:db8::21] gate")
    found = imported(ldirectord, "fallback=192.0.2.29\nfallback6=[2001:db8::29]:80\n" + virtual() + six)
    assert [each["sorry_server"] for each in found.services] == [
        {"address": "192.0.2.29"},
        {"address": "2001:db8::29"},
    ]
    wrong = imported(ldirectord, virtual("fallback=web9", "fallback6=[2001:db8::29]:80"))
    assert fate(wrong, "fallback=") == (
        "not taken: web9 is no address: names are not looked up here, write the address"
    )
    assert fate(wrong, "fallback6") == "not taken: is of another family than the service"


def test_a_command_when_all_fail() -> None:
    found = imported(ldirectord, "fallbackcommand=/usr/local/bin/fallback\n" + virtual() + virtual(at="5"))
    assert [(each["quorum_down"], each["quorum_up"]) for each in found.services] == [
        ("/usr/local/bin/fallback start 192.0.2.80:81 tcp", "/usr/local/bin/fallback stop 192.0.2.80:81 tcp"),
        ("/usr/local/bin/fallback start :0 fwm", "/usr/local/bin/fallback stop :0 fwm"),
    ]
    assert found.cluster["scripts"] == {"user": "root"}
    assert errors(found) == []


def test_mail_of_one_service() -> None:
    other = virtual("emailalert=noc@example.com", "emailalertstatus=running", at="192.0.2.81:81")
    found = imported(ldirectord, virtual() + other)
    assert [each.get("alerts") for each in found.services] == [None, True]
    assert found.cluster["email"] == {"to": ["noc@example.com"]}
    nobody = imported(ldirectord, "smtp=192.0.2.25\nemailalert=noc@example.com\nemailalertstatus=none\n" + virtual())
    assert nobody.cluster == ALONE
    assert fate(nobody, "emailalertstatus") == "imported: lvs_services.alerts"
    assert fate(found, "emailalertstatus").startswith("not taken: keepalived sends mail when the state")
    assert fate(nobody, "smtp") == "not taken: nobody gets mail: there is no emailalert"


def test_settings_of_a_service() -> None:
    lines = ["scheduler=sh", "schedflags=sh-fallback,flag-2", "protocol=udp", "ops=yes", "persistent=60"]
    service = imported(ldirectord, virtual(*lines, "netmask=255.255.255.0")).services[0]
    assert service["scheduler_flags"] == ["fallback", "port"]
    assert service["one_packet"] is True
    assert service["persistence_netmask"] == "255.255.255.0"
    wrong = imported(ldirectord, virtual("persistent=60", "netmask=24", "quiescent=maybe"))
    assert fate(wrong, "netmask") == "not taken: 24 is no netmask of ipv4"
    assert fate(wrong, "quiescent") == "not taken: maybe is neither yes nor no"
    usual = imported(ldirectord, virtual("schedflags=sh-fallback", "ops=yes", "netmask=255.255.255.0"))
    assert usual.services[0]["scheduler"] == "wrr"
    assert fate(usual, "schedflags") == "not taken: does nothing with the scheduler wrr"
    assert fate(usual, "ops") == "not taken: does nothing but with UDP"
    assert fate(usual, "netmask") == "not taken: does nothing without persistence"


def test_the_files_of_two_directors() -> None:
    found = imported(ldirectord, "", lvs1=FILE, lvs2=FILE.replace("persistent=600", "persistent=60"))
    assert list(found.directors) == ["lvs1", "lvs2"]
    assert len(found.services) == 1
    assert "lvs_services.Shop.persistence_timeout: lvs1 has 600, lvs2 has 60: the first is taken for all" in notes(
        found
    )
    assert errors(found) == []


def test_several_files_of_one_director() -> None:
    texts = {"a": virtual(), "b": virtual(at="192.0.2.81:81")}
    found = imported(ldirectord, texts["a"])
    both = of(ldirectord, texts, ldirectord.Source("a"), ldirectord.Source("b"))
    assert list(both.directors) == ["lvs1"]
    assert both.services[:1] == found.services
    assert [each["name"] for each in both.services] == ["192.0.2.80-81", "192.0.2.81-81"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  checktimeout=3\n" + virtual(), "file:1: expected at the beginning of its line: it belongs to no virtual"),
        (virtual() + "\n    scheduler=rr\n", "file:4: expected no empty line between a virtual service and what"),
        (virtual() + "  scheduler=rr\n", "file:3: expected at least 4 blanks, or a tab, before what is in a virtual"),
        (virtual() + "    scheduler rr\n", "file:3: expected NAME = VALUE"),
        (virtual('request="/#x"'), "file:3: a # in quotes, which begins a comment for ldirectord"),
    ],
)
def test_what_ldirectord_would_complain_of(text: str, told: str) -> None:
    found = imported(ldirectord, text)
    assert [f"{place}: {each}".startswith(told) for place, each in found.mistakes] == [True]
    assert len(found.services) == 1


def test_comments_are_none_of_the_values() -> None:
    found = imported(ldirectord, "quiescent=yes # да\n" + virtual("# no", "persistent=60 # 秒", "checktype=on#off"))
    service = found.services[0]
    assert service["persistence_timeout"] == 60
    assert service["inhibit_on_failure"] is True


def test_words_that_ldirectord_does_not_know() -> None:
    found = imported(ldirectord, "colour=red\nreal=192.0.2.1:80 gate\n" + virtual("taste=sweet", "realm=x"))
    for word in ("colour", "real=192.0.2.1", "taste", "realm"):
        assert fate(found, word) == "not taken: ldirectord knows no such word here"


def test_no_secret_is_seen() -> None:
    lines = ["service=mysql", 'login="reader"', 'passwd="s3cret"', 'secret="s3cret"', 'database="shop"']
    found = imported(
        ldirectord,
        virtual(*lines, 'request="SELECT 1"')
        + virtual("service=http", 'request="/x?token=s3cret"', at="192.0.2.81:80")
        + virtual("service=http", 'real=192.0.2.22 gate 1 "/x?key=s3cret", "OK"', at="192.0.2.82:80")
        + virtual("checktype=external", 'checkcommand="/bin/ask --password s3cret"', at="192.0.2.83:80"),
    )
    assert "s3cret" not in shown(found)
    assert fate(found, "passwd") == "not taken: keepalived's checks do not log in"
    assert errors(found) == []


def test_text_that_is_no_utf_8() -> None:
    text = virtual("servicename=Käse").encode("latin-1").decode("utf-8", "surrogateescape")
    found = imported(ldirectord, text)
    assert found.services[0]["name"] == "K-se"
    shown(found).encode()


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (FILE, True),
        ("virtual = 192.0.2.80:80\n", True),
        ("virtual6=[2001:db8::80]:80\n", True),
        ('[HTTP]\nhost=192.0.2.80\nvirtual=1\nreal=["192.0.2.21:80 gate"]\n', False),
        ("virtual web {\n}\n", False),
        ("", False),
    ],
)
def test_what_is_recognised(text: str, known: bool) -> None:
    assert ldirectord.recognised(dedent(text)) is known
