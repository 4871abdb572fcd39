# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The announcer as systemd runs it, beside a keepalived that checks real servers. `ip` says what is announced."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _places
from ansible_collections.lvs.cluster.plugins.module_utils._announcer.model import ANNOUNCED, ON_STANDBY
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.service import process_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._copies import ANNOUNCER, started
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.set_up import announcer_options
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._vips.holders import holder_of
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module, run
from ansible_collections.lvs.cluster.tests.kernel.test_dead_real_servers import (
    CHECK,
    GROUPS,
    HOSTS,
    PORT,
    VIP,
    WEB1,
    WEB2,
    answer,
    balanced,
)
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import INTERFACE, interface, put

UNIT = "lvs-announcer.service"
TOLD = ("paths", "diff", "commands")
KEEPALIVED = Path(_places.KEEPALIVED_CONF)
ROUTER = {"address": "192.0.2.1", "remote_as": 64500}
# What an emulated machine may take that is busy with others; the announcer itself looks three times a second.
AT_MOST_S = 10.0

pytestmark = pytest.mark.usefixtures("kernel", "interface")
__all__ = ["interface"]


def announced(interface: str = ANNOUNCED) -> set[str]:
    """The addresses on one of the announcer's interfaces, but for the kernel's own."""
    links = json.loads(run("ip", "-json", "address", "show"))
    told = (each for link in links if link["ifname"] == interface for each in link["addr_info"])
    return {f"{each['local']}/{each['prefixlen']}" for each in told if each["scope"] != "link"}


def seconds_until(condition: Callable[[], bool]) -> float:
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() < begin + 60, run("journalctl", "--unit", UNIT, "--lines=20", "--no-pager")
        time.sleep(0.05)
    return time.monotonic() - begin


def cluster(**options: Any) -> Any:
    service = {"name": "shop", "address": VIP, "port": PORT, "forward": "nat", "nat_return": "none", "checks": CHECK}
    bgp = {"local_as": 64520, "neighbours": [ROUTER], **options.pop("bgp", {})}
    services = [{**service, "real_servers": "web", "scheduler": "mh", **options}]
    return parse({"vips_by": "bgp", "bgp": bgp}, services, GROUPS, HOSTS)


def install(of: Any, check: bool = False) -> dict[str, Any]:
    options = holder_of(of).announcing(of, of.directors[0])["announcer"]
    result = module("announcer", check=check, **announcer_options("replaced", options, started(ANNOUNCER)))
    assert not result.get("failed"), result
    return result


def remove() -> dict[str, Any]:
    return module("announcer", state="absent")


@pytest.fixture
def web() -> Iterator[dict[str, Any]]:
    """The real servers, by their addresses, each a process of this machine."""
    start = multiprocessing.get_context("fork").Process
    processes = {}
    for address in (WEB1, WEB2):
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
        processes[address] = start(target=answer, args=(address,), daemon=True)
        processes[address].start()
    yield processes
    for address, process in processes.items():
        process.kill()
        process.join()
        run("ip", "address", "delete", f"{address}/32", "dev", "lo")


