# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema import blocks
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.blocks import addresses, block, hosts, networks
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.place import Place, Refused


@pytest.mark.parametrize(
    ("listed", "canonical", "first", "last", "number"),
    [
        ("192.0.2.198", "192.0.2.198", "192.0.2.198", "192.0.2.198", 1),
        ("192.0.2.198/32", "192.0.2.198", "192.0.2.198", "192.0.2.198", 1),
        ("192.0.2.10-20", "192.0.2.10-192.0.2.20", "192.0.2.10", "192.0.2.20", 11),
        ("192.0.2.250 - 198.51.100.2", None, None, None, 0),
        ("192.0.2.250-192.0.3.4", "192.0.2.250-192.0.3.4", "192.0.2.250", "192.0.3.4", 11),
        ("192.0.2.10-10", "192.0.2.10", "192.0.2.10", "192.0.2.10", 1),
        # Without the network's own address and the one for broadcasts.
        ("192.0.2.192/28", "192.0.2.192/28", "192.0.2.193", "192.0.2.206", 14),
        ("192.0.2.192/31", "192.0.2.192/31", "192.0.2.192", "192.0.2.193", 2),
        ("2001:DB8::c0/124", "2001:db8::c0/124", "2001:db8::c1", "2001:db8::cf", 15),
        ("2001:db8::10-1f", "2001:db8::10-2001:db8::1f", "2001:db8::10", "2001:db8::1f", 16),
    ],
)
def test_ranges_and_networks_stand_for_addresses(
    listed: str, canonical: str | None, first: str, last: str, number: int
) -> None:
    place = Place("here")
    found = addresses([listed], place)
    if canonical is None:
        assert found == []
        return
    assert place.problems == []
    assert block(listed, place) == canonical
    assert (found[0], found[-1], len(found)) == (first, last, number)
    assert found == hosts(canonical)


def test_the_packet_filter_takes_a_range_as_networks() -> None:
    assert networks("192.0.2.10-192.0.2.20") == ["192.0.2.10/31", "192.0.2.12/30", "192.0.2.16/30", "192.0.2.20"]
    assert networks("192.0.2.192/28") == ["192.0.2.192/28"]
    assert networks("2001:db8::1") == ["2001:db8::1"]


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ("192.0.2.198/24", "write 192.0.2.198, without the prefix length, for this address alone, or 192.0.2.0/24 for"),
        ("192.0.2.0/33", "'192.0.2.0/33' is not an IPv4 or IPv6 address"),
        ("web-1", "'web-1' is not an IPv4 or IPv6 address"),
        ("192.0.2.20-10", "the range from 192.0.2.20 to 192.0.2.10 ends before it begins"),
        ("192.0.2.20-2001:db8::1", "are not of the same family"),
        ("224.0.0.0/24", "224.0.0.0 is a multicast address"),
    ],
)
def test_what_is_no_block_is_refused(listed: str, says: str) -> None:
    place = Place("here")
    with pytest.raises(Refused):
        block(listed, place)
    assert says in place.problems[0].text


def test_a_list_stands_for_a_bounded_number_of_addresses_and_names_none_twice() -> None:
    place = Place("here")
    assert len(addresses(["192.0.2.0/24", "198.51.100.0/24", "2001:db8::-1f3"], place)) == 254 + 254 + 500
    assert place.problems == []
    assert addresses("10.0.0.0/21", place) == []
    assert "may stand for at most 1024 addresses, and these stand for 2046" in place.problems[0].text
    assert addresses(["192.0.2.192/28", "192.0.2.198"], place)
    assert place.problems[1].text == "192.0.2.198 is listed twice, in 192.0.2.192/28 and in 192.0.2.198"


def test_without_netaddr_a_range_or_a_network_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: the library is there."""
    monkeypatch.setattr(blocks, "MISSING", True)
    place = Place("here")
    assert block("192.0.2.198", place) == "192.0.2.198"
    for listed in ("192.0.2.10-20", "192.0.2.192/28"):
        with pytest.raises(Refused):
            block(listed, place)
    assert place.problems[0].text == (
        "'192.0.2.10-20' is a range or a network, for which the machine that runs Ansible needs the Python library "
        "netaddr: install it for the Python of Ansible, python3 -m pip install netaddr"
    )
