# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf as keepalived itself takes it, and the module that puts it in place."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import HEADER
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.known_faults import BY_CODE
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, module, run

VERSION = tuple(map(int, re.findall(r"v([0-9.]+)", run("sh", "-c", "keepalived --version 2>&1"))[0].split(".")))
INTERFACE, OTHER_INTERFACE = "lvskeep", "lvskeep2"
GROUPS = {"all": ["lvs1", "lvs2", "web1", "web2"], "lvs_directors": ["lvs1", "lvs2"], "web": ["web1", "web2"]}
HOSTS = {
    "lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2", "lvs_interface": INTERFACE},
    "lvs2": {"ansible_host": "192.0.2.3", "lvs_ipv6_address": "2001:db8::3", "lvs_interface": INTERFACE},
    "web1": {"ansible_host": "192.0.2.21", "lvs_ipv6_address": "2001:db8::21"},
    "web2": {"ansible_host": "192.0.2.22", "lvs_ipv6_address": "2001:db8::22", "lvs_weight": 2},
}
VIP, OTHER, VIP6, OTHER6 = "192.0.2.198", "192.0.2.199", "2001:db8::198", "2001:db8::199"
# What an owner may write that has a meaning in the file's syntax.
ODD = "/a b'c'd\\e{f}!g#h@i$j;k"
PATH = "/a%20b'c'd{e}f!g%23h@i$j;k"


def service(**options: Any) -> dict[str, Any]:
    return {"name": "shop", "address": VIP, "port": 80, "real_servers": "web", **options}


def text(
    *services: dict[str, Any],
    director: int = 0,
    in_use: dict[str, str] | None = None,
    vrrp_addresses: tuple[str, str, str] | None = None,
    **options: Any,
) -> str:
    """The configuration of a director. vrrp_addresses: by which the two hear each other, and the interface of those."""
    *addresses, place = vrrp_addresses or (INTERFACE,)
    vrrp = {host: {"lvs_vrrp_address": address} for host, address in zip(("lvs1", "lvs2"), addresses, strict=False)}
    hosts = {host: {**own, **vrrp.get(host, {})} for host, own in HOSTS.items()}
    if vrrp_addresses:
        hosts = {host: {name: own[name] for name in own if name != "lvs_interface"} for host, own in hosts.items()}
    cluster = parse(options, list(services), GROUPS, hosts)
    interfaces = dict.fromkeys(["192.0.2.2", *(vip.address for vip in cluster.vips)], INTERFACE)
    interfaces.update(dict.fromkeys(addresses, place))
    return configuration(cluster, cluster.directors[director], interfaces, in_use)


@pytest.fixture(autouse=True)
def interface(drained_folder: Path) -> Any:
    run("ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", OTHER_INTERFACE)
    for name in (INTERFACE, OTHER_INTERFACE):
        run("ip", "link", "set", name, "up")
    run("ip", "address", "add", "192.0.2.2/25", "dev", INTERFACE)
    yield
    run("ip", "link", "delete", INTERFACE)


def put(folder: Path, content: str, **options: Any) -> dict[str, Any]:
    return module("keepalived", content=content, path=str(folder / "keepalived.conf"), **options)


