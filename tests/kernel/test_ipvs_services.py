# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ipvs_services as Ansible starts it, with ipvsadm as the witness."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import support
from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, module, run

VIP = "192.0.2.198"
FOREIGN = ["-A -t 192.0.2.200:443 -s rr", "-a -t 192.0.2.200:443 -r 192.0.2.99:443 -m -w 1"]
SHOP = [
    "-A -t 192.0.2.198:80 -s wlc",
    "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 1",
    "-a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 2",
]

pytestmark = pytest.mark.usefixtures("kernel")


def shop(*real_servers: tuple[str, int], **options: Any) -> dict[str, Any]:
    destinations = [{"address": address, "weight": weight} for address, weight in real_servers]
    return {"address": VIP, "port": 80, "destinations": destinations, **options}


TWO = shop(("192.0.2.21", 1), ("192.0.2.22", 2))


def load(*lines: str) -> None:
    ipvsadm("-R", stdin="".join(f"{line}\n" for line in lines))


def saved() -> list[str]:
    return sorted(ipvsadm("-S", "-n"))


@pytest.mark.parametrize("state", ["merged", "replaced"])
def test_a_service_is_added_beside_others(state: str) -> None:
    load(*FOREIGN)
    result = module("ipvs_services", state=state, services=[TWO])
    assert result["changed"]
    assert result["counts"] == {"added": 3, "changed": 0, "removed": 0}
    assert result["commands"] == [f"ipvsadm {line}" for line in SHOP]
    assert saved() == sorted(FOREIGN + SHOP)
    assert not module("ipvs_services", state=state, services=[TWO])["changed"]


def test_overridden_leaves_nothing_else() -> None:
    load(*FOREIGN)
    result = module("ipvs_services", state="overridden", services=[TWO])
    assert result["counts"] == {"added": 3, "changed": 0, "removed": 1}
    assert saved() == sorted(SHOP)


def test_deleted_removes_what_is_listed() -> None:
    load(*FOREIGN, *SHOP)
    assert module("ipvs_services", state="deleted", services=[{"address": VIP, "port": 80}])["changed"]
    assert saved() == sorted(FOREIGN)
    assert not module("ipvs_services", state="deleted", services=[{"address": VIP, "port": 80}])["changed"]


def test_merged_keeps_what_is_left_out() -> None:
    load(
        "-A -t 192.0.2.198:80 -s sh -p 300 -b sh-fallback",
        "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -m -w 7 -x 100 -y 50",
        "-a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 2",
    )
    result = module("ipvs_services", services=[shop(("192.0.2.21", 0))])
    assert result["plan"]["changed"] == [
        {
            "kind": "destination",
            "name": "tcp 192.0.2.198:80 -> 192.0.2.21:80",
            "before": {"weight": 7},
            "after": {"weight": 0},
        }
    ]
    assert saved() == [
        "-A -t 192.0.2.198:80 -s sh -p 300 -b sh-fallback",
        "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -m -w 0",
        "-a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 2",
    ]
    assert any("192.0.2.21:80                100        50" in line for line in ipvsadm("-L", "-n", "--thresholds"))


def test_check_mode_foretells_the_same_and_changes_nothing(tmp_path: Path) -> None:
    load(*FOREIGN, SHOP[0], "-a -t 192.0.2.198:80 -r 192.0.2.29:80 -g -w 1")
    before = saved()
    options = {"state": "replaced", "services": [TWO], "boot_file": str(tmp_path / "lvs" / "ipvs.rules")}
    foretold = module("ipvs_services", check=True, **options)
    assert saved() == before
    assert not (tmp_path / "lvs").exists()
    done = module("ipvs_services", **options)
    assert {**done, "invocation": 0} == {**foretold, "invocation": 0}
    assert done["diff"][0]["before"].splitlines() == [SHOP[0], "-a -t 192.0.2.198:80 -r 192.0.2.29:80 -g -w 1"]
    assert done["diff"][0]["after"].splitlines() == SHOP
    assert saved() == sorted(FOREIGN + SHOP)


