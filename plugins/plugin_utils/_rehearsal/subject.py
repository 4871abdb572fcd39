# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory as a rehearsal goes by it, and which of its hosts get a machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import zip_longest

from .._operate.answer import counted
from .._values.cluster import Cluster

CLIENTS = 1


class NotRehearsed(Exception):
    """What cannot be rehearsed at all, as a sentence that says what to do."""


@dataclass(frozen=True)
class Subject:
    """clusters: those that are rehearsed. connected: host -> what Ansible connects to, of all hosts."""

    clusters: tuple[Cluster, ...]
    connected: Mapping[str, str]

    def of_host(self, host: str) -> tuple[Cluster, ...]:
        return tuple(cluster for cluster in self.clusters if host in cluster.hosts)

    def addresses_of(self, host: str) -> list[str]:
        """Those that the definition has of a host, and that to which Ansible connects if it is one."""
        found: list[str] = []
        for cluster in self.of_host(host):
            if cluster.is_director(host):
                found += cluster.director(host).all_addresses
            found += [part.server.address for part in cluster.parts_of(host) if not part.server.is_director]
        if self.of_host(host) and is_address(self.connected.get(host, host)):
            found.append(str(ip_address(self.connected.get(host, host))))
        return [*dict.fromkeys(found)]


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def chosen_hosts(subjects: Sequence[Subject], most: int) -> tuple[list[str], list[str]]:
    """The hosts that get a machine, and those that are left out: real servers, where there are too many machines.

    Every service gets a real server before any gets the next. most: how many machines there may be, the client's
    included. NotRehearsed where not even every service can have one.
    """
    clusters = [cluster for subject in subjects for cluster in subject.clusters]
    directors = [*dict.fromkeys(host for cluster in clusters for host in cluster.director_hosts)]
    wanted = [host for host in dict.fromkeys(_in_turn(clusters)) if host not in directors]
    room = most - CLIENTS - len(directors)
    if room < min(1, len(wanted)):
        raise NotRehearsed(
            f"{counted(len(directors), 'director')}, a client and a real server take "
            f"{len(directors) + CLIENTS + 1} machines, and there may be {most}: allow more with -e machines=NUMBER"
        )
    return [*directors, *wanted[:room]], sorted(wanted[room:])


def _in_turn(clusters: Iterable[Cluster]) -> Iterator[str]:
    """The hosts among the real servers: of each service the first, of each the second, and so on; then the others."""
    services = [service for cluster in clusters for service in cluster.services]
    by_service = [[server.host for server in service.real_servers if server.host] for service in services]
    yield from (host for turn in zip_longest(*by_service) for host in turn if host)
    yield from (server.host for service in services for server in service.all_servers if server.host)
