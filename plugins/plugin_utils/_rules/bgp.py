# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""BGP: to whom directors announce the VIPs, and what becomes of connections when routers choose another director."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...module_utils._ipvs.model import SCHEDULERS_BY_CLIENT
from ...module_utils._netlink.address import BITS, family_of
from .._schema.sentences import nearest
from .._values.bgp import Bgp, Neighbour
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.service import THROUGH_GATEWAY, VirtualService
from .._values.vip import Vip
from .items import known, servers_of
from .rule import Note, advice, error, whole

NEIGHBOURS = "lvs_cluster.bgp.neighbours"
# Seconds without an answer for the clients of a director that has died, from which on somebody should know.
LONG_HOLD_S = 10


def announcing(cluster: Cluster) -> Iterator[tuple[Cluster, Bgp]]:
    """For what matters only where directors announce the VIPs."""
    if cluster.announces and cluster.bgp:
        yield cluster, cluster.bgp


def neighbours(cluster: Cluster) -> Iterator[tuple[Cluster, Neighbour]]:
    for _cluster, bgp in announcing(cluster):
        for neighbour in bgp.neighbours:
            yield cluster, neighbour


def announced_vips(cluster: Cluster) -> Iterator[tuple[Vip]]:
    for _cluster, _bgp in announcing(cluster):
        for vip in cluster.listed_vips:
            yield (vip,)


def announced_services(cluster: Cluster) -> Iterator[tuple[VirtualService]]:
    for _cluster, _bgp in announcing(cluster):
        for service in cluster.services:
            yield (service,)


def spread_services(cluster: Cluster) -> Iterator[tuple[VirtualService]]:
    """Those whose connections routers spread over several directors."""
    for _cluster, _bgp in announcing(cluster):
        for service in cluster.services if len(cluster.directors) > 1 else ():
            yield (service,)


@error("LVS361", "bgp-not-described", each=whole)
def bgp_not_described(cluster: Cluster) -> Iterator[Note]:
    """With `vips_by: bgp`, directors announce the VIPs to routers, but no routers are defined.

    Add `lvs_cluster.bgp` with `local_as` and `neighbours`.
    """
    if cluster.announces and cluster.bgp is None:
        yield Note("lvs_cluster.bgp", "is missing, and vips_by is bgp", "add it, with local_as and neighbours")


@advice("LVS362", "bgp-unused", each=whole)
def bgp_unused(cluster: Cluster) -> Iterator[Note]:
    """`lvs_cluster.bgp` says how to announce VIPs, but no director announces them.

    Set `vips_by: bgp`, or remove `bgp`.
    """
    if cluster.bgp is not None and not cluster.announces:
        yield Note(
            "lvs_cluster.bgp",
            f"vips_by is {cluster.vips_by}, so no director announces the VIPs",
            "Set vips_by: bgp, or remove bgp",
        )


@error("LVS363", "director-without-neighbour", each=announcing)
def director_without_neighbour(cluster: Cluster, bgp: Bgp) -> Iterator[Note]:
    """A director has no neighbour, so no router learns of its VIPs.

    List a neighbour for it.
    """
    for host in cluster.director_hosts:
        if not bgp.neighbours_of(host):
            yield Note(NEIGHBOURS, f"the director {host} has none, so that no router hears of it", "list one for it")


@error("LVS364", "neighbour-of-unknown-director", each=neighbours)
def neighbour_of_unknown_director(cluster: Cluster, neighbour: Neighbour) -> Iterator[Note]:
    """A neighbour names a host that is not a director of the cluster.

    Name one of its directors.
    """
    for host in neighbour.directors:
        if not cluster.is_director(host):
            close = nearest(host, cluster.director_hosts)
            yield Note(f"{neighbour.path}.directors", f"{host} is not a director of this cluster{close}")


