# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What operators add to weights, and what a call makes of that. Pure. Private to the collection."""

from __future__ import annotations

from functools import partial
from typing import AbstractSet, Iterable, Mapping

from .._ipvs.model import WEIGHT_MAX, DestinationKey, OperatorsWeights, Pair, ServiceKey, Table
from .files import Offsets, concerns, destination_name
from .model import Goal, Selection

# The number in the file of a whole real server says what state it is in:
#          0  active with its defined weight, as without a file
#         -3  active with 3 less than that, as an operator wants
#   -1000000  drained by an operator, whatever the weight is and whatever the file for one service adds
#   -2000003  set aside for a while, such as for an update, after which it is -3 again
# What is drained is not set aside, since it stays drained after the update.
DRAIN_OFFSET = -1000000
ASIDE_OFFSET = 2 * DRAIN_OFFSET


def offset(offsets: Mapping[str, int], service: ServiceKey, destination: DestinationKey) -> int:
    """Return what is added to the weight of a destination."""
    return offsets.get(destination.address, 0) + offsets.get(destination_name(service, destination), 0)


def weight_with(weight: int, added: int) -> int:
    """Return the weight that IPVS gets (real_weight() in keepalived/include/check_data.h)."""
    return min(max(weight + added, 0), WEIGHT_MAX)


def operators_weights(offsets: Mapping[str, int]) -> OperatorsWeights:
    """Return what gives destinations of a table the weights that operators want."""
    return partial(with_offsets, offsets)


def with_offsets(offsets: Mapping[str, int], table: Table, pairs: AbstractSet[Pair]) -> Table:
    """Return the table with the operators' weights of these destinations; the same where there are no files at all."""
    if not offsets:
        return table
    changed = dict(table)
    for key in {service for service, _destination in pairs} & table.keys():
        destinations = tuple(
            destination._replace(weight=weight_with(destination.weight, offset(offsets, key, destination.key)))
            if (key, destination.key) in pairs
            else destination
            for destination in table[key].destinations
        )
        changed[key] = table[key]._replace(destinations=destinations)
    return changed


def offsets_after(
    goal: Goal, selection: Selection, offsets: Mapping[str, int], added: Mapping[Pair, int], pairs: Iterable[Pair]
) -> Offsets:
    """Return the files of the selected real servers as they are when the goal is reached.

    offsets: those that there are. added: what an active destination of the selection gets beside its weight. pairs: all
    destinations of these real servers.
    """
    after: Offsets = {}
    for address in selection.addresses:
        selected = {destination_name(*pair): number for pair, number in added.items() if pair[1].address == address}
        if goal.temporary:
            after.update((set_aside if goal.drained else brought_back)(offsets, address))
        elif goal.drained:
            after.update(drain(offsets, address, selected, selection.everywhere))
        else:
            names = [destination_name(*pair) for pair in pairs if pair[1].address == address]
            after.update(activate(offsets, address, selected, names, selection.everywhere))
    return after


def drain(offsets: Mapping[str, int], address: str, selected: Iterable[str], everywhere: bool) -> Offsets:
    """Return the files of a real server as they are when it is drained.

    offsets: those that there are. selected: the names of its destinations' files, or of some. everywhere: from all
    services, also those that come later.
    """
    if everywhere:
        return {address: DRAIN_OFFSET}
    return {**_own(offsets, address), **dict.fromkeys(selected, DRAIN_OFFSET)}


def set_aside(offsets: Mapping[str, int], address: str) -> Offsets:
    """Return the files of a real server as they are when it is drained for a while: what they said comes back."""
    own = _own(offsets, address)
    whole = own.get(address, 0)
    return own if whole <= DRAIN_OFFSET else {**own, address: whole + ASIDE_OFFSET}


def brought_back(offsets: Mapping[str, int], address: str) -> Offsets:
    """Return the files of a real server as they were before it was set aside; what operators have said stays."""
    own = _own(offsets, address)
    whole = own.get(address, 0)
    if whole < DRAIN_OFFSET:
        own[address] = whole - ASIDE_OFFSET
    return {name: number for name, number in own.items() if number}


def activate(
    offsets: Mapping[str, int], address: str, selected: Mapping[str, int], all_names: Iterable[str], everywhere: bool
) -> Offsets:
    """Return the files of a real server as they are when it is active again.

    selected: file's name -> what is to be added to the weight. all_names: those of all its destinations. What is
    drained as a whole and not selected stays drained, each service by itself.
    """
    given = {name: number for name, number in selected.items() if number}
    if everywhere:
        return given
    own = _own(offsets, address)
    whole = own.pop(address, 0)
    if whole:
        for name in all_names:
            own[name] = own.get(name, 0) + whole
    return {**{name: number for name, number in own.items() if name not in selected}, **given}


def _own(offsets: Mapping[str, int], address: str) -> Offsets:
    """Return those of the files that are about a real server."""
    return {name: number for name, number in offsets.items() if concerns(name, address)}
