# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call of ipvs_real_server returns and warns of, from the tables before and after it. Pure. Private."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .._ipvs.model import SCHEDULERS_BY_CLIENT, Pair, Table, find_destination
from .._ipvs.statistics import Connections
from .waiting import KINDS

Left = Sequence[Tuple[Pair, Connections]]


def told(pair: Pair, numbers: Connections, before: Table, now: Table, wanted: int) -> Dict[str, Any]:
    """Return what became of a destination. wanted: the weight that it must have."""
    service, destination = pair
    counted = {f"{kind}_connections": getattr(numbers, kind) for kind in KINDS}
    return {
        "service": str(service),
        "address": destination.address,
        "port": destination.port,
        "weight_before": _weight(before, pair),
        "weight_after": _weight(now, pair),
        "weight_wanted": wanted,
        **counted,
    }


def _weight(table: Table, pair: Pair) -> Optional[int]:
    there = find_destination(table, pair)
    return there.weight if there else None


def out_of(told: Sequence[Dict[str, Any]]) -> List[str]:
    """Return the services in whose table a real server is not, since its check has failed or has not passed yet."""
    return sorted({server["service"] for server in told if server["weight_after"] is None})


def idle_in(told: Sequence[Dict[str, Any]]) -> List[str]:
    """Return the services that send no new connections to a real server that must get some."""
    return sorted({server["service"] for server in told if server["weight_wanted"] and not server["weight_after"]})


def still_there(remaining: Left, kinds: Sequence[str], timeout: int) -> str:
    """Return what to say of connections of these kinds that have not ended."""
    first = "; ".join(
        f"{destination} of service {service} has "
        + ", ".join(f"{getattr(numbers, kind)} {kind}" for kind in kinds if getattr(numbers, kind))
        for (service, destination), numbers in remaining[:10]
    )
    return (
        f"After {timeout} seconds there are connections left: {first}. It stays drained; run it again to go on waiting"
    )


def drain_warnings(table: Table, pairs: Sequence[Pair], templates_expire: bool) -> Iterator[str]:
    """Yield whom clients still reach, or no longer do, while these destinations are drained.

    templates_expire: whether the kernel lets go of clients that persistence ties to a weight of 0.
    """
    for service in sorted({service for service, _destination in pairs} & table.keys()):
        settings = table[service].service
        if settings.persistence_timeout and not templates_expire:
            yield (
                f"service {service}: clients that persistence ties to a drained real server still get new connections "
                "to it, since the sysctl net.ipv4.vs.expire_quiescent_template is 0; with 1 they move"
            )
        if settings.scheduler in SCHEDULERS_BY_CLIENT and "fallback" not in settings.scheduler_flags:
            yield (
                f"service {service}: {settings.scheduler} refuses the clients that it gives to a drained real server; "
                "with scheduler_flags fallback another one takes them"
            )
