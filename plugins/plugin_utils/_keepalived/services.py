# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual services in the words of keepalived.conf: groups, virtual servers, real servers (keepalived.conf(5))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...module_utils._ipvs.drained import DRAINED_FOLDER, destination_file, server_file
from ...module_utils._ipvs.model import DestinationKey
from .._cluster.identity import service_key
from .._cluster.model import Director, RealServer, VirtualService, Watch, family_of
from .checks import bfd_instance, check_block, tracked_files
from .text import Block, Node, given, line, raw

# Seconds between two checks: keepalived's own 60 are long for clients that run into a dead real server.
CHECK_INTERVAL = 5
_WATCH = {
    "inhibit_on_failure": "inhibit_on_failure",
    "virtual_host": "virtualhost",
    "alerts": "smtp_alert",
}


def service_nodes(services: Sequence[VirtualService], director: Director) -> Iterator[Node]:
    """All services, what they track before them. Those that differ in the address alone are one group."""
    services = [replace(service, sorry_server=service.sorry_server_of(director)) for service in services]
    together: dict[VirtualService, list[VirtualService]] = {}
    services = sorted(services, key=_order)
    for service in services:
        together.setdefault(replace(service, address=None), []).append(service)
    yield from _tracked(services)
    yield from _bfd_instances(services, director)
    for members in together.values():
        yield ""
        if len(members) > 1:
            yield Block(line("virtual_server_group", _group(members)), [_address(member) for member in members])
        yield _virtual_server(members)


def _order(service: VirtualService) -> tuple[str, ...]:
    return (service.name, service.family, service.address or "", service.protocol or "")


def _group(members: Sequence[VirtualService]) -> str:
    return f"{members[0].name}_{members[0].family}_{members[0].protocol}"


def _tracked(services: Sequence[VirtualService]) -> Iterator[Node]:
    files: set[str] = set()
    for service in services:
        for server in service.real_servers:
            files.update(_drained_files(service, server))
            files.update(path for check in server.checks for path in tracked_files(check))
    if files:
        yield ""
        yield f"# A file in {DRAINED_FOLDER} drains: what it has is added to the weight, without a reload."
    for path in sorted(files):
        yield Block(line("track_file", path), [line("file", path)])


def _drained_files(service: VirtualService, server: RealServer) -> list[str]:
    """The files by which a real server is drained: from all services, and from this one."""
    destination = DestinationKey(server.address, server.port)
    return [server_file(server.address), destination_file(service_key(vars(service)), destination)]


def _bfd_instances(services: Sequence[VirtualService], director: Director) -> Iterator[Node]:
    sessions: dict[str, Block] = {}
    for service in services:
        for server in service.real_servers:
            for check in server.checks:
                if check.kind == "bfd":
                    source = director.address_of(family_of(server.address))
                    sessions.setdefault(server.address, bfd_instance(check, server, source))
    yield from (sessions[address] for address in sorted(sessions))


def _address(service: VirtualService) -> str:
    return line(str(service.address), *([service.port] if service.port else []))


def _virtual_server(members: Sequence[VirtualService]) -> Block:
    service = members[0]
    if len(members) > 1:
        head = line("virtual_server", "group", _group(members))
    elif service.fwmark is not None:
        head = line("virtual_server", "fwmark", service.fwmark)
    else:
        head = f"virtual_server {_address(service)}"
    return Block(head, [f"# {service.name}", *_settings(service), *_servers(members)])


def _settings(service: VirtualService) -> Iterator[Node]:
    if service.fwmark is not None:
        # Without it the family of real servers behind tunnels counts: vs_end_handler() in check_parser.c.
        yield "ip_family inet6" if service.family == "ipv6" else "ip_family inet"
    yield line("lvs_sched", service.scheduler)
    for flag in service.scheduler_flags:
        yield f"{service.scheduler}-{flag}"
    if service.one_packet:
        yield "ops"
    if service.protocol and service.fwmark is None:
        yield line("protocol", service.protocol.upper())
    yield line("lvs_method", *_method(service.real_servers[0]))
    if service.persistence_timeout:
        yield line("persistence_timeout", service.persistence_timeout)
        yield from given("persistence_granularity", service.persistence_netmask)
        yield from given("persistence_engine", service.persistence_engine)
    yield line("delay_loop", CHECK_INTERVAL)
    watch = service.watch
    yield from _watch(watch)
    for name in ("alpha", "omega"):
        yield from [name] if getattr(watch, name) else []
    yield from ["ha_suspend"] if watch.suspend_without_vip else []
    for name in ("quorum", "hysteresis", "quorum_up", "quorum_down"):
        yield from given(name, getattr(watch, name))
    sorry = service.sorry_server
    if sorry:
        yield line("sorry_server", sorry.address, *([sorry.port] if sorry.port else []))
        yield line("sorry_server_lvs_method", *_method(sorry))
        yield from ["sorry_server_inhibit"] if sorry.watch.inhibit_on_failure else []
    yield from raw(watch.raw)


def _watch(watch: Watch) -> Iterator[Node]:
    for name, keyword in _WATCH.items():
        yield from given(keyword, getattr(watch, name))


def _servers(members: Sequence[VirtualService]) -> Iterator[Node]:
    for server in sorted(members[0].real_servers, key=lambda server: (server.address, server.port)):
        head = line("real_server", server.address, *([server.port] if server.port else []))
        yield Block(head, list(_server(server, members)))


def _server(server: RealServer, members: Sequence[VirtualService]) -> Iterator[Node]:
    yield line("weight", server.weight)
    if _method(server) != _method(members[0].real_servers[0]):
        yield line("lvs_method", *_method(server))
    yield from given("uthreshold", server.upper_threshold or None)
    yield from given("lthreshold", server.lower_threshold or None)
    yield from _watch(server.watch)
    yield from given("notify_up", server.notify_up)
    yield from given("notify_down", server.notify_down)
    yield from raw(server.watch.raw)
    for check in server.checks:
        yield check_block(check, server)
    for path in dict.fromkeys(path for member in members for path in _drained_files(member, server)):
        yield Block("FILE_CHECK", [line("track_file", path)])


def _method(server: RealServer) -> tuple[object, ...]:
    """The forwarding method in keepalived's words."""
    if server.forward != "tun":
        return (server.forward.upper(),)
    port = ("port", server.tunnel_port) if server.tunnel_type == "gue" else ()
    checksum = () if server.tunnel_type == "ipip" else (server.tunnel_checksum,)
    return ("TUN", "type", server.tunnel_type, *port, *checksum)
