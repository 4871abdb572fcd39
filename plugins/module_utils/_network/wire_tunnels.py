# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's messages about tunnels and listeners <-> the values of the model. Private to the collection."""

from __future__ import annotations

import errno
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .._change import ADD, REMOVE, Change
from .._netlink import fou, route
from .._netlink.address import FAMILY_NAMES, FAMILY_NUMBERS, from_bytes, to_bytes
from .._netlink.attributes import AttributeTable
from .._netlink.errors import MalformedMessage
from .._netlink.generic import HEADER
from .._netlink.socket import NLM_F_CREATE, NLM_F_EXCL, Request
from .model import CHECKSUM_KINDS, TUNNEL_KINDS, Link, ListenerKey, Tunnel, same_device

# What a kind unpacks, where it could unpack more or less: an IP protocol (net/ipv6/sit.c, net/ipv6/ip6_tunnel.c).
_PROTOCOLS = {"sit": 41, "ip6tnl": 0}

# What an errno means for a command: fou_nl_cmd_add_port(), udp_sock_create().
LISTENER_REASONS: Dict[Tuple[int, int], str] = {
    (fou.ADD, errno.EADDRINUSE): "something else on this host has the port",
    (fou.ADD, errno.EALREADY): "it is there already: someone else has added it in the meantime",
    (fou.ADD, errno.EAFNOSUPPORT): "this kernel has no IPv6",
    (fou.DELETE, errno.EINVAL): "it is no longer there: someone else has removed it in the meantime",
}


def _table(kind: str) -> AttributeTable:
    return route.GRE_TUNNEL if kind in CHECKSUM_KINDS else route.IP_TUNNEL


def read_tunnel(message: route.LinkMessage) -> Optional[Tunnel]:
    """Return the tunnel that a link is; None where it is none, or one that the model cannot tell.

    Those are, beside others, the ones with a remote end, and the one without local that comes with a kind's module.
    """
    info = message.attributes.get("LINKINFO", {})
    kind = info.get("KIND", "")
    if kind not in TUNNEL_KINDS:
        return None
    values = _table(kind).decode(info.get("DATA", b""))
    local, remote = values.get("LOCAL", b""), values.get("REMOTE", b"")
    flags = values.get("IFLAGS", 0)
    if not any(local) or any(remote) or "COLLECT_METADATA" in values or flags & ~route.GRE_CSUM:
        return None
    if kind == "ip6tnl" and values.get("PROTO", 0) != _PROTOCOLS[kind]:
        return None
    try:
        return Tunnel(kind, from_bytes(local), bool(flags), bool(message.flags & route.IFF_UP))
    except ValueError as error:
        raise MalformedMessage(f"the kernel's description of a tunnel is not understood: {error}") from None


def encode_tunnel(change: Change, _links: Mapping[str, Link]) -> List[Request]:
    """Return the requests that carry out one change of a tunnel: it is recreated, unless it only goes up or down."""
    if change.action not in (ADD, REMOVE) and same_device(change.before, change.after):
        return [_link(route.RTM_NEWLINK, 0, change.key, change.after.up, {})]
    requests = []
    if change.action != ADD:
        requests.append(_link(route.RTM_DELLINK, 0, change.key, False, {}))
    if change.action != REMOVE:
        info = {"LINKINFO": {"KIND": change.after.kind, "DATA": _data(change.after)}}
        requests.append(_link(route.RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, change.key, change.after.up, info))
    return requests


def _link(message: int, flags: int, name: str, up: bool, attributes: Dict[str, Any]) -> Request:
    header = route.LINK_HEADER.pack(0, 0, 0, route.IFF_UP if up else 0, route.IFF_UP)
    return Request(message, flags, header + route.LINK.encode({"IFNAME": name, **attributes}))


def _data(tunnel: Tunnel) -> bytes:
    values: Dict[str, Any] = {"LOCAL": to_bytes(tunnel.local)}
    if tunnel.checksum:
        values["IFLAGS"] = route.GRE_CSUM
    if tunnel.kind in _PROTOCOLS:
        values["PROTO"] = _PROTOCOLS[tunnel.kind]
    return _table(tunnel.kind).encode(values)


def decode_listener(payload: bytes) -> Optional[ListenerKey]:
    """Read one message of a dump of listeners; None where it is not one of GUE for all. MalformedMessage as ever."""
    values = fou.LISTENER.decode(payload, HEADER.size)
    try:
        key = ListenerKey(FAMILY_NAMES[values["AF"]], values["PORT"])
        narrowed = any(any(values.get(name, b"")) for name in ("LOCAL_V4", "LOCAL_V6", "PEER_V4", "PEER_V6"))
        return key if values["TYPE"] == fou.ENCAP_GUE and not narrowed else None
    except KeyError as error:
        raise MalformedMessage(f"the kernel's description of a listener is not understood: {error}") from None


def encode_listener(change: Change) -> Tuple[int, bytes]:
    """Return the command and the attributes that carry out one change of a listener."""
    values = {"PORT": change.key.port, "AF": FAMILY_NUMBERS[change.key.family]}
    if change.action == REMOVE:
        return fou.DELETE, fou.LISTENER.encode(values)
    return fou.ADD, fou.LISTENER.encode({**values, "TYPE": fou.ENCAP_GUE})
