# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of ipvsadm, saved and in shell scripts, as a definition."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats import ipvsadm
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.account import IMPORTED, LEFT

from .reading import errors, fate, imported, notes, of, shown

RULES = """\
-A -t 192.0.2.80:http -s rr
-a -t 192.0.2.80:http -r 192.0.2.21:8080 -m -w 1
-a -t 192.0.2.80:http -r 192.0.2.22:http -m -w 3
-A -u 192.0.2.80:domain -s wlc -o
-a -u 192.0.2.80:domain -r 192.0.2.21:domain -g -w 1 -x 100 -y 50
-A -t [2001:db8::80]:443 -s sh -b sh-fallback,sh-port
-a -t [2001:db8::80]:443 -r [2001:db8::21]:443 -g -w 1
-A -f 1 -s wlc -p 300 -M 255.255.255.0
-a -f 1 -r 192.0.2.21:0 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
-A -f 1 -6 -s wlc
-a -f 1 -6 -r [2001:db8::21]:0 -g -w 1
"""
SCRIPT = """\
#!/bin/bash
# LVS
VIP=192.0.2.80
export RIP1="192.0.2.21"; RIP2=192.0.2.22
IPVSADM=/sbin/ipvsadm
UNUSED=x
. /etc/rc.d/init.d/functions
case "$1" in
start)
    /sbin/ifconfig eth0:0 $VIP broadcast $VIP netmask 255.255.255.255 up
    echo 1 > /proc/sys/net/ipv4/ip_forward
    $IPVSADM -C
    $IPVSADM -At ${VIP}:80 -s wrr -p 120 >/dev/null 2>&1
    ipvsadm -a -t $VIP:80 \\
        -r $RIP1:80 -g -w 3 && ipvsadm -a -t $VIP:80 -r $RIP2 || exit 1
    for rip in 192.0.2.31 192.0.2.32; do
        ipvsadm -a -t $VIP:80 -r $rip:80 -g
    done
    ipvsadm --set 900 0 300
    ipvsadm --start-daemon master --mcast-interface=eth1 --syncid 7
    ipvsadm
    ;;
stop) ipvsadm -D -t $VIP:80 ;;
esac
"""
REAL = "-a -t 192.0.2.80:80 -r 192.0.2.21:80"


def test_saved_rules() -> None:
    found = imported(ipvsadm, RULES)
    assert found.cluster == {"engine": "static", "take_over_from": ["ipvsadm"], "nat_return": "none"}
    assert found.services == [
        {
            "name": "192.0.2.80-80",
            "address": "192.0.2.80",
            "port": 80,
            "scheduler": "rr",
            "forward": "nat",
            "real_servers": [{"address": "192.0.2.21", "port": 8080}, {"address": "192.0.2.22", "weight": 3}],
        },
        {
            "name": "192.0.2.80-53-udp",
            "address": "192.0.2.80",
            "port": 53,
            "protocol": "udp",
            "one_packet": True,
            "real_servers": [{"address": "192.0.2.21", "upper_threshold": 100, "lower_threshold": 50}],
        },
        {
            "name": "2001-db8-80-443",
            "address": "2001:db8::80",
            "port": 443,
            "scheduler": "sh",
            "scheduler_flags": ["fallback", "port"],
            "real_servers": [{"address": "2001:db8::21"}],
        },
        {
            "name": "fwmark-1",
            "fwmark": 1,
            "forward": "tun",
            "persistence_timeout": 300,
            "persistence_netmask": "255.255.255.0",
            "real_servers": [
                {"address": "192.0.2.21", "tunnel_type": "gue", "tunnel_port": 6080, "tunnel_checksum": "csum"}
            ],
        },
        {"name": "fwmark-1-ipv6", "fwmark": 1, "family": "ipv6", "real_servers": [{"address": "2001:db8::21"}]},
    ]
    assert errors(found) == []
    assert found.book.counts() == {IMPORTED: 11, "kept word for word": 0, LEFT: 0}
    assert any(each.startswith("lvs_cluster.engine: rules say neither who checks") for each in notes(found))


