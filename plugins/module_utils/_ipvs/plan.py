# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is to what must be: pure, total, ordered. Private to the collection.

The order keeps every service served: whatever adds or raises goes first, then the settings of services, then what
quiesces (weight 0), then what removes. At no moment has a service fewer usable real servers than the smaller of its
old and its new definition.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Sequence

from .._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from .checks import virtual_service_faults, without_effect
from .model import (
    Destination,
    DestinationKey,
    Pair,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    WantedDestination,
    WantedService,
    Weights,
    normal_destination,
    normal_service,
)

SERVICE, DESTINATION = "service", "destination"
STATES = ("merged", "replaced", "overridden", "deleted")
# What a change can be, in the words of the modules.
ACTIONS = tuple(f"{action}_{kind}" for kind in (SERVICE, DESTINATION) for action in (ADD, CHANGE, REMOVE))


def desired_table(
    state: str, wanted: Sequence[WantedService], observed: Table, owned: frozenset[ServiceKey] = frozenset()
) -> Table:
    """Return the whole table as it must be.

    merged: what is listed is there as listed; options left out keep their value, all else stays.
    replaced: each listed service is exactly as listed; an owned service that is no longer listed goes; others stay.
    overridden: the table is exactly what is listed. deleted: what is listed goes.
    InvalidInput where a listed service could not work.
    """
    if state == "deleted":
        gone = {service.key for service in wanted}
        return {key: value for key, value in observed.items() if key not in gone}
    if state == "overridden":
        table: Table = {}
    else:
        listed = {service.key for service in wanted}
        dropped = owned - listed if state == "replaced" else frozenset()
        table = {key: value for key, value in observed.items() if key not in dropped}
    faults: list[str] = []
    for service in wanted:
        base = observed.get(service.key) if state == "merged" else None
        complete = table[service.key] = _complete(service, base)
        faults.extend(virtual_service_faults(service.path, service.key, complete, base))
        faults.extend(without_effect(service, complete))
    if faults:
        raise InvalidInput(tuple(faults))
    return table


def _complete(wanted: WantedService, base: VirtualService | None) -> VirtualService:
    if base is None:
        service = Service(**wanted.options)
        destinations = [listed.destination for listed in wanted.destinations]
    else:
        service = base.service._replace(**wanted.options)
        destinations = _merged(wanted.destinations, base.destinations)
    normal = sorted(map(normal_destination, destinations))
    return VirtualService(normal_service(wanted.key, service), tuple(normal))


def _merged(wanted: Sequence[WantedDestination], base: Sequence[Destination]) -> list[Destination]:
    destinations = {destination.key: destination for destination in base}
    for listed, given in wanted:
        there = destinations.get(listed.key)
        if there is not None:
            listed = there._replace(**{name: getattr(listed, name) for name in given})
        destinations[listed.key] = listed
    return list(destinations.values())


def weighted(state: str, wanted: Sequence[WantedService], observed: Table) -> frozenset[Pair]:
    """Return the destinations that have the weight of their definition in desired_table().

    The others have the one that is there, with what an operator has added to it.
    """
    there = weights_of(observed) if state == "merged" else {}
    return frozenset(
        (service.key, listed.key)
        for service in wanted
        for listed, given in service.destinations
        if "weight" in given or (service.key, listed.key) not in there
    )


def without_destinations(wanted: Sequence[WantedService], observed: Table) -> Table:
    """Return the observed table without the listed destinations; the services stay."""
    table = dict(observed)
    for service in wanted:
        if service.key in table:
            gone = {listed.destination.key for listed in service.destinations}
            now = table[service.key]
            left = tuple(destination for destination in now.destinations if destination.key not in gone)
            table[service.key] = now._replace(destinations=left)
    return table


def written_table(state: str, wanted: Sequence[WantedService], desired: Table, owned: Table) -> Table:
    """Return what the file for the next boot holds: what is listed, over what it holds already (owned).

    So what others have made of a listed service, such as a weight, stays out of the file. Only a service or destination
    that is new to the file is taken from the desired table where it is not listed in full.
    """
    if state in ("replaced", "overridden"):
        return {service.key: _complete(service, None) for service in wanted}
    table = dict(owned)
    for service in wanted:
        if state == "deleted":
            table.pop(service.key, None)
        else:
            table[service.key] = _complete(service, _written_base(service, desired[service.key], owned))
    return table