CHECKS: list[Any] = [
    {"type": "http", "path": PATH, "status": [200, "301-302"], "virtual_host": "www.example.com", "regex": "^a {2}b$"},
    {"type": "https", "port": 443, "http_version": "1.1", "digest": "0" * 32, "bind_address": "192.0.2.2"},
    {"type": "https", "sni": False, "regex": ODD, "regex_no_match": True, "regex_options": ["caseless", "dotall"]},
    {"type": "tcp", "address": "192.0.2.77", "port": 81, "timeout": 2.5, "retries": 2, "retry_delay": 1, "warmup": 0},
    {"type": "smtp", "helo_name": "mail.example.com", "interval": 3, "alpha": True, "log_all_failures": True},
    {"type": "dns", "query_type": "A", "query_name": "example.com", "bind_port": 5353, "fwmark": 3},
    {"type": "udp", "payload": "00fe", "reply": "00xx", "min_reply_length": 1, "max_reply_length": 9},
    {"type": "udp", "require_reply": True},
    {"type": "ping", "timeout": 4},
    {"type": "misc", "command": "/usr/bin/test -e 'a b'", "timeout": 3, "dynamic": True, "user": "nobody"},
    {"type": "bfd", "min_rx": 100, "min_tx": 100, "multiplier": 3},
    {"type": "file", "path": "/run/lvs-weight", "weight": -2},
]
CLUSTERS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "the common case": ([service()], {}),
    "every check": ([service(checks=CHECKS)], {}),
    "all about a service": (
        [
            service(
                scheduler="sh",
                scheduler_flags=["port", "fallback"],
                persistence_timeout=60,
                persistence_netmask="24",
                inhibit_on_failure=True,
                virtual_host="shop.example.com",
                alerts=True,
                alpha=True,
                omega=True,
                suspend_without_vip=True,
                quorum=2,
                hysteresis=1,
                quorum_up="/bin/true up",
                quorum_down="/bin/true 'down now'",
                sorry_server={"address": "192.0.2.99", "inhibit_on_failure": True},
                raw="snmp_name shop",
                real_servers=[
                    {"host": "web1", "upper_threshold": 9, "lower_threshold": 3, "notify_up": "/bin/true"},
                    {"host": "web2", "notify_down": "/bin/true", "inhibit_on_failure": True, "alerts": False},
                ],
            )
        ],
        {"email": {"to": "root@example.com", "from": "lvs@example.com", "helo_name": "lvs1", "timeout": 9}},
    ),
    "groups, marks, tunnels, all ports": (
        [
            service(address=[VIP, OTHER, VIP6]),
            service(name="marked", fwmark=7, address=[VIP, VIP6], port=[81, 82], protocol="tcp"),
            service(name="gue", port=83, forward="tun", tunnel_type="gue", tunnel_checksum="remcsum"),
            service(name="gre", port=84, forward="tun", tunnel_type="gre", tunnel_checksum="csum"),
            service(name="ipip", port=85, protocol="sctp", forward="tun"),
            service(name="all", address=OTHER, port=0, persistence_timeout=9, real_servers=[{"host": "web1"}]),
            service(name="sip", port=5060, protocol="udp", persistence_timeout=9, persistence_engine="sip"),
            service(name="dns", address=VIP6, port=53, protocol="udp", one_packet=True, scheduler="mh"),
        ],
        {},
    ),
    "the fast profile": ([service(address=[VIP, VIP6])], {"vrrp": {"profile": "fast"}, "sync_daemon": {"id": 3}}),
    "all about VRRP": (
        [service()],
        {
            "vrrp": {
                "virtual_router_id": 7,
                "advert_interval": 2,
                "unicast": True,
                "preempt": False,
                "startup_delay": 1.5,
                "password": "s3cret/1",
                "garp_delay": 1,
                "garp_repeat": 2,
                "garp_refresh": 60,
                "garp_refresh_repeat": 2,
                "garp_lower_priority_delay": 3,
                "garp_lower_priority_repeat": 1,
                "track_interfaces": [{"interface": OTHER_INTERFACE, "weight": -3}],
                "track_scripts": [
                    {"name": "disk", "command": "/usr/bin/test -w /tmp", "interval": 2, "timeout": 3, "weight": -9}
                    | {"rise": 2, "fall": 3, "user": "nobody", "fails_at_first": True}
                ],
                "track_files": [{"name": "away", "path": "/run/lvs-away", "weight": -1}],
                "notify": "/bin/true 'all of them'",
                "notify_master": "/bin/true",
                "notify_stop": "/bin/true",
                "alerts": False,
                "raw": "mcast_src_ip 192.0.2.2",
            },
            "sync_daemon": {"id": 3, "port": 8849, "ttl": 2, "max_length": 1400},
            "timeouts": {"tcp": 7200, "tcpfin": 60, "udp": 30},
            "vips": [{"address": VIP, "prefix": 25, "label": f"{INTERFACE}:1"}],
            "raw": {"global_defs": "process_names", "file": "static_routes {\n}"},
        },
    ),
    "a process that the owner's own lines track": (
        [service()],
        {
            "raw": {"file": "vrrp_track_process track_haproxy {\n    process haproxy\n    weight -10\n    delay 3\n}"},
            "vrrp": {"raw": "track_process {\n    track_haproxy\n}"},
        },
    ),
    "one number for both families and for two networks": (
        [service(address=[VIP, VIP6]), service(name="other", address=OTHER)],
        {
            "vrrp": {
                "virtual_router_id": 10,
                "instances": [
                    {"name": "four", "vips": VIP, "virtual_router_id": 10, "interface": INTERFACE},
                    {"name": "six", "vips": VIP6, "virtual_router_id": 10},
                    {"name": "outer", "vips": OTHER, "virtual_router_id": 10, "interface": OTHER_INTERFACE},
                ],
            },
            "sync_daemon": {"group": "ff02::5e"},
        },
    ),
    "unicast and a VIP of IPv6": ([service(address=VIP6)], {"vrrp": {"unicast": True}}),
    "two instances that move apart, and their connections": (
        [service(), service(name="other", address=OTHER)],
        {
            "vrrp": {"instances": [{"name": "one", "vips": VIP}, {"name": "other", "vips": OTHER}]},
            "sync_daemon": {"id": 3, "max_length": 1400},
        },
    ),
    "two instances, version 3, fractions of a second": (
        [service(), service(name="six", address=VIP6)],
        {
            "vrrp": {
                "version": 3,
                "advert_interval": 0.25,
                "instances": [
                    {"name": "four", "vips": [VIP], "sync_group": "both", "priorities": {"lvs1": 150}}
                    | {"track_interfaces": [{"interface": OTHER_INTERFACE, "weight": 3}]},
                    {"name": "six", "vips": [VIP6], "sync_group": "both"},
                ],
            }
        },
    ),
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_keepalived_takes_it(tmp_path: Path, name: str) -> None:
    services, options = CLUSTERS[name]
    content = text(*services, **options)
    result = put(tmp_path, content, password="s3cret/1")
    assert not result.get("failed"), result["msg"] + "\n" + content
    assert result["changed"]
    assert not result.get("warnings")
    path = tmp_path / "keepalived.conf"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == content.replace("@password@", "s3cret/1")
    assert "s3cret" not in str(result)
    assert not put(tmp_path, content, password="s3cret/1")["changed"]


