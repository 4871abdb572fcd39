# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._bgp import frr_conf
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.frr_conf import Line, lines_of, parse, put, strip
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.model import Announcement, Neighbour, Owned

WANTED = Announcement(
    64520,
    "198.51.100.2",
    (Neighbour("198.51.100.1", 64500, "secret", True, 255, 9, "198.51.100.2"), Neighbour("2001:db8:1::1", 64500)),
    ("192.0.2.198/32", "2001:db8::198/128"),
    10,
    500,
    ((64520, 1, 2), (64520, 100), (65535, 65281)),
)
OWNED = Owned("frr", 64520, True, ("198.51.100.1", "2001:db8:1::1"))
SHARED = Owned("frr", None, False, OWNED.neighbours)
# As FRR 10.3 shows it.
HEAD = "frr version 10.3\nfrr defaults traditional\nhostname lvs1\n!\n"
POLICIES = """\
ip prefix-list lvs-vips seq 5 permit 192.0.2.198/32
!
ipv6 prefix-list lvs-vips seq 5 permit 2001:db8::198/128
!
route-map lvs-in deny 10
exit
!
route-map lvs-out permit 10
 match ip address prefix-list lvs-vips
exit
!
route-map lvs-out permit 20
 match ipv6 address prefix-list lvs-vips
exit
!
route-map lvs-vips permit 10
 match interface lvs-vips
 set community 64520:100 no-export
 set large-community 64520:1:2
 set metric 10
exit
!
route-map lvs-vips permit 20
 match interface lvs-standby
 set community 64520:100 no-export
 set large-community 64520:1:2
 set metric 500
exit
!
"""
ROUTER = """\
router bgp 64520
 bgp router-id 198.51.100.2
 neighbor 198.51.100.1 remote-as 64500
 neighbor 198.51.100.1 bfd
 neighbor 198.51.100.1 graceful-restart-disable
 neighbor 198.51.100.1 password secret
 neighbor 198.51.100.1 ebgp-multihop
 neighbor 198.51.100.1 update-source 198.51.100.2
 neighbor 198.51.100.1 timers 3 9
 neighbor 2001:db8:1::1 remote-as 64500
 neighbor 2001:db8:1::1 graceful-restart-disable
 !
 address-family ipv4 unicast
  redistribute connected route-map lvs-vips
  neighbor 198.51.100.1 route-map lvs-in in
  neighbor 198.51.100.1 route-map lvs-out out
  no neighbor 2001:db8:1::1 activate
 exit-address-family
 !
 address-family ipv6 unicast
  redistribute connected route-map lvs-vips
  neighbor 2001:db8:1::1 activate
  neighbor 2001:db8:1::1 route-map lvs-in in
  neighbor 2001:db8:1::1 route-map lvs-out out
 exit-address-family
exit
!
"""
OF_OTHERS = """\
router bgp 64520
 bgp router-id 198.51.100.2
 neighbor 198.51.100.3 remote-as 64501
 neighbor 198.51.100.3 password theirs
 !
 address-family ipv4 unicast
  network 203.0.113.0/24
  neighbor 198.51.100.3 route-map theirs in
 exit-address-family
exit
!
router bgp 64599 vrf red
 neighbor 198.51.100.1 remote-as 64501
exit
!
route-map theirs permit 10
exit
!
"""
TOGETHER = """\
router bgp 64520
 bgp router-id 198.51.100.2
 neighbor 198.51.100.1 remote-as 64500
 neighbor 198.51.100.1 bfd
 neighbor 198.51.100.3 remote-as 64501
 neighbor 198.51.100.3 password theirs
 !
 address-family ipv4 unicast
  network 203.0.113.0/24
  redistribute connected route-map lvs-vips
  neighbor 198.51.100.1 route-map lvs-in in
  neighbor 198.51.100.3 route-map theirs in
 exit-address-family
 !
 address-family ipv6 unicast
  neighbor 2001:db8:1::1 activate
 exit-address-family
exit
!
router bgp 64599 vrf red
 neighbor 198.51.100.1 remote-as 64501
exit
!
route-map lvs-in deny 10
exit
!
route-map theirs permit 10
exit
!
"""
OURS = lines_of(WANTED, default_ipv4=True, router=True, router_id=True)
# What anybody may have written: contexts without indentation, comments, no end of the last line, odd characters.
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *OF_OTHERS.split("\n"),
                "end",
                "exit",
                "!",
                " !",
                "",
                "# nothing",
                "\tlog file x",
                "router bgp 64520",
                "!  ",
            ]
        ),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=12),
    ),
    max_size=20,
).map("\n".join)


def lines(text: str) -> set[Line]:
    ours, foreign = frr_conf.divide(parse(text), OWNED)
    assert foreign == []
    return {*ours}


def test_our_lines_are_those_that_frr_shows() -> None:
    assert lines(POLICIES + ROUTER) == {*OURS}
    assert lines("\n".join(frr_conf.written(OURS))) == {*OURS}
    # FRR 8 has another order.
    assert lines(ROUTER + POLICIES) == {*OURS}


def test_bfd_comes_after_all_that_makes_a_session() -> None:
    of_neighbour = [line.words for line in OURS if "neighbor 198.51.100.1 " in line.words and len(line.context) == 1]
    assert of_neighbour[-1] == "neighbor 198.51.100.1 bfd"


def test_a_router_where_nobody_hears_ipv4_by_default() -> None:
    shared = lines_of(WANTED, default_ipv4=False, router=False, router_id=False)
    in_ipv4 = [line.words for line in shared if line.context[1:] == ("address-family ipv4 unicast",)]
    assert "neighbor 198.51.100.1 activate" in in_ipv4
    assert not [words for words in in_ipv4 if "2001:" in words]
    assert Line((), "router bgp 64520") not in shared
    assert not [line for line in shared if "router-id" in line.words]


