# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of the kernel reads as what was asked for; what others have is not taken for it.

That the kernel and ip see it so too, tests/kernel/test_host_network_tunnels.py shows.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import fou, route
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.generic import HEADER
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import ListenerKey, Present, Tunnel
from ansible_collections.lvs.cluster.plugins.module_utils._network.wire import decode_link
from ansible_collections.lvs.cluster.plugins.module_utils._network.wire_tunnels import (
    decode_listener,
    encode_listener,
    encode_tunnel,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies


@given(strategies.tunnels(), st.booleans())
def test_a_tunnel_that_is_asked_for_reads_as_itself(tunnel: Tunnel, up: bool) -> None:
    tunnel = tunnel._replace(up=up)
    (request,) = encode_tunnel(Change(ADD, "tunnel", "lvs-own", None, tunnel), {})
    name, _link, read = decode_link(request.payload)
    assert (request.type, name, read) == (route.RTM_NEWLINK, "lvs-own", tunnel)


IPIP, GRE = Tunnel("ipip", "192.0.2.1", False, True), Tunnel("gre", "192.0.2.1", False, True)


def test_a_tunnel_changes_by_being_made_anew_unless_it_only_comes_up() -> None:
    def kinds(action: str, before: Any, after: Any) -> list[int]:
        return [request.type for request in encode_tunnel(Change(action, "tunnel", "lvs-own", before, after), {})]

    assert kinds(CHANGE, IPIP, GRE) == [route.RTM_DELLINK, route.RTM_NEWLINK]
    assert kinds(CHANGE, IPIP._replace(up=False), IPIP) == [route.RTM_NEWLINK]
    assert kinds(REMOVE, IPIP, None) == [route.RTM_DELLINK]


def link(kind: str, data: bytes) -> bytes:
    attributes = {"IFNAME": "tunl0", "LINKINFO": {"KIND": kind, "DATA": data}}
    return route.LINK_HEADER.pack(0, 768, 9, 0, 0) + route.LINK.encode(attributes)


LOCAL = bytes((192, 0, 2, 1))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("ipip", route.IP_TUNNEL.encode({"LOCAL": bytes(4)})),  # tunl0
        ("ipip", route.IP_TUNNEL.encode({"LOCAL": LOCAL, "REMOTE": LOCAL})),
        ("ipip", route.IP_TUNNEL.encode({"LOCAL": LOCAL, "COLLECT_METADATA": b""})),
        ("gre", route.GRE_TUNNEL.encode({"LOCAL": LOCAL, "IFLAGS": 0x2000})),  # GRE_KEY
        ("ip6tnl", route.IP_TUNNEL.encode({"LOCAL": bytes(15) + b"1", "PROTO": 41})),
        ("veth", b""),
    ],
)
def test_a_link_of_others_is_no_tunnel(kind: str, data: bytes) -> None:
    assert decode_link(link(kind, data))[2] is None


@pytest.mark.parametrize("key", [ListenerKey("ipv4", 6080), ListenerKey("ipv6", 65535)])
def test_a_listener_that_is_asked_for_reads_as_itself(key: ListenerKey) -> None:
    command, attributes = encode_listener(Change(ADD, "listener", key, None, Present()))
    assert (command, decode_listener(HEADER.pack(command, fou.VERSION, 0) + attributes)) == (fou.ADD, key)
    assert encode_listener(Change(REMOVE, "listener", key, Present(), None))[0] == fou.DELETE


@pytest.mark.parametrize("more", [{"TYPE": 1}, {"LOCAL_V4": LOCAL}, {"PEER_V6": bytes(15) + b"1"}])
def test_a_listener_of_others_is_none(more: dict[str, Any]) -> None:
    attributes = fou.LISTENER.encode({"PORT": 6080, "AF": 2, "TYPE": fou.ENCAP_GUE, **more})
    assert decode_listener(HEADER.pack(fou.GET, fou.VERSION, 0) + attributes) is None