def test_a_configuration_with_mistakes_leaves_the_running_one_as_it_is(tmp_path: Path) -> None:
    good = text(service())
    put(tmp_path, good)
    for content, words in {
        good.replace("lvs_sched wlc", "lvs_shed wlc"): [
            "keepalived found mistakes in this configuration",
            "Unknown keyword 'lvs_shed'",
        ],
        good.replace(f"interface {INTERFACE}", "interface lvsnone"): [
            "WARNING - interface lvsnone for vrrp_instance lvs doesn't exist",
            "<- interface lvsnone",
        ],
        good.replace("    enable_script_security\n", "").replace(
            "TCP_CHECK {\n", "MISC_CHECK {\n            misc_path /bin/true\n"
        ): ["keepalived would not run scripts with this configuration"],
    }.items():
        for check in (True, False):
            result = put(tmp_path, content, check=check)
            assert result["failed"]
            assert not result.get("changed")
            for word in ["keepalived.conf stays as it is, and keepalived goes on with it", *words]:
                assert word in result["msg"]
            assert (tmp_path / "keepalived.conf").read_text() == good
    assert [path.name for path in tmp_path.iterdir()] == ["keepalived.conf"]


@pytest.mark.parametrize("there", ["", "lvs"], ids=["no folder is there", "only the outer folder is there"])
def test_the_folder_of_tracked_files_is_there_when_keepalived_tests(tmp_path: Path, there: str) -> None:
    """Since 2.2.8, keepalived tracks no file whose folder is not there."""
    (tmp_path / there).mkdir(exist_ok=True)
    before = sorted(tmp_path.rglob("*"))
    content = text(service()).replace("/etc/lvs/", f"{tmp_path}/lvs/")
    wrong = content.replace("lvs_sched wlc", "lvs_shed wlc")
    folder = str(tmp_path / "lvs" / "drained")
    for check in (True, False):
        result = put(tmp_path, wrong, check=check, drained_folder=folder)
        assert result["failed"]
        assert "Unknown keyword 'lvs_shed'" in result["msg"]
        assert ".lvs-" not in result["msg"]
        assert sorted(tmp_path.rglob("*")) == before
    foretold = put(tmp_path, content, check=True, drained_folder=folder)
    assert foretold.get("changed"), foretold
    assert sorted(tmp_path.rglob("*")) == before
    result = put(tmp_path, content, drained_folder=folder)
    assert (result["changed"], result["diff"]) == (True, foretold["diff"])
    assert Path(folder).is_dir()
    assert not put(tmp_path, content, drained_folder=folder)["changed"]


