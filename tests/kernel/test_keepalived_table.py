# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A director's table beside a running keepalived: what checks find stays, what hands have done goes at a roll-out.

ipvsadm is the witness.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import check
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.known_faults import BY_CODE
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module, run
from ansible_collections.lvs.cluster.tests.kernel.test_health_checks import (
    CHECK,
    PORT,
    SORRY,
    WEB1,
    WEB2,
    RealServer,
    web,
)
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import (
    CLUSTERS,
    GROUPS,
    HOSTS,
    INTERFACE,
    OTHER,
    VIP,
    interface,
    service,
)

pytestmark = pytest.mark.usefixtures("kernel", "interface")
__all__ = ["interface", "web"]
CONFIGURATION = Path("/etc/keepalived/keepalived.conf")
DRAINED = Path("/etc/lvs/drained")
CHECKERS = Path("/run/keepalived_checkers.pid"), Path("/run/checkers.pid"), Path("/run/keepalived/checkers.pid")
SHOP = f"-t {VIP}:{PORT}"
FOREIGN = "-t 192.0.2.1:53"
RELEASE = tuple(int(number) for number in (check.version(check.find() or "") or "0").split("."))
# The two real servers as they are defined, as ipvsadm tells.
DEFINED = [
    f"-A {SHOP} -s wlc",
    f"-a {SHOP} -r {WEB1}:{PORT} -g -w 1",
    f"-a {SHOP} -r {WEB2}:{PORT} -g -w 2",
]


def shop(**options: Any) -> dict[str, Any]:
    return service(port=PORT, checks={"type": "tcp", **CHECK}, **options)


class Director:
    """keepalived.service as the distribution has it, set up in the order of the role."""

    def bring(self, *services: dict[str, Any], check: bool = False) -> dict[str, Any]:
        """Bring the table to the definition, as it is done before and after keepalived reads its configuration."""
        view = self._view(services)
        return module(
            "ipvs_services",
            check=check,
            state="replaced",
            services=view["services"],
            keepalived=view["keepalived"],
            drained_folder=str(DRAINED),
        )

    def configure(self, *services: dict[str, Any]) -> None:
        content = self._view(services)["keepalived"]
        assert not module("keepalived", content=content, drained_folder=str(DRAINED)).get("failed")

    def roll_out(self, *services: dict[str, Any]) -> dict[str, Any]:
        foretold = self.bring(*services, check=True)
        brought = self.bring(*services)
        assert (brought.get("failed"), brought["plan"]) == (None, foretold["plan"]), brought
        self.configure(*services)
        self.reload()
        return brought

    @staticmethod
    def reload() -> None:
        told = len(log())
        run("systemctl", "reload-or-restart", "keepalived.service")
        eventually(lambda: any(word in log()[told:] for word in ("Reload complete", "Startup complete")), log)
        time.sleep(0.5)  # the checker is a process of its own

    @staticmethod
    def _view(services: tuple[dict[str, Any], ...]) -> dict[str, Any]:
        cluster = parse({}, list(services), GROUPS, HOSTS)
        interfaces = dict.fromkeys(["192.0.2.2", *(vip.address for vip in cluster.vips)], INTERFACE)
        return host_view(Clusters.of(cluster), "lvs1", Known(interfaces=interfaces)).options()


def log() -> str:
    return run("journalctl", "--unit", "keepalived.service", "--no-pager", "--output", "cat")


def table(*of: str) -> list[str]:
    """The lines about these services, as they are written here."""
    lines = [" ".join(line.split()) for line in ipvsadm("-S", "-n")]
    return sorted(line for line in lines if line[3:].startswith(of or (SHOP,)))


def addresses() -> str:
    return run("ip", "-brief", "address", "show", "dev", INTERFACE)


def thresholds() -> list[str]:
    lines = (line.split() for line in ipvsadm("-L", "-n", "--thresholds"))
    return [" ".join(words[1:4]) for words in lines if words[:1] == ["->"]]


@pytest.fixture
def director(web: dict[str, RealServer]) -> Iterator[Director]:
    assert not CONFIGURATION.exists()
    yield Director()
    run("systemctl", "stop", "keepalived.service")
    CONFIGURATION.unlink(missing_ok=True)
    for path in DRAINED.glob("*"):
        path.unlink()


