# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks through the path that packets of clients take: to the VIP, by the forwarding method, to one real server.

For each real server that is asked so there is a virtual server of its own with this one real server in it, which no
check takes out. By dr and tun it is one by mark, and the packets of the check have the mark and go to the VIP. By nat
the real server never sees the VIP, and keepalived has no ports in services by mark: so it is one by an address of its
own, which the check asks. Either is among the services for checks alone (module_utils/_ipvs/for_checks.py).

The packets come from the director's own address (DIP): answers to the VIP would stay on the real server. They come back
from the VIP, which the director that is asking may have itself: that is what the sysctl accept_local is for, which
view/director_network.py sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...module_utils._ipvs.for_checks import address_of, mark_of
from ...module_utils._ipvs.model import endpoint
from .._schema.words import CHECK_INTERVAL, UDP_CHECKS
from .._values.director import Director
from .._values.health_check import HealthCheck
from .._values.real_server import UNTOUCHED, RealServer
from .._values.service import VirtualService
from . import data
from .floors import name_of

Numbers = Mapping[str, int]


def path_names(service: VirtualService) -> Iterator[str]:
    """The names of the paths by which real servers of a service are asked, for floors.numbered()."""
    for server in service.real_servers:
        yield from (_name(service, server, check) for check in server.checks if check.goes_through_path)


def _name(service: VirtualService, server: RealServer, check: HealthCheck) -> str:
    """By mark one path is for all ports of a real server."""
    if server.forward in UNTOUCHED:
        return f"{name_of(service)}@{server.address}"
    return f"{name_of(service)}@{_protocol(check)}:{endpoint(server.address, check['port'] or server.port)}"


def _protocol(check: HealthCheck) -> str:
    return "udp" if check.kind in UDP_CHECKS else "tcp"


def through_paths(
    service: VirtualService, addresses: Sequence[str], director: Director, numbers: Numbers
) -> VirtualService:
    """A service whose checks say to keepalived how they go through the path. addresses: its VIPs, each is asked."""
    servers = (
        replace(server, checks=tuple(_asking(service, server, addresses, director, numbers)))
        for server in service.real_servers
    )
    return replace(service, real_servers=tuple(servers))


def _asking(
    service: VirtualService, server: RealServer, addresses: Sequence[str], director: Director, numbers: Numbers
) -> Iterator[HealthCheck]:
    for check in server.checks:
        if not check.goes_through_path:
            yield check
            continue
        number = numbers[_name(service, server, check)]
        given = {**dict(check.options), "bind_address": check["bind_address"] or director.address_of(service.family)}
        del given["through"]
        if server.forward in UNTOUCHED:
            given |= {"fwmark": mark_of(number), "port": check["port"] or service.port}
            asked = [check["address"]] if check["address"] else addresses
        else:
            given |= {"port": check["port"] or server.port}
            asked = [address_of(number, service.family)]
        for address in asked:
            yield HealthCheck(check.kind, tuple({**given, "address": address}.items()))


def paths(service: VirtualService, server: data.VirtualServer, numbers: Numbers) -> Iterator[data.VirtualServer]:
    """The virtual servers of the paths. service: with its checks as they are defined. server: what it is written as."""
    written = {each.endpoint: each for each in server.real_servers}
    seen = set()
    for target in service.real_servers:
        for check in target.checks:
            name = _name(service, target, check) if check.goes_through_path else ""
            if name and name not in seen:
                seen.add(name)
                own = written[(target.address, target.port) if target.port else (target.address,)]
                yield _path(service, server, own, target, check, numbers[name])


def _path(
    service: VirtualService,
    server: data.VirtualServer,
    own: data.RealServer,
    target: RealServer,
    check: HealthCheck,
    number: int,
) -> data.VirtualServer:
    by_mark = target.forward in UNTOUCHED
    port = check["port"] or target.port
    return replace(
        server,
        name=f"path:{service.name}",
        group=None,
        addresses=() if by_mark else ((address_of(number, service.family), port),),
        fwmark=mark_of(number) if by_mark else None,
        ip_family={"ipv4": "inet", "ipv6": "inet6"}[service.family] if by_mark else None,
        protocol=None if by_mark else _protocol(check).upper(),
        lvs_sched="rr",
        scheduler_flags=(),
        ops=check.kind in UDP_CHECKS,
        lvs_method=own.lvs_method or server.lvs_method,
        persistence_timeout=None,
        persistence_granularity=None,
        persistence_engine=None,
        delay_loop=CHECK_INTERVAL,
        inhibit_on_failure=None,
        virtualhost=None,
        smtp_alert=None,
        alpha=False,
        omega=False,
        ha_suspend=False,
        quorum=None,
        hysteresis=None,
        quorum_up=None,
        quorum_down=None,
        sorry_server=(),
        sorry_server_lvs_method=(),
        sorry_server_inhibit=False,
        raw=None,
        real_servers=(
            replace(
                own,
                endpoint=(target.address,) if by_mark else (target.address, port),
                weight=1,
                lvs_method=(),
                uthreshold=None,
                lthreshold=None,
                inhibit_on_failure=None,
                virtualhost=None,
                smtp_alert=None,
                notify_up=None,
                notify_down=None,
                raw=None,
                checks=(),
                failed=None,
                drained=(),
            ),
        ),
    )
