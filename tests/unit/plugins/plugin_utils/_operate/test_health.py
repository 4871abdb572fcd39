# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.director_state import About, DirectorState, by_key
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.health import status, unserved
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.status_text import answer, lines_of

VIP = "192.0.2.198"
NAMES = {
    "services": {f"tcp {VIP}:80": "shop"},
    "real_servers": {"192.0.2.21": "web1", "192.0.2.22": "web2"},
    "sorry_servers": {f"tcp {VIP}:80": [{"address": "192.0.2.29", "port": 80}]},
    "quorums": {f"tcp {VIP}:80": 3},
}


def service(**weights: int | None) -> dict[str, Any]:
    """The shop with the weights of web1 and web2; None is not in the table."""
    addresses = {"web1": "192.0.2.21", "web2": "192.0.2.22", "web3": "192.0.2.23", "sorry": "192.0.2.29"}
    servers = [
        {"address": addresses[name], "port": 80, "weight": weight}
        for name, weight in weights.items()
        if weight is not None
    ]
    return {"address": VIP, "port": 80, "protocol": "tcp", "destinations": servers}


def report(table: dict[str, Any], held: bool = True, **more: Any) -> DirectorState:
    return DirectorState(by_key([table]), {}, frozenset([VIP] if held else []), **more)


WANTED = service(web1=1, web2=2)


@pytest.mark.parametrize(
    ("reports", "word", "reasons"),
    [
        ({"lvs1": report(WANTED), "lvs2": report(WANTED, held=False)}, "healthy", []),
        (
            {"lvs1": report(service(web1=0, web2=2), drained=frozenset(["192.0.2.21"]))},
            "healthy",
            [],
        ),
        ({"lvs1": report(WANTED), "lvs2": None}, "degraded", ["lvs2 does not answer"]),
        (
            {"lvs1": report(WANTED), "lvs2": report(WANTED)},
            "degraded",
            [f"the VIP {VIP} is on lvs1 and lvs2 at the same time"],
        ),
        (
            {"lvs1": report(service(web1=None, web2=2))},
            "degraded",
            [f"web1 192.0.2.21:80 of tcp {VIP}:80 is not in the table: its health check has failed"],
        ),
        (
            {"lvs1": report(service(web1=0, web2=2))},
            "degraded",
            [f"web1 192.0.2.21:80 of tcp {VIP}:80 has weight 0 without a drain: its health check has failed"],
        ),
        (
            {"lvs1": report(service(web1=5, web2=2))},
            "degraded",
            [f"web1 192.0.2.21:80 of tcp {VIP}:80 has weight 5, but 1 is defined"],
        ),
        (
            {"lvs1": report(service(sorry=1))},
            "down",
            [
                f"lvs1 has no real server that takes new connections for tcp {VIP}:80; the sorry server answers",
                f"web1 192.0.2.21:80 of tcp {VIP}:80 is not in the table: its health check has failed",
                f"web2 192.0.2.22:80 of tcp {VIP}:80 is not in the table: its health check has failed",
            ],
        ),
        (
            {"lvs1": report(service(web1=1, web2=2, web3=1))},
            "degraded",
            [f"192.0.2.23:80 of tcp {VIP}:80 is not in the definition"],
        ),
        (
            {"lvs1": report(WANTED), "lvs2": report(service(web1=1, web2=0), False)},
            "degraded",
            [f"192.0.2.22:80 of tcp {VIP}:80 has weight 2 on lvs1 and 0 on lvs2"],
        ),
        (
            {"lvs1": report(WANTED, held=False, in_standby=True), "lvs2": report(WANTED)},
            "degraded",
            ["lvs1 is in standby; the playbook lvs.cluster.failover with state=active brings it back"],
        ),
        ({"lvs1": report(WANTED, held=False)}, "down", [f"no director has the VIP {VIP}"]),
        (
            {"lvs1": report(service(web1=0, web2=0), drained=frozenset(["192.0.2.21", f"192.0.2.22:80@tcp:{VIP}:80"]))},
            "down",
            [f"lvs1 has no real server that takes new connections for tcp {VIP}:80"],
        ),
        (  # drained in another service at the same port
            {"lvs1": report(service(web1=0, web2=2), drained=frozenset([f"192.0.2.21:80@tcp:{VIP}:8080"]))},
            "degraded",
            [f"web1 192.0.2.21:80 of tcp {VIP}:80 has weight 0 without a drain: its health check has failed"],
        ),
        ({"lvs1": None}, "down", [f"no director has the VIP {VIP}", "lvs1 does not answer"]),
    ],
)
def test_one_word_of_health_and_its_reasons(
    reports: dict[str, DirectorState | None], word: str, reasons: list[str]
) -> None:
    found = status([WANTED], [VIP], NAMES, reports)
    assert (found.word, found.reasons) == (word, reasons)
    lines = [line.text for line in lines_of(found)]
    assert lines[-1 - len(reasons) :] == [f"The cluster is {word}", *(f"- {reason}" for reason in reasons)]


