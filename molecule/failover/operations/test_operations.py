# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens to a cluster and what operators do to it, while a client asks all the time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import Lab, eventually

VIP = "192.0.2.198"
DIRECTORS = ("lvs1", "lvs2")
REAL_SERVERS = ("web1", "web2", "web3")
RIPS = {"web1": "192.0.2.21", "web2": "192.0.2.22", "web3": "192.0.2.23"}
FIGURES = Path("build/failover.json")


def weights(lab: Lab, director: str) -> dict[str, str]:
    """Real server -> weight in the shop, as ipvsadm tells."""
    lines = (line.split() for line in lab.output(director, "ipvsadm -S -n").splitlines())
    return {words[4]: words[-1] for words in lines if words[:3] == ["-a", "-t", f"{VIP}:80"]}


def has_vip(lab: Lab, director: str) -> bool:
    return VIP in lab.output(director, "ip -4 address show dev eth1")


def connections_known(lab: Lab, director: str) -> set[str]:
    """The client's ends of the established connections that a director knows, its own and what it has been told."""
    lines = (line.split() for line in lab.output(director, "ipvsadm -L -c -n").splitlines())
    return {words[3] for words in lines if words[2:3] == ["ESTABLISHED"]}


def from_known_ports(lab: Lab) -> set[str]:
    """Who answers a client that closes each connection and uses its port again."""
    curl = f"curl -sS --max-time 5 -H 'Connection: close' --local-port $port http://{VIP}/"
    return set(lab.output("client", f"for port in $(seq 20000 20005); do {curl}; done").split())


def note(**figures: object) -> None:
    """Keep figures for a person to read."""
    path = Path(__file__).resolve().parents[3] / FIGURES
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**known, **figures}, indent=1) + "\n", encoding="utf-8")


def test_a_drain_loses_no_request_and_lasts(lab: Lab) -> None:
    with lab.load(VIP) as load, lab.load(VIP, same_connection=True) as kept:
        assert from_known_ports(lab) == set(REAL_SERVERS)
        lab.ansible("lvs_directors", "-m", "lvs.cluster.ipvs_real_server", "-a", "address=192.0.2.21 state=drained")
        for director in DIRECTORS:
            assert weights(lab, director)["192.0.2.21:80"] == "0"
        assert "web1" not in lab.requests(f"http://{VIP}/", 12)
        assert "web1" not in from_known_ports(lab)
        lab.ansible("lvs.cluster.site", "--limit", "lvs_directors")
        lab.output("lvs1", "systemctl reload keepalived")
        time.sleep(2)
        for director in DIRECTORS:
            assert weights(lab, director)["192.0.2.21:80"] == "0"
        assert "drained" in lab.ansible("lvs.cluster.status")
        lab.ansible("lvs.cluster.activate", "-e", "server=web1")
        for director in DIRECTORS:
            assert weights(lab, director)["192.0.2.21:80"] == "1"
        assert "web1" in lab.requests(f"http://{VIP}/", 12)
    note(drain_failed=len(load.failed), drain_requests=sum(load.answers.values()))
    assert (load.failed, kept.failed) == ([], [])
    assert len(kept.answers) == 1


def test_a_slow_start_goes_step_by_step_on_both_directors(lab: Lab) -> None:
    drain = ["lvs_directors", "-m", "lvs.cluster.ipvs_real_server", "-a", "address=web1 services=shop state=drained"]
    activate = ["lvs.cluster.activate", "-e", "server=web1", "-e", "services=shop"]
    lab.ansible(*drain)
    assert "changed=1" in lab.ansible(*activate, "-e", "weight=9", "-e", "ramp=6", "--check")
    assert weights(lab, "lvs1")["192.0.2.21:80"] == "0"
    told = lab.ansible(*activate, "-e", "weight=9", "-e", "ramp=6")
    for director in DIRECTORS:
        shares = re.findall(rf"{director}: 192\.0\.2\.21 has (\d+) % of its weight in 1 service", told)
        assert shares[0] == "25"  # of four steps; what a busy machine comes too late for is left out
        assert set(shares) <= {"25", "50", "75"}
        assert weights(lab, director)["192.0.2.21:80"] == "9"
    lab.ansible(*drain)
    done = lab.run_ansible(*activate, "-e", "ramp=6")
    assert done.returncode == 0, done.stdout
    assert "There was no slow start: a weight of 1" in " ".join(done.stderr.split())
    for director in DIRECTORS:
        assert weights(lab, director)["192.0.2.21:80"] == "1"


