# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program that keepalived runs where a check of a service with a floor changes its mind. Private to the collection.

It runs on a director, without Ansible, from a folder with copies of the files that it uses.
"""

from __future__ import annotations

import sys
import syslog

from .._ipvs.family import IpvsFamily, IpvsNotLoaded
from .._ipvs.kernel import IpvsKernel
from .._ipvs.model import Table
from .._netlink.errors import NetlinkError
from .._netlink.socket import NETLINK_GENERIC, NetlinkSocket
from .settle import settle


def read_table() -> Table:
    """Return the kernel's table, empty where IPVS is not loaded."""
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        try:
            return IpvsKernel(IpvsFamily(netlink, load=False)).read()
        except IpvsNotLoaded:
            return {}


def main() -> None:
    """Settle the floor of the service that the first argument names."""
    name = sys.argv[1]
    syslog.openlog("lvs-floor")
    try:
        settle(read_table, only=name)
    except (NetlinkError, OSError) as error:
        told = f"The floor of {name} could not be settled, and checks take nobody out or in there: {error}"
        syslog.syslog(syslog.LOG_ERR, told)
        raise SystemExit(told) from error
