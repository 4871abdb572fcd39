# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codec against recorded.json: what ip and a real kernel said to each other (tests/kernel/record.py)."""

from __future__ import annotations

import contextlib
import errno

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import route
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._network import wire
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Address, AddressKey, Link
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils._network.recorded import (
    INTERFACES,
    LINKS,
    RECORDED,
    dump,
    request,
)

VIP_ON_LOOPBACK = AddressKey("lo", "192.0.2.198", 32)
CHANGES = {
    "ip address add 192.0.2.198/32 dev lo": Change(ADD, "address", VIP_ON_LOOPBACK, None, Address("lo")),
    "ip address add 192.0.2.199/24 dev lvsnear label lvsnear:vip": Change(
        ADD, "address", AddressKey("lvsnear", "192.0.2.199", 24), None, Address("lvsnear:vip")
    ),
    "ip address add 2001:db8:9::198/64 dev lvsnear nodad preferred_lft 0": Change(
        ADD, "address", AddressKey("lvsnear", "2001:db8:9::198", 64), None, Address("")
    ),
    "ip address add 192.0.2.200/32 dev lvsnear": Change(
        ADD, "address", AddressKey("lvsnear", "192.0.2.200", 32), None, Address("lvsnear")
    ),
    "ip address delete 192.0.2.200/32 dev lvsnear": Change(
        REMOVE, "address", AddressKey("lvsnear", "192.0.2.200", 32), Address("lvsnear"), None
    ),
}


def test_the_kernels_dump_reads_as_ip_tells_it() -> None:
    told = {
        (link["ifname"], info["local"], info["prefixlen"], info.get("label", ""))
        for link in RECORDED["ip"]
        for info in link["addr_info"]
    }
    decoded = [wire.decode_address(payload, INTERFACES) for payload in dump("addresses")]
    assert {(*key, address.label) for key, address in decoded} == told
    for link in RECORDED["ip"]:
        assert LINKS[link["ifname"]].number == link["ifindex"]
        if link["link_type"] in ("ether", "loopback"):  # a tunnel's is the address of its end
            assert LINKS[link["ifname"]].hardware_address.hex(":") == link["address"]
        asked = link["link_type"] == "ether" and "NOARP" not in link["flags"]
        assert LINKS[link["ifname"]].ethernet == asked


@pytest.mark.parametrize("command", CHANGES)
def test_requests_say_what_ip_says(command: str) -> None:
    payload = request(command)
    (own,) = wire.encode(CHANGES[command], LINKS)
    size = route.ADDRESS_HEADER.size
    assert own.type == (route.RTM_DELADDR if "delete" in command else route.RTM_NEWADDR)
    assert own.payload[:size] == payload[:size]
    ours, theirs = route.ADDRESS.decode(own.payload, size), route.ADDRESS.decode(payload, size)
    # We name the label that the kernel would choose anyway.
    assert {**theirs, "LABEL": ours.get("LABEL")} == {**ours, "LABEL": ours.get("LABEL")}
    if "label" in command:
        assert ours["LABEL"] == theirs["LABEL"]


def test_a_label_changes_with_its_address() -> None:
    change = Change(CHANGE, "address", VIP_ON_LOOPBACK, Address("lo"), Address("lo:vip"))
    assert [made.type for made in wire.encode(change, LINKS)] == [route.RTM_DELADDR, route.RTM_NEWADDR]


def test_an_address_on_an_interface_that_is_gone_is_passed_over() -> None:
    assert wire.decode_address(dump("addresses")[0], {}) is None


@pytest.mark.parametrize("whole", dump("links") + dump("addresses"))
def test_a_message_cut_short_raises_nothing_but_its_own_error(whole: bytes) -> None:
    for size in range(len(whole)):
        with contextlib.suppress(MalformedMessage):
            wire.decode_address(whole[:size], INTERFACES)
        with contextlib.suppress(MalformedMessage):
            wire.decode_link(whole[:size])


def test_an_errno_has_words() -> None:
    assert "switched off" in wire.reason(route.RTM_NEWADDR, errno.EACCES)
    assert "become: true" in wire.reason(route.RTM_NEWADDR, errno.EPERM)
    assert wire.reason(route.RTM_NEWADDR, errno.ENOMEM) == ""


def test_links_are_values() -> None:
    assert LINKS["lo"] == Link(1, bytes(6), False)
