# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab, and the texts that follow from it. No host, no process, only values."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .machine import SEGMENT_INTERFACES, hardware_address
from .report import LabError

SSH_CONFIG = """\
Host *
  User operator
  IdentitiesOnly yes
  IdentityAgent none
  HostKeyAlias lab
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  KexAlgorithms curve25519-sha256
  BatchMode yes
  ConnectTimeout 30
  LogLevel ERROR
  ControlMaster auto
  ControlPath {sockets}/ssh-%C
  ControlPersist 10m
  HostName 127.0.0.1
  Port 1
"""
"""What is none of the lab's hosts is looked for at a port of this computer where nobody listens."""
SSH_HOST = """\
Host {names}
  HostName 127.0.0.1
  Port {port}
  IdentityFile "{image}/id_ed25519"
  UserKnownHostsFile "{image}/known_hosts"
"""
NETWORKD = "systemd-networkd.socket systemd-networkd.service"
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")


@dataclass(frozen=True)
class Host:
    """`interfaces` are (segment, addresses with their prefix length) for eth1, eth2, ...; `number` starts at 1.

    `names` are what they are called instead, in the same order; "" for one that keeps its name.
    """

    name: str
    number: int
    groups: tuple[str, ...]
    interfaces: tuple[tuple[str, tuple[str, ...]], ...]
    gateways: tuple[str, ...]
    release: str
    names: tuple[str, ...] = ()

    def name_of(self, number: int) -> str:
        """The name of an interface: of 1 it is eth1 where the host calls it nothing else."""
        return next(filter(None, self.names[number - 1 : number]), f"eth{number}")

    @property
    def management(self) -> str:
        """The name of the interface for SSH: eth0, unless another is called so."""
        return "lab0" if "eth0" in self.names else "eth0"

    @property
    def addresses(self) -> list[str]:
        """All addresses, without prefix lengths, in the order of the file."""
        return [address.split("/")[0] for _segment, addresses in self.interfaces for address in addresses]

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(segment for segment, _addresses in self.interfaces)

    def interface(self, segment: str | None) -> int:
        """The number of the interface on `segment`, by default on the first one: 1 is eth1."""
        if segment not in (None, *self.segments):
            raise LabError(f"{self.name} is not on segment {segment!r}; it is on {', '.join(self.segments)}")
        return self.segments.index(segment) + 1 if segment else 1


@dataclass(frozen=True)
class Description:
    segments: tuple[str, ...]
    hosts: tuple[Host, ...]

    @property
    def releases(self) -> list[str]:
        return sorted({host.release for host in self.hosts})

    def host(self, name: str) -> Host:
        for host in self.hosts:
            if host.name == name:
                return host
        raise LabError(f"this lab has no host {name!r}; it has {', '.join(host.name for host in self.hosts)}")


def errors_of(description: Description) -> Iterator[str]:
    """What is wrong with a description whose values have the right types."""
    for name in (*description.segments, *(host.name for host in description.hosts)):
        if not NAME.fullmatch(name):
            yield f"{name!r} is no name: use a-z, 0-9 and, inside, -; at most 32 characters"
    owners: dict[str, str] = {}
    for host in description.hosts:
        yield from (f"hosts.{host.name}.{error}" for error in _host_errors(host, description.segments))
        for address in host.addresses:
            if owners.setdefault(address, host.name) != host.name:
                yield f"hosts.{host.name}.addresses: {address} is also an address of {owners[address]}"


def _host_errors(host: Host, segments: tuple[str, ...]) -> Iterator[str]:
    if not host.addresses:
        yield "addresses: needs at least one address, by which Ansible knows the host"
    if len(host.interfaces) > SEGMENT_INTERFACES:
        yield f"addresses: {len(host.interfaces)} segments; a machine has {SEGMENT_INTERFACES} interfaces"
    for segment, addresses in host.interfaces:
        if segment not in segments:
            yield f"addresses.{segment}: no such segment; there is {', '.join(segments)}"
        yield from (f"addresses.{segment}: {problem}" for problem in map(_problem, addresses) if problem)
    for gateway in host.gateways:
        if not any(_is_in(gateway, address) for _segment, addresses in host.interfaces for address in addresses):
            yield f"gateways: {gateway} is in none of the host's own networks"


def _problem(address: str) -> str | None:
    """What is wrong with the text of an interface's address, or None."""
    try:
        ipaddress.ip_interface(address)
    except ValueError as error:
        return str(error)
    return None if "/" in address else f"{address} has no prefix length; write for example {address}/24"


def _is_in(gateway: str, address: str) -> bool:
    """Whether the gateway is in the network of an interface's address."""
    try:
        return ipaddress.ip_address(gateway) in ipaddress.ip_interface(address).network
    except ValueError:
        return False


