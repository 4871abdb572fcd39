# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of a history, made up."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._history.model import TIME_FORMAT, Entry

TEXTS = st.text(max_size=20)
TIMES = st.datetimes().map(lambda moment: f"{moment.year:04}" + moment.strftime(TIME_FORMAT)[-16:])
ENTRIES = st.builds(
    Entry,
    time=TIMES,
    module=st.sampled_from(["ipvs_services", "keepalived"]),
    origin=st.fixed_dictionaries({}, optional={"user": TEXTS, "definitions": st.dictionaries(TEXTS, TEXTS)}),
    login=st.fixed_dictionaries({"user": TEXTS, "address": TEXTS}),
    counts=st.dictionaries(st.sampled_from(["added", "changed", "removed"]), st.integers(0, 9)),
    plan=st.dictionaries(TEXTS, st.lists(st.dictionaries(TEXTS, TEXTS, max_size=3), max_size=3), max_size=3),
    commands=st.lists(TEXTS, max_size=5),
    files=st.lists(TEXTS, max_size=5),
    diff=st.lists(TEXTS, max_size=5),
    failure=TEXTS,
)


def entry(time: str = "2026-11-30T08:15:02Z", **parts: object) -> Entry:
    """An entry that says little else."""
    return Entry(time, "numbers", {}, {}, {}, {}, [], [], [])._replace(**parts)
