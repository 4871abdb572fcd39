# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draining on a real kernel, by the rules alone and under a running keepalived; ipvsadm is the witness."""

from __future__ import annotations

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._drain import keepalived
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module, run
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import INTERFACE, interface, service, text

VIP = "192.0.2.198"
WEB1, WEB2 = "192.0.2.21", "192.0.2.22"

pytestmark = pytest.mark.usefixtures("kernel", "interface")
__all__ = ["INTERFACE", "interface"]


def lose_patience() -> None:
    """Let the module not wait for long, where a test knows that nothing will come."""
    keepalived.DEADLINE_S = 4.0


def weights() -> dict[str, list[int]]:
    """Service -> weights of its real servers, sorted by their addresses."""
    found: dict[str, list[tuple[str, int]]] = {}
    for line in ipvsadm("-S", "-n"):
        words = line.split()
        found.setdefault(f"{words[2]}", [])
        if words[0] == "-a":
            found[words[2]].append((words[4], int(words[-1])))
    return {name: [weight for _address, weight in sorted(servers)] for name, servers in found.items()}


class Balancer:
    """A director whose services are kept by one of the engines, its files in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.rules, self.conf, self.drained = folder / "ipvs.rules", folder / "keepalived.conf", folder / "drained"
        self.inside: Callable[[], None] = lambda: None  # done in the module's process first

    def drain(self, state: str = "drained", address: Any = WEB1, **options: Any) -> dict[str, Any]:
        result = self.tries(state, address, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def tries(self, state: str = "drained", address: Any = WEB1, **options: Any) -> dict[str, Any]:
        files = {"boot_file": self.rules, "keepalived_file": self.conf, "drained_folder": self.drained}
        files = {name: str(path) for name, path in files.items()}
        return module("ipvs_real_server", inside=self.inside, address=address, state=state, **files, **options)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.drained.iterdir()) if self.drained.exists() else []


class Engine(Balancer, ABC):
    """A director that can be rolled out and booted again."""

    @abstractmethod
    def site(self) -> dict[str, Any]:
        """What a run of the roles does."""

    @abstractmethod
    def restart(self) -> None:
        """What a reboot does to the table."""


class Static(Engine):
    SERVICES = tuple(
        {
            "address": VIP,
            "port": port,
            "destinations": [{"address": WEB1, "weight": 1}, {"address": WEB2, "weight": 2}],
        }
        for port in (80, 443)
    )

    def site(self) -> dict[str, Any]:
        files = {"boot_file": str(self.rules), "drained_folder": str(self.drained)}
        return module("ipvs_services", state="replaced", services=list(self.SERVICES), **files)

    def restart(self) -> None:
        ipvsadm("-C")
        ipvsadm("-R", stdin=self.rules.read_text())


class Keepalived(Engine):
    """Its health checks alone: no VRRP. Nothing is asked of the real servers, which are not there."""

    CHECKED: Mapping[str, Any] = {"checks": []}

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.process: subprocess.Popen[str] | None = None

    def site(self) -> dict[str, Any]:
        services = [service(name=f"shop{port}", port=port, **self.CHECKED) for port in (80, 443)]
        content = text(*services).replace("/etc/lvs/drained", str(self.drained))
        result = module("keepalived", content=content, path=str(self.conf), drained_folder=str(self.drained))
        if self.process is None:
            self.start()
        elif result["changed"]:
            self.process.send_signal(1)
        return result

    def start(self) -> None:
        words = ["keepalived", "--dont-fork", "--check", "--use-file", str(self.conf), "--log-console"]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        eventually(lambda: [len(servers) for servers in weights().values()] == [2, 2], weights)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)

    def restart(self) -> None:
        self.stop()
        assert weights() == {}
        self.start()


class Failing(Keepalived):
    """Its real servers stay in the table when their checks fail, as they do: nobody is there."""

    CHECKED: Mapping[str, Any] = {
        "checks": {"type": "tcp", "interval": 1, "timeout": 1, "retries": 0, "retry_delay": 1},
        "inhibit_on_failure": True,
    }


class Quorate(Keepalived):
    """It needs both of its real servers; without them its sorry server serves."""

    CHECKED: Mapping[str, Any] = {"checks": [], "quorum": 3, "sorry_server": {"address": "192.0.2.29"}}


@pytest.fixture(params=[Static, Keepalived])
def balancer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = request.param(tmp_path)
    made.site()
    try:
        yield made
    finally:
        if isinstance(made, Keepalived):
            made.stop()


def both(first: int, second: int) -> dict[str, list[int]]:
    return {f"{VIP}:80": [first, second], f"{VIP}:443": [first, second]}


def test_drained_until_it_is_active_again(balancer: Engine) -> None:
    assert weights() == both(1, 2)
    foretold = balancer.drain(check=True)
    assert weights() == both(1, 2)
    assert balancer.files() == []
    result = balancer.drain(wait=True)
    assert weights() == both(0, 2)
    assert balancer.files() == [WEB1]
    assert result["changed"]
    assert result["plan"] == foretold["plan"]
    assert [server["weight_before"] for server in result["real_servers"]] == [1, 1]
    assert [server["weight_after"] for server in result["real_servers"]] == [0, 0]
    assert [server["weight_wanted"] for server in result["real_servers"]] == [0, 0]
    assert [server["weight_after"] for server in foretold["real_servers"]] == [0, 0]
    assert not balancer.drain()["changed"]

    assert not balancer.site()["changed"]
    assert weights() == both(0, 2)
    balancer.restart()
    eventually(lambda: weights() == both(0, 2), weights)

    result = balancer.drain("active")
    assert weights() == both(1, 2)
    assert balancer.files() == []
    assert not balancer.drain("active")["changed"]
    balancer.restart()
    eventually(lambda: weights() == both(1, 2), weights)


def test_some_services_and_a_weight_of_its_own(balancer: Engine) -> None:
    assert balancer.drain(address=WEB2, services=[f"tcp {VIP}:443"])["changed"]
    assert weights() == {f"{VIP}:80": [1, 2], f"{VIP}:443": [1, 0]}
    assert balancer.drain(address=WEB2)["changed"]
    assert weights() == both(1, 0)
    assert balancer.drain("active", address=WEB2, services=[f"tcp {VIP}:80"])["changed"]
    assert weights() == {f"{VIP}:80": [1, 2], f"{VIP}:443": [1, 0]}
    assert balancer.drain("active", address=WEB2, weight=1)["changed"]
    assert weights() == both(1, 1)
    balancer.restart()
    eventually(lambda: weights() == both(1, 1), weights)
    assert balancer.drain("active", address=WEB2)["changed"]
    assert weights() == both(1, 2)
    assert balancer.files() == []


def test_the_last_one_is_not_taken_out(balancer: Engine) -> None:
    balancer.drain(address=WEB2)
    result = balancer.tries()
    assert result["failed"]
    assert (
        f"service tcp {VIP}:443: this would leave it with no real server for new connections; force=true"
        in result["msg"]
    )
    assert weights() == both(1, 0)
    assert balancer.files() == [WEB2]
    assert balancer.drain(force=True)["changed"]
    assert weights() == both(0, 0)


def test_a_slow_start_raises_the_weight_and_yields_to_a_drain(balancer: Engine) -> None:
    """Each step as the controller asks for it; ten for the weight of the definition are given by hand, as a goal."""
    balancer.drain()
    first = balancer.drain("active", weight=10, share=30)
    assert weights() == both(3, 2)
    assert len(first["slow_starts"]) == 2
    assert not balancer.site()["changed"]
    balancer.restart()
    eventually(lambda: weights() == both(3, 2), weights)
    second = balancer.drain("active", share=60, continued=first["slow_starts"])
    assert second["changed"]
    assert weights() == both(6, 2)
    balancer.drain(services=[f"tcp {VIP}:443"])
    third = balancer.drain("active", share=80, continued=second["slow_starts"])
    assert weights() == {f"{VIP}:80": [8, 2], f"{VIP}:443": [0, 2]}
    assert f"the slow start has ended in tcp {VIP}:443 -> {WEB1}:443" in str(third["warnings"])
    balancer.drain("active", share=100, continued=third["slow_starts"])
    assert weights() == {f"{VIP}:80": [10, 2], f"{VIP}:443": [0, 2]}
    balancer.drain("active")
    assert weights() == both(1, 2)
    assert balancer.files() == []


def test_a_drain_that_costs_the_quorum_is_refused(tmp_path: Path) -> None:
    balancer = Quorate(tmp_path)
    balancer.site()
    try:
        for check in (True, False):
            message = balancer.tries(check=check)["msg"]
            assert (
                f"service tcp {VIP}:443: the remaining weights add up to 2, which is below its quorum of 3" in message
            )
            assert "lets the sorry server 192.0.2.29 443 serve; force=true does it anyway" in message
            assert (weights(), balancer.files()) == (both(1, 2), [])
        foretold = balancer.drain(force=True, check=True)
        assert weights() == both(1, 2)
        result = balancer.drain(force=True)
        assert result["plan"] == foretold["plan"]
        assert "With that, keepalived takes all real servers of it out of the table" in str(result["warnings"])
        eventually(lambda: [len(servers) for servers in weights().values()] == [1, 1], weights)
        assert all("192.0.2.29" in line for line in ipvsadm("-S", "-n") if line.startswith("-a"))
        assert not balancer.drain(force=True)["changed"]
        assert balancer.drain("active")["changed"]
        eventually(lambda: weights() == both(1, 2), weights)
        # So does a weight that is too small for it.
        assert "add up to 2" in balancer.tries("active", address=WEB2, weight=1)["msg"]
    finally:
        balancer.stop()


def test_a_service_of_nobody_comes_back_with_its_weight(tmp_path: Path) -> None:
    balancer = Balancer(tmp_path)
    ipvsadm("-A", "-f", "7", "-s", "wlc")
    for address, weight in ((WEB1, "5"), (WEB2, "1")):
        ipvsadm("-a", "-f", "7", "-r", address, "-g", "-w", weight)
    result = balancer.drain(services=["fwmark 7"])
    assert result["commands"] == [f"ipvsadm -e -f 7 -r {WEB1}:0 -g -w 0"]
    assert weights() == {"7": [0, 1]}
    assert not balancer.rules.exists()
    balancer.drain("active")
    assert weights() == {"7": [5, 1]}
    assert balancer.files() == []


def test_services_of_nobody_come_back_one_by_one(tmp_path: Path) -> None:
    balancer = Balancer(tmp_path)
    for mark, weight in (("7", "5"), ("8", "6")):
        ipvsadm("-A", "-f", mark, "-s", "wlc")
        ipvsadm("-a", "-f", mark, "-r", WEB1, "-g", "-w", weight)
        ipvsadm("-a", "-f", mark, "-r", WEB2, "-g", "-w", "1")
    balancer.drain(services=["fwmark 8"])
    balancer.drain()
    assert balancer.files() == [WEB1]
    balancer.drain("active", services=["fwmark 7"])
    assert weights() == {"7": [5, 1], "8": [0, 1]}
    balancer.drain("active")
    assert weights() == {"7": [5, 1], "8": [6, 1]}
    assert balancer.files() == []


def test_what_fails_its_check_is_active_and_waits_for_its_weight(tmp_path: Path) -> None:
    balancer = Failing(tmp_path)
    balancer.site()
    try:
        eventually(lambda: weights() == both(0, 0), weights)
        assert not balancer.drain("active")["changed"]
        assert balancer.drain(force=True)["changed"]
        assert balancer.files() == [WEB1]
        balancer.inside = lose_patience
        result = balancer.drain("active")
        assert result["changed"]
        assert "keepalived has not given the weight yet in 2 cases" in str(result["warnings"])
        assert [server["weight_after"] for server in result["real_servers"]] == [0, 0]
        assert [server["weight_wanted"] for server in result["real_servers"]] == [1, 1]
        assert balancer.files() == []
        again = balancer.drain("active")
        assert not again["changed"]
        assert not again.get("warnings")
        assert [server["weight_wanted"] for server in again["real_servers"]] == [1, 1]
    finally:
        balancer.stop()


def test_what_persistence_and_the_scheduler_do_with_a_drained_one_is_told(tmp_path: Path) -> None:
    Path("/proc/sys/net/ipv4/vs/expire_quiescent_template").write_text("0")
    ipvsadm("-A", "-t", f"{VIP}:80", "-s", "sh", "-p", "60")
    for address in (WEB1, WEB2):
        ipvsadm("-a", "-t", f"{VIP}:80", "-r", address, "-g")
    warnings = str(Balancer(tmp_path).drain()["warnings"])
    assert "expire_quiescent_template is 0; with 1 they move" in warnings
    assert "sh refuses the clients that it gives to a drained real server" in warnings


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"address": "192.0.2.99"},
            "192.0.2.99 is not a real server of this director; those that there are: 192.0.2.21",
        ),
        ({"address": "web1"}, "address: web1:"),
        ({"services": ["shop"]}, "services: shop: is no service such as `tcp 192.0.2.198:80`"),
        ({"weight": 3}, "weight: goes with state active"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    balancer = Static(tmp_path)
    balancer.site()
    result = balancer.tries(**options)
    assert result["failed"]
    assert message in result["msg"]
    assert weights() == both(1, 2)


def test_a_keepalived_that_does_not_run_is_told(tmp_path: Path) -> None:
    balancer = Keepalived(tmp_path)
    balancer.site()
    assert balancer.process
    try:
        # Its checkers are a child; ended they would take the services along.
        run("pkill", "-STOP", "--parent", str(balancer.process.pid))
        balancer.inside = lose_patience
        result = balancer.tries()
        assert result["failed"]
        assert "keepalived has not changed 2 of 2 weights within 4 seconds; is it running?" in result["msg"]
        assert balancer.files() == []
        assert weights() == both(1, 2)
    finally:
        run("pkill", "-CONT", "--parent", str(balancer.process.pid))
        balancer.stop()
