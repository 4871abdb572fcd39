# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of lvs_cluster.vrrp: how VIPs move from director to director."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .addresses import addresses
from .checks import boolean, choice, decimal, integer
from .common import LONGEST, command, count, interface, name, path, raw, user
from .place import Place
from .record import Check, Draft, Field, list_of, record
from .sentences import shown
from .words import VRRP_AUTHENTICATIONS, VRRP_EVENTS

_whole_seconds = integer("", 0, LONGEST, "seconds")
_repeat = integer("", 1, 65535)
_weight = integer("the change of a priority", -253, 253)


def _begins_a_line(check_other: Check) -> Check:
    """What the other check takes, but for words at which keepalived reads another file: is_include() in parser.c."""

    def check(value: object, place: Place) -> str:
        entered: str = check_other(value, place)
        if re.fullmatch("include[rmwba]?", entered):
            raise place.refused(
                f"{shown(entered)} is a word of keepalived's, which reads another file there; choose another name"
            )
        return entered

    return check


def password(value: object, place: Place) -> bool:
    """A secret: it is checked, never shown and not kept. The role hands it to the module that writes the file."""
    number = isinstance(value, int) and not isinstance(value, bool)
    # A shorter one may have been written with leading zeros, which YAML reads in base 8.
    if isinstance(value, float) or (number and not re.fullmatch(r"[1-9][0-9]{3,7}", str(value))):
        raise place.refused(
            "the value (not shown) is a number, which YAML may have changed (0123 becomes 83): put it in quotes"
        )
    if not (number or isinstance(value, str)) or not re.fullmatch(r"[A-Za-z0-9_.:,+/=@%-]{1,8}", str(value)):
        raise place.refused(
            "the value (not shown) cannot be used as a VRRP password: write 1 to 8 characters, letters, digits and "
            "_ . : , + / = @ % - only; keepalived would ignore the rest of a longer one"
        )
    return True


TRACK_INTERFACE_FIELDS = {"interface": Field(_begins_a_line(interface), required=True), "weight": Field(_weight, 0)}
TRACK_SCRIPT_FIELDS = {
    "name": Field(_begins_a_line(name), required=True),
    "command": Field(command, required=True),
    "interval": Field(integer("", 1, LONGEST, "seconds"), 1),
    "timeout": Field(integer("", 1, LONGEST, "seconds")),
    "weight": Field(_weight, 0),
    "rise": Field(integer("", 1, 1000)),
    "fall": Field(integer("", 1, 1000)),
    "user": Field(user),
    "fails_at_first": Field(boolean, False),
}
TRACK_FILE_FIELDS = {
    "name": Field(_begins_a_line(name), required=True),
    "path": Field(path, required=True),
    "weight": Field(integer("this factor", -254, 254), 1),
}


def _tracked_interface(value: object, place: Place) -> Draft:
    entry = {"interface": value} if isinstance(value, str) else value
    draft: Draft = record(TRACK_INTERFACE_FIELDS)(entry, place)
    return draft


# 255 is for the owner of the address, 0 for a director that leaves: RFC 9568, section 5.2.4
priority = integer("a priority", 1, 254)


def _priorities(value: object, place: Place) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise place.refused(f"{shown(value)} is not a mapping of directors to priorities, such as {{lvs1: 150}}")
    return {str(host): priority(given, place.key(host)) for host, given in value.items()}


# What an instance of VRRP has; lvs_cluster.vrrp has them too, for all of its instances.
_COMMON_FIELDS = {
    "virtual_router_id": Field(integer("a virtual router ID", 1, 255)),
    "interface": Field(interface),
    "version": Field(integer("the version of VRRP", 2, 3)),
    "advert_interval": Field(decimal("", 0.01, 255, "seconds")),
    "unicast": Field(boolean),
    "preempt": Field(boolean),
    "preempt_delay": Field(decimal("", 0, 1000, "seconds")),
    "garp_delay": Field(_whole_seconds),
    "garp_repeat": Field(_repeat),
    "garp_refresh": Field(count),
    "garp_refresh_repeat": Field(_repeat),
    "garp_lower_priority_delay": Field(_whole_seconds),
    "garp_lower_priority_repeat": Field(count),
    "track_interfaces": Field(list_of(_tracked_interface)),
    "track_scripts": Field(list_of(record(TRACK_SCRIPT_FIELDS))),
    "track_files": Field(list_of(record(TRACK_FILE_FIELDS))),
    **{event: Field(command) for event in VRRP_EVENTS},
    "alerts": Field(boolean),
    "raw": Field(raw),
}
INSTANCE_FIELDS = {
    "name": Field(_begins_a_line(name), required=True),
    "vips": Field(addresses, required=True),
    "sync_group": Field(name),
    "priorities": Field(_priorities, {}),
    **_COMMON_FIELDS,
}
VRRP_FIELDS = {
    **_COMMON_FIELDS,
    "password": Field(password, False),
    "authentication": Field(choice("a kind of authentication", VRRP_AUTHENTICATIONS), "pass"),
    "startup_delay": Field(decimal("", 0, 1000, "seconds", places=3)),
    "instances": Field(list_of(record(INSTANCE_FIELDS))),
}
VRRP_INSTANCE_KEYS = tuple(_COMMON_FIELDS)
