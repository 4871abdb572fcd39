# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Directors: how many there may be, and what they know of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...module_utils._netlink.address import family_of
from .._schema.sentences import shown
from .._schema.words import ENGINES
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.real_server import RealServer
from .._values.service import VirtualService
from .items import directors, directors_in_cluster, servers_in_cluster, unchecked_services
from .rule import Note, advice, error, whole

# It stands in keepalived.conf (router_id) and names files.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,252}")


@error("LVS502", "director-name", each=directors_in_cluster)
def director_name(cluster: Cluster, director: Director) -> Iterator[Note]:
    """The name of a director cannot be used in keepalived.conf and in file names.

    Give the host another name in the inventory.
    """
    if not NAME.fullmatch(director.host):
        yield Note(
            f"groups[{cluster.directors_group}]",
            f"{shown(director.host)} is not a name for a director: it must have at most 253 letters, digits and "
            "_ . : @ -, and begin with a letter or digit",
        )


@error("LVS503", "second-address-family", each=directors)
def second_address_family(director: Director) -> Iterator[Note]:
    """`lvs_ipv6_address` is not an IPv6 address, or the director's `lvs_address` is not an IPv4 one.

    Remove it, or make `lvs_address` IPv4 and this one IPv6.
    """
    for second in director.addresses[1:]:
        first = director.addresses[0]
        if (family_of(first), family_of(second)) != ("ipv4", "ipv6"):
            text = f"{second}: this is for the IPv6 address of a host whose lvs_address, here {first}, is IPv4"
            yield Note(f"{director.path}.lvs_ipv6_address", text)


@error("LVS504", "vrrp-addresses-of-one-family", each=directors)
def vrrp_addresses_of_one_family(director: Director) -> Iterator[Note]:
    """A director would advertise from two addresses of one family.

    Keep one of each family.
    """
    addresses = director.vrrp_addresses
    if len({family_of(address) for address in addresses}) < len(addresses):
        yield Note(
            f"{director.path}.lvs_vrrp_address",
            f"{', '.join(addresses)}: a director advertises from one address of each family",
            "take the others out",
        )


@error("LVS505", "sync-daemon-family", each=servers_in_cluster)
def sync_daemon_family(cluster: Cluster, service: VirtualService, server: RealServer) -> Iterator[Note]:
    """A real server has an address of the other family, which the kernel accepts only without a sync daemon.

    Remove `lvs_cluster.sync_daemon`, or give the real server an address of the service's family.
    """
    # ip_vs_genl_set_cmd() in ip_vs_ctl.c takes the one or the other, not both.
    family = family_of(server.address)
    if cluster.sync_daemon and family != service.family:
        yield Note(
            server.path,
            f"{server.address} is {family}, the service {service.family}: together with lvs_cluster.sync_daemon, the "
            "kernel does not accept such a real server",
            "leave one of them out",
        )


@error("LVS506", "engine-contradicted", each=whole)
def engine_contradicted(cluster: Cluster) -> Iterator[Note]:
    """`engine` sets both `checks_by` and `vips_by`, but one of these has another value.

    Remove `engine`, or the key that contradicts it.
    """
    for axis, meant in ENGINES.get(cluster.given_engine or "", {}).items():
        own = getattr(cluster, axis)
        if own != meant:
            text = f"is {own}, but engine: {cluster.given_engine} means {meant}"
            yield Note(f"lvs_cluster.{axis}", text, "leave one of the two out")


@advice("LVS511", "several-static-directors", each=whole)
def several_static_directors(cluster: Cluster) -> Iterator[Note]:
    """With `vips_by: static` all directors answer for every VIP at the same time.

    Keep one director, set `vips_by: vrrp`, or let a router in front of them spread the packets (`routed`).
    """
    if cluster.vips_by == "static" and len(cluster.directors) > 1 and not all(vip.routed for vip in cluster.vips):
        names = ", ".join(cluster.director_hosts)
        yield Note(
            f"groups[{cluster.directors_group}]",
            f"With vips_by: static each director has every VIP at the same time: {names} all answer ARP for it",
            "Keep one host in lvs_directors, unless a router in front of them spreads the packets",
        )


@advice("LVS512", "sorry-server-without-checks", each=unchecked_services)
def sorry_server_without_checks(service: VirtualService) -> Iterator[Note]:
    """A sorry server never serves with `checks_by: none`: nothing notices that real servers fail.

    Set `checks_by: keepalived`, or remove the sorry server.
    """
    if service.sorry_server:
        yield Note(
            f"{service.path}.sorry_server",
            f"Service {service.name}: with checks_by: none nothing notices that real servers fail, so its sorry "
            "server never serves",
        )


@advice("LVS513", "no-connection-sync", each=whole)
def no_connection_sync(cluster: Cluster) -> Iterator[Note]:
    """Directors do not share their connections, so open ones end when the VIPs move.

    Set `lvs_cluster.sync_daemon: {}`.
    """
    several = cluster.moves_vips and len(cluster.directors) > 1
    if several and not cluster.sync_daemon and any(service.protocol != "udp" for service in cluster.services):
        yield Note(
            "lvs_cluster.sync_daemon",
            "Open connections end when the VIPs move to another director",
            "With lvs_cluster.sync_daemon: {} directors share them",
        )
