# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""lvs.service loads what lies in /etc/lvs, whatever of it is there. Simulates the boot: the unit is started."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, module, run

ROLE = Path(__file__).parents[2] / "roles/boot"
UNIT, FOLDER = Path("/etc/systemd/system/lvs.service"), Path("/etc/lvs")
VIP = "192.0.2.198"
SILENCE = {"kind": "silence", "address": VIP, "instead": "192.0.2.2"}
FILES = {
    "ipvs.rules": f"-A -t {VIP}:80 -s wlc\n-a -t {VIP}:80 -r 192.0.2.21:80 -g -w 1\n",
    "timeouts.rules": "--set 7200 0 0\n",
    "sync.rules": "--start-daemon backup --mcast-interface none0\n",
    "network.batch6": "# rules\nrule add priority 5080 from 2001:db8::/32 table 5080\n",
    "network.batch": f"# network\naddress replace 192.0.2.199/32 dev none0\naddress replace {VIP}/32 dev lo\n",
}


@pytest.fixture(params=["nftables", "arptables"], autouse=True)
def installed(request: pytest.FixtureRequest) -> Iterator[None]:
    shutil.copy(ROLE / "files/lvs.service", UNIT)
    run("systemctl", "daemon-reload")
    tools = {"firewall": "iptables" if request.param == "arptables" else "nftables", "arp_firewall": request.param}
    module("packet_filter", rules=[SILENCE], boot_folder=str(FOLDER), **tools)
    for name, text in FILES.items():
        (FOLDER / name).write_text(text)
    gone()
    yield
    subprocess.run(["systemctl", "stop", "lvs.service"], check=False)
    subprocess.run(["systemctl", "reset-failed", "lvs.service"], check=False)
    UNIT.unlink()
    run("systemctl", "daemon-reload")
    gone()
    shutil.rmtree(FOLDER)


def gone() -> None:
    """What a boot begins with."""
    ipvsadm("-C")
    ipvsadm("--set", "900", "120", "300")
    run("nft", "flush", "ruleset")
    run("ip", "address", "flush", "dev", "lo", "to", "192.0.2.0/24")
    run("ip", "-6", "rule", "flush", "priority", "5080")


def booted() -> tuple[bool, bool, bool, bool]:
    """Whether real servers are silent about the VIP, it is balanced, the rules are there, and the VIP is."""
    subprocess.run(["systemctl", "start", "lvs.service"], check=False)
    return (
        VIP in run("nft", "list", "ruleset"),
        f"TCP  {VIP}:80 wlc" in "\n".join(ipvsadm("-L", "-n")),
        "5080" in run("ip", "-6", "rule"),
        VIP in run("ip", "address", "show", "lo"),
    )


def test_all_is_loaded_but_what_is_on_a_missing_interface() -> None:
    assert booted() == (True, True, True, True)
    assert "7200 120 300" in ipvsadm("-L", "--timeout")[0]
    assert run("sh", "-c", "systemctl is-failed lvs.service || true").strip() == "failed"


@pytest.mark.parametrize("missing", [["ipvs.rules"], ["network.batch6", "timeouts.rules", "sync.rules"]])
def test_what_is_not_there_keeps_nothing_else_away(missing: list[str]) -> None:
    for name in missing:
        (FOLDER / name).unlink()
    assert booted() == (True, "ipvs.rules" not in missing, "network.batch6" not in missing, True)


def test_without_the_packet_filter_no_address_comes() -> None:
    for name in ("filter.nft", "filter.arptables"):
        if (FOLDER / name).exists():
            (FOLDER / name).write_text("what no tool understands\n")
    assert booted() == (False, False, False, False)