def test_a_password_is_shown_nowhere(tmp_path: Path) -> None:
    content = text(service(), vrrp={"password": "s3cret/1"})
    assert "option password is not given" in put(tmp_path, content)["msg"]
    put(tmp_path, content, password="0ld+one")
    result = put(tmp_path, content, password="s3cret/1")
    assert result["changed"]
    result |= put(tmp_path, content.replace("state BACKUP", "state BACKUPP"), password="s3cret/1")
    assert result["failed"]
    other = '# auth_pass 0thers\n$VPASS=0thers\nauthentication { auth_pass 0thers }\n"auth_pass" "0thers"\n'
    (tmp_path / "keepalived.conf").write_text(other)
    result |= put(tmp_path, f"{content}\n{other}", password="s3cret/1")
    assert "Unknown keyword" in result["msg"]
    told = str(result) + run("journalctl", "--since", "-1min", "--no-pager")
    assert "s3cret" not in told
    assert "0ld+one" not in told
    assert "0thers" not in told
    assert "auth_pass ********" in str(result["diff"])


def test_what_stood_there_before_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf"
    path.write_text("global_defs {\n    router_id before\n}\n")
    path.chmod(0o640)
    folder = tmp_path / "drained"
    foretold = put(tmp_path, text(service()), check=True, drained_folder=str(folder))
    assert "router_id before" in path.read_text()
    assert not folder.exists()
    result = put(tmp_path, text(service()), drained_folder=str(folder))
    assert result["diff"] == foretold["diff"]
    assert result["diff"][0]["before"] == "global_defs {\n    router_id before\n}\n"
    assert path.read_text().startswith(HEADER)
    assert folder.is_dir()
    again = module("keepalived", state="absent", path=str(path))
    assert (again["changed"], again["restored"]) == (True, True)
    assert path.read_text() == "global_defs {\n    router_id before\n}\n"
    assert path.stat().st_mode & 0o777 == 0o640
    again = module("keepalived", state="absent", path=str(path))
    assert (again["changed"], again["restored"]) == (False, True)
    path.unlink()
    put(tmp_path, text(service()))
    again = module("keepalived", state="absent", path=str(path))
    assert (again["changed"], again["restored"]) == (True, False)
    assert not path.exists()


def version() -> tuple[int, ...]:
    """That of keepalived here."""
    told = subprocess.run(["keepalived", "--version"], capture_output=True, text=True, check=True)
    return tuple(map(int, re.findall(r"v(\d+)\.(\d+)\.(\d+)", told.stderr + told.stdout)[0]))


def needs_interface() -> bool:
    """Whether it takes no unicast without an interface."""
    return BY_CODE["LVS772"].is_in(version())


