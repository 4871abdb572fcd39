# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host that balances.

Every default is filled in, addresses have their canonical form, and equal settings compare equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...module_utils._netlink.address import family_of
from .unknown import partly_known


@partly_known
@dataclass(frozen=True)
class Director:
    """A host that balances.

    addresses: at most one of each family, the DIP: what the real servers know it by. interface: where its virtual
    addresses go, None for the one whose network they are of. vrrp_addresses: at most one of each family, by
    which the directors hear each other where that is not the DIP. other_addresses: what real servers on other networks
    know it by. given_router_id: its number in BGP where its owner has given
    one. connected_to, ssh_port: where Ansible connects to, as far as that is said.
    """

    host: str
    addresses: tuple[str, ...]
    interface: str | None
    priority: int
    firewall: str | None
    vrrp_addresses: tuple[str, ...] = ()
    other_addresses: tuple[str, ...] = ()
    given_router_id: str | None = None
    connected_to: str | None = field(default=None, compare=False)
    ssh_port: int | None = field(default=None, compare=False)
    path: str = field(default="", compare=False)

    def address_of(self, family: str) -> str | None:
        """The DIP of this family, None where it has none."""
        return next((address for address in self.addresses if family_of(address) == family), None)

    def vrrp_address_of(self, family: str) -> str | None:
        """The address of this family by which the other directors hear it, None where it has none."""
        own = (address for address in self.vrrp_addresses if family_of(address) == family)
        return next(own, None) or self.address_of(family)

    @property
    def router_id(self) -> str | None:
        """Its number in BGP, which looks like an IPv4 address; None where it has neither."""
        return self.given_router_id or self.address_of("ipv4")

    @property
    def all_addresses(self) -> tuple[str, ...]:
        """All that the definition has of it."""
        return (*self.addresses, *self.vrrp_addresses, *self.other_addresses)

    def addresses_of(self, family: str) -> tuple[str, ...]:
        """All of this family by which real servers know it."""
        return tuple(address for address in (*self.addresses, *self.other_addresses) if family_of(address) == family)