def by_hand(*lines: str) -> None:
    for line in lines:
        ipvsadm(*line.split())


@pytest.mark.parametrize("name", ["all about a service", "groups, marks, tunnels, all ports"])
def test_what_keepalived_sets_up_on_its_own_is_the_definition(director: Director, name: str) -> None:
    services, _options = CLUSTERS[name]
    director.configure(*services)
    director.reload()
    foretold = director.bring(*services, check=True)
    assert (foretold["commands"], len(table("-t", "-u", "-f")) > 2) == ([], True)


def test_a_table_from_before_is_the_definition_s_before_keepalived_starts(director: Director) -> None:
    by_hand(
        f"-A {SHOP} -s rr -p 60",
        f"-a {SHOP} -r {WEB1}:{PORT} -g -w 5",
        f"-a {SHOP} -r 192.0.2.99:{PORT} -g -w 1",
        f"-A {FOREIGN} -s rr",
    )
    brought = director.roll_out(shop())
    assert [entry["name"] for entry in brought["plan"]["removed"]] == [f"tcp {VIP}:{PORT} -> 192.0.2.99:{PORT}"]
    assert table() == DEFINED
    assert table(FOREIGN) == [f"-A {FOREIGN} -s rr"]
    again = director.bring(shop())
    assert (again["changed"], again["unserved"]) == (False, [])


def test_what_hands_have_done_goes_and_what_checks_have_found_stays(
    director: Director, web: dict[str, RealServer]
) -> None:
    director.roll_out(shop())
    web[WEB2].down()
    eventually(lambda: table() == DEFINED[:2], table)
    assert not director.bring(shop())["changed"]
    by_hand(
        f"-E {SHOP} -s sh",
        f"-e {SHOP} -r {WEB1}:{PORT} -m -w 0",
        f"-a {SHOP} -r 192.0.2.99:{PORT} -g -w 9",
        f"-A {FOREIGN} -s rr",
        f"-a {FOREIGN} -r 192.0.2.99:53 -g",
    )
    director.reload()
    time.sleep(3)  # three checks
    assert f"-a {SHOP} -r {WEB1}:{PORT} -m -w 0" in table()  # keepalived puts nothing back
    foreign = table(FOREIGN)
    director.roll_out(shop())
    assert table() == DEFINED[:2]
    assert table(FOREIGN) == foreign
    web[WEB2].up()
    eventually(lambda: table() == DEFINED, table)


def test_a_drain_stays_and_a_weight_by_hand_beside_it_goes(director: Director) -> None:
    director.roll_out(shop())
    assert module("ipvs_real_server", address=[WEB1], state="drained")["changed"]
    by_hand(f"-e {SHOP} -r {WEB2}:{PORT} -g -w 7")
    director.roll_out(shop())
    assert table() == [DEFINED[0], DEFINED[1].replace("-w 1", "-w 0"), DEFINED[2]]
    assert module("ipvs_real_server", address=[WEB1], state="active")["changed"]
    assert table() == DEFINED


def test_an_inhibited_real_server_and_a_sorry_server_are_checks_affairs(
    director: Director, web: dict[str, RealServer]
) -> None:
    inhibited = shop(inhibit_on_failure=True)
    director.roll_out(inhibited)
    web[WEB2].down()
    disabled = [*DEFINED[:2], DEFINED[2].replace("-w 2", "-w 0")]
    eventually(lambda: table() == disabled, table)
    director.roll_out(inhibited)
    assert table() == disabled
    web[WEB2].up()
    eventually(lambda: table() == DEFINED, table)
    with_sorry = shop(quorum=3, sorry_server={"address": SORRY})
    director.roll_out(with_sorry)
    web[WEB2].down()
    sorry = [DEFINED[0], f"-a {SHOP} -r {SORRY}:{PORT} -g -w 1"]
    eventually(lambda: table() == sorry, table)
    director.roll_out(with_sorry)
    assert table() == sorry
    web[WEB2].up()
    eventually(lambda: table() == DEFINED, table)


