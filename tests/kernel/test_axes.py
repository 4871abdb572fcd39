# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A keepalived that only checks, or only holds the VIPs, and the change to and from one that does both."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module, run
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import INTERFACE, VIP, interface, service, text

__all__ = ["interface"]
CONFIGURATION, DRAINED = Path("/etc/keepalived/keepalived.conf"), Path("/etc/lvs/drained")
WEB1, WEB2 = "192.0.2.21", "192.0.2.22"
SERVERS = [{"address": WEB1, "weight": 1}, {"address": WEB2, "weight": 2}]
TABLE = {WEB1: 1, WEB2: 2}
BOTH, CHECKS, HOLDS = ({}, {"vips_by": "static"}, {"checks_by": "none"})
UNIT = "keepalived.service"


def configured(axes: dict[str, str], **options: Any) -> dict[str, Any]:
    """The module's result. Nothing is asked of the real servers, which are not there."""
    content = text(service(checks=[]), **axes)
    result = module("keepalived", content=content, drained_folder=str(DRAINED), let_go=True, **options)
    assert not result.get("failed"), result["msg"]
    return result


def weights() -> dict[str, int]:
    lines = [line.split() for line in ipvsadm("-S", "-n") if line.startswith("-a")]
    return {words[4].partition(":")[0]: int(words[-1]) for words in lines}


def holds_vip() -> bool:
    return f" {VIP}/32 " in run("ip", "-oneline", "address", "show", "dev", INTERFACE)


def log() -> str:
    return run("journalctl", "-n50", "-u", UNIT)


def start(axes: dict[str, str]) -> None:
    configured(axes)
    run("systemctl", "start", UNIT)


def serves() -> bool:
    return holds_vip() and weights() == TABLE


@contextmanager
def watched() -> Iterator[Callable[[], list[str]]]:
    """What the kernel tells of addresses that go, up to now."""
    words = ["ip", "-oneline", "monitor", "address"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as monitor:
        assert monitor.stdout

        def gone() -> list[str]:
            monitor.terminate()
            return [line for line in monitor.stdout or () if line.startswith("Deleted") and f" {VIP}/" in line]

        try:
            yield gone
        finally:
            monitor.kill()


@pytest.fixture(autouse=True)
def clean(kernel: None, interface: None) -> Iterator[None]:
    assert not CONFIGURATION.exists()
    yield
    run("systemctl", "stop", UNIT)
    CONFIGURATION.unlink(missing_ok=True)
    for path in DRAINED.glob("*"):
        path.unlink()
    subprocess.run(["ipvsadm", "--clear"], check=True)


def set_by_netlink() -> None:
    module("ipvs_services", state="replaced", services=[{"address": VIP, "port": 80, "destinations": SERVERS}])


def set_vip() -> None:
    run("ip", "address", "replace", f"{VIP}/32", "dev", INTERFACE)


def test_vips_move_by_vrrp_and_the_table_is_nobody_elses() -> None:
    set_by_netlink()
    start(HOLDS)
    assert "virtual_server" not in CONFIGURATION.read_text()
    eventually(serves, log)
    drained = module("ipvs_real_server", address=WEB1, state="drained", boot_file="/run/lvs-test.rules")
    assert (drained["changed"], weights()) == (True, {WEB1: 0, WEB2: 2})
    run("systemctl", "reload", UNIT)
    run("systemctl", "stop", UNIT)
    assert not holds_vip()
    assert weights() == {WEB1: 0, WEB2: 2}


def test_checks_need_no_vrrp() -> None:
    set_vip()
    start(CHECKS)
    assert "vrrp_instance" not in CONFIGURATION.read_text()
    eventually(serves, log)
    module("ipvs_real_server", address=WEB1, state="drained")
    assert weights() == {WEB1: 0, WEB2: 2}
    assert (DRAINED / WEB1).exists()
    run("systemctl", "stop", UNIT)
    assert weights() == {}
    assert holds_vip()


def test_keepalived_gives_the_table_to_netlink_and_takes_it_back() -> None:
    start(BOTH)
    eventually(serves, log)
    with watched() as gone:
        assert configured(HOLDS)["let_go"] == ["checkers"]
        assert weights() == TABLE
        run("systemctl", "reload", UNIT)
        assert weights() == TABLE
        again = configured(HOLDS)
        assert (again["changed"], again["let_go"]) == (False, [])
        assert configured(BOTH)["let_go"] == []
        run("systemctl", "reload", UNIT)
        # keepalived owns the table when a drain goes through its files.
        eventually(lambda: module("ipvs_real_server", address=WEB1, state="drained")["changed"], log)
        assert weights() == {WEB1: 0, WEB2: 2}
        assert gone() == []
    assert holds_vip()


def test_keepalived_gives_the_vips_to_the_network_and_takes_them_back() -> None:
    start(BOTH)
    eventually(serves, log)
    with watched() as gone:
        told = configured(CHECKS)
        assert told["let_go"] == ["vrrp"]
        assert [entry["interface"] for entry in told["advertised"]] == ["lo"]
        module("host_network", state="deleted", addresses=told["advertised"])
        run("systemctl", "reload", UNIT)
        assert weights() == TABLE
        assert gone() == []
    assert "127.112." not in run("ip", "-oneline", "address", "show")
    assert configured(BOTH)["let_go"] == []
    run("systemctl", "reload", UNIT)
    eventually(lambda: serves() and "127.112." in run("ip", "-oneline", "address", "show"), log)


def test_in_check_mode_keepalived_lets_nothing_go() -> None:
    start(BOTH)
    eventually(serves, log)
    told = configured(HOLDS, check=True)
    assert (told["changed"], told["let_go"]) == (True, [])
    run("systemctl", "reload", UNIT)
    assert weights() == TABLE
