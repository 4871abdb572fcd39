# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ipvs_sync_daemon as Ansible starts it, with ipvsadm as the witness."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, module, run

# Interfaces of the test: an ordinary one, one for jumbo frames, one that is down, one too narrow for IPv6.
PLAIN, JUMBO, DOWN, NARROW = "lvsplain", "lvsjumbo", "lvsdown", "lvsnarrow"
MTUS = {PLAIN: 1500, JUMBO: 9000, DOWN: 1500, NARROW: 600}
MASTER = f"master sync daemon (mcast={PLAIN}, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)"


def shown() -> list[str]:
    """The daemons that ipvsadm shows."""
    return ipvsadm("-L", "--daemon", "-n")


def stop_all() -> None:
    for line in shown():
        ipvsadm("--stop-daemon", line.split()[0])


@pytest.fixture(scope="module", autouse=True)
def interfaces() -> Iterator[None]:
    """The interfaces; the link-local address of each that is up can be used at once."""
    added = [f"link add {name} mtu {mtu} type dummy" for name, mtu in MTUS.items()]
    up = [f"link set {name} up" for name in MTUS if name != DOWN]
    addresses = [f"address add fe80::1/64 dev {name} nodad" for name in (PLAIN, JUMBO)]
    run("ip", "-batch", "-", stdin="\n".join(added + up + addresses))
    yield
    run("ip", "-batch", "-", stdin="\n".join(f"link delete {name}" for name in MTUS))


@pytest.fixture(autouse=True)
def nothing_runs(interfaces: None) -> Iterator[None]:
    stop_all()
    yield
    stop_all()


def both(**options: Any) -> dict[str, Any]:
    return {"roles": ["master", "backup"], "interface": PLAIN, "sync_id": 7, **options}


def test_one_is_started_and_stopped_beside_the_other() -> None:
    ipvsadm("--start-daemon", "backup", "--mcast-interface", JUMBO, "--syncid", "3")
    (backup,) = shown()
    result = module("ipvs_sync_daemon", roles=["master"], interface=PLAIN, sync_id=7)
    assert result["counts"] == {"added": 1, "changed": 0, "removed": 0}
    assert result["commands"] == [
        f"ipvsadm --start-daemon master --mcast-interface {PLAIN} --syncid 7 --sync-maxlen 1472 "
        "--mcast-group 224.0.0.81 --mcast-port 8848 --mcast-ttl 1"
    ]
    assert shown() == [MASTER, backup]
    assert not module("ipvs_sync_daemon", roles=["master"], interface=PLAIN, sync_id=7)["changed"]
    assert module("ipvs_sync_daemon", state="absent", roles=["master"])["counts"]["removed"] == 1
    assert shown() == [backup]
    assert not module("ipvs_sync_daemon", state="absent", roles=["master"])["changed"]


@pytest.mark.parametrize(
    ("interface", "group"),
    [(PLAIN, "224.0.0.81"), (JUMBO, "239.1.2.3"), (JUMBO, "ff02::81"), (NARROW, "224.0.0.81"), ("lo", "224.0.0.81")],
)
def test_the_default_length_is_the_kernels(interface: str, group: str) -> None:
    """ipvsadm, which leaves the choice to the kernel, and the module come to the same; a second run finds it so."""
    options = {"roles": ["master", "backup"], "interface": interface, "group": group}
    for role in options["roles"]:
        ipvsadm("--start-daemon", role, "--mcast-interface", interface, "--mcast-group", group)
    theirs = shown()
    stop_all()
    assert module("ipvs_sync_daemon", **options)["counts"]["added"] == 2
    assert shown() == theirs
    assert not module("ipvs_sync_daemon", **options)["changed"]


