# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Persistence: what ties a client to one real server, and what that needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .._values.cluster import Cluster
from .._values.real_server import UNTOUCHED
from .._values.service import VirtualService, ipv4_netmask
from .items import name_of, services, services_in_cluster
from .rule import Note, advice, error


@error("LVS141", "persistence-missing", each=services)
def persistence_missing(service: VirtualService) -> Iterator[Note]:
    """A persistence setting is given, but the service is not persistent.

    Give it a `persistence_timeout`, or remove the other key.
    """
    for key in ("persistence_engine", "persistence_netmask"):
        if getattr(service, key) and service.persistence_timeout == 0:
            yield Note(f"{service.path}.{key}", "needs a persistence_timeout")


@error("LVS142", "sip-protocol", each=services)
def sip_protocol(service: VirtualService) -> Iterator[Note]:
    """The persistence engine `sip` is set for a protocol other than UDP, where it finds nothing.

    Leave `persistence_engine` out, or serve SIP by UDP.
    """
    # ip_vs_sip_fill_param() in ip_vs_pe_sip.c looks at UDP alone
    if service.persistence_engine == "sip" and service.protocol in ("tcp", "sctp"):
        yield Note(f"{service.path}.persistence_engine", f"sip works for udp only, not for {service.protocol}")


@error("LVS143", "persistence-netmask", each=services)
def persistence_netmask(service: VirtualService) -> Iterator[Note]:
    """The netmask is not one of the service's family.

    Write an IPv4 netmask or prefix length, or an IPv6 prefix length.
    """
    netmask, place = service.persistence_netmask, f"{service.path}.persistence_netmask"
    if netmask is None:
        return
    if service.family == "ipv6":
        if not re.fullmatch(r"[1-9][0-9]{0,2}", netmask) or int(netmask) > 128:
            yield Note(place, f"{netmask!r} is not an IPv6 prefix length: that is a number from 1 to 128")
    elif ipv4_netmask(netmask) is None:
        yield Note(place, f"{netmask!r} is not an IPv4 netmask, such as 255.255.255.0 or 24")


@advice("LVS144", "persistence-templates", each=services_in_cluster)
def persistence_templates(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """Persistence sends known clients to a real server with weight 0, because the kernel is told to keep its templates.

    Leave `expire_quiescent_template` out, or set it to 1.
    """
    quiesced = [name_of(server) for server in service.real_servers if server.weight == 0]
    keeps = dict(cluster.ipvs_sysctls).get("expire_quiescent_template") == "0"
    if service.persistence_timeout and quiesced and keeps:
        yield Note(
            service.path,
            f"Service {service.name}: {', '.join(quiesced)} with weight 0 still gets new connections of the clients "
            "that persistence ties to it",
            "To move them too, set ipvs_sysctls.expire_quiescent_template to 1",
        )


@advice("LVS145", "ftp-data-ports", each=services)
def ftp_data_ports(service: VirtualService) -> Iterator[Note]:
    """FTP's data connections come to ports that the service does not take.

    Give the service port 0 and a `persistence_timeout`, or a fwmark for all its ports.
    """
    if service.is_ftp and service.fwmark is None and service.forwards_by(*UNTOUCHED):
        yield Note(
            service.path,
            f"Service {service.name}: passive FTP opens its data connections to other ports of the VIP, which this "
            "service does not take",
            "Give it port 0 and a persistence_timeout",
        )
