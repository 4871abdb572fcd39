# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that IPVS tells of this host: its table, counters and settings, and what the kernel supports. Private."""

from __future__ import annotations

from typing import Any, Dict, List

from ._ipvs import statistics
from ._ipvs.counted import CountedTableReader
from ._ipvs.family import IpvsFamily, IpvsNotLoaded
from ._ipvs.for_checks import without_checks
from ._ipvs.kernel import IpvsKernel
from ._ipvs.model import Table, as_option
from ._ipvs.support import persistence_engines, read_modules, schedulers
from ._ipvs.text import table_lines
from ._ipvs_settings.kernel import SettingsKernel, read_sysctls
from ._ipvs_settings.model import OF_THE_KERNEL
from ._ipvs_settings.text import daemon_lines, timeouts_line
from ._netlink.socket import NETLINK_GENERIC, NetlinkSocket

# Of a host that has not loaded IPVS.
_IDLE: Dict[str, Any] = {
    "version": "",
    "connection_table_size": 0,
    "services": [],
    "served": [],
    "timeouts": OF_THE_KERNEL._asdict(),
    "sync_daemons": {},
}


def read_ipvs(counters: bool, load: bool) -> Dict[str, Any]:
    """Return it as the return values of ipvs_info describe it. counters: whether to read the statistics too.

    load: whether the kernel may load IPVS. Where it may not, it tells nothing.
    """
    try:
        with NetlinkSocket(NETLINK_GENERIC) as netlink:
            told = _of_the_kernel(IpvsFamily(netlink, load), counters)
    except IpvsNotLoaded:
        told = {**_IDLE, **({"statistics": []} if counters else {})}
    modules = read_modules()
    return {
        **told,
        "sysctls": read_sysctls(),
        "schedulers": schedulers(modules),
        "persistence_engines": persistence_engines(modules),
    }


def _of_the_kernel(family: IpvsFamily, counters: bool) -> Dict[str, Any]:
    kernel, settings = IpvsKernel(family), SettingsKernel(family)
    version, size = kernel.info()
    return {
        "version": version,
        "connection_table_size": size,
        **(_counted(family) if counters else _table(kernel)),
        "timeouts": settings.timeouts()._asdict(),
        "sync_daemons": {role: daemon._asdict() for role, daemon in settings.daemons().items()},
    }


def _table(kernel: IpvsKernel) -> Dict[str, Any]:
    return _services(without_checks(kernel.read()))


def _services(table: Table) -> Dict[str, Any]:
    served = [key for key in sorted(table) if any(each.weight for each in table[key].destinations)]
    return {"services": [as_option(key, table[key]) for key in sorted(table)], "served": [*map(str, served)]}


def _counted(family: IpvsFamily) -> Dict[str, Any]:
    table, counted = CountedTableReader(family).read()
    return {
        **_services(table),
        "statistics": [statistics.as_result(key, counted[key]) for key in sorted(table)],
    }


def read_rules(load: bool) -> List[str]:
    """Return the table and the settings as lines that `ipvsadm --restore` takes. load: as of read_ipvs()."""
    try:
        with NetlinkSocket(NETLINK_GENERIC) as netlink:
            family = IpvsFamily(netlink, load)
            table, settings = IpvsKernel(family).read(), SettingsKernel(family)
            timeouts, daemons = settings.timeouts(), settings.daemons()
    except IpvsNotLoaded:
        return []
    set_timeouts = [] if timeouts == OF_THE_KERNEL else [timeouts_line(timeouts)]
    return [*table_lines(table), *set_timeouts, *daemon_lines(daemons)]
