# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real server in its services as the road of _resource.py takes it: drained, or active. Private to the collection.

A service has one owner. In one that keepalived manages this writes the files that keepalived watches, and waits until
keepalived has done it; in any other it sets the weight itself, and writes the same files for what comes later.
"""

from __future__ import annotations

from typing import Any, Iterator, List, Optional, Sequence, Tuple

from .._change import Change, InvalidInput, Plan
from .._files import Texts
from .._ipvs import text
from .._ipvs.kernel import IpvsKernel
from .._ipvs.model import DestinationKey, Pair, ServiceKey, Table, VirtualService, Weights, find_destination
from .._ipvs.resource import TableResource
from .._netlink.errors import PartlyDone
from . import keepalived as owner
from .files import (
    Offsets,
    Records,
    concerns,
    content_of,
    destination_name,
    number_in,
    offsets_in,
    record_lines,
    records_in,
    slow_starts_in,
)
from .keepalived import Keepalived
from .known import Known
from .losses import LostQuorums, dangers, has_others, lost_quorums, told
from .model import Files, Goal, Selection
from .offsets import offset, offsets_after, weight_with
from .slow_start import combined, named, parts_for, without


class RealServer(TableResource):
    """The destinations of a selection.

    table: the kernel's as it was before, which says what there is to select. The road calls, in this order, and each
    step leaves for the later ones:
      owned     what the files said (_before), and the weights for the next boot (_weights)
      desired   what they will say (_offsets, _slow_starts, _after), and the table and weights that come of that
                (wanted_...)
      permit    which services lose their quorum by it (_losing)
      texts     the files for the next boot
      apply     what waits for a health check (_waiting); after that watched, and undoing where it has failed
    """

    def __init__(
        self,
        kernel: IpvsKernel,
        table: Table,
        keepalived: Keepalived,
        selection: Selection,
        goal: Goal,
        files: Files,
    ) -> None:
        super().__init__(kernel)
        there = {(key, destination.key) for key, value in table.items() for destination in value.destinations}
        everything = there | set(keepalived.managed)
        self.selected: List[Pair] = sorted(pair for pair in everything if selection.has(pair))
        if not self.selected:
            raise InvalidInput((_nothing_selected(selection, there),))
        self.table = table
        self._keepalived = keepalived
        self._managed = keepalived.managed
        self._selection = selection
        self._goal = goal
        self._files = files
        self._all = sorted(pair for pair in everything if pair[1].address in selection.addresses)
        self._weights: Weights = {}
        self._waiting: Plan = ()
        self._losing: LostQuorums = {}
        self.wanted_table: Table = table
        self.wanted_weights: Weights = {}
        self._before: Texts = {}
        self._after: Texts = {}
        self._offsets: Offsets = {}
        self._slow_starts: Offsets = {}
        own = [name for name in files.texts if self._is_own(name)]
        names = {*own, *selection.addresses, *(destination_name(*pair) for pair in self._all)}
        self.paths = (files.boot_file, *(f"{files.folder}/{name}" for name in sorted(names)))

    def _is_own(self, name: str) -> bool:
        """Return whether a file of this name is about a selected real server."""
        return any(concerns(name, address) for address in self._selection.addresses)

    @property
    def declaring(self) -> tuple[str, ...]:
        return ()  # to drain is to own nothing, and a file beside the drained ones would be taken for one of them

    def owned(self, texts: Texts) -> Table:
        self._before = {path: content for path, content in texts.items() if path != self._files.boot_file}
        rules = texts[self._files.boot_file] or ""
        table, self._weights = text.parse_rules(rules, self._files.boot_file)
        return table

    def desired(self, observed: Table, owned: Table) -> Table:
        known = Known(self._managed, owned, records_in(self._files.texts), observed)
        defined = self._defined_weights(known)
        before = offsets_in(self._files.texts)
        self._say(defined, before)
        self._after = self._files_after(known.in_no_definition(self._all))
        self.wanted_weights = {pair: weight_with(defined[pair], offset(self._offsets, *pair)) for pair in self.selected}
        self.wanted_table = self._wanted_table(observed, before)
        return self.wanted_table

    def _say(self, defined: Weights, before: Offsets) -> None:
        """Find out what the files will say. before: what they say now."""
        under_way = slow_starts_in(self._files.texts)
        said = without(before, under_way)
        if self._goal.continued is None:
            added = {
                pair: 0 if self._goal.weight is None else self._goal.weight - defined[pair] for pair in self.selected
            }
            after, concerned = offsets_after(self._goal, self._selection, said, added, self._all), self.selected
        else:
            after = {name: number for name, number in said.items() if self._is_own(name)}
            concerned = [pair for pair in self._continued() if destination_name(*pair) in under_way]
        others = {destination_name(*pair) for pair in self._all if pair not in {*concerned}}
        self._slow_starts = {name: number for name, number in under_way.items() if name in others}
        if self._goal.share is not None:
            self._slow_starts.update(parts_for(self._goal.share, concerned, defined, before, after))
        self._offsets = combined(after, self._slow_starts)

    def _continued(self) -> List[Pair]:
        return [pair for pair in self.selected if named(pair) in (self._goal.continued or ())]

    @property
    def slow_starts(self) -> List[str]:
        """The names of the selected destinations that have a part of their weight for now."""
        return [named(pair) for pair in self.selected if destination_name(*pair) in self._slow_starts]

    def _defined_weights(self, known: Known) -> Weights:
        """Return the weights that the selected destinations have when nobody has drained them."""
        weights = {pair: known.weight(pair) for pair in self.selected}
        weights = {pair: self._goal.weight if weight is None else weight for pair, weight in weights.items()}
        if not self._goal.drained and not self._goal.temporary:
            _refuse_unknown([pair for pair, weight in weights.items() if weight is None])
        return {pair: weight or 0 for pair, weight in weights.items()}

    def _files_after(self, records: Records) -> Texts:
        texts: Texts = {path: None for path in self.paths if path != self._files.boot_file}
        lines = record_lines(records)
        for name, number in self._offsets.items():
            notes, slow_start = self._files.texts.get(name, ""), self._slow_starts.get(name, 0)
            texts[f"{self._files.folder}/{name}"] = content_of(number, notes, lines.get(name, ()), slow_start)
        return dict(sorted(texts.items(), key=self._by_what_it_adds))

    def _by_what_it_adds(self, text: Tuple[str, Optional[str]]) -> int:
        """Sort what takes away from a weight before what adds to it: keepalived sees one file after the other."""
        path, content = text
        before = self._files.texts.get(path[len(self._files.folder) + 1 :], "")
        return number_in(content or "") - number_in(before)

    def _wanted_table(self, observed: Table, before: Offsets) -> Table:
        wanted = dict(observed)
        for pair, weight in self.wanted_weights.items():
            service, destination = pair
            if service in wanted and not self._is_decided(pair, before):
                wanted[service] = _with_weight(wanted, service, destination, weight)
        return wanted

    def _is_decided(self, pair: Pair, before: Offsets) -> bool:
        """Return whether keepalived has done what the files of a destination say, since they stay.

        What is different in the table is for its checks to decide.
        """
        stays = offset(before, *pair) == offset(self._offsets, *pair)
        return stays and not self._goal.drained and pair in self._managed

    def permit(self, plan: Plan) -> None:
        services = sorted({change.key[0] for change in plan})
        quorums = self._keepalived.quorums
        self._losing = lost_quorums(services, quorums, self._managed, self.table, self.wanted_table)
        if not self._goal.force:
            alone = [key for key in services if self._goal.drained and not has_others(key, self._selection, self.table)]
            faults = tuple(f"{fault}; force=true does it anyway" for fault in dangers(services, alone, self._losing))
            if faults:
                raise InvalidInput(faults)

    def apply(self, plan: Plan) -> None:
        own = tuple(change for change in plan if change.key not in self._managed)
        super().apply(own)
        theirs = tuple(change for change in plan if change.key in self._managed)
        if theirs:
            self._let_keepalived_apply(theirs, own)

    def _let_keepalived_apply(self, changes: Plan, done: Plan) -> None:
        """Write what keepalived watches, and wait for it. done: what this call has set itself."""
        rolls_back = all(change.after.weight == self._weight_before(change) for change in changes)
        self._keepalived.write(self._before if rolls_back else self._after)
        undone = owner.left_undone(changes, lambda: self.read({}), self._losing)
        self._waiting = undone if not rolls_back and self._may_wait(undone) else ()
        if undone and not self._waiting:
            self._keepalived.write(self._before)
            raise PartlyDone(
                f"keepalived has not changed {len(undone)} of {len(changes)} weights within "
                f"{owner.DEADLINE_S:g} seconds; is it running? The first is {self.name(undone[0])}",
                done,
            )

    def _may_wait(self, undone: Plan) -> bool:
        """Whether health checks may keep these weights away: what fails its check has none, whatever the files say."""
        return all(change.after.weight for change in undone) and self._keepalived.runs()

    def _weight_before(self, change: Change) -> int:
        there = find_destination(self.table, change.key)
        return there.weight if there else -1

    def watched(self, plan: Plan) -> frozenset[tuple[str, Any]]:
        """Return what must be as planned afterwards: not what waits for a health check."""
        losing = tuple(change for change in plan if change.key[0] in self._losing)
        return super().watched(plan) - super().watched(self._waiting) - super().watched(losing)

    def undoing(self, done: Plan, observed: Table, now: Table) -> Plan:
        """Return the changes that take back what was done; what waits has changed its files, if not its weight."""
        waiting = (change._replace(before=change.after, after=change.before) for change in self._waiting)
        return (*super().undoing(done, observed, now), *waiting)

    def texts(self, desired: Table, owned: Table) -> Texts:  # noqa: ARG002 - a check may have made other weights of it
        weights = {**self._weights, **self.wanted_weights}
        lines = [*text.table_lines(owned), *text.weight_lines(owned, weights)]
        return {self._files.boot_file: "".join(f"{line}\n" for line in lines) or None, **self._after}

    def told_afterwards(self) -> Iterator[str]:
        """Yield what the caller is told when all is done."""
        if self._goal.temporary and not self._goal.drained:
            yield from self._said_before()
        yield from told(self._losing)
        yield from self._overtaken()
        if self._waiting:
            yield self._not_given_yet()

    def _said_before(self) -> Iterator[str]:
        """Yield which weights stay as operators have set them, where this call was to give back all others."""
        said = without(self._offsets, self._slow_starts)
        stay = [pair for pair in self.selected if offset(said, *pair)]
        for address in sorted({destination.address for _service, destination in stay}):
            weights = (f"{pair[0]} (weight {self.wanted_weights[pair]})" for pair in stay if pair[1].address == address)
            yield (
                f"{address} was drained or got a weight by hand before, and that stays: {', '.join(weights)}. "
                "lvs.cluster.activate gives it the weights of the definition"
            )

    def _overtaken(self) -> Iterator[str]:
        """Yield whose slow start has ended, since somebody has said something else meanwhile."""
        under_way = slow_starts_in(self._files.texts)
        ended = [pair for pair in self._continued() if destination_name(*pair) not in under_way]
        if ended:
            yield (
                f"the slow start has ended in {', '.join(map(named, ended))}: somebody has drained the real server, or "
                "given it a weight, meanwhile, and that stays"
            )

    def _not_given_yet(self) -> str:
        number = len(self._waiting)
        first = "; ".join(f"{self.name(change)} (weight {change.after.weight})" for change in self._waiting[:10])
        more = f"; and {number - 10} more" if number > 10 else ""
        return (
            f"Active, but keepalived has not given the weight yet in {number} cases: {first}{more}. Most likely "
            "the health check fails there, as keepalived's log tells; the real server gets its weight when it "
            "passes"
        )


def _refuse_unknown(pairs: Sequence[Pair]) -> None:
    if pairs:
        raise InvalidInput(
            tuple(
                f"{destination} has weight 0 in service {service}, and its previous weight is unknown; pass weight=N"
                for service, destination in pairs
            )
        )


def _with_weight(table: Table, service: ServiceKey, destination: DestinationKey, weight: int) -> VirtualService:
    destinations = tuple(
        there._replace(weight=weight) if there.key == destination else there for there in table[service].destinations
    )
    return table[service]._replace(destinations=destinations)


def _nothing_selected(selection: Selection, there: set[Pair]) -> str:
    own = sorted({f"{service}" for service, destination in there if destination.address in selection.addresses})
    named = " and ".join(selection.addresses)
    if own:
        return f"address: {named} is a real server of {', '.join(own)}; port and services select none of these"
    others = sorted({destination.address for _service, destination in there})
    has = f"those that there are: {', '.join(others[:20])}" if others else "there are none"
    return f"address: {named} is not a real server of this director; {has}"