@given(TEXTS)
def test_a_file_of_others_is_as_before_when_ours_has_gone(text: str) -> None:
    merged = put(text, OURS)
    assert frr_conf.BEGIN[:-1] in merged
    assert strip(merged, SHARED) == text == strip(text, SHARED)


@given(TEXTS)
def test_the_block_replaces_itself(text: str) -> None:
    merged = put(text, OURS)
    assert put(strip(merged, SHARED), OURS) == merged


@pytest.mark.parametrize("text", [HEAD + POLICIES + ROUTER, HEAD + ROUTER + POLICIES])
def test_what_write_memory_has_made_of_ours_is_found(text: str) -> None:
    assert strip(text, OWNED) == HEAD


def test_what_write_memory_has_mixed_with_others_is_found() -> None:
    assert strip(HEAD + TOGETHER, SHARED) == HEAD + OF_OTHERS


def test_a_router_of_others_stays_empty() -> None:
    assert strip(ROUTER, SHARED._replace(router_id=True)) == "router bgp 64520\nexit\n!\n"


def test_the_block_comes_before_the_word_that_ends_a_file() -> None:
    merged = put("hostname a\nend\n! last\n", OURS)
    assert merged.startswith(f"hostname a\n{frr_conf.BEGIN}\n")
    assert merged.endswith(f"{frr_conf.END}\nend\n! last\n")


@pytest.mark.parametrize("number", ["64520", "0.64520", "64520 as-notation plain"])
def test_an_as_is_a_number_however_it_is_written(number: str) -> None:
    assert parse(f"router bgp {number}\n bgp router-id 198.51.100.2\n")[1].line.context == ("router bgp 64520",)


def test_a_vrf_is_another_router() -> None:
    assert frr_conf.as_of("router bgp 64520 vrf red") is None
    assert frr_conf.divide(parse(OF_OTHERS), OWNED)[0] == [
        Line(("router bgp 64520",), "bgp router-id 198.51.100.2"),
    ]


def test_a_router_is_of_others_with_a_line_of_theirs() -> None:
    ours, foreign = frr_conf.divide(parse(ROUTER), OWNED)
    assert Line((), "router bgp 64520") in ours
    theirs = ROUTER.replace(" neighbor 2001", " timers bgp 1 3\n neighbor 2001", 1)
    ours, foreign = frr_conf.divide(parse(theirs), OWNED)
    assert foreign == [Line((), "router bgp 64520"), Line(("router bgp 64520",), "timers bgp 1 3")]


def foreign(text: str) -> list[Line]:
    return [found.line for found in parse(text)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("router bgp 64521\n", "local_as: FRR has `router bgp 64521` here"),
        ("router bgp 64520\n bgp router-id 198.51.100.9\n", "router_id: FRR has `bgp router-id 198.51.100.9` here"),
        ("router bgp 64520\n no bgp default ipv4-unicast\n", "router_id: FRR uses 198.51.100.9 here"),
        (
            "router bgp 64520\n address-family ipv6 unicast\n  redistribute connected\n",
            "prefixes: FRR has `redistribute connected` for ipv6 here",
        ),
        ("router bgp 64520\n bgp default ipv6-unicast\n", "neighbours: FRR has `bgp default ipv6-unicast`"),
        (
            "router bgp 64520\n neighbor 198.51.100.1 remote-as 64500\n neighbor 198.51.100.1 password theirs\n",
            "neighbours: somebody else has set up 198.51.100.1 in FRR in another way (`neighbor 198.51.100.1 password",
        ),
        (
            "router bgp 64520\n neighbor 198.51.100.1 peer-group x\n",
            "neighbours: somebody else has set up 198.51.100.1",
        ),
    ],
)
def test_what_does_not_go_with_others_is_named(text: str, fault: str) -> None:
    told = frr_conf.faults(WANTED, foreign(text), OURS, "198.51.100.9")
    assert [each for each in told if each.startswith(fault)] != []
    assert "theirs" not in str(told).replace("of others", "")


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        OF_OTHERS,
        "router bgp 64599 vrf red\n address-family ipv4 unicast\n  redistribute connected\n",
        "router ospf\n redistribute connected\n",
        "router bgp 64520\n address-family ipv4 multicast\n  redistribute connected\n",
    ],
)
def test_what_goes_with_others_is_not(text: str) -> None:
    assert frr_conf.faults(WANTED, foreign(text), OURS, "198.51.100.2") == []


def test_a_neighbour_that_is_as_wanted_is_taken_over() -> None:
    theirs = [line for line in OURS if frr_conf.neighbour_of(line.words)]
    assert frr_conf.faults(WANTED, [Line((), "router bgp 64520"), *theirs], OURS, "198.51.100.2") == []


@pytest.mark.parametrize(
    ("text", "is_of_use"),
    [
        (
            HEAD + "log syslog informational\nno ip forwarding\nno ipv6 forwarding\nservice integrated-vtysh-config\n",
            False,
        ),
        ("ip route 203.0.113.0/24 blackhole\n", True),
        ("interface eth0\n ip ospf cost 3\n", True),
        ("router ospf\n", True),
        ("router bgp 64520\n neighbor 198.51.100.3 remote-as 1\n", True),
        ("line vty\n exec-timeout 0 0\n", False),
    ],
)
def test_a_configuration_without_a_line_that_routes_is_of_no_use_to_others(text: str, is_of_use: bool) -> None:
    assert any(map(frr_conf.matters, foreign(text))) is is_of_use


def test_no_password_is_shown() -> None:
    assert frr_conf.masked(" neighbor 198.51.100.1 password with spaces") == " neighbor 198.51.100.1 password ********"
