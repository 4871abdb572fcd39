# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import Plan
from ansible_collections.lvs.cluster.plugins.module_utils._drain.offsets import operators_weights
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    WantedService,
    normal_service,
    wanted_destination,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import (
    DESTINATION,
    desired_table,
    weights_of,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.resource import IpvsTable
from ansible_collections.lvs.cluster.plugins.module_utils._resource import Failed, _carry_out

SHOP = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
TUNNELLED = WantedService(
    "services[0]",
    SHOP,
    {},
    (wanted_destination("192.0.2.21", 80, (("forward", "tun"), ("tunnel_type", "gre"))),),
)


class OldKernel:
    """Stands in for a kernel before 5.2, which the lab does not have: it passes over the attributes of tunnels."""

    def __init__(self) -> None:
        self.table: Table = {}

    def read(self) -> Table:
        return self.table

    def apply(self, plan: Plan) -> None:
        service = WantedService("", SHOP, {}, (wanted_destination("192.0.2.21", 80, (("forward", "tun"),)),))
        added = any(change.kind == DESTINATION for change in plan)
        self.table = desired_table("overridden", [service], {}) if added else {}


def test_a_kernel_that_passes_over_a_tunnel_is_told_and_undone() -> None:
    kernel = OldKernel()
    table = IpvsTable(kernel, "merged", [TUNNELLED])
    desired = table.desired({}, {})
    with pytest.raises(Failed, match=r"does not know tunnel_type gre.*the host is as it was before") as caught:
        _carry_out(table, table.plan(desired, {}), desired, {}, {})
    assert not caught.value.changed
    assert kernel.table == {}


OFFSETS = {"192.0.2.21": 4, "192.0.2.22": 4, "192.0.2.23": 4}


def with_weights(*weights: int) -> Table:
    destinations = (Destination(f"192.0.2.{21 + number}", 80, weight=weight) for number, weight in enumerate(weights))
    return {SHOP: VirtualService(normal_service(SHOP, Service()), tuple(destinations))}


def weights_in(table: Table) -> list[int]:
    return [destination.weight for destination in table[SHOP].destinations]


def listed(*weights: int | None) -> WantedService:
    """The service with these weights of its real servers, None for one without."""
    options = ((("weight", weight),) if weight is not None else () for weight in weights)
    destinations = (wanted_destination(f"192.0.2.{21 + number}", 80, option) for number, option in enumerate(options))
    return WantedService("services[0]", SHOP, {}, tuple(destinations))


def test_what_is_merged_without_a_weight_keeps_the_one_that_an_operator_has_made() -> None:
    table = IpvsTable(None, "merged", [listed(None, 5)], operators=operators_weights(OFFSETS))
    # The third is in the service and not listed.
    assert weights_in(table.desired(with_weights(9, 9, 9), {})) == [9, 9, 9]
    assert weights_in(table.desired(with_weights(9, 1, 9), {})) == [9, 9, 9]


def test_what_is_new_has_what_an_operator_has_added() -> None:
    merged = IpvsTable(None, "merged", [listed(None, None)], operators=operators_weights(OFFSETS))
    assert weights_in(merged.desired({}, {})) == [5, 5]
    assert weights_in(merged.desired(with_weights(9), {})) == [9, 5]


@pytest.mark.parametrize("state", ["replaced", "overridden"])
def test_what_is_listed_in_full_has_what_an_operator_has_added(state: str) -> None:
    table = IpvsTable(None, state, [listed(None, 5)], operators=operators_weights(OFFSETS))
    assert weights_in(table.desired(with_weights(5, 9, 9), {})) == [5, 9]


def test_merged_over_and_over_the_file_for_the_next_boot_stays() -> None:
    path = "/etc/lvs/ipvs.rules"
    defined, observed = with_weights(5, 5), with_weights(9, 9)
    written = "".join(
        f"{line}\n" for line in (*text.table_lines(defined), *text.weight_lines(defined, weights_of(observed)))
    )
    table = IpvsTable(None, "merged", [listed(None, 5)], boot_file=path, operators=operators_weights(OFFSETS))
    owned = table.owned({path: written})
    desired = table.desired(observed, owned)
    assert desired == observed
    assert table.texts(desired, owned) == {path: written}