def test_the_boot_file_is_what_ipvsadm_loads_and_says_what_is_owned(tmp_path: Path) -> None:
    boot_file = tmp_path / "ipvs.rules"
    options = {"state": "replaced", "boot_file": str(boot_file)}
    other = shop(("192.0.2.23", 1), port=8080)
    module("ipvs_services", services=[TWO, other], **options)
    both = saved()
    ipvsadm("-C")
    ipvsadm("-R", stdin=boot_file.read_text())
    assert saved() == both
    load(*FOREIGN)
    assert not module("ipvs_services", services=[TWO, other], **options)["changed"]
    # A service that is no longer listed goes; one that someone else has added stays.
    assert module("ipvs_services", services=[TWO], **options)["changed"]
    assert saved() == sorted(FOREIGN + SHOP)
    assert boot_file.read_text().splitlines() == SHOP
    assert module("ipvs_services", state="deleted", all=True, boot_file=str(boot_file))["changed"]
    assert saved() == sorted(FOREIGN)
    assert not boot_file.exists()
    assert not module("ipvs_services", state="deleted", all=True, boot_file=str(boot_file))["changed"]


def test_only_the_boot_file_differs(tmp_path: Path) -> None:
    load(*SHOP)
    boot_file = tmp_path / "ipvs.rules"
    assert module("ipvs_services", services=[TWO], boot_file=str(boot_file))["changed"]
    assert boot_file.read_text().splitlines() == SHOP
    assert not module("ipvs_services", services=[TWO], boot_file=str(boot_file))["changed"]


@pytest.mark.parametrize("state", ["merged", "replaced", "overridden", "deleted"])
def test_an_empty_list_never_means_all(state: str) -> None:
    load(*FOREIGN)
    result = module("ipvs_services", state=state, services=[])
    assert result["failed"]
    assert "state=deleted and all=true" in result["msg"]
    assert saved() == sorted(FOREIGN)


def test_all_is_a_word_of_its_own() -> None:
    load(*FOREIGN, *SHOP)
    assert module("ipvs_services", state="deleted", all=True)["counts"]["removed"] == 2
    assert saved() == []


def test_what_the_kernel_refuses_is_undone_and_put_into_words() -> None:
    load(*FOREIGN, SHOP[0], SHOP[1])
    before = saved()
    listed = [TWO, *(shop(("192.0.2.23", 1), port=port) for port in range(1000, 1300))]
    listed[200]["destinations"][0]["address"] = "224.0.0.23"
    result = module("ipvs_services", services=listed)
    assert result["failed"]
    assert result["msg"] == (
        "cannot add destination 224.0.0.23:1199 of service tcp 192.0.2.198:1199: the kernel does not take this "
        "address, family or tunnel for a destination (EINVAL). "
        "What this call had done was undone: the host is as it was before"
    )
    assert saved() == before


@pytest.mark.parametrize("check", [False, True])
def test_what_this_kernel_does_not_have_is_named_before_anything_is_sent(check: bool) -> None:
    listed = [TWO, shop(port=81, scheduler="nonesuch"), shop(port=82, scheduler="nonesuch")]
    engine = {"address": VIP, "port": 5060, "protocol": "udp", "persistence_timeout": 9, "persistence_engine": "none2"}
    result = module("ipvs_services", check=check, services=[*listed, engine])
    release = os.uname().release
    assert result["msg"].splitlines() == [
        "This call has changed nothing:",
        f"  scheduler: this kernel ({release}) has no scheduler nonesuch, nor a module for it, which service "
        "tcp 192.0.2.198:81 needs; it has " + ", ".join(module("ipvs_info")["schedulers"]),
        f"  persistence_engine: this kernel ({release}) has no persistence engine none2, nor a module for it, which "
        "service udp 192.0.2.198:5060 needs",
    ]
    assert saved() == []