def test_unicast_without_an_interface_is_refused_in_words(tmp_path: Path) -> None:
    content = text(service(), vrrp={"unicast": True}, vrrp_addresses=("198.51.100.2", "198.51.100.3", "lo"))
    result = put(tmp_path, content)
    told = "keepalived 2.2.5 to 2.2.7 need an interface for unicast as well" in result.get("msg", "")
    assert told == bool(result.get("failed")) == needs_interface()


def test_a_last_byte_ff_is_taken_by_newer_releases(tmp_path: Path) -> None:
    for name in ("payload", "reply"):
        check = {"type": "udp", "port": 53, "payload": "00", name: "00ff"}
        result = put(tmp_path, text(service(checks=check)))
        assert bool(result.get("failed")) == BY_CODE["LVS771"].is_in(version()), result.get("msg")


class Running:
    """keepalived as one of the directors, in a network namespace of its own."""

    def __init__(self, folder: Path, director: int, *options: str) -> None:
        self.namespace = f"{INTERFACE}{director}"
        self._director = director
        self._file, self._log = folder / f"{self.namespace}.conf", folder / f"{self.namespace}.log"
        self._command = [
            *("ip", "netns", "exec", self.namespace, "keepalived", "--dont-fork", "--log-console", "--log-detail"),
            *("--use-file", str(self._file), *options),
        ]
        for name in ("pid", "vrrp_pid", "checkers_pid", "bfd_pid"):
            self._command += [f"--{name}", str(folder / f"{self.namespace}.{name}")]
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, *services: dict[str, Any], **options: Any) -> None:
        """Start it, or let it reload, with a configuration of its own."""
        self._file.write_text(text(*services, director=self._director, **options))
        reloads = self.log().count("Reload complete")
        if self._process is None:
            with self._log.open("w") as output:
                self._process = subprocess.Popen(self._command, stdout=output, stderr=subprocess.STDOUT)
            eventually(lambda: "Startup complete" in self.log(), self.log)
        else:
            self._process.send_signal(signal.SIGHUP)
            eventually(lambda: self.log().count("Reload complete") > reloads, self.log)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    def masters(self) -> int:
        """How often it has taken the VIPs."""
        return self.log().count("Entering MASTER STATE")

    def addresses(self, interface: str = INTERFACE) -> set[str]:
        shown = run("ip", "-n", self.namespace, "-oneline", "address", "show", "dev", interface)
        return set(re.findall(r" inet6? ([0-9a-f.:]+)/", shown))


@contextmanager
def directors(folder: Path, *options: str) -> Iterator[tuple[Running, Running]]:
    """Two directors with a cable between them, each with its addresses; what runs there has these options."""
    both = Running(folder, 0, *options), Running(folder, 1, *options)
    one, other = (running.namespace for running in both)
    try:
        run("ip", "netns", "add", one)
        run("ip", "netns", "add", other)
        run("ip", "-n", one, "link", "add", INTERFACE, "type", "veth", "peer", "name", INTERFACE, "netns", other)
        for running, host in zip(both, ("lvs1", "lvs2"), strict=True):
            lines = ["link set lo up", f"link set {INTERFACE} up"]
            lines.append(f"address add {HOSTS[host]['ansible_host']}/25 dev {INTERFACE}")
            lines.append(f"address add {HOSTS[host]['lvs_ipv6_address']}/64 dev {INTERFACE} nodad")
            run("ip", "-n", running.namespace, "-batch", "-", stdin="".join(f"{line}\n" for line in lines))
        yield both
    finally:
        for running in both:
            running.stop()
            subprocess.run(["ip", "netns", "delete", running.namespace], capture_output=True, check=False)


def holds(running: Running, vips: list[str]) -> Callable[[], bool]:
    """Whether a director has these VIPs and no other."""
    return lambda: running.addresses() & {VIP, OTHER, VIP6, OTHER6} == {*vips}


