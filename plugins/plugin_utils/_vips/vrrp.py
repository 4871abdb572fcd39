# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VRRP: keepalived moves the VIPs from director to director."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...module_utils._wire.vrrp import GROUPS
from .._keepalived.advertising import unicast_peers
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.vip import Vip
from .._values.vrrp import VrrpInstance
from .._view.entries import Address, Entry, FilterRule, HandedOver
from .._view.groups import to_group
from .holder import in_its_network


class Vrrp:
    """The directors tell each other who has the addresses."""

    def programs(self, cluster: Cluster) -> tuple[str, ...]:
        return ("keepalived",)

    def place(self, vip: Vip, director: Director) -> Address:
        return in_its_network(vip, director)

    def entries(self, cluster: Cluster, director: Director) -> Iterator[Entry]:
        yield from (HandedOver(address) for address in sorted(vip.address for vip in cluster.held_vips))

    def openings(self, cluster: Cluster, director: Director) -> Iterator[FilterRule]:
        for instance in cluster.keepalived.instances:
            # Behind the header of AH nobody sees that it is VRRP: vrrp_build_ip4() in vrrp.c.
            protocol = "ah" if cluster.keepalived.authentication_of(instance) == "ah" else "vrrp"
            for known_by in _advertisements(cluster, instance, director):
                yield FilterRule("accept", hook="input", protocol=protocol, **known_by)

    def virtual_routers(self, cluster: Cluster, director: Director) -> tuple[dict[str, Any], ...]:
        return tuple(_virtual_router(instance, director) for instance in cluster.keepalived.instances)

    def announcing(self, cluster: Cluster, director: Director) -> dict[str, Any]:
        return {}


def _advertisements(cluster: Cluster, instance: VrrpInstance, director: Director) -> list[dict[str, Any]]:
    """By what the advertisements of the other directors are known."""
    peers = unicast_peers(cluster, instance, director)
    if peers:
        return [{"source": peer} for peer in peers]
    others = [other for other in cluster.directors if other.host != director.host]
    if instance.family == "ipv6":
        # They come from a link-local address, by whatever interface: RFC 9568, section 5.1.2.1.
        return [{"source": "fe80::/10"}] if others else []
    if others and all(other.vrrp_addresses for other in others):
        return [{"source": other.vrrp_address_of("ipv4")} for other in others]
    return to_group(cluster, director, instance["interface"], GROUPS["ipv4"])


def _virtual_router(instance: VrrpInstance, director: Director) -> dict[str, Any]:
    interface = instance["interface"] or (None if director.vrrp_addresses else director.interface)
    own = director.vrrp_address_of(instance.family) or director.addresses[0]
    place = {"interface": interface} if interface else {"beside": own}
    return {
        "virtual_router_id": instance.virtual_router_id,
        "family": instance.family,
        "interval": instance["advert_interval"] or 1,
        **place,
    }