def test_weights_that_someone_changed_by_hand_stay(tmp_path: Path) -> None:
    boot_file = tmp_path / "ipvs.rules"
    options = {"state": "replaced", "boot_file": str(boot_file), "keep_weights": True}
    module("ipvs_services", services=[TWO], **options)
    ipvsadm("-e", "-t", f"{VIP}:80", "-r", "192.0.2.21:80", "-g", "-w", "0")
    # The second weight is another in the definition, the first was changed by hand.
    listed = shop(("192.0.2.21", 5), ("192.0.2.22", 6), ("192.0.2.23", 7))
    result = module("ipvs_services", services=[listed], **options)
    assert result["counts"] == {"added": 1, "changed": 1, "removed": 0}
    weights = ["21:80 -g -w 0", "22:80 -g -w 6", "23:80 -g -w 7"]
    assert saved() == [SHOP[0], *(f"-a -t 192.0.2.198:80 -r 192.0.2.{weight}" for weight in weights)]
    assert [line[-1] for line in boot_file.read_text().splitlines()[1:]] == ["5", "6", "7"]
    assert not module("ipvs_services", services=[listed], **options)["changed"]
    assert module("ipvs_services", services=[listed], **{**options, "keep_weights": False})["counts"]["changed"] == 1


def test_without_a_file_every_weight_that_is_there_stays() -> None:
    load(*SHOP)
    listed = shop(("192.0.2.21", 9), ("192.0.2.22", 9), ("192.0.2.23", 9))
    module("ipvs_services", state="replaced", services=[listed], keep_weights=True)
    assert saved() == [*SHOP, "-a -t 192.0.2.198:80 -r 192.0.2.23:80 -g -w 9"]


@pytest.mark.parametrize("check", [False, True])
def test_what_is_not_allowed_is_told_and_nothing_is_done(check: bool) -> None:
    load(*FOREIGN, *SHOP)
    before = saved()
    options = {"state": "overridden", "services": [shop(("192.0.2.21", 5), port=81), TWO], "check": check}
    result = module("ipvs_services", allowed_actions=["add_service", "change_destination"], **options)
    assert result["failed"]
    assert result["msg"].splitlines() == [
        "This call has changed nothing:",
        "  allowed_actions: remove_service is not among them; 1 would be needed, first `ipvsadm -D -t 192.0.2.200:443`",
        "  allowed_actions: add_destination is not among them; 1 would be needed, first "
        "`ipvsadm -a -t 192.0.2.198:81 -r 192.0.2.21:81 -g -w 5`",
    ]
    assert saved() == before
    allowed = ["add_service", "add_destination", "remove_service"]
    assert module("ipvs_services", allowed_actions=allowed, **options)["changed"]


def test_a_damaged_boot_file_is_named(tmp_path: Path) -> None:
    boot_file = tmp_path / "ipvs.rules"
    boot_file.write_text(SHOP[0] + "\nnonsense\n")
    result = module("ipvs_services", services=[TWO], boot_file=str(boot_file))
    assert result["failed"]
    assert f"{boot_file}:2: " in result["msg"]
    assert saved() == []


def test_a_service_without_a_scheduler_is_read_and_written() -> None:
    lonely = {"address": VIP, "port": 80, "scheduler": "none"}
    assert module("ipvs_services", services=[lonely])["changed"]
    assert not module("ipvs_services", services=[lonely])["changed"]
    info = module("ipvs_info")
    assert info["services"][0]["scheduler"] == "none"
    assert module("ipvs_services", state="overridden", services=info["services"]).get("changed") is False


def test_what_the_boot_file_cannot_hold_is_refused(tmp_path: Path) -> None:
    local = {"address": VIP, "port": 80, "destinations": [{"address": "192.0.2.2", "forward": "local"}]}
    result = module("ipvs_services", services=[local], boot_file=str(tmp_path / "ipvs.rules"))
    assert "boot_file: ipvsadm has no word for forward=local" in result["msg"]
    assert saved() == []
    assert module("ipvs_services", services=[local])["changed"]
    assert not module("ipvs_services", services=[local])["changed"]


def test_without_the_capability_the_way_out_is_named() -> None:
    result = module("ipvs_services", prefix=("setpriv", "--bounding-set", "-net_admin"), services=[TWO])
    assert result["failed"]
    assert "CAP_NET_ADMIN" in result["msg"]
    assert "become: true" in result["msg"]
    assert saved() == []


