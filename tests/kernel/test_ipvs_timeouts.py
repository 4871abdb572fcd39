# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ipvs_timeouts as Ansible starts it, with ipvsadm as the witness."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, module

DEFAULTS = (900, 120, 300)


def shown() -> tuple[int, ...]:
    """The timeouts (tcp, tcpfin, udp) that ipvsadm shows."""
    (line,) = ipvsadm("-L", "--timeout")
    return tuple(map(int, line.rpartition(":")[2].split()))


@pytest.fixture(autouse=True)
def timeouts() -> Iterator[None]:
    """The kernel's own timeouts, at first and at last."""
    ipvsadm("--set", *map(str, DEFAULTS))
    yield
    ipvsadm("--set", *map(str, DEFAULTS))


def test_what_is_left_out_stays() -> None:
    result = module("ipvs_timeouts", tcp=7200, udp=30)
    assert result["changed"]
    assert result["plan"]["changed"] == [
        {
            "kind": "timeouts",
            "name": "timeouts",
            "before": {"tcp": 900, "udp": 300},
            "after": {"tcp": 7200, "udp": 30},
        }
    ]
    assert result["commands"] == ["ipvsadm --set 7200 120 30"]
    assert shown() == (7200, 120, 30)
    assert not module("ipvs_timeouts", tcp=7200, udp=30)["changed"]


def test_check_mode_foretells_the_same_and_changes_nothing(tmp_path: Path) -> None:
    options = {"tcpfin": 60, "boot_file": str(tmp_path / "timeouts.rules")}
    foretold = module("ipvs_timeouts", check=True, **options)
    assert shown() == DEFAULTS
    assert not (tmp_path / "timeouts.rules").exists()
    done = module("ipvs_timeouts", **options)
    assert {**done, "invocation": 0} == {**foretold, "invocation": 0}
    assert shown() == (900, 60, 300)


def test_the_shortest_and_the_longest() -> None:
    assert module("ipvs_timeouts", tcp=1, tcpfin=1, udp=2678400)["changed"]
    assert shown() == (1, 1, 2678400)
    assert not module("ipvs_timeouts", tcp=1, tcpfin=1, udp=2678400)["changed"]


def test_the_boot_file_is_what_ipvsadm_loads(tmp_path: Path) -> None:
    boot_file = tmp_path / "timeouts.rules"
    module("ipvs_timeouts", tcp=7200, boot_file=str(boot_file))
    assert boot_file.read_text() == "--set 7200 0 0\n"
    module("ipvs_timeouts", udp=30, boot_file=str(boot_file))
    assert not module("ipvs_timeouts", udp=30, boot_file=str(boot_file))["changed"]
    ipvsadm("--set", "1", "2", "3")
    ipvsadm("-R", stdin=boot_file.read_text())
    assert shown() == (7200, 2, 30)  # what nobody asked for is not touched by the next boot either


def test_only_the_boot_file_differs(tmp_path: Path) -> None:
    boot_file = tmp_path / "timeouts.rules"
    result = module("ipvs_timeouts", tcp=900, boot_file=str(boot_file))
    assert result["changed"]
    assert result["counts"] == {"added": 0, "changed": 0, "removed": 0}
    assert boot_file.read_text() == "--set 900 0 0\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "none of them is given"),
        ({"tcp": 0}, "tcp: to the kernel, 0 says that the timeout stays as it is"),
        ({"udp": -1}, "udp: -1 is not 1 to 2678400 seconds"),
        ({"tcp": 60, "tcpfin": 2678401}, "tcpfin: 2678401 is not 1 to 2678400 seconds (31 days)"),
    ],
)
def test_what_is_no_timeout_is_refused(options: dict[str, int], words: str) -> None:
    result = module("ipvs_timeouts", **options)
    assert result["failed"]
    assert words in result["msg"]
    assert shown() == DEFAULTS


def test_without_the_capability_the_way_out_is_named() -> None:
    result = module("ipvs_timeouts", prefix=("setpriv", "--bounding-set", "-net_admin"), tcp=60)
    assert result["failed"]
    assert "become: true" in result["msg"]
    assert shown() == DEFAULTS


def test_what_leaves_the_definition_becomes_what_the_kernel_has_of_itself(tmp_path: Path) -> None:
    boot_file = tmp_path / "timeouts.rules"
    file = {"boot_file": str(boot_file)}
    ipvsadm("--set", "900", "120", "300")
    module("ipvs_timeouts", state="replaced", tcp=7200, udp=30, **file)
    foretold = module("ipvs_timeouts", check=True, state="replaced", tcp=7200, **file)
    result = module("ipvs_timeouts", state="replaced", tcp=7200, **file)
    assert result["commands"] == foretold["commands"] == ["ipvsadm --set 7200 120 300"]
    assert shown() == (7200, 120, 300)
    ipvsadm("--set", "0", "60", "0")  # by somebody else
    assert module("ipvs_timeouts", state="replaced", **file)["changed"]
    assert (shown(), boot_file.exists()) == ((900, 60, 300), False)
    ipvsadm("--set", "7200", "0", "0")
    assert not module("ipvs_timeouts", state="replaced", **file)["changed"]
    assert shown() == (7200, 60, 300)
