# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gateway through which each real server sends its answers by nat back to the director.

Like consistency.py it looks at completed drafts and notes problems; and it fills in the gateway of each real server.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_interface
from typing import NamedTuple

from ...module_utils._netlink.address import BITS, family_of
from .._rules.forwarding import servers_of
from .._schema.place import Place
from .._schema.record import Draft, PlacedDraft
from .._schema.sentences import hostvars_of, nearest
from .model import THROUGH_GATEWAY


def choose_gateways(
    services: list[PlacedDraft],
    vips: list[PlacedDraft],
    directors: list[Draft],
    hosts: Mapping[str, Draft],
    at: Callable[[str], Place],
) -> None:
    """Fill in the gateway of each host of the inventory whose answers go back through one.

    Arguments: those of consistency.note_contradictions(); hosts: the variables of each host; at: the place of a path.
    """
    hosts_by_problem: dict[str, list[str]] = defaultdict(list)
    for place, service in services:
        gateways = _gateways(vips, directors, service.get("family"))
        for _place, server in _answering(service):
            named = hosts.get(server["host"], {}).get("lvs_gateway") or []
            try:
                server["gateway"] = gateways.of(server["address"], named)
            except _NoGateway as missing:
                place.note(str(missing))
            except _Unclear as unclear:
                hosts_by_problem[str(unclear)].append(server["host"])
    for problem, names in hosts_by_problem.items():
        at(f"{hostvars_of(sorted({*names}))}.lvs_gateway").note(problem)
    _check_default_routes(services)


class _NoGateway(Exception):
    """The cluster has no gateway of the service's family."""


class _Unclear(Exception):
    """Nothing says which gateway a host has. The text is about its lvs_gateway."""


class _Gateway(NamedTuple):
    """An address that directors hold on a network of real servers. prefix: that network's, or all bits."""

    address: str
    prefix: int

    @property
    def has_a_network(self) -> bool:
        return self.prefix < BITS[family_of(self.address)]

    def has_in_its_network(self, address: str) -> bool:
        return self.has_a_network and ip_address(address) in ip_interface(f"{self.address}/{self.prefix}").network

    def common_bits(self, address: str) -> int:
        """How many leading bits an address has in common with the gateway's."""
        difference = int(ip_address(self.address)) ^ int(ip_address(address))
        return BITS[family_of(address)] - difference.bit_length()


class _Gateways(NamedTuple):
    """What there is of one family. virtual: VIPs. own: addresses of the directors. alone: there is one director."""

    family: str
    virtual: list[_Gateway]
    own: list[str]
    alone: bool

    def of(self, address: str, named: list[str]) -> str:
        """The gateway of a real server with this address. named: those that its host names, of any family."""
        named = [name for name in named if family_of(name) == self.family]
        if named:
            candidates = [self._named(name) for name in named]
        elif self.alone:
            candidates = self.virtual or [_whole(own) for own in self.own]
        else:
            candidates = self.virtual
        if not candidates:
            raise _NoGateway(self._missing())
        return _in_the_network_of(address, candidates).address

    def _named(self, name: str) -> _Gateway:
        """With one director it may be any of its addresses, which only the host itself knows."""
        known = {gateway.address: gateway for gateway in self.virtual}
        if name in known or self.alone:
            return known.get(name, _whole(name))
        if not known:
            raise _NoGateway(self._missing())
        raise _Unclear(f"{name} is not a gateway in lvs_cluster.vips{nearest(name, sorted(known))}")

    def _missing(self) -> str:
        if not self.alone:
            return (
                "nat with several directors needs a gateway that any of them can hold: list an address of the real "
                "servers' network in lvs_cluster.vips, with gateway: true"
            )
        key = "lvs_ipv6_address" if self.family == "ipv6" else "lvs_address"
        return f"with nat, answers go back through the director, which needs an {self.family} address for that: {key}"


def _gateways(vips: list[PlacedDraft], directors: list[Draft], family: str | None) -> _Gateways:
    virtual = [
        _Gateway(vip["address"], vip.get("prefix") or BITS[family_of(vip["address"])])
        for _place, vip in vips
        if vip.get("gateway") and family_of(vip["address"]) == family
    ]
    listed = (address for director in directors for address in (*director["addresses"], *director["other_addresses"]))
    own = [address for address in listed if family_of(address) == family]
    return _Gateways(family or "", virtual, own, alone=len(directors) < 2)


def _whole(address: str) -> _Gateway:
    return _Gateway(address, BITS[family_of(address)])


def _in_the_network_of(address: str, candidates: list[_Gateway]) -> _Gateway:
    """The gateway of an address's network: by the prefix, or else the one with which it has most bits in common.

    All addresses of a network have its bits in common, and none outside has: among gateways of different networks the
    nearest is that of one's own network.
    """
    if len(candidates) == 1:
        return candidates[0]
    near = [gateway for gateway in candidates if gateway.has_in_its_network(address)]
    if not near:
        most = max((gateway.common_bits(address) for gateway in candidates if not gateway.has_a_network), default=0)
        near = [gateway for gateway in candidates if not gateway.has_a_network and gateway.common_bits(address) == most]
    if len(near) == 1:
        return near[0]
    listed = " and ".join(sorted(gateway.address for gateway in near or candidates))
    if near:
        raise _Unclear(f"several gateways are equally near, {listed}; name here the one through which it answers")
    raise _Unclear(
        f"{address} is in the network of no gateway ({listed}); list a gateway of its network in lvs_cluster.vips, or "
        "name here the one through which it answers"
    )


def _answering(service: Draft) -> list[PlacedDraft]:
    """The hosts of the inventory that answer for a service through a gateway, as far as they can be used."""
    if service.get("family") is None or service.get("nat_return") not in THROUGH_GATEWAY:
        return []
    return [
        (place, server)
        for place, server in servers_of(service)
        if server.get("forward") == "nat"
        and server.get("host")
        and server.get("address")
        and family_of(server["address"]) == service["family"]
    ]


def _check_default_routes(services: list[PlacedDraft]) -> None:
    """A host has one default route of a family."""
    first: dict[tuple[str, str], str] = {}
    for _place, service in services:
        for place, server in _answering(service):
            if service["nat_return"] != "default_route" or "gateway" not in server:
                continue
            gateway = first.setdefault((server["host"], service["family"]), server["gateway"])
            if gateway != server["gateway"]:
                place.note(
                    f"{server['host']} cannot have two default routes, through {gateway} for another service and "
                    f"through {server['gateway']} for this one; let nat_return be policy_route, or name one gateway "
                    "in its lvs_gateway"
                )