def holders_during(lab: Lab, change: Callable[[], object]) -> set[str]:
    """The hardware addresses that answer for the VIP, asked all the time, during a change and ten seconds after it."""
    who_has = f"python3 /usr/local/bin/who_has.py eth1 /run/holders 0 {VIP}"
    lab.output("client", f"rm -f /run/holders; systemd-run --unit=holders --collect {who_has}")
    try:
        change()
        time.sleep(10)
    finally:
        lab.output("client", "systemctl stop holders.service")
    return {line.split()[1] for line in lab.output("client", "cat /run/holders").splitlines()}


@pytest.mark.parametrize("vrrp", [{"password": "n3w-one"}, {}])
def test_a_change_of_how_directors_hear_each_other_makes_no_second_master(lab: Lab, vrrp: dict[str, object]) -> None:
    """The first director to read it would not hear the master any more. The last case goes back to the definition."""
    own = lab.definition.get("lvs_cluster", {})
    wanted = json.dumps({"lvs_cluster": {**own, "vrrp": {**own.get("vrrp", {}), **vrrp}}})
    with lab.load(VIP) as load, lab.load(VIP, same_connection=True) as kept:
        holders = holders_during(lab, lambda: lab.ansible("lvs.cluster.site", "-e", wanted))
    assert holders == {lab.mac("lvs1")}
    assert (load.failed, kept.failed) == ([], [])
    assert "The cluster is healthy" in lab.ansible("lvs.cluster.status")
    refused = json.dumps({"lvs_cluster": {**own, "vrrp": {**own.get("vrrp", {}), "password": "another"}}})
    for director in DIRECTORS:
        assert not lab.host(director).file("/etc/lvs/held").exists
        assert "Run the playbook for all directors" in lab.refused(
            "lvs.cluster.site", "--limit", director, "-e", refused
        )


def test_what_hands_have_done_to_the_table_goes_with_the_next_roll_out(lab: Lab) -> None:
    for director in DIRECTORS:
        lines = [f"-e -t {VIP}:80 -r 192.0.2.21:80 -g -w 0", f"-a -t {VIP}:80 -r 192.0.2.99:80 -g -w 0"]
        lines += [f"-E -t {VIP}:80 -s wlc", "-A -u 192.0.2.7:53 -s rr"]
        lab.output(director, " && ".join(f"ipvsadm {line}" for line in lines))
    with lab.load(VIP) as load, lab.load(VIP, same_connection=True) as kept:
        lab.ansible("lvs.cluster.site", "--limit", "lvs_directors")
    # While the kernel changes a scheduler the service has none, for a grace period of RCU: ip_vs_edit_service().
    assert [why for _second, why in load.failed if "ConnectionRefused" not in why] == []
    assert len(load.failed) <= 1
    assert kept.failed == []
    for director in DIRECTORS:
        assert weights(lab, director) == {f"{address}:80": "1" for address in RIPS.values()}
        table = lab.output(director, "ipvsadm -S -n")
        assert f"-A -t {VIP}:80 -s rr" in table
        assert "-A -u 192.0.2.7:53 -s rr" in table  # of somebody else
        lab.output(director, "ipvsadm -D -u 192.0.2.7:53")


def test_the_drain_waits_for_a_download(lab: Lab) -> None:
    lab.output("client", "systemd-run --unit slow curl -sS --limit-rate 100k -o /run/slow http://192.0.2.198/large")
    eventually(lambda: "ESTABLISHED" in lab.output("lvs1", "ipvsadm -Lcn"))
    at_work = lab.output("lvs1", "ipvsadm -Lcn | awk '/ESTABLISHED/ {print $6}'").split(":")[0]
    asked = f"address={at_work} state=drained wait=true timeout=60"
    begin = time.monotonic()
    lab.ansible("lvs_directors", "-m", "lvs.cluster.ipvs_real_server", "-a", asked)
    assert time.monotonic() - begin > 3
    assert "ESTABLISHED" not in lab.output("lvs1", "ipvsadm -Lcn")
    assert lab.output("client", "sha256sum < /run/slow; sha256sum < /var/www/html/large").split("\n")[0][:64] in (
        lab.output("client", "sha256sum < /var/www/html/large")
    )
    lab.ansible("lvs_directors", "-m", "lvs.cluster.ipvs_real_server", "-a", f"address={at_work} state=active")


