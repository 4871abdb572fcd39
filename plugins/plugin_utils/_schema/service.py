# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of an entry of lvs_services."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...module_utils._ipvs.model import PERSISTENCE_ENGINES, PERSISTENCE_MAX, PROTOCOLS, SCHEDULERS
from ...module_utils._netlink.address import FAMILIES
from ...module_utils._ports import PORT_MAX, Range, parse_range
from . import foreign_words
from .addresses import apart, beside_port
from .blocks import block
from .checks import boolean, choice, integer, text
from .common import command, floor, forwarding_method, mark, name
from .health_checks import checks
from .place import Place
from .real_server import REAL_SERVER_WATCH_FIELDS, SORRY_SERVER_FIELDS, TUNNEL_FIELDS, real_servers
from .record import Draft, Field, list_of, one_or_more, record, takes
from .words import NAT_RETURNS, SCHEDULER_FLAGS

_port = integer("a port", 1, PORT_MAX, special=0)


@takes(anyOf=[_port, {"type": "string", "pattern": "^[0-9]+[-:][0-9]+$"}], title="a port or a range")
def _ports(value: object, place: Place) -> Range:
    """A port, or the first and the last of a range. 0, all ports, is for the rules."""
    entered = text(value, place) if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9]+[-:][0-9]+", entered):
        number = _port(value, place)
        return number, number
    try:
        return parse_range(entered)
    except ValueError as error:
        raise place.refused(str(error)) from None


@takes(type=["string", "integer"], title="a netmask or a prefix length")
def _netmask(value: object, place: Place) -> str:
    """Text or a prefix length; whether it suits the family is for the rules."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value, place)


SERVICE_WATCH_FIELDS = {
    **REAL_SERVER_WATCH_FIELDS,
    "quorum": Field(
        integer("the quorum", 1, 2**31 - 1),
        doc="The sum of weights of usable real servers that the service needs to be usable.",
        otherwise="1",
        keepalived="quorum",
    ),
    "hysteresis": Field(
        integer("the hysteresis", 0, 2**31 - 1),
        doc="By how much the sum of weights must fall below the quorum, or rise above it, before that counts.",
        otherwise="0",
        keepalived="hysteresis",
    ),
    "depool_floor": Field(
        floor,
        doc=(
            "How many real servers checks leave in the table, failed or not: a number, or a share of those that have "
            "a weight, rounded up; 0 is no floor."
        ),
        otherwise="the cluster's",
        example="50%",
    ),
    "quorum_up": Field(
        command, doc="A command that a director runs when the service reaches its quorum.", keepalived="quorum_up"
    ),
    "quorum_down": Field(
        command, doc="A command that a director runs when the service loses its quorum.", keepalived="quorum_down"
    ),
    "alpha": Field(
        boolean,
        doc="Whether a real server counts as failed until its first check has succeeded.",
        otherwise="false; true with vips_by: bgp",
        keepalived="alpha",
    ),
    "omega": Field(
        boolean,
        doc="Whether keepalived runs the commands for failure and loss of quorum when it stops.",
        otherwise="false",
        keepalived="omega",
    ),
    "suspend_without_vip": Field(
        boolean,
        doc="Whether a director checks the real servers only while it has the VIP.",
        otherwise="false",
        keepalived="ha_suspend",
    ),
}
SERVICE_FIELDS = {
    "name": Field(
        name,
        required=True,
        doc="The name of the service in warnings and reports; no other service may have it.",
        example="shop",
    ),
    "address": Field(
        one_or_more(beside_port(block)),
        doc=(
            "The VIP, IPv4 or IPv6, or a list; a range or a network stands for each address in it, for at most "
            "1024 in all."
        ),
        example="192.0.2.198",
    ),
    "fwmark": Field(
        mark,
        doc=(
            "The firewall mark of packets that make one service; with address, protocol and port the directors "
            "mark these packets, without them you do."
        ),
        example=80,
        keepalived="fwmark",
    ),
    "family": Field(
        choice("a family", FAMILIES),
        doc="The family of a service by firewall mark that has no address.",
        otherwise="that of the address, or ipv4",
        keepalived="ip_family",
    ),
    "port": Field(
        one_or_more(_ports),
        doc="The port, or a list; with a firewall mark ranges too; 0 is all ports and needs persistence.",
        example=80,
    ),
    "protocol": Field(
        one_or_more(choice("a protocol", PROTOCOLS, foreign_words.PROTOCOLS)),
        doc="The protocol, or a list, each of which makes a service.",
        otherwise="tcp; with a firewall mark all",
        keepalived="protocol",
    ),
    "scheduler": Field(
        choice("a scheduler", SCHEDULERS, foreign_words.SCHEDULERS),
        "wlc",
        doc="How a director chooses the real server of a new connection.",
        keepalived="lvs_sched",
    ),
    "scheduler_flags": Field(
        list_of(choice("a scheduler flag", SCHEDULER_FLAGS)),
        (),
        doc=(
            "For sh and mh: fallback takes another real server where the chosen one has weight 0, port includes the "
            "client's port."
        ),
        otherwise="none",
    ),
    "one_packet": Field(boolean, False, doc="Whether each UDP packet is balanced on its own.", keepalived="ops"),
    "forward": Field(
        forwarding_method,
        "dr",
        doc="How packets reach the real servers: by direct routing (dr), NAT (nat) or tunnels (tun).",
        keepalived="lvs_method",
    ),
    **TUNNEL_FIELDS,
    "nat_return": Field(
        choice("a return path of NAT", NAT_RETURNS),
        doc="How answers return through the director with nat.",
        otherwise="the cluster's",
    ),
    "persistence_timeout": Field(
        integer("a timeout", 0, PERSISTENCE_MAX, "seconds"),
        0,
        doc="How long after its last connection a client still gets the same real server; 0 is no persistence.",
        keepalived="persistence_timeout",
    ),
    "persistence_netmask": Field(
        _netmask,
        doc="Which clients count as one: a netmask in IPv4, a prefix length in IPv6.",
        otherwise="each address by itself",
        example="255.255.255.0",
        keepalived="persistence_granularity",
    ),
    "persistence_engine": Field(
        choice("a persistence engine", PERSISTENCE_ENGINES),
        doc="What tells clients apart other than their address: sip reads the Call-ID.",
        keepalived="persistence_engine",
    ),
    "real_servers": Field(
        real_servers,
        required=True,
        doc="Who serves: a group of the inventory, or a list of real servers.",
        example="web",
        keepalived="real_server",
    ),
    "checks": Field(
        checks,
        doc="How it is checked that a real server can serve: one check or a list; an empty list turns checks off.",
        otherwise="tcp where the service is TCP",
        example="http",
    ),
    "sorry_server": Field(
        record(SORRY_SERVER_FIELDS),
        doc="What serves while the quorum is not reached.",
        otherwise="none",
        keepalived="sorry_server",
    ),
    **SERVICE_WATCH_FIELDS,
}


@takes(record(SERVICE_FIELDS))
def service_entry(value: object, place: Place) -> Draft:
    """An entry of lvs_services. A port that is written with the address is refused there, and not missing."""
    draft: Draft = record(SERVICE_FIELDS)(value, place)
    entered = value.get("address") if isinstance(value, Mapping) else None
    listed = entered if isinstance(entered, (list, tuple)) else [entered]
    if draft.get("port", ...) is None and any(map(apart, listed)):
        del draft["port"]
    return draft
