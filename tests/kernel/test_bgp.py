# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VIPs that FRR and BIRD, which are the distribution's own, announce from a director to a router, both namespaces.

The router is a BIRD with a configuration of the test.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._bgp import frr_conf
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.model import parse_owned
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, module, run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import batch, enter, inside, machines, switch

SWITCH, ROUTER, DIRECTOR = "lvsswitch", "lvsrouter", "lvsdirector"
OWN = {ROUTER: ["198.51.100.1/24", "2001:db8:1::1/64"], DIRECTOR: ["198.51.100.2/24", "2001:db8:1::2/64"]}
VIP, OTHER_VIP, VIP6 = "192.0.2.198/32", "192.0.2.199/32", "2001:db8::198/128"
PASSWORD, NEXT_PASSWORD = "s3cr3t-of-the-session", "n3xt-of-the-session"
PEER, PEER_SOCKET = Path("/run/lvs-router.conf"), "/run/lvs-router.ctl"
OWNED = Path("/etc/lvs/bgp")
UNITS = {"frr": "frr.service", "bird": "bird.service"}
FILES = {
    "frr": [Path("/etc/frr/frr.conf"), Path("/etc/frr/daemons")],
    "bird": [Path("/etc/bird/bird.conf"), Path("/etc/bird/lvs.conf")],
}
# What others have in FRR; the last line has no end.
OTHERS = """frr defaults traditional
log syslog informational
! A comment of  others\t
ip route 203.0.113.0/24 blackhole
!
router bgp 64520
 no bgp default ipv4-unicast
 neighbor 198.51.100.3 remote-as 64501
 neighbor 198.51.100.3 password theirs
 !
 address-family ipv4 unicast
  network 203.0.113.0/24
  neighbor 198.51.100.3 activate
 exit-address-family
exit
!
route-map theirs permit 10
exit"""


def wanted(**options: Any) -> dict[str, Any]:
    to_router = {"address": "198.51.100.1", "remote_as": 64500, "password": PASSWORD, "bfd": True, "hold_time": 9}
    return {
        "local_as": 64520,
        "router_id": "198.51.100.2",
        "neighbours": [to_router, {"address": "2001:db8:1::1", "remote_as": 64500}],
        "prefixes": [VIP, OTHER_VIP, VIP6],
        "med": 10,
        "standby_med": 500,
        "communities": ["64520:100", "64520:1:2"],
        **options,
    }


def announced(**options: Any) -> dict[str, Any]:
    """What the module answers; it must not fail."""
    result = module("bgp", inside=lambda: enter(DIRECTOR), **options)
    assert not result.get("failed"), result["msg"]
    return result


def refused(**options: Any) -> str:
    result = module("bgp", inside=lambda: enter(DIRECTOR), **wanted(**options))
    assert result.get("failed"), result
    assert not result.get("changed"), result
    return str(result["msg"])


@pytest.fixture(autouse=True)
def network() -> Iterator[None]:
    with switch(SWITCH), machines(SWITCH, OWN):
        for name in ("lvs-vips", "lvs-standby"):
            batch(DIRECTOR, [f"link add {name} type dummy", f"link set {name} up"])
        run("rm", "-rf", "/etc/lvs")
        listen()
        yield
        inside(ROUTER, "birdc", "-s", PEER_SOCKET, "down")
    PEER.unlink()


def listen(password: str = PASSWORD) -> None:
    """Start the router, or let it know the password of a session."""
    bgp = "as 64500; {}; {} {{ import all; export where source = RTS_STATIC; }}; }}"
    lines = [
        "router id 198.51.100.1;",
        "protocol device { }",
        "protocol static { ipv4; route 198.18.0.0/15 blackhole; }",
        'protocol bfd { interface "eth0" { min rx interval 300 ms; min tx interval 300 ms; multiplier 3; }; }',
        "template bgp director { error wait time 1, 2; connect retry time 2; connect delay time 1; }",
        "protocol bgp by4 from director { local 198.51.100.1 "
        + bgp.format(f'neighbor 198.51.100.2 as 64520; password "{password}"; bfd on', "ipv4"),
        "protocol bgp by6 from director { local 2001:db8:1::1 " + bgp.format("neighbor 2001:db8:1::2 as 64520", "ipv6"),
    ]
    first = not PEER.exists()
    PEER.write_text("".join(f"{line}\n" for line in lines))
    if first:
        inside(ROUTER, "bird", "-c", str(PEER), "-s", PEER_SOCKET)
    else:
        run("birdc", "-s", PEER_SOCKET, "configure")


