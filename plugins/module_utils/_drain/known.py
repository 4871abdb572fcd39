# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of weights apart from what operators have done to them. Pure. Private to the collection."""

from __future__ import annotations

from typing import Iterable, NamedTuple, Optional

from .._ipvs.model import Pair, Table, find_destination
from .._keepalived.managed import RealServers
from .files import Records


class Known(NamedTuple):
    """Where weights stand: in keepalived's configuration, in the rules for the next boot, in notes, in the table."""

    managed: RealServers
    rules: Table
    records: Records
    observed: Table

    def weight(self, pair: Pair) -> Optional[int]:
        """Return the weight that a destination has when nobody has drained it; None where nothing tells."""
        if pair in self.managed:
            return self.managed[pair].weight
        noted = find_destination(self.rules, pair) or self.records.get(pair)
        if noted is not None:
            return noted.weight
        there = find_destination(self.observed, pair)
        return (there.weight or None) if there else None

    def in_no_definition(self, pairs: Iterable[Pair]) -> Records:
        """Return the destinations whose weights stand in no definition: noted before, or now in the table."""
        records = dict(self.records)
        for pair in pairs:
            there = find_destination(self.observed, pair)
            is_defined = pair in self.managed or find_destination(self.rules, pair)
            if there is not None and there.weight and not is_defined:
                records.setdefault(pair, there)
        return records