@pytest.mark.parametrize(
    "options",
    [
        {"max_length": 1024},
        {"max_length": 65507},
        {"max_length": 65487, "group": "ff02::81"},
        {"port": 1, "ttl": 255, "sync_id": 255},
        {"port": 65535, "group": "FF05:0::81"},
    ],
)
def test_every_option_reaches_the_kernel(options: dict[str, Any]) -> None:
    assert module("ipvs_sync_daemon", **both(**options))["counts"]["added"] == 2
    names = {"max_length": "maxlen", "sync_id": "syncid"}
    group = {"FF05:0::81": "ff05::81"}
    for line in shown():
        for option, value in options.items():
            assert f"{names.get(option, option)}={group.get(value, value)}" in line
    assert not module("ipvs_sync_daemon", **both(**options))["changed"]


def test_a_changed_daemon_is_restarted_and_what_is_left_out_stays() -> None:
    module("ipvs_sync_daemon", **both(ttl=5, port=9000))
    result = module("ipvs_sync_daemon", roles=["backup"], max_length=8972, interface=JUMBO)
    assert result["plan"]["changed"] == [
        {
            "kind": "daemons",
            "name": "backup",
            "before": {"interface": PLAIN, "max_length": 1472},
            "after": {"interface": JUMBO, "max_length": 8972},
        }
    ]
    assert result["commands"][0].startswith("ipvsadm --stop-daemon backup && ipvsadm --start-daemon backup ")
    assert shown() == [
        f"master sync daemon (mcast={PLAIN}, syncid=7, maxlen=1472, group=224.0.0.81, port=9000, ttl=5)",
        f"backup sync daemon (mcast={JUMBO}, syncid=7, maxlen=8972, group=224.0.0.81, port=9000, ttl=5)",
    ]


def test_the_length_is_chosen_anew_for_a_group_of_another_family() -> None:
    module("ipvs_sync_daemon", **both(max_length=65507))
    assert module("ipvs_sync_daemon", roles=["master", "backup"], group="ff02::81")["changed"]
    assert all("maxlen=1452, group=ff02::81" in line for line in shown())


def test_check_mode_foretells_the_same_and_changes_nothing(tmp_path: Path) -> None:
    options = both(boot_file=str(tmp_path / "sync.rules"))
    foretold = module("ipvs_sync_daemon", check=True, **options)
    assert shown() == []
    done = module("ipvs_sync_daemon", **options)
    assert {**done, "invocation": 0} == {**foretold, "invocation": 0}
    assert len(shown()) == 2


def test_the_boot_file_is_what_ipvsadm_loads(tmp_path: Path) -> None:
    boot_file = tmp_path / "sync.rules"
    module("ipvs_sync_daemon", **both(group="ff05::81", max_length=1300, boot_file=str(boot_file)))
    running = shown()
    assert len(running) == 2
    stop_all()
    ipvsadm("-R", stdin=boot_file.read_text())
    assert shown() == running
    assert not module("ipvs_sync_daemon", **both(boot_file=str(boot_file)))["changed"]
    # A role that is not listed stays in the file; one that is stopped goes.
    module("ipvs_sync_daemon", roles=["backup"], ttl=9, boot_file=str(boot_file))
    assert [line.split()[1] for line in boot_file.read_text().splitlines()] == ["master", "backup"]
    module("ipvs_sync_daemon", state="absent", roles=["master"], boot_file=str(boot_file))
    assert boot_file.read_text() == (
        f"--start-daemon backup --mcast-interface {PLAIN} --syncid 7 --sync-maxlen 1300 --mcast-group ff05::81 "
        "--mcast-port 8848 --mcast-ttl 9\n"
    )
    module("ipvs_sync_daemon", state="absent", roles=["backup"], boot_file=str(boot_file))
    assert not boot_file.exists()
    assert shown() == []


