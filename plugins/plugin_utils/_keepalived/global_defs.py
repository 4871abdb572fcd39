# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What concerns keepalived as a whole, in the words of keepalived.conf."""

from __future__ import annotations

from collections.abc import Mapping

from .._values.cluster import Cluster
from .._values.director import Director
from . import data
from .advertising import UnknownInterface, interface_of
from .text import own_lines

# An option of the sync daemon -> keepalived's word for it.
# In microseconds. What runs in real time for longer without a pause the kernel kills. keepalived's own limit, 10 ms, a
# director exceeds that takes many VIPs at once (set_process_priorities() in lib/process.c).
LONGEST_RUN_US = 1000000
_SYNC_DAEMON = {"max_length": "maxlen", "port": "port", "ttl": "ttl", "group": "group"}


def global_defs_of(cluster: Cluster, director: Director, interfaces: Mapping[str, str]) -> data.GlobalDefs:
    keepalived = cluster.keepalived
    realtime_priority = keepalived.realtime_priority if cluster.instances else None
    email = dict(keepalived.email)
    return data.GlobalDefs(
        router_id=director.host,
        script_user=keepalived.script_user,
        vrrp_startup_delay=keepalived.startup_delay if cluster.instances else None,
        vrrp_rt_priority=realtime_priority,
        vrrp_rlimit_rttime=LONGEST_RUN_US if realtime_priority else None,
        vrrp_no_swap=keepalived.no_swap and bool(cluster.instances),
        # Its part that checks sets them.
        lvs_timeouts=tuple(word for timeout in cluster.timeouts for word in timeout if cluster.services_of_keepalived),
        lvs_sync_daemon=_sync_daemon(cluster, director, interfaces),
        notification_email=tuple(email.get("to", ())),
        notification_email_from=email.get("from"),
        smtp_server=(email["server"], email["port"]) if email else (),
        smtp_helo_name=email.get("helo_name"),
        smtp_connect_timeout=email.get("timeout"),
        raw=own_lines(keepalived.raw_global_defs),
    )


def sync_daemon_interface(cluster: Cluster, director: Director, interfaces: Mapping[str, str]) -> str | None:
    """Through which interface keepalived hands connections over; None where it does not. UnknownInterface for none."""
    if not cluster.keepalived_starts_sync_daemon:
        return None
    named = dict(cluster.sync_daemon).get("interface")
    interface: str | None = named or interface_of(cluster, cluster.instances[0], director, interfaces)
    if interface is None:
        raise UnknownInterface(
            "It has no interface for VRRP",
            "Its sync daemon has none either by which it could tell the other directors of its connections",
            "Name one in lvs_cluster.sync_daemon.interface",
        )
    return interface


def _sync_daemon(cluster: Cluster, director: Director, interfaces: Mapping[str, str]) -> data.Words:
    """The daemon that hands connections over: the director that has the VIPs sends, the others listen.

    It follows one instance alone (vrrp_state_become_master() and vrrp_state_leave_master() in vrrp.c). Where others
    move apart from it, every director has connections to tell of; without an instance each of them sends and listens
    at all times (start_check() in check_daemon.c).
    """
    options = dict(cluster.sync_daemon)
    interface = sync_daemon_interface(cluster, director, interfaces)
    if interface is None:
        return ()
    instance = ("inst", cluster.instances[0].name) if cluster.moves_together else ()
    given = [word for name, keyword in _SYNC_DAEMON.items() if name in options for word in (keyword, options[name])]
    return (interface, *instance, "id", options["id"], *given)
