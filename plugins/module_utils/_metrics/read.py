# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading what is measured of this host. Private to the collection."""

from __future__ import annotations

import os
import time
from typing import Dict, FrozenSet, Mapping, NamedTuple

from .._change import InvalidInput
from .._drain.folder import read_offsets
from .._drain.offsets import offset, weight_with
from .._files import read_text
from .._floor.model import KEPT
from .._ipvs.counted import CountedTableReader
from .._ipvs.family import IpvsFamily, IpvsNotLoaded
from .._ipvs.for_checks import is_for_checks
from .._ipvs.kernel import IpvsKernel
from .._ipvs.model import Table, Weights
from .._ipvs.statistics import TableStatistics
from .._ipvs.text import parse_rules
from .._ipvs_settings.kernel import SettingsKernel
from .._ipvs_settings.model import SyncDaemons
from .._keepalived.letting_go import PARTS, idle_parts
from .._keepalived.managed import (
    ADVERTISED,
    Member,
    floors,
    has_sync_daemon,
    managed,
    sorry_servers,
    virtual_addresses,
)
from .._keepalived.service import MAIN, at_work, process_of
from .._netlink.socket import NETLINK_GENERIC, NETLINK_ROUTE, NetlinkSocket
from .._network.kernel import NetworkKernel
from .._places import DRAINED, HELD, IPVS_RULES, KEEPALIVED_CONF, STANDBY, SYNC_DAEMONS
from .model import Reading


class _Ipvs(NamedTuple):
    """What the kernel tells of IPVS."""

    loaded: bool
    version: str
    table: Table
    counted: TableStatistics
    sync_daemons: SyncDaemons


def read() -> Reading:
    """Return what this director is now. NetlinkError or OSError where that cannot be read."""
    begin, at = time.monotonic(), time.time()
    configuration, rules = read_text(KEEPALIVED_CONF) or "", read_text(IPVS_RULES) or ""
    defined, offsets = _defined(configuration, rules), read_offsets(DRAINED)
    found = floors(configuration).values()
    ipvs = _read_ipvs()
    return Reading(
        **ipvs._asdict(),
        defined=defined,
        wanted={pair: weight_with(weight, offset(offsets, *pair)) for pair, weight in defined.items()},
        sorry_servers={key: value for key, value in sorry_servers(configuration).items() if not is_for_checks(key)},
        floors={key: floor.least for floor in found for member in floor.members for key, _server in member.pairs},
        kept=frozenset(pair for floor in found for member in floor.members if _kept(member) for pair in member.pairs),
        held_by=_held_by(configuration, defined),
        held=_addresses(),
        processes=_processes(configuration),
        syncs=has_sync_daemon(configuration) or os.path.exists(SYNC_DAEMONS),
        in_standby=os.path.exists(STANDBY),
        barred=os.path.exists(HELD),
        at=at,
        took=time.monotonic() - begin,
    )


def _kept(member: Member) -> bool:
    return (read_text(member.file) or "").strip() == KEPT


def _read_ipvs() -> _Ipvs:
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        try:
            family = IpvsFamily(netlink, load=False)
        except IpvsNotLoaded:
            return _Ipvs(False, "", {}, {}, {})
        table, counted = CountedTableReader(family).read()
        return _Ipvs(True, IpvsKernel(family).info()[0], table, counted, SettingsKernel(family).daemons())


def _addresses() -> FrozenSet[str]:
    with NetlinkSocket(NETLINK_ROUTE) as netlink:
        return frozenset(key.address for key in NetworkKernel(netlink).read_interfaces().addresses)


def _defined(configuration: str, rules: str) -> Weights:
    """Return the defined weights: keepalived's own, and those of the rules that the next boot loads."""
    try:
        table, _operators = parse_rules(rules, IPVS_RULES)
    except InvalidInput:  # somebody has written into it by hand; the next roll-out says where
        table = {}
    weights = {(key, each.key): each.weight for key, value in table.items() for each in value.destinations}
    weights.update((pair, found.weight) for pair, found in managed(configuration).items())
    return weights


def _held_by(configuration: str, defined: Weights) -> Dict[str, str]:
    moving = {address for address in virtual_addresses(configuration) if not address.startswith(ADVERTISED)}
    of_services = {key.address for key, _destination in defined if key.address}
    return {**dict.fromkeys(of_services, "static"), **dict.fromkeys(moving, "vrrp")}


def _processes(configuration: str) -> Mapping[str, bool]:
    idle = idle_parts(configuration)
    needed = [part for part in PARTS if part not in idle]
    if not needed:
        return {}
    main = process_of(MAIN)
    return {MAIN: main is not None, **{part: main is not None and at_work(process_of(part, main)) for part in needed}}
