# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a real server, of a sorry server, and of what both share with their service."""

from __future__ import annotations

import re

from ...module_utils._ipvs.model import THRESHOLD_MAX, TUNNEL_CHECKSUMS, TUNNEL_TYPES
from .addresses import address, beside_port
from .checks import boolean, choice, integer, text, word
from .common import command, forwarding_method, host_name, port, raw, weight
from .health_checks import checks
from .hints import not_a_list_of_real_servers
from .place import Place
from .record import Draft, Field, list_of, record, takes
from .words import DIRECTOR_ITSELF, GUE_PORT

_connections = integer("a threshold", 0, THRESHOLD_MAX, "connections")


@takes(address)
def _server_address(value: object, place: Place) -> str:
    if isinstance(value, str) and re.fullmatch(r"127\.[0-9.]+|::1|localhost", value):
        raise place.refused(
            f"{value} is a loopback address, which cannot be used here: to list a director that is also a real server, "
            "write its name, {host: NAME}"
        )
    return address(value, place)


@takes(address)
def _sorry_address(value: object, place: Place) -> str:
    """As in keepalived.conf, the loopback address is the director itself."""
    word = text(value, place)
    return word if word in DIRECTOR_ITSELF.values() else address(word, place)


TUNNEL_FIELDS = {
    "tunnel_type": Field(
        choice("a type of tunnel", TUNNEL_TYPES),
        doc="How packets are packed with tun.",
        otherwise="ipip",
        keepalived="tunnel_type",
    ),
    "tunnel_port": Field(
        port, doc="The UDP port on which a real server unpacks gue.", otherwise=str(GUE_PORT), keepalived="tunnel_port"
    ),
    "tunnel_checksum": Field(
        choice("a kind of checksum", TUNNEL_CHECKSUMS),
        doc="Which checksum the packed packets carry, with gre and gue.",
        otherwise="nocsum",
        keepalived="tunnel_checksum",
    ),
}
REAL_SERVER_WATCH_FIELDS = {
    "inhibit_on_failure": Field(
        boolean,
        doc="Whether a real server whose check fails gets weight 0 instead of leaving the table.",
        otherwise="false",
        keepalived="inhibit_on_failure",
    ),
    "virtual_host": Field(
        host_name,
        doc="The name in the Host header of HTTP checks that name none themselves.",
        example="shop.example.com",
        keepalived="virtualhost",
    ),
    "alerts": Field(
        boolean,
        doc="Whether keepalived sends mail when the state changes.",
        otherwise="keepalived's",
        keepalived="smtp_alert",
    ),
    "raw": Field(
        raw, doc="Lines of your own for this block of keepalived.conf, for what the definition has no key for."
    ),
}
REAL_SERVER_FIELDS = {
    "host": Field(
        text, doc="The host of the inventory that serves; either this or an address is needed.", example="web1"
    ),
    "address": Field(
        beside_port(_server_address),
        doc="The address of a real server that is not a host of the inventory, or another address of the host.",
        otherwise="that of the host",
        example="192.0.2.21",
    ),
    "port": Field(
        port,
        doc="The port on which it serves; only nat can use one other than the service's.",
        otherwise="the service's",
        example=8080,
    ),
    "weight": Field(
        weight,
        doc="Its share of new connections relative to the others; 0 gives it none.",
        otherwise="the host's lvs_weight",
        keepalived="weight",
    ),
    "forward": Field(
        forwarding_method,
        doc="How packets reach this real server.",
        otherwise="the service's",
        keepalived="lvs_method",
    ),
    "upper_threshold": Field(
        _connections,
        0,
        doc="The number of connections at which it gets no new ones; 0 is no limit.",
        keepalived="uthreshold",
    ),
    "lower_threshold": Field(
        _connections,
        0,
        doc=(
            "The number of connections below which it gets new ones again after it was full; 0 is three quarters of "
            "upper_threshold."
        ),
        keepalived="lthreshold",
    ),
    **TUNNEL_FIELDS,
    "checks": Field(checks, doc="How it is checked that this real server can serve.", otherwise="the service's"),
    "notify_up": Field(
        command,
        doc="A command that a director runs when the real server has become usable.",
        example="/usr/local/bin/up web1",
        keepalived="notify_up",
    ),
    "notify_down": Field(
        command,
        doc="A command that a director runs when the real server has failed.",
        example="/usr/local/bin/down web1",
        keepalived="notify_down",
    ),
    **REAL_SERVER_WATCH_FIELDS,
}
SORRY_SERVER_FIELDS = {
    "host": Field(
        text, doc="The host of the inventory that serves instead; either this or an address is needed.", example="web9"
    ),
    "address": Field(
        beside_port(_sorry_address),
        doc="The address of the sorry server; 127.0.0.1 or ::1 is the director itself, whichever has the VIP.",
        otherwise="that of the host",
        example="192.0.2.29",
        keepalived="sorry_server",
    ),
    "port": Field(port, doc="The port on which it serves.", otherwise="the service's"),
    "forward": Field(
        forwarding_method,
        doc="How packets reach it.",
        otherwise="the service's",
        keepalived="sorry_server_lvs_method",
    ),
    **TUNNEL_FIELDS,
    "inhibit_on_failure": Field(
        boolean,
        doc="Whether the real servers stay in the table with weight 0 while the sorry server serves.",
        otherwise="false",
        keepalived="sorry_server_inhibit",
    ),
}


@takes(anyOf=[word, list_of(record(REAL_SERVER_FIELDS))])
def real_servers(value: object, place: Place) -> str | list[Draft | None]:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return word(value, place)
    wrong = not_a_list_of_real_servers(value)
    if wrong:
        raise place.refused(wrong)
    servers: list[Draft | None] = list_of(record(REAL_SERVER_FIELDS))(value, place)
    return servers