def test_one_that_the_floor_keeps_fails_and_serves() -> None:
    floor = {f"tcp {VIP}:80": {"name": "shop_ipv4_tcp", "least": 1}}
    moved = {
        "service": "[checks:shop_ipv4_tcp]:tcp:80",
        "address": "192.0.2.22",
        "port": 80,
        "up": False,
        "since": 100.0,
        "why": "refused",
    }
    director = report(
        service(web1=None, web2=2),
        kept=frozenset(["192.0.2.22:80@shop_ipv4_tcp", "192.0.2.29:80@other_ipv4_tcp"]),
        about=About(journal={"real_servers": [moved]}, time=130.0),
    )
    found = status([WANTED], [VIP], {**NAMES, "floors": floor}, {"lvs1": director})
    assert [(server.state, server.weight, server.seconds, server.why) for server in found.real_servers] == [
        ("failed", None, None, ""),
        ("kept", 2, 30.0, "refused"),
    ]
    assert (found.word, found.reasons[1]) == (
        "degraded",
        f"web2 192.0.2.22:80 of tcp {VIP}:80 fails its health check, and the depool_floor of 1 keeps it in the table",
    )


def test_an_ipv6_address_stands_apart_from_its_port() -> None:
    def shop(weight: int) -> dict[str, Any]:
        servers = [{"address": "2001:db8::21", "port": 80, "weight": weight}]
        return {"address": "2001:db8::198", "port": 80, "protocol": "tcp", "destinations": servers}

    other = report(shop(2), held=False)
    (reason,) = status([shop(1)], [VIP], NAMES, {"lvs1": report(shop(1)), "lvs2": other}).reasons
    assert reason == "[2001:db8::21]:80 of tcp [2001:db8::198]:80 has weight 1 on lvs1 and 2 on lvs2"


def test_a_table_for_a_person() -> None:
    counted = {
        **service(),
        "destinations": [
            {
                "address": "192.0.2.21",
                "port": 80,
                "active_connections": 3,
                "inactive_connections": 12,
                "rates": {"connections": 4},
                "counters": {"incoming_packets": 50, "outgoing_packets": 0},  # by DR no answer comes back
            }
        ],
    }
    drained = frozenset(["192.0.2.22"])
    table = DirectorState(by_key([service(web1=1, web2=0)]), by_key([counted]), frozenset([VIP]), drained)
    lines = [line.text for line in lines_of(status([WANTED], [VIP], NAMES, {"lvs1": table}))]
    assert lines == [
        "SERVICE                  REAL SERVER         WEIGHT  DEFINED  STATE    ACTIVE  INACTIVE  NEW/S  SINCE",
        "shop tcp 192.0.2.198:80  web1 192.0.2.21:80       1        1  serving       3        12      4  -",
        "                         web2 192.0.2.22:80       0        2  drained       -         -      -  -",
        "",
        "VIP 192.0.2.198: lvs1",
        "",
        "DIRECTOR  STATE   VIPS  KEEPALIVED  KERNEL  SYNC",
        "lvs1      active     1  -           -       -",
        "",
        f"Beware: web1 192.0.2.21:80 is the last real server that serves tcp {VIP}:80",
        "",
        "The cluster is healthy",
    ]


@pytest.mark.parametrize(
    ("weights", "notes"),
    [
        ({"web1": 1, "web2": 2, "web3": 2}, []),
        (
            {"web2": 2, "web3": 2},
            ["one more real server fails or is drained: the weights add up to 4, and the quorum is lost below 3"],
        ),
        ({"web1": 0, "web3": 2}, ["192.0.2.23:80 is the last real server that serves tcp"]),
        ({"web1": 1, "web3": 1}, []),  # lost already
        ({"sorry": 1}, []),
    ],
)
def test_what_the_next_loss_would_do_is_told(weights: dict[str, int], notes: list[str]) -> None:
    wanted = service(web1=1, web2=2, web3=2)
    found = status([wanted], [VIP], NAMES, {"lvs1": report(service(**weights))}).notes
    assert len(found) == len(notes)
    assert all(re.search(pattern, note) for pattern, note in zip(notes, found, strict=True))


