# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.machine import Machine


@pytest.fixture
def machine() -> Machine:
    return Machine("lvs1", 7, ("lan", "servers"), "trixie", Path("/build/lab/demo"), Path("/tmp/sockets"))


def values(command: list[str], option: str) -> list[str]:
    return [value for name, value in pairwise(command) if name == option]


def test_no_packet_leaves_through_the_management_interface(machine: Machine) -> None:
    users = [value for value in values(machine.command("tcg"), "-netdev") if value.startswith("user,")]
    assert len(users) == 1
    assert "restrict=on" in users[0].split(",")
    assert "hostfwd=tcp:127.0.0.1:0-:22" in users[0].split(",")


def test_each_segment_is_a_switch_and_all_else_has_no_cable(machine: Machine) -> None:
    command = machine.command("tcg")
    switches = [value for value in values(command, "-netdev") if value.startswith("vde,")]
    assert switches == ["vde,id=segment1,sock=/tmp/sockets/lan", "vde,id=segment2,sock=/tmp/sockets/servers"]
    cards = [value for value in values(command, "-device") if "id=eth" in value]
    assert [card.rpartition("netdev=")[2] for card in cards[:2]] == ["segment1", "segment2"]
    assert "netdev" not in cards[2]
    assert "mac=52:54:00:00:02:07" in cards[1]


def test_a_saved_state_meets_the_same_devices_in_every_machine(machine: Machine) -> None:
    def devices(of: Machine) -> list[str]:
        return [value.split(",")[0] for value in values(of.command("tcg"), "-device")]

    assert devices(machine) == devices(Machine("web1", 2, (), "trixie", Path("/build/lab/other"), Path("/tmp/other")))


def test_the_pid_file_names_the_lab_on_the_command_line(machine: Machine) -> None:
    assert values(machine.command("tcg"), "-pidfile") == ["/build/lab/demo/lvs1.machine.pid"]


def test_a_machine_boots_the_kernel_of_its_release(machine: Machine) -> None:
    assert values(machine.command("tcg"), "-kernel") == ["trixie/vmlinuz"]
    assert values(machine.command("tcg"), "-initrd") == ["trixie/initrd"]


def test_acceleration_and_saved_state(machine: Machine) -> None:
    assert values(machine.command("kvm"), "-cpu") == ["host"]
    assert values(machine.command("tcg"), "-loadvm") == []
    assert values(machine.command("tcg", "-loadvm", "ready"), "-loadvm") == ["ready"]
