# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of the files that tell what operators have drained, and what is in them."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._drain.files import (
    concerns,
    content_of,
    destination_file,
    destination_name,
    left_over,
    number_in,
    record_lines,
    records_in,
    server_file,
)
from ansible_collections.lvs.cluster.plugins.module_utils._drain.offsets import DRAIN_OFFSET
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import Destination, DestinationKey, ServiceKey

WEB = DestinationKey("192.0.2.21", 80)
WEB6 = DestinationKey("2001:db8::21", 80)
SHOP = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
SHOP6 = ServiceKey("ipv6", "udp", "2001:db8::c6", 53, 0)
MARKED = ServiceKey("ipv4", "", "", 0, 7)
MARKED6 = ServiceKey("ipv6", "", "", 0, 7)


def test_names_of_files() -> None:
    assert server_file("192.0.2.21") == "/etc/lvs/drained/192.0.2.21"
    assert destination_file(SHOP, WEB) == "/etc/lvs/drained/192.0.2.21:80@tcp:192.0.2.198:80"
    assert destination_file(SHOP6, WEB6) == "/etc/lvs/drained/[2001:db8::21]:80@udp:[2001:db8::c6]:53"
    assert destination_name(MARKED, WEB) == "192.0.2.21:80@fwmark:7"
    assert destination_name(MARKED6, WEB6) == "[2001:db8::21]:80@fwmark6:7"


@pytest.mark.parametrize("service", [SHOP, SHOP6, MARKED, MARKED6])
@pytest.mark.parametrize("destination", [WEB, WEB6, DestinationKey("192.0.2.2", 80)])
def test_whom_a_file_concerns(service: ServiceKey, destination: DestinationKey) -> None:
    for name in (destination.address, destination_name(service, destination)):
        assert concerns(name, destination.address)
        assert not any(concerns(name, other) for other in {"192.0.2.2", "192.0.2.21", "2001:db8::2"} - {destination[0]})


@pytest.mark.parametrize(
    ("content", "number"),
    [("-1000000\n", DRAIN_OFFSET), (" 3", 3), ("+4 x", 4), ("", 0), ("x", 0), ("-1\n-e -t x\n", -1)],
)
def test_the_number_in_a_file(content: str, number: int) -> None:
    assert number_in(content) == number


def test_the_files_of_those_that_are_no_real_servers_any_more_are_left_over() -> None:
    service = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
    other = service._replace(port=443)
    files = ["192.0.2.21", "192.0.2.22", "2001:db8::22", "standby", "README.txt"]
    files += [destination_name(service, WEB), destination_name(other, WEB)]
    assert left_over(files, {(service, WEB)}) == ["192.0.2.21:80@tcp:192.0.2.198:443", "192.0.2.22", "2001:db8::22"]
    assert left_over(files, {(service, WEB), (other, WEB)}) == ["192.0.2.22", "2001:db8::22"]


def test_a_file_keeps_its_notes_and_tells_the_weights_before() -> None:
    before = Destination("192.0.2.21", 80, weight=7)
    lines = record_lines({(SHOP, WEB): before})
    assert {*lines} == {"192.0.2.21", "192.0.2.21:80@tcp:192.0.2.198:80"}
    content = content_of(DRAIN_OFFSET, "-1\n# a new disk\n", lines["192.0.2.21"])
    assert content == "-1000000\n# a new disk\n-e -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 7\n"
    assert records_in({"192.0.2.21": content}) == {(SHOP, WEB): before}
    assert content_of(DRAIN_OFFSET, content, lines["192.0.2.21"]) == content