@pytest.fixture(params=["frr", "bird"])
def program(request: pytest.FixtureRequest, network: None) -> Iterator[str]:
    """A program that is installed and does not run; when it is started, it runs on the director."""
    with at_rest(request.param):
        yield request.param


@pytest.fixture
def frr(network: None) -> Iterator[None]:
    with at_rest("frr"):
        yield


class at_rest:  # noqa: N801 - it is used as a function
    """Keeps a program's files, and ends it."""

    def __init__(self, name: str) -> None:
        self._name, self._unit = name, UNITS[name]
        self._drop_in = Path(f"/run/systemd/system/{self._unit}.d/namespace.conf")

    def __enter__(self) -> None:
        self._before = {path: path.read_bytes() for path in FILES[self._name] if path.exists()}
        self._drop_in.parent.mkdir(parents=True)
        self._drop_in.write_text(
            f"[Service]\nNetworkNamespacePath=/run/netns/{DIRECTOR}\n[Unit]\nStartLimitIntervalSec=0\n"
        )
        run("systemctl", "daemon-reload")

    def __exit__(self, *_error: object) -> None:
        run("systemctl", "stop", self._unit)
        run("systemctl", "disable", self._unit)
        self._drop_in.unlink()
        self._drop_in.parent.rmdir()
        run("systemctl", "daemon-reload")
        for path in FILES[self._name]:
            if path in self._before:
                path.write_bytes(self._before[path])
            else:
                path.unlink(missing_ok=True)
        run("rm", "-rf", "/etc/lvs")