@error("LVS365", "duplicate-neighbour", each=announcing)
def duplicate_neighbour(cluster: Cluster, bgp: Bgp) -> Iterator[Note]:
    """A director has a neighbour twice.

    Leave one of the two out.
    """
    first: dict[tuple[str, str], str] = {}
    for neighbour, (address, _directors) in known(bgp.neighbours, lambda each: (each.address, each.directors)):
        taken = {first.setdefault((address, host), neighbour.path) for host in _heard(cluster, neighbour)}
        for path in sorted(taken - {neighbour.path}):
            yield Note(f"{neighbour.path}.address", f"{address} is already listed in {path}", "leave one of them out")


def _heard(cluster: Cluster, neighbour: Neighbour) -> list[str]:
    return [host for host in cluster.director_hosts if neighbour.hears(host)]


@error("LVS366", "neighbour-is-in-the-cluster", each=neighbours)
def neighbour_is_in_the_cluster(cluster: Cluster, neighbour: Neighbour) -> Iterator[Note]:
    """A neighbour has the address of a VIP or of a director.

    Write the address of a router.
    """
    own = {vip.address: "a VIP of this cluster" for vip in cluster.vips}
    for director, addresses in known(cluster.directors, lambda each: each.all_addresses):
        own |= dict.fromkeys(addresses, f"the address of the director {director.host}")
    if neighbour.address in own:
        text = f"{neighbour.address} is {own[neighbour.address]}, and no router"
        yield Note(f"{neighbour.path}.address", text, "write the address of a router")


@error("LVS367", "no-router-id", each=announcing)
def no_router_id(cluster: Cluster, bgp: Bgp) -> Iterator[Note]:
    """A director has no IPv4 address that could be its router ID, or two directors have the same one.

    Give each director a different `lvs_router_id`.
    """
    del bgp
    owners: dict[str, list[Director]] = defaultdict(list)
    for director, number in known(cluster.directors, lambda each: each.router_id):
        if number is None:
            text = "the director has no IPv4 address, which would be its router ID"
            yield Note(f"{director.path}.lvs_router_id", text, "set it to a number such as 192.0.2.2")
        else:
            owners[number].append(director)
    for number, directors in owners.items():
        for director in directors[1:]:
            text = f"{number} is already the router ID of {directors[0].host}: a router would take them for one"
            yield Note(f"{director.path}.lvs_router_id", text, "give each director another one")


@error("LVS368", "vip-without-neighbour", each=announcing)
def vip_without_neighbour(cluster: Cluster, bgp: Bgp) -> Iterator[Note]:
    """No router learns of a VIP, since no neighbour has an address of its family.

    List a neighbour of this family.
    """
    families = {neighbour.family for neighbour in bgp.neighbours}
    for vip in cluster.held_vips:
        if family_of(vip.address) not in families:
            text = f"no neighbour has an {_family(vip.address)} address, to which {vip.address} would be announced"
            yield Note(NEIGHBOURS, text, "list one")


def _family(address: str) -> str:
    return {"ipv4": "IPv4", "ipv6": "IPv6"}[family_of(address)]


@error("LVS369", "nat-through-several-directors", each=spread_services)
def nat_through_several_directors(service: VirtualService) -> Iterator[Note]:
    """With NAT, answers have to return through the director that has the connection. Routers choose any director, and a
    real server has one way back.

    Use `dr` or `tun`, or `nat_return: source_nat`.
    """
    if service.nat_return in THROUGH_GATEWAY and any(server.forward == "nat" for server in servers_of(service)):
        yield Note(
            f"{service.path}.nat_return",
            f"{service.nat_return}: routers spread the packets over several directors, and a real server answers "
            "through one of them",
            "use dr or tun, or set nat_return: source_nat",
        )


