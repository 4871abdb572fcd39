# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._network.managers import Managers, files
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import (
    Address,
    AddressKey,
    Network,
    Present,
    Route,
    RouteKey,
    Rule,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.networkd import Networkd

VIPS = {AddressKey(name, "192.0.2.198", 32): Address(name) for name in ("lo", "eth1")}
ROUTES = {RouteKey("ipv4", "default", 5080, 0): Route("unicast", "192.0.2.2", "")}
RULES = {Rule(5080, "ipv4", "192.0.2.21", "", 0, "tcp", "80", 5080): Present()}
OWN = Network(addresses=VIPS, routes=ROUTES, rules=RULES)
FILE = "/run/systemd/network/10-netplan-eth1.network"
CONF = "/etc/systemd/networkd.conf.d/lvs.conf"
DROP_IN = "/etc/systemd/network/10-netplan-eth1.network.d/lvs.conf"
DISPATCHER = "/etc/NetworkManager/dispatcher.d/90-lvs"
IF_UP = "/etc/network/if-up.d/lvs"
ALL = Managers(frozenset({"NetworkManager", "ifup"}), True, (DROP_IN,))
BATCH = "/etc/lvs/network.batch"


def networkd(own: tuple[str, ...] = ("",), eth1: tuple[str, ...] = ("[Match]\nName=eth1\n",)) -> Networkd:
    return Networkd(own, {"eth1": (FILE, eth1)})


def settings(text: str) -> list[str]:
    return text.split("[Network]\n")[1].splitlines()


def test_each_gets_what_it_can_read() -> None:
    found = files(ALL, networkd(), OWN, BATCH)
    assert sorted(found) == sorted((CONF, DROP_IN, DISPATCHER, IF_UP))
    assert settings(found[CONF]) == ["ManageForeignRoutes=no", "ManageForeignRoutingPolicyRules=no"]
    assert settings(found[DROP_IN]) == ["KeepConfiguration=yes"]
    assert set(found) <= set(ALL.paths)


def test_what_is_ours_is_not_taken_for_what_others_have_said() -> None:
    found = files(ALL, networkd(), OWN, BATCH)
    again = networkd(("", found[CONF]), ("[Match]\nName=eth1\n", found[DROP_IN]))
    assert files(ALL, again, OWN, BATCH) == found


def test_what_others_have_said_needs_nothing_of_ours() -> None:
    said = "[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no\n"
    found = files(ALL, networkd((said,), ("[Network]\nKeepConfiguration=yes\n",)), OWN, BATCH)
    assert sorted(found) == [DISPATCHER, IF_UP]
    assert settings(files(ALL, networkd(), Network(rules=RULES), BATCH)[CONF]) == ["ManageForeignRoutingPolicyRules=no"]


def test_nobody_gets_anything_where_nothing_of_ours_can_be_taken() -> None:
    assert files(ALL, networkd(), Network(), BATCH) == {}
    assert files(Managers(frozenset(), False, ()), None, OWN, BATCH) == {}


@pytest.mark.parametrize(
    ("path", "words", "interface", "runs"),
    [
        (DISPATCHER, ("eth1", "up"), "", True),
        (DISPATCHER, ("eth1", "reapply"), "", True),
        (DISPATCHER, ("eth1", "down"), "", False),
        (DISPATCHER, ("", "connectivity-change"), "", False),
        (IF_UP, (), "eth1", True),
        (IF_UP, (), "lo", False),
    ],
)
def test_the_scripts_run_when_an_interface_is_there_again(
    tmp_path: Path, path: str, words: tuple[str, ...], interface: str, runs: bool
) -> None:
    """With a systemctl and an ip that say what they were asked."""
    batch = tmp_path / "network.batch"
    batch.write_text("address add 192.0.2.198/32 dev eth1\n")
    for program in ("systemctl", "ip"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho {program} "$@"\n')
        (tmp_path / program).chmod(0o755)
    script = files(ALL, None, OWN, str(batch))[path]
    environment = {"PATH": str(tmp_path), "IFACE": interface}
    done = subprocess.run(
        ["/bin/sh", "-s", *words], input=script, env=environment, capture_output=True, text=True, check=True
    )
    asked = ["systemctl is-active --quiet multi-user.target", f"ip -force -batch {batch}"]
    assert done.stdout.splitlines() == (asked if runs else [])
