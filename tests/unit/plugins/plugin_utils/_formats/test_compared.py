# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of a running director, beside the one that the imported definition makes."""

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.compared import compared
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.formats import read
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported, Source
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.judged import as_defined, judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.page import page, summary
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.recorded import Recorded

TABLE = [
    "-A -t 192.0.2.198:80 -s wrr",
    "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 1",
    "-a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 2",
]
BESIDE = ["--set 900 120 300", "--start-daemon master --mcast-interface eth1 --syncid 1"]
CONFIGURATION = """
virtual_server 192.0.2.198 80 {
  lb_algo wrr
  lb_kind DR
  protocol TCP
  real_server 192.0.2.21 80 { TCP_CHECK { connect_timeout 3 } }
  real_server 192.0.2.22 80 { weight 2 TCP_CHECK { connect_timeout 3 } }
}
"""


def imported(configuration: str = CONFIGURATION) -> Imported:
    told = {"texts": {"/k.conf": configuration}, "faults": {}, "found": [], "placed": [], "rules": []}
    return read([Source("lvs1:/k.conf", "lvs1", "192.0.2.2")], Recorded({"lvs1": told}))


def test_the_same_table_has_no_differences() -> None:
    assert compared(as_defined(imported()), {"lvs1": [*TABLE, *BESIDE]}) == {"lvs1": []}


def test_each_line_that_differs_is_told() -> None:
    table = [TABLE[0], TABLE[1].replace("-w 1", "-w 0"), *BESIDE, "-A -f 7 -s rr"]
    assert compared(as_defined(imported()), {"lvs1": table}) == {
        "lvs1": [
            "- -A -f 7 -s rr",
            "- -a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 0",
            "+ -a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 1",
            "+ -a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 2",
        ]
    }


def test_a_definition_with_problems_makes_no_table() -> None:
    wrong = imported()
    wrong.services[0]["scheduler"] = "blub"
    assert compared(as_defined(wrong), {"lvs1": TABLE}) == {"lvs1": None}


def test_without_a_running_director_nothing_is_compared() -> None:
    assert compared(as_defined(imported()), {}) == {}


def test_the_page_and_the_summary_say_it() -> None:
    found = imported()
    differences = compared(as_defined(found), {"lvs1": TABLE[:2]})
    assert summary(found, judged(found), differences)[-1] == (
        "The definition makes another table than lvs1 has now: 1 line of ipvsadm"
    )
    assert "```diff\n+ -a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 2\n```" in page(
        found, [], ["k.conf"], True, differences, "inventory"
    )
    assert "## The table of" not in page(found, [], ["k.conf"], True, {"lvs1": []}, "inventory")
    assert summary(found, [], {"lvs1": []})[-1] == "The definition makes the table that lvs1 has now"
    assert "not compared" in summary(found, [], {"lvs1": None})[-1]
