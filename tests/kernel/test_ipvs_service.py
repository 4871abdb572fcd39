# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules ipvs_service and ipvs_destination as a person calls them ad hoc, with ipvsadm as the witness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, module
from ansible_collections.lvs.cluster.tests.kernel.test_ipvs_services import SHOP, kernel_without_ipvs, load, saved

NAME = {"address": "192.0.2.198", "port": 80}
SERVICE = {"service_address": "192.0.2.198", "service_port": 80}
PERSISTENT = "-A -t 192.0.2.198:80 -s sh -p 300 -b sh-fallback"

pytestmark = pytest.mark.usefixtures("kernel")


def test_a_service_comes_changes_and_goes() -> None:
    assert module("ipvs_service", **NAME)["commands"] == [f"ipvsadm {SHOP[0]}"]
    assert saved() == [SHOP[0]]
    assert not module("ipvs_service", **NAME)["changed"]
    changed = {"scheduler": "sh", "scheduler_flags": ["fallback"], "persistence_timeout": 300}
    result = module("ipvs_service", **NAME, **changed)
    assert result["plan"]["changed"][0]["before"] == {
        "scheduler": "wlc",
        "scheduler_flags": [],
        "persistence_timeout": 0,
    }
    assert saved() == [PERSISTENT]
    # What is left out stays, unlike with ipvsadm -E.
    assert module("ipvs_service", **NAME, persistence_timeout=60)["changed"]
    assert saved() == [PERSISTENT.replace("300", "60")]
    assert module("ipvs_service", **NAME, state="absent")["changed"]
    assert saved() == []
    assert not module("ipvs_service", **NAME, state="absent")["changed"]


def test_a_service_keeps_its_destinations() -> None:
    load(*SHOP)
    module("ipvs_service", **NAME, scheduler="rr")
    assert saved() == [SHOP[0].replace("wlc", "rr"), *SHOP[1:]]
    assert module("ipvs_service", **NAME, state="absent", check=True)["commands"] == ["ipvsadm -D -t 192.0.2.198:80"]
    assert module("ipvs_service", **NAME, state="absent")["changed"]
    assert saved() == []


def test_a_destination_comes_changes_and_goes() -> None:
    load(SHOP[0], SHOP[2])
    assert module("ipvs_destination", **SERVICE, address="192.0.2.21")["commands"] == [f"ipvsadm {SHOP[1]}"]
    assert saved() == SHOP
    assert not module("ipvs_destination", **SERVICE, address="192.0.2.21")["changed"]
    assert module("ipvs_destination", **SERVICE, address="192.0.2.21", weight=0, upper_threshold=9)["changed"]
    assert saved() == [SHOP[0], SHOP[1].replace("-w 1", "-w 0"), SHOP[2]]
    # What is left out stays, unlike with ipvsadm -e.
    result = module("ipvs_destination", **SERVICE, address="192.0.2.21", weight=4)
    assert result["commands"] == [f"ipvsadm {SHOP[1].replace('-a', '-e').replace('-w 1', '-w 4 -x 9')}"]
    assert module("ipvs_destination", **SERVICE, address="192.0.2.21", state="absent")["changed"]
    assert saved() == [SHOP[0], SHOP[2]]
    assert not module("ipvs_destination", **SERVICE, address="192.0.2.21", state="absent")["changed"]


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("-r 192.0.2.21:8080 -m -w 1", {"address": "192.0.2.21", "port": 8080, "forward": "nat"}),
        ("-r [2001:db8::21]:80 -i -w 1 --tun-type ipip", {"address": "2001:db8::21", "forward": "tun"}),
        (
            "-r 192.0.2.21:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
            {"forward": "tun", "tunnel_type": "gue", "tunnel_port": 6080, "tunnel_checksum": "csum"},
        ),
    ],
)
def test_every_way_of_forwarding(line: str, options: dict[str, Any]) -> None:
    load(SHOP[0])
    assert module("ipvs_destination", **SERVICE, **{"address": "192.0.2.21", **options})["changed"]
    assert saved() == [SHOP[0], f"-a -t 192.0.2.198:80 {line}"]


def test_a_service_by_mark() -> None:
    assert module("ipvs_service", fwmark=7, family="ipv6", scheduler="rr")["changed"]
    mark = {"service_fwmark": 7, "service_family": "ipv6"}
    assert module("ipvs_destination", **mark, address="2001:db8::21")["changed"]
    assert saved() == ["-A -f 7 -6 -s rr", "-a -f 7 -6 -r [2001:db8::21]:0 -g -w 1"]
    assert module("ipvs_destination", **mark, address="2001:db8::21", state="absent")["changed"]
    assert module("ipvs_service", fwmark=7, family="ipv6", state="absent")["changed"]
    assert saved() == []


def test_a_destination_needs_its_service() -> None:
    result = module("ipvs_destination", **SERVICE, address="192.0.2.21")
    assert result["msg"] == (
        "This call has changed nothing:\n  service tcp 192.0.2.198:80 is not there; the module ipvs_service adds it"
    )
    assert not module("ipvs_destination", **SERVICE, address="192.0.2.21", state="absent")["changed"]


