# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a definition meets the known faults: a generator for each, which names the places in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from .._keepalived.advertising import UnknownInterface, interface_of
from .._values.service import VirtualService
from .._values.vrrp import VrrpInstance
from .director_reports import DirectorReports

# So many real servers in all services, each counted in each service, make a reload of keepalived slow.
MANY_REAL_SERVERS = 10_000
# So many services are named where there are more.
NAMED = 3
# So many services and real servers keep the kernel's estimator busy for milliseconds.
MANY_ENTRIES = 2_000


def last_byte_ff(subject: DirectorReports) -> Iterator[str]:
    cluster = subject.cluster
    found = {
        (service.name, name, check[name])
        for service in (cluster.services if cluster.has_checks else ())
        for server in service.real_servers
        for check in server.checks
        for name in ("payload", "reply")
        if check.kind == "udp" and (check[name] or "").lower().endswith("ff")
    }
    for service, name, digits in sorted(found):
        yield f"Service {service}: the {name} {digits!r} ends in ff"


def unicast_without_interface(subject: DirectorReports) -> Iterator[str]:
    for instance in subject.cluster.instances if subject.interfaces else ():
        if _has_no_interface(subject, instance):
            yield f"VRRP instance {instance.name}: it has no interface"


def _has_no_interface(subject: DirectorReports, instance: VrrpInstance) -> bool:
    """Where it is not known which one it has, another rule says so."""
    director = subject.cluster.director(subject.host)
    with suppress(UnknownInterface):
        return interface_of(subject.cluster, instance, director, subject.interfaces) is None
    return False


def drains(subject: DirectorReports) -> Iterator[str]:
    """A file for each real server of keepalived, by which operators drain it."""
    if subject.cluster.services_of_keepalived:
        yield "Real servers are drained by the weight of a file (FILE_CHECK)"


def sorry_servers(subject: DirectorReports) -> Iterator[str]:
    names = [service.name for service in subject.cluster.services_of_keepalived if service.sorry_server]
    if names:
        yield f"There is a sorry server in {_listed(names)}"


def many_real_servers(subject: DirectorReports) -> Iterator[str]:
    number = sum(len(service.real_servers) for service in subject.cluster.services_of_keepalived)
    if number >= MANY_REAL_SERVERS:
        yield f"The services have {number} real servers"


def many_entries(subject: DirectorReports) -> Iterator[str]:
    """Those of whose traffic the kernel estimates the rates, unless its owner has turned that off."""
    cluster = subject.cluster
    number = sum(1 + len(service.real_servers) for service in cluster.services)
    if number >= MANY_ENTRIES and dict(cluster.ipvs_sysctls).get("run_estimation") != "0":
        yield f"The table has {number} services and real servers"


def reused_ports(subject: DirectorReports) -> Iterator[str]:
    """Where netfilter sees the connections of IPVS, and a port that a client uses again is balanced anew."""
    cluster = subject.cluster
    sysctls = dict(cluster.ipvs_sysctls)
    tracked = sysctls.get("conntrack", "1" if cluster.tracks_connections else "0") != "0"
    if tracked and sysctls.get("conn_reuse_mode") != "0":
        yield "Netfilter tracks the connections of IPVS (net.ipv4.vs.conntrack=1)"


def newer_tunnels(subject: DirectorReports) -> Iterator[str]:
    names = [service.name for service in subject.cluster.services if _has_newer_tunnels(service)]
    if names:
        yield f"There are tunnels of type gue or gre in {_listed(names)}"


def _has_newer_tunnels(service: VirtualService) -> bool:
    return any(server.forward == "tun" and server.tunnel_type != "ipip" for server in service.all_servers)


def _listed(names: list[str]) -> str:
    """Services in words: a few by name."""
    few = ", ".join(names[:NAMED])
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"service{'s' if len(names) > 1 else ''} {few}{rest}"