def test_saved_with_and_without_numbers_is_the_same() -> None:
    numeric = RULES.replace(":http", ":80").replace(":domain", ":53")
    assert imported(ipvsadm, numeric).services == imported(ipvsadm, RULES).services


def test_a_shell_script() -> None:
    found = imported(ipvsadm, SCRIPT)
    assert found.services == [
        {
            "name": "192.0.2.80-80",
            "address": "192.0.2.80",
            "port": 80,
            "scheduler": "wrr",
            "persistence_timeout": 120,
            "real_servers": [{"address": "192.0.2.21", "weight": 3}, {"address": "192.0.2.22"}],
        }
    ]
    assert found.cluster == {
        "engine": "static",
        "timeouts": {"tcp": 900, "udp": 300},
        "sync_daemon": {"interface": "eth1", "id": 7},
        "take_over_from": ["ipvsadm"],
    }
    assert errors(found) == []
    assert found.book.counts() == {IMPORTED: 9, "kept word for word": 0, LEFT: 16}
    assert fate(found, "VIP=") == "imported: in the commands that use it"
    assert fate(found, "UNUSED=") == "not taken: nothing that is imported uses it"
    assert fate(found, "ipvsadm -a -t $VIP:80 -r $rip") == (
        "not taken: only a running shell knows what $rip:80 is: import what ipvsadm -S -n saves"
    )
    assert fate(found, "$IPVSADM -C") == "not taken: removes something: the definition says what there is"
    assert fate(found, "/sbin/ifconfig") == "not taken: the playbooks give the directors their VIPs"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("", {}),
        ("-s wlc", {}),
        ("--scheduler rr", {"scheduler": "rr"}),
        ("--scheduler=rr", {"scheduler": "rr"}),
        ("-srr", {"scheduler": "rr"}),
        ("-p", {"persistence_timeout": 360}),
        ("-p -s rr", {"persistence_timeout": 360, "scheduler": "rr"}),
        ("-p 60 -M 255.255.255.255", {"persistence_timeout": 60}),
        ("--persistent 60 --netmask 255.255.0.0", {"persistence_timeout": 60, "persistence_netmask": "255.255.0.0"}),
        ("-s mh -b flag-1", {"scheduler": "mh", "scheduler_flags": ["fallback"]}),
    ],
)
def test_options_of_a_service(options: str, said: dict[str, Any]) -> None:
    for command in ("-A -t", "--add-service --tcp-service", "-At"):
        found = imported(ipvsadm, f"{command} 192.0.2.80:80 {options}\n{REAL}\n")
        service = {**found.services[0]}
        for key in ("name", "address", "port", "real_servers"):
            del service[key]
        assert service == said
        assert errors(found) == []


@pytest.mark.parametrize(
    ("options", "server"),
    [
        ("", {}),
        ("-g -w 5", {"weight": 5}),
        ("-w5", {"weight": 5}),
        ("--weight=0", {"weight": 0}),
        ("-i --tun-type ipip --tun-nocsum", {}),
        ("-i --tun-type gre --tun-csum", {"tunnel_type": "gre", "tunnel_checksum": "csum"}),
        ("--u-threshold 9 --l-threshold 5", {"upper_threshold": 9, "lower_threshold": 5}),
    ],
)
def test_options_of_a_real_server(options: str, server: dict[str, Any]) -> None:
    found = imported(ipvsadm, f"-A -t 192.0.2.80:80\n{REAL} {options}\n")
    assert found.services[0]["real_servers"] == [{"address": "192.0.2.21", **server}]
    assert errors(found) == []


