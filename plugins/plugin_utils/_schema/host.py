# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a host, and the names of all variables of this collection."""

from __future__ import annotations

from .addresses import address, or_link_local
from .checks import anything, choice, text
from .common import interface, weight
from .record import Field, one_or_more
from .vrrp import priority
from .words import ARP_METHODS, FIREWALLS

CLUSTER_VARIABLES = ("lvs_cluster", "lvs_services")
# Which of several clusters a run is for: a matter of the run, not of a host.
CLUSTER_NAME_VARIABLE = "lvs_cluster_name"
HOST_FIELDS = {
    "ansible_host": Field(text),
    "ansible_port": Field(anything),
    "ansible_connection": Field(anything),
    "lvs_address": Field(address),
    "lvs_ipv6_address": Field(address),
    "lvs_vrrp_address": Field(one_or_more(address)),
    "lvs_other_addresses": Field(one_or_more(address), ()),
    "lvs_interface": Field(interface),
    "lvs_gateway": Field(one_or_more(or_link_local(address))),
    "lvs_priority": Field(priority),
    "lvs_weight": Field(weight, 1),
    "lvs_arp": Field(choice("a way to tame ARP", ARP_METHODS)),
    "lvs_firewall": Field(choice("a firewall", FIREWALLS)),
    # Never read from a host; they stand here as names that may be meant.
    **{name: Field(anything) for name in (*CLUSTER_VARIABLES, CLUSTER_NAME_VARIABLE)},
}
