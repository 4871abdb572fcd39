# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._bgp.model import (
    Announcement,
    Neighbour,
    Owned,
    parse_announcement,
    parse_owned,
    write_owned,
)
from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput

ROUTER = {"address": "198.51.100.1", "remote_as": 64500}
OPTIONS: dict[str, Any] = {
    "local_as": 64520,
    "router_id": "198.51.100.2",
    "neighbours": [ROUTER, {"address": "2001:DB8:1:0::1", "remote_as": 64500, "hold_time": 10}],
    "prefixes": ["2001:db8::198/128", "192.0.2.199/32", "192.0.2.198/32", "192.0.2.198/32"],
    "standby_med": 500,
    "communities": ["64520:100", "64520:7", "64520:1:2"],
}


def test_options_become_values() -> None:
    announcement = parse_announcement(OPTIONS)
    assert announcement == Announcement(
        64520,
        "198.51.100.2",
        (Neighbour("198.51.100.1", 64500), Neighbour("2001:db8:1::1", 64500, hold_time=10)),
        ("192.0.2.198/32", "192.0.2.199/32", "2001:db8::198/128"),
        None,
        500,
        ((64520, 1, 2), (64520, 7), (64520, 100)),
    )
    assert announcement.families == ("ipv4", "ipv6")
    assert [*announcement.exits] == [("lvs-vips", None), ("lvs-standby", 500)]
    assert announcement.neighbours[1].keepalive == 3


def test_the_order_of_lists_makes_no_difference() -> None:
    turned = {**OPTIONS, **{name: OPTIONS[name][::-1] for name in ("neighbours", "prefixes", "communities")}}
    assert parse_announcement(turned) == parse_announcement(OPTIONS)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"local_as": 0}, "local_as: 0 is not in 1 to 4294967295"),
        ({"router_id": "2001:db8::1"}, "router_id: '2001:db8::1' is no address of IPv4"),
        ({"router_id": "0.0.0.0"}, "router_id: '0.0.0.0' is no address of IPv4"),
        ({"neighbours": []}, "neighbours: at least one is needed"),
        ({"neighbours": [ROUTER, ROUTER]}, "neighbours: 198.51.100.1 is there twice"),
        ({"prefixes": []}, "prefixes: at least one VIP is needed"),
        ({"prefixes": ["192.0.2.0/24"]}, "prefixes: '192.0.2.0/24' is no single address with its length"),
        ({"prefixes": ["192.0.2.198"]}, "prefixes: '192.0.2.198' is no single address"),
        ({"prefixes": ["web/32"]}, "prefixes: 'web' is no IPv4 or IPv6 address"),
        ({"neighbours": [ROUTER]}, "prefixes: 2001:db8::198/128: only neighbours of the same family"),
        ({"med": -1}, "med: -1 is not in 0"),
        ({"communities": ["64520"]}, "communities: '64520' is neither"),
        ({"communities": ["70000:1"]}, "communities: '70000:1' is neither"),
    ],
)
def test_what_cannot_be_is_named(options: dict[str, Any], fault: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_announcement({**OPTIONS, **options})
    assert [each for each in error.value.faults if each.startswith(fault)] != []


@pytest.mark.parametrize(
    ("neighbour", "fault"),
    [
        ({"address": "fe80::1"}, "neighbours[0].address: fe80::1 is a link-local address"),
        ({"address": "router"}, "neighbours[0].address: 'router' is no IPv4 or IPv6 address"),
        ({"remote_as": 0}, "neighbours[0].remote_as: 0 is not in"),
        ({"hold_time": 2}, "neighbours[0].hold_time: 2 is not in 3 to 65535"),
        ({"multihop": 1}, "neighbours[0].multihop: 1 is not in 2 to 255"),
        ({"multihop": 2, "remote_as": 64520}, "neighbours[0].multihop: goes with a neighbour of another AS"),
        ({"multihop": 2, "bfd": True}, "neighbours[0].source: bfd to a router that may be beyond others"),
        ({"source": "2001:db8:1::2"}, "neighbours[0].source: 2001:db8:1::2 is not of the family of 198.51.100.1"),
        ({"password": 'a"b'}, "neighbours[0].password: it must have 1 to 80 characters"),
        ({"password": "a b"}, "neighbours[0].password"),
        ({"password": "a\nrouter bgp 1"}, "neighbours[0].password"),
        ({"password": "x" * 81}, "neighbours[0].password"),
    ],
)
def test_what_a_neighbour_cannot_be_is_named(neighbour: dict[str, Any], fault: str) -> None:
    wanted = {**OPTIONS, "neighbours": [{**ROUTER, **neighbour}], "prefixes": ["192.0.2.198/32"]}
    with pytest.raises(InvalidInput) as error:
        parse_announcement(wanted)
    assert [each for each in error.value.faults if each.startswith(fault)] != []
    assert "router bgp" not in str(error.value)


@pytest.mark.parametrize(
    "owned",
    [
        Owned(),
        Owned("bird", unit=("started",)),
        Owned("frr", 64520, True, ("198.51.100.1", "2001:db8:1::1"), ("bfdd", "bgpd"), ("enabled", "started")),
    ],
)
def test_what_is_owned_is_written_and_read(owned: Owned) -> None:
    text = write_owned(owned)
    assert parse_owned(text or "", "bgp") == owned
    # As a call that was killed leaves it, in words of its own before those of the file.
    assert parse_owned(f"{text or ''}{text or ''}", "bgp") == owned


@pytest.mark.parametrize("line", ["program exabgp", "router a", "neighbour router1", "something"])
def test_what_nobody_here_has_written_is_not_taken_for_ours(line: str) -> None:
    with pytest.raises(InvalidInput, match="line 2"):
        parse_owned(f"program frr\n{line}\n", "/etc/lvs/bgp")