def test_the_file_for_the_next_boot_is_brought_up_to_date(tmp_path: Path) -> None:
    boot_file = tmp_path / "ipvs.rules"
    other = "-A -t 192.0.2.200:443 -s rr"
    boot_file.write_text(f"{other}\n")
    module("ipvs_service", **NAME, boot_file=str(boot_file))
    for address, weight in (("192.0.2.21", 1), ("192.0.2.22", 2)):
        module("ipvs_destination", **SERVICE, address=address, weight=weight, boot_file=str(boot_file))
    assert boot_file.read_text().splitlines() == [*SHOP, other]
    module("ipvs_destination", **SERVICE, address="192.0.2.21", state="absent", boot_file=str(boot_file))
    assert boot_file.read_text().splitlines() == [SHOP[0], SHOP[2], other]
    module("ipvs_service", **NAME, state="absent", boot_file=str(boot_file))
    assert boot_file.read_text().splitlines() == [other]
    assert saved() == []


def test_a_kernel_without_ipvs_has_nothing_to_remove() -> None:
    with kernel_without_ipvs():
        assert not module("ipvs_service", **NAME, state="absent")["changed"]
        assert not module("ipvs_destination", **SERVICE, address="192.0.2.21", state="absent")["changed"]
        assert "has no IPVS" in module("ipvs_service", **NAME)["msg"]


def test_the_file_keeps_what_the_kernel_has_lost(tmp_path: Path) -> None:
    boot_file = tmp_path / "ipvs.rules"
    boot_file.write_text("".join(f"{line}\n" for line in SHOP))
    gone = {**SERVICE, "address": "192.0.2.21", "state": "absent", "boot_file": str(boot_file)}
    assert module("ipvs_destination", **gone)["changed"]
    assert boot_file.read_text().splitlines() == [SHOP[0], SHOP[2]]
    assert not module("ipvs_destination", **gone)["changed"]


def test_to_remove_a_destination_adopts_no_service(tmp_path: Path) -> None:
    load(*SHOP)
    gone = {**SERVICE, "state": "absent", "boot_file": str(tmp_path / "ipvs.rules")}
    assert not module("ipvs_destination", **gone, address="192.0.2.99")["changed"]
    assert module("ipvs_destination", **gone, address="192.0.2.21")["changed"]
    assert list(tmp_path.iterdir()) == []


def test_what_someone_has_quiesced_does_not_get_into_the_file(tmp_path: Path) -> None:
    boot_file = tmp_path / "ipvs.rules"
    boot_file.write_text("".join(f"{line}\n" for line in SHOP))
    load(SHOP[0], SHOP[1].replace("-w 1", "-w 0"), SHOP[2])
    module("ipvs_destination", **SERVICE, address="192.0.2.23", boot_file=str(boot_file))
    third = "-a -t 192.0.2.198:80 -r 192.0.2.23:80 -g -w 1"
    assert boot_file.read_text().splitlines() == [*SHOP, third]
    real_servers = [{"address": f"192.0.2.{last}", "weight": weight} for last, weight in ((21, 1), (22, 2), (23, 1))]
    listed = {"services": [{**NAME, "destinations": real_servers}], "state": "replaced", "keep_weights": True}
    assert not module("ipvs_services", **listed, boot_file=str(boot_file))["changed"]
    assert saved() == [SHOP[0], SHOP[1].replace("-w 1", "-w 0"), SHOP[2], third]


def test_only_what_identifies_it_matters_where_it_shall_go() -> None:
    load(*SHOP)
    assert module("ipvs_service", **NAME, state="absent", persistence_netmask="x")["changed"]
    load(*SHOP)
    deleted = {"state": "deleted", "services": [{**NAME, "destinations": [{"address": "x"}]}]}
    assert module("ipvs_services", **deleted)["changed"]
    assert saved() == []


@pytest.mark.parametrize("check", [False, True])
def test_a_service_without_a_usable_real_server_is_told(check: bool) -> None:
    load(SHOP[0], SHOP[1])
    result = module("ipvs_destination", **SERVICE, address="192.0.2.21", weight=0, check=check)
    # Since ansible-core 2.19 a warning is more than its text, on its way to the controller.
    assert [warning["event"]["msg"] for warning in result["warnings"]] == [
        "service tcp 192.0.2.198:80: every real server has weight 0, so that it takes no new connection"
    ]
    assert not module("ipvs_destination", **SERVICE, address="192.0.2.22", check=check).get("warnings")


def test_check_mode_changes_nothing() -> None:
    load(*SHOP)
    before = ipvsadm("-S", "-n")
    assert module("ipvs_service", **NAME, scheduler="rr", check=True)["changed"]
    assert module("ipvs_destination", **SERVICE, address="192.0.2.21", weight=9, check=True)["changed"]
    assert ipvsadm("-S", "-n") == before