def test_without_a_role_those_of_the_boot_file_stop(tmp_path: Path) -> None:
    boot_file = str(tmp_path / "sync.rules")
    module("ipvs_sync_daemon", **both(boot_file=boot_file) | {"roles": ["master"]})
    ipvsadm("--start-daemon", "backup", "--mcast-interface", JUMBO, "--syncid", "3")
    (foreign,) = (line for line in shown() if line.startswith("backup"))
    assert module("ipvs_sync_daemon", state="absent", boot_file=boot_file)["counts"]["removed"] == 1
    assert shown() == [foreign]
    assert not module("ipvs_sync_daemon", state="absent", boot_file=boot_file)["changed"]
    assert "nothing is listed" in module("ipvs_sync_daemon", state="absent")["msg"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        # Before eth0 there may be the devices that tunnels' kernel modules bring along.
        (both(interface="nonesuch"), "interface: this host has no nonesuch; it has "),
        (both(interface="nonesuch"), " eth0, "),
        (both(interface=None), "interface: missing; the master daemon is not running yet, and is started on one"),
        (both(roles=[]), "roles: nothing is listed"),
        (both(sync_id=256), "sync_id: 256 is not 0 to 255"),
        (both(group="192.0.2.7"), "group: 192.0.2.7 is no multicast address"),
        (both(group="2001:db8::7"), "group: 2001:db8::7 is no multicast address"),
        (both(group="ff01::81"), "group: ff01::81 never leaves this host"),
        (both(group="everybody"), "group: 'everybody' is no IPv4 or IPv6 address"),
        (both(port=0), "port: 0 is no port"),
        (both(ttl=0), "ttl: 0 is not 1 to 255"),
        (both(max_length=1000), "max_length: 1000 is not 1024 to 65507 bytes, as a backup daemon needs"),
        (both(max_length=65500, group="ff02::81"), "max_length: 65500 is not 1 to 65487 bytes"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(options: dict[str, Any], words: str) -> None:
    result = module("ipvs_sync_daemon", **options)
    assert result["failed"]
    assert words in result["msg"]
    assert "This call has changed nothing" in result["msg"]
    assert shown() == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"interface": DOWN}, "no route to the multicast group: it is down, or has no IPv4 or IPv6 (ENETUNREACH)"),
        ({"interface": NARROW, "group": "ff02::81"}, "(ENETUNREACH)"),
    ],
)
def test_a_daemon_that_cannot_be_restarted_runs_on_as_before(options: dict[str, Any], words: str) -> None:
    module("ipvs_sync_daemon", **both())
    before = shown()
    result = module("ipvs_sync_daemon", roles=["master"], **options)
    assert result["failed"]
    assert not result["changed"]
    assert f"cannot restart the master sync daemon on {options['interface']}, group " in result["msg"]
    assert words in result["msg"]
    assert "What this call had done was undone: the host is as it was before" in result["msg"]
    assert shown() == before


@pytest.mark.usefixtures("kernel")
def test_real_servers_of_the_other_family_are_named() -> None:
    ipvsadm("-A", "-t", "192.0.2.198:80", "-s", "rr")
    ipvsadm("-a", "-t", "192.0.2.198:80", "-r", "[2001:db8::25]:80", "-i")
    result = module("ipvs_sync_daemon", **both())
    assert result["failed"]
    assert "cannot start the master sync daemon" in result["msg"]
    assert "real servers of the other address family" in result["msg"]
    assert shown() == []


def test_a_daemon_whose_interface_is_gone_can_be_moved_and_stopped() -> None:
    run("ip", "link", "add", "lvsgone", "type", "dummy")
    run("ip", "link", "set", "lvsgone", "up")
    module("ipvs_sync_daemon", **both(interface="lvsgone"))
    run("ip", "link", "delete", "lvsgone")
    assert not module("ipvs_sync_daemon", roles=["backup"])["changed"]
    assert "this host has no lvsgone" in module("ipvs_sync_daemon", roles=["backup"], ttl=2)["msg"]
    assert module("ipvs_sync_daemon", roles=["backup"], interface=PLAIN)["changed"]
    assert module("ipvs_sync_daemon", state="absent", roles=["master"])["changed"]
    assert len(shown()) == 1


def test_without_the_capability_the_way_out_is_named() -> None:
    result = module("ipvs_sync_daemon", prefix=("setpriv", "--bounding-set", "-net_admin"), **both())
    assert result["failed"]
    assert "become: true" in result["msg"]
    assert shown() == []
