# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of lvs_cluster, beside those of its VIPs (vips.py), of VRRP (vrrp.py) and of BGP (bgp.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address

from ...module_utils._ipvs.model import SYSCTLS
from ...module_utils._ipvs_settings.model import DEFAULT_PORT, DEFAULT_SYNC_ID, SYNC_ID_MAX, TIMEOUT_MAX
from ...module_utils._predecessors.model import PROGRAMS
from . import foreign_words
from .addresses import apart, multicast_group
from .bgp import BGP_FIELDS
from .checks import boolean, choice, integer, pattern, text, word
from .common import floor, host_name, interface, name, port, raw, user
from .place import Place
from .record import Check, Draft, Field, list_of, mapping_of, one_or_more, record, takes
from .sentences import shown
from .vips import vip
from .vrrp import VRRP_FIELDS
from .words import ARP_METHODS, CHECKERS, DIRECTORS_GROUP, ENGINES, FIREWALLS, HOLDERS, NAT_RETURNS

# Of UDP's payload: 65535 without the headers of IPv6 and UDP.
LONGEST_IPV6_MESSAGE = 65487
_mail_address = pattern(
    "a mail address", r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]{1,189}", "it looks like root@example.com"
)


@takes(host_name)
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


_sysctl_text = pattern(
    "the value of a sysctl", r"-?[0-9]+([ ,-]+[0-9]+)*", "it is a number, or several with blanks between them"
)


@takes(type=["integer", "string", "boolean"])
def _sysctl_value(value: object, place: Place) -> str:
    if isinstance(value, bool):
        return str(int(value))
    checked: str = _sysctl_text(str(value) if isinstance(value, int) else value, place)
    return checked


@takes(_sysctl_text)
def _sync_threshold(value: object, place: Place) -> str:
    """proc_do_sync_threshold() in ip_vs_ctl.c"""
    entered = _sysctl_value(value, place)
    found = re.fullmatch(r"([0-9]+)\s+([0-9]+)", entered)
    if not found or (int(found[2]) and int(found[1]) >= int(found[2])):
        raise place.refused(
            f"{shown(entered)} is not a threshold and a period: write two numbers, the first below the second, such as "
            "'3 50'"
        )
    return entered


def _bounded(low: int, high: int) -> Check[str]:
    number = integer("", low, high)

    @takes(number, type=["integer", "string", "boolean"])
    def check(value: object, place: Place) -> str:
        return str(number(int(value) if isinstance(value, bool) else value, place))

    return check


