# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tunnels, GUE listeners and kernel modules of host_network; a real peer sends what they unpack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.wires import (
    DIP,
    DIP6,
    FAR,
    GATEWAY,
    GATEWAY6,
    MODULES,
    NEAR,
    PEER,
    peer,
    snapshot,
    told,
)

VIP, VIP6 = "203.0.113.198", "2001:db8:9::198"
OWN = "lvs-own"
FILTER = f"net.ipv4.conf.{OWN}.rp_filter"


@pytest.fixture(autouse=True)
def cable() -> Iterator[None]:
    for name in MODULES:
        run("modprobe", name)
    before = snapshot()
    with peer():
        yield
        for link in told("link"):
            if link["ifname"].startswith("lvs-"):
                run("ip", "link", "delete", link["ifname"])
        for line in run("ip", "fou", "show").splitlines():
            run("ip", "fou", "del", *line.replace(" gue", "").split())
    assert snapshot() == before


@pytest.fixture
def strict() -> Iterator[None]:
    """A host whose reverse path filter is strict wherever an interface has no laxer one of its own.

    The larger of conf.all and conf.INTERFACE counts, and 2 is laxer than 1 (IN_DEV_RPFILTER() in linux/inetdevice.h,
    __fib_validate_source() in net/ipv4/fib_frontend.c).
    """
    before = run("sysctl", "-n", "net.ipv4.conf.all.rp_filter").strip()
    run("sysctl", "-q", "net.ipv4.conf.all.rp_filter=1")
    yield
    run("sysctl", "-q", f"net.ipv4.conf.all.rp_filter={before}")


def files(folder: Path) -> dict[str, str]:
    return {
        "boot_file": str(folder / "network.batch"),
        "sysctl_file": str(folder / "sysctl.conf"),
        "modules_file": str(folder / "modules.conf"),
    }


def pings(address: str, source: str) -> bool:
    """Whether the peer gets an answer from an address of this host, which it reaches through its own tunnel."""
    words = ("ping", "-c", "2", "-W", "1", "-i", "0.3", "-I", source, address)
    try:
        run("ip", "netns", "exec", PEER, *words)
    except AssertionError:
        return False
    return True


def send_through(*tunnel: str) -> None:
    """Let the peer send what is for the VIPs through a tunnel of this kind to this host."""
    outside = (DIP6, GATEWAY6) if "ip6" in tunnel[0] else (DIP, GATEWAY)
    ends = ("remote", outside[0], "local", outside[1])
    run("ip", "-n", PEER, "link", "add", "out", "type", tunnel[0], *ends, *tunnel[1:])
    run("ip", "-n", PEER, "link", "set", "out", "up")
    if tunnel[0] != "sit":
        run("ip", "-n", PEER, "route", "add", VIP, "dev", "out", "src", GATEWAY)
    if tunnel[0] != "ipip":
        run("ip", "-n", PEER, "route", "add", VIP6, "dev", "out", "src", GATEWAY6)


BOTH = ((VIP, GATEWAY), (VIP6, GATEWAY6))


@pytest.mark.parametrize(
    ("kind", "checksum", "sends", "inside"),
    [
        ("ipip", False, ("ipip",), BOTH[:1]),
        ("sit", False, ("sit",), BOTH[1:]),
        ("gre", False, ("gre",), BOTH),
        ("gre", True, ("gre", "ocsum"), BOTH),
        ("ip6tnl", False, ("ip6tnl", "mode", "any"), BOTH),
        ("ip6gre", False, ("ip6gre",), BOTH),
        ("ip6gre", True, ("ip6gre", "ocsum"), BOTH),
    ],
)
@pytest.mark.usefixtures("strict")
def test_a_tunnel_unpacks(kind: str, checksum: bool, sends: tuple[str, ...], inside: Any) -> None:
    send_through(*sends)
    tunnel = {"name": OWN, "kind": kind, "local": DIP6 if "ip6" in kind else DIP, "checksum": checksum}
    addresses = [{"address": VIP, "interface": OWN}, {"address": VIP6, "interface": OWN}]
    options = {"tunnels": [tunnel], "addresses": addresses, "sysctls": {FILTER: "2"}}
    assert not pings(*inside[0])
    assert module("host_network", **options)["changed"]
    assert [pings(*pair) for pair in inside] == [True] * len(inside)
    assert not module("host_network", **options)["changed"]
    assert module("host_network", state="deleted", **options)["changed"]


