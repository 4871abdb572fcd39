# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys that an owner may write, with their checks and defaults: all that can be said about a single value."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...module_utils._ports import Range, parse_range
from .._cluster.model import (
    ARP_METHODS,
    DIRECTOR_ITSELF,
    ENGINES,
    FAMILIES,
    FIREWALLS,
    FORWARDING_METHODS,
    IPVS_SYSCTLS,
    NAT_RETURNS,
    PERSISTENCE_ENGINES,
    PROTOCOLS,
    SCHEDULER_FLAGS,
    SCHEDULERS,
    TUNNEL_CHECKSUMS,
    TUNNEL_TYPES,
    VIP_PLACES,
)
from . import foreign_words
from .addresses import block
from .fields import (
    Draft,
    Field,
    Place,
    address,
    anything,
    apart,
    beside_port,
    boolean,
    choice,
    integer,
    list_of,
    one_or_more,
    or_link_local,
    pattern,
    record,
    shown,
    text,
    word,
)
from .hints import not_a_list_of_real_servers
from .keepalived_keys import (
    EMAIL_FIELDS,
    RAW_FIELDS,
    REAL_SERVER_WATCH_FIELDS,
    SCRIPT_FIELDS,
    SERVICE_WATCH_FIELDS,
    VRRP_FIELDS,
    checks,
    command,
    interface,
    name,
    port,
    priority,
    sync_daemon,
)

CLUSTER_VARIABLES = ("lvs_cluster", "lvs_services")
# Which of several clusters a run is for: a matter of the run, not of a host.
CLUSTER_NAME_VARIABLE = "lvs_cluster_name"

_port = integer("a port", 1, 65535, special=0)
_weight = integer("a weight", 0, 65535)
_connections = integer("a threshold", 0, 2**31 - 1, "connections")


def _real_servers(value: object, place: Place) -> str | list[Draft | None]:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return word(value, place)
    wrong = not_a_list_of_real_servers(value)
    if wrong:
        raise place.refused(wrong)
    servers: list[Draft | None] = list_of(record(REAL_SERVER_FIELDS))(value, place)
    return servers


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


def _server_address(value: object, place: Place) -> str:
    if isinstance(value, str) and re.fullmatch(r"127\.[0-9.]+|::1|localhost", value):
        raise place.refused(
            f"{value} is a loopback address, which cannot be used here: to list a director that is also a real server, "
            "write its name, {host: NAME}"
        )
    return address(value, place)


def _vip(value: object, place: Place) -> Draft:
    found = re.fullmatch(r"([0-9A-Fa-f.:]+)(?:/([0-9]+))?", value) if isinstance(value, str) else None
    if found:
        prefix = f", prefix: {found[2]}" if found[2] else ""
        raise place.refused(f"{shown(value)} is not a mapping: write {{address: {found[1]}{prefix}}}")
    vip: Draft = record(VIP_FIELDS)(value, place)
    return vip