@contextmanager
def kernel_without_ipvs() -> Iterator[None]:
    ban = Path("/etc/modprobe.d/lvs-test.conf")
    ban.write_text("install ip_vs /bin/false\n")
    ipvsadm("-C")
    loaded = [line.split()[0] for line in Path("/proc/modules").read_text().splitlines()]
    try:
        run("modprobe", "-r", *(name for name in loaded if name.startswith("ip_vs_")), "ip_vs")
        yield
    finally:
        ban.unlink()
        run("modprobe", "ip_vs")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ipvs_services", {"services": [TWO]}),
        ("ipvs_info", {}),
        ("ipvs_timeouts", {"tcp": 60}),
        ("ipvs_sync_daemon", {"roles": ["master"], "interface": "lo"}),
    ],
)
def test_a_kernel_without_ipvs_is_said_clearly(name: str, options: dict[str, Any]) -> None:
    with kernel_without_ipvs():
        result = module(name, **options)
    assert result["failed"]
    assert "has no IPVS" in result["msg"]
    assert "it could not be loaded although it is installed: " in result["msg"]


def test_a_kernel_without_ipvs_has_nothing_to_delete(tmp_path: Path) -> None:
    boot_file = tmp_path / "ipvs.rules"
    boot_file.write_text(f"{SHOP[0]}\n")
    with kernel_without_ipvs():
        assert module("ipvs_services", state="deleted", all=True, boot_file=str(boot_file))["changed"]
        assert not boot_file.exists()
        assert not module("ipvs_services", state="deleted", all=True, boot_file=str(boot_file))["changed"]
        assert not module("ipvs_sync_daemon", state="absent", roles=["master", "backup"])["changed"]


def test_what_was_built_by_hand_can_be_read_and_applied_with_no_change() -> None:
    load(
        *FOREIGN,
        "-A -u 192.0.2.198:5060 -s rr -p 60 --pe sip",
        "-A -t [2001:db8::198]:443 -s wlc -p 9 -M 64",
        "-a -t [2001:db8::198]:443 -r [2001:db8::21]:443 -g -w 5",
        "-A -f 7 -6 -s mh -b mh-fallback,mh-port",
        "-a -f 7 -6 -r [2001:db8::21]:0 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
    )
    info = module("ipvs_info")
    assert info["version"] == "1.2.1"
    assert info["connection_table_size"] == 4096
    assert len(info["services"]) == 4
    result = module("ipvs_services", state="overridden", services=info["services"])
    assert result.get("changed") is False, result


def test_the_schedulers_are_those_that_the_kernel_takes() -> None:
    available = module("ipvs_info")["schedulers"]
    for name in support.SCHEDULERS:
        words = ("ipvsadm", "-A", "-t", f"{VIP}:81", "-s", name)
        assert (subprocess.run(words, check=False).returncode == 0) == (name in available)
        ipvsadm("-C")


def test_a_real_server_that_leaves_and_comes_back_is_not_drained(tmp_path: Path) -> None:
    folder = tmp_path / "drained"
    folder.mkdir()
    (folder / "192.0.2.21").write_text("-1000000\n")
    (folder / "192.0.2.22").write_text("-1000000\n")
    files = {"boot_file": str(tmp_path / "ipvs.rules"), "drained_folder": str(folder)}

    def site(*servers: str, check: bool = False) -> dict[str, Any]:
        listed = [{"address": server, "port": 80, "weight": 1} for server in servers]
        shop = {"address": "192.0.2.198", "port": 80, "destinations": listed}
        return module("ipvs_services", check=check, state="replaced", services=[shop], **files)

    def weights() -> dict[str, str]:
        words = [line.split() for line in saved() if line.startswith("-a")]
        return {line[4].partition(":")[0]: line[-1] for line in words}

    site("192.0.2.21", "192.0.2.22")
    assert weights() == {"192.0.2.21": "0", "192.0.2.22": "0"}
    assert site("192.0.2.22", check=True)["changed"]
    assert (folder / "192.0.2.21").exists()
    assert site("192.0.2.22")["changed"]
    assert [path.name for path in folder.iterdir()] == ["192.0.2.22"]
    site("192.0.2.21", "192.0.2.22")
    assert weights() == {"192.0.2.21": "1", "192.0.2.22": "0"}
