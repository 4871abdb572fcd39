# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Openings in firewalld and ufw, which are the distribution's own and run on a director that is a network namespace."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import (
    FORWARDING,
    asked,
    batch,
    captured,
    enter,
    inside,
    machines,
    on_eth0,
    serving,
    set_sysctls,
    set_up,
    switch,
)

SWITCH, CLIENT, DIRECTOR, REAL_SERVER = "lvsswitch", "lvsclient", "lvsdirector", "lvsreal"
DIP, RIP, VIP, CIP = "198.51.100.2", "198.51.100.21", "198.51.100.198", "198.51.100.100"
OWN = {CLIENT: [f"{CIP}/24"], DIRECTOR: [f"{DIP}/24"], REAL_SERVER: [f"{RIP}/24"]}
TO_VIP = {"address": VIP, "protocol": "tcp", "port": [80]}
ANSWERS = {"source": RIP, "protocol": "tcp", "source_port": [8080]}
OPENINGS = [
    {"kind": "accept", "hook": "input", **TO_VIP},
    {"kind": "accept", "hook": "input", "address": VIP, "protocol": "icmp"},
    {"kind": "accept", "hook": "input", "protocol": "vrrp", "source": "198.51.100.3"},
    {"kind": "accept", "hook": "input", "protocol": "udp", "address": "2001:db8::198", "port": [53, "5000-5010"]},
    {"kind": "accept", "hook": "forward", **ANSWERS},
]
UNTRACKED = [{"kind": "untracked", **packets} for packets in (TO_VIP, ANSWERS)]
ANSWERED = [CIP, RIP, REAL_SERVER]
POLICIES = Path("/etc/firewalld/policies")
DROP_IN = Path("/run/systemd/system/firewalld.service.d/namespace.conf")
UFW = Path("/etc/ufw")


@pytest.fixture(autouse=True)
def network() -> Iterator[None]:
    """A director that balances by NAT, to a port that shows whether the answers come back through it."""
    run("modprobe", "ip_vs")
    with switch(SWITCH), machines(SWITCH, OWN):
        set_sysctls(DIRECTOR, FORWARDING)
        batch(DIRECTOR, [on_eth0(f"{VIP}/32")])
        run("ip", "-n", REAL_SERVER, "route", "add", CIP, "via", DIP)
        lines = [f"-A -t {VIP}:80 -s rr", f"-a -t {VIP}:80 -r {RIP}:8080 -m"]
        inside(DIRECTOR, "ipvsadm", "-R", stdin="".join(f"{line}\n" for line in lines))
        with serving(REAL_SERVER, 8080):
            yield


@pytest.fixture
def firewalld(network: None) -> Iterator[None]:
    """It runs on the director: in its network namespace."""
    DROP_IN.parent.mkdir(parents=True)
    DROP_IN.write_text(f"[Service]\nNetworkNamespacePath=/run/netns/{DIRECTOR}\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "firewalld.service")
    wait_for_firewalld()
    yield
    run("systemctl", "stop", "firewalld.service")
    DROP_IN.unlink()
    DROP_IN.parent.rmdir()
    run("systemctl", "daemon-reload")
    for path in POLICIES.iterdir():
        path.unlink()


@pytest.fixture
def ufw(network: None) -> Iterator[dict[str, str]]:
    """It runs on the director. Its files, as they were."""
    before = files_of_ufw()
    inside(DIRECTOR, "ufw", "--force", "enable")
    yield before
    inside(DIRECTOR, "ufw", "--force", "disable")
    for name, text in before.items():
        (UFW / name).write_text(text)


def files_of_ufw() -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(UFW.glob("before*.rules"))}


