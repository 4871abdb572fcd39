# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who else advertises the virtual routers of a cluster on its directors' networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...module_utils._netlink.address import is_link_local
from .._keepalived.neighbours import former_directors, known_addresses
from .._rules.rule import Note, advice, error, seen
from .._values.vrrp import VrrpInstance
from .director_reports import DirectorReports

Heard = Mapping[str, Any]


def unknown_masters(subject: DirectorReports) -> Iterator[tuple[str, VrrpInstance, Heard, list[str]]]:
    """Each master that a director hears advertise a virtual router of the cluster from no known address of a director.

    The last is which directors have not reported their addresses.
    """
    known = known_addresses(subject.cluster, subject.reports)
    unasked = sorted({*subject.cluster.director_hosts} - {*subject.reports})
    for heard in subject.reports.get(subject.host, {}).get("heard", ()):
        instances = (each for each in subject.cluster.keepalived.instances if _is_of(heard, each))
        instance = next(instances, None)
        if instance and heard["source"] not in known and not _is_former(subject, heard["source"]):
            yield subject.host, instance, heard, unasked


def _is_former(subject: DirectorReports, source: str) -> bool:
    """Whether it may be a former director that is still there, which LVS753 is about. Nobody knows whose a link-local
    address is.
    """
    former = former_directors(subject.cluster, subject.reports, subject.elsewhere)
    there = [each for each in former if not {each.name, *each.addresses} & {*subject.gone}]
    return any(source in each.addresses or is_link_local(source) for each in there)


def _is_of(heard: Heard, instance: VrrpInstance) -> bool:
    return (heard["virtual_router_id"], heard["family"]) == (instance.virtual_router_id, instance.family)


@error("LVS751", "virtual-router-conflict", each=unknown_masters)
def virtual_router_conflict(host: str, instance: VrrpInstance, heard: Heard, unasked: list[str]) -> Iterator[Note]:
    """A host that is not a director of the cluster advertises one of its virtual routers.

    Set a `virtual_router_id` that is not used on that network, or stop the keepalived of a former director.
    """
    if not unasked:
        yield _conflict(host, instance, heard, "It is not a director of this cluster")


@advice("LVS752", "unknown-virtual-router", each=unknown_masters)
def unknown_virtual_router(host: str, instance: VrrpInstance, heard: Heard, unasked: list[str]) -> Iterator[Note]:
    """A host advertises a virtual router of the cluster, and may be a director that took no part in the run.

    Run the playbook for all directors; then it knows whether that host is one of them.
    """
    if unasked:
        yield _conflict(
            host,
            instance,
            heard,
            f"It is not known to be a director of this cluster ({', '.join(unasked)} did not take part in this run)",
        )


def _conflict(host: str, instance: VrrpInstance, heard: Heard, whose: str) -> Note:
    return seen(
        host,
        f"It hears another host on {heard['interface']} advertise the virtual router {instance.virtual_router_id} "
        f"of the instance {instance.name}: {heard['source']}, by VRRP version {heard['version']}, with priority "
        f"{heard['priority']}, for {', '.join(heard['addresses']) or 'no address'}",
        f"{whose}. Two clusters on one network need different numbers, or one of them never gets its VIPs",
        "Set virtual_router_id in lvs_cluster.vrrp, or in its instance, to a number that is not used there. If it is "
        "a former director, stop its keepalived",
    )