@pytest.mark.parametrize(
    ("steps", "vrrp", "advertised"),
    [
        ([[VIP], [VIP, OTHER, VIP6], [OTHER]], {}, "127.112.9.51"),
        ([[VIP6], [OTHER6, VIP6], [OTHER6]], {}, "fe80::112:9:51"),
        ([[VIP], [OTHER, VIP]], {"version": 3, "unicast": True}, "127.112.9.51"),
    ],
)
def test_other_vips_are_rolled_out_to_one_director_after_the_other(
    tmp_path: Path, steps: list[list[str]], vrrp: dict[str, Any], advertised: str
) -> None:
    """While their VIPs differ, the directors hear each other: the second takes nothing that the first has."""
    with directors(tmp_path, "--vrrp") as (first, second):
        vips = steps[0]
        first.configure(service(address=vips), vrrp=vrrp, in_use={"lvs": advertised})
        eventually(holds(first, vips), first.log)
        second.configure(service(address=vips), vrrp=vrrp, in_use={"lvs": advertised})
        for vips in steps[1:]:
            second.configure(service(address=vips), vrrp=vrrp, in_use={"lvs": advertised})
            # Longer than a director waits that hears no other: three seconds and a part of one.
            time.sleep(5)
            first.configure(service(address=vips), vrrp=vrrp, in_use={"lvs": advertised})
            eventually(holds(first, vips), first.log)
            assert (first.masters(), second.masters()) == (1, 0), first.log() + second.log()
            for vip in vips:
                assert re.search(rf"(gratuitous ARP|Neighbour Advert)\S* on {INTERFACE} for {vip}\n", first.log())
        assert advertised in first.addresses() | first.addresses("lo")
        first.stop()
        eventually(holds(second, vips), second.log)
        assert holds(first, [])()
        assert advertised not in first.addresses() | first.addresses("lo")


@pytest.mark.skipif(VERSION >= (2, 3, 3), reason="since 2.3.3, keepalived goes by what other clusters advertise too")
def test_two_clusters_with_the_same_virtual_router_hold_their_vips_both(tmp_path: Path) -> None:
    """keepalived before 2.3.3 ignores what other clusters advertise, for another address: vrrp_check_packet()."""
    if version() >= (2, 3, 3):
        pytest.skip("this version of keepalived hears other clusters; a roll-out listens for them: test_host_info.py")
    with directors(tmp_path, "--vrrp") as (one, other):
        one.configure(service(address=VIP))
        other.configure(service(address=OTHER))
        eventually(holds(one, [VIP]), one.log)
        eventually(holds(other, [OTHER]), other.log)
        one.stop()
        one.configure(service(address=VIP))
        eventually(holds(one, [VIP]), one.log)
        assert holds(other, [OTHER])()


@pytest.mark.parametrize("place", ["lo", OTHER_INTERFACE])
@pytest.mark.parametrize("vrrp", [{"unicast": True}, {}], ids=["unicast", "multicast"])
def test_directors_hear_each_other_by_addresses_of_their_own(tmp_path: Path, place: str, vrrp: dict[str, Any]) -> None:
    """On a network of their own, and on lo, to which there are routes."""
    if place == "lo" and not vrrp:
        pytest.skip("a group is reached by an interface")
    if place == "lo" and needs_interface():
        pytest.skip(
            "this version of keepalived needs an interface: test_unicast_without_an_interface_is_refused_in_words"
        )
    addresses = ("198.51.100.2", "198.51.100.3")
    with directors(tmp_path, "--vrrp") as (first, second):
        one, other = first.namespace, second.namespace
        if place != "lo":
            run("ip", "-n", one, "link", "add", place, "type", "veth", "peer", "name", place, "netns", other)
        for running, own, peer, gateway in (
            (first, *addresses, "192.0.2.3"),
            (second, *reversed(addresses), "192.0.2.2"),
        ):
            run("ip", "-n", running.namespace, "link", "set", place, "up")
            run("ip", "-n", running.namespace, "address", "add", f"{own}/{32 if place == 'lo' else 24}", "dev", place)
            if place == "lo":
                run("ip", "-n", running.namespace, "route", "add", peer, "via", gateway)
            running.configure(service(), vrrp=vrrp, vrrp_addresses=(*addresses, place))
        eventually(holds(first, [VIP]), first.log)
        # Longer than a director waits that hears no other.
        time.sleep(5)
        assert (first.masters(), second.masters()) == (1, 0), first.log() + second.log()
        first.stop()
        eventually(holds(second, [VIP]), second.log)


