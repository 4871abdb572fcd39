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
from .addresses import apart, beside_port, block
from .checks import boolean, choice, integer, text
from .common import command, mark, name
from .health_checks import checks
from .place import Place
from .real_server import REAL_SERVER_WATCH_FIELDS, SORRY_SERVER_FIELDS, TUNNEL_FIELDS, real_servers
from .record import Draft, Field, list_of, one_or_more, record
from .words import FORWARDING_METHODS, NAT_RETURNS, SCHEDULER_FLAGS

_port = integer("a port", 1, PORT_MAX, special=0)


def _ports(value: object, place: Place) -> Range:
    """A port, or the first and the last of a range. 0, all ports, is for consistency.py."""
    entered = text(value, place) if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9]+[-:][0-9]+", entered):
        number = _port(value, place)
        return number, number
    try:
        return parse_range(entered)
    except ValueError as error:
        raise place.refused(str(error)) from None


def _netmask(value: object, place: Place) -> str:
    """Text or a prefix length; whether it suits the family is for consistency.py."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value, place)


SERVICE_WATCH_FIELDS = {
    **REAL_SERVER_WATCH_FIELDS,
    "quorum": Field(integer("the quorum", 1, 2**31 - 1)),
    "hysteresis": Field(integer("the hysteresis", 0, 2**31 - 1)),
    "quorum_up": Field(command),
    "quorum_down": Field(command),
    "alpha": Field(boolean),
    "omega": Field(boolean),
    "suspend_without_vip": Field(boolean),
}
SERVICE_FIELDS = {
    "name": Field(name, required=True),
    "address": Field(one_or_more(beside_port(block))),
    "fwmark": Field(mark),
    "family": Field(choice("a family", FAMILIES)),
    "port": Field(one_or_more(_ports)),
    "protocol": Field(one_or_more(choice("a protocol", PROTOCOLS, foreign_words.PROTOCOLS))),
    "scheduler": Field(choice("a scheduler", SCHEDULERS, foreign_words.SCHEDULERS), "wlc"),
    "scheduler_flags": Field(list_of(choice("a scheduler flag", SCHEDULER_FLAGS)), ()),
    "one_packet": Field(boolean, False),
    "forward": Field(choice("a forwarding method", FORWARDING_METHODS, foreign_words.FORWARDING_METHODS), "dr"),
    **TUNNEL_FIELDS,
    "nat_return": Field(choice("a way back of NAT", NAT_RETURNS)),
    "persistence_timeout": Field(integer("a timeout", 0, PERSISTENCE_MAX, "seconds"), 0),
    "persistence_netmask": Field(_netmask),
    "persistence_engine": Field(choice("a persistence engine", PERSISTENCE_ENGINES)),
    "real_servers": Field(real_servers, required=True),
    "checks": Field(checks),
    "sorry_server": Field(record(SORRY_SERVER_FIELDS)),
    **SERVICE_WATCH_FIELDS,
}


def service_entry(value: object, place: Place) -> Draft:
    """An entry of lvs_services. A port that is written with the address is refused there, and not missing."""
    draft: Draft = record(SERVICE_FIELDS)(value, place)
    entered = value.get("address") if isinstance(value, Mapping) else None
    listed = entered if isinstance(entered, (list, tuple)) else [entered]
    if draft.get("port", ...) is None and any(map(apart, listed)):
        del draft["port"]
    return draft
