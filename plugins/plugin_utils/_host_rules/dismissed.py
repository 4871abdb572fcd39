# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a run from removing the cluster from a host that was a director until now, and still acts as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...module_utils import _places
from .._rules.rule import Note, error, seen, whole


@dataclass(frozen=True)
class Dismissed:
    """host: the former director. cluster: by name, the one that it has left. directs: the one that it directs now, ""
    for none. is_own: whether this collection has written its keepalived.conf. vips: the cluster's VIPs that it has.
    successors: the directors of the cluster that would take them.
    """

    host: str
    cluster: str
    directs: str = ""
    is_own: bool = True
    vips: Sequence[str] = ()
    successors: Sequence[str] = ()


@error("LVS756", "director-of-another-cluster", each=whole)
def director_of_another_cluster(subject: Dismissed) -> Iterator[Note]:
    """A host has moved from one cluster to another as a director, and keepalived still runs there for the first.

    Roll out its new cluster alone (`-e lvs_cluster_name=`), which replaces the configuration; then the other one.
    """
    if subject.directs:
        yield seen(
            subject.host,
            f"Its keepalived is still configured as a director of the cluster {subject.cluster}, and it is to direct "
            f"the cluster {subject.directs}",
            "What belongs to which of them cannot be told apart, so this run does not remove anything there",
            f"Run lvs.cluster.site with -e lvs_cluster_name={subject.directs} first, which gives it its new "
            "configuration, and then without",
        )


@error("LVS757", "no-successor", each=whole)
def no_successor(subject: Dismissed) -> Iterator[Note]:
    """A host that is no longer a director has VIPs, and no other director would take them.

    Bring another director back, or set one up, before this one goes.
    """
    if subject.vips and not subject.successors and not subject.directs:
        yield seen(
            subject.host,
            f"It has the VIPs {', '.join(subject.vips)} of the cluster {subject.cluster}, of which it is no longer a "
            "director",
            "No director that remains would take them: on each one keepalived is stopped, or it is in standby "
            f"({_places.STANDBY}), or an unfinished roll-out bars it ({_places.HELD})",
            "Bring one back (lvs.cluster.failover -e state=active), or leave this host among the directors until "
            "another one is set up",
        )


@error("LVS758", "former-director-by-hand", each=whole)
def former_director_by_hand(subject: Dismissed) -> Iterator[Note]:
    """keepalived runs for the cluster on a former director, with a configuration that is not the collection's.

    Stop it there, and keep it from being started at boot.
    """
    if not subject.is_own and not subject.directs:
        yield seen(
            subject.host,
            f"Its keepalived still takes part in the cluster {subject.cluster}, of which it is no longer a director, "
            "and this collection has not written its configuration",
            "This run does not stop what is not the collection's",
            "Stop it there: systemctl disable --now keepalived",
        )
