# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table in the kernel, with ipvsadm as the witness in both directions."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import FWMARK_MAX, Table, endpoint
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import plan
from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies


def without_thresholds(lines: list[str]) -> list[str]:
    """`ipvsadm -S` leaves them out."""
    return [re.sub(r" -[xy] \d+", "", line) for line in lines]


def saved_by_ipvsadm() -> list[str]:
    """What `ipvsadm -S -n` prints, with large marks as they are: it prints them as negative numbers."""
    return [
        re.sub(r"(?<= -f )-\d+", lambda match: str(int(match[0]) + FWMARK_MAX + 1), line)
        for line in ipvsadm("-S", "-n")
    ]


def thresholds_by_ipvsadm() -> list[tuple[str, ...]]:
    """(real server, upper, lower) of every destination, from `ipvsadm -L --thresholds`."""
    lines = [line.split() for line in ipvsadm("-L", "-n", "--thresholds")]
    return sorted(tuple(words[1:4]) for words in lines if words[0] == "->" and words[1] != "RemoteAddress:Port")


def thresholds(table: Table) -> list[tuple[str, ...]]:
    return sorted(
        (endpoint(*destination.key), str(destination.upper_threshold), str(destination.lower_threshold))
        for value in table.values()
        for destination in value.destinations
    )


def bring_to(kernel: IpvsKernel, table: Table) -> None:
    kernel.apply(plan(table, kernel.read()))


@given(st.data())
def test_what_is_written_is_what_ipvsadm_reads(kernel: IpvsKernel, data: st.DataObject) -> None:
    table = data.draw(strategies.tables())
    bring_to(kernel, table)
    assert sorted(saved_by_ipvsadm()) == sorted(without_thresholds(text.table_lines(table)))
    assert thresholds_by_ipvsadm() == thresholds(table)
    assert kernel.read() == table
    assert plan(table, kernel.read()) == ()


@given(st.data())
def test_what_ipvsadm_writes_is_what_is_read(kernel: IpvsKernel, data: st.DataObject) -> None:
    table = data.draw(strategies.tables())
    ipvsadm("-C")
    lines = list(text.table_lines(table))
    if lines:
        ipvsadm("-R", stdin="".join(f"{line}\n" for line in lines))
    assert kernel.read() == table
