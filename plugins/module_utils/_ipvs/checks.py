# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot work in a virtual service, though the kernel takes most of it, and what hardly works. Private.

docs/netlink.md has the list of what the kernel does not check.
"""

from __future__ import annotations

import re
from typing import Iterator

from .._netlink.address import family_of
from .._ports import PORT_MAX
from .model import (
    NO_TUNNEL,
    PERSISTENCE_MAX,
    SCHEDULERS_BY_CLIENT,
    THRESHOLD_MAX,
    WEIGHT_MAX,
    Destination,
    Service,
    ServiceKey,
    VirtualService,
    WantedService,
    at,
)

# Every scheduler and engine of the kernel is named so; IP_VS_SCHEDNAME_MAXLEN is 16 with the final NUL.
_NAME = re.compile(r"[a-z0-9_-]{1,15}")


def virtual_service_faults(
    path: str, key: ServiceKey, virtual_service: VirtualService, base: VirtualService | None
) -> list[str]:
    """Say what in a complete service cannot work, above all what the kernel would take without a word.

    What is in base as well is there already, and not judged.
    """
    faults = []
    if base is None or virtual_service.service != base.service:
        faults.extend(_service_faults(path, key, virtual_service.service))
    known = frozenset(base.destinations) if base else frozenset()
    for destination in virtual_service.destinations:
        if destination not in known:
            for fault in _destination_faults(key, destination):
                faults.append(f"{path}: destination {destination.key}: {fault}" if path else fault)
    return faults


def without_effect(wanted: WantedService, complete: VirtualService) -> Iterator[str]:
    """Say which of the listed options have no effect in the complete service, as normal_...() puts them aside."""
    netmask = wanted.options.get("persistence_netmask")
    if netmask not in (None, complete.service.persistence_netmask):
        yield at(wanted.path, "persistence_netmask: has no effect without a persistence_timeout")
    tunnelled = [(listed, given) for listed, given in wanted.destinations if listed[6:] != NO_TUNNEL]
    reached = {destination.key: destination for destination in complete.destinations} if tunnelled else {}
    for listed, given in tunnelled:
        now = reached[listed.key]
        kind = f"tunnel_type {now.tunnel_type}" if now.forward == "tun" else f"forward {now.forward}"
        path = f"{wanted.path}: destination {listed.key}: " if wanted.path else ""
        for name in given:
            if getattr(listed, name) != getattr(now, name):
                yield f"{path}{name}: has no effect with {kind}"


def virtual_service_warnings(key: ServiceKey, virtual_service: VirtualService) -> Iterator[str]:
    """Say what in a service works, but hardly as someone wants it for long."""
    service, destinations = virtual_service
    quiesced = [destination for destination in destinations if destination.weight == 0]
    if quiesced and len(quiesced) == len(destinations):
        yield f"service {key}: every real server has weight 0, so that it takes no new connection"
    elif quiesced and service.scheduler in SCHEDULERS_BY_CLIENT and "fallback" not in service.scheduler_flags:
        yield (
            f"service {key}: the clients that {service.scheduler} gives to a real server with weight 0 are refused; "
            "scheduler_flags fallback gives them to another one"
        )


def _service_faults(path: str, key: ServiceKey, service: Service) -> list[str]:
    faults = []

    def fault(option: str, text: str) -> None:
        faults.append(at(path, f"{option}: {text}"))

    if not _NAME.fullmatch(service.scheduler):
        fault("scheduler", f"{service.scheduler!r} is not the name of a scheduler, such as wlc")
    if service.persistence_engine and not _NAME.fullmatch(service.persistence_engine):
        fault(
            "persistence_engine", f"{service.persistence_engine!r} is not the name of a persistence engine, such as sip"
        )
    if not 0 <= service.persistence_timeout <= PERSISTENCE_MAX:
        fault("persistence_timeout", f"{service.persistence_timeout} is not 0 to {PERSISTENCE_MAX} seconds (31 days)")
    if not key.fwmark and key.port == 0 and not service.persistence_timeout:
        fault("port", "port 0 (all ports) works with persistence only; the kernel would balance nothing")
    if service.one_packet and not key.fwmark and key.protocol != "udp":
        fault("one_packet", f"one-packet scheduling is for UDP, not for {key.protocol}")
    if service.persistence_engine and not service.persistence_timeout:
        fault("persistence_engine", "it needs a persistence_timeout; an empty persistence_engine takes it away")
    if service.persistence_engine == "sip" and not key.fwmark and key.protocol != "udp":
        fault("persistence_engine", f"the engine sip reads UDP, not {key.protocol}")
    return faults


def _destination_faults(key: ServiceKey, destination: Destination) -> list[str]:
    address, port, forward, weight, upper, lower, tunnel_type, tunnel_port, tunnel_checksum = destination
    faults = []
    if not 0 <= weight <= WEIGHT_MAX:
        faults.append(f"weight: {weight} is not 0 to {WEIGHT_MAX}")
    if not 0 <= upper <= THRESHOLD_MAX:
        faults.append(f"upper_threshold: {upper} is not 0 to {THRESHOLD_MAX}")
    if lower < 0:
        faults.append(f"lower_threshold: {lower} is below 0")
    elif lower > upper:
        faults.append(f"lower_threshold: {lower} is above upper_threshold {upper}")
    if forward == "tun":
        faults.extend(_tunnel_faults(tunnel_type, tunnel_port, tunnel_checksum))
    elif family_of(address) != key.family:
        faults.append(f"forward: {forward} cannot carry {key.family} to {address}; only tun joins the families")
    if port != key.port and not key.fwmark:
        faults.extend(_port_faults(key.port, forward, port))
    return faults


def _tunnel_faults(tunnel_type: str, port: int, checksum: str) -> Iterator[str]:
    if tunnel_type == "gue" and not 1 <= port <= PORT_MAX:
        yield f"tunnel_port: tunnel_type gue needs a tunnel_port of 1 to {PORT_MAX}"
    if tunnel_type == "gre" and checksum == "remcsum":
        yield "tunnel_checksum: tunnel_type gre has no remote checksum; nocsum and csum work"


def _port_faults(service: int, forward: str, port: int) -> Iterator[str]:
    """Judge a destination's port that is not that of its service, which is one by address."""
    if forward in ("dr", "tun"):
        yield (
            f"port: {forward} delivers packets to port {service} of the service unchanged, never to port {port}; "
            f"give it port {service}, or forward by nat"
        )
    elif port == 0:
        yield "port: 0 is for a service on all ports; give it a port"
