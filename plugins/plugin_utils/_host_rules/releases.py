# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a definition asks of keepalived that not every release of it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from .._keepalived.advertising import UnknownInterface, interface_of
from .._rules.rule import Note, error, seen
from .._values.cluster import Cluster
from .._values.vrrp import VrrpInstance
from .director_reports import DirectorReports

Release = tuple[int, ...]
# read_hex_str() in lib/parser.c took a last byte ff for a mistake of its own.
TAKES_LAST_BYTE_FF: Release = (2, 3, 3)
# chk_min_cfg() in vrrp.c
NEEDS_INTERFACE: tuple[Release, Release] = ((2, 2, 5), (2, 2, 7))


def known_releases(subject: DirectorReports) -> Iterator[tuple[DirectorReports, Release]]:
    """The release of the director's keepalived, such as (2, 2, 7), where it is known."""
    version = subject.reports.get(subject.host, {}).get("keepalived_version")
    if version:
        yield subject, tuple(int(number) for number in version.split("."))


@error("LVS771", "last-byte-ff", each=known_releases)
def last_byte_ff(subject: DirectorReports, release: Release) -> Iterator[Note]:
    """The payload or the reply of a UDP check ends in the byte ff, which keepalived before 2.3.3 refuses.

    Choose another payload or reply, check by a command of your own, or install a newer keepalived.
    """
    if not subject.cluster.has_checks or release >= TAKES_LAST_BYTE_FF:
        return
    for service, name, digits in sorted(_ending_in_ff(subject.cluster)):
        yield seen(
            subject.host,
            f"has keepalived {_text(release)}",
            f"Service {service}: the {name} {digits!r} ends in ff, which keepalived refuses before "
            f"{_text(TAKES_LAST_BYTE_FF)}",
            f"Choose a {name} whose last byte is another one, check by a command of your own ({{type: misc, command: "
            "...}), or install a newer keepalived",
        )


def _ending_in_ff(cluster: Cluster) -> set[tuple[str, str, str]]:
    return {
        (service.name, name, check[name])
        for service in cluster.services
        for server in service.real_servers
        for check in server.checks
        for name in ("payload", "reply")
        if check.kind == "udp" and (check[name] or "").lower().endswith("ff")
    }


@error("LVS772", "unicast-without-interface", each=known_releases)
def unicast_without_interface(subject: DirectorReports, release: Release) -> Iterator[Note]:
    """A VRRP instance by unicast has no interface, which keepalived 2.2.5 to 2.2.7 refuses.

    Set `lvs_cluster.vrrp.interface` to the one by which the directors hear each other, or install another version.
    """
    first, last = NEEDS_INTERFACE
    if not subject.interfaces or not first <= release <= last:
        return
    for instance in subject.cluster.instances:
        if _has_no_interface(subject, instance):
            yield seen(
                subject.host,
                f"has keepalived {_text(release)}",
                f"VRRP instance {instance.name}: it has no interface; {_text(first)} to {_text(last)} need one for "
                "unicast as well",
                "Set lvs_cluster.vrrp.interface to the one by which the directors hear each other, or install another "
                "version",
            )


def _has_no_interface(subject: DirectorReports, instance: VrrpInstance) -> bool:
    """Where it is not known which one it has, another rule says so."""
    director = subject.cluster.director(subject.host)
    with suppress(UnknownInterface):
        return interface_of(subject.cluster, instance, director, subject.interfaces) is None
    return False


def _text(release: Release) -> str:
    return ".".join(map(str, release))