@pytest.fixture
def director(web: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A director that announces the VIP while one of its real servers serves."""
    defined = cluster()
    KEEPALIVED.parent.mkdir(exist_ok=True)
    content = configuration(defined, defined.directors[0], {"192.0.2.2": INTERFACE})
    assert "alpha" in content.split()
    assert put(KEEPALIVED.parent, content)["changed"]
    run("systemctl", "start", "keepalived.service")
    install(defined)
    try:
        eventually(lambda: announced() == {f"{VIP}/32"}, announced)
        yield web
    finally:
        remove()
        run("systemctl", "stop", "keepalived.service")
        KEEPALIVED.unlink()


def test_it_comes_and_goes() -> None:
    foretold = install(cluster(), check=True)
    assert not Path(_places.ANNOUNCER_PROGRAM).exists()
    result = install(cluster())
    assert [result[key] for key in TOLD] == [foretold[key] for key in TOLD]
    assert result["commands"] == ["systemctl daemon-reload", f"systemctl enable {UNIT}", f"systemctl restart {UNIT}"]
    assert not install(cluster())["changed"]
    changed = install(cluster(quorum=2))
    assert (changed["paths"], changed["commands"]) == ([_places.ANNOUNCER_FILE], [])
    run("systemctl", "stop", UNIT)
    assert install(cluster(quorum=2))["commands"] == [f"systemctl start {UNIT}"]
    assert announced() == set()  # there is no such service
    assert ANNOUNCED in run("ip", "-brief", "link")
    assert remove()["changed"]
    assert ANNOUNCED not in run("ip", "-brief", "link")
    left = (_places.ANNOUNCER_FILE, _places.ANNOUNCER_SERVICE, _places.ANNOUNCER_PROGRAM, _places.ANNOUNCER_CACHE)
    assert [path for path in left if Path(path).exists()] == []


def test_a_vip_goes_with_its_last_real_server_and_comes_back(director: dict[str, Any]) -> None:
    director[WEB1].kill()
    eventually(lambda: balanced() == {WEB2}, balanced)
    assert announced() == {f"{VIP}/32"}
    director[WEB2].kill()
    eventually(lambda: balanced() == set(), balanced)
    assert seconds_until(lambda: announced() == set()) < AT_MOST_S
    log = run("journalctl", "--unit", UNIT, "--lines=5", "--output=cat", "--no-pager")
    assert f"{VIP}: not announced: tcp {VIP}:{PORT} has real servers with a weight of 0 in all, and needs 1" in log
    again = multiprocessing.get_context("fork").Process(target=answer, args=(WEB1,), daemon=True)
    again.start()
    try:
        eventually(lambda: balanced() == {WEB1}, balanced)
        assert seconds_until(lambda: announced() == {f"{VIP}/32"}) < AT_MOST_S
    finally:
        again.kill()
        again.join()


@pytest.mark.parametrize("signal", ["STOP", "KILL"])
def test_nothing_is_announced_without_a_health_checker(director: dict[str, Any], signal: str) -> None:
    main, checker = str(process_of("keepalived")), str(process_of("checkers"))
    if signal == "KILL":  # or keepalived starts another checker at once
        run("kill", "-STOP", main)
    run("kill", f"-{signal}", checker)
    try:
        assert seconds_until(lambda: announced() == set()) < AT_MOST_S
        assert len(balanced()) == 2  # the table has what the checker has left there
    finally:
        run("kill", "-CONT", *([main] if signal == "KILL" else [checker]))
    seconds_until(lambda: announced() == {f"{VIP}/32"})


def test_a_director_in_standby_announces_nothing_or_as_a_last_resort(director: dict[str, Any]) -> None:
    assert module("director_marks", standby=True)["changed"]
    try:
        assert seconds_until(lambda: announced() == set()) < AT_MOST_S
        assert install(cluster(bgp={"standby_med": 500}))["paths"] == [_places.ANNOUNCER_FILE]
        eventually(lambda: announced(ON_STANDBY) == {f"{VIP}/32"}, announced)
        assert announced() == set()
    finally:
        assert module("director_marks", standby=False)["changed"]
    eventually(lambda: announced() == {f"{VIP}/32"}, announced)
    assert announced(ON_STANDBY) == set()


@pytest.mark.parametrize("signal", ["KILL", "STOP", "TERM"])
def test_the_vips_go_with_the_announcer_and_come_back_with_it(director: dict[str, Any], signal: str) -> None:
    """However it ends. If it hangs, systemd's watchdog ends it."""
    before = run("systemctl", "show", "--property=MainPID", "--value", UNIT).strip()
    run("kill", f"-{signal}", before)
    seconds_until(lambda: announced() == set())
    seconds_until(lambda: announced() == {f"{VIP}/32"})
    assert run("systemctl", "show", "--property=MainPID", "--value", UNIT).strip() != before


def test_what_somebody_does_by_hand_does_not_last(director: dict[str, Any]) -> None:
    for words in (
        ["address", "delete", f"{VIP}/32", "dev", ANNOUNCED],
        ["address", "add", "192.0.2.77/32", "dev", ANNOUNCED],
        ["link", "delete", ANNOUNCED],
    ):
        run("ip", *words)
        seconds_until(lambda: announced() == {f"{VIP}/32"})


def test_a_drain_of_all_real_servers_withdraws(director: dict[str, Any]) -> None:
    for address in (WEB1, WEB2):
        assert module("ipvs_real_server", address=address, state="drained", force=True)["changed"]
    try:
        eventually(lambda: announced() == set(), announced)
    finally:
        for address in (WEB1, WEB2):
            module("ipvs_real_server", address=address, state="active")
    eventually(lambda: announced() == {f"{VIP}/32"}, announced)


def test_without_checks_the_table_alone_counts() -> None:
    defined = parse(
        {"vips_by": "bgp", "checks_by": "none", "bgp": {"local_as": 64520, "neighbours": [ROUTER]}},
        [{"name": "shop", "address": VIP, "port": PORT, "real_servers": "web", "scheduler": "mh"}],
        GROUPS,
        HOSTS,
    )
    install(defined)
    try:
        assert announced() == set()
        ipvsadm("-A", "-t", f"{VIP}:{PORT}", "-s", "mh")
        ipvsadm("-a", "-t", f"{VIP}:{PORT}", "-r", WEB1)
        eventually(lambda: announced() == {f"{VIP}/32"}, announced)
        ipvsadm("-e", "-t", f"{VIP}:{PORT}", "-r", WEB1, "-w", "0")
        eventually(lambda: announced() == set(), announced)
    finally:
        ipvsadm("-D", "-t", f"{VIP}:{PORT}")
        remove()
