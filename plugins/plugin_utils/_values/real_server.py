# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What serves: one server of one service, and a host that is one for several.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .._schema.words import DIRECTOR_ITSELF
from .health_check import HealthCheck, Watch
from .unknown import partly_known

# These methods deliver a packet as it came: the real server sees the VIP and the service's port.
UNTOUCHED = ("dr", "tun")


@partly_known
@dataclass(frozen=True)
class RealServer:
    """A server of one service. host: its inventory name, None where the collection does not manage it.

    port: 0 with a service for all ports or by firewall mark: the port of the request. Thresholds: 0 is none. The
    settings of the tunnel have a meaning with tun alone; tunnel_port is for gue. checks, watch, notify_up and
    notify_down: for keepalived. gateway: the director's address through which its answers go back, where they do.
    """

    host: str | None
    address: str
    port: int
    forward: str
    weight: int
    upper_threshold: int
    lower_threshold: int
    tunnel_type: str
    tunnel_port: int
    tunnel_checksum: str
    checks: tuple[HealthCheck, ...] = ()
    watch: Watch = field(default_factory=Watch)
    notify_up: str | None = None
    notify_down: str | None = None
    gateway: str | None = None
    path: str = field(default="", compare=False)

    @property
    def is_director(self) -> bool:
        """Whether it is the director itself that has the VIP: a sorry server alone can be so."""
        return self.address in DIRECTOR_ITSELF.values()


@partly_known
@dataclass(frozen=True)
class RealServerHost:
    """What a host is as a real server of whatever services. arp: one of ARP_METHODS.

    gateways: through which it answers, where its owner says so. connection: how Ansible reaches it, where that is said.
    """

    host: str
    arp: str
    firewall: str | None
    gateways: tuple[str, ...] = field(default=(), compare=False)
    connection: str | None = field(default=None, compare=False)
