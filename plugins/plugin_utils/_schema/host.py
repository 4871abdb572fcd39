# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a host, and the names of all variables of this collection."""

from __future__ import annotations

from .addresses import address, or_link_local, router_id
from .checks import anything, choice, text
from .common import interface, weight
from .parameters import PARAMETER_VARIABLES
from .record import Field, one_or_more
from .vrrp import priority
from .words import ARP_METHODS, FIREWALLS

CLUSTER_VARIABLES = ("lvs_cluster", "lvs_services")
# Which of several clusters a run is for: a matter of the run, not of a host.
CLUSTER_NAME_VARIABLE = "lvs_cluster_name"
HOST_FIELDS = {
    "ansible_host": Field(
        text,
        doc="Where Ansible reaches the host; an address here is the host's address too.",
        otherwise="the host's name",
    ),
    "ansible_port": Field(anything, doc="The port of ssh, which open_firewall leaves open.", otherwise="22"),
    "ansible_connection": Field(
        anything, doc="How Ansible reaches the host; Windows hosts cannot be set up.", otherwise="ssh"
    ),
    "lvs_address": Field(
        address,
        doc="The host's address on the network of the real servers.",
        otherwise="ansible_host, where that is an address",
        example="192.0.2.21",
    ),
    "lvs_ipv6_address": Field(
        address, doc="The IPv6 address of a host whose lvs_address is IPv4.", otherwise="none", example="2001:db8::21"
    ),
    "lvs_vrrp_address": Field(
        one_or_more(address),
        doc=(
            "The address from which a director advertises to the others, where that is another one; a list for one "
            "of each family."
        ),
        otherwise="lvs_address",
        example="198.51.100.2",
    ),
    "lvs_other_addresses": Field(
        one_or_more(address), (), doc="A director's addresses on further networks of real servers.", otherwise="none"
    ),
    "lvs_interface": Field(
        interface, doc="Where a director has the VIPs.", otherwise="the interface of their network", example="eth0"
    ),
    "lvs_gateway": Field(
        one_or_more(or_link_local(address)),
        doc="The director's address through which a real server with nat answers; a list has one of each family.",
        otherwise="the gateway of its network",
    ),
    "lvs_priority": Field(
        priority,
        doc="A director's priority: the highest has the VIPs first.",
        otherwise="from 100 downwards, by name",
        keepalived="priority",
    ),
    "lvs_router_id": Field(
        router_id,
        doc="The number by which routers tell a director from others in BGP, as an IPv4 address.",
        otherwise="its IPv4 address",
        example="192.0.2.2",
    ),
    "lvs_weight": Field(
        weight, 1, doc="The weight of a real server in services that give it none.", keepalived="weight"
    ),
    "lvs_arp": Field(
        choice("a way to tame ARP", ARP_METHODS),
        doc="How this real server is kept quiet in ARP about the VIP.",
        otherwise="the cluster's",
    ),
    "lvs_firewall": Field(
        choice("a firewall", FIREWALLS), doc="The tool for packet-filter rules on this host.", otherwise="the cluster's"
    ),
    # Never read from a host; they stand here as names that may be meant.
    **{name: Field(anything) for name in (*CLUSTER_VARIABLES, CLUSTER_NAME_VARIABLE, *sorted(PARAMETER_VARIABLES))},
}
