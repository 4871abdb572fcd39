# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which format a file has."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis.strategies import DataObject, data, lists, sampled_from

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats import ipvsadm, ldirectord, piranha
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.formats import FORMATS, format_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import NotUnderstood, Source
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.judged import judged

from . import odd_lines
from .reading import of

KEEPALIVED = "virtual_server 192.0.2.80 80 {\n}\n"
PIRANHA = "serial_no = 1\nvirtual web {\n}\n"
LDIRECTORD = "virtual=192.0.2.80:80\n    real=192.0.2.21:80 gate\n"
HARESOURCES = "lb1 IPaddr::192.0.2.80 ldirectord\n"
RULES = "-A -t 192.0.2.80:80 -s rr\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (KEEPALIVED, "keepalived"),
        (PIRANHA, "piranha"),
        (LDIRECTORD, "ldirectord"),
        (HARESOURCES, "ldirectord"),
        (RULES, "ipvsadm"),
        (f"#!/bin/sh\nipvsadm {RULES}", "ipvsadm"),
    ],
)
def test_what_is_in_a_file_says_what_it_is(text: str, name: str) -> None:
    """Whatever it is called: keepalived.conf is found as lvs.cf too."""
    assert name == format_of({"lvs.cf": text}).NAME


@pytest.mark.parametrize("text", [KEEPALIVED, PIRANHA, LDIRECTORD, HARESOURCES, RULES])
def test_no_file_is_two_things(text: str) -> None:
    assert sum(each.recognised(text) for each in FORMATS) == 1


def test_files_that_belong_together() -> None:
    assert format_of({"haresources": HARESOURCES, "ldirectord.cf": LDIRECTORD}).NAME == "ldirectord"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is empty"),
        (" \n\n", "it is empty"),
        ("PK\x03\x04\x00\x00", "it is no text file"),
        ("{{ node }} IPaddr::{{ vip }} ldirectord\n", "it is a template: import the file that is made of it"),
        ("IP Virtual Server version 1.2.1 (size=4096)\n", "import what ipvsadm -S -n saves"),
        ('[HTTP]\nhost=192.0.2.80\nreal=["192.0.2.21:80 gate"]\n', "it has sections in []"),
        ("auto_failback on\nnode lb1 lb2\n", "it is ha.cf of heartbeat: import haresources and ldirectord.cf"),
        ('<cib epoch="1">\n', "it is for Pacemaker"),
        ("frontend web\n    bind 192.0.2.80:80\n", "look whether it is the right file"),
    ],
)
def test_a_file_that_is_none_of_these(text: str, told: str) -> None:
    with pytest.raises(NotUnderstood) as raised:
        format_of({"some.cf": text})
    assert str(raised.value).startswith("some.cf was taken for none of keepalived.conf, lvs.cf of piranha")
    assert told in str(raised.value)


def test_files_of_several_programs() -> None:
    with pytest.raises(NotUnderstood, match=r"but lvs\.cf is of piranha; rules is of ipvsadm"):
        format_of({"lvs.cf": PIRANHA, "rules": RULES})


def test_no_file_at_all() -> None:
    with pytest.raises(NotUnderstood, match="there is no file"):
        format_of({})


@pytest.mark.parametrize(
    ("reader", "known"),
    [(piranha, odd_lines.PIRANHA), (ldirectord, odd_lines.LDIRECTORD), (ipvsadm, odd_lines.IPVSADM)],
)
@given(data=data())
def test_no_line_of_whatever_text_is_dropped(reader: ModuleType, known: list[str], data: DataObject) -> None:
    """of() holds that each line has a fate, and that the counts add up."""
    text = data.draw(lists(sampled_from(known), max_size=40).map("\n".join))
    found = of(reader, {"file": text}, Source("file"))
    assert all(each.told for each in found.book.entries)
    judged(found)
