# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""BGP: each director announces to routers the VIPs that it serves, and the routers spread the packets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...module_utils._announcer.model import ANNOUNCED
from .._values.bgp import Bgp as Settings
from .._values.bgp import Neighbour
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.identity import identity_of
from .._values.service import VirtualService
from .._values.vip import Vip
from .._view.entries import Address, Entry, FilterRule, HandedOver

# What a director needs for each, by the names of files.
_PROGRAMS: Mapping[str, tuple[str, ...]] = {"frr": ("vtysh",), "bird": ("birdc",)}
BGP_PORT, BFD_PORT, BFD_MULTIHOP_PORT = 179, 3784, 4784  # RFC 4271, RFC 5881, RFC 5883


class Bgp:
    """A program of this collection has a VIP on an interface of its own while it is served (module_utils/_announcer);
    one that speaks BGP tells the routers of what is there.
    """

    def programs(self, cluster: Cluster) -> tuple[str, ...]:
        return _PROGRAMS[cluster.bgp.speaker] if cluster.bgp else ()

    def place(self, vip: Vip, director: Director) -> Address:
        del director
        return Address(vip.address, vip.prefix, announce=False, interface=ANNOUNCED)

    def entries(self, cluster: Cluster, director: Director) -> Iterator[Entry]:
        yield from (HandedOver(address) for address in sorted(vip.address for vip in cluster.held_vips))

    def openings(self, cluster: Cluster, director: Director) -> Iterator[FilterRule]:
        for neighbour in cluster.bgp.neighbours_of(director.host) if cluster.bgp else ():
            ports = {"tcp": BGP_PORT}
            if neighbour.bfd:
                ports["udp"] = BFD_MULTIHOP_PORT if neighbour.multihop else BFD_PORT
            for protocol, port in ports.items():
                yield FilterRule("accept", hook="input", source=neighbour.address, protocol=protocol, port=port)

    def virtual_routers(self, cluster: Cluster, director: Director) -> tuple[dict[str, Any], ...]:
        return ()

    def announcing(self, cluster: Cluster, director: Director) -> dict[str, Any]:
        if cluster.bgp is None:
            return {}
        return {
            "announcer": _announcer(cluster, cluster.bgp, director),
            "speaker": _speaker(cluster, cluster.bgp, director),
        }


def _announcer(cluster: Cluster, bgp: Settings, director: Director) -> dict[str, Any]:
    """The options of the module announcer."""
    return {
        "vips": [
            {
                "address": f"{vip.address}/{vip.prefix}",
                "services": [_service(service, director) for service in _services_of(cluster, vip)],
            }
            for vip in cluster.held_vips
        ],
        "announce_while": bgp.announce_while,
        "checked": cluster.has_checks,
        "on_standby": bgp.standby_med is not None,
    }


def _services_of(cluster: Cluster, vip: Vip) -> list[VirtualService]:
    return [service for service in cluster.services if vip in cluster.vips_of(service)]


def _service(service: VirtualService, director: Director) -> dict[str, Any]:
    sorry = service.sorry_server_of(director)
    return {
        **identity_of(service),
        "quorum": service.watch.quorum or 1,
        "hysteresis": service.watch.hysteresis or 0,
        "sorry_servers": [{"address": sorry.address, "port": sorry.port}] if sorry else [],
    }


def _speaker(cluster: Cluster, bgp: Settings, director: Director) -> dict[str, Any]:
    """The options of the module bgp, but for the passwords."""
    options = {
        "program": bgp.speaker,
        "local_as": bgp.local_as,
        "router_id": director.router_id,
        "med": bgp.med,
        "standby_med": bgp.standby_med,
        "communities": list(bgp.communities),
        "prefixes": [f"{vip.address}/{vip.prefix}" for vip in cluster.held_vips],
        "neighbours": [_neighbour(each, bgp, director) for each in bgp.neighbours_of(director.host)],
    }
    return _given(options)


def _neighbour(neighbour: Neighbour, bgp: Settings, director: Director) -> dict[str, Any]:
    # A router of the same AS may be anywhere. Of one that is, BFD has to know the way.
    same = neighbour.remote_as == bgp.local_as
    far = same or neighbour.multihop is not None
    options = {
        "address": neighbour.address,
        "remote_as": neighbour.remote_as,
        "bfd": neighbour.bfd,
        "multihop": None if same else neighbour.multihop,
        "hold_time": bgp.hold_time,
        "source": director.address_of(neighbour.family) if neighbour.bfd and far else None,
    }
    return _given(options)


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
