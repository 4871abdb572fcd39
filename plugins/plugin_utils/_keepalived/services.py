# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual services in the words of keepalived.conf: groups, virtual servers, real servers (keepalived.conf(5))."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ...module_utils._drain.files import destination_file, server_file
from ...module_utils._ipvs.model import DestinationKey
from ...module_utils._netlink.address import family_of
from ...module_utils._places import DRAINED, FAILED
from .._schema.words import CHECK_INTERVAL
from .._values.director import Director
from .._values.identity import service_key
from .._values.real_server import RealServer
from .._values.service import VirtualService
from . import data
from .checks import bfd_instance, check_of, tracked_files
from .floors import failed_file, is_verdict, name_of, numbered, verdicts
from .paths import path_names, paths, through_paths
from .text import own_lines


def services_of(services: Sequence[VirtualService], director: Director, alpha: bool = False) -> data.Services:
    """All services, and what they track. Those that differ in the address alone are one virtual server.

    alpha: whether their real servers are out until they pass their checks, unless a service says something else.
    """
    services = [replace(service, sorry_server=service.sorry_server_of(director)) for service in services]
    together: dict[VirtualService, list[VirtualService]] = {}
    services = sorted(services, key=_order)
    for service in services:
        together.setdefault(replace(service, address=None), []).append(service)
    return data.Services(
        drained_folder=DRAINED,
        track_files=tuple(sorted(set(_tracked(services)))),
        failed_folder=FAILED,
        failed_files=tuple(sorted({*_failed_files(services)})),
        bfd_instances=tuple(_bfd_instances(services, director)),
        virtual_servers=tuple(_virtual_servers(together.values(), director, alpha)),
    )


def _virtual_servers(
    together: Collection[Sequence[VirtualService]], director: Director, alpha: bool
) -> Iterator[data.VirtualServer]:
    names = [name_of(members[0]) for members in together if members[0].floor]
    numbers = numbered([*names, *(name for members in together for name in path_names(members[0]))])
    for defined in together:
        addresses = [address for each in defined for address in each.named_addresses]
        members = [through_paths(each, addresses, director, numbers) for each in defined]
        service, server = members[0], _virtual_server(members, alpha)
        if service.floor:
            yield replace(server, real_servers=tuple(_below_floor(service, server.real_servers)))
            checked = replace(server, real_servers=tuple(_checked(service, server.real_servers)))
            yield verdicts(service, checked, numbers[name_of(service)])
        else:
            yield server
        yield from paths(defined[0], server, numbers)


def _below_floor(service: VirtualService, written: Sequence[data.RealServer]) -> Iterator[data.RealServer]:
    """The real servers of a service with a floor: a file takes them out, and not their checks."""
    for server, as_written in zip(_servers(service), written, strict=True):
        own = tuple(check_of(check, server) for check in server.checks if not is_verdict(check))
        yield replace(as_written, checks=own, failed=failed_file(service, server))


def _checked(service: VirtualService, written: Sequence[data.RealServer]) -> Iterator[data.RealServer]:
    """The same where they are checked: without what only changes their weight."""
    for server, as_written in zip(_servers(service), written, strict=True):
        yield replace(as_written, checks=tuple(check_of(check, server) for check in server.checks if is_verdict(check)))


def _order(service: VirtualService) -> tuple[str, ...]:
    return (service.name, service.family, service.address or "", service.protocol or "")


def _tracked(services: Sequence[VirtualService]) -> Iterator[str]:
    for service in services:
        for server in service.real_servers:
            yield from _drained_files(service, server)
            for check in server.checks:
                yield from tracked_files(check)


def _failed_files(services: Sequence[VirtualService]) -> Iterator[str]:
    for service in services:
        if service.floor:
            yield from (failed_file(service, server) for server in service.real_servers)


def _drained_files(service: VirtualService, server: RealServer) -> list[str]:
    """The files by which a real server is drained: from all services, and from this one."""
    destination = DestinationKey(server.address, server.port)
    return [server_file(server.address), destination_file(service_key(vars(service)), destination)]


