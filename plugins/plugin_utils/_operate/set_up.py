# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the view of a host to the options of the modules that set it up, with the files of the cluster on a host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

View = Mapping[str, Any]

NETWORK_FILES = {
    "boot_file": "/etc/lvs/network.batch",
    "modules_file": "/etc/modules-load.d/lvs.conf",
    "modprobe_file": "/etc/modprobe.d/lvs.conf",
    "sysctl_file": "/etc/sysctl.d/lvs.conf",
}
FILTER_FOLDERS = {"boot_folder": "/etc/lvs", "unit_folder": "/etc/systemd/system"}


def network_options(state: str, network: View, vips: Sequence[View] = (), way_back: bool = True) -> dict[str, Any]:
    """The options of host_network. vips: what the host is to hold at times, and nobody else on its networks has."""
    if state == "deleted":
        return {"state": state, "all": True, **NETWORK_FILES}
    addresses = [*network["addresses"], *(vip for vip in vips if vip not in network["addresses"])]
    ways: dict[str, Any] = {} if way_back else {"routes": [], "rules": []}
    return {"state": state, **network, **ways, "addresses": addresses, "ask_neighbours": bool(vips), **NETWORK_FILES}


def filter_options(state: str, packets: View) -> dict[str, Any]:
    """The options of packet_filter. Without a wish of the owner the module takes the tools that the host has."""
    if state == "deleted":
        return {"state": state, "all": True, **FILTER_FOLDERS}
    given = {name: value for name, value in packets.items() if value is not None}
    return {"state": state, **given, **FILTER_FOLDERS}
