# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory gets on top of it so that its hosts are the machines of a lab.

It is an inventory of its own, named after the owner's. Its variables of hosts count more than all that the owner's says
of a host. All other variables stay the owner's. A host without a machine is refused: ssh_config of the lab leads
whatever it does not know to a port where nobody listens.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from .machines import CLIENT, Mapped
from .subject import is_address

# Other names of what is set below, and what would have no meaning there; a host that has one of these loses it.
_ADDRESSES = ("ansible_ssh_host",)
_CLEARED = (
    *("ansible_port", "ansible_ssh_port", "ansible_password", "ansible_ssh_pass", "ansible_ssh_password"),
    *("ansible_become_password", "ansible_become_pass", "ansible_private_key_file", "ansible_ssh_private_key_file"),
    *("ansible_ssh_private_key", "ansible_ssh_user", "ansible_ssh_proxy_command"),
)
_LOCAL = ("localhost", "127.0.0.1", "::1")


def access(ssh_config: str) -> dict[str, Any]:
    """How Ansible reaches a machine: as root, by the lab's own ssh_config and nothing else."""
    return {
        "ansible_connection": "ssh",
        "ansible_user": "root",
        "ansible_become": False,
        "ansible_ssh_executable": "ssh",
        "ansible_ssh_args": f"-F '{ssh_config}'",
        "ansible_ssh_common_args": "",
        "ansible_ssh_extra_args": "",
        "ansible_sftp_extra_args": "",
        "ansible_scp_extra_args": "",
        "ansible_python_interpreter": "/usr/bin/python3",
    }


def files(
    variables: Mapping[str, Collection[str]],
    connected: Mapping[str, str],
    mapped: Mapped,
    ssh_config: str,
    services: Mapping[str, Any],
) -> dict[str, str]:
    """Relative path -> text. variables: host -> the names of its variables, of all hosts of the owner's inventory.

    connected: host -> what Ansible connects to. services: host -> its lvs_services, where it is not the owner's.
    """
    hosts = [host for host in variables if host not in _LOCAL or host in mapped.machines]
    written: dict[str, Any] = {"hosts.json": {"all": {"hosts": {host: {} for host in (*hosts, CLIENT)}}}}
    for host in hosts:
        own = {
            **{name: None for name in _CLEARED if name in variables[host]},
            **access(ssh_config),
            **_place(host, variables[host], connected.get(host, host), mapped),
        }
        written[f"host_vars/{host}.json"] = {**own, **_services(host, services)}
    written[f"host_vars/{CLIENT}.json"] = {"ansible_host": CLIENT, **access(ssh_config), **_services(CLIENT, services)}
    return {path: json.dumps(content, indent=2, default=str) + "\n" for path, content in written.items()}


def _services(host: str, services: Mapping[str, Any]) -> dict[str, Any]:
    return {"lvs_services": services[host]} if host in services else {}


def _place(host: str, names: Iterable[str], connected: str, mapped: Mapped) -> dict[str, str]:
    """The name by which SSH knows a machine: the host's address, which the definition may go by, or the machine's."""
    machine = mapped.machines.get(host)
    if machine is None:
        place = "no-machine.invalid"
        return {**({} if is_address(connected) else {"ansible_host": place}), **dict.fromkeys(_also(names), place)}
    place = str(ip_address(connected)) if is_address(connected) else machine
    return {"ansible_host": place, **dict.fromkeys(_also(names), place)}


def _also(names: Iterable[str]) -> list[str]:
    return [name for name in _ADDRESSES if name in names]
