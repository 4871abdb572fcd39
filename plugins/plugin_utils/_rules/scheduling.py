# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedulers: what they ask of a service and its weights."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._ipvs.model import SCHEDULERS_BY_CLIENT
from .._values.service import VirtualService
from .items import services
from .rule import Note, advice, error

# ip_vs_rr.c, ip_vs_lc.c and ip_vs_dh.c only ask whether a weight is 0.
SCHEDULERS_WITHOUT_WEIGHTS = ("rr", "lc", "dh")


@error("LVS131", "scheduler-flags", each=services)
def scheduler_flags(service: VirtualService) -> Iterator[Note]:
    """The scheduler has no flags.

    Leave `scheduler_flags` out, or choose the scheduler `sh` or `mh`.
    """
    if service.scheduler_flags and service.scheduler not in SCHEDULERS_BY_CLIENT:
        having = " and ".join(SCHEDULERS_BY_CLIENT)
        yield Note(f"{service.path}.scheduler_flags", f"{service.scheduler} has no flags; {having} have")


@error("LVS132", "one-packet", each=services)
def one_packet(service: VirtualService) -> Iterator[Note]:
    """One-packet scheduling is set for a protocol with connections.

    Remove `one_packet`: it is for UDP.
    """
    if service.one_packet and service.protocol in ("tcp", "sctp"):
        yield Note(f"{service.path}.one_packet", f"works for udp only, not for {service.protocol}")


@advice("LVS133", "no-fallback", each=services)
def no_fallback(service: VirtualService) -> Iterator[Note]:
    """The scheduler refuses the clients of a real server that is drained or full, though others could serve them.

    Set `scheduler_flags: [fallback]`.
    """
    if service.scheduler in SCHEDULERS_BY_CLIENT and "fallback" not in service.scheduler_flags:
        yield Note(
            service.path,
            f"Service {service.name}: {service.scheduler} refuses the clients of a real server whose weight is 0 or "
            "which is full",
            "With scheduler_flags: [fallback] the others take them",
        )


@advice("LVS134", "weights-ignored", each=services)
def weights_ignored(service: VirtualService) -> Iterator[Note]:
    """Weights differ, but the scheduler ignores them.

    Choose the weighted variant of the scheduler, or leave the weights out.
    """
    if service.scheduler in SCHEDULERS_WITHOUT_WEIGHTS and len(_weights(service) - {0}) > 1:
        weighted = {"rr": "wrr", "lc": "wlc"}.get(service.scheduler, "sh")
        yield Note(
            service.path,
            f"Service {service.name}: {service.scheduler} does not look at weights",
            f"{weighted} does",
        )


@advice("LVS135", "weights-missing", each=services)
def weights_missing(service: VirtualService) -> Iterator[Note]:
    """The scheduler goes by weights, but all real servers have the same one, 1.

    Give each real server a weight of its own: with `fo` its rank, with `ovf` the connections that it can carry.
    """
    if len(service.real_servers) < 2 or _weights(service) != {1}:
        return
    if service.scheduler == "fo":
        yield Note(
            service.path,
            f"Service {service.name}: fo sends everything to the real server with the highest weight, and all have 1",
            "Give each a weight of its own: the higher, the sooner its turn",
        )
    # ip_vs_ovf_schedule() in ip_vs_ovf.c passes over a server with more active connections than its weight.
    if service.scheduler == "ovf":
        yield Note(
            service.path,
            f"Service {service.name}: ovf takes a weight for the number of connections that a real server carries, and "
            "all have 1",
            "Give each its capacity as weight",
        )


@advice("LVS136", "all-weights-zero", each=services)
def all_weights_zero(service: VirtualService) -> Iterator[Note]:
    """Every real server of a service has weight 0, so new connections are refused.

    Give a real server a weight, or remove the service.
    """
    if not any(server.weight for server in service.real_servers):
        yield Note(
            service.path,
            f"Service {service.name}: every weight is 0: new connections are refused",
            "Give a real server a weight",
        )


def _weights(service: VirtualService) -> set[int]:
    return {server.weight for server in service.real_servers}
