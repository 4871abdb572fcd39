# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.hearing import breaks_hearing

TEXT = """
global_defs {
    router_id lvs1
}
vrrp_instance lvs {
    state BACKUP
    interface eth1
    virtual_router_id 51
    priority 100
    advert_int 1
    unicast_src_ip 192.0.2.2
    unicast_peer {
        192.0.2.3
    }
    authentication {
        auth_type PASS
        auth_pass s3cret
    }
    garp_master_repeat 3
    virtual_ipaddress {
        127.112.7.9/32 dev lo scope host no_track
    }
    virtual_ipaddress_excluded {
        192.0.2.198/32 dev eth1
    }
}
"""


@pytest.mark.parametrize(
    ("word", "instead"),
    [
        ("auth_pass s3cret", "auth_pass other"),
        ("auth_type PASS", "auth_type AH"),
        ("virtual_router_id 51", "virtual_router_id 52"),
        ("interface eth1", "interface eth2"),
        ("advert_int 1", "advert_int 2"),
        ("    advert_int 1\n", "    advert_int 1\n    version 3\n"),
        ("192.0.2.3\n", "192.0.2.3\n        192.0.2.4\n"),
        ("unicast_src_ip 192.0.2.2", "unicast_src_ip 198.51.100.2"),
        ("127.112.7.9", "127.112.7.10"),
        ("router_id lvs1", "vrrp_mcast_group4 224.0.0.19"),
    ],
)
def test_a_director_that_reads_this_first_does_not_hear_the_others(word: str, instead: str) -> None:
    assert word in TEXT
    assert breaks_hearing(TEXT, TEXT.replace(word, instead))


@pytest.mark.parametrize(
    ("word", "instead"),
    [
        ("priority 100", "priority 99"),
        ("vrrp_instance lvs", "vrrp_instance other"),
        ("garp_master_repeat 3", "garp_master_repeat 5"),
        ("192.0.2.198/32", "192.0.2.199/32"),
        ("router_id lvs1", "router_id lvs2"),
    ],
)
def test_these_are_a_directors_own_affair(word: str, instead: str) -> None:
    assert word in TEXT
    assert not breaks_hearing(TEXT, TEXT.replace(word, instead))


def test_what_others_have_is_not_known_to_a_new_director() -> None:
    assert breaks_hearing(None, TEXT)


def test_without_an_instance_nobody_has_to_be_heard() -> None:
    alone = "global_defs {\n}\n"
    assert breaks_hearing(None, TEXT)
    assert not breaks_hearing(None, alone)
    assert breaks_hearing(TEXT, alone)
