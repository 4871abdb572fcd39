# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the view of a host to the options of the modules that set it up, with the files of the cluster on a host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...module_utils import _places
from ...module_utils._netlink.address import canonical
from .._copies import FLOOR, copies

View = Mapping[str, Any]

NETWORK_FILES = {
    "boot_file": _places.NETWORK,
    "manager_files": True,
    "modules_file": _places.MODULES_LOAD,
    "modprobe_file": _places.MODPROBE,
    "sysctl_file": _places.SYSCTLS,
}
FILTER_FOLDERS = {"boot_folder": _places.FOLDER, "unit_folder": _places.UNITS}


def network_options(
    state: str, network: View, vips: Sequence[View] = (), way_back: bool = True, keep_found: bool = False
) -> dict[str, Any]:
    """The options of host_network. vips: what the host is to hold at times, and nobody else on its networks has."""
    if state == "deleted":
        return {"state": state, "all": True, **NETWORK_FILES}
    asked = [vip for vip in vips if vip["announce"]]  # what routers are told of is in no network of the host
    addresses = [*network["addresses"], *(vip for vip in asked if vip not in network["addresses"])]
    ways: dict[str, Any] = {} if way_back else {"routes": [], "rules": []}
    more = {"ask_neighbours": bool(asked), "keep_found": keep_found}
    return {"state": state, **network, **ways, "addresses": addresses, **more, **NETWORK_FILES}


def filter_options(state: str, packets: View) -> dict[str, Any]:
    """The options of packet_filter. Without a wish of the owner the module takes the tools that the host has."""
    if state == "deleted":
        return {"state": state, "all": True, **FILTER_FOLDERS}
    return {"state": state, **_given(packets), **FILTER_FOLDERS}


def services_options(
    state: str, services: Sequence[View], keepalived: str | None = None, at_boot: bool = True
) -> dict[str, Any]:
    """The options of ipvs_services. keepalived: its configuration, where it checks. at_boot: whether lvs.service loads
    them.
    """
    if state == "deleted":
        return {"state": state, "all": True, "boot_file": _places.IPVS_RULES}
    boot_file = _places.IPVS_RULES if at_boot else None
    options = {"state": state, "services": services, "keepalived": keepalived, "boot_file": boot_file}
    return {**_given(options), "drained_folder": _places.DRAINED}


def timeouts_options(timeouts: View) -> dict[str, Any]:
    """The options of ipvs_timeouts: those that are not given any more become the kernel's own."""
    return {"state": "replaced", **_given(timeouts), "boot_file": _places.TIMEOUTS}


def sync_daemon_options(daemon: View) -> dict[str, Any]:
    """The options of ipvs_sync_daemon. daemon: how they run; empty where none of the cluster's is to run."""
    if not daemon:
        return {"state": "absent", "boot_file": _places.SYNC_DAEMONS}
    return {"roles": ["master", "backup"], **_given(daemon), "boot_file": _places.SYNC_DAEMONS}


def configuration_options(state: str, configuration: View, password: str | None = None) -> dict[str, Any]:
    """The options of keepalived, the module. password: that of VRRP."""
    if state == "deleted":
        return {"state": "absent", "drop_in": _places.KEEPALIVED_DROP_IN}
    return {
        **_given({**configuration, "password": password}),
        "drop_in": _places.KEEPALIVED_DROP_IN,
        "drained_folder": _places.DRAINED,
        "floor_program": copies(FLOOR) if _places.FLOOR_COMMAND in configuration["content"] else {},
        "hold_file": _places.HELD,
        "let_go": True,
    }


def announcer_options(state: str, announcer: View, program: Mapping[str, str]) -> dict[str, Any]:
    """The options of announcer, the module. program: its files."""
    return {"state": "absent"} if state == "deleted" else {**announcer, "program": program}


def speaker_options(state: str, speaker: View, neighbours: Sequence[View] = ()) -> dict[str, Any]:
    """The options of bgp, the module. neighbours: as their owner lists them, with their passwords."""
    if state == "deleted":
        return {"state": "absent"}
    passwords = {canonical(str(each["address"])): each["password"] for each in neighbours if each.get("password")}
    told = [_given({**each, "password": passwords.get(each["address"])}) for each in speaker["neighbours"]]
    return {**speaker, "neighbours": told}


def _given(options: View) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
