# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VRRP: which director has which VIPs, and how the others learn of it."""

from __future__ import annotations

from collections.abc import Iterator

from .._cluster.model import VrrpInstance
from .items import moving_instances
from .rule import Note, advice


@advice("LVS351", "equal-priorities", each=moving_instances)
def equal_priorities(instance: VrrpInstance) -> Iterator[Note]:
    """Two directors have the same priority, so their addresses decide which of them gets the VIPs.

    Give each director an `lvs_priority` of its own.
    """
    priorities = [priority for _director, priority in instance.priorities]
    if len(set(priorities)) < len(priorities):
        yield Note(
            instance.path,
            f"VRRP instance {instance.name}: directors have the same priority, {max(priorities)}, and the one with the "
            "higher address gets the VIPs",
            "Give each an lvs_priority of its own",
        )
