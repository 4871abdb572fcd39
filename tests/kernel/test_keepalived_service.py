# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.service: what keepalived has not read yet, and interfaces that come after it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, module, run
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import INTERFACE, OTHER, VIP, interface, service, text

__all__ = ["interface"]
CONFIGURATION = Path("/etc/keepalived/keepalived.conf")
DROP_IN = Path("/etc/systemd/system/keepalived.service.d/lvs.conf")
LATE = f"{INTERFACE}.10"


@pytest.fixture
def unit(interface: None) -> Iterator[None]:
    """keepalived.service, as the distribution has it, at work with a configuration of the cluster."""
    assert not CONFIGURATION.exists()
    assert module("keepalived", content=text(service()))["changed"]
    run("systemctl", "start", "keepalived.service")
    yield
    run("systemctl", "stop", "keepalived.service")
    CONFIGURATION.unlink()


@pytest.mark.usefixtures("kernel", "unit")
def test_what_keepalived_has_not_read_is_a_change() -> None:
    assert not module("keepalived", content=text(service()))["changed"]
    other = text(service(scheduler="rr"))
    assert module("keepalived", content=other)["changed"]
    for check in (True, False):
        again = module("keepalived", content=other, check=check)
        assert (again["changed"], again["unread"], again["diff"]) == (True, True, [])
    run("systemctl", "reload", "keepalived.service")
    again = module("keepalived", content=other)
    assert (again["changed"], again["unread"]) == (False, False)


def add_late_interface() -> None:
    run("ip", "link", "add", "link", INTERFACE, "name", LATE, "type", "vlan", "id", "10")
    run("ip", "link", "set", LATE, "up")
    run("ip", "address", "add", "198.51.100.2/24", "dev", LATE)


@pytest.mark.usefixtures("kernel", "interface")
@pytest.mark.parametrize(
    "options",
    [
        {"vrrp": {"interface": LATE}},
        {"vips": [{"address": OTHER, "interface": LATE}]},
        {"vrrp": {"interface": LATE}, "vips": [{"address": OTHER, "interface": LATE}]},
    ],
    ids=["of VRRP", "of the VIP", "of both"],
)
def test_an_interface_that_comes_late_is_waited_for(options: dict[str, Any]) -> None:
    """keepalived ends where it is missing, as at boot: someone has to start it again."""
    add_late_interface()
    try:
        content = text(service(address=OTHER), **options)
        result = module("keepalived", content=content, drop_in=str(DROP_IN), drained_folder="/etc/lvs/drained")
        assert [part["after_header"] for part in result["diff"]] == [str(CONFIGURATION), str(DROP_IN)]
        again = module("keepalived", content=content, drop_in=str(DROP_IN), drained_folder="/etc/lvs/drained")
        assert not again["changed"]
        run("systemctl", "daemon-reload")
        run("ip", "link", "delete", LATE)
        run("systemctl", "start", "--no-block", "keepalived.service")
        time.sleep(4)
        assert OTHER not in run("ip", "-oneline", "address", "show")
        add_late_interface()
        eventually(
            lambda: f" {OTHER}/32 " in run("ip", "-oneline", "address", "show"), lambda: run("journalctl", "-n50")
        )
        assert f"TCP  {OTHER}:80 wlc" in run("ipvsadm", "-Ln")
    finally:
        run("systemctl", "stop", "keepalived.service")
        gone = module("keepalived", state="absent", drop_in=str(DROP_IN))
        run("systemctl", "daemon-reload")
        with suppress(subprocess.CalledProcessError):
            run("ip", "link", "delete", LATE)
    assert gone["changed"]
    assert not DROP_IN.parent.exists()


@pytest.mark.usefixtures("kernel", "interface")
@pytest.mark.parametrize("vrrp", [{}, {"unicast": True}], ids=["multicast", "unicast"])
def test_an_address_that_comes_late_is_waited_for(vrrp: dict[str, Any]) -> None:
    """As by DHCP: keepalived begins without the director's own address, and has the VIP soon after it is there."""
    module("keepalived", content=text(service(), vrrp=vrrp), drop_in=str(DROP_IN), drained_folder="/etc/lvs/drained")
    run("systemctl", "daemon-reload")
    run("ip", "address", "del", "192.0.2.2/25", "dev", INTERFACE)
    try:
        run("systemctl", "start", "--no-block", "keepalived.service")
        time.sleep(6)  # longer than a director waits for others before it takes the VIPs
        run("ip", "address", "add", "192.0.2.2/25", "dev", INTERFACE)
        eventually(lambda: f" {VIP}/32 " in run("ip", "-oneline", "address", "show"), lambda: run("journalctl", "-n50"))
        assert f"TCP  {VIP}:80 wlc" in run("ipvsadm", "-Ln")
    finally:
        run("systemctl", "stop", "keepalived.service")
        module("keepalived", state="absent", drop_in=str(DROP_IN))
        run("systemctl", "daemon-reload")


@pytest.mark.usefixtures("kernel", "interface")
def test_keepalived_that_is_ended_on_purpose_stays_so() -> None:
    """As the engine that takes over from it ends it, so that its addresses and services stay."""
    module("keepalived", content=text(service()), drop_in=str(DROP_IN), drained_folder="/etc/lvs/drained")
    run("systemctl", "daemon-reload")
    try:
        run("systemctl", "start", "keepalived.service")
        run("systemctl", "kill", "--signal=KILL", "keepalived.service")
        time.sleep(4)
        assert run("systemctl", "show", "keepalived.service", "--property=ActiveState").strip() == "ActiveState=failed"
    finally:
        module("keepalived", state="absent", drop_in=str(DROP_IN))
        run("systemctl", "daemon-reload")
        run("systemctl", "reset-failed", "keepalived.service")
        subprocess.run(["ipvsadm", "--clear"], check=True)
