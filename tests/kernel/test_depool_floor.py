# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service with a floor, on a real kernel with a real keepalived: checks take out what is above it, and no more.

ipvsadm is the witness of the table, the journal of what keepalived and the program have said.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.for_checks import is_for_checks
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._places import FAILED, FLOOR_COMMAND, FLOOR_PROGRAM
from ansible_collections.lvs.cluster.plugins.plugin_utils._copies import FLOOR, copies
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module, run
from ansible_collections.lvs.cluster.tests.kernel.test_health_checks import CHECK, PORT, RealServer
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import INTERFACE, OTHER_INTERFACE, VIP, interface
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived_table import CONFIGURATION, DRAINED, Director, log

ADDRESSES = [f"192.0.2.{number}" for number in (21, 22, 23, 24)]
WEB1, WEB2, WEB3, WEB4 = ADDRESSES
NAMES = ["web1", "web2", "web3", "web4"]
GROUPS = {"all": ["lvs1", *NAMES], "lvs_directors": ["lvs1"], "web": NAMES}
HOSTS = {
    "lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": INTERFACE},
    **{
        name: {"ansible_host": address, "lvs_weight": number + 1}
        for number, (name, address) in enumerate(zip(NAMES, ADDRESSES, strict=True))
    },
}

pytestmark = pytest.mark.usefixtures("kernel", "interface")
__all__ = ["interface"]


class DirectorWithFloors(Director):
    def configure(self, *services: dict[str, Any]) -> None:
        program = copies(FLOOR)
        given = {"content": self._view(services)["keepalived"], "drained_folder": str(DRAINED)}
        foretold = module("keepalived", check=True, **given, floor_program=program)
        done = module("keepalived", **given, floor_program=program)
        assert not done.get("failed"), done
        assert done["changed"] == foretold["changed"]

    @staticmethod
    def _view(services: tuple[dict[str, Any], ...]) -> dict[str, Any]:
        cluster = parse({"vips_by": "static"}, list(services), GROUPS, HOSTS)
        interfaces = {"192.0.2.2": INTERFACE, VIP: INTERFACE}
        return host_view(Clusters.of(cluster), "lvs1", Known(interfaces=interfaces)).options()


@pytest.fixture
def web() -> Iterator[dict[str, RealServer]]:
    for address in ADDRESSES:
        run("ip", "address", "add", f"{address}/32", "dev", OTHER_INTERFACE)
    servers = {address: RealServer(address) for address in ADDRESSES}
    yield servers
    for server in servers.values():
        server.down()


@pytest.fixture
def director(web: dict[str, RealServer]) -> Iterator[DirectorWithFloors]:
    assert not CONFIGURATION.exists()
    yield DirectorWithFloors()
    run("systemctl", "stop", "keepalived.service")
    module("keepalived", state="absent")
    assert not any(map(Path.exists, map(Path, (CONFIGURATION, FAILED, FLOOR_PROGRAM))))
    for path in DRAINED.glob("*"):
        path.unlink()


def shop(floor: Any, **options: Any) -> dict[str, Any]:
    checks = {"type": "tcp", **CHECK}
    service = {"name": "shop", "address": VIP, "port": PORT, "real_servers": "web", "checks": checks}
    return {**service, "depool_floor": floor, **options}


def there() -> dict[str, int]:
    """The real servers in the service, with their weights."""
    lines = [line.split() for line in ipvsadm("-S", "-n")]
    return {words[4].split(":")[0]: int(words[-1]) for words in lines if words[:3] == ["-a", "-t", f"{VIP}:{PORT}"]}


def weights(*addresses: str) -> dict[str, int]:
    return {address: ADDRESSES.index(address) + 1 for address in addresses}


def passing(kernel: IpvsKernel) -> set[str]:
    """Those that pass their checks, by keepalived's own account."""
    tables = [value for key, value in kernel.read().items() if is_for_checks(key)]
    return {destination.address for value in tables for destination in value.destinations}


def said() -> dict[str, str]:
    """What the files of real servers that fail have in them."""
    return {path.name.split(":")[0]: path.read_text().strip() for path in Path(FAILED).glob("*")}


def becomes(kernel: IpvsKernel, table: dict[str, int], passes: set[str]) -> None:
    """Wait for it; on an emulated machine that others keep busy the program takes seconds to start."""
    deadline = time.monotonic() + 60
    while (there(), passing(kernel)) != (table, passes):
        assert time.monotonic() < deadline, (there(), passing(kernel), said(), log())
        time.sleep(0.2)


@contextmanager
def never_fewer_than(least: int) -> Iterator[None]:
    """Look at the table all the time, as the kernel tells of it, and see that so many real servers are in it."""
    seen: list[int] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            seen.append(len(re.findall(r"Route +[1-9]", service_of(Path("/proc/net/ip_vs").read_text()))))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert len(seen) > 20
    assert min(seen) >= least


def service_of(text: str) -> str:
    """The lines of the real servers of the service."""
    begin = text.index("TCP  C00002C6:")
    return text[begin:].partition("\nTCP")[0]


def drain(address: str, state: str = "drained") -> dict[str, Any]:
    result = module(
        "ipvs_real_server", address=address, state=state, drained_folder=str(DRAINED), wait=False, force=False
    )
    assert not result.get("failed"), result
    return result


