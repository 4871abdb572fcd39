# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of lvs_cluster, beside those of its VIPs (vips.py) and of VRRP (vrrp.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address

from ...module_utils._ipvs.model import SYSCTLS
from ...module_utils._ipvs_settings.model import DEFAULT_PORT, DEFAULT_SYNC_ID, SYNC_ID_MAX, TIMEOUT_MAX, Timeouts
from . import foreign_words
from .addresses import apart, multicast_group
from .checks import boolean, choice, integer, pattern, text, word
from .common import host_name, interface, name, port, raw, user
from .place import Place
from .record import Draft, Field, list_of, one_or_more, record
from .sentences import shown
from .vips import vip
from .vrrp import VRRP_FIELDS
from .words import ARP_METHODS, ENGINES, FIREWALLS, NAT_RETURNS

# Of UDP's payload: 65535 without the headers of IPv6 and UDP.
LONGEST_IPV6_MESSAGE = 65487
_mail_address = pattern(
    "a mail address", r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]{1,189}", "it looks like root@example.com"
)


def _mail_server(value: object, place: Place) -> str:
    """A name or an address. The port has a key of its own."""
    found = apart(value)
    if found:
        raise place.refused(f"{shown(value)} is an address with a port: write server: {found[0]} and port: {found[1]}")
    server = word(value, place)
    with suppress(ValueError):
        return str(ip_address(server))
    if ":" in server or not re.search("[A-Za-z]", server):
        raise place.refused(f"{shown(server)} is neither a host name nor an IPv4 or IPv6 address")
    named: str = host_name(server, place)
    return named


def _ipvs_sysctls(value: object, place: Place) -> dict[str, str]:
    """Names below net.ipv4.vs and their values. A value is a number, or several with blanks between them."""
    if not isinstance(value, Mapping):
        raise place.refused(f"{shown(value)} is not a mapping of names below net.ipv4.vs to their values")
    values: Draft = record({name: Field(_sysctl_value) for name in SYSCTLS}, "sysctl of IPVS")(value, place)
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
_timeout = integer("a timeout", 1, TIMEOUT_MAX, "seconds")
TIMEOUT_FIELDS = {name: Field(_timeout) for name in Timeouts._fields}
EMAIL_FIELDS = {
    "to": Field(one_or_more(_mail_address), required=True),
    "from": Field(_mail_address),
    "server": Field(_mail_server, "127.0.0.1"),
    "port": Field(port, 25),
    "helo_name": Field(host_name),
    "timeout": Field(integer("", 1, 3600, "seconds")),
}
SYNC_DAEMON_FIELDS = {
    "id": Field(integer("a sync id", 0, SYNC_ID_MAX), DEFAULT_SYNC_ID),
    "interface": Field(interface),
    "group": Field(multicast_group),
    "port": Field(port, DEFAULT_PORT),
    "ttl": Field(integer("", 1, 255)),
    "max_length": Field(integer("", 1, 65507, "bytes")),
}


def sync_daemon(value: object, place: Place) -> Draft:
    """What directors tell each other of connections. The headers of IPv6 are longer, so its messages end earlier."""
    draft: Draft = record(SYNC_DAEMON_FIELDS)(value, place)
    if ":" in (draft.get("group") or "") and (draft.get("max_length") or 0) > LONGEST_IPV6_MESSAGE:
        place.key("max_length").note(
            f"{draft['max_length']} bytes do not fit in a packet to an IPv6 group; let it be at most "
            f"{LONGEST_IPV6_MESSAGE}"
        )
    return draft


SCRIPT_FIELDS = {"user": Field(user, "nobody"), "group": Field(user)}
RAW_FIELDS = {place: Field(raw) for place in ("global_defs", "file")}
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
    "vips": Field(list_of(vip), ()),
    "vrrp": Field(record(VRRP_FIELDS), record(VRRP_FIELDS)({}, Place(""))),
    "email": Field(record(EMAIL_FIELDS)),
    "sync_daemon": Field(sync_daemon),
    "scripts": Field(record(SCRIPT_FIELDS), record(SCRIPT_FIELDS)({}, Place(""))),
    "raw": Field(record(RAW_FIELDS), {}),
    "silenced": Field(_silenced, {}),
}