def test_sctp_and_all_ports() -> None:
    rules = "-A --sctp-service 192.0.2.80:9\n-a --sctp-service 192.0.2.80:9 -r 192.0.2.21\n"
    rules += "-A -t 192.0.2.81 -p 60\n-a -t 192.0.2.81 -r 192.0.2.21 -m\n"
    found = imported(ipvsadm, rules)
    assert [(each["name"], each["port"], each.get("protocol")) for each in found.services] == [
        ("192.0.2.80-9-sctp", 9, "sctp"),
        ("192.0.2.81-all", 0, None),
    ]
    assert errors(found) == []


def test_later_commands_change_what_is_there() -> None:
    rules = f"-A -t 192.0.2.80:80 -s rr -p 60\n{REAL} -w 1\n-E -t 192.0.2.80:80 -s wrr\n-e{REAL[2:]} -w 7\n"
    found = imported(ipvsadm, rules)
    assert found.services[0]["scheduler"] == "wrr"
    assert "persistence_timeout" not in found.services[0]
    assert found.services[0]["real_servers"] == [{"address": "192.0.2.21", "weight": 7}]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("-A -t 192.0.2.80:80", "a service before is for the same packets"),
        ("-A -t www.example.com:http -s rr", "www.example.com is no address: names are not looked up here"),
        ("-A -t 192.0.2.81:nonsense", "nonsense is no port, and no service whose port is known here"),
        ("-A -t 192.0.2.81:81", "has no real server that can be taken"),
        ("-A -s rr", "names no service: -t, -u, --sctp-service or -f"),
        ("-A -t 192.0.2.81", "port 0 is all ports, which the kernel takes with persistence alone"),
        ("-A -f web", "web is no firewall mark"),
        ("-A -t", "the option t has no value"),
        ("-t 192.0.2.80:80", "has no command such as -A or -a"),
        ("-A -a -t 192.0.2.80:80", "has more than one command such as -A or -a"),
        ("-a -t 192.0.2.81:80 -r 192.0.2.21", "no line before has added its service, or that is not taken"),
        ("-a -t 192.0.2.80:80", "nothing is no address"),
        ("-a -t 192.0.2.80:80 -r 192.0.2.21:80", "192.0.2.21 is a real server of this service already"),
        ("-a -t 192.0.2.80:80 -r [2001:db8::21]:80 -g", "is of another family than the service"),
        ("-E -t 192.0.2.81:80 -s rr", "changes a service that no line before has added"),
        ("-e -t 192.0.2.80:80 -r 192.0.2.99", "changes a real server that no line before has added"),
        ("-d -t 192.0.2.80:80 -r 192.0.2.21", "removes something: the definition says what there is"),
        ("-C", "removes something: the definition says what there is"),
        ("-Ln", "shows something, and changes nothing that a definition says"),
        ("-R", "reads rules from elsewhere: import those"),
        ("--stop-daemon master", "stops something: the definition says what there is"),
        ("--set 900", "expected --set TCP TCPFIN UDP, three numbers of seconds"),
    ],
)
def test_a_command_that_is_not_taken(line: str, reason: str) -> None:
    found = imported(ipvsadm, f"-A -t 192.0.2.80:80\n{REAL}\n{line}\n")
    (left,) = found.book.told(LEFT)
    assert left.statement.line == 3
    assert left.told.startswith(reason)
    assert len(found.services) == 1
    assert errors(found) == []


def test_what_the_definition_does_not_take_of_a_command() -> None:
    rules = f"-A -t 192.0.2.80:80 -s fastest -M 255.255.255.0 -b rr-fallback\n{REAL} -w many\n"
    found = imported(ipvsadm, rules)
    assert len(found.services) == 1
    told = notes(found)
    wrong = imported(ipvsadm, f"-A -t 192.0.2.80:80 -p 60 -M 24\n{REAL}\n")
    assert "file:1: 24 is no netmask of ipv4" in notes(wrong)
    assert any("file:1: this is not taken of it: scheduler: 'fastest' is not a scheduler" in each for each in told)
    assert "file:1: -M does nothing without -p" in told
    assert "file:1: not all flags after -b do something with this scheduler" in told
    assert any("file:2: this is not taken of it: weight: 'many'" in each for each in told)


