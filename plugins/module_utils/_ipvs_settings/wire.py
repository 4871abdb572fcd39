# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's messages about IPVS's settings <-> the values of the model. Private to the collection."""

from __future__ import annotations

import errno
from typing import Any

from .._change import ADD, REMOVE, Change
from .._netlink import ipvs, route
from .._netlink.address import family_of, from_bytes, to_bytes
from .._netlink.errors import MalformedMessage
from .._netlink.generic import HEADER, command_of
from .model import DEFAULT_GROUP, DEFAULT_PORT, DEFAULT_TTL, SyncDaemon, Timeouts, default_length
from .plan import TIMEOUTS

ROLE_NUMBERS = {"master": 1, "backup": 2}  # IP_VS_STATE_MASTER, IP_VS_STATE_BACKUP
ROLE_NAMES = {number: role for role, number in ROLE_NUMBERS.items()}

# What an errno means for a command: ip_vs_genl_set_cmd(), start_sync_thread() and what they call.
REASONS: dict[tuple[int, int], str] = {
    (ipvs.SET_CONFIG, errno.EINVAL): (
        "more than this kernel can count: it stops at 2147483647 / CONFIG_HZ seconds, 24 days where CONFIG_HZ is 1000"
    ),
    (ipvs.NEW_DAEMON, errno.EEXIST): "it is running already: someone else has started it in the meantime",
    (ipvs.NEW_DAEMON, errno.ENODEV): "this host no longer has such an interface",
    (ipvs.NEW_DAEMON, errno.ENETUNREACH): (
        "the interface has no route to the multicast group: it is down, or has no IPv4 or IPv6"
    ),
    (ipvs.NEW_DAEMON, errno.EADDRNOTAVAIL): "the interface has no address of the multicast group's family to send from",
    (ipvs.NEW_DAEMON, errno.EINVAL): (
        "the virtual services have real servers of the other address family (forward=tun), which cannot be "
        "synchronised; or the group is IPv6 and the interface has no IPv6"
    ),
    (ipvs.NEW_DAEMON, errno.EAFNOSUPPORT): "this kernel has no IPv6, or IPVS without it",
    (ipvs.NEW_DAEMON, errno.EADDRINUSE): "something else on this host has the port",
    (ipvs.DEL_DAEMON, errno.ESRCH): "it is no longer running: someone else has stopped it in the meantime",
}


def reason(command: int, number: int) -> str:
    """Return what this errno means for this command, "" where only the errno is known."""
    return REASONS.get((command, number), "")


def encode(change: Change) -> list[tuple[int, bytes]]:
    """Return the commands and attributes that carry out one change. The kernel has none that changes a daemon."""
    if change.kind == TIMEOUTS:
        return [(ipvs.SET_CONFIG, _timeouts(change.after))]
    messages = []
    if change.action != ADD:
        messages.append((ipvs.DEL_DAEMON, _daemon({"STATE": ROLE_NUMBERS[change.key]})))
    if change.action != REMOVE:
        messages.append((ipvs.NEW_DAEMON, _daemon(daemon_attributes(change.key, change.after))))
    return messages


def _timeouts(timeouts: Timeouts) -> bytes:
    return ipvs.COMMAND.encode(
        {"TIMEOUT_TCP": timeouts.tcp, "TIMEOUT_TCP_FIN": timeouts.tcpfin, "TIMEOUT_UDP": timeouts.udp}
    )


def _daemon(values: dict[str, Any]) -> bytes:
    return ipvs.COMMAND.encode({"DAEMON": values})


def daemon_attributes(role: str, daemon: SyncDaemon) -> dict[str, Any]:
    """Return the full set of attributes of a daemon."""
    return {
        "STATE": ROLE_NUMBERS[role],
        "MCAST_IFN": daemon.interface,
        "SYNC_ID": daemon.sync_id,
        "SYNC_MAXLEN": daemon.max_length,
        "MCAST_GROUP" if family_of(daemon.group) == "ipv4" else "MCAST_GROUP6": to_bytes(daemon.group),
        "MCAST_PORT": daemon.port,
        "MCAST_TTL": daemon.ttl,
    }


def decode_timeouts(payload: bytes) -> Timeouts:
    """Read the answer to GET_CONFIG. MalformedMessage where it is none."""
    values = _values(payload, ipvs.SET_CONFIG)
    try:
        return Timeouts(values["TIMEOUT_TCP"], values["TIMEOUT_TCP_FIN"], values["TIMEOUT_UDP"])
    except KeyError as error:
        raise MalformedMessage(f"the answer to GET_CONFIG has no {error}") from None


def decode_daemon(payload: bytes) -> tuple[str, SyncDaemon]:
    """Read one message of a GET_DAEMON dump: a role and its daemon. MalformedMessage where it is none."""
    values = _values(payload, ipvs.NEW_DAEMON).get("DAEMON", {})
    try:
        role = ROLE_NAMES[values["STATE"]]
        # A kernel before 4.3 has nothing to choose from, and tells no more than the interface and the sync id.
        group = DEFAULT_GROUP
        for attribute in ("MCAST_GROUP", "MCAST_GROUP6"):
            if attribute in values:
                group = from_bytes(values[attribute])
        daemon = SyncDaemon(
            interface=values["MCAST_IFN"],
            sync_id=values["SYNC_ID"],
            max_length=values.get("SYNC_MAXLEN", default_length(role, group, 1500)),
            group=group,
            port=values.get("MCAST_PORT", DEFAULT_PORT),
            ttl=values.get("MCAST_TTL", DEFAULT_TTL),
        )
    except (KeyError, ValueError) as error:
        raise MalformedMessage(f"the kernel's description of a sync daemon is not understood: {error}") from None
    return role, daemon


def _values(payload: bytes, command: int) -> dict[str, Any]:
    if command_of(payload) != command:
        raise MalformedMessage(f"an answer has the command {command_of(payload)} instead of {command}")
    return ipvs.COMMAND.decode(payload, HEADER.size)


def decode_mtu(payload: bytes) -> tuple[str, int]:
    """Read one message of a link dump: an interface's name and its MTU. MalformedMessage where it is none."""
    message = route.decode_link(payload)
    if "MTU" not in message.attributes:
        raise MalformedMessage("a message about a link without IFLA_MTU")
    return message.name, message.attributes["MTU"]
