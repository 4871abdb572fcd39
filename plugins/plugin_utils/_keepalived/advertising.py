# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which way advertisements go from one director to the others. What they name: advertised.py."""

from __future__ import annotations

from collections.abc import Mapping

from .._values.cluster import Cluster
from .._values.director import Director
from .._values.vrrp import NO_INTERFACE, VrrpInstance


class UnknownInterface(Exception):
    """The definition and the host's addresses do not say by which interface directors can hear each other.

    observed, text, fix: what a rule says of it; see Finding.
    """

    def __init__(self, observed: str, text: str, fix: str) -> None:
        super().__init__(f"{observed}. {text}. {fix}.")
        self.observed, self.text, self.fix = observed, text, fix


def unicast_peers(cluster: Cluster, instance: VrrpInstance, director: Director) -> list[str]:
    """The addresses to which a director advertises, and from which it hears the others; none where that is a group."""
    others = [other for other in cluster.directors if other.host != director.host and instance["unicast"]]
    return [address for address in (other.vrrp_address_of(instance.family) for other in others) if address]


def interface_of(
    cluster: Cluster, instance: VrrpInstance, director: Director, interfaces: Mapping[str, str]
) -> str | None:
    """Where directors hear each other; None where unicast takes whatever way the routes are.

    keepalived binds its socket to the interface. It refuses lo, and needs none where the address to advertise from is
    named (vrrp_complete_instance() in vrrp.c; but see chk_min_cfg() in 2.2.5 to 2.2.7).
    """
    source = director.vrrp_address_of(instance.family) or director.addresses[0]
    named, own = instance["interface"], interfaces.get(source)
    if unicast_peers(cluster, instance, director):
        # An address on lo can be reached by any interface.
        bound = None if own == "lo" else own
        interface: str | None = named or bound or director.interface or own
        if interface in (NO_INTERFACE, "lo"):
            return None
        if interface and bound and bound != interface:
            raise UnknownInterface(
                f"It would advertise {instance.name} by unicast through {interface}, but from {source}, which is on "
                f"{own}",
                "No other director would hear it, and each would hold the VIPs",
                f"Set lvs_vrrp_address of every director to its address on the network of {interface}, or leave "
                "interface out of lvs_cluster.vrrp",
            )
    else:
        named = None if named == NO_INTERFACE else named
        interface = named or (own if director.vrrp_addresses else None) or director.interface or own
    if interface:
        return interface
    raise UnknownInterface(
        f"It has its address in the definition, {source}, on none of its interfaces",
        "It is not known by which interface it can advertise",
        "Set lvs_interface to the interface by which directors hear each other, or lvs_address to an address that the "
        "host itself has",
    )
