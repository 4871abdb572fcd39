# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What releases of keepalived refuse of a definition, and their known faults that it would meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from .._keepalived.advertising import UnknownInterface, interface_of
from .._rules.rule import Note, advice, error, seen
from .._values.cluster import Cluster
from .._values.vrrp import VrrpInstance
from .director_reports import DirectorReports

Release = tuple[int, ...]
# read_hex_str() in lib/parser.c took a last byte ff for a mistake of its own.
TAKES_LAST_BYTE_FF: Release = (2, 3, 3)
# chk_min_cfg() in vrrp.c
NEEDS_INTERFACE: tuple[Release, Release] = ((2, 2, 5), (2, 2, 7))
# Before it, update_svr_wgt() in ipwrapper.c made weight 0 of a file or script to 1; commit e2b4d108.
DRAINS: Release = (2, 2, 0)
# add_rs_to_track_files() read a pointer that was gone; commit d3155660, in 2.3.3. Known from the source, not tried.
CRASHES_WITH_FILES: tuple[Release, Release] = ((2, 3, 0), (2, 3, 2))
# Commit 7cfb502b, in 2.3.4.
CRASHES_WITHOUT_SORRY_SERVER: tuple[Release, Release] = ((2, 3, 0), (2, 3, 3))


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


def checking_releases(subject: DirectorReports) -> Iterator[tuple[DirectorReports, Release]]:
    """The same, where keepalived checks real servers."""
    if subject.cluster.checks_by == "keepalived":
        yield from known_releases(subject)


@error("LVS773", "too-old-for-drains", each=checking_releases)
def too_old_for_drains(subject: DirectorReports, release: Release) -> Iterator[Note]:
    """keepalived before 2.2.0 gives a drained real server weight 1, and leaves out keywords that it does not know.

    Install keepalived 2.2.0 or newer, or set `checks_by: none`.
    """
    if release < DRAINS:
        yield seen(
            subject.host,
            f"has keepalived {_text(release)}",
            f"Before {_text(DRAINS)} it gives a drained real server weight 1, so that it still gets connections, and "
            "leaves out keywords that it does not know without an error",
            f"Install keepalived {_text(DRAINS)} or newer, or let it check nothing (lvs_cluster.checks_by: none)",
        )


@error("LVS774", "crashes-with-drains", each=checking_releases)
def crashes_with_drains(subject: DirectorReports, release: Release) -> Iterator[Note]:
    """The checker of keepalived 2.3.0 to 2.3.2 crashes with the files by which real servers are drained.

    Install another release, or set `checks_by: none`.
    """
    first, last = CRASHES_WITH_FILES
    if first <= release <= last:
        yield seen(
            subject.host,
            f"has keepalived {_text(release)}",
            f"The checker of {_text(first)} to {_text(last)} crashes with FILE_CHECK, which drains real servers",
            "Install another release, or let it check nothing (lvs_cluster.checks_by: none)",
        )


@advice("LVS775", "crashes-without-sorry-server", each=checking_releases)
def crashes_without_sorry_server(subject: DirectorReports, release: Release) -> Iterator[Note]:
    """The checker of keepalived 2.3.0 to 2.3.3 crashes at a reload that takes away a sorry server.

    The roll-out sets what the reload has left undone. A newer release does not have this fault.
    """
    first, last = CRASHES_WITHOUT_SORRY_SERVER
    if first <= release <= last and any(service.sorry_server for service in subject.cluster.services):
        yield seen(
            subject.host,
            f"has keepalived {_text(release)}",
            f"The checker of {_text(first)} to {_text(last)} crashes when a sorry server that serves is removed: it is "
            "started again at once, and the roll-out sets what the reload has left undone",
            "Remove a sorry server only while it does not serve, or install a newer release",
        )


def _has_no_interface(subject: DirectorReports, instance: VrrpInstance) -> bool:
    """Where it is not known which one it has, another rule says so."""
    director = subject.cluster.director(subject.host)
    with suppress(UnknownInterface):
        return interface_of(subject.cluster, instance, director, subject.interfaces) is None
    return False


def _text(release: Release) -> str:
    return ".".join(map(str, release))
