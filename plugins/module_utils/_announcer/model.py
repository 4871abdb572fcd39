# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director announces, and why: values. Private to the collection.

A VIP that is announced is on a dummy interface; the program that speaks BGP tells the routers of what is there.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Mapping, NamedTuple, Tuple

from .._ipvs.model import DestinationKey, ServiceKey

# The interfaces with the VIPs that are announced, by a director that serves and by one in standby.
ANNOUNCED, ON_STANDBY = "lvs-vips", "lvs-standby"
INTERFACES = (ANNOUNCED, ON_STANDBY)


class Quorum(NamedTuple):
    """What a service needs to be served. needed: the sum of weights. hysteresis: by how much it must be passed.

    sorry: the sorry servers, whose weight counts for nothing, and which serve where there is no quorum.
    """

    needed: int
    hysteresis: int = 0
    sorry: FrozenSet[DestinationKey] = frozenset()


class Vip(NamedTuple):
    """A VIP, and the services that it is announced for."""

    address: str
    prefix: int
    services: Tuple[ServiceKey, ...]


class Settings(NamedTuple):
    """What a director may announce. whole: whether a VIP needs all of its services, or any of them.

    checked: whether keepalived checks the real servers. on_standby: whether a director in standby announces too, for
    routers that know no better way.
    """

    vips: Tuple[Vip, ...]
    quorums: Mapping[ServiceKey, Quorum]
    whole: bool = True
    checked: bool = True
    on_standby: bool = False


# The weights of the real servers of each service in the kernel's table.
Weights = Mapping[ServiceKey, Mapping[DestinationKey, int]]


class Seen(NamedTuple):
    """What a director is now. checker_works: whether keepalived's checker does something. in_standby: whether somebody
    has told it to take no VIPs.
    """

    weights: Weights
    checker_works: bool = True
    in_standby: bool = False


class Decision(NamedTuple):
    """interfaces: VIP -> the interface that it is to be on, of those that are announced. withdrawn: VIP -> why it is
    not announced. served: the services that have their quorum.
    """

    interfaces: Dict[Vip, str]
    withdrawn: Dict[Vip, str]
    served: FrozenSet[ServiceKey]