@pytest.mark.usefixtures("strict")
def test_what_a_tunnel_unpacks_is_dropped_by_a_strict_reverse_path_filter() -> None:
    """The peer is reached by another interface than the one that its packets come from."""
    send_through("ipip")
    options: dict[str, Any] = {
        "tunnels": [{"name": OWN, "kind": "ipip", "local": DIP}],
        "addresses": [{"address": VIP, "interface": OWN}],
    }
    module("host_network", **options)
    before = dropped_by_reverse_path_filter()
    assert not pings(VIP, GATEWAY)
    assert dropped_by_reverse_path_filter() > before
    assert module("host_network", **options, sysctls={FILTER: "2"})["commands"] == [f"sysctl -w {FILTER}=2"]
    assert pings(VIP, GATEWAY)


def dropped_by_reverse_path_filter() -> int:
    """How many packets this host has dropped for it so far (ip_rcv_finish_core() in net/ipv4/ip_input.c)."""
    words = run("nstat", "-asz", "TcpExtIPReversePathFilter").split()
    return int(words[words.index("TcpExtIPReversePathFilter") + 1])


@pytest.mark.parametrize(
    ("kind", "family", "pair"), [("ipip", "ipv4", BOTH[0]), ("ip6tnl", "ipv6", BOTH[0]), ("ip6tnl", "ipv6", BOTH[1])]
)
@pytest.mark.usefixtures("strict")
def test_a_listener_unpacks(kind: str, family: str, pair: tuple[str, str]) -> None:
    mode = ("mode", "any") if kind == "ip6tnl" else ()
    encapsulation = ("encap", "gue", "encap-sport", "auto", "encap-dport", "6080", "encap-csum")
    send_through(kind, *mode, *encapsulation)
    options: dict[str, Any] = {
        "tunnels": [{"name": OWN, "kind": kind, "local": DIP6 if family == "ipv6" else DIP}],
        "addresses": [{"address": VIP, "interface": OWN}, {"address": VIP6, "interface": OWN}],
        "sysctls": {FILTER: "2"},
    }
    module("host_network", **options)
    assert not pings(*pair)
    result = module("host_network", **options, listeners=[{"port": 6080, "family": family}])
    assert result["commands"] == [f"ip fou add port 6080 gue{' -6' if family == 'ipv6' else ''}"]
    assert pings(*pair)


def everything() -> dict[str, Any]:
    """Tunnels and listeners of every kind, and what may be on them."""
    return {
        "kernel_modules": ["ip_vs"],
        "tunnels": [
            {"name": OWN, "kind": "ipip", "local": DIP},
            {"name": "lvs-sit", "kind": "sit", "local": DIP},
            {"name": "lvs-gre", "kind": "gre", "local": DIP, "checksum": True},
            {"name": "lvs-ip6", "kind": "ip6tnl", "local": DIP6},
            {"name": "lvs-gre.6", "kind": "ip6gre", "local": DIP6, "checksum": True},
        ],
        "listeners": [{"port": 6080}, {"port": 6081, "family": "ipv6"}],
        "addresses": [{"address": VIP, "interface": OWN}, {"address": VIP6, "interface": "lvs-gre.6"}],
        "routes": [
            {"destination": "default", "gateway": GATEWAY, "table": 5080},
            {"destination": "default", "gateway": GATEWAY6, "table": 5080},
            {"destination": "203.0.113.0/24", "interface": OWN},
            {"destination": "2001:db8:7::/64", "gateway": GATEWAY6, "interface": NEAR},
            {"destination": "default", "family": "ipv4", "kind": "local", "table": 5081},
            {"destination": "default", "family": "ipv6", "kind": "local", "table": 5081},
        ],
        "rules": [
            {"priority": 5080, "source": DIP, "protocol": "tcp", "source_port": 80, "table": 5080},
            {"priority": 5080, "source": DIP6, "destination": "2001:db8::/32", "table": 5080},
            {"priority": 5081, "family": "ipv4", "mark": 1, "table": 5081},
            {"priority": 5081, "family": "ipv6", "mark": 1, "table": 5081},
        ],
        "sysctls": {
            f"net.ipv4.conf.[{DIP}].rp_filter": "2",
            FILTER: "2",
            "net.ipv4.conf.lvs-gre/6.rp_filter": "0",
        },
    }