def inventory(description: Description, ssh_config: Path) -> dict[str, Any]:
    """The Ansible inventory of the lab: what a site's own inventory would say, and how to get there."""
    groups: dict[str, Any] = {}
    for host in description.hosts:
        for group in host.groups:
            groups.setdefault(group, {"hosts": {}})["hosts"][host.name] = {}
    access = {"ansible_ssh_args": f"-F '{ssh_config}'", "ansible_python_interpreter": "/usr/bin/python3"}
    hosts = {host.name: {"ansible_host": host.addresses[0], **access} for host in description.hosts}
    return {"all": {"hosts": hosts, "children": groups}}


def ssh_config(description: Description, ports: Mapping[str, int], images: Path, sockets: Path) -> str:
    """The text of an OpenSSH client configuration: a host goes by its name and by its addresses in the lab.

    `ports` are the ports on 127.0.0.1 of the hosts that run; one that does not run refuses. `images` has a
    directory per release with its keys, `sockets` is one with a short path for the connections that are kept open. The
    key exchange is the cheapest one for an emulated processor.
    """
    hosts = [
        SSH_HOST.format(
            names=" ".join([host.name, *host.addresses]), port=ports.get(host.name, 1), image=images / host.release
        )
        for host in description.hosts
    ]
    return "".join(hosts) + SSH_CONFIG.format(sockets=sockets)


def identity(description: Description, host: Host) -> str:
    """The shell script, for root, that turns a copy of the template into `host`, also for its next boots.

    It ends with `sync`, because the power may be cut at any moment.
    """
    hosts = [f"{address} {other.name}" for other in description.hosts for address in other.addresses]
    script = [
        f"hostname {host.name}",
        f"echo {host.name} | tee /etc/hostname /srv/ftp/index.html >/var/www/html/index.html",
        _write("/etc/hosts", ["127.0.0.1 localhost", "::1 localhost", *hosts]),
    ]
    if any(host.names):
        script += _renaming(host)
    for number, (_segment, addresses) in enumerate(host.interfaces, 1):
        gateways = [one for one in host.gateways if any(_is_in(one, address) for address in addresses)]
        settings = [
            *(
                "[Match]",
                f"Name={host.name_of(number)}",
                "[Link]",
                f"MACAddress={hardware_address(host.number, number)}",
            ),
            # With duplicate address detection, an IPv6 address cannot be used in its first second.
            *("[Network]", "IPv6AcceptRA=no", "IPv6DuplicateAddressDetection=0", "KeepConfiguration=yes"),
            *(f"Address={address}" for address in addresses),
            *(f"Gateway={gateway}" for gateway in gateways),
        ]
        script.append(_write(f"/etc/systemd/network/20-eth{number}.network", settings))
    waited = " ".join(f"--interface={host.name_of(number)}" for number in range(1, len(host.interfaces) + 1))
    load = f"systemctl start {NETWORKD}" if any(host.names) else "networkctl reload"
    script += [load, f"/lib/systemd/systemd-networkd-wait-online --timeout=30 {waited}", "sync"]
    return "\n".join(script) + "\n"


def _renaming(host: Host) -> Iterator[str]:
    """Give the interfaces of a host their names, now and before networkd begins at each boot.

    In two steps: what one is to be called may be the name of another.
    """
    names = {"eth0": host.management}
    for number in range(1, SEGMENT_INTERFACES + 1):
        in_the_way = number > len(host.names) and f"eth{number}" in host.names
        names[f"eth{number}"] = f"spare{number}" if in_the_way else host.name_of(number)
    new = {old: name for old, name in names.items() if name != old}
    steps = [
        f"until [ -e /sys/class/net/eth{SEGMENT_INTERFACES} ]; do sleep 0.1; done",
        *(f"ip link set {old} down; ip link set {old} name was-{old}" for old in new),
        *(f"ip link set was-{old} name {name}" for old, name in new.items()),
    ]
    unit = [
        *("[Unit]", "DefaultDependencies=no", "After=systemd-udevd.service"),
        *("Before=systemd-networkd.service network-pre.target", "Wants=network-pre.target"),
        *("[Service]", "Type=oneshot", "RemainAfterExit=yes", "ExecStart=/bin/sh /usr/local/sbin/interfaces"),
        *("[Install]", "WantedBy=systemd-networkd.service"),
    ]
    yield _write("/usr/local/sbin/interfaces", steps)
    yield _write("/etc/systemd/system/interfaces.service", unit)
    yield f"sed -i 's/^Name=.*/Name={host.management}/' /etc/systemd/network/10-management.network"
    yield "systemctl enable --quiet interfaces.service"
    # It would take an interface for the one that had the name before.
    yield f"systemctl stop {NETWORKD}"
    yield "systemctl start interfaces.service"


def _write(path: str, lines: list[str]) -> str:
    return "\n".join([f"cat >{path} <<'END'", *lines, "END"])
