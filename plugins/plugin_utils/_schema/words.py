# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's own words: what a definition may say beside the words of IPVS (module_utils/_ipvs/model.py)."""

from __future__ import annotations

from ...module_utils._filter import model as packet_filter
from ...module_utils._ipvs import model as ipvs

# Who checks the real servers, and balances: _checks/checkers.py.
CHECKERS = ("keepalived", "none")
# Who holds the VIPs: _vips/holders.py.
HOLDERS = ("vrrp", "bgp", "static")
# What speaks BGP on directors, and when it announces a VIP: while all of its services are served, or while any is.
BGP_SPEAKERS = ("frr", "bird")
ANNOUNCED_WHILE = ("all", "any")
# The answers to both questions in one word.
ENGINES = {
    "keepalived": {"checks_by": "keepalived", "vips_by": "vrrp"},
    "static": {"checks_by": "none", "vips_by": "static"},
}
DEFAULT_ENGINE = "keepalived"
# A definition never asks for "local": the kernel makes it of whatever method leads to an address of its own host.
FORWARDING_METHODS = tuple(method for method in ipvs.FORWARDING_METHODS if method != "local")
SCHEDULER_FLAGS = ipvs.NAMED_FLAGS
# How a real server that is given the VIP keeps quiet about it, or does without it (redirect).
ARP_METHODS = ("sysctl", "arptables", "nftables", "redirect")
FIREWALLS = packet_filter.FIREWALLS
# How answers of nat return through the director.
NAT_RETURNS = ("policy_route", "default_route", "source_nat", "none")
# Where a real server has the VIP: on the loopback interface, or on the one that has its own address.
VIP_PLACES = ("lo", "lan")
# What keepalived knows of: check_dns.h, check_http.c, vrrp_parser.c
DNS_TYPES = ("A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA")
REGEX_OPTIONS = (
    "allow_empty_class",
    "caseless",
    "dollar_endonly",
    "dotall",
    "extended",
    "firstline",
    "multiline",
    "ucp",
    "ungreedy",
    "utf",
)
VRRP_AUTHENTICATIONS = ("pass", "ah")
# And when a director runs their commands.
VRRP_EVENTS = {
    "notify": "its state changes",
    "notify_master": "it becomes master and has the VIPs",
    "notify_backup": "it becomes backup",
    "notify_fault": "it becomes faulty",
    "notify_stop": "its keepalived stops",
}
# What a sorry server's address says that it is the director itself, whichever has the VIP.
DIRECTOR_ITSELF = {"ipv4": "127.0.0.1", "ipv6": "::1"}
# What packets of a check take to a real server: nothing of its own, or what those of clients take.
THROUGH = ("path",)
TCP_CHECKS = ("http", "https", "tcp", "smtp")
UDP_CHECKS = ("dns", "udp")

# What holds where a definition says nothing.
DIRECTORS_GROUP = "lvs_directors"
GUE_PORT = 6080  # IANA's
VIRTUAL_ROUTER_ID = 51
CHECK_INTERVAL = 5  # seconds; keepalived's own 60 are long for clients that run into a dead real server