@error("LVS370", "announced-vip-with-a-place", each=announced_vips)
def announced_vip_with_a_place(vip: Vip) -> Iterator[Note]:
    """A VIP that is announced to routers is on no network of the director: it is no gateway, and has neither an
    interface nor a label nor a prefix length of its own.

    Remove these keys. A gateway of real servers needs `vips_by: vrrp`.
    """
    odd = {
        "prefix": vip.prefix != BITS[family_of(vip.address)],
        "interface": vip.interface is not None,
        "label": vip.label is not None,
        "gateway": vip.gateway,
        "next_hop": vip.next_hop,
    }
    for key, given in odd.items():
        if given:
            text = f"with vips_by: bgp, {vip.address} is on no network of the director"
            yield Note(f"{vip.path}.{key}", text, "leave the key out")


@advice("LVS371", "directors-choose-differently", each=spread_services)
def directors_choose_differently(service: VirtualService) -> Iterator[Note]:
    """When a director goes or comes, routers send some connections to another one. With this scheduler, that one
    chooses another real server, and the connections end.

    Use the scheduler `mh` with the flag `port`, by which all directors choose the same real server.
    """
    if service.scheduler not in SCHEDULERS_BY_CLIENT:
        yield Note(
            f"{service.path}.scheduler",
            f"Service {service.name}: with {service.scheduler}, each director chooses real servers in its own way. "
            "Connections end when routers send them to another director",
            "With scheduler: mh and scheduler_flags: [port], all directors choose the same real server",
        )


@advice("LVS372", "connections-not-adopted", each=announcing)
def connections_not_adopted(cluster: Cluster, bgp: Bgp) -> Iterator[Note]:
    """A director drops packets of a connection whose start it has not seen, unless `sloppy_tcp` is 1.

    Set `lvs_cluster.ipvs_sysctls: {sloppy_tcp: 1}`.
    """
    del bgp
    by_client = any(service.scheduler in SCHEDULERS_BY_CLIENT for service in cluster.services)
    carries = any(service.carries_streams for service in cluster.services)
    if len(cluster.directors) > 1 and by_client and carries and dict(cluster.ipvs_sysctls).get("sloppy_tcp") != "1":
        yield Note(
            "lvs_cluster.ipvs_sysctls.sloppy_tcp",
            "A director drops packets of TCP connections that routers send to it half way",
            "With sloppy_tcp: 1, it adopts them, and mh sends them to the same real server",
        )


@advice("LVS373", "death-noticed-late", each=neighbours)
def death_noticed_late(cluster: Cluster, neighbour: Neighbour) -> Iterator[Note]:
    """A router goes on sending packets to a director that has died until the hold time of BGP is over: 180 seconds
    where nobody sets it.

    Set `bfd: true`, or a `hold_time` of a few seconds.
    """
    hold = cluster.bgp.hold_time if cluster.bgp else None
    if not neighbour.bfd and (hold is None or hold > LONG_HOLD_S):
        how_long = "up to 240 seconds, by the default hold times" if hold is None else f"{hold} seconds, the hold time"
        yield Note(
            f"{neighbour.path}.bfd",
            f"{neighbour.address} keeps sending packets to a dead director for {how_long}",
            "Set bfd: true, or a hold_time of a few seconds",
        )


@advice("LVS374", "announced-before-checks", each=announced_services)
def announced_before_checks(service: VirtualService) -> Iterator[Note]:
    """With `alpha: false`, real servers count as healthy until the first check has failed, so that a director announces
    a VIP before it knows whether anything serves it.

    Remove `alpha: false`.
    """
    if service.watch.alpha is False:
        yield Note(
            f"{service.path}.alpha",
            f"Service {service.name}: a director announces its VIP before the first check",
            "Remove alpha: false",
        )


@error("LVS375", "checks-wait-for-vip", each=announced_services)
def checks_wait_for_vip(service: VirtualService) -> Iterator[Note]:
    """With `suspend_without_vip`, real servers are checked only where the VIP is, and a director has the VIP only when
    real servers pass their checks: neither ever begins.

    Remove `suspend_without_vip`.
    """
    if service.watch.suspend_without_vip:
        yield Note(
            f"{service.path}.suspend_without_vip",
            "with vips_by: bgp, a director has the VIP only when real servers pass their checks, which would wait for "
            "the VIP",
            "leave it out",
        )
