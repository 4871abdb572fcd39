# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What operators add to weights, and what draining makes of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._drain.files import destination_name
from ansible_collections.lvs.cluster.plugins.module_utils._drain.offsets import (
    DRAIN_OFFSET,
    activate,
    brought_back,
    drain,
    offset,
    set_aside,
    weight_with,
    with_offsets,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
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
KEYS = (SHOP, ServiceKey("ipv4", "tcp", "192.0.2.198", 443, 0), MARKED)
NAMES = [destination_name(key, DestinationKey("192.0.2.21", 0)) for key in KEYS]


@given(st.integers(0, 65535))
def test_drained_is_weight_0_whatever_the_weight(weight: int) -> None:
    assert weight_with(weight, DRAIN_OFFSET) == 0
    assert weight_with(weight, 2 * DRAIN_OFFSET) == 0
    assert weight_with(weight, 0) == weight
    assert 0 <= weight_with(weight, 5) <= 65535


offsets_of_all = st.dictionaries(st.sampled_from([*NAMES, "192.0.2.21"]), st.sampled_from([DRAIN_OFFSET, -1, 2]))
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
    assert drain(offsets, "192.0.2.21", NAMES, everywhere=True) == {"192.0.2.21": DRAIN_OFFSET}


@given(offsets_of_all)
def test_what_is_set_aside_comes_back_as_it_was(offsets: dict[str, int]) -> None:
    aside = set_aside(offsets, "192.0.2.21")
    assert all(weight_with(65535, number) == 0 for number in effective(aside).values())
    assert set_aside(aside, "192.0.2.21") == aside
    assert brought_back(aside, "192.0.2.21") == offsets
    assert brought_back(offsets, "192.0.2.21") == offsets


def test_files_of_others_are_not_returned() -> None:
    others = {"192.0.2.22": DRAIN_OFFSET, "192.0.2.2": DRAIN_OFFSET}
    assert drain(others, "192.0.2.21", NAMES[:1], everywhere=False) == {NAMES[0]: DRAIN_OFFSET}
    assert activate(others, "192.0.2.21", {NAMES[0]: 3}, NAMES, everywhere=False) == {NAMES[0]: 3}


def test_weights_in_a_table_and_in_its_file() -> None:
    shop = VirtualService(
        normal_service(SHOP, Service()), (Destination("192.0.2.21", 80, weight=3), Destination("192.0.2.22", 80))
    )
    defined = {SHOP: shop, SHOP6: VirtualService(normal_service(SHOP6, Service()), ())}
    offsets = {"192.0.2.21": DRAIN_OFFSET, "192.0.2.99": DRAIN_OFFSET}
    assert offset(offsets, SHOP, WEB) == DRAIN_OFFSET
    drained = with_offsets(offsets, defined, {(SHOP, WEB), (SHOP6, WEB6), (MARKED, WEB)})
    assert [destination.weight for destination in drained[SHOP].destinations] == [0, 1]
    assert with_offsets({}, defined, {(SHOP, WEB)}) is defined
    assert with_offsets(offsets, defined, {(SHOP6, WEB6), (SHOP, DestinationKey("192.0.2.22", 80))}) == defined
    lines = [*text.table_lines(defined), *text.weight_lines(defined, weights_of(drained))]
    assert lines[1:3] == [
        "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 3",
        "-a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 1",
    ]
    assert lines[-1] == "-e -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 0"
    written = "".join(f"{line}\n" for line in lines)
    assert text.parse_rules(written, "ipvs.rules") == (defined, {(SHOP, WEB): 0})
    assert text.parse_weight_lines(written) == {(SHOP, WEB): Destination("192.0.2.21", 80, weight=0)}