def _netmask(value: object, place: Place) -> str:
    """Text or a prefix length; whether it suits the family is for consistency.py."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value, place)


def _ipvs_sysctls(value: object, place: Place) -> dict[str, str]:
    """Names below net.ipv4.vs and their values. A value is a number, or several with blanks between them."""
    if not isinstance(value, Mapping):
        raise place.refused(f"{shown(value)} is not a mapping of names below net.ipv4.vs to their values")
    values: Draft = record({name: Field(_sysctl_value) for name in IPVS_SYSCTLS}, "sysctl of IPVS")(value, place)
    return {name: entered for name, entered in values.items() if entered is not None}


def _sysctl_value(value: object, place: Place) -> str:
    if isinstance(value, bool):
        return str(int(value))
    checked: str = _sysctl_text(str(value) if isinstance(value, int) else value, place)
    return checked


def _silenced(value: object, place: Place) -> dict[str, str]:
    """Codes of advice and why nobody needs to hear it. Which codes there are is for the rules to say."""
    if not isinstance(value, Mapping):
        raise place.refused(f"{shown(value)} is not a mapping of codes of advice to reasons: {{LVS133: the reason}}")
    return {str(code): _reason(value[code], place.key(code)) for code in value}


def _reason(value: object, place: Place) -> str:
    reason = "" if value is None else text(value, place).strip()
    if not reason:
        raise place.refused("needs a reason, for those who will ask why the advice is silenced")
    return reason


_sysctl_text = pattern(
    "the value of a sysctl", r"-?[0-9]+([ ,-]+[0-9]+)*", "it is a number, or several with blanks between them"
)
# 31 days: what ipvsadm takes
_timeout = integer("a timeout", 1, 31 * 24 * 3600, "seconds")

TUNNEL_FIELDS = {
    "tunnel_type": Field(choice("a type of tunnel", TUNNEL_TYPES)),
    "tunnel_port": Field(port),
    "tunnel_checksum": Field(choice("a kind of checksum", TUNNEL_CHECKSUMS)),
}

VIP_FIELDS = {
    "address": Field(or_link_local(block), required=True),
    "prefix": Field(integer("a prefix length", 1, 128)),
    "interface": Field(interface),
    # IFNAMSIZ bounds a label as it bounds the name of an interface.
    "label": Field(
        pattern(
            "a label",
            r"[A-Za-z0-9_.:-]{1,15}",
            "it has at most 15 letters, digits and _ . : -, as in eth1:100",
        )
    ),
    "gateway": Field(boolean, False),
    "routed": Field(boolean, False),
    "next_hop": Field(boolean, False),
    "on_real_servers": Field(choice("a place for a VIP", VIP_PLACES), "lo"),
}

TIMEOUT_FIELDS = {name: Field(_timeout) for name in ("tcp", "tcpfin", "udp")}

CLUSTER_FIELDS = {
    "name": Field(name),
    "directors": Field(text),
    "engine": Field(choice("an engine", ENGINES, foreign_words.ENGINES), "keepalived"),
    "install_packages": Field(boolean, False),
    "arp": Field(choice("a way to tame ARP", ARP_METHODS), "sysctl"),
    "firewall": Field(choice("a firewall", FIREWALLS)),
    "open_firewall": Field(boolean, False),
    "nat_return": Field(choice("a way back of NAT", NAT_RETURNS), "policy_route"),
    "masquerade": Field(boolean, False),
    # 1280 is what IPv6 asks of every link: RFC 8200, section 5
    "mtu": Field(integer("an MTU", 1280, 65535, "bytes"), 1500),
    # ip_vs_conn.c; 27 is the most since Linux 6.3, 20 before
    "connection_table_bits": Field(integer("", 8, 27, "bits")),
    "timeouts": Field(record(TIMEOUT_FIELDS), {}),
    "ipvs_sysctls": Field(_ipvs_sysctls, {}),
    "vips": Field(list_of(_vip), ()),
    "vrrp": Field(record(VRRP_FIELDS), record(VRRP_FIELDS)({}, Place(""))),
    "email": Field(record(EMAIL_FIELDS)),
    "sync_daemon": Field(sync_daemon),
    "scripts": Field(record(SCRIPT_FIELDS), record(SCRIPT_FIELDS)({}, Place(""))),
    "raw": Field(record(RAW_FIELDS), {}),
    "silenced": Field(_silenced, {}),
}

REAL_SERVER_FIELDS = {
    "host": Field(text),
    "address": Field(beside_port(_server_address)),
    "port": Field(port),
    "weight": Field(_weight),
    "forward": Field(choice("a forwarding method", FORWARDING_METHODS, foreign_words.FORWARDING_METHODS)),
    "upper_threshold": Field(_connections, 0),
    "lower_threshold": Field(_connections, 0),
    **TUNNEL_FIELDS,
    "checks": Field(checks),
    "notify_up": Field(command),
    "notify_down": Field(command),
    **REAL_SERVER_WATCH_FIELDS,
}


def _sorry_address(value: object, place: Place) -> str:
    """As in keepalived.conf, the loopback address is the director itself."""
    word = text(value, place)
    return word if word in DIRECTOR_ITSELF.values() else address(word, place)


SORRY_SERVER_FIELDS = {
    "host": Field(text),
    "address": Field(beside_port(_sorry_address)),
    "port": Field(port),
    "forward": Field(choice("a forwarding method", FORWARDING_METHODS, foreign_words.FORWARDING_METHODS)),
    **TUNNEL_FIELDS,
    "inhibit_on_failure": Field(boolean),
}

SERVICE_FIELDS = {
    "name": Field(name, required=True),
    "address": Field(one_or_more(beside_port(block))),
    "fwmark": Field(integer("a firewall mark", 1, 2**32 - 1)),
    "family": Field(choice("a family", FAMILIES)),
    "port": Field(one_or_more(_ports)),
    "protocol": Field(one_or_more(choice("a protocol", PROTOCOLS, foreign_words.PROTOCOLS))),
    "scheduler": Field(choice("a scheduler", SCHEDULERS, foreign_words.SCHEDULERS), "wlc"),
    "scheduler_flags": Field(list_of(choice("a scheduler flag", SCHEDULER_FLAGS)), ()),
    "one_packet": Field(boolean, False),
    "forward": Field(choice("a forwarding method", FORWARDING_METHODS, foreign_words.FORWARDING_METHODS), "dr"),
    **TUNNEL_FIELDS,
    "nat_return": Field(choice("a way back of NAT", NAT_RETURNS)),
    # 31 days: what ipvsadm takes
    "persistence_timeout": Field(integer("a timeout", 0, 31 * 24 * 3600, "seconds"), 0),
    "persistence_netmask": Field(_netmask),
    "persistence_engine": Field(choice("a persistence engine", PERSISTENCE_ENGINES)),
    "real_servers": Field(_real_servers, required=True),
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
    "lvs_weight": Field(_weight, 1),
    "lvs_arp": Field(choice("a way to tame ARP", ARP_METHODS)),
    "lvs_firewall": Field(choice("a firewall", FIREWALLS)),
    # Never read from a host; they stand here as names that may be meant.
    **{name: Field(anything) for name in (*CLUSTER_VARIABLES, CLUSTER_NAME_VARIABLE)},
}
