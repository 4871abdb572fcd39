# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked of the kernel is what ip asks, and reads as what was asked for; what others have is not taken for it.

That the kernel does it, tests/kernel/test_host_network_tunnels.py shows.
"""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import fou, route
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import (
    BINARY,
    TEXT,
    Attribute,
    AttributeTable,
    Nested,
)
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.generic import HEADER
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import ListenerKey, Present, Tunnel
from ansible_collections.lvs.cluster.plugins.module_utils._network.wire import decode_link
from ansible_collections.lvs.cluster.plugins.module_utils._network.wire_tunnels import (
    decode_listener,
    encode_listener,
    encode_tunnel,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._network.recorded import RECORDED, dump, request

TUNNELS = {
    "ip link add lvs-ipip up type ipip mode ipip local 192.0.2.2": Tunnel("ipip", "192.0.2.2", False, True),
    "ip link add lvs-sit up type sit mode ip6ip local 192.0.2.2": Tunnel("sit", "192.0.2.2", False, True),
    "ip link add lvs-ip6tnl up type ip6tnl mode any local 2001:db8:2::2": Tunnel(
        "ip6tnl", "2001:db8:2::2", False, True
    ),
    "ip link add lvs-ip6gre up type ip6gre local 2001:db8:2::2 icsum": Tunnel("ip6gre", "2001:db8:2::2", True, True),
}
# As route.LINK, but for the kind: ip sends it without the final NUL that the kernel's messages have.
INFO = AttributeTable("IFLA_INFO", Attribute(1, "KIND", BINARY), Attribute(2, "DATA", BINARY))
LINK = AttributeTable("IFLA", Attribute(3, "IFNAME", TEXT), Attribute(18, "LINKINFO", Nested(INFO)))
LISTENERS = {
    "ip fou add port 6080 gue": (ADD, ListenerKey("ipv4", 6080)),
    "ip -6 fou add port 6081 gue": (ADD, ListenerKey("ipv6", 6081)),
    "ip fou add port 6082 gue": (ADD, ListenerKey("ipv4", 6082)),
    "ip fou delete port 6082": (REMOVE, ListenerKey("ipv4", 6082)),
}


def test_the_kernels_tunnels_read_as_ip_tells_them() -> None:
    read = {name: tunnel for name, _link, tunnel in map(decode_link, dump("links")) if tunnel is not None}
    told = {link["ifname"]: link["linkinfo"] for link in RECORDED["ip"] if link["ifname"] in read}
    assert read == {
        name: Tunnel(info["info_kind"], info["info_data"]["local"], "icsum" in info["info_data"], True)
        for name, info in told.items()
    }
    assert read == {command.split()[3]: tunnel for command, tunnel in TUNNELS.items()}


def test_the_kernels_listeners_read_as_ip_tells_them() -> None:
    families = {"inet": "ipv4", "inet6": "ipv6"}
    told = {ListenerKey(families[one["family"]], one["port"]) for one in RECORDED["ip fou"]}
    assert {decode_listener(payload) for payload in dump("listeners")} == told
    assert told == {ListenerKey("ipv4", 6080), ListenerKey("ipv6", 6081)}


@pytest.mark.parametrize("command", TUNNELS)
def test_requests_about_tunnels_say_what_ip_says(command: str) -> None:
    tunnel, name = TUNNELS[command], command.split()[3]
    (own,) = encode_tunnel(Change(ADD, "tunnel", name, None, tunnel), {})
    ours, theirs = parts_of_link(tunnel, own.payload), parts_of_link(tunnel, request(command))
    assert ours["link"] == theirs["link"] == (route.LINK_HEADER.pack(0, 0, 0, 1, 1), name, tunnel.kind)
    # ip says more than it is told, such as the time to live and what a tunnel without PROTO unpacks anyway.
    assert {name: theirs["data"][name] for name in ours["data"]} == ours["data"]


def parts_of_link(tunnel: Tunnel, payload: bytes) -> dict[str, Any]:
    size = route.LINK_HEADER.size
    values = LINK.decode(payload, size)
    table = route.GRE_TUNNEL if "gre" in tunnel.kind else route.IP_TUNNEL
    kind = values["LINKINFO"]["KIND"].rstrip(b"\0").decode()
    return {"link": (payload[:size], values["IFNAME"], kind), "data": table.decode(values["LINKINFO"]["DATA"])}


@pytest.mark.parametrize("command", LISTENERS)
def test_requests_about_listeners_say_what_ip_says(command: str) -> None:
    action, key = LISTENERS[command]
    change = Change(action, "listener", key, *((None, Present()) if action == ADD else (Present(), None)))
    number, attributes = encode_listener(change)
    ours, theirs = fou.LISTENER.decode(attributes), fou.LISTENER.decode(request(command), HEADER.size)
    assert HEADER.unpack_from(request(command))[0] == number
    # To remove one, ip says a type too, which the kernel does not look at (fou_nl_cmd_rm_port()).
    assert ours == {name: value for name, value in theirs.items() if action == ADD or name != "TYPE"}


@pytest.mark.parametrize("whole", dump("listeners"))
def test_a_message_cut_short_raises_nothing_but_its_own_error(whole: bytes) -> None:
    for size in range(len(whole)):
        with contextlib.suppress(MalformedMessage):
            decode_listener(whole[:size])


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
