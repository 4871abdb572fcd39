# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""NAT: answers have to come back through the director that knows their connection."""

from __future__ import annotations

from collections.abc import Iterator

from .._cluster.model import THROUGH_GATEWAY, VirtualService
from .items import services
from .rule import Note, advice


@advice("LVS245", "way-back", each=services)
def way_back(service: VirtualService) -> Iterator[Note]:
    """Nothing sends the answers of NAT back through the director, without which clients cannot use them.

    Let `nat_return` be `source_nat`, or route the answers yourself.
    """
    if not service.forwards_by("nat"):
        return
    unknown = sorted(server.address for server in service.real_servers if server.forward == "nat" and not server.host)
    if unknown and service.nat_return in THROUGH_GATEWAY:
        yield Note(
            service.path,
            f"Service {service.name}: with nat, the answers of {', '.join(unknown)} must go back through the director, "
            "and only hosts of the inventory are set up so",
            "Let nat_return be source_nat, or see to it yourself",
        )
    if service.nat_return == "none":
        yield Note(
            service.path,
            f"Service {service.name}: with nat_return none, the way back through the director is yours to see to",
        )
