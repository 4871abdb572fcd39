# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a client asks for, what stands in for it, and that both understand each other."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.services import (
    ANY_PORT,
    asked,
    not_asked,
    stand_ins,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, service

STAND_IN = Path(__file__).resolve().parents[5] / "plugins/plugin_utils/_lab/programs/stand_in.py"
VRRP = {"engine": "keepalived", "vrrp": {"virtual_router_id": 51}}


def names(*services: object, **inventory: Any) -> list[str]:
    return [one.name for one in asked(parse(*services, **inventory))]


def test_each_address_of_a_service_is_asked_by_its_protocol() -> None:
    both = service(address=["192.0.2.198", "192.0.2.199"])
    names_of_udp = service(name="names", protocol="udp", port=53)
    assert names(both, names_of_udp) == [
        "shop tcp 192.0.2.198:80",
        "shop tcp 192.0.2.199:80",
        "names udp 192.0.2.198:53",
    ]
    six = service(address="2001:db8::198", real_servers="six")
    assert names(six, hosts={"lvs1": {"lvs_address": "2001:db8::2"}}) == ["shop tcp [2001:db8::198]:80"]


def test_marked_packets_are_asked_for_where_the_definition_names_them() -> None:
    assert names(by_mark(address="192.0.2.198", port=[80, 443], protocol="tcp")) == ["marked tcp 192.0.2.198:80"]
    cluster = parse(by_mark())
    assert [*asked(cluster)] == []
    (note,) = not_asked(cluster)
    assert note.endswith("the definition does not say what its packets are")


def test_what_nobody_can_ask_for_is_named() -> None:
    every = service(name="all", port=0, persistence_timeout=60, address="192.0.2.199")
    cluster = parse(service(port=22), service(name="phone", protocol="sctp", port=5060), every)
    assert [one.port for one in asked(cluster)] == [ANY_PORT]
    assert [*not_asked(cluster)] == [
        "shop is set up, but no client asks for it: on port 22, the machine's own SSH server answers",
        "phone is set up, but no client asks for it: the client asks by TCP and UDP alone",
    ]


def test_a_stand_in_listens_where_packets_and_checks_arrive() -> None:
    checks = [{"type": "http", "status": [301, "404-410"]}, {"type": "tcp", "port": 81}]
    cluster = parse(
        service(checks=checks),
        service(name="names", protocol="udp", port=53),
        service(name="app", port=8080, forward="nat", real_servers=[{"host": "web1", "port": 9000}]),
        cluster={**VRRP, "vips": [{"address": "192.0.2.1", "gateway": True}]},
    )
    assert stand_ins([cluster], "web1") == {"tcp": {"80": 301, "81": 200, "9000": 200}, "udp": [53]}
    assert stand_ins([cluster], "lvs1") == {"tcp": {}, "udp": []}


def test_a_director_stands_in_for_a_service_for_which_it_says_sorry_itself() -> None:
    cluster = parse(service(sorry_server={"address": "127.0.0.1"}), cluster=VRRP)
    assert stand_ins([cluster], "lvs1")["tcp"] == {"80": 200}


def free_port(kind: int) -> int:
    with closing(socket.socket(socket.AF_INET, kind)) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[tuple[int, int]]:
    ports = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
    configuration = tmp_path / "stand_in.json"
    configuration.write_text(json.dumps({"tcp": {str(ports[0]): 404}, "udp": [ports[1]]}))
    with subprocess.Popen([sys.executable, str(STAND_IN), str(configuration)]) as process:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with closing(socket.socket()) as one:
                if one.connect_ex(("127.0.0.1", ports[0])) == 0:
                    break
            time.sleep(0.05)
        yield ports
        process.kill()


def test_a_stand_in_answers_and_ends_a_connection_in_good_order(stand_in: tuple[int, int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stand_in[0], timeout=10)
    ended = 0
    for _request in range(30):
        connection.request("GET", "/anything")
        answer = connection.getresponse()
        assert (answer.status, answer.read().decode().strip()) == (404, socket.gethostname())
        ended += answer.headers.get("Connection") == "close"
    assert ended == 1
    connection.close()
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as client:
        client.settimeout(10)
        client.connect(("127.0.0.1", stand_in[1]))
        client.send(b"who are you?")
        assert client.recv(100).decode() == socket.gethostname()
