# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot work in a virtual service, though the kernel takes most of it, and what hardly works. Private.

docs/netlink.md has the list of what the kernel does not check.
"""

from __future__ import annotations

import re
from functools import lru_cache
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
    known = frozenset(base.destinations) if base else frozenset()
    # A destination of a service by mark may have any port, as the packets have.
    port = None if key.fwmark else key.port
    faults = []
    if base is None or virtual_service.service != base.service:
        found = _service_faults(key.protocol, port, virtual_service.service)
        faults = [at(path, f"{option}: {fault}") for option, fault in found]
    for destination in virtual_service.destinations:
        if destination not in known:
            for fault in _destination_faults(key.family, port, destination):
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


# Most services have the settings of many others.
@lru_cache(maxsize=1 << 10)
def _service_faults(protocol: str, port: int | None, service: Service) -> tuple[tuple[str, str], ...]:
    """Return the options of a service that cannot work, each with the reason. Of one by mark, the port is None."""
    faults = []
    if not _NAME.fullmatch(service.scheduler):
        faults.append(("scheduler", f"{service.scheduler!r} is not the name of a scheduler, such as wlc"))
    if service.persistence_engine and not _NAME.fullmatch(service.persistence_engine):
        engine = f"{service.persistence_engine!r} is not the name of a persistence engine, such as sip"
        faults.append(("persistence_engine", engine))
    if not 0 <= service.persistence_timeout <= PERSISTENCE_MAX:
        seconds = f"{service.persistence_timeout} is not 0 to {PERSISTENCE_MAX} seconds (31 days)"
        faults.append(("persistence_timeout", seconds))
    if port == 0 and not service.persistence_timeout:
        faults.append(("port", "port 0 (all ports) works with persistence only; the kernel would balance nothing"))
    if service.one_packet and port is not None and protocol != "udp":
        faults.append(("one_packet", f"one-packet scheduling is for UDP, not for {protocol}"))
    if service.persistence_engine and not service.persistence_timeout:
        takes_away = "it needs a persistence_timeout; an empty persistence_engine takes it away"
        faults.append(("persistence_engine", takes_away))
    if service.persistence_engine == "sip" and port is not None and protocol != "udp":
        faults.append(("persistence_engine", f"the engine sip reads UDP, not {protocol}"))
    return tuple(faults)


# A real server is in many services, most often with the same settings.
@lru_cache(maxsize=1 << 14)
def _destination_faults(family: str, service_port: int | None, destination: Destination) -> tuple[str, ...]:
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
    elif family_of(address) != family:
        faults.append(f"forward: {forward} cannot carry {family} to {address}; only tun joins the families")
    if service_port not in (None, port):
        faults.extend(_port_faults(service_port, forward, port))
    return tuple(faults)


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
