# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of former directors that a run cannot stop."""

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.former_directors import FormerDirectors
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.neighbours import Former


def told(name: str, *addresses: str, host: str = "") -> str:
    (finding,) = findings(FormerDirectors([(Former("lvs1", name, addresses), host)]), [])
    return str(finding)


def test_one_of_the_inventory_is_to_take_part_or_to_be_down() -> None:
    assert told("lvs3", "192.0.2.4", host="lvs3") == (
        "lvs1: It has shared the VIPs with lvs3 (192.0.2.4) until now, which is no longer a director. If keepalived "
        "still runs on lvs3, two hosts can answer for the same VIP. Run lvs.cluster.site "
        "without a --limit that leaves lvs3 out: the run removes the cluster from it. Or make sure that it is down, "
        "and run again with -e gone_directors=lvs3. If it is a director whose address has changed, run the playbook "
        "for all directors [LVS753]"
    )


def test_one_that_the_inventory_lacks_is_named_as_well_as_it_is_known() -> None:
    named = told("lvs3", "192.0.2.4", "2001:db8:2::4")
    assert "with lvs3 (192.0.2.4, 2001:db8:2::4) until now" in named
    assert "Put it back into the inventory, but into no group of directors, and run lvs.cluster.site: the run" in named
    assert "-e gone_directors=lvs3." in named
    assert "with web9 (192.0.2.29) until now" in told("", "192.0.2.29", host="web9")
    by_address = told("", "192.0.2.77")
    assert "with 192.0.2.77 until now" in by_address
    assert "-e gone_directors=192.0.2.77." in by_address
