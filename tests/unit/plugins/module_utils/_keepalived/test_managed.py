# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is found in anyone's keepalived.conf. What this collection writes itself: test_configuration.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import (
    Managed,
    Quorum,
    advertised,
    has_sync_daemon,
    managed,
    quorums,
    sorry_servers,
    virtual_addresses,
    virtual_routers,
)

# Words that keepalived takes, and this collection does not write.
OF_ANOTHER = """
track_file {
    file /run/nameless
}
virtual_server_group both {
    192.0.2.1-5 80
    fwmark 7
    192.0.2.198 80
    $OTHER 80
    192.0.2.199 http
}
virtual_server group both {
    real_server 192.0.2.21 80 {
        weight $WEIGHT
    }
    real_server $WEB2 80 {
    }
    real_server
    real_server 192.0.2.23 80 {
        weight 3
    }
}
virtual_server $VIP 80 {
    real_server 192.0.2.21 80 {
    }
}
virtual_server fwmark $MARK {
    real_server 192.0.2.21 80 {
    }
}
virtual_server fwmark {
}
virtual_server group {
}
virtual_server 192.0.2.200 80 {
    protocol $PROTOCOL
    real_server 192.0.2.21 80 {
    }
}
virtual_server 192.0.2.201 80 {
    real_server 192.0.2.24 {
    }
}
"""
WORDS = OF_ANOTHER.split()


def test_the_addresses_that_keepalived_holds_are_found() -> None:
    text = """
vrrp_instance one {
    virtual_ipaddress {
        192.0.2.198/32 dev eth1
        $OTHER
    }
    virtual_ipaddress_excluded {
        2001:DB8::0:198/128 dev eth1
    }
}
virtual_server 192.0.2.200 80 {
}
"""
    assert virtual_addresses(text) == {"192.0.2.198", "2001:db8::198"}


def test_the_quorum_of_each_service_is_found() -> None:
    text = """
virtual_server_group two {
    192.0.2.198 80
    192.0.2.199 80
}
virtual_server group two {
    protocol TCP
    quorum 3
    hysteresis 1
    quorum_down "/usr/local/bin/lost it"
    sorry_server 192.0.2.29 80
}
virtual_server 192.0.2.198 53 {
    protocol UDP
}
virtual_server 192.0.2.198 443 {
    quorum $QUORUM
}
"""
    assert {str(service): quorum for service, quorum in quorums(text).items()} == {
        "tcp 192.0.2.198:80": Quorum(3, 1, "192.0.2.29 80", command=True),
        "tcp 192.0.2.199:80": Quorum(3, 1, "192.0.2.29 80", command=True),
        "udp 192.0.2.198:53": Quorum(1, 0, "", command=False),
    }


def test_what_advertisements_name_beside_the_vips_is_found() -> None:
    text = """
vrrp_instance four {
    virtual_ipaddress {
        127.112.0.51/32 dev lo scope host no_track
    }
    virtual_ipaddress_excluded {
        192.0.2.198/32 dev eth1
    }
}
vrrp_instance six {
    virtual_ipaddress {
        fe80::112:52/128 dev eth1 no_track
    }
}
vrrp_instance of_another {
    virtual_ipaddress {
        192.0.2.199/32 dev eth1
        192.0.2.200
    }
}
"""
    assert advertised(text) == [("127.112.0.51/32", "lo"), ("fe80::112:52/128", "eth1")]


def test_virtual_routers_are_found_with_what_they_advertise() -> None:
    text = """
vrrp_instance four {
        unicast_peer {
            192.0.2.3
            2001:DB8::3 min_ttl 254
            $PEER
        }
    interface eth1
    virtual_router_id 51
    virtual_ipaddress {
        127.112.9.51/32 dev lo scope host no_track
    }
    virtual_ipaddress_excluded {
        192.0.2.198/32 dev eth1
    }
}
vrrp_instance VI_1 {
    virtual_router_id 7
    virtual_ipaddress {
        2001:db8::c6
    }
}
vrrp_instance six {
    virtual_router_id 51
    virtual_ipaddress_excluded {
        2001:db8::c6/128 dev eth1
    }
    virtual_ipaddress {
        fe80::112:9:51/128 dev eth1 no_track
    }
}
vrrp_instance nothing {
    virtual_router_id $NUMBER
    virtual_ipaddress {
        192.0.2.7
    }
}
"""
    assert virtual_routers(text) == [
        ("four", 51, "ipv4", "eth1", "127.112.9.51", ("192.0.2.3", "2001:db8::3")),
        ("VI_1", 7, "ipv6", "", "", ()),
        ("six", 51, "ipv6", "", "fe80::112:9:51", ()),
    ]