def test_two_directors_hold_no_vip_at_the_same_time() -> None:
    found = imported(ipvsadm, "", lvs1=RULES, lvs2=RULES)
    assert found.cluster == {"checks_by": "none", "take_over_from": ["ipvsadm"], "nat_return": "none"}
    assert list(found.directors) == ["lvs1", "lvs2"]
    assert len(found.services) == 5
    assert any("since two directors must not have them at the same time" in each for each in notes(found))
    assert errors(found) == []


def test_several_files_of_one_director() -> None:
    texts = {"a": f"-A -t 192.0.2.80:80\n{REAL}\n", "b": "-A -f 5\n-a -f 5 -r 192.0.2.21\n"}
    found = of(ipvsadm, texts, *map(ipvsadm.Source, texts))
    assert [each["name"] for each in found.services] == ["192.0.2.80-80", "fwmark-5"]
    assert list(found.directors) == ["lvs1"]


@pytest.mark.parametrize(
    "line",
    [
        "sudo ipvsadm -A -t 192.0.2.80:80",
        "if true; then /usr/sbin/ipvsadm -A -t 192.0.2.80:80; fi",
        'start) ipvsadm -A -t "192.0.2.80:80" ;;',
        "{ ipvsadm -A -t 192.0.2.80:80 2>/dev/null; }",
        "A=192.0.2; B=$A.80; ipvsadm -A -t ${B}:80 # the service",
        "ipvsadm -A -t '192.0.2.80:80' || echo failed",
    ],
)
def test_plain_lines_of_scripts(line: str) -> None:
    found = imported(ipvsadm, f"{line}\nipvsadm {REAL}\n")
    assert [each["name"] for each in found.services] == ["192.0.2.80-80"]


@pytest.mark.parametrize("line", ["VIP=$(hostname -i)", "VIP=`hostname -i`", "VIP=$1", "read VIP"])
def test_what_only_a_running_shell_knows(line: str) -> None:
    found = imported(ipvsadm, f"{line}\nipvsadm -A -t $VIP:80\nipvsadm -A -f 1\nipvsadm -a -f 1 -r 192.0.2.21\n")
    assert fate(found, "ipvsadm -A -t").startswith("not taken: only a running shell knows what $VIP:80 is")
    assert [each["name"] for each in found.services] == ["fwmark-1"]


def test_a_quote_that_is_not_closed() -> None:
    found = imported(ipvsadm, f'echo "two\nlines"\n-A -t 192.0.2.80:80\n{REAL}\n')
    assert len(found.services) == 1


def test_no_secret_is_seen() -> None:
    found = imported(ipvsadm, f"PASSWORD=s3cret\ntell --token s3cret\n-A -t 192.0.2.80:80\n{REAL}\n")
    assert "s3cret" not in shown(found)


def test_text_that_is_no_utf_8() -> None:
    text = f"# Zürich\necho Zürich\n-A -t 192.0.2.80:80\n{REAL}\n".encode("latin-1")
    found = imported(ipvsadm, text.decode("utf-8", "surrogateescape"))
    assert len(found.services) == 1
    shown(found).encode()


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (RULES, True),
        (SCRIPT, True),
        ("# empty\n-A -f 1\n", True),
        ("ipvsadm --add-service --tcp-service 192.0.2.80:80\n", True),
        ("iptables -A INPUT -p tcp -j ACCEPT\n", False),
        ("tar -a -f file\n", False),
        ("# ipvsadm -A -t 192.0.2.80:80\n", False),
        ("TCP  192.0.2.80:80 wlc\n", False),
        ("", False),
    ],
)
def test_what_is_recognised(text: str, known: bool) -> None:
    assert ipvsadm.recognised(text) is known
