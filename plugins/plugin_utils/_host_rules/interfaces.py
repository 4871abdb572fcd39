# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""By which interface a director can hear the others, and they it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from .._keepalived.advertising import UnknownInterface, interface_of
from .._keepalived.global_defs import sync_daemon_interface
from .._rules.rule import Note, error, seen
from .director_reports import DirectorReports

# Finds an interface. UnknownInterface where there is none to find.
Search = Callable[[], str | None]


def searches(subject: DirectorReports) -> Iterator[tuple[str, Search]]:
    """For the advertisements of each VRRP instance, and for the sync daemon, as soon as the interfaces are known."""
    cluster, interfaces = subject.cluster, subject.interfaces
    if not interfaces or not cluster.instances:
        return
    director = cluster.director(subject.host)
    for instance in cluster.instances:
        yield subject.host, partial(interface_of, cluster, instance, director, interfaces)
    yield subject.host, partial(sync_daemon_interface, cluster, director, interfaces)


@error("LVS755", "unknown-interface", each=searches)
def unknown_interface(host: str, search: Search) -> Iterator[Note]:
    """Neither the definition nor the addresses of a director say on which interface the directors hear each other.

    Name the interface, or the director's address on that network, as the message says.
    """
    try:
        search()
    except UnknownInterface as unknown:
        yield seen(host, unknown.observed, unknown.text, unknown.fix)
