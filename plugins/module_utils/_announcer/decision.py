# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which VIPs a director announces. Pure. Private to the collection."""

from __future__ import annotations

from typing import AbstractSet, Dict, List, Mapping

from .._ipvs.model import DestinationKey, ServiceKey
from .model import ANNOUNCED, ON_STANDBY, Decision, Quorum, Seen, Settings, Vip

STANDBY = "this director is in standby"
NO_CHECKER = "keepalived's health checker does not work"


def decide(settings: Settings, seen: Seen, served: AbstractSet[ServiceKey] = frozenset()) -> Decision:
    """served: the services that had their quorum until now."""
    now = frozenset(
        key for key, quorum in settings.quorums.items() if _is_served(quorum, seen.weights.get(key, {}), key in served)
    )
    interfaces: Dict[Vip, str] = {}
    withdrawn: Dict[Vip, str] = {}
    for vip in settings.vips:
        reason = _why_not(settings, seen, vip, now)
        if reason:
            withdrawn[vip] = reason
        else:
            interfaces[vip] = ON_STANDBY if seen.in_standby else ANNOUNCED
    return Decision(interfaces, withdrawn, now)


def _is_served(quorum: Quorum, weights: Mapping[DestinationKey, int], until_now: bool) -> bool:
    """As update_quorum_state() in keepalived's ipwrapper.c has it."""
    if any(weights.get(key) for key in quorum.sorry):
        return True
    total = sum(weight for key, weight in weights.items() if key not in quorum.sorry)
    threshold = quorum.needed - quorum.hysteresis if until_now else quorum.needed + quorum.hysteresis
    return total > 0 and total >= threshold


def _why_not(settings: Settings, seen: Seen, vip: Vip, served: AbstractSet[ServiceKey]) -> str:
    """Return why a VIP is not announced; "" where it is."""
    if seen.in_standby and not settings.on_standby:
        return STANDBY
    if settings.checked and not seen.checker_works:
        return NO_CHECKER
    unserved = [key for key in vip.services if key not in served]
    lacks = bool(unserved) if settings.whole else len(unserved) == len(vip.services)
    return ", ".join(_lack(settings, seen, key) for key in unserved) if lacks else ""


def _lack(settings: Settings, seen: Seen, key: ServiceKey) -> str:
    quorum = settings.quorums[key]
    weights = seen.weights.get(key, {})
    total = sum(weight for server, weight in weights.items() if server not in quorum.sorry)
    return f"{key} has real servers with a weight of {total} in all, and needs {quorum.needed + quorum.hysteresis}"


def changes(before: Decision, now: Decision) -> List[str]:
    """Return a line for each VIP of which something has changed."""
    lines = [f"{vip.address}: {_announced(now.interfaces[vip])}" for vip in now.interfaces if _moved(before, now, vip)]
    lines += [
        f"{vip.address}: not announced: {reason}"
        for vip, reason in now.withdrawn.items()
        if before.withdrawn.get(vip) != reason
    ]
    return lines


def _moved(before: Decision, now: Decision, vip: Vip) -> bool:
    return before.interfaces.get(vip) != now.interfaces[vip]


def _announced(interface: str) -> str:
    return "announced as a last resort, in standby" if interface == ON_STANDBY else "announced"
