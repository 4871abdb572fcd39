# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Named sets of defaults for lvs_cluster.vrrp: what a definition says itself stands before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Preset(NamedTuple):
    """why: what it is for, as a sentence."""

    value: Any
    why: str


# Name of a profile -> key of lvs_cluster.vrrp -> its value there.
PROFILES: Mapping[str, Mapping[str, Preset]] = {
    "fast": {
        "version": Preset(3, "Version 2 has whole seconds."),
        "advert_interval": Preset(
            0.1,
            "A backup takes the VIPs when it has heard nothing for three intervals and up to one more, by its priority "
            "(RFC 9568): within 0.4 seconds. Any other number of intervals is a deviation, says keepalived.conf(5).",
        ),
        "realtime_priority": Preset(
            10, "A busy director would advertise late, and the others would take it for dead: it runs before all else."
        ),
        "no_swap": Preset(True, "Nor does it wait for memory that has been swapped out."),
        "garp_delay": Preset(
            1, "Neighbours that have missed the first announcement hear the second one after a second instead of five."
        ),
        "garp_refresh": Preset(30, "And those that have missed both hear another one, without the next failover."),
        "preempt_delay": Preset(
            30,
            "Who comes back takes the VIPs only when the sync daemon has had time to tell it of connections.",
        ),
    },
}


def preset(profile: str | None, key: str) -> Any:
    """What a profile says of a key, None for nothing."""
    found = PROFILES[profile].get(key) if profile else None
    return found.value if found else None
