# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which packets a service is for: by address, protocol and ports, and how such sets of packets lie to each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network
from typing import Any

from ...module_utils._netlink.address import ANYWHERE
from ...module_utils._ports import ALL, Range, range_text


@dataclass(frozen=True)
class Packets:
    """Packets to a VIP, or a network of them; with one of ANYWHERE, to whatever the director does not have.

    protocol: None is any. ports: ALL, or ranges in order, none next to another.
    """

    address: str
    protocol: str | None
    ports: tuple[Range, ...] = ALL

    def __str__(self) -> str:
        ports = f" port {', '.join(map(range_text, self.ports))}" if self.ports else ""
        return f"{self.protocol or 'any protocol'} {self.address}{ports}"

    @property
    def go_anywhere(self) -> bool:
        """Whether their address does not matter, as with those that a transparent proxy takes."""
        return self.address in ANYWHERE.values()

    def selector(self, any_port: bool = False) -> dict[str, Any]:
        """These packets in the words of packet_filter; what does not matter is left out."""
        words: dict[str, Any] = {"address": self.address}
        if self.protocol:
            words["protocol"] = self.protocol
        if self.ports and not any_port:
            words["port"] = port_words(self.ports)
        return words

    def names_port(self, port: int) -> bool:
        return any(first <= port <= last for first, last in self.ports)

    def comes_to(self, port: Any) -> bool:
        """Whether some of them come to a port, which may be text or nothing that is one."""
        return self.ports == ALL or (str(port).isdecimal() and self.names_port(int(port)))

    def covers(self, other: Packets) -> bool:
        """Whether all of the others are among these."""
        return (
            is_within(other.address, self.address)
            and self.protocol in (None, other.protocol)
            and (self.ports == ALL or (other.ports != ALL and all(map(self._covers_range, other.ports))))
        )

    def overlaps(self, other: Packets) -> bool:
        """Whether some packets are among both."""
        return (
            (is_within(other.address, self.address) or is_within(self.address, other.address))
            and (self.protocol == other.protocol or None in (self.protocol, other.protocol))
            and (ALL in (self.ports, other.ports) or _meet(self.ports, other.ports))
        )

    def overlaps_partly(self, other: Packets) -> bool:
        """Whether some packets are among both, and each has some that the other has not.

        Packets to any address never overlap partly with those to an address: the service of the address gets them all.
        """
        alike = self.go_anywhere == other.go_anywhere
        return alike and self.overlaps(other) and not self.covers(other) and not other.covers(self)

    def _covers_range(self, ports: Range) -> bool:
        return any(first <= ports[0] and ports[1] <= last for first, last in self.ports)


def is_within(address: str, network: str) -> bool:
    """Whether an address or a network is one of a network, or the same."""
    return address == network or ("/" in network and _subnet_of(address, network))


@lru_cache(maxsize=4096)
def _subnet_of(address: str, network: str) -> bool:
    one, other = ip_network(address), ip_network(network)
    return one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type]


def _meet(ones: tuple[Range, ...], others: tuple[Range, ...]) -> bool:
    return any(
        first <= other_last and other_first <= last for first, last in ones for other_first, other_last in others
    )


def port_words(ports: tuple[Range, ...]) -> Any:
    """Ports as the modules take them: a number or a range alone, or a list."""
    words = [first if first == last else range_text((first, last)) for first, last in ports]
    return words[0] if len(words) == 1 else words


def single(port: int | None) -> tuple[Range, ...]:
    """One port; 0 and None are all."""
    return ((port, port),) if port else ALL