def _bfd_instances(services: Sequence[VirtualService], director: Director) -> Iterator[data.BfdInstance]:
    sessions: dict[str, data.BfdInstance] = {}
    for service in services:
        for server in service.real_servers:
            for check in server.checks:
                if check.kind == "bfd":
                    source = director.address_of(family_of(server.address))
                    sessions.setdefault(server.address, bfd_instance(check, server, source))
    yield from (sessions[address] for address in sorted(sessions))


def _virtual_server(members: Sequence[VirtualService], alpha: bool) -> data.VirtualServer:
    service = members[0]
    watch, by_mark, persistent = service.watch, service.fwmark is not None, service.persistence_timeout > 0
    sorry = service.sorry_server
    return data.VirtualServer(
        name=service.name,
        group=name_of(service) if len(members) > 1 else None,
        addresses=() if by_mark else tuple(_endpoint(member.address, member.port) for member in members),
        fwmark=service.fwmark,
        # Without it the family of real servers behind tunnels counts: vs_end_handler() in check_parser.c.
        ip_family={"ipv4": "inet", "ipv6": "inet6"}[service.family] if by_mark else None,
        lvs_sched=service.scheduler,
        scheduler_flags=tuple(f"{service.scheduler}-{flag}" for flag in service.scheduler_flags),
        ops=service.one_packet,
        protocol=service.protocol.upper() if service.protocol and not by_mark else None,
        lvs_method=_method(service.real_servers[0]),
        persistence_timeout=service.persistence_timeout if persistent else None,
        persistence_granularity=service.persistence_netmask if persistent else None,
        persistence_engine=service.persistence_engine if persistent else None,
        delay_loop=CHECK_INTERVAL,
        inhibit_on_failure=watch.inhibit_on_failure,
        virtualhost=watch.virtual_host,
        smtp_alert=watch.alerts,
        alpha=alpha if watch.alpha is None else watch.alpha,
        omega=bool(watch.omega),
        ha_suspend=bool(watch.suspend_without_vip),
        quorum=watch.quorum,
        hysteresis=watch.hysteresis,
        quorum_up=watch.quorum_up,
        quorum_down=watch.quorum_down,
        sorry_server=_endpoint(sorry.address, sorry.port) if sorry else (),
        sorry_server_lvs_method=_method(sorry) if sorry else (),
        sorry_server_inhibit=bool(sorry and sorry.watch.inhibit_on_failure),
        raw=own_lines(watch.raw),
        real_servers=tuple(_real_servers(members)),
    )


def _real_servers(members: Sequence[VirtualService]) -> Iterator[data.RealServer]:
    by_default = _method(members[0].real_servers[0])
    for server in _servers(members[0]):
        method, watch = _method(server), server.watch
        yield data.RealServer(
            endpoint=_endpoint(server.address, server.port),
            weight=server.weight,
            lvs_method=method if method != by_default else (),
            uthreshold=server.upper_threshold or None,
            lthreshold=server.lower_threshold or None,
            inhibit_on_failure=watch.inhibit_on_failure,
            virtualhost=watch.virtual_host,
            smtp_alert=watch.alerts,
            notify_up=server.notify_up,
            notify_down=server.notify_down,
            raw=own_lines(watch.raw),
            checks=tuple(check_of(check, server) for check in server.checks),
            failed=None,
            drained=tuple(dict.fromkeys(path for member in members for path in _drained_files(member, server))),
        )


def _servers(service: VirtualService) -> list[RealServer]:
    return sorted(service.real_servers, key=lambda server: (server.address, server.port))


def _endpoint(address: str | None, port: int | None) -> data.Words:
    """Port 0 is that of the request, and goes without saying."""
    return (address, port) if port else (address,)


def _method(server: RealServer) -> data.Words:
    """The forwarding method in keepalived's words."""
    if server.forward != "tun":
        return (server.forward.upper(),)
    port = ("port", server.tunnel_port) if server.tunnel_type == "gue" else ()
    checksum = () if server.tunnel_type == "ipip" else (server.tunnel_checksum,)
    return ("TUN", "type", server.tunnel_type, *port, *checksum)
