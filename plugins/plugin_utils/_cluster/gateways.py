# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gateway through which each real server sends its answers by nat back to the director."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_interface
from typing import NamedTuple

from ...module_utils._netlink.address import BITS, family_of
from .._schema.record import Draft
from .._schema.sentences import nearest
from .._values.director import Director
from .._values.unknown import Unknown
from .._values.vip import Vip


class ChosenGateways:
    """What is chosen for the real servers of a definition, each address once. directors: None for unknown ones."""

    def __init__(self, vips: tuple[Vip, ...], directors: tuple[Director, ...] | None) -> None:
        self._vips, self._directors = vips, directors
        self._chosen: dict[tuple[str, str, tuple[str, ...]], Draft] = {}

    def of(self, family: str, address: str, named: tuple[str, ...]) -> Draft:
        """The key gateway of a real server; nothing where it has none, or nobody can tell."""
        question = (family, address, named)
        if question not in self._chosen:
            self._chosen[question] = self._choose(*question)
        return self._chosen[question]

    def _choose(self, family: str, address: str, named: tuple[str, ...]) -> Draft:
        if self._directors is None:
            return {}
        try:
            return {"gateway": gateways_of(self._vips, self._directors, family).of(address, named)}
        except (Unknown, NoGateway, Unclear):
            return {}


class NoGateway(Exception):
    """The cluster has no gateway of the service's family."""


class Unclear(Exception):
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


class Gateways(NamedTuple):
    """What there is of one family. virtual: VIPs. own: addresses of the directors. alone: there is one director."""

    family: str
    virtual: list[_Gateway]
    own: list[str]
    alone: bool

    def of(self, address: str, named: Iterable[str]) -> str:
        """The gateway of a real server with this address. named: those that its host names, of any family."""
        listed = [name for name in named if family_of(name) == self.family]
        if listed:
            candidates = [self._named(name) for name in listed]
        elif self.alone:
            candidates = self.virtual or [_whole(own) for own in self.own]
        else:
            candidates = self.virtual
        if not candidates:
            raise NoGateway(self._missing())
        return _in_the_network_of(address, candidates).address

    def _named(self, name: str) -> _Gateway:
        """With one director it may be any of its addresses, which only the host itself knows."""
        known = {gateway.address: gateway for gateway in self.virtual}
        if name in known or self.alone:
            return known.get(name, _whole(name))
        if not known:
            raise NoGateway(self._missing())
        raise Unclear(f"{name} is not a gateway in lvs_cluster.vips{nearest(name, sorted(known))}")

    def _missing(self) -> str:
        if not self.alone:
            return (
                "nat with several directors needs a gateway that any of them can hold: list an address of the real "
                "servers' network in lvs_cluster.vips, with gateway: true"
            )
        key = "lvs_ipv6_address" if self.family == "ipv6" else "lvs_address"
        return f"with nat, answers go back through the director, which needs an {self.family} address for that: {key}"


def gateways_of(vips: tuple[Vip, ...], directors: tuple[Director, ...], family: str) -> Gateways:
    """What a cluster has of one family. vips: as they are listed."""
    held = [vip for vip in vips if vip.gateway]
    virtual = [_Gateway(vip.address, vip.prefix) for vip in held if family_of(vip.address) == family]
    own = [address for director in directors for address in director.addresses_of(family)]
    return Gateways(family, virtual, own, alone=len(directors) < 2)


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
        raise Unclear(f"several gateways are equally near, {listed}; name here the one through which it answers")
    raise Unclear(
        f"{address} is in the network of no gateway ({listed}); list a gateway of its network in lvs_cluster.vips, or "
        "name here the one through which it answers"
    )
