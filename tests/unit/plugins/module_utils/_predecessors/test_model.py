# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What had the virtual services before the cluster is remembered as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._predecessors.model import (
    PROGRAMS,
    Predecessor,
    record,
    recorded,
    with_auto,
)

PREDECESSORS = st.builds(Predecessor, st.sampled_from(PROGRAMS), st.booleans(), st.booleans(), st.booleans())


@given(st.lists(PREDECESSORS, unique_by=lambda each: each.name))
def test_what_is_written_down_is_read_again(predecessors: list[Predecessor]) -> None:
    assert recorded(record(predecessors)) == predecessors


def test_nothing_to_remember_needs_no_file() -> None:
    assert record([]) is None
    assert recorded(None) == []


@pytest.mark.parametrize("line", ["pulse active", "heartbeat sometimes"])
def test_a_line_of_others_is_refused_by_name(line: str) -> None:
    with pytest.raises(ValueError, match=line):
        recorded(line)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ('# IPVS\nAUTO="true"\nDAEMON="none"\n', '# IPVS\nAUTO="false"\nDAEMON="none"\n'),
        ('DAEMON="none"\n', 'DAEMON="none"\nAUTO="false"\n'),
        ("", 'AUTO="false"\n'),
    ],
)
def test_ipvsadm_loads_no_rules_any_more(text: str, changed: str) -> None:
    assert with_auto(text, auto=False) == changed
    assert with_auto(changed, auto=True) == changed.replace("false", "true")