def test_services_without_anything_to_take_a_new_connection() -> None:
    marked = {"fwmark": 7, "family": "ipv6", "destinations": [{"weight": 0}]}
    assert unserved([WANTED, marked], [WANTED, marked, {**WANTED, "port": 81}]) == [
        "fwmark 7 ipv6",
        f"tcp {VIP}:81",
    ]


def test_each_director_may_be_the_sorry_server_itself() -> None:
    """Both have taken the failed real servers out of their tables, and serve themselves."""
    own = {"lvs1": "192.0.2.2", "lvs2": "192.0.2.3"}
    names = {
        **NAMES,
        "sorry_servers": {f"tcp {VIP}:80": [{"address": address, "port": 80} for address in own.values()]},
    }
    tables = {
        director: {**service(), "destinations": [{"address": address, "port": 80, "weight": 1}]}
        for director, address in own.items()
    }
    reports = {director: report(table, held=director == "lvs1") for director, table in tables.items()}
    told = status([WANTED], [VIP], {**names, "real_servers": {**NAMES["real_servers"], "192.0.2.2": "lvs1"}}, reports)
    assert told.reasons[0] == (
        f"lvs1 has no real server that takes new connections for tcp {VIP}:80; the sorry server answers"
    )
    assert not [reason for reason in told.reasons if "192.0.2.2:" in reason or "192.0.2.3:" in reason]
    (own_server,) = [server for server in told.real_servers if server.name == "lvs1 192.0.2.2:80"]
    assert own_server.state == "sorry"


def nat_status(protocol: str = "tcp", **packets: tuple[int, int, int, int]) -> tuple[str, list[str]]:
    """What is told of a service by NAT. packets: to each real server, of its answers, and both per second."""
    weights = service(**dict.fromkeys(packets, 1))["destinations"]
    wanted = {
        **service(),
        "protocol": protocol,
        "destinations": [{**server, "forward": "nat"} for server in weights],
    }
    names = ("incoming_packets", "outgoing_packets")
    counted = {
        **wanted,
        "destinations": [
            {
                **server,
                "counters": dict(zip(names, numbers[:2], strict=True)),
                "rates": {"connections": 0, **dict(zip(names, numbers[2:], strict=True))},
            }
            for server, numbers in zip(weights, packets.values(), strict=True)
        ],
    }
    table = DirectorState(by_key([wanted]), by_key([counted]), frozenset([VIP]), frozenset())
    found = status([wanted], [VIP], NAMES, {"lvs1": table})
    return found.word, found.reasons


@pytest.mark.parametrize(
    ("packets", "word", "servers"),
    [
        ({"web1": (9, 0, 0, 0), "web2": (3, 0, 0, 0)}, "down", "web1 192.0.2.21:80, web2 192.0.2.22:80"),
        ({"web1": (9, 9, 0, 0), "web2": (9, 0, 0, 0)}, "degraded", "web2 192.0.2.22:80"),
        ({"web1": (9, 9, 1, 1), "web2": (9, 9, 1, 0)}, "degraded", "web2 192.0.2.22:80"),  # it has answered before
        ({"web1": (9, 9, 0, 0), "web2": (1, 0, 0, 0)}, "healthy", ""),  # a connection that is being opened
    ],
)
def test_real_servers_by_nat_whose_answers_do_not_come_back(
    packets: dict[str, tuple[int, int, int, int]], word: str, servers: str
) -> None:
    """As where Docker has the packet filter drop whatever the host forwards."""
    told, reasons = nat_status(**packets)
    assert told == word
    assert [reason.partition(" and sees no answer")[0] for reason in reasons] == (
        [f"lvs1 sends connections of tcp {VIP}:80 to {servers}"] if servers else []
    )


def test_by_udp_a_real_server_may_never_answer() -> None:
    assert nat_status("udp", web1=(9, 0, 1, 0), web2=(9, 0, 1, 0)) == ("healthy", [])


def test_a_vip_that_does_not_move_is_on_every_director() -> None:
    everywhere = {"lvs1": report(WANTED), "lvs2": report(WANTED)}
    assert status([WANTED], [VIP], NAMES, everywhere, moving=False).word == "healthy"
    somewhere = status([WANTED], [VIP], NAMES, {**everywhere, "lvs2": report(WANTED, held=False)}, moving=False)
    assert (somewhere.word, somewhere.reasons) == ("degraded", [f"lvs2 should have the VIP {VIP} too"])


