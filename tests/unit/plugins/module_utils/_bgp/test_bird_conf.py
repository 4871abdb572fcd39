# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._bgp import bird, bird_conf
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.model import Announcement, Neighbour

PATH = "/etc/bird/lvs.conf"
WANTED = Announcement(
    64520,
    "198.51.100.2",
    (Neighbour("198.51.100.1", 64500, "secret", True, 4, 9, "198.51.100.2"), Neighbour("2001:db8:1::1", 64500)),
    ("192.0.2.198/32", "2001:db8::198/128"),
    10,
    500,
    ((64520, 1, 2), (64520, 100)),
)


def test_what_is_ours_is_one_file() -> None:
    text = bird_conf.written(WANTED, bfd=True)
    for words in (
        'interface "lvs-vips", "lvs-standby";',
        "net.type = NET_IP4 && net ~ [ 192.0.2.198/32 ]",
        "protocol bgp lvs_198_51_100_1 {",
        "local 198.51.100.2 as 64520;",
        'password "secret";',
        "protocol bgp lvs_2001_db8_1__1 {",
        "ipv6 { table lvs6; import none; export filter lvs_out; };",
        "protocol bfd lvs_bfd",
    ):
        assert text.count(words) == 1, words
    for words in ('if ifname = "lvs-standby" then bgp_med = 500;', "bgp_large_community.add((64520, 1, 2));"):
        assert text.count(words) == 2, words  # for each family
    assert "protocol bfd" not in bird_conf.written(WANTED, bfd=False)


def test_another_text_has_another_word() -> None:
    words = {bird_conf.digest_of(bird_conf.written(wanted, True)) for wanted in (WANTED, WANTED._replace(med=11))}
    assert len(words) == 2
    assert "" not in words


def test_standby_is_heard_of_only_with_a_metric() -> None:
    assert "lvs-standby" not in bird_conf.written(WANTED._replace(standby_med=None), True)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_file_of_others_is_as_before_when_ours_has_gone(text: str) -> None:
    included = bird_conf.include(text, PATH)
    assert bird_conf.strip(included, PATH) == text
    assert bird_conf.include(included, PATH) == included


@pytest.mark.parametrize("line", ['include "/etc/bird/lvs.conf";', 'include "/etc/bird/l*.conf";'])
def test_a_file_that_is_included_already_is_not_included_twice(line: str) -> None:
    assert bird_conf.include(f"{line}\n", PATH) == f"{line}\n"


# As BIRD 2.0.12 tells it.
TOLD = """\
BIRD 2.0.12 ready.
Name       Proto      Table      State  Since         Info
device1    Device     ---        up     18:03:54.402  

lvs_198_51_100_1 BGP        ---        up     18:03:59.024  Established   
  BGP state:          Established
    Neighbor address: 198.51.100.1

theirs     BGP        ---        start  18:03:59.024  Active        Socket: Connection refused
  BGP state:          Active
    Neighbor address: 2001:db8:1:0::3
"""  # noqa: W291


def test_what_others_have_is_what_runs_or_stands_in_the_file() -> None:
    assert bird_conf.shown(TOLD) == (["device", "bgp"], ["2001:db8:1::3"])
    session = "  neighbor 2001:db8:1:0::3 as 64500;\n#  neighbor 198.51.100.9 as 1;\n"
    text = f"protocol device {{ }}\nprotocol bgp theirs {{\n{session}}}\n"
    assert bird_conf.said(text) == (["device", "bgp"], ["2001:db8:1::3"])


def test_what_does_not_go_with_others_is_named() -> None:
    assert bird_conf.faults(WANTED, ["device", "bgp"], ["198.51.100.3"]) == []
    told = bird_conf.faults(WANTED, ["bgp"], ["198.51.100.1"])
    assert [fault.partition(":")[0] for fault in told] == ["program", "neighbours"]


def test_no_password_is_shown() -> None:
    shown = bird.Text(bird_conf.written(WANTED, True))._asdict()
    assert "secret" not in str(shown)
    assert bird_conf.digest_of(bird_conf.written(WANTED, True)) not in str(shown)