def test_everything_now_at_the_next_boot_and_as_it_was_before(tmp_path: Path) -> None:
    before = snapshot()
    filters = run("sysctl", "-n", f"net.ipv4.conf.{NEAR}.rp_filter")
    foretold = module("host_network", check=True, state="replaced", **everything(), **files(tmp_path))
    assert snapshot() == before
    result = module("host_network", state="replaced", **everything(), **files(tmp_path))
    assert {**result, "invocation": 0} == {**foretold, "invocation": 0}
    running = snapshot()
    assert {"port 6080 gue", "port 6081 gue -6"} <= running
    assert not module("host_network", state="replaced", **everything(), **files(tmp_path))["changed"]
    assert run("sysctl", "-n", FILTER).strip() == "2"
    assert f"net.ipv4.conf.{NEAR}.rp_filter = 2" in (tmp_path / "sysctl.conf").read_text()
    names = [line for line in (tmp_path / "modules.conf").read_text().splitlines() if line[0] != "#"]
    assert names == ["fou", "ip_vs"]

    # Taken away by hand, and loaded from the files; twice does no harm.
    for command in reversed(result["commands"]):
        undo(command)
    assert snapshot() == before
    for _time in range(2):
        load("-4", tmp_path / "network.batch")
        load("-6", tmp_path / "network.batch6")
    run("sysctl", "-p", str(tmp_path / "sysctl.conf"))
    assert snapshot() == running
    assert not module("host_network", state="replaced", **everything(), **files(tmp_path))["changed"]

    module("host_network", state="deleted", all=True, **files(tmp_path))
    assert snapshot() == before
    assert run("sysctl", "-n", f"net.ipv4.conf.{NEAR}.rp_filter") == filters
    assert list(tmp_path.iterdir()) == []


def undo(command: str) -> None:
    """Take back what a command has done; what is on a tunnel goes with it."""
    words = command.split(" && ")[0].split()
    if words[:3] == ["ip", "link", "add"]:
        run("ip", "link", "delete", words[3])
    elif words[:2] == ["ip", "fou"]:
        run(*" ".join(words).replace(" add ", " del ").replace(" gue", "").split())
    elif "rule" in words or "route" in words:
        run(*" ".join(words).replace(" add ", " delete ").split())


def load(option: str, path: Path) -> None:
    """Load a file as at the next boot; what is there already is told on standard error, and the status is not 0."""
    batch = ("ip", "-6", "-force", "-batch") if option == "-6" else ("ip", "-force", "-batch")
    try:
        run(*batch, str(path))
    except AssertionError as error:
        assert "File exists" in str(error) or "Address already in use" in str(error)  # noqa: PT017


def test_a_tunnel_is_made_anew_with_what_is_on_it(tmp_path: Path) -> None:
    options = {"addresses": [{"address": VIP, "interface": OWN}], "sysctls": {FILTER: "2"}, **files(tmp_path)}
    options["routes"] = [{"destination": "203.0.113.0/24", "interface": OWN}]
    module("host_network", tunnels=[{"name": OWN, "kind": "ipip", "local": DIP}], **options)
    result = module("host_network", tunnels=[{"name": OWN, "kind": "gre", "local": DIP}], **options)
    assert result["counts"] == {"added": 2, "changed": 2, "removed": 0}
    (link,) = told("-d", "link", "show", OWN)
    assert link["linkinfo"]["info_kind"] == "gre"
    assert "UP" in link["flags"]
    assert run("sysctl", "-n", FILTER).strip() == "2"
    assert VIP in run("ip", "address", "show", OWN)
    assert OWN in run("ip", "route", "show", "203.0.113.0/24")