def filtered(rules: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    """What packet_filter answers; it must not fail."""
    return set_up("packet_filter", DIRECTOR, state="replaced", rules=rules, **options)


def wait_for_firewalld() -> None:
    """It answers when all is loaded; to systemd it has started before."""
    assert run("firewall-cmd", "--state").strip() == "running"


def of_firewalld() -> str:
    """What runs by firewalld: all of it, by the kernel."""
    return inside(DIRECTOR, "nft", "list", "table", "inet", "firewalld")


def files_of_firewalld() -> dict[str, str]:
    return {path.name: path.read_text() for path in POLICIES.iterdir()}


def own_tables() -> str:
    """The cluster's own tables, without their counters."""
    listed = inside(DIRECTOR, "nft", "list", "tables")
    own = re.findall(r"^table (ip6? lvs)$", listed, re.MULTILINE)
    return "".join(inside(DIRECTOR, "nft", "list", "table", *table.split()) for table in own)


def is_served() -> bool:
    return [asked(CLIENT, VIP) for _time in range(3)] == [ANSWERED] * 3


def is_closed(port: int) -> bool:
    """Whether the director lets nobody in at a port of its own."""
    with serving(DIRECTOR, port):
        return asked(CLIENT, DIP, port) == []


@pytest.mark.usefixtures("firewalld")
def test_firewalld_lets_in_what_is_opened_and_keeps_it() -> None:
    before = of_firewalld()
    assert asked(CLIENT, VIP) == []
    rules = [*OPENINGS, *UNTRACKED]

    foretold = filtered(rules, firewall="firewalld", check=True)
    assert (of_firewalld(), own_tables(), files_of_firewalld()) == (before, "", {})
    done = filtered(rules, firewall="firewalld")
    assert done["changed"]
    assert (foretold["plan"], foretold["diff"]) == (done["plan"], done["diff"])
    assert filtered(rules, firewall="firewalld")["changed"] is False
    assert is_served()
    assert is_closed(8081)

    shown, tables, files = of_firewalld(), own_tables(), files_of_firewalld()
    listed = run("firewall-cmd", "--list-all-policies")
    assert f'destination address="{VIP}" port port="80" protocol="tcp" accept' in listed
    assert 'source address="198.51.100.3" protocol value="112" accept' in listed
    assert (sorted(files), tables.count("notrack")) == (["lvs-forward.xml", "lvs-input.xml"], 2)
    for words in (("firewall-cmd", "--reload"), ("systemctl", "restart", "firewalld.service")):
        run(*words)
        wait_for_firewalld()
        assert (of_firewalld(), own_tables()) == (shown, tables)
        assert is_served()
    assert filtered(rules, firewall="firewalld")["changed"] is False
    run("firewall-cmd", "--runtime-to-permanent")
    assert filtered(rules, firewall="firewalld")["changed"] is False

    assert set_up("packet_filter", DIRECTOR, state="deleted", all=True)["changed"]
    assert (of_firewalld(), own_tables()) == (before, "")
    assert not [name for name in files_of_firewalld() if name.startswith("lvs")]
    assert asked(CLIENT, VIP) == []


@pytest.mark.usefixtures("firewalld")
def test_firewalld_drops_the_end_of_connections_that_it_knows_in_part() -> None:
    """By direct routing a director sees what clients send alone: to netfilter, the end of it is invalid."""
    inside(DIRECTOR, "ipvsadm", "-C")
    lines = [f"-A -t {VIP}:80 -s rr", f"-a -t {VIP}:80 -r {RIP}:80 -g"]
    inside(DIRECTOR, "ipvsadm", "-R", stdin="".join(f"{line}\n" for line in lines))
    set_sysctls(REAL_SERVER, {"net.ipv4.conf.all.arp_ignore": 1, "net.ipv4.conf.all.arp_announce": 2})
    batch(REAL_SERVER, [f"address add {VIP}/32 dev lo", f"route delete {CIP}"])

    def ends() -> int:
        with serving(REAL_SERVER, 80), captured(REAL_SERVER, f"src {CIP} and tcp[tcpflags] & tcp-fin != 0") as seen:
            assert asked(CLIENT, VIP) == [CIP, VIP, REAL_SERVER]
            time.sleep(1)
        return len(seen)

    filtered(OPENINGS[:1], firewall="firewalld")
    assert ends() == 0
    filtered([OPENINGS[0], UNTRACKED[0]], firewall="firewalld")
    assert ends() > 0


@pytest.mark.usefixtures("firewalld")
def test_no_reload_takes_from_firewalld_what_runs_and_is_not_permanent() -> None:
    def temporary() -> bool:
        return "8082/tcp" in run("firewall-cmd", "--list-ports")

    run("firewall-cmd", "--add-port=8082/tcp")
    refused = module("packet_filter", inside=lambda: enter(DIRECTOR), firewall="firewalld", rules=OPENINGS)
    assert refused["failed"]
    assert "public: ports: 8082/tcp" in refused["msg"]
    assert temporary()
    assert list(POLICIES.glob("lvs-*")) == []

    run("firewall-cmd", "--reload")
    filtered(OPENINGS, firewall="firewalld")
    run("firewall-cmd", "--add-port=8082/tcp")
    # What there is to change in a policy that runs needs no reload.
    filtered(OPENINGS[1:], firewall="firewalld")
    assert temporary()
    assert f'{VIP}" port port="80"' not in run("firewall-cmd", "--info-policy=lvs-input")
    gone = filtered([], firewall="firewalld")
    assert temporary()
    assert "goes with its next reload, as by firewall-cmd --reload" in str(gone["warnings"])
    assert list(POLICIES.glob("lvs-*")) == []


@pytest.mark.usefixtures("firewalld")
def test_what_somebody_adds_to_a_policy_of_ours_goes_and_what_they_take_comes_back() -> None:
    filtered(OPENINGS, firewall="firewalld")
    shown = of_firewalld()
    own = run("firewall-cmd", "--info-policy=lvs-forward")
    strange = 'rule family="ipv4" source address="192.0.2.0/24" accept'
    run("firewall-cmd", "--policy=lvs-input", f"--add-rich-rule={strange}")
    run("firewall-cmd", "--policy=lvs-forward", f"--remove-rich-rule={ours(own)}")
    result = filtered(OPENINGS, firewall="firewalld")
    assert result["counts"] == {"added": 1, "changed": 0, "removed": 1}
    assert of_firewalld() == shown


def ours(shown: str) -> str:
    return next(line.strip() for line in shown.splitlines() if "source-port port" in line)


@pytest.mark.usefixtures("firewalld")
def test_what_nft_opens_in_firewalld_is_said_to_go() -> None:
    told = filtered(OPENINGS, firewall="nftables")["warnings"]
    assert "with firewall firewalld, it stays" in str(told)
    # And moves to firewalld when that is chosen.
    filtered([*OPENINGS, *UNTRACKED], firewall="firewalld")
    assert "lvs_input" not in inside(DIRECTOR, "nft", "list", "table", "inet", "firewalld")
    assert is_served()


def test_ufw_lets_in_what_is_opened_and_keeps_it(ufw: dict[str, str]) -> None:
    chains = inside(DIRECTOR, "iptables-save", "-t", "filter").count("LVS-")
    assert (asked(CLIENT, VIP), chains) == ([], 0)

    foretold = filtered(OPENINGS, firewall="ufw", check=True)
    assert files_of_ufw() == ufw
    done = filtered(OPENINGS, firewall="ufw")
    assert (foretold["plan"], foretold["diff"]) == (done["plan"], done["diff"])
    assert filtered(OPENINGS, firewall="ufw")["changed"] is False
    assert is_served()
    assert is_closed(8081)

    assert "-A LVS-UFW-INPUT -s 198.51.100.3/32 -p 112 -j ACCEPT" in (UFW / "before.rules").read_text()
    assert (UFW / "before.rules").stat().st_mode & 0o777 == 0o640
    for words in (("reload",), ("--force", "disable"), ("--force", "enable")):
        inside(DIRECTOR, "ufw", *words)
        if "disable" not in words:
            assert is_served()
        assert filtered(OPENINGS, firewall="ufw")["changed"] is False, words

    assert set_up("packet_filter", DIRECTOR, state="deleted", all=True)["changed"]
    assert files_of_ufw() == ufw
    assert "LVS-" not in inside(DIRECTOR, "iptables-save") + inside(DIRECTOR, "ip6tables-save")
    assert asked(CLIENT, VIP) == []


def test_ufw_gets_its_own_part_back(ufw: dict[str, str]) -> None:
    filtered(OPENINGS, firewall="ufw")
    inside(DIRECTOR, "iptables", "-F", "LVS-UFW-INPUT")
    inside(DIRECTOR, "iptables", "-I", "ufw-before-input", "-s", "192.0.2.0/24", "-j", "DROP")
    assert filtered(OPENINGS, firewall="ufw")["changed"]
    assert is_served()
    assert "-A ufw-before-input -s 192.0.2.0/24 -j DROP" in inside(DIRECTOR, "iptables-save")
    (UFW / "before.rules").write_text(ufw["before.rules"])
    result = filtered(OPENINGS, firewall="ufw")
    assert [diff["after_header"] for diff in result["diff"]] == ["/etc/ufw/before.rules"]
    inside(DIRECTOR, "ufw", "reload")
    assert is_served()


def test_a_stopped_ufw_opens_when_it_starts(ufw: dict[str, str]) -> None:
    inside(DIRECTOR, "ufw", "--force", "disable")
    assert filtered(OPENINGS, firewall="ufw")["changed"]
    assert filtered(OPENINGS, firewall="ufw")["changed"] is False
    inside(DIRECTOR, "ufw", "--force", "enable")
    assert is_served()
    inside(DIRECTOR, "ufw", "--force", "disable")
    filtered([], firewall="ufw")
    assert files_of_ufw() == ufw
    assert "LVS-" not in inside(DIRECTOR, "iptables-save") + inside(DIRECTOR, "ip6tables-save")


def test_a_firewall_of_nft_is_named_where_iptables_cannot_open_it() -> None:
    closed = "add chain inet own in { type filter hook input priority 5; policy drop; }"
    inside(DIRECTOR, "nft", f"add table inet own; {closed}")
    (told,) = filtered(OPENINGS, firewall="iptables")["warnings"]
    assert "chain in of table inet own" in str(told)
    assert "use firewall nftables" in str(told)