def test_a_dead_real_server_is_noticed_and_taken_back(lab: Lab) -> None:
    lab.output("web2", "systemctl stop nginx")
    eventually(lambda: "192.0.2.22:80" not in weights(lab, "lvs1"))
    assert lab.requests(f"http://{VIP}/", 10) == {"web1": 5, "web3": 5}
    assert "its health check has failed" in lab.ansible("lvs.cluster.status")
    lab.output("web2", "systemctl start nginx")
    eventually(lambda: weights(lab, "lvs1").get("192.0.2.22:80") == "1")
    eventually(lambda: weights(lab, "lvs2").get("192.0.2.22:80") == "1")


def test_a_rolling_update_loses_no_request(lab: Lab) -> None:
    with lab.load(VIP) as load:
        time.sleep(2)
        tasks = Path(__file__).parent / "update.yml"
        lab.ansible("lvs.cluster.rolling", "-e", f"tasks={tasks}")
    note(rolling_failed=len(load.failed), rolling_requests=sum(load.answers.values()))
    for name in REAL_SERVERS:
        assert lab.output(name, "cat /run/updated").strip() == name
    for director in DIRECTORS:
        assert weights(lab, director) == {f"{address}:80": "1" for address in RIPS.values()}
    assert load.failed == []


def test_the_vip_moves_on_purpose_and_back(lab: Lab) -> None:
    with lab.load(VIP, same_connection=True) as kept:
        told = lab.ansible("lvs.cluster.failover", "-e", "probe_from=client")
        eventually(lambda: has_vip(lab, "lvs2"))
        assert not has_vip(lab, "lvs1")
        assert "lvs1 is in standby" in lab.ansible("lvs.cluster.status")
        refused = lab.refused("lvs.cluster.failover")
        assert "No other director would take the VIPs" in refused
        assert "lvs1" in refused.partition("In standby")[2]
        assert has_vip(lab, "lvs2")
        lab.ansible("lvs.cluster.failover", "-e", "state=active")
        eventually(lambda: has_vip(lab, "lvs1"))
    (outage,) = re.findall(r"The longest time without an answer was\s+(\d+) ms", told)
    note(failover_on_purpose_ms=int(outage), failover_on_purpose_longest_request_s=kept.longest)
    assert kept.failed == []
    assert len(kept.answers) == 1


def test_a_pulled_cable_moves_the_vip_and_connections_live_on(lab: Lab) -> None:
    known = connections_known(lab, "lvs2")
    with lab.load(VIP, same_connection=True) as kept:
        eventually(lambda: connections_known(lab, "lvs2") - known != set())  # some seconds, see ip_vs_sync.c
        lab.change("link", "lvs1", "off")
        eventually(lambda: has_vip(lab, "lvs2"))
        time.sleep(3)
        lab.change("link", "lvs1", "on")
        eventually(lambda: has_vip(lab, "lvs1") and not has_vip(lab, "lvs2"), 60)
    note(cable_longest_request_s=kept.longest, cable_lost_connections=len(kept.failed))
    assert kept.failed == []


def test_a_crash_moves_the_vip_and_a_drain_outlasts_it(lab: Lab) -> None:
    lab.ansible("lvs_directors", "-m", "lvs.cluster.ipvs_real_server", "-a", "address=192.0.2.23 state=drained")
    with lab.load(VIP) as load:
        time.sleep(2)
        lab.change("kill", "lvs1")
        eventually(lambda: has_vip(lab, "lvs2"))
        time.sleep(3)
    note(crash_longest_request_s=load.longest, crash_failed=len(load.failed))
    assert load.answers.keys() == {"web1", "web2"}
    lab.change("start", "lvs1")
    eventually(lambda: has_vip(lab, "lvs1"), 120)
    eventually(lambda: len(weights(lab, "lvs1")) == len(REAL_SERVERS))
    assert weights(lab, "lvs1")["192.0.2.23:80"] == "0"
    assert lab.requests(f"http://{VIP}/", 10) == {"web1": 5, "web2": 5}
