# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a real server, of a sorry server, and of what both share with their service."""

from __future__ import annotations

import re

from ...module_utils._ipvs.model import THRESHOLD_MAX, TUNNEL_CHECKSUMS, TUNNEL_TYPES
from . import foreign_words
from .addresses import address, beside_port
from .checks import boolean, choice, integer, text, word
from .common import command, host_name, port, raw, weight
from .health_checks import checks
from .hints import not_a_list_of_real_servers
from .place import Place
from .record import Draft, Field, list_of, record
from .words import DIRECTOR_ITSELF, FORWARDING_METHODS

_connections = integer("a threshold", 0, THRESHOLD_MAX, "connections")


def _server_address(value: object, place: Place) -> str:
    if isinstance(value, str) and re.fullmatch(r"127\.[0-9.]+|::1|localhost", value):
        raise place.refused(
            f"{value} is a loopback address, which cannot be used here: to list a director that is also a real server, "
            "write its name, {host: NAME}"
        )
    return address(value, place)


def _sorry_address(value: object, place: Place) -> str:
    """As in keepalived.conf, the loopback address is the director itself."""
    word = text(value, place)
    return word if word in DIRECTOR_ITSELF.values() else address(word, place)


TUNNEL_FIELDS = {
    "tunnel_type": Field(choice("a type of tunnel", TUNNEL_TYPES)),
    "tunnel_port": Field(port),
    "tunnel_checksum": Field(choice("a kind of checksum", TUNNEL_CHECKSUMS)),
}
REAL_SERVER_WATCH_FIELDS = {
    "inhibit_on_failure": Field(boolean),
    "virtual_host": Field(host_name),
    "alerts": Field(boolean),
    "raw": Field(raw),
}
REAL_SERVER_FIELDS = {
    "host": Field(text),
    "address": Field(beside_port(_server_address)),
    "port": Field(port),
    "weight": Field(weight),
    "forward": Field(choice("a forwarding method", FORWARDING_METHODS, foreign_words.FORWARDING_METHODS)),
    "upper_threshold": Field(_connections, 0),
    "lower_threshold": Field(_connections, 0),
    **TUNNEL_FIELDS,
    "checks": Field(checks),
    "notify_up": Field(command),
    "notify_down": Field(command),
    **REAL_SERVER_WATCH_FIELDS,
}
SORRY_SERVER_FIELDS = {
    "host": Field(text),
    "address": Field(beside_port(_sorry_address)),
    "port": Field(port),
    "forward": Field(choice("a forwarding method", FORWARDING_METHODS, foreign_words.FORWARDING_METHODS)),
    **TUNNEL_FIELDS,
    "inhibit_on_failure": Field(boolean),
}


def real_servers(value: object, place: Place) -> str | list[Draft | None]:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return word(value, place)
    wrong = not_a_list_of_real_servers(value)
    if wrong:
        raise place.refused(wrong)
    servers: list[Draft | None] = list_of(record(REAL_SERVER_FIELDS))(value, place)
    return servers