def test_at_most_what_is_above_the_floor_is_taken_out(
    director: DirectorWithFloors, web: dict[str, RealServer], kernel: IpvsKernel
) -> None:
    director.roll_out(shop("50%"))
    everyone = {*ADDRESSES}
    becomes(kernel, weights(*ADDRESSES), everyone)
    with never_fewer_than(2):
        fail_and_come_back(director, web, kernel, everyone)
    assert said() == {}


def fail_and_come_back(
    director: DirectorWithFloors, web: dict[str, RealServer], kernel: IpvsKernel, everyone: set[str]
) -> None:
    web[WEB1].down()
    becomes(kernel, weights(WEB2, WEB3, WEB4), everyone - {WEB1})
    web[WEB2].down()
    becomes(kernel, weights(WEB3, WEB4), {WEB3, WEB4})
    told = len(log())
    web[WEB3].down()
    becomes(kernel, weights(WEB3, WEB4), {WEB4})
    web[WEB4].down()
    becomes(kernel, weights(WEB3, WEB4), set())
    eventually(lambda: said() == {WEB1: "1", WEB2: "1", WEB3: "0", WEB4: "0"}, said)
    # An alert is in the log, from both: keepalived's quorum of those that pass, and who stays in the table.
    eventually(lambda: "depool_floor of 2 keeps them in the table" in log()[told:], log)
    assert "Lost quorum 2-0=2 > 1 for VS [checks:shop_ipv4_tcp]" in log()[told:]
    # A roll-out takes what the floor keeps for right, and keeps what checks have taken out.
    assert (director.bring(shop("50%"))["changed"], there()) == (False, weights(WEB3, WEB4))
    web[WEB1].up()
    # One passes, so that one of those which the floor kept can go.
    becomes(kernel, weights(WEB1, WEB4), {WEB1})
    for address in (WEB2, WEB3, WEB4):
        web[address].up()
    becomes(kernel, weights(*ADDRESSES), everyone)
    eventually(lambda: said() == {}, said)


def test_a_drain_is_not_hindered_and_counts_as_out(
    director: DirectorWithFloors, web: dict[str, RealServer], kernel: IpvsKernel
) -> None:
    director.roll_out(shop(2))
    becomes(kernel, weights(*ADDRESSES), {*ADDRESSES})
    drain(WEB1)
    assert there() == {**weights(*ADDRESSES), WEB1: 0}
    web[WEB2].down()
    becomes(kernel, {WEB1: 0, **weights(WEB3, WEB4)}, {WEB1, WEB3, WEB4})
    web[WEB3].down()  # would be the third
    becomes(kernel, {WEB1: 0, **weights(WEB3, WEB4)}, {WEB1, WEB4})
    eventually(lambda: said() == {WEB2: "1", WEB3: "0"}, said)
    drain(WEB4)  # below the floor, and nobody who fails comes back for that
    assert there() == {WEB1: 0, WEB4: 0, **weights(WEB3)}
    web[WEB1].down()  # who serves nobody can go
    becomes(kernel, {WEB4: 0, **weights(WEB3)}, {WEB4})
    web[WEB1].up()
    becomes(kernel, {WEB1: 0, WEB4: 0, **weights(WEB3)}, {WEB1, WEB4})
    drain(WEB1, "active")
    drain(WEB4, "active")
    # There is room above the floor again.
    becomes(kernel, weights(WEB1, WEB4), {WEB1, WEB4})


def test_a_restart_and_another_floor(
    director: DirectorWithFloors, web: dict[str, RealServer], kernel: IpvsKernel
) -> None:
    director.roll_out(shop("75%"))
    web[WEB1].down()
    web[WEB2].down()
    eventually(lambda: sorted(said().values()) == ["0", "1"], said)
    run("systemctl", "restart", "keepalived.service")
    eventually(lambda: passing(kernel) == {WEB3, WEB4} and len(there()) == 3, lambda: (there(), said(), log()))
    director.roll_out(shop("50%"))
    director.bring(shop("50%"))
    becomes(kernel, weights(WEB3, WEB4), {WEB3, WEB4})
    # Without a floor, keepalived takes out whatever fails, and nothing of the floor is left.
    director.roll_out(shop(0))
    director.bring(shop(0))
    eventually(lambda: (there(), passing(kernel), said()) == (weights(WEB3, WEB4), set(), {}), lambda: (there(), log()))
    web[WEB3].down()
    eventually(lambda: there() == weights(WEB4), there)


def test_people_see_only_the_service(
    director: DirectorWithFloors, web: dict[str, RealServer], kernel: IpvsKernel
) -> None:
    director.roll_out(shop(1))
    becomes(kernel, weights(*ADDRESSES), {*ADDRESSES})
    assert [service["address"] for service in module("ipvs_info")["services"]] == [VIP]
    told = module("host_info", ipvs=True)["ipvs"]
    assert [service["address"] for service in told["services"]] == [VIP]
    assert {each["service"] for each in drain(WEB1)["real_servers"]} == {f"tcp {VIP}:{PORT}"}
    assert run("stat", "--format=%a %U", FLOOR_COMMAND).split() == ["755", "root"]
