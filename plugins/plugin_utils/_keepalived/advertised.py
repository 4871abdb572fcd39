# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address that the advertisements of an instance name, by which directors know their own cluster.

keepalived before 2.3.3 takes no advertisement whose addresses are not exactly its own (vrrp_check_packet() in vrrp.c;
later versions log the difference and take it). Two things follow:

- Directors of one cluster must name the same address while VIPs, services and directors come and go: a director that
  does not hear the others holds the VIPs beside them. So an address that is in use is kept, whatever it is.
- Clusters that share a network and a virtual_router_id should not name the same one, or each would take the other's
  master for its own, and only one of them would hold its VIPs. So a new address is made of what two clusters on a
  network never share: a VIP.

It means nothing to anybody: on lo, an address of 127.0.0.0/8 is the host's own. IPv6 asks for a link-local address
(RFC 9568, section 5.2.9). 112 is VRRP among IP's protocols.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Any

from ...module_utils._keepalived.managed import ADVERTISED_IPV4, ADVERTISED_IPV6
from .._values.vrrp import VrrpInstance


def advertised_addresses(instances: Iterable[VrrpInstance], in_use: Mapping[str, str]) -> dict[str, str]:
    """Name of instance -> its address. in_use: the same, of those that directors advertise already."""
    instances = list(instances)
    addresses = {instance.name: in_use[instance.name] for instance in instances if instance.name in in_use}
    for instance in instances:
        if instance.name not in addresses:
            addresses[instance.name] = next(
                address for address in _candidates(instance) if address not in addresses.values()
            )
    return addresses


def in_use(instances: Iterable[VrrpInstance], *known: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Name of instance -> what its virtual router advertises already.

    known: virtual routers as directors have them in their files or hear them from each other, those first that count
    more: mappings with name ("" where nobody knows it), virtual_router_id, family and advertised ("" where that is no
    address of this kind).
    """
    instances = list(instances)
    found: dict[str, str] = {}
    for routers in known:
        # By the name first: a number can go from one instance to another.
        for key in (("name", "family"), ("virtual_router_id", "family")):
            for instance in instances:
                same = (router for router in routers if all(router[word] == getattr(instance, word) for word in key))
                free = (router["advertised"] for router in same if router["advertised"] not in ("", *found.values()))
                address = next(free, None)
                if address and instance.name not in found:
                    found[instance.name] = address
    return found


def _candidates(instance: VrrpInstance) -> Iterator[str]:
    """Addresses that follow from the first VIP. None is 127.112.0.N, which was the same in all clusters once."""
    for attempt in count():
        digest = sha256(f"{min(instance.vips)} {attempt}".encode()).digest()
        if instance.family == "ipv6":
            yield f"{ADVERTISED_IPV6}{digest[0] << 8 | digest[1] or 1:x}:{digest[2] << 8 | digest[3] or 1:x}"
        else:
            yield f"{ADVERTISED_IPV4}{digest[0] or 1}.{digest[1]}"
