# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""NAT: answers have to come back through the director that knows their connection."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._netlink.address import family_of
from .._cluster.gateways import NoGateway, Unclear, gateways_of
from .._schema.sentences import hostvars_of
from .._values.cluster import Cluster
from .._values.real_server import RealServer
from .._values.service import THROUGH_GATEWAY, VirtualService
from .._values.unknown import is_known
from .items import known, servers_of, services, services_in_cluster
from .rule import Note, advice, error, whole


@error("LVS241", "source-nat-address", each=services_in_cluster)
def source_nat_address(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """With `source_nat` the director replaces the client's address with its own, but has none of the service's family.

    Give the director the address that the message names.
    """
    by_nat = any(forward == "nat" for _server, forward in known(servers_of(service), lambda server: server.forward))
    if not by_nat or service.nat_return != "source_nat":
        return
    for director, addresses in known(cluster.directors, lambda director: director.addresses):
        if service.family not in map(family_of, addresses):
            yield Note(
                service.path,
                f"with source_nat the director replaces the client's address with its own, and {director.host} has no "
                f"{service.family} address: set {'lvs_ipv6_address' if service.family == 'ipv6' else 'lvs_address'}",
            )


@error("LVS242", "no-gateway", each=services_in_cluster)
def no_gateway(cluster: Cluster, service: VirtualService) -> Iterator[Note]:
    """NAT answers must go back through the director, but it has no address that could be their gateway.

    Give a single director an address of the family; with several directors, list a VIP with `gateway: true`.
    """
    for server, named in _without_gateway(cluster, service):
        try:
            gateways_of(cluster.listed_vips, cluster.directors, service.family).of(server.address, named)
        except NoGateway as missing:
            yield Note(service.path, str(missing))
        except Unclear:
            continue


@error("LVS243", "ambiguous-gateway", each=whole)
def ambiguous_gateway(cluster: Cluster) -> Iterator[Note]:
    """There are several gateways, and it is not clear which one a real server must use.

    List a gateway of its network, or name one in its `lvs_gateway`.
    """
    hosts_by_text: dict[str, set[str]] = {}
    for service in cluster.services:
        for server, named in _without_gateway(cluster, service):
            try:
                gateways_of(cluster.listed_vips, cluster.directors, service.family).of(server.address, named)
            except Unclear as unclear:
                hosts_by_text.setdefault(str(unclear), set()).add(server.host or "")
            except NoGateway:
                continue
    for text, hosts in hosts_by_text.items():
        yield Note(f"{hostvars_of(sorted(hosts))}.lvs_gateway", text)


def _without_gateway(cluster: Cluster, service: VirtualService) -> Iterator[tuple[RealServer, tuple[str, ...]]]:
    """Those for which no gateway could be chosen, each with the gateways that its host names."""
    unchosen = (server for server in servers_of(service) if not is_known(server, "gateway"))
    for server, host in known(unchosen, lambda server: cluster.real_server_host(server.host or "")):
        if host and is_known(host, "gateways"):
            yield server, host.gateways


@error("LVS244", "two-default-routes", each=whole)
def two_default_routes(cluster: Cluster) -> Iterator[Note]:
    """A host would have two default routes of a family, because it answers for services through different gateways.

    Set `nat_return: policy_route`, or name one gateway in its `lvs_gateway`.
    """
    first: dict[tuple[str, str], str] = {}
    for service, nat_return in known(cluster.services, lambda service: service.nat_return):
        for server, gateway in known(servers_of(service), lambda server: server.gateway):
            if nat_return != "default_route" or not gateway or not server.host:
                continue
            other = first.setdefault((server.host, service.family), gateway)
            if gateway != other:
                yield Note(
                    server.path,
                    f"{server.host} cannot have two default routes, through {other} for another service and through "
                    f"{gateway} for this one",
                    "set nat_return: policy_route, or name one gateway in its lvs_gateway",
                )


@advice("LVS245", "nat-return-path", each=services)
def nat_return_path(service: VirtualService) -> Iterator[Note]:
    """Nothing sends NAT answers back through the director, so clients will discard them.

    Set `nat_return: source_nat`, or route the answers yourself.
    """
    if not service.forwards_by("nat"):
        return
    unknown = sorted(server.address for server in service.real_servers if server.forward == "nat" and not server.host)
    if unknown and service.nat_return in THROUGH_GATEWAY:
        yield Note(
            service.path,
            f"Service {service.name}: with nat, the answers of {', '.join(unknown)} must go back through the director, "
            "but only hosts of the inventory are set up for that",
            "Set nat_return: source_nat, or route them yourself",
        )
    if service.nat_return == "none":
        yield Note(
            service.path,
            f"Service {service.name}: with nat_return none, you route the answers back through the director yourself",
        )
