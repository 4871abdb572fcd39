# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens to directors that announce the VIPs, and what operators do to them, while a client asks all the time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import Lab, Load, eventually

SHOP = "203.0.113.198"
DIRECTORS = {"lvs1": "192.0.2.2", "lvs2": "192.0.2.3", "lvs3": "192.0.2.4"}
REAL_SERVERS = ("web1", "web2", "web3")
FIGURES = Path("build/anycast.json")


def ways(lab: Lab) -> set[str]:
    """The directors that the router sends clients of the shop to."""
    routes = json.loads(lab.output("router", f"ip -json route show {SHOP}/32"))
    hops = [hop for route in routes for hop in route.get("nexthops", [route])]
    return {name for hop in hops for name, address in DIRECTORS.items() if hop["gateway"] == address}


def note(**figures: object) -> None:
    """Keep figures for a person to read."""
    path = Path(__file__).resolve().parents[3] / FIGURES
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**known, **figures}, indent=1) + "\n", encoding="utf-8")


@contextmanager
def clients(lab: Lab, count: int = 3) -> Iterator[list[Load]]:
    """Clients that ask on new connections all the time, and as many that keep theirs."""
    with lab.load(SHOP) as new:
        loads = [new]
        kept = [lab.load(SHOP, same_connection=True) for _number in range(count)]
        loads += [each.__enter__() for each in kept]
        try:
            yield loads
        finally:
            for each in kept:
                each.__exit__(None, None, None)


def told(loads: list[Load]) -> dict[str, object]:
    return {
        "requests": sum(sum(load.answers.values()) for load in loads),
        "failed": sum(len(load.failed) for load in loads),
        "kept_connections": len(loads) - 1,
        "broken": sum(bool(load.failed) for load in loads[1:]),
        "longest_s": round(max(load.longest for load in loads), 2),
    }


def test_a_director_is_drained_and_comes_back_without_a_failed_request(lab: Lab) -> None:
    with clients(lab) as loads:
        lab.ansible("lvs.cluster.failover", "-e", "director=lvs1", "-e", "probe_from=client")
        assert ways(lab) == {"lvs2", "lvs3"}
        assert "lvs1 is in standby" in lab.run_ansible("lvs.cluster.status").stdout
        lab.ansible("lvs.cluster.site", "--limit", "lvs1")
        assert ways(lab) == {"lvs2", "lvs3"}
        lab.ansible("lvs.cluster.failover", "-e", "state=active")
        eventually(lambda: ways(lab) == {*DIRECTORS})
        time.sleep(3)
    note(drained=told(loads))
    assert [load.failed for load in loads] == [[] for _load in loads]


def test_directors_are_rebooted_one_at_a_time_without_a_failed_request(lab: Lab) -> None:
    with clients(lab) as loads:
        lab.ansible("lvs.cluster.rolling_directors", "-e", "tasks=molecule/anycast/operations/reboot.yml")
        eventually(lambda: ways(lab) == {*DIRECTORS})
        time.sleep(3)
    note(rebooted=told(loads))
    assert [load.failed for load in loads] == [[] for _load in loads]
    marks = [name for name in DIRECTORS if lab.host(name).file("/run/rebooted-by-tasks").exists]
    assert marks == []  # /run is new in each boot


def test_a_director_in_standby_serves_when_no_other_does(lab: Lab) -> None:
    lab.ansible("lvs.cluster.failover", "-e", "director=lvs1", "-e", "probe_from=client")
    for name in ("lvs2", "lvs3"):
        lab.output(name, "systemctl stop keepalived")
    eventually(lambda: ways(lab) == {"lvs1"})
    assert sum(lab.requests(f"http://{SHOP}/", 6).values()) == 6
    for name in ("lvs2", "lvs3"):
        lab.output(name, "systemctl start keepalived")
    lab.ansible("lvs.cluster.failover", "-e", "state=active")
    eventually(lambda: ways(lab) == {*DIRECTORS})


def test_the_last_real_server_that_fails_takes_the_vip_from_all_directors(lab: Lab) -> None:
    for name in REAL_SERVERS:
        lab.output(name, "systemctl stop nginx")
    eventually(lambda: ways(lab) == set())
    assert "web1" in lab.run_ansible("lvs.cluster.status").stdout
    for name in REAL_SERVERS:
        lab.output(name, "systemctl start nginx")
    eventually(lambda: ways(lab) == {*DIRECTORS})


def test_a_director_without_a_health_checker_announces_nothing(lab: Lab) -> None:
    lab.output("lvs2", "systemctl kill --signal=STOP keepalived")
    eventually(lambda: ways(lab) == {"lvs1", "lvs3"})
    assert sum(lab.requests(f"http://{SHOP}/", 12).values()) == 12
    lab.output("lvs2", "systemctl kill --signal=CONT keepalived")
    eventually(lambda: ways(lab) == {*DIRECTORS})


def test_a_withdrawn_vip_leads_a_director_itself_to_the_others(lab: Lab) -> None:
    lab.ansible("lvs1", "-m", "lvs.cluster.director_marks", "-a", "standby=true")
    eventually(lambda: ways(lab) == {"lvs2", "lvs3"})
    try:
        lab.output("lvs1", "systemctl stop lvs-announcer")  # so that it has the VIP nowhere
        assert lab.requests(f"http://{SHOP}/", 3, client="lvs1").keys() <= {*REAL_SERVERS}
    finally:
        lab.output("lvs1", "systemctl start lvs-announcer")
        lab.ansible("lvs1", "-m", "lvs.cluster.director_marks", "-a", "standby=false")
    eventually(lambda: ways(lab) == {*DIRECTORS})


@pytest.mark.parametrize("bfd", [True, False], ids=["with-bfd", "without-bfd"])
def test_a_director_that_dies_costs_what_the_router_needs_to_notice(lab: Lab, bfd: bool) -> None:
    if not bfd:
        neighbours = [{**each, "bfd": False} for each in lab.definition["lvs_cluster"]["bgp"]["neighbours"]]
        own = lab.definition["lvs_cluster"]
        wanted = {"lvs_cluster": {**own, "bgp": {**own["bgp"], "neighbours": neighbours}}}
        lab.ansible("lvs.cluster.site", "-e", json.dumps(wanted))
        forget = " ".join(f"-c 'no neighbor {group} bfd'" for group in ("directors", "directors6"))
        lab.output("router", f"vtysh -c 'configure terminal' -c 'router bgp 64500' {forget}")
    with clients(lab, 6) as loads:
        lab.change("kill", "lvs3")
        eventually(lambda: ways(lab) == {"lvs1", "lvs2"}, 40)
        time.sleep(5)
    lab.change("start", "lvs3")
    note(**{"director_dies_with_bfd" if bfd else "director_dies_without_bfd": told(loads)})
    # A request waits until the router knows: with the BFD of router.conf three seconds, else for the hold time of nine.
    assert loads[0].longest < (6 if bfd else 14)
    eventually(lambda: ways(lab) == {*DIRECTORS}, 90)
