# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What operators have drained: the files, and what they make of weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.drained import (
    DRAINED,
    activate,
    brought_back,
    concerns,
    destination_file,
    destination_name,
    drain,
    left_over,
    number_in,
    offset,
    server_file,
    set_aside,
    weight_with,
    with_offsets,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    DestinationKey,
    Service,
    ServiceKey,
    VirtualService,
    normal_service,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import weights_of

WEB = DestinationKey("192.0.2.21", 80)
WEB6 = DestinationKey("2001:db8::21", 80)
SHOP = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
SHOP6 = ServiceKey("ipv6", "udp", "2001:db8::c6", 53, 0)
MARKED = ServiceKey("ipv4", "", "", 0, 7)
MARKED6 = ServiceKey("ipv6", "", "", 0, 7)
KEYS = (SHOP, ServiceKey("ipv4", "tcp", "192.0.2.198", 443, 0), MARKED)
NAMES = [destination_name(key, DestinationKey("192.0.2.21", 0)) for key in KEYS]


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
    ("content", "number"), [("-1000000\n", DRAINED), (" 3", 3), ("+4 x", 4), ("", 0), ("x", 0), ("-1\n-e -t x\n", -1)]
)
def test_the_number_in_a_file(content: str, number: int) -> None:
    assert number_in(content) == number


@given(st.integers(0, 65535))
def test_drained_is_weight_0_whatever_the_weight(weight: int) -> None:
    assert weight_with(weight, DRAINED) == 0
    assert weight_with(weight, 2 * DRAINED) == 0
    assert weight_with(weight, 0) == weight
    assert 0 <= weight_with(weight, 5) <= 65535


offsets_of_all = st.dictionaries(st.sampled_from([*NAMES, "192.0.2.21"]), st.sampled_from([DRAINED, -1, 2]))
some_names = st.lists(st.sampled_from(NAMES), unique=True, min_size=1)


def effective(offsets: dict[str, int]) -> dict[str, int]:
    return {name: offsets.get("192.0.2.21", 0) + offsets.get(name, 0) for name in NAMES}


@given(offsets_of_all, some_names)
def test_draining_some_services_leaves_the_others(offsets: dict[str, int], names: list[str]) -> None:
    after = effective(drain(offsets, "192.0.2.21", names, everywhere=False))
    before = effective(offsets)
    for name in NAMES:
        assert weight_with(65535, after[name]) == 0 if name in names else after[name] == before[name]


@given(offsets_of_all, some_names)
def test_making_some_services_active_leaves_the_others(offsets: dict[str, int], names: list[str]) -> None:
    after = effective(activate(offsets, "192.0.2.21", dict.fromkeys(names, 0), NAMES, everywhere=False))
    before = effective(offsets)
    for name in NAMES:
        assert after[name] == (0 if name in names else before[name])


@given(offsets_of_all)
def test_active_everywhere_leaves_no_file(offsets: dict[str, int]) -> None:
    assert activate(offsets, "192.0.2.21", dict.fromkeys(NAMES, 0), NAMES, everywhere=True) == {}
    assert drain(offsets, "192.0.2.21", NAMES, everywhere=True) == {"192.0.2.21": DRAINED}


@given(offsets_of_all)
def test_what_is_set_aside_comes_back_as_it_was(offsets: dict[str, int]) -> None:
    aside = set_aside(offsets, "192.0.2.21")
    assert all(weight_with(65535, number) == 0 for number in effective(aside).values())
    assert set_aside(aside, "192.0.2.21") == aside
    assert brought_back(aside, "192.0.2.21") == offsets
    assert brought_back(offsets, "192.0.2.21") == offsets


def test_files_of_others_are_not_returned() -> None:
    others = {"192.0.2.22": DRAINED, "192.0.2.2": DRAINED}
    assert drain(others, "192.0.2.21", NAMES[:1], everywhere=False) == {NAMES[0]: DRAINED}
    assert activate(others, "192.0.2.21", {NAMES[0]: 3}, NAMES, everywhere=False) == {NAMES[0]: 3}


def test_weights_in_a_table_and_in_its_file() -> None:
    shop = VirtualService(
        normal_service(SHOP, Service()), (Destination("192.0.2.21", 80, weight=3), Destination("192.0.2.22", 80))
    )
    defined = {SHOP: shop, SHOP6: VirtualService(normal_service(SHOP6, Service()), ())}
    offsets = {"192.0.2.21": DRAINED, "192.0.2.99": DRAINED}
    assert offset(offsets, SHOP, WEB) == DRAINED
    drained = with_offsets(defined, offsets, {(SHOP, WEB), (SHOP6, WEB6), (MARKED, WEB)})
    assert [destination.weight for destination in drained[SHOP].destinations] == [0, 1]
    assert with_offsets(defined, offsets, {(SHOP6, WEB6), (SHOP, DestinationKey("192.0.2.22", 80))}) == defined
    lines = [*text.table_lines(defined), *text.weight_lines(defined, weights_of(drained))]
    assert lines[1:3] == [
        "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 3",
        "-a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 1",
    ]
    assert lines[-1] == "-e -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 0"
    written = "".join(f"{line}\n" for line in lines)
    assert text.parse_rules(written, "ipvs.rules") == (defined, {(SHOP, WEB): 0})
    assert text.parse_weight_lines(written) == {(SHOP, WEB): Destination("192.0.2.21", 80, weight=0)}


def test_the_files_of_those_that_are_no_real_servers_any_more_are_left_over() -> None:
    service = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
    other = service._replace(port=443)
    files = ["192.0.2.21", "192.0.2.22", "2001:db8::22", "standby", "README.txt"]
    files += [destination_name(service, WEB), destination_name(other, WEB)]
    assert left_over(files, {(service, WEB)}) == ["192.0.2.21:80@tcp:192.0.2.198:443", "192.0.2.22", "2001:db8::22"]
    assert left_over(files, {(service, WEB), (other, WEB)}) == ["192.0.2.22", "2001:db8::22"]
