# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a definition asks of keepalived that not every release of it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .._values.cluster import Cluster
from .._values.director import Director
from .advertising import interface_of

Release = tuple[int, ...]
# read_hex_str() in lib/parser.c took a last byte ff for a mistake of its own.
TAKES_LAST_BYTE_FF: Release = (2, 3, 3)
# chk_min_cfg() in vrrp.c
NEEDS_INTERFACE: tuple[Release, Release] = ((2, 2, 5), (2, 2, 7))


def not_taken(cluster: Cluster, host: str, version: str | None, interfaces: Mapping[str, str]) -> list[str]:
    """A sentence for each thing that this director's keepalived would refuse. version: such as 2.2.7, None for unknown.

    interfaces: address -> interface of this host.
    """
    director = next((each for each in cluster.directors if each.host == host), None)
    if not version or director is None:
        return []
    release = tuple(int(number) for number in version.split("."))
    has = f"{host} has keepalived {version}"
    return [
        *(_last_bytes(cluster, has) if cluster.has_checks and release < TAKES_LAST_BYTE_FF else ()),
        *(_without_interface(cluster, director, interfaces, has) if _needs_interface(release) else ()),
    ]


def _needs_interface(release: Release) -> bool:
    first, last = NEEDS_INTERFACE
    return first <= release <= last


def _last_bytes(cluster: Cluster, has: str) -> Iterator[str]:
    checks = {
        (service.name, name, check[name])
        for service in cluster.services
        for server in service.real_servers
        for check in server.checks
        for name in ("payload", "reply")
        if check.kind == "udp" and (check[name] or "").lower().endswith("ff")
    }
    for service, name, digits in sorted(checks):
        yield (
            f"Service {service}: the {name} {digits!r} ends in ff, and {has}, which refuses it: before "
            f"{_text(TAKES_LAST_BYTE_FF)} the last byte must be another one. Choose such a {name}, check by a command "
            "of your own ({type: misc, command: ...}), or install a newer keepalived."
        )


def _without_interface(cluster: Cluster, director: Director, interfaces: Mapping[str, str], has: str) -> Iterator[str]:
    for instance in cluster.instances:
        if interface_of(cluster, instance, director, interfaces) is None:
            first, last = map(_text, NEEDS_INTERFACE)
            yield (
                f"VRRP instance {instance.name}: it has no interface, and {has}; {first} to {last} need one for "
                "unicast as well. Set lvs_cluster.vrrp.interface to the one by which the directors hear each other, "
                "or install another version."
            )


def _text(release: Release) -> str:
    return ".".join(map(str, release))