def test_of_another_what_is_not_understood_is_passed_over() -> None:
    found = managed(OF_ANOTHER)
    assert {(str(service), str(key)): value.weight for (service, key), value in found.items()} == {
        ("tcp 192.0.2.198:80", "192.0.2.23:80"): 3,
        ("tcp 192.0.2.201:80", "192.0.2.24:80"): 1,
    }


def test_what_checks_may_do_to_a_real_server() -> None:
    text = """
virtual_server 192.0.2.198 80 {
    inhibit_on_failure
    sorry_server 192.0.2.29
    real_server 192.0.2.21 80 {
        inhibit_on_failure off
        TCP_CHECK {
            alpha off
        }
    }
    real_server 192.0.2.22 80 {
        MISC_CHECK {
            misc_path /bin/true
            misc_dynamic
            alpha on
        }
    }
}
virtual_server 192.0.2.198 81 {
    alpha
    real_server 192.0.2.21 81 {
    }
}
"""
    assert {str(key): value for (_service, key), value in managed(text).items()} == {
        "192.0.2.21:80": Managed(1, frozenset()),
        "192.0.2.22:80": Managed(1, frozenset(), inhibited=True, dynamic=True, alpha=True),
        "192.0.2.21:81": Managed(1, frozenset(), alpha=True),
    }
    assert {str(service): {*map(str, servers)} for service, servers in sorry_servers(text).items()} == {
        "tcp 192.0.2.198:80": {"192.0.2.29:80"},
        "tcp 192.0.2.198:81": set(),
    }


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=4), max_size=20))
def test_it_is_read_without_a_crash_in_whatever_order(lines: list[list[str]]) -> None:
    text = "\n".join(" ".join(words) for words in lines)
    managed(text)
    virtual_routers(text)
    sorry_servers(text)


@pytest.mark.parametrize("line", ["127.112.0.1/32", "127.112.0.1/32 dev", "127.112.0.1/32 scope link"])
def test_an_address_of_someone_else_without_an_interface_is_passed_over(line: str) -> None:
    text = f"vrrp_instance x {{\n    virtual_ipaddress {{\n        {line}\n    }}\n}}\n"
    assert advertised(text) == []


QUORUM = Quorum(weight=2, hysteresis=0, sorry_server="", command=False)


@pytest.mark.parametrize(
    ("quorum", "before", "after", "lost"),
    [
        (2, 2, 1, True),
        (2, 3, 2, False),
        (2, 1, 0, False),  # lost before
        (1, 1, 0, True),
        (1, 0, 0, False),
    ],
)
def test_a_quorum_is_lost_below_it(quorum: int, before: int, after: int, lost: bool) -> None:
    assert QUORUM._replace(weight=quorum).lost(before, after) is lost


def test_a_hysteresis_lets_a_service_keep_its_quorum() -> None:
    quorum = QUORUM._replace(weight=3, hysteresis=1)
    assert [quorum.lost(3, after) for after in (2, 1)] == [False, True]


def test_who_runs_the_sync_daemons() -> None:
    assert has_sync_daemon("global_defs {\n    lvs_sync_daemon eth1 lvs id 51\n}\n")
    assert not has_sync_daemon(
        "global_defs {\n    # lvs_sync_daemon eth1\n}\nvrrp_instance lvs {\n    lvs_sync_daemon\n}\n"
    )


def test_braces_and_comments_may_stand_where_people_write_them() -> None:
    text = """
vrrp_instance VI_1
{
    interface eth0 # the LAN
    virtual_router_id 51
    unicast_peer {
        192.0.2.9
    } ! of the peers
    virtual_ipaddress
    {
        192.0.2.198
    }
}
virtual_server 192.0.2.198 80 { # shop
    protocol TCP
    quorum_down "/usr/bin/told #1 {"
    real_server 192.0.2.21 80
    {
        weight 3
    }
}
"""
    (router,) = virtual_routers(text)
    assert (router.name, router.interface, router.peers) == ("VI_1", "eth0", ("192.0.2.9",))
    assert virtual_addresses(text) == {"192.0.2.198"}
    assert [(str(service), str(server), value.weight) for (service, server), value in managed(text).items()] == [
        ("tcp 192.0.2.198:80", "192.0.2.21:80", 3)
    ]