def test_one_number_serves_both_families(tmp_path: Path) -> None:
    instances = [
        {"name": "four", "vips": VIP, "virtual_router_id": 10},
        {"name": "six", "vips": VIP6, "virtual_router_id": 10, "priorities": {"lvs2": 200}},
    ]
    with directors(tmp_path, "--vrrp") as (first, second):
        for running in (first, second):
            running.configure(service(address=[VIP, VIP6]), vrrp={"instances": instances})
        eventually(holds(first, [VIP]), first.log)
        eventually(holds(second, [VIP6]), second.log)


def test_directors_tell_of_connections_by_a_group_of_ipv6(tmp_path: Path) -> None:
    with directors(tmp_path) as (first, second):
        for running in (first, second):
            running.configure(service(), sync_daemon={"id": 3, "group": "ff02::5e"})
        eventually(holds(first, [VIP]), first.log)
        for running, role in ((first, "master"), (second, "backup")):
            daemons = run("ip", "netns", "exec", running.namespace, "ipvsadm", "-L", "--daemon")
            assert f"{role} sync daemon (mcast={INTERFACE}, syncid=3" in daemons
            assert "group=ff02::5e" in daemons


def test_directors_whose_instances_move_apart_send_and_listen(tmp_path: Path) -> None:
    instances = [{"name": "one", "vips": VIP}, {"name": "other", "vips": OTHER, "priorities": {"lvs2": 200}}]
    services = service(), service(name="other", address=OTHER)
    with directors(tmp_path) as both:
        for running in both:
            running.configure(*services, vrrp={"instances": instances}, sync_daemon={"id": 3})
        for running, vip in zip(both, (VIP, OTHER), strict=True):
            eventually(holds(running, [vip]), running.log)
            daemons = run("ip", "netns", "exec", running.namespace, "ipvsadm", "-L", "--daemon")
            assert re.findall(rf"(\w+) sync daemon \(mcast={INTERFACE}, syncid=3", daemons) == ["master", "backup"]


def test_the_loopback_interface_stands_in_while_keepalived_begins(tmp_path: Path) -> None:
    """It has those VIPs that are here, for as long as was said, and of a director that is to take none, none."""
    place = {"interface": INTERFACE}
    vips = [{"address": f"{vip}/32", **place} for vip in (VIP, OTHER)] + [{"address": f"{VIP6}/128", **place}]
    run("ip", "address", "add", f"{VIP}/32", "dev", INTERFACE)
    run("ip", "address", "add", f"{VIP6}/128", "dev", INTERFACE)
    told = put(tmp_path, text(service()), vips=vips, lent_seconds=3)
    assert told["lent"] == [
        {"address": f"{VIP}/32", "interface": "lo"},
        {"address": f"{VIP6}/128", "interface": "lo"},
    ]
    assert [line.split()[3] for line in on_lo() if "valid_lft forever" not in line] == [f"{VIP}/32", f"{VIP6}/128"]
    assert f"{VIP6} dev lo" not in run("ip", "-6", "route", "show", "table", "main")
    eventually(lambda: all(VIP not in line and VIP6 not in line for line in on_lo()))
    held = str(tmp_path / "held")
    told = put(tmp_path, text(service(), vrrp={"version": 3}), vips=vips, hold=True, hold_file=held)
    assert (told["held"], told["lent"]) == (True, [])


def on_lo() -> list[str]:
    return run("ip", "-oneline", "address", "show", "dev", "lo").replace("\\", "").splitlines()
