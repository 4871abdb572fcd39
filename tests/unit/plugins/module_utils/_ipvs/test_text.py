# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change, InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    normal_service,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

SHOP = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)


@given(strategies.tables())
def test_what_is_written_reads_as_the_same_table(table: Table) -> None:
    assert text.parse_rules("\n".join(text.table_lines(table)), "ipvs.rules") == (table, {})


def test_lines_are_those_of_ipvsadm() -> None:
    # Taken from `ipvsadm -S -n` 1.31, but for -x and -y, which it leaves out.
    lines = [
        "-A -t 192.0.2.198:80 -s sh -p 300 -M 255.255.255.0 -b sh-fallback,sh-port",
        "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 1 -x 100 -y 50",
        "-a -t 192.0.2.198:80 -r 192.0.2.22:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum",
        "-A -f 7 -6 -s mh",
    ]
    content = "# a comment\n\nipvsadm " + "\n".join(lines)
    assert list(text.table_lines(text.parse_rules(content, "ipvs.rules")[0])) == lines


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("-D -t 192.0.2.198:80", "adds neither a service"),
        ("-A -s rr", "no service"),
        ("ipvsadm -A", "no service"),
        ("\ufffd", "adds neither a service"),
        ("-A -t 192.0.2.198", "192.0.2.198"),
        ("-A -t 192.0.2.198:http -s rr", "http"),
        ("-A -t 192.0.2.198:80 -s rr --strange 1", "--strange is not understood"),
        ("-A -t 192.0.2.198:80 -s", "-s without a value"),
        ("-A -t 192.0.2.198:80 -s 'in quotes'", "quotes' without a value"),
        ("-A -f 0 -s rr", "0 is no mark of packets"),
        ("-A -f -1294967296 -s rr", "-1294967296 is no mark of packets"),
        ("-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g", "which no line before has added"),
        ("-A -t 192.0.2.198:80 -s sh -b strange", "strange"),
    ],
)
def test_a_line_that_is_not_understood_is_named(line: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        text.parse_rules(f"\n{line}\n", "/etc/lvs/ipvs.rules")
    assert str(caught.value).startswith("/etc/lvs/ipvs.rules:2: ")
    assert words in str(caught.value)


def test_commands_do_what_the_change_does() -> None:
    service = normal_service(SHOP, Service("wlc"))
    web1 = Destination("192.0.2.21", 80, "nat", 3)
    changes = [
        Change(ADD, "service", SHOP, None, service),
        Change(CHANGE, "service", SHOP, service, service._replace(scheduler="rr")),
        Change(ADD, "destination", (SHOP, web1.key), None, web1),
        Change(CHANGE, "destination", (SHOP, web1.key), web1, web1._replace(weight=0)),
        Change(REMOVE, "destination", (SHOP, web1.key), web1, None),
        Change(REMOVE, "service", SHOP, VirtualService(service, ()), None),
    ]
    assert [text.command(change) for change in changes] == [
        "ipvsadm -A -t 192.0.2.198:80 -s wlc",
        "ipvsadm -E -t 192.0.2.198:80 -s rr",
        "ipvsadm -a -t 192.0.2.198:80 -r 192.0.2.21:80 -m -w 3",
        "ipvsadm -e -t 192.0.2.198:80 -r 192.0.2.21:80 -m -w 0",
        "ipvsadm -d -t 192.0.2.198:80 -r 192.0.2.21:80",
        "ipvsadm -D -t 192.0.2.198:80",
    ]


def test_a_line_of_the_tools_name_alone_adds_nothing() -> None:
    assert text.parse_rules("ipvsadm\n", "ipvs.rules") == ({}, {})