# What the kernel takes no other value of: proc_dointvec(), and proc_do_defense_mode() and so on in ip_vs_ctl.c
_SYSCTLS = {
    **{name: Field(_bounded(-(2**31), 2**31 - 1)) for name in SYSCTLS},
    "est_cpulist": Field(_sysctl_value),
    **{name: Field(_bounded(0, 3)) for name in ("drop_entry", "drop_packet", "secure_tcp", "sync_retries")},
    "est_nice": Field(_bounded(-20, 19)),
    "sync_ports": Field(choice("a number of ports", ("1", "2", "4", "8", "16"))),
    "sync_qlen_max": Field(_bounded(0, 2**31 - 1)),
    # Seconds, which the kernel keeps as jiffies in 32 bits: at most a thousand for each.
    "sync_refresh_period": Field(_bounded(0, (2**31 - 1) // 1000)),
    "sync_threshold": Field(_sync_threshold),
    "sync_version": Field(_bounded(0, 1)),
}


@takes(record(_SYSCTLS))
def _ipvs_sysctls(value: object, place: Place) -> dict[str, str]:
    """Names below net.ipv4.vs and their values. A value is a number, or several with blanks between them."""
    if not isinstance(value, Mapping):
        raise place.refused(f"{shown(value)} is not a mapping of names below net.ipv4.vs to their values")
    values: Draft = record(_SYSCTLS, "sysctl of IPVS")(value, place)
    return {name: entered for name, entered in values.items() if entered is not None}


@mapping_of(text)
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


_timeout = integer("a timeout", 1, TIMEOUT_MAX, "seconds")
TIMEOUT_FIELDS = {
    "tcp": Field(_timeout, doc="For established TCP connections.", keepalived="tcp"),
    "tcpfin": Field(_timeout, doc="For TCP connections after their FIN.", keepalived="tcpfin"),
    "udp": Field(_timeout, doc="For UDP.", keepalived="udp"),
}
EMAIL_FIELDS = {
    "to": Field(
        one_or_more(_mail_address),
        required=True,
        doc="Who gets keepalived's mail: one address or a list.",
        example="root@example.com",
        keepalived="notification_email",
    ),
    "from": Field(
        _mail_address, doc="The sender's address.", otherwise="keepalived's", keepalived="notification_email_from"
    ),
    "server": Field(_mail_server, "127.0.0.1", doc="The mail server.", keepalived="smtp_server"),
    "port": Field(port, 25, doc="The mail server's port."),
    "helo_name": Field(
        host_name,
        doc="The name with which a director introduces itself to the mail server.",
        otherwise="keepalived's",
        keepalived="smtp_helo_name",
    ),
    "timeout": Field(
        integer("", 1, 3600, "seconds"),
        doc="How long the mail server may take to answer.",
        otherwise="keepalived's",
        keepalived="smtp_connect_timeout",
    ),
}
SYNC_DAEMON_FIELDS = {
    "id": Field(
        integer("a sync id", 0, SYNC_ID_MAX),
        DEFAULT_SYNC_ID,
        doc="A number that the directors of one cluster share; messages with another one are ignored.",
        keepalived="id",
    ),
    "interface": Field(
        interface,
        doc="The interface on which directors share their connections.",
        otherwise="that of VRRP",
        keepalived="interface",
    ),
    "group": Field(
        multicast_group,
        doc="The multicast address, IPv4 or IPv6.",
        otherwise="224.0.0.81",
        example="ff02::5e",
        keepalived="group",
    ),
    "port": Field(port, DEFAULT_PORT, doc="The UDP port.", keepalived="port"),
    "ttl": Field(integer("", 1, 255), doc="The TTL of the messages.", otherwise="1", keepalived="ttl"),
    "max_length": Field(
        integer("", 1, 65507, "bytes"),
        doc="The maximum size of one message.",
        otherwise="what fits the interface's MTU",
        keepalived="maxlen",
    ),
}


@takes(record(SYNC_DAEMON_FIELDS))
def sync_daemon(value: object, place: Place) -> Draft:
    """What directors tell each other of connections. The headers of IPv6 are longer, so its messages end earlier."""
    draft: Draft = record(SYNC_DAEMON_FIELDS)(value, place)
    if ":" in (draft.get("group") or "") and (draft.get("max_length") or 0) > LONGEST_IPV6_MESSAGE:
        place.key("max_length").note(
            f"{draft['max_length']} bytes do not fit in a packet to an IPv6 group; let it be at most "
            f"{LONGEST_IPV6_MESSAGE}"
        )
    return draft


@takes(list_of(vip))
def _vips(value: object, place: Place) -> list[Draft]:
    if isinstance(value, str) and value in HOLDERS:
        raise place.refused(f"{shown(value)} is not a list; who holds the VIPs stands in lvs_cluster.vips_by")
    vips: list[Draft] = list_of(vip)(value, place)
    return vips


SCRIPT_FIELDS = {
    "user": Field(
        user, "nobody", doc="The user that runs keepalived's scripts and commands.", keepalived="script_user"
    ),
    "group": Field(user, doc="The group that runs them.", otherwise="the user's"),
}
RAW_FIELDS = {
    "global_defs": Field(raw, doc="Lines for the block global_defs."),
    "file": Field(raw, doc="Lines of the file itself; they come before the VRRP instances."),
}
CLUSTER_FIELDS = {
    "name": Field(
        name,
        doc="The cluster's name in reports and in -e lvs_cluster_name=NAME.",
        otherwise="the group of its directors",
        example="shop",
    ),
    "directors": Field(text, doc="The inventory group of the cluster's directors.", otherwise=DIRECTORS_GROUP),
    "engine": Field(
        choice("an engine", tuple(ENGINES), foreign_words.ENGINES),
        doc=(
            "Both of the next two in one word: keepalived (keepalived and vrrp), or the rules alone, static (none and "
            "static)."
        ),
        otherwise="keepalived",
    ),
    "checks_by": Field(
        choice("a way of checking", CHECKERS),
        doc="Who checks the real servers and takes out those that fail: keepalived, or nobody (none).",
        otherwise="the engine's",
    ),
    "vips_by": Field(
        choice("a holder of VIPs", HOLDERS, foreign_words.HOLDERS),
        doc=(
            "Who holds the VIPs: the director that VRRP chooses (vrrp), every director that serves them, which tells "
            "routers so (bgp), or every director at all times (static)."
        ),
        otherwise="the engine's",
    ),
    "install_packages": Field(boolean, False, doc="Whether the roles may install packages."),
    "take_over_from": Field(
        one_or_more(choice("a program to take over from", PROGRAMS)),
        (),
        doc=(
            "What has had the virtual services until now: heartbeat, ldirectord, or ipvsadm (rules that its unit "
            "loads). A roll-out stops it so that services and VIPs stay, and disables it; lvs.cluster.remove starts it "
            "again."
        ),
        otherwise="none",
    ),
    "arp": Field(
        choice("a way to tame ARP", ARP_METHODS),
        "sysctl",
        doc="How real servers with direct routing keep quiet in ARP about the VIP; with redirect they do not have it.",
    ),
    "firewall": Field(
        choice("a firewall", FIREWALLS),
        doc=(
            "The tool for packet-filter rules. firewalld and ufw open themselves, by what open_firewall asks for; all "
            "other rules are then kept as by default."
        ),
        otherwise="nftables where the host has it, else iptables",
    ),
    "open_firewall": Field(
        boolean, False, doc="Whether the hosts' own firewall is opened for what the cluster needs, and nothing more."
    ),
    "nat_return": Field(
        choice("a return path of NAT", NAT_RETURNS),
        "policy_route",
        doc=(
            "How answers of nat return through the director: routed by rules for them alone (policy_route), by the "
            "default route, to the director as the client's stand-in (source_nat), or by your own doing (none)."
        ),
    ),
    "masquerade": Field(
        boolean, False, doc="Whether real servers with nat may open connections to elsewhere through the director."
    ),
    # 1280 is what IPv6 asks of every link: RFC 8200, section 5
    "mtu": Field(
        integer("an MTU", 1280, 65535, "bytes"),
        1500,
        doc="The MTU of the path from the director to real servers with tun.",
    ),
    # ip_vs_conn.c; 27 is the most since Linux 6.3, 20 before
    "connection_table_bits": Field(
        integer("", 8, 27, "bits"),
        doc="The buckets of the connection hash table, as a power of 2; not a limit; takes effect at a reboot.",
        otherwise="the kernel's",
    ),
    "timeouts": Field(
        record(TIMEOUT_FIELDS),
        {},
        doc="How long connections without packets are kept.",
        otherwise="the kernel's",
        keepalived="lvs_timeouts",
    ),
    "ipvs_sysctls": Field(
        _ipvs_sysctls, {}, doc="Sysctls below net.ipv4.vs and their values.", otherwise="what the services need"
    ),
    "vips": Field(_vips, (), doc="VIPs that need more than the default.", otherwise="none"),
    "vrrp": Field(record(VRRP_FIELDS), record(VRRP_FIELDS)({}, Place("")), doc="How VIPs move between directors."),
    "bgp": Field(record(BGP_FIELDS), doc="How directors announce the VIPs to routers.", otherwise="they do not"),
    "email": Field(record(EMAIL_FIELDS), doc="To whom keepalived sends mail, and how.", otherwise="none"),
    "sync_daemon": Field(
        sync_daemon,
        doc=(
            "How directors share their connections, which then survive when the VIPs move; an empty "
            "mapping takes the defaults."
        ),
        otherwise="none",
        keepalived="lvs_sync_daemon",
    ),
    "depool_floor": Field(
        floor,
        doc=(
            "How many real servers of each service checks leave in the table, failed or not: a number, or a share of "
            "those that have a weight, rounded up; 0 is no floor."
        ),
        otherwise="no floor",
        example="50%",
    ),
    "scripts": Field(
        record(SCRIPT_FIELDS),
        record(SCRIPT_FIELDS)({}, Place("")),
        doc="The user and group that run keepalived's scripts.",
    ),
    "raw": Field(record(RAW_FIELDS), {}, doc="Lines of your own for keepalived.conf.", otherwise="none"),
    "silenced": Field(
        _silenced, {}, doc="Codes of warnings that are not to be shown, each with the reason.", otherwise="none"
    ),
    "keepalived_templates": Field(
        pattern("the path of a folder", r"[^\x00-\x1f\x7f]+", "it is text on one line, such as templates"),
        doc="A folder with templates of your own for keepalived.conf; relative paths start at the inventory's folder.",
        otherwise="the role's templates",
        example="templates",
    ),
}
