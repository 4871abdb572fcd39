# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.connections import as_results, count

LINES = """Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
TCP C0000264 C3F0 C00002C6 0050 C0000215 0050 SYN_RECV         59
TCP C0000264 C3F1 C00002C6 0050 C0000215 0050 ESTABLISHED     899
UDP C0000264 C3F0 C00002C6 0035 C0000215 0035 UDP             299
TCP 2001:0db8:0002:0000:0000:0000:0000:0100 C3F0 2001:0db8:0002:0000:0000:0000:0000:0198 0050 2001:0db8:0002:0000:0000:0000:0000:0021 0050 SYN_RECV         59
""".splitlines()  # noqa: E501 - as the kernel writes it


def test_connections_are_counted_by_their_states() -> None:
    four, six = as_results(count(LINES))
    assert four == {
        "service_address": "192.0.2.198",
        "service_port": 80,
        "address": "192.0.2.21",
        "port": 80,
        "waiting": 1,
        "connections": 2,
    }
    assert (six["service_address"], six["address"], six["waiting"]) == ("2001:db8:2::198", "2001:db8:2::21", 1)


@given(st.lists(st.text()))
def test_whatever_the_file_has_is_read(lines: list[str]) -> None:
    count([*lines, *(f"TCP {line}" for line in lines)])
