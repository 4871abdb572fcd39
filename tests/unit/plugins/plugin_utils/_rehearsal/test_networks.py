# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ipaddress import ip_network
from itertools import islice

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.networks import (
    TooSmall,
    free_addresses,
    networks_of,
    segments_of,
)


def names(networks: object) -> list[str]:
    return [str(network) for network in networks]  # type: ignore[attr-defined]


def test_addresses_are_taken_for_those_of_networks_of_the_usual_size() -> None:
    found = networks_of(["192.0.2.2", "192.0.2.21", "198.51.100.2", "2001:db8:2::2"], [], [])
    assert names(found) == ["192.0.2.0/24", "198.51.100.0/24", "2001:db8:2::/64"]


def test_a_network_of_known_size_is_taken_as_it_is() -> None:
    found = networks_of(["198.51.100.2", "198.51.100.200"], [ip_network("198.51.100.0/25")], [])
    assert names(found) == ["198.51.100.0/24"]  # the other address is outside, and no network lies inside another
    assert names(networks_of(["198.51.100.2"], [ip_network("198.51.100.0/25")], [])) == ["198.51.100.0/25"]


def test_neighbours_share_a_network_that_is_as_large_as_need_be() -> None:
    pair = ("198.18.4.2", "198.18.5.21")
    assert names(networks_of(pair, [], [pair])) == ["198.18.4.0/23"]
    far = ("192.0.2.2", "198.51.100.2")
    assert names(networks_of(far, [], [far])) == ["192.0.2.0/24", "198.51.100.0/24"]


def test_networks_of_one_interface_share_a_segment() -> None:
    networks = networks_of(["192.0.2.2", "2001:db8::2", "198.51.100.2"], [], [])
    segments = segments_of(networks, [("192.0.2.2", "2001:db8::2"), ("192.0.2.2", "203.0.113.1")], 3)
    assert [names(segment) for segment in segments] == [["192.0.2.0/24", "2001:db8::/64"], ["198.51.100.0/24"]]


def test_the_last_segment_has_what_would_be_too_much() -> None:
    networks = networks_of(["192.0.2.2", "198.51.100.2", "203.0.113.2", "198.18.0.2"], [], [])
    segments = segments_of(networks, [], 3)
    assert [len(segment) for segment in segments] == [1, 1, 2]
    assert segments_of(networks[:2], [], 3) == [networks[:1], networks[1:2]]


def test_addresses_are_made_up_from_the_end_of_a_network_and_are_nobody_s() -> None:
    free = free_addresses(ip_network("192.0.2.0/24"), ["192.0.2.253"])
    assert [*islice(free, 2)] == ["192.0.2.254", "192.0.2.252"]
    assert next(free_addresses(ip_network("2001:db8::/64"), [])) == "2001:db8::fffe"
    with pytest.raises(TooSmall, match="192\\.0\\.2\\.0/30 has no address left"):
        [*free_addresses(ip_network("192.0.2.0/30"), [])]
