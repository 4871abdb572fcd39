# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who serves what: the definition of the cluster in, the view of one host out.

A view is plain data in the words of the modules on the host: what goes into ipvs_services and host_network. It is
sorted, so that the order in which an owner lists things changes nothing.
"""

from __future__ import annotations

from typing import Any

from .model import UNTOUCHED, Cluster, Director, RealServer, Vip, VirtualService, family_of

# A real server has the VIP on lo and must keep quiet about it on the network. arp_ignore=1: answer only for addresses
# of the interface that was asked (arp_ignore() in net/ipv4/arp.c). arp_announce=2: never ask with the VIP as the sender
# (arp_solicit()). The larger value of conf.all and conf.<interface of the packet> counts (IN_DEV_MAXCONF() in
# linux/inetdevice.h): set on lo alone they do nothing, set on `all` they cover every interface.
# IPv6 needs neither: ndisc_recv_ns() in net/ipv6/ndisc.c answers only for addresses of the interface that was asked.
QUIET_ARP = {"net.ipv4.conf.all.arp_ignore": "1", "net.ipv4.conf.all.arp_announce": "2"}

# NAT alone forwards through the IP stack. Once an IPv6 host forwards, the kernel ignores router advertisements
# (ipv6_accept_ra() in net/ipv6.h; accept_ra=2 on an interface keeps them).
FORWARDING = {
    "ipv4": {"net.ipv4.ip_forward": "1"},
    "ipv6": {"net.ipv6.conf.all.forwarding": "1"},
}

View = dict[str, Any]


def host_view(cluster: Cluster, host: str) -> View:
    """Everything that a host must be, as the return values of lvs.cluster.resolve describe it."""
    director = director_view(cluster, host)
    realserver = realserver_view(cluster, host)
    network = {
        "addresses": sorted(director["addresses"] + realserver["addresses"], key=lambda entry: entry["address"]),
        "sysctls": dict(sorted({**realserver["sysctls"], **director["sysctls"]}.items())),
    }
    return {
        "roles": roles(cluster, host),
        "network": network,
        **{key: director[key] for key in ("services", "schedulers", "persistence_engines", "kernel_modules")},
    }


def roles(cluster: Cluster, host: str) -> list[str]:
    """The roles of a host, in the order of the site run: director, realserver, both or none."""
    members = {"director": [director.host for director in cluster.directors], "realserver": cluster.realserver_hosts}
    return [role for role, hosts in members.items() if host in hosts]


def director_view(cluster: Cluster, host: str) -> View:
    """What a host must be as a director: all of it empty where it is none."""
    directors = [director for director in cluster.directors if director.host == host]
    services = cluster.services if directors else ()
    schedulers = sorted({service.scheduler for service in services})
    engines = sorted({service.persistence_engine for service in services if service.persistence_engine})
    modules = [f"ip_vs_{scheduler}" for scheduler in schedulers] + [f"ip_vs_pe_{engine}" for engine in engines]
    return {
        "services": sorted((_service(service) for service in services), key=_service_order),
        "addresses": [_vip_on_director(vip, director) for director in directors for vip in cluster.vips],
        "sysctls": {key: value for family in _nat_families(services) for key, value in FORWARDING[family].items()},
        "schedulers": schedulers,
        "persistence_engines": engines,
        "kernel_modules": ["ip_vs", *modules] if directors else [],
    }


def realserver_view(cluster: Cluster, host: str) -> View:
    """What a host must be as a real server. A director has the VIPs already, where clients can reach them."""
    if "director" in roles(cluster, host):
        return {"addresses": [], "sysctls": {}}
    vips = {
        vip.address
        for service in cluster.services
        if any(server.host == host and server.forward in UNTOUCHED for server in service.real_servers)
        for vip in cluster.vips_of(service)
    }
    return {
        "addresses": [_vip_on_realserver(address) for address in sorted(vips)],
        "sysctls": dict(QUIET_ARP) if any(family_of(address) == "ipv4" for address in vips) else {},
    }


def _nat_families(services: tuple[VirtualService, ...]) -> set[str]:
    return {service.family for service in services if any(server.forward == "nat" for server in service.real_servers)}


def _vip_on_director(vip: Vip, director: Director) -> View:
    interface = vip.interface or director.interface
    place = {"interface": interface} if interface else {"beside": director.address}
    label = {"label": vip.label} if vip.label else {}
    return {"address": f"{vip.address}/{vip.prefix}", **place, **label, "announce": True}


def _vip_on_realserver(address: str) -> View:
    # The whole address and nothing else: a /24 on lo would make every neighbour local.
    prefix = 128 if family_of(address) == "ipv6" else 32
    return {"address": f"{address}/{prefix}", "interface": "lo", "announce": False}


def _service(service: VirtualService) -> View:
    """A service as an element of the option `services` of ipvs_services. What does not apply is left out."""
    if service.fwmark is None:
        identity: View = {"address": service.address, "port": service.port, "protocol": service.protocol}
    else:
        identity = {"fwmark": service.fwmark, "family": service.family}
    settings: View = {
        "scheduler": service.scheduler,
        "scheduler_flags": list(service.scheduler_flags),
        "one_packet": service.one_packet,
        "persistence_timeout": service.persistence_timeout,
    }
    for name in ("persistence_netmask", "persistence_engine"):
        value = getattr(service, name)
        if value is not None:
            settings[name] = value
    destinations = sorted(service.real_servers, key=lambda server: (server.address, server.port))
    return {**identity, **settings, "destinations": [_destination(server) for server in destinations]}


def _destination(server: RealServer) -> View:
    names = ("address", "port", "forward", "weight", "upper_threshold", "lower_threshold")
    return {name: getattr(server, name) for name in names}


def _service_order(service: View) -> tuple[object, ...]:
    return (
        service.get("fwmark", 0),
        service.get("family", ""),
        service.get("address", ""),
        service.get("port", 0),
        service.get("protocol", ""),
    )