def test_a_sorry_server_that_serves_is_removed(director: Director, web: dict[str, RealServer]) -> None:
    """Where the checker crashes at that (LVS775), the VIP stays, and the end of the roll-out sets what is missing."""
    mail = service(name="mail", port=PORT + 1, checks=[])
    director.roll_out(shop(sorry_server={"address": SORRY}), mail)
    for server in web.values():
        server.down()
    eventually(lambda: table() == [DEFINED[0], f"-a {SHOP} -r {SORRY}:{PORT} -g -w 1"], table)
    eventually(lambda: VIP in addresses(), addresses)
    told, without = len(log()), shop(scheduler="rr")
    director.configure(without)
    director.reload()
    time.sleep(3)  # a checker that has died is started again within a second
    assert ("Respawning" in log()[told:]) is BY_CODE["LVS775"].is_in(RELEASE)
    assert VIP in addresses()
    director.bring(without)
    assert table(SHOP, f"-t {VIP}:{PORT + 1}") == [DEFINED[0].replace("wlc", "rr")]
    for server in web.values():
        server.up()
    eventually(lambda: table() == [DEFINED[0].replace("wlc", "rr"), *DEFINED[1:]], table)


def test_an_emptied_table_is_filled_again(director: Director, web: dict[str, RealServer]) -> None:
    director.roll_out(shop())
    ipvsadm("-C")
    director.reload()
    time.sleep(3)
    assert table() == []  # nor does keepalived see that
    director.roll_out(shop())
    assert table() == DEFINED
    web[WEB1].down()
    eventually(lambda: table() == [DEFINED[0], DEFINED[2]], table)
    web[WEB1].up()
    eventually(lambda: table() == DEFINED, table)


def test_new_thresholds_reach_the_kernel_though_no_reload_tells_it(director: Director) -> None:
    director.roll_out(shop())
    servers = [{"host": "web1", "upper_threshold": 9, "lower_threshold": 3}, {"host": "web2"}]
    director.configure(shop(real_servers=servers))
    director.reload()
    limits = f"{WEB1}:{PORT} 9 3"
    assert limits not in str(thresholds())
    director.bring(shop(real_servers=servers))
    assert limits in str(thresholds())


def test_a_reload_that_keepalived_loses_half_way_leaves_nothing_behind(director: Director) -> None:
    """As 2.3.0 to 2.3.3 do where a sorry server goes: the checker dies, and a new one knows the new file alone."""
    mail = service(name="mail", port=PORT + 1, checks=[])
    director.roll_out(shop(), mail)
    assert len(table(SHOP, f"-t {VIP}:{PORT + 1}")) == 6
    other = shop(scheduler="rr", real_servers=[{"host": "web2"}])
    director.bring(other)
    director.configure(other)
    (checker,) = (int(path.read_text()) for path in CHECKERS if path.exists())
    os.kill(checker, signal.SIGSTOP)
    # Not by a reload of the unit, which waits until all of keepalived has read the file.
    run("systemctl", "kill", "--kill-who=main", "--signal=HUP", "keepalived.service")
    time.sleep(1)
    os.kill(checker, signal.SIGKILL)
    eventually(lambda: "Respawning" in log(), log)
    time.sleep(2)
    assert table(SHOP, f"-t {VIP}:{PORT + 1}") == [DEFINED[0].replace("wlc", "rr"), DEFINED[2]]
    by_hand(f"-E {SHOP} -s lc")  # as though it had died before it came to this service
    assert director.bring(other)["commands"] == [f"ipvsadm -E {SHOP} -s rr"]


def test_a_service_is_served_all_the_time_while_its_addresses_change(director: Director, kernel: IpvsKernel) -> None:
    """Between several addresses; from one to several and back keepalived takes a service away and adds it anew."""
    before, after = [VIP, OTHER], [VIP, "192.0.2.200"]
    director.roll_out(shop(address=before))
    director.bring(shop(address=after))
    director.configure(shop(address=after))
    seen = set()
    run("systemctl", "reload", "keepalived.service")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        now = {key.address: len(value.destinations) for key, value in kernel.read().items()}
        seen.add(now.get(VIP, 0))
    assert seen == {2}
    assert {line.split()[2] for line in table("-t")} == {f"{address}:{PORT}" for address in after}
