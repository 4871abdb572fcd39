# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of lvs_cluster.vrrp: how VIPs move from director to director."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .blocks import addresses
from .checks import boolean, choice, decimal, integer
from .common import LONGEST, command, count, interface, name, raw
from .place import Place
from .record import Field, list_of, mapping_of, record, takes
from .sentences import shown
from .tracks import TRACK_FILE_FIELDS, TRACK_SCRIPT_FIELDS, begins_a_line, tracked_interface
from .vrrp_profiles import PROFILES
from .words import VIRTUAL_ROUTER_ID, VRRP_AUTHENTICATIONS, VRRP_EVENTS

_whole_seconds = integer("", 0, LONGEST, "seconds")
_repeat = integer("", 1, 65535)


@takes(type=["string", "integer"], title="a password", minLength=1, maxLength=8)
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


# 255 is for the owner of the address, 0 for a director that leaves: RFC 9568, section 5.2.4
priority = integer("a priority", 1, 254)


@mapping_of(priority)
def _priorities(value: object, place: Place) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise place.refused(f"{shown(value)} is not a mapping of directors to priorities, such as {{lvs1: 150}}")
    return {str(host): priority(given, place.key(host)) for host, given in value.items()}


# What an instance of VRRP has; lvs_cluster.vrrp has them too, for all of its instances.
_COMMON_FIELDS = {
    "virtual_router_id": Field(
        integer("a virtual router ID", 1, 255),
        doc="The number of the virtual router, which no other cluster on the network may have.",
        otherwise=f"{VIRTUAL_ROUTER_ID}, and the next ones for further instances",
        keepalived="virtual_router_id",
    ),
    "interface": Field(
        interface,
        doc="The interface on which directors hear each other; none, with unicast, takes whatever route leads there.",
        otherwise="that of lvs_vrrp_address, or else lvs_interface, or that of the director's address",
        example="eth0",
        keepalived="interface",
    ),
    "version": Field(
        integer("the version of VRRP", 2, 3), doc="The version of VRRP.", otherwise="2", keepalived="version"
    ),
    "advert_interval": Field(
        decimal("", 0.01, 255, "seconds"),
        doc="The time between two advertisements; fractions of a second need version 3.",
        otherwise="1",
        keepalived="advert_int",
    ),
    "unicast": Field(
        boolean,
        doc="Whether directors advertise to each other's addresses instead of a multicast group.",
        otherwise="false",
        keepalived="unicast_peer",
    ),
    "preempt": Field(boolean, doc="Whether a director with a higher priority takes the VIPs back.", otherwise="true"),
    "preempt_delay": Field(
        decimal("", 0, 1000, "seconds"),
        doc="How long it waits before it takes them back.",
        otherwise="0",
        keepalived="preempt_delay",
    ),
    "garp_delay": Field(
        _whole_seconds,
        doc="The time after which a director that has taken over announces the VIPs to neighbours a second time.",
        otherwise="keepalived's",
        keepalived="garp_master_delay",
    ),
    "garp_repeat": Field(
        _repeat,
        doc="How many messages announce the VIPs to neighbours each time.",
        otherwise="keepalived's",
        keepalived="garp_master_repeat",
    ),
    "garp_refresh": Field(
        count,
        doc="The time between repeated announcements by a director that has the VIPs; 0 is never.",
        otherwise="keepalived's",
        keepalived="garp_master_refresh",
    ),
    "garp_refresh_repeat": Field(
        _repeat,
        doc="How many messages make up a repeated announcement.",
        otherwise="keepalived's",
        keepalived="garp_master_refresh_repeat",
    ),
    "garp_lower_priority_delay": Field(
        _whole_seconds,
        doc="The time before the VIPs are announced again after a director with a lower priority has advertised.",
        otherwise="keepalived's",
        keepalived="garp_lower_prio_delay",
    ),
    "garp_lower_priority_repeat": Field(
        count,
        doc="How many messages make up that announcement.",
        otherwise="keepalived's",
        keepalived="garp_lower_prio_repeat",
    ),
    "track_interfaces": Field(
        list_of(tracked_interface),
        doc="Interfaces that a director needs: names, or mappings with a weight.",
        otherwise="none",
        keepalived="track_interface",
    ),
    "track_scripts": Field(
        list_of(record(TRACK_SCRIPT_FIELDS)),
        doc="Programs whose success a director needs.",
        otherwise="none",
        keepalived="track_script",
    ),
    "track_files": Field(
        list_of(record(TRACK_FILE_FIELDS)),
        doc="Files whose number changes the priority.",
        otherwise="none",
        keepalived="track_file",
    ),
    **{
        event: Field(command, doc=f"A command that a director runs when {when}.", keepalived=event)
        for event, when in VRRP_EVENTS.items()
    },
    "alerts": Field(
        boolean,
        doc="Whether keepalived sends mail when a director becomes master, backup or faulty.",
        otherwise="keepalived's",
        keepalived="smtp_alert",
    ),
    "raw": Field(raw, doc="Lines of your own for the block vrrp_instance."),
}
INSTANCE_FIELDS = {
    "name": Field(
        begins_a_line(name), required=True, doc="The name of the instance.", example="shop", keepalived="vrrp_instance"
    ),
    "vips": Field(
        addresses,
        required=True,
        doc="The VIPs that move with it.",
        example="192.0.2.198",
        keepalived="virtual_ipaddress",
    ),
    "sync_group": Field(
        name,
        doc="The name of a group of instances that always move together.",
        otherwise="none",
        example="nat",
        keepalived="vrrp_sync_group",
    ),
    "priorities": Field(
        _priorities, {}, doc="Priorities of directors in this instance, instead of their own.", keepalived="priority"
    ),
    **_COMMON_FIELDS,
}
VRRP_FIELDS = {
    **_COMMON_FIELDS,
    "password": Field(
        password,
        False,
        doc="A password of at most 8 characters, which goes over the network in clear text; keep it in ansible-vault.",
        otherwise="none",
        keepalived="auth_pass",
    ),
    "authentication": Field(
        choice("a kind of authentication", VRRP_AUTHENTICATIONS, secret=True),
        "pass",
        doc="How the password is used.",
        keepalived="auth_type",
    ),
    "profile": Field(
        choice("a profile", PROFILES),
        doc="A set of defaults for the other keys here: fast is for failovers in less than half a second.",
        otherwise="none",
        example="fast",
    ),
    "realtime_priority": Field(
        integer("a priority", 1, 99),
        doc="The priority at which the process of keepalived that advertises runs before all that is not in real time.",
        otherwise="that of any process",
        keepalived="vrrp_rt_priority",
    ),
    "no_swap": Field(
        boolean,
        doc="Whether that process stays in memory as a whole.",
        otherwise="false",
        keepalived="vrrp_no_swap",
    ),
    "startup_delay": Field(
        decimal("", 0, 1000, "seconds", places=3),
        doc="How long a director waits after it has started before it takes part.",
        otherwise="0",
        keepalived="vrrp_startup_delay",
    ),
    "instances": Field(
        list_of(record(INSTANCE_FIELDS)),
        doc="Several sets of VIPs that move separately.",
        otherwise="one with all VIPs",
        keepalived="vrrp_instance",
    ),
}
VRRP_INSTANCE_KEYS = tuple(_COMMON_FIELDS)
