# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts have told before a view is built. Nothing of it is known as long as nobody has looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._keepalived.neighbours import Reports


@dataclass(frozen=True)
class Known:
    """What a run has learnt of hosts.

    hardware_addresses: director -> its MAC address, of those that are known. interfaces: address -> interface of the
    host that is viewed, of its own addresses and of those that it is to hold. reports: director -> what it has of
    virtual routers, of those that have looked.
    """

    hardware_addresses: Mapping[str, str] = field(default_factory=dict)
    interfaces: Mapping[str, str] = field(default_factory=dict)
    reports: Reports = field(default_factory=dict)
