# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the settings that are to those that must be: pure, total, ordered. Private to the collection."""

from __future__ import annotations

from .._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from .._netlink.address import family_of
from .model import (
    OF_THE_KERNEL,
    ROLES,
    Mtus,
    SyncDaemon,
    SyncDaemons,
    Timeouts,
    WantedDaemons,
    daemon_faults,
    default_length,
)

TIMEOUTS, DAEMONS = "timeouts", "daemons"  # kinds of change; the key of a daemon is its role


def plan_timeouts(desired: Timeouts, observed: Timeouts) -> Plan:
    """Return the one change that turns the observed timeouts into the desired ones, or none."""
    return () if desired == observed else (Change(CHANGE, TIMEOUTS, TIMEOUTS, observed, desired),)


def without(owned: Timeouts, observed: Timeouts) -> Timeouts:
    """Return the timeouts without the caller's own, where nobody else has changed them since.

    What they were before is not known: they get the kernel's defaults.
    """
    every = zip(owned, observed, OF_THE_KERNEL)
    return Timeouts(*(default if own and own == there else there for own, there, default in every))


def desired_daemons(wanted: WantedDaemons, observed: SyncDaemons, mtus: Mtus) -> SyncDaemons:
    """Return all daemons as they must be: the wanted ones with what is left out as it runs, or as the kernel has it.

    InvalidInput where one that has to be started could not work.
    """
    desired = dict(observed)
    faults: dict[str, None] = {}  # the roles have most faults in common; each is told once
    for role in wanted.roles:
        base = observed.get(role)
        daemon = desired[role] = _complete(role, wanted, base, mtus)
        if daemon != base:
            faults.update(dict.fromkeys(daemon_faults(role, daemon, mtus)))
    if faults:
        raise InvalidInput(tuple(faults))
    return desired


def _complete(role: str, wanted: WantedDaemons, base: SyncDaemon | None, mtus: Mtus) -> SyncDaemon:
    daemon = (base or SyncDaemon(""))._replace(**wanted.options)
    # The headers of IPv6 are longer: with a group of another family, the length of before could be too much.
    keeps_length = base is not None and family_of(base.group) == family_of(daemon.group)
    if "max_length" in wanted.options or keeps_length:
        return daemon
    return daemon._replace(max_length=default_length(role, daemon.group, mtus.get(daemon.interface, 0)))


def plan_daemons(desired: SyncDaemons, observed: SyncDaemons) -> Plan:
    """Return the ordered changes that turn the observed daemons into the desired ones."""
    changes = []
    for role in ROLES:
        before, after = observed.get(role), desired.get(role)
        if before != after:
            action = ADD if before is None else REMOVE if after is None else CHANGE
            changes.append(Change(action, DAEMONS, role, before, after))
    return tuple(changes)