@pytest.mark.parametrize(
    ("weight", "reason"),
    [
        (None, "is not in the table: somebody has taken it out, and lvs.cluster.site puts it back"),
        (0, "has weight 0, but 1 is defined"),
    ],
)
def test_where_nobody_checks_no_check_has_failed(weight: int | None, reason: str) -> None:
    found = status([WANTED], [VIP], NAMES, {"lvs1": report(service(web1=weight, web2=2))}, checked=False)
    assert found.reasons == [f"web1 192.0.2.21:80 of tcp {VIP}:80 {reason}"]


FAILED = {
    "service": f"[{VIP}]:tcp:80",
    "address": "192.0.2.22",
    "port": 80,
    "up": False,
    "since": 1000.0,
    "why": "HTTP_CHECK on service [192.0.2.22]:tcp:80 failed after 1 retries.",
}
TOLD = About(
    journal={
        "instances": {"lvs": {"state": "MASTER", "since": 400.0}},
        "real_servers": [FAILED, {**FAILED, "service": f"[{VIP}]:tcp:8080", "since": 1100.0, "why": "of another"}],
        "vips": {VIP: "lvs"},
    },
    time=1200.0,
    kernel="6.1.0",
    keepalived="2.2.7",
    keepalived_runs=True,
    sync_daemons={"master": {"interface": "eth1", "sync_id": 51}},
)


def test_since_when_and_why_by_keepalived_s_own_words() -> None:
    found = status([WANTED], [VIP], NAMES, {"lvs1": report(service(web1=1), about=TOLD)})
    serving, failed = found.real_servers
    assert (serving.since, serving.why) == (None, "")
    assert (failed.state, failed.since, failed.seconds, failed.why) == ("failed", 1000.0, 200.0, FAILED["why"])
    lines = [line.text for line in lines_of(found)]
    assert lines[2].endswith("failed        -         -      -  3 min 20 s")
    assert lines[3] == f"    {FAILED['why']}"
    assert f"VIP {VIP}: lvs1 for 13 min 20 s" in lines
    assert "lvs1      active     1  2.2.7       6.1.0   master eth1 id 51" in lines


@pytest.mark.parametrize("weights", [{"web1": 1, "web2": 2}, {"web1": 1, "web2": 0}])
def test_what_keepalived_said_is_not_told_of_another_state(weights: dict[str, int]) -> None:
    """It serves again, and the journal lacks that line; or an operator has drained it since."""
    table = report(service(**weights), about=TOLD, drained=frozenset(["192.0.2.22"]))
    _first, second = status([WANTED], [VIP], NAMES, {"lvs1": table}).real_servers
    assert (second.state in ("serving", "drained"), second.since, second.why) == (True, None, "")


def test_a_dead_keepalived_and_a_director_that_cannot_be_read() -> None:
    stopped = report(WANTED, held=False, about=About(keepalived="2.2.7", keepalived_runs=False))
    reports = {"lvs1": report(WANTED, about=TOLD), "lvs2": stopped, "lvs3": None}
    found = status([WANTED], [VIP], NAMES, reports, unread={"lvs3": "There is no IPVS"})
    assert found.word == "degraded"
    assert found.reasons == [
        "lvs3 could not be read: There is no IPVS",
        "keepalived does not run on lvs2; systemctl status keepalived says why",
    ]
    assert [director.state for director in found.directors] == ["active", "active", "not read"]
    without = status(
        [WANTED],
        [VIP],
        NAMES,
        {"lvs1": report(WANTED), "lvs2": stopped._replace(held=frozenset([VIP]))},
        checked=False,
        moving=False,
    )
    assert without.reasons == []


def test_each_of_several_clusters_has_its_heading_and_the_worst_counts() -> None:
    well = status([WANTED], [VIP], NAMES, {"lvs1": report(WANTED)}, cluster="shop")
    down = status([WANTED], [VIP], NAMES, {"mx1": None}, cluster="mail")
    told = answer([well, down])
    assert (told.word, told.grade) == ("down", 2)
    headings = [line.text for line in told.lines if line.text.startswith("Cluster ")]
    assert headings == ["Cluster shop", "Cluster mail"]
    assert [each["word"] for each in told.model["clusters"]] == ["healthy", "down"]
    assert not [line for line in answer([well]).lines if line.text.startswith("Cluster ")]