def _written_base(wanted: WantedService, desired: VirtualService, owned: Table) -> VirtualService:
    if wanted.key not in owned:
        return desired
    before = owned[wanted.key]
    new = {listed.destination.key for listed in wanted.destinations}
    new -= {destination.key for destination in before.destinations}
    added = tuple(destination for destination in desired.destinations if destination.key in new)
    return before._replace(destinations=before.destinations + added)


def with_kept_weights(desired: Table, observed: Table, written: Table) -> Table:
    """Return the desired table with the weights that someone has changed by hand.

    written: what this caller has set before. A weight that is another now was changed by hand, and so was every weight
    of a destination that is not written.
    """
    table = dict(desired)
    for key, wanted in desired.items():
        if key in observed:
            now, before = _weights(observed[key]), _weights(written[key]) if key in written else {}
            by_hand = {name: weight for name, weight in now.items() if before.get(name) != weight}
            kept = [
                destination._replace(weight=by_hand.get(destination.key, destination.weight))
                for destination in wanted.destinations
            ]
            table[key] = wanted._replace(destinations=tuple(kept))
    return table


def weights_of(table: Table) -> Weights:
    """Return the weight of each destination."""
    return {
        (key, destination.key): destination.weight
        for key, virtual_service in table.items()
        for destination in virtual_service.destinations
    }


def _weights(virtual_service: VirtualService) -> dict[DestinationKey, int]:
    return {destination.key: destination.weight for destination in virtual_service.destinations}


def plan(desired: Table, observed: Table) -> Plan:
    """Return the ordered changes that turn the observed table into the desired one."""
    raising: list[Change] = []
    settings: list[Change] = []
    quiescing: list[Change] = []
    removing: list[Change] = []
    for key in sorted(desired):
        now, then = observed.get(key), desired[key]
        if now == then:
            continue
        if now is None:
            raising.append(Change(ADD, SERVICE, key, None, then.service))
        elif now.service != then.service:
            settings.append(Change(CHANGE, SERVICE, key, now.service, then.service))
        for change in _destination_changes(key, then.destinations, now.destinations if now else ()):
            if change.action == REMOVE:
                removing.append(change)
            elif change.action == CHANGE and change.after.weight == 0:
                quiescing.append(change)
            else:
                raising.append(change)
    for key in sorted(observed):
        if key not in desired:
            removing.append(Change(REMOVE, SERVICE, key, observed[key], None))
    return tuple(raising + settings + quiescing + removing)


def _destination_changes(
    service: ServiceKey, desired: Iterable[Destination], observed: Iterable[Destination]
) -> list[Change]:
    before = {destination.key: destination for destination in observed}
    changes = []
    for after in desired:
        key = after.key
        now = before.pop(key, None)
        if now is None:
            changes.append(Change(ADD, DESTINATION, (service, key), None, after))
        elif now != after:
            changes.append(Change(CHANGE, DESTINATION, (service, key), now, after))
    changes.extend(Change(REMOVE, DESTINATION, (service, key), now, None) for key, now in before.items())
    return changes


def watched(changes: Plan) -> frozenset[tuple[str, object]]:
    """Return (kind, key) of all that these changes are about; a removed service includes its destinations."""
    keys = {(change.kind, change.key) for change in changes}
    for change in changes:
        if change.kind == SERVICE and change.action == REMOVE:
            keys.update((DESTINATION, (change.key, destination.key)) for destination in change.before.destinations)
    return frozenset(keys)


def undone(table: Table, done: Plan) -> Table:
    """Return the table as it would be had these changes not been made; what others have made of it meanwhile stays."""
    services = {key: value.service for key, value in table.items()}
    touched_services = {change.key if change.kind == SERVICE else change.key[0] for change in done}
    destinations = {
        key: {destination.key: destination for destination in table[key].destinations}
        for key in touched_services & table.keys()
    }
    for change in reversed(done):
        if change.kind == DESTINATION:
            service, key = change.key
            _take_back(change, destinations.get(service, {}), key)
        elif change.action == REMOVE and change.key not in services:
            services[change.key] = change.before.service
            destinations[change.key] = {destination.key: destination for destination in change.before.destinations}
        else:
            _take_back(change, services, change.key)
    return {
        key: VirtualService(service, tuple(sorted(destinations[key].values()))) if key in destinations else table[key]
        for key, service in services.items()
    }


def _take_back(change: Change, there: Dict[Any, Any], key: Any) -> None:
    if change.action == ADD:
        there.pop(key, None)
    elif change.action == CHANGE and key in there:
        there[key] = change.before
    elif change.action == REMOVE:
        there.setdefault(key, change.before)
