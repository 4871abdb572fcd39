# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of lvs_cluster.bgp: how directors announce the VIPs to routers."""

from __future__ import annotations

import re

from .addresses import address
from .checks import boolean, choice, integer
from .common import host_name
from .place import Place
from .record import Field, list_of, one_or_more, record, takes
from .sentences import shown
from .words import ANNOUNCED_WHILE, BGP_SPEAKERS

MED_MAX = 2**32 - 1
# RFC 7607 (0), RFC 6793 (23456, which stands for a number that an old router cannot read), RFC 7300 (the last ones).
_NO_SYSTEMS = {0: "RFC 7607", 23456: "RFC 6793", 65535: "RFC 7300", 2**32 - 1: "RFC 7300"}
_any_number = integer("an AS number", 0, 2**32 - 1)
_COMMUNITY = re.compile(r"([0-9]{1,5}):([0-9]{1,5})|([0-9]{1,10}):([0-9]{1,10}):([0-9]{1,10})")
_med = integer("a MED", 0, MED_MAX)


@takes(_any_number, minimum=1)
def as_number(value: object, place: Place) -> int:
    """The number of an autonomous system that a speaker may have."""
    number = _any_number(value, place)
    if number in _NO_SYSTEMS:
        raise place.refused(f"{number} is reserved ({_NO_SYSTEMS[number]}), so no router can have it as its AS number")
    return number


@takes(type="string", title="a password", minLength=1, maxLength=80)
def neighbour_password(value: object, place: Place) -> bool:
    """A secret: it is checked, never shown and not kept. The role hands it to the module that writes the file.

    TCP_MD5SIG_MAXKEYLEN in linux/tcp.h bounds it; FRR and BIRD read it as one word.
    """
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_.:,+/=@%-]{1,80}", value):
        raise place.refused(
            "the value (not shown) cannot be used as a password of BGP: write 1 to 80 characters in quotes, letters, "
            "digits and _ . : , + / = @ % - only"
        )
    return True


@takes(type="string", title="a community", pattern=f"^(?:{_COMMUNITY.pattern})$")
def community(value: object, place: Place) -> str:
    """A community as 64520:100, or a large one as 64520:1:2."""
    found = _COMMUNITY.fullmatch(value) if isinstance(value, str) else None
    if not found:
        # YAML reads 64520:10 as a number to the base of 60.
        raise place.refused(
            f"{shown(value)} is not a community: write two numbers as '64520:100', or three as '64520:1:2', in quotes"
        )
    numbers = [int(each) for each in found.groups() if each is not None]
    highest = 65535 if len(numbers) == 2 else 2**32 - 1
    if max(numbers) > highest:
        raise place.refused(
            f"{shown(value)} is not a community: each of its {len(numbers)} numbers is at most {highest}"
        )
    return ":".join(map(str, numbers))


NEIGHBOUR_FIELDS = {
    "address": Field(
        address,
        required=True,
        doc="The address of a router. It gets the VIPs of its own family.",
        example="192.0.2.1",
    ),
    "remote_as": Field(as_number, required=True, doc="The router's AS number.", example=64500),
    "password": Field(
        neighbour_password,
        False,
        doc="A password of at most 80 characters, by which each end signs its packets; keep it in ansible-vault.",
        otherwise="none",
    ),
    "bfd": Field(
        boolean,
        False,
        doc="Whether BFD watches the way to the router, which then notices within a second that a director is gone.",
    ),
    "multihop": Field(
        integer("", 2, 255),
        doc="How many hops away the router may be, where it is not in a network of the director.",
        otherwise="the router is in a network of the director",
    ),
    "directors": Field(
        one_or_more(host_name), doc="The directors that announce to this router, by name.", otherwise="all"
    ),
}
BGP_FIELDS = {
    "speaker": Field(
        choice("a program that speaks BGP", BGP_SPEAKERS), "frr", doc="The program that speaks BGP on directors."
    ),
    "local_as": Field(as_number, required=True, doc="The directors' AS number.", example=64520),
    "neighbours": Field(
        list_of(record(NEIGHBOUR_FIELDS)), required=True, doc="The routers to which directors announce the VIPs."
    ),
    "hold_time": Field(
        integer("", 3, 65535, "seconds"),
        doc="How long a router waits for a director that it no longer hears; a third of it lies between two messages.",
        otherwise="the program's",
    ),
    "communities": Field(
        list_of(community), (), doc="What announcements are marked with.", otherwise="nothing", example="64520:100"
    ),
    "med": Field(_med, doc="The MED of announcements: routers prefer the lowest.", otherwise="none"),
    "standby_med": Field(
        _med,
        doc=(
            "The MED of announcements by a director in standby, which then serves only when no other director does. "
            "Without it, a director in standby announces nothing."
        ),
        otherwise="none",
    ),
    "announce_while": Field(
        choice("a condition for announcing a VIP", ANNOUNCED_WHILE),
        "all",
        doc="Whether a VIP is announced while all of its services reach their quorum, or while any of them does.",
    ),
}
