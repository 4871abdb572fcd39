# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read of a director to be measured, and the metrics that there are. Private to the collection.

Names follow Prometheus: a counter ends with _total, a unit is part of the name, what is true is 1.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Mapping, NamedTuple, Tuple

from .._ipvs.model import DestinationKey, Pair, ServiceKey, Table, Weights
from .._ipvs.statistics import TableStatistics
from .._ipvs_settings.model import ROLES, SyncDaemons

COUNTER, GAUGE = "counter", "gauge"


class Metric(NamedTuple):
    """kind: COUNTER or GAUGE. labels: their names, in order. told: what a value means, in words."""

    kind: str
    labels: Tuple[str, ...]
    told: str


class Reading(NamedTuple):
    """A director at one moment.

    loaded: whether its kernel has loaded IPVS. version: of IPVS. defined: the weights that stand in the definition.
    wanted: the same with what operators have done to them. sorry_servers: of the services that keepalived manages.
    floors: how many real servers checks leave in the table, of services with a floor. kept: those of them that fail.
    held_by: each VIP, with the word for who holds it. held: the addresses that the host has now. processes: those of
    keepalived that its configuration needs, each with whether it is at work. syncs: whether sync daemons are defined.
    in_standby, barred: whether an operator, or a roll-out that is not finished, keeps VIPs away. at: seconds since
    1970. took: seconds.
    """

    loaded: bool
    version: str
    table: Table
    counted: TableStatistics
    defined: Weights
    wanted: Weights
    sorry_servers: Mapping[ServiceKey, FrozenSet[DestinationKey]]
    floors: Mapping[ServiceKey, int]
    kept: FrozenSet[Pair]
    held_by: Mapping[str, str]
    held: FrozenSet[str]
    processes: Mapping[str, bool]
    sync_daemons: SyncDaemons
    syncs: bool
    in_standby: bool
    barred: bool
    at: float
    took: float

    @property
    def pairs(self) -> FrozenSet[Pair]:
        """All destinations, defined or in the table, but the sorry servers that are not real servers too."""
        there = {(key, each.key) for key, value in self.table.items() for each in value.destinations}
        sorry = {(key, server) for key, servers in self.sorry_servers.items() for server in servers}
        return frozenset((there - sorry) | self.defined.keys())


OF_SERVICE = ("service",)
OF_REAL_SERVER = ("service", "real_server")
# The names of fields of statistics.Counts, and what they count.
COUNTED = {
    "connections": "Connections",
    "incoming_packets": "Packets from clients",
    "outgoing_packets": "Packets to clients that come back through the director",
    "incoming_bytes": "Bytes from clients",
    "outgoing_bytes": "Bytes to clients that come back through the director",
}
METRICS: Dict[str, Metric] = {
    "lvs_reading_timestamp_seconds": Metric(GAUGE, (), "When all of this was read, in seconds since 1970."),
    "lvs_reading_duration_seconds": Metric(GAUGE, (), "How long the reading took."),
    "lvs_ipvs_loaded": Metric(GAUGE, (), "Whether the kernel has loaded IPVS."),
    "lvs_ipvs_info": Metric(GAUGE, ("version",), "The version of IPVS; always 1."),
    "lvs_service_info": Metric(
        GAUGE,
        (*OF_SERVICE, "vip", "port", "protocol", "fwmark", "scheduler"),
        "What identifies a virtual service in the table, and its scheduler; always 1.",
    ),
    "lvs_service_weight": Metric(
        GAUGE, OF_SERVICE, "Sum of the weights that the defined real servers of a service have in the table."
    ),
    "lvs_service_weight_defined": Metric(GAUGE, OF_SERVICE, "Sum of the defined weights of a service."),
    "lvs_service_depool_floor": Metric(
        GAUGE,
        OF_SERVICE,
        "For services with a floor: how many real servers checks leave in the table, even if they fail.",
    ),
    "lvs_service_sorry_server_serves": Metric(
        GAUGE, OF_SERVICE, "For services with a sorry server: whether it serves."
    ),
    **{
        f"lvs_service_{name}_total": Metric(COUNTER, OF_SERVICE, f"{told} since the service was added to the table.")
        for name, told in COUNTED.items()
    },
    "lvs_real_server_weight": Metric(
        GAUGE, OF_REAL_SERVER, "The weight in the table; also 0 if the real server is not in the table."
    ),
    "lvs_real_server_weight_defined": Metric(GAUGE, OF_REAL_SERVER, "The weight in the definition."),
    "lvs_real_server_drained": Metric(GAUGE, OF_REAL_SERVER, "Whether an operator has drained it."),
    "lvs_real_server_in_table": Metric(
        GAUGE,
        OF_REAL_SERVER,
        "Whether it is in the table. keepalived takes out a real server that fails its health check.",
    ),
    "lvs_real_server_healthy": Metric(
        GAUGE,
        OF_REAL_SERVER,
        "Whether it is in the table, with a weight if it is to have one: health checks pass, as far as there are any.",
    ),
    "lvs_real_server_kept": Metric(
        GAUGE,
        OF_REAL_SERVER,
        "For services with a floor: whether it fails its health check and the floor keeps it in the table.",
    ),
    "lvs_real_server_active_connections": Metric(
        GAUGE, OF_REAL_SERVER, "TCP or SCTP connections that are open or being opened."
    ),
    "lvs_real_server_inactive_connections": Metric(
        GAUGE, OF_REAL_SERVER, "Other connections that the kernel still knows, including all UDP."
    ),
    "lvs_real_server_persistent_connections": Metric(
        GAUGE, OF_REAL_SERVER, "Clients that persistence keeps at this real server."
    ),
    **{
        f"lvs_real_server_{name}_total": Metric(COUNTER, OF_REAL_SERVER, f"{told} since it was added to the table.")
        for name, told in COUNTED.items()
    },
    "lvs_vip_held": Metric(
        GAUGE,
        ("vip", "held_by"),
        "Whether this director has the VIP. With vrrp one director has it, with static every director.",
    ),
    "lvs_keepalived_process_running": Metric(
        GAUGE,
        ("process",),
        "Whether a keepalived process that the definition needs works: keepalived starts the others, checkers tests "
        "real servers, vrrp holds VIPs.",
    ),
    "lvs_sync_daemon_defined": Metric(
        GAUGE, (), "Whether the definition has a sync daemon, so that directors share their connections."
    ),
    "lvs_sync_daemon_running": Metric(
        GAUGE, ("role",), f"Whether the sync daemon of a role runs ({' or '.join(ROLES)})."
    ),
    "lvs_director_in_standby": Metric(
        GAUGE, (), "Whether an operator has put this director in standby, so that it takes no VIPs."
    ),
    "lvs_director_held": Metric(GAUGE, (), "Whether an unfinished roll-out keeps this director from taking VIPs."),
}