def contents(name: str) -> dict[str, tuple[bytes, int, str]]:
    """The files of a program, with their modes and owners."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mode, f"{path.owner()}:{path.group()}")
        for path in FILES[name]
        if path.exists()
    }


def is_up(unit: str) -> bool:
    return run("systemctl", "show", unit, "--property=ActiveState,UnitFileState").split() == [
        "ActiveState=active",
        "UnitFileState=enabled",
    ]


def has(address: str, interface: str) -> None:
    batch(DIRECTOR, [f"address add {address} dev {interface}{' nodad' if ':' in address else ''}"])


def has_not(address: str, interface: str) -> None:
    batch(DIRECTOR, [f"address delete {address} dev {interface}"])


def heard() -> dict[str, tuple[int, str]]:
    """What the router has heard: the MED and the communities of each prefix."""
    told = run("birdc", "-s", PEER_SOCKET, "show", "route", "all", "where", "source", "=", "RTS_BGP")
    found = {}
    for route in re.split(r"\n(?=[0-9a-f.:]+/\d+ )", f"\n{told}")[1:]:
        values = dict(re.findall(r"BGP\.(\w+): (.*)", route))
        communities = f"{values.get('community', '')} {values.get('large_community', '')}".replace(", ", ",")
        found[route.split()[0]] = (int(values.get("med", 0)), communities.strip())
    return found


def hears(*prefixes: str) -> None:
    eventually(lambda: sorted(heard()) == sorted(prefixes), lambda: (heard(), state()))


def state() -> str:
    return run("birdc", "-s", PEER_SOCKET, "show", "protocols")


def seconds_until(done: Any) -> float:
    begin = time.monotonic()
    while not done():
        assert time.monotonic() < begin + 20, state()
        time.sleep(0.02)
    return time.monotonic() - begin


def running() -> str:
    return run("vtysh", "-c", "show running-config no-header")


def begins(daemon: str) -> None:
    """Start FRR, or start it again, and wait until it has read its file: the daemons run before that."""
    run("systemctl", "restart", "frr.service")
    eventually(lambda: daemon in run("vtysh", "-c", "show daemons"))
    run("vtysh", "-b")


def of_others() -> str:
    """What runs in FRR without ours."""
    return frr_conf.strip(running(), parse_owned(OWNED.read_text() if OWNED.exists() else "", str(OWNED)))


def test_a_vip_is_announced_while_it_is_on_its_interface(program: str) -> None:
    before = contents(program)
    foretold = announced(program=program, check=True, **wanted())
    assert contents(program) == before
    assert not is_up(UNITS[program])
    done = announced(program=program, **wanted())
    assert (foretold["plan"], foretold["diff"], foretold["commands"]) == (done["plan"], done["diff"], done["commands"])
    assert is_up(UNITS[program])
    assert announced(program=program, **wanted())["changed"] is False

    eventually(lambda: state().count("Established") == 2, state)
    hears()
    has(VIP, "lvs-vips")
    has(VIP6, "lvs-vips")
    has("192.0.2.77/32", "lvs-vips")  # which is no VIP
    has("203.0.113.1/32", "lo")
    hears(VIP, VIP6)
    assert heard()[VIP] == heard()[VIP6] == (10, "(64520,100) (64520,1,2)")
    has(OTHER_VIP, "lvs-standby")
    hears(VIP, VIP6, OTHER_VIP)
    assert heard()[OTHER_VIP] == (500, "(64520,100) (64520,1,2)")
    # Nothing is accepted from the router.
    assert "198.18.0.0/15" not in run("ip", "-n", DIRECTOR, "route")

    has_not(VIP, "lvs-vips")
    withdrawn = seconds_until(lambda: VIP not in heard())
    has(VIP, "lvs-vips")
    again = seconds_until(lambda: VIP in heard())
    print(f"{program}: withdrawn after {withdrawn:.2f} s, announced after {again:.2f} s")
    assert max(withdrawn, again) < 1
    told = module("host_info", inside=lambda: enter(DIRECTOR), bgp=True, owners=False)["bgp"]
    assert told["program"] == program
    assert {session["neighbour"]: session["announced"] for session in told["sessions"]} == {
        "198.51.100.1": [VIP, OTHER_VIP],
        "2001:db8:1::1": [VIP6],
    }

    assert announced(program=program, **wanted(standby_med=None, prefixes=[VIP, OTHER_VIP]))["changed"] is True
    hears(VIP)
    assert announced(program=program, **wanted(standby_med=None, prefixes=[VIP, OTHER_VIP]))["changed"] is False
    assert announced(program=program, **wanted(med=20))["changed"] is True
    eventually(lambda: heard().get(VIP, (0,))[0] == 20, heard)

    assert announced(state="absent")["changed"] is True
    assert contents(program) == before
    assert not is_up(UNITS[program])
    assert not OWNED.parent.exists()
    assert announced(state="absent")["changed"] is False
    hears()


def test_a_director_whose_program_is_gone_is_forgotten(program: str) -> None:
    """At once, also where nothing watches the session; and without the graceful restart that keeps what is stale."""
    has(VIP6, "lvs-vips")
    announced(program=program, **wanted())
    hears(VIP6)
    run("systemctl", "kill", "--signal=SIGKILL", UNITS[program])
    assert seconds_until(lambda: not heard()) < 3


def test_bfd_notices_a_dead_director(program: str) -> None:
    has(VIP, "lvs-vips")
    announced(program=program, **wanted(prefixes=[VIP]))
    hears(VIP)
    eventually(lambda: " Up " in run("birdc", "-s", PEER_SOCKET, "show", "bfd", "sessions"))
    batch(DIRECTOR, ["link set eth0 down"])
    noticed = seconds_until(lambda: VIP not in heard())
    print(f"{program}: noticed after {noticed:.2f} s")
    assert noticed < 3  # of nine that the hold time is


def test_a_password_is_seen_by_nobody(program: str) -> None:
    results = [announced(program=program, **wanted())]
    eventually(lambda: state().count("Established") == 2, state)
    listen(NEXT_PASSWORD)
    (first, second) = wanted()["neighbours"]
    changed = wanted(neighbours=[{**first, "password": NEXT_PASSWORD}, second])
    results.append(announced(program=program, **changed))
    assert results[-1]["changed"] is True
    assert "a password is another one" in str(results[-1]["diff"])
    eventually(lambda: state().count("Established") == 2, state)
    results.append(announced(program=program, **wanted()))  # a wrong one
    results.append(announced(state="absent"))
    told = [str([{**result, "invocation": None} for result in results])]
    told += [run("journalctl", "--no-pager"), (OWNED.parent.exists() and OWNED.read_text()) or ""]
    told += [
        path.read_text() for path in Path("/var/log").rglob("*") if path.is_file() and path.suffix in (".log", ".jsonl")
    ]
    assert [secret for secret in (PASSWORD, NEXT_PASSWORD) if any(secret in text for text in told)] == []


@pytest.mark.usefixtures("frr")
def test_what_others_have_in_frr_stays() -> None:
    conf, daemons = FILES["frr"]
    conf.write_text(OTHERS)
    daemons.write_text(re.sub(r"^(bgpd|bfdd)=no", r"\1=yes", daemons.read_text(), flags=re.MULTILINE))
    begins("bgpd")
    run("vtysh", "-c", "configure terminal", "-c", "ip route 198.51.100.128/25 blackhole")  # and not saved
    before, number = running(), run("pidof", "bgpd")
    files = contents("frr")

    assert announced(**wanted())["changed"] is True
    assert of_others() == before
    assert conf.read_text().startswith(OTHERS)
    assert "198.51.100.128" not in conf.read_text()
    has(VIP, "lvs-vips")
    eventually(lambda: VIP in heard(), lambda: (heard(), state()))
    assert "203.0.113.0/24" not in heard()  # which others announce, to others
    assert announced(**wanted())["changed"] is False
    assert announced(**wanted(med=11))["changed"] is True
    assert announced(state="absent")["changed"] is True
    assert (running(), contents("frr"), run("pidof", "bgpd")) == (before, files, number)

    announced(**wanted())
    run("vtysh", "-c", "write memory")
    assert frr_conf.BEGIN not in conf.read_text()
    assert announced(**wanted())["changed"] is True  # the block comes back
    assert announced(**wanted())["changed"] is False
    run("vtysh", "-c", "write memory")
    assert announced(state="absent")["changed"] is True
    assert running() == before
    without = conf.read_text()
    run("vtysh", "-c", "write memory")
    assert conf.read_text() == without
    assert run("pidof", "bgpd") == number


@pytest.mark.usefixtures("frr")
def test_what_does_not_go_with_others_is_refused() -> None:
    conf, daemons = FILES["frr"]
    conf.write_text(OTHERS)
    begins("staticd")
    files = contents("frr")
    assert "set bfdd=yes and bgpd=yes in /etc/frr/daemons" in refused()
    assert contents("frr") == files
    daemons.write_text(re.sub(r"^(bgpd|bfdd)=no", r"\1=yes", daemons.read_text(), flags=re.MULTILINE))
    begins("bgpd")
    files, before = contents("frr"), running()

    assert "FRR has `router bgp 64520` here" in refused(local_as=64521)
    theirs = [{"address": "198.51.100.3", "remote_as": 64501}, {"address": "2001:db8:1::1", "remote_as": 64500}]
    told = refused(neighbours=theirs)
    assert "somebody else has set up 198.51.100.3 in FRR" in told
    assert "theirs" not in told.replace("of theirs", "")
    # What FRR itself refuses, in the middle of the change, is undone.
    itself = [{"address": "198.51.100.2", "remote_as": 64500}, {"address": "2001:db8:1::1", "remote_as": 64500}]
    assert "Can not configure the local system as neighbor" in refused(neighbours=itself)
    assert (running(), contents("frr")) == (before, files)

    run("vtysh", "-c", "conf t", "-c", "router bgp 64520", "-c", "address-family ipv4", "-c", "redistribute connected")
    assert "FRR has `redistribute connected` for ipv4 here, of others" in refused()
    Path("/etc/frr/vtysh.conf").write_text("no service integrated-vtysh-config\n")
    try:
        assert "no service integrated-vtysh-config" in refused()
    finally:
        Path("/etc/frr/vtysh.conf").write_text("service integrated-vtysh-config\n")
    assert contents("frr") == files
    assert not OWNED.exists()


@pytest.mark.usefixtures("frr")
def test_what_somebody_adds_to_ours_goes_and_what_they_take_comes_back() -> None:
    announced(**wanted())
    ours = running()
    strange = ["neighbor 198.51.100.1 description strange", "no neighbor 198.51.100.1 timers"]
    more = ["address-family ipv4 unicast", "neighbor 198.51.100.1 default-originate", "no redistribute connected"]
    words = ["configure terminal", "ip prefix-list lvs-vips permit 203.0.113.0/24", "router bgp 64520", *strange, *more]
    run("vtysh", *(part for word in words for part in ("-c", word)))
    assert announced(**wanted())["counts"] == {"added": 0, "changed": 2, "removed": 1}
    assert running() == ours


def test_a_program_that_takes_nothing_new_keeps_what_it_has(network: None) -> None:
    with at_rest("bird"):
        announced(program="bird", **wanted())
        conf, _own = FILES["bird"]
        conf.write_text(conf.read_text() + "nonsense;\n")
        files = contents("bird")
        told = refused(program="bird", med=11)
        assert "BIRD would not take its configuration then: " in told
        assert contents("bird") == files
        assert "BIRD would not take its" in module("bgp", inside=lambda: enter(DIRECTOR), state="absent")["msg"]
        assert contents("bird") == files
        has(VIP, "lvs-vips")
        eventually(lambda: heard().get(VIP, (0,))[0] == 10, heard)
