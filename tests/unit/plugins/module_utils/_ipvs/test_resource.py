# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import Plan
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    ServiceKey,
    Table,
    WantedService,
    wanted_destination,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import DESTINATION, desired_table
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