def test_a_tunnel_that_is_down_is_brought_up() -> None:
    tunnel = {"name": OWN, "kind": "sit", "local": DIP}
    run("ip", "link", "add", OWN, "type", "sit", "local", DIP)
    assert module("host_network", tunnels=[tunnel])["commands"] == [f"ip link set {OWN} up"]
    assert not module("host_network", tunnels=[tunnel])["changed"]


@pytest.mark.parametrize("kind", ["ipip", "sit", "gre", "ip6tnl", "ip6gre"])
def test_a_failure_is_undone(kind: str, tmp_path: Path) -> None:
    """The last change fails; by then a tunnel has been made, one made anew, and one taken away."""
    own = {"name": OWN, "kind": kind, "local": DIP6 if "ip6" in kind else DIP}
    old = {**own, "name": "lvs-old", "local": GATEWAY6 if "ip6" in kind else GATEWAY}
    vip = {"address": VIP, "interface": OWN}
    module("host_network", tunnels=[own, old], addresses=[vip], sysctls={FILTER: "2"}, **files(tmp_path))
    before = snapshot()
    other = {**own, "local": "2001:db8:51::9" if "ip6" in kind else "198.51.100.9"}
    result = module(
        "host_network",
        state="replaced",
        tunnels=[other],
        addresses=[vip],
        sysctls={FILTER: "1"},
        routes=[{"destination": "192.0.2.128/25", "gateway": "203.0.113.77", "interface": NEAR}],
        **files(tmp_path),
    )
    assert result["failed"]
    assert "no network of this host has the gateway in it" in result["msg"]
    assert result["msg"].endswith("What this call had done was undone: the host is as it was before")
    assert snapshot() == before
    assert run("sysctl", "-n", FILTER).strip() == "2"


def test_interfaces_of_others_are_left_alone(tmp_path: Path) -> None:
    run("ip", "link", "add", OWN, "type", "ipip", "local", DIP, "remote", GATEWAY)
    before = snapshot()
    result = module("host_network", tunnels=[{"name": OWN, "kind": "ipip", "local": DIP}], **files(tmp_path))
    assert f"tunnels: {OWN} cannot be added: an interface of this name is there" in result["msg"]
    assert snapshot() == before


def test_a_port_that_is_taken_is_told() -> None:
    run("ip", "fou", "add", "port", "6080", "ipproto", "4")
    result = module("host_network", listeners=[{"port": 6080}])
    assert "cannot add GUE listener ipv4 port 6080: something else on this host has the port" in result["msg"]


def test_a_kernel_module_that_is_not_installed_is_told_before_anything_is_changed() -> None:
    before = snapshot()
    for check in (True, False):
        result = module(
            "host_network",
            check=check,
            kernel_modules=["lvs-nothing"],
            tunnels=[{"name": OWN, "kind": "ipip", "local": DIP}],
        )
        assert "This call has changed nothing" in result["msg"]
        assert "kernel_modules: lvs_nothing is not loaded and cannot be" in result["msg"]
        assert snapshot() == before


def test_a_kernel_module_is_loaded_once_and_what_is_built_in_is_there(tmp_path: Path) -> None:
    run("modprobe", "--remove", "dummy")
    built_in = Path(f"/lib/modules/{run('uname', '-r').strip()}/modules.builtin").read_text().splitlines()
    absent = next(
        name
        for name in (Path(line).name.partition(".")[0].replace("-", "_") for line in built_in)
        if not Path("/sys/module", name).exists()
    )
    result = module("host_network", kernel_modules=["dummy", absent], **files(tmp_path))
    assert result["commands"] == ["modprobe dummy"]
    assert Path("/sys/module/dummy").exists()
    assert not module("host_network", kernel_modules=["dummy", absent], **files(tmp_path))["changed"]
    module("host_network", state="replaced", **files(tmp_path))
    assert Path("/sys/module/dummy").exists()
    assert list(tmp_path.iterdir()) == []
    assert FAR not in run("ip", "link")
