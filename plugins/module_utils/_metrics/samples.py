# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what was read of a director to the values of its metrics. Pure. Private to the collection."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Tuple

from .._ipvs.model import Pair, ServiceKey, find_destination
from .._ipvs.statistics import Counts
from .._ipvs_settings.model import ROLES
from .model import METRICS, Reading


class Sample(NamedTuple):
    """labels: values, in the order of the metric's names."""

    labels: Tuple[str, ...]
    value: float


Samples = Dict[str, List[Sample]]
_Value = Tuple[str, Tuple[str, ...], float]


def samples(reading: Reading) -> Samples:
    """Return the values of all metrics, by their names and sorted."""
    found: Samples = {name: [] for name in METRICS}
    for name, labels, value in (*_of_director(reading), *_of_services(reading), *_of_real_servers(reading)):
        found[name].append(Sample(labels, value))
    return found


def _of_director(reading: Reading) -> Iterator[_Value]:
    yield "lvs_reading_timestamp_seconds", (), reading.at
    yield "lvs_reading_duration_seconds", (), reading.took
    yield "lvs_ipvs_loaded", (), reading.loaded
    if reading.loaded:
        yield "lvs_ipvs_info", (reading.version,), 1
    for vip, holder in sorted(reading.held_by.items()):
        yield "lvs_vip_held", (vip, holder), vip in reading.held
    for name, runs in sorted(reading.processes.items()):
        yield "lvs_keepalived_process_running", (name,), runs
    yield "lvs_sync_daemon_defined", (), reading.syncs
    for role in ROLES:
        yield "lvs_sync_daemon_running", (role,), role in reading.sync_daemons
    yield "lvs_director_in_standby", (), reading.in_standby
    yield "lvs_director_held", (), reading.barred


def _of_services(reading: Reading) -> Iterator[_Value]:
    for key in sorted(reading.table):
        yield "lvs_service_info", (*_identity(key), reading.table[key].service.scheduler), 1
        yield from _counted("lvs_service", (str(key),), reading.counted[key].statistics.counters)
    defined: Dict[ServiceKey, List[Pair]] = {}
    for pair in reading.defined:
        defined.setdefault(pair[0], []).append(pair)
    for key, own in sorted(defined.items()):
        there = [find_destination(reading.table, pair) for pair in own]
        yield "lvs_service_weight", (str(key),), sum(each.weight for each in there if each)
        yield "lvs_service_weight_defined", (str(key),), sum(reading.defined[pair] for pair in own)
    for key, least in sorted(reading.floors.items()):
        yield "lvs_service_depool_floor", (str(key),), least
    for key, servers in sorted(reading.sorry_servers.items()):
        if servers:
            at_work = (find_destination(reading.table, (key, server)) for server in servers)
            yield "lvs_service_sorry_server_serves", (str(key),), any(each and each.weight for each in at_work)


def _identity(key: ServiceKey) -> Tuple[str, ...]:
    port, mark = (str(number) if number else "" for number in (key.port, key.fwmark))
    return (str(key), key.address, port, key.protocol, mark)


def _of_real_servers(reading: Reading) -> Iterator[_Value]:
    for pair in sorted(reading.pairs):
        key, destination = pair
        labels = (str(key), str(destination))
        there, defined = find_destination(reading.table, pair), reading.defined.get(pair)
        weight = there.weight if there else 0
        yield "lvs_real_server_weight", labels, weight
        yield "lvs_real_server_in_table", labels, there is not None
        if defined is not None:
            wanted = reading.wanted[pair]
            yield "lvs_real_server_weight_defined", labels, defined
            yield "lvs_real_server_drained", labels, defined > 0 and wanted == 0
            passes = pair not in reading.kept
            yield "lvs_real_server_healthy", labels, there is not None and passes and (weight > 0 or wanted == 0)
            if key in reading.floors:
                yield "lvs_real_server_kept", labels, not passes
        if there is not None:
            connections, statistics = reading.counted[key].destinations[destination]
            for kind, number in connections._asdict().items():
                yield f"lvs_real_server_{kind}_connections", labels, number
            yield from _counted("lvs_real_server", labels, statistics.counters)


def _counted(prefix: str, labels: Tuple[str, ...], counters: Counts) -> Iterator[_Value]:
    for name, number in counters._asdict().items():
        yield f"{prefix}_{name}_total", labels, number
