# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What host_network has set stays, or is there again, whatever the distribution's own daemons do to an interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, module, run

NEAR, FAR = "lvs-near", "lvs-far"
OWN, GATEWAY, VIP, VIP6, ON_LO = "198.51.100.2", "198.51.100.9", "198.51.100.198", "2001:db8:9::198", "192.0.2.198"
FOLDER = Path("/etc/lvs")
LAB_CONF = Path("/etc/systemd/networkd.conf.d/lab.conf")
NETWORK_FILE = Path("/run/systemd/network/30-lvs-near.network")
NETWORKD = "systemd-networkd.service"
CONNECTION = Path("/etc/NetworkManager/system-connections/lvs-near.nmconnection")
UNMANAGED = Path("/etc/NetworkManager/conf.d/lab.conf")
INTERFACES = Path("/etc/network/interfaces.d/lvs-near")
DROP_IN = Path("/etc/systemd/network/30-lvs-near.network.d/lvs.conf")
CONF = LAB_CONF.with_name("lvs.conf")
DISPATCHER = Path("/etc/NetworkManager/dispatcher.d/90-lvs")
IF_UP = Path("/etc/network/if-up.d/lvs")
WANTED: dict[str, Any] = {
    "addresses": [
        {"address": f"{VIP}/32", "interface": NEAR},
        {"address": f"{VIP6}/128", "interface": NEAR},
        {"address": f"{ON_LO}/32", "interface": "lo"},
    ],
    "routes": [{"destination": "default", "gateway": GATEWAY, "table": 5080}],
    "rules": [{"priority": 5080, "source": OWN, "table": 5080}],
    "boot_file": str(FOLDER / "network.batch"),
    "manager_files": True,
}


@pytest.fixture(autouse=True)
def interface() -> Iterator[None]:
    run("ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR)
    run("ip", "link", "set", FAR, "up")
    yield
    run("ip", "link", "delete", NEAR)


@pytest.fixture
def networkd() -> Iterator[None]:
    """As a distribution has it, also by netplan."""
    kept = LAB_CONF.read_text()
    LAB_CONF.unlink()
    NETWORK_FILE.parent.mkdir(exist_ok=True)
    NETWORK_FILE.write_text(f"[Match]\nName={NEAR}\n[Network]\nAddress={OWN}/24\nAddress=2001:db8:9::2/64\n")
    run("systemctl", "restart", NETWORKD)
    eventually(lambda: OWN in addresses())
    yield
    LAB_CONF.parent.mkdir(exist_ok=True)
    LAB_CONF.write_text(kept)
    NETWORK_FILE.unlink()
    run("systemctl", "restart", NETWORKD)


@pytest.fixture
def network_manager() -> Iterator[None]:
    CONNECTION.write_text(
        f"[connection]\nid={NEAR}\ntype=ethernet\ninterface-name={NEAR}\n[ethernet]\n[ipv4]\nmethod=manual\n"
        f"address1={OWN}/24\n[ipv6]\nmethod=manual\naddress1=2001:db8:9::2/64\n"
    )
    CONNECTION.chmod(0o600)
    # Debian's file leaves what ifupdown has to ifupdown; networkd has the others of this machine.
    UNMANAGED.write_text(f"[keyfile]\nunmanaged-devices=interface-name:eth*,interface-name:{FAR}\n")
    run("systemctl", "start", "NetworkManager.service")
    run("nmcli", "--wait", "60", "connection", "up", NEAR)
    yield
    run("systemctl", "stop", "NetworkManager.service")
    CONNECTION.unlink()
    UNMANAGED.unlink()


@pytest.fixture
def ifupdown() -> Iterator[None]:
    INTERFACES.parent.mkdir(parents=True, exist_ok=True)
    INTERFACES.write_text(f"iface {NEAR} inet static\n    address {OWN}/24\n")
    run("ifup", NEAR)
    yield
    run("ifdown", "--force", NEAR)
    INTERFACES.unlink()


def addresses() -> str:
    return run("ip", "-o", "address", "show")


def there() -> dict[str, bool]:
    """What of it the kernel has."""
    held = addresses()
    return {
        **{address: f" {address}/" in held for address in (VIP, VIP6, ON_LO)},
        "route": GATEWAY in run("ip", "route", "show", "table", "all"),
        "rule": "5080:" in run("ip", "rule"),
    }


def whole() -> bool:
    return all(there().values())


def set_up(**options: Any) -> dict[str, Any]:
    result = module("host_network", state="replaced", **{**WANTED, **options})
    assert not result.get("failed"), result["msg"]
    assert whole(), there()
    return result


def take_away(files: list[Path]) -> None:
    """It goes, with the files that others read; a second run has changed nothing before."""
    assert module("host_network", state="replaced", **WANTED)["changed"] is False
    assert all(path.exists() for path in files)
    options = {"boot_file": WANTED["boot_file"], "manager_files": True}
    assert module("host_network", state="deleted", all=True, **options)["changed"]
    assert not any(there().values())
    assert [path for path in (CONF, DROP_IN, DISPATCHER, IF_UP) if path.exists()] == []
    assert not CONF.parent.exists() or list(CONF.parent.iterdir())


def lost_by(*event: str, where: set[str]) -> None:
    """What an event takes away where nobody was told to leave it, and a run puts back: what the files are for."""
    run(*event)
    eventually(lambda: {name for name, held in there().items() if not held} == where, there)
    assert set_up(manager_files=False)["changed"]


@pytest.mark.usefixtures("networkd")
def test_what_is_set_survives_a_restart_of_networkd() -> None:
    set_up(manager_files=False)
    lost_by("systemctl", "restart", NETWORKD, where={VIP, VIP6, "route", "rule"})
    foretold = module("host_network", state="replaced", check=True, **WANTED)
    assert not CONF.exists()
    assert not DROP_IN.parent.exists()
    assert foretold["diff"] == set_up()["diff"]
    for event in (["systemctl", "restart", NETWORKD], ["networkctl", "reload"], ["networkctl", "reconfigure", NEAR]):
        run(*event)
        run("/usr/lib/systemd/systemd-networkd-wait-online", "--timeout=30", f"--interface={NEAR}")
        assert whole(), (event, there())
    take_away([CONF, DROP_IN])


@pytest.mark.usefixtures("network_manager")
def test_what_network_manager_takes_away_is_there_again() -> None:
    reapply, up = ["nmcli", "device", "reapply", NEAR], ["nmcli", "--wait", "60", "connection", "up", NEAR]
    set_up(manager_files=False)
    lost_by(*reapply, where={VIP, VIP6})
    lost_by(*up, where={VIP, VIP6, "route"})
    set_up()
    for event in (reapply, up, ["systemctl", "restart", "NetworkManager.service"]):
        run(*event)
        eventually(whole, there)
    take_away([DISPATCHER])


@pytest.mark.usefixtures("ifupdown")
def test_what_ifupdown_takes_away_is_there_again() -> None:
    set_up()
    run("ifdown", NEAR)
    assert not there()["route"]
    run("ifup", NEAR)
    assert whole(), there()
    take_away([IF_UP])
