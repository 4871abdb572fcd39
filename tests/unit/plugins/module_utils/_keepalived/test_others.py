# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that name the other directors: read as they were written, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.hearing import breaks_hearing
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import blocks
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.others import Other, line, others
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import HEADER

LVS2 = Other("shop", "lvs2", ("192.0.2.3", "2001:db8:2::3"))
LVS3 = Other("shop", "lvs3.example.net", ())
INSTANCE = "vrrp_instance lvs {\n    virtual_router_id 51\n    virtual_ipaddress {\n        127.112.0.51\n    }\n}\n"


def file(*lines: str) -> str:
    return "\n".join([HEADER, *lines, "", INSTANCE])


def test_a_line_names_a_director_with_its_addresses() -> None:
    assert line(LVS2) == "# Another director of shop: lvs2 192.0.2.3 2001:db8:2::3"
    assert others(file(line(LVS2), line(LVS3))) == [LVS2, LVS3]


@given(st.text(min_size=1), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,252}", fullmatch=True))
def test_whatever_the_names_are_it_is_one_comment_and_read_as_it_was_written(cluster: str, name: str) -> None:
    written = line(Other(cluster, name, ("192.0.2.3",)))
    assert written.isprintable()
    assert blocks(written) == []
    assert others(file(written)) == [Other(cluster, name, ("192.0.2.3",))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEADER,
        file(""),
        f"{line(LVS2)}\n{INSTANCE}",  # somebody else's file
        file("global_defs {", line(LVS2), "}"),  # an owner's own line, further down
        file("", line(LVS2)),
        file("# Another director of shop:"),
        file("# Another director of : lvs2"),
        file("#  Another director of shop: lvs2 192.0.2.3"),
    ],
)
def test_only_lines_directly_below_the_first_one_of_an_own_file_count(text: str) -> None:
    assert others(text) == []


def test_what_is_no_address_is_passed_over() -> None:
    assert others(file("# Another director of shop: lvs2 } $PEER 192.0.2.999 192.0.2.3 {")) == [
        Other("shop", "lvs2", ("192.0.2.3",))
    ]
    assert others(file("# Another director of sh%zzop%: lvs2")) == [Other("sh%zzop%", "lvs2", ())]


def test_directors_that_differ_in_these_lines_alone_hear_each_other() -> None:
    assert not breaks_hearing(file(line(LVS2), line(LVS3)), file(line(LVS2)))
    assert not breaks_hearing(file(), file(line(LVS2)))
