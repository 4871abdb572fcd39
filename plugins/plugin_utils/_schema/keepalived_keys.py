# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of what keepalived does beside balancing: health checks, VRRP, notices. As keys.py, which takes them in.

No value that passes here can end its line or its quotes in keepalived.conf: text has no control characters, and what
stands there without quotes has letters, digits and a few signs alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address

from .._cluster.model import DNS_TYPES, REGEX_OPTIONS, SYNC_PORT, VRRP_AUTHENTICATIONS, VRRP_EVENTS
from . import foreign_words
from .addresses import addresses
from .fields import (
    Check,
    Draft,
    Field,
    Place,
    Refused,
    address,
    apart,
    beside_port,
    boolean,
    choice,
    decimal,
    integer,
    list_of,
    nearest,
    one_or_more,
    pattern,
    record,
    shown,
    text,
    word,
)

LONGEST = 4294  # seconds: keepalived counts microseconds in 32 bits (TIMER_HZ in timer.h)
# dev_valid_name() in net/core/dev.c: at most 15 characters, neither . nor ..; all and default are folders of sysctls.
interface = pattern(
    "the name of an interface",
    r"(?!(\.\.?|all|default)$)[A-Za-z0-9_.][A-Za-z0-9_.-]{0,14}",
    "it has at most 15 characters: letters, digits, _ . -",
)
name = pattern(
    "a name",
    r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}",
    "a name has at most 63 letters, digits, _ . - and begins with a letter or digit",
    numbers=True,
)
port = integer("a port", 1, 65535)
_host_name = pattern(
    "a host name",
    r"(?!.*\.\.)[A-Za-z0-9_]([A-Za-z0-9_.:-]{0,251}[A-Za-z0-9_])?",
    "it has at most 253 letters, digits, . _ : -, begins and ends with a letter or digit, and has no two dots in a row",
    numbers=True,
)


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


def _query_name(value: object, place: Place) -> str:
    asked: str = _host_name(value, place)
    if len(asked) > 1 and asked[1] == ".":  # dns_name_handler() in check_dns.c
        raise place.refused(
            f"{shown(asked)} begins with a label of one letter, which keepalived takes for an empty one; ask for "
            f"another name, such as {asked[2:] or 'example.com'}"
        )
    return asked


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
    named: str = _host_name(server, place)
    return named


_user = pattern(
    "the name of a user or group",
    r"[a-z_][a-z0-9_-]*\$?",
    "it begins with a lower-case letter or _ and has only lower-case letters, digits, _ and -",
)
_written_path = pattern(
    "the path of a file",
    r"/[A-Za-z0-9_.:@%+=,/-]{0,253}[A-Za-z0-9_.:@%+=,-]",
    "it begins with / and has at most 255 letters, digits and . _ : @ % + = , - /",
)


def _path(value: object, place: Place) -> str:
    path: str = _written_path(value, place)
    if path.count("/") == 1:  # track_file_end_handler() in track_file.c
        raise place.refused(
            f"{shown(path)} is a file in /, where keepalived since 2.2.8 tracks none; choose one in a folder, such as "
            f"/run{path}"
        )
    return path


_mail_address = pattern(
    "a mail address", r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]{1,189}", "it looks like root@example.com"
)
_bytes_sent = pattern(
    "bytes in hexadecimal digits", r"([0-9A-Fa-f]{2}){1,256}", "write two digits for each byte, such as '00ff'"
)
_bytes_expected = pattern(
    "bytes in hexadecimal digits",
    r"([0-9A-FXa-fx]{2}){1,256}",
    "write two digits for each byte, such as '00xx'; x stands for any digit",
)
_md5 = pattern(
    "a digest",
    r"[0-9A-Fa-f]{32}",
    "it has 32 hexadecimal digits, as genhash prints them",
    numbers=True,
)
_seconds = decimal("", 0, LONGEST, "seconds")
_delay = decimal("", 0.1, LONGEST, "seconds")
# bfd_minrx_handler() in bfd_parser.c
_milliseconds = decimal("", 1, 60000, "milliseconds", places=3)
_count = integer("", 0, 65535)
_whole_seconds = integer("", 0, LONGEST, "seconds")
_repeat = integer("", 1, 65535)
_bytes = integer("", 0, 65535, "bytes")
# the kernel's u32
_mark = integer("a firewall mark", 1, 2**32 - 1)
_weight = integer("the change of a priority", -253, 253)
LONGEST_REPLY = 255  # unless an owner says otherwise: udp_check_handler() in check_udp.c
# Of UDP's payload: 65535 without the headers of IPv6 and UDP.
LONGEST_IPV6_MESSAGE = 65487


def one_line(value: object, place: Place) -> str:
    """Text on one line that keepalived does not take for one of its own macros, in quotes or not."""
    word = text(value, place)
    # A line of keepalived.conf has at most 1,024 bytes (MAXBUF in parser.h), and signs that are escaped count double.
    if not word or not word.isprintable() or len(re.sub(r'[\\"]', "....", word).encode("utf-8", "replace")) > 500:
        raise place.refused(f"{shown(word)} is not printable text on one line, of at most 500 characters")
    # It replaces ~SEQ(...) and ~LST(...) wherever they stand, and $NAME where someone has defined it.
    found = re.search(r"~(SEQ|LST)|\$\{?_", word)
    if found:
        raise place.refused(f"{shown(word)} has {found[0]} in it, which keepalived replaces; leave that out")
    return word


def command(value: object, place: Place) -> str:
    """A program with its arguments. Blanks part them, quotes keep one together that has blanks, as in a shell."""
    words = one_line(value, place)
    if not re.match(r"/[^ ]*[^ /]( |$)", words):
        raise place.refused(
            f"{shown(words)} is not a command: it must begin with the full path of a program, such as /usr/bin/..."
        )
    # As alloc_strvec_quoted_escaped() in parser.c reads it
    if not re.fullmatch(r"""(?:[^'"\\]|\\.|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*""", words):
        raise place.refused(
            f"{shown(words)} has a quote that is not closed, or ends in a backslash; write an apostrophe as \\'"
        )
    return words


def _url_path(value: object, place: Place) -> str:
    """What a check asks a web server for: the signs that a request may have (RFC 3986, section 2)."""
    path = one_line(value, place)
    if not path.startswith("/"):
        raise place.refused(f"{shown(path)} does not begin with /: write /{shown(path)[1:-1]}")
    if not re.fullmatch(r"[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%{}|^`<>-]*", path):
        raise place.refused(
            f"{shown(path)} has characters that a URL cannot contain: write a space as %20, # as %23, "
            '" as %22 and so on'
        )
    return path


def _digest(value: object, place: Place) -> str:
    if isinstance(value, (int, float)) and len(str(value)) != 32:  # with a 0 before it, YAML reads it in base 8
        raise place.refused(
            f"{shown(value)} is a number, which YAML may have changed (0123 becomes 83): put it in quotes"
        )
    digest: str = _md5(value, place)
    return digest.lower()


def raw(value: object, place: Place) -> str:
    """Lines that go into keepalived.conf as they are; their braces must be closed, so that they end what they begin."""
    lines = text(value, place)
    depth = 0
    for sign in re.sub(r"[!#].*", "", lines):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            break
    if depth:
        raise place.refused("has an opening brace that is not closed, or a closing brace that closes nothing")
    return lines


def multicast_group(value: object, place: Place) -> str:
    """A multicast address, IPv4 or IPv6, whose packets leave the host; in its canonical form."""
    word = text(value, place)
    try:
        group = ip_address(word)
    except ValueError:
        group = None
    if group is None or not group.is_multicast or getattr(group, "scope_id", None):
        raise place.refused(
            f"{shown(word)} is no multicast address; those are 224.0.0.0/4 in IPv4, such as 224.0.0.81, and ff00::/8 "
            "in IPv6, such as ff02::5e"
        )
    if group.version == 6 and group.packed[1] & 0xF in (0, 1):  # RFC 7346: reserved, and interface-local
        raise place.refused(f"{group} never leaves the host; ff02::/16 reaches the network segment, ff05::/16 the site")
    return str(group)


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


def _status(value: object, place: Place) -> str:
    """A status of HTTP or a range of them."""
    status = word(value, place)
    if not re.fullmatch(r"[1-5][0-9]{2}(-[1-5][0-9]{2})?", status):
        raise place.refused(f"{shown(status)} is not an HTTP status, such as 200 or 200-299")
    low, _sign, high = status.partition("-")
    if high and low > high:
        raise place.refused(f"{shown(status)} is a range that ends before it begins: write {high}-{low}")
    return status


def _only(kinds: Mapping[str, Mapping[str, Field]], noun: str, meant: Mapping[str, str]) -> Check:
    """A record whose key `type` says which keys it has; the type alone will do where nothing else is needed."""
    type_field = {"type": Field(choice(noun, kinds, meant), required=True)}

    def check(value: object, place: Place) -> Draft:
        given: object = {"type": str.__str__(value)} if isinstance(value, str) else value
        if isinstance(given, Mapping):
            if given.get("type") is None:
                raise place.key("type").refused(f"is missing{nearest('', kinds)}")
            draft: Draft = record(type_field)({"type": given.get("type")}, place)
            if "type" in draft:
                fields = {**type_field, **kinds[draft["type"]]}
                result: Draft = record(fields, f"key of a check of type {draft['type']}")(given, place)
                _check_reply_length(result, place)
                return result
            raise Refused
        raise place.refused(f"{shown(value)} is neither {noun} nor a mapping with a type")

    return check


def _check_reply_length(draft: Draft, place: Place) -> None:
    """udp_check_end_handler() in check_udp.c"""
    low, high = draft.get("min_reply_length") or 0, draft.get("max_reply_length", LONGEST_REPLY)
    longest = LONGEST_REPLY if high is None else high
    if low > longest:
        place.key("min_reply_length").note(
            f"{low} is more than max_reply_length, which is {longest}{' by default' if high is None else ''}"
        )


_POLLING = {
    "interval": Field(_delay),
    "timeout": Field(_delay),
    "retries": Field(_count),
    "retry_delay": Field(_seconds),
    "warmup": Field(_seconds),
    "alpha": Field(boolean),
    "log_all_failures": Field(boolean),
}
_CONNECTION = {
    **_POLLING,
    "address": Field(beside_port(address)),
    "port": Field(port),
    "bind_address": Field(address),
    "bind_interface": Field(interface),
    "bind_port": Field(port),
    "fwmark": Field(_mark),
}
_HTTP = {
    **_CONNECTION,
    "path": Field(_url_path, "/"),
    "status": Field(one_or_more(_status)),
    "digest": Field(_digest),
    "virtual_host": Field(_host_name),
    "http_version": Field(choice("an HTTP version", ("1.0", "1.0C", "1.1"))),
    "regex": Field(one_line),
    "regex_no_match": Field(boolean, False),
    "regex_options": Field(list_of(choice("an option of a regular expression", REGEX_OPTIONS)), ()),
    "regex_min_offset": Field(_bytes),
    "regex_max_offset": Field(_bytes),
}
_CHECKS: dict[str, dict[str, Field]] = {
    "http": _HTTP,
    "https": {**_HTTP, "sni": Field(boolean, True)},
    "tcp": _CONNECTION,
    "smtp": {**_CONNECTION, "helo_name": Field(_host_name)},
    "dns": {
        **_CONNECTION,
        "query_type": Field(choice("the type of a DNS record", DNS_TYPES)),
        "query_name": Field(_query_name),
    },
    "udp": {
        **_CONNECTION,
        "payload": Field(_bytes_sent),
        "require_reply": Field(boolean, False),
        "reply": Field(_bytes_expected),
        "min_reply_length": Field(_bytes),
        "max_reply_length": Field(_bytes),
    },
    "ping": _CONNECTION,
    "misc": {
        **_POLLING,
        # misc_timeout_handler() in check_misc.c takes whole seconds alone.
        "timeout": Field(integer("", 1, LONGEST, "seconds")),
        "command": Field(command, required=True),
        "dynamic": Field(boolean, False),
        "user": Field(_user),
    },
    "bfd": {
        "min_rx": Field(_milliseconds),
        "min_tx": Field(_milliseconds),
        "multiplier": Field(integer("", 1, 255)),
    },
    "file": {"path": Field(_path, required=True), "weight": Field(integer("this factor", -65535, 65535), 1)},
}
_check = _only(_CHECKS, "a type of check", foreign_words.CHECKS)


def checks(value: object, place: Place) -> list[Draft | None]:
    """One check or a list of them; an empty list is none."""
    listed: list[Draft | None] = list_of(_check)(value, place) if isinstance(value, (list, tuple)) else []
    return listed if isinstance(value, (list, tuple)) else [_check(value, place)]


REAL_SERVER_WATCH_FIELDS = {
    "inhibit_on_failure": Field(boolean),
    "virtual_host": Field(_host_name),
    "alerts": Field(boolean),
    "raw": Field(raw),
}
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

_TRACKED_INTERFACE = {"interface": Field(_begins_a_line(interface), required=True), "weight": Field(_weight, 0)}
_TRACKED_SCRIPT = {
    "name": Field(_begins_a_line(name), required=True),
    "command": Field(command, required=True),
    "interval": Field(integer("", 1, LONGEST, "seconds"), 1),
    "timeout": Field(integer("", 1, LONGEST, "seconds")),
    "weight": Field(_weight, 0),
    "rise": Field(integer("", 1, 1000)),
    "fall": Field(integer("", 1, 1000)),
    "user": Field(_user),
    "fails_at_first": Field(boolean, False),
}
_TRACKED_FILE = {
    "name": Field(_begins_a_line(name), required=True),
    "path": Field(_path, required=True),
    "weight": Field(integer("this factor", -254, 254), 1),
}


def _tracked_interface(value: object, place: Place) -> Draft:
    entry = {"interface": value} if isinstance(value, str) else value
    draft: Draft = record(_TRACKED_INTERFACE)(entry, place)
    return draft


# 255 is for the owner of the address, 0 for a director that leaves: RFC 9568, section 5.2.4
priority = integer("a priority", 1, 254)


def _priorities(value: object, place: Place) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise place.refused(f"{shown(value)} is not a mapping of directors to priorities, such as {{lvs1: 150}}")
    return {str(host): priority(given, place.key(host)) for host, given in value.items()}


# What an instance of VRRP has; lvs_cluster.vrrp has them too, for all of its instances.
_INSTANCE_FIELDS = {
    "virtual_router_id": Field(integer("a virtual router ID", 1, 255)),
    "interface": Field(interface),
    "version": Field(integer("the version of VRRP", 2, 3)),
    "advert_interval": Field(decimal("", 0.01, 255, "seconds")),
    "unicast": Field(boolean),
    "preempt": Field(boolean),
    "preempt_delay": Field(decimal("", 0, 1000, "seconds")),
    "garp_delay": Field(_whole_seconds),
    "garp_repeat": Field(_repeat),
    "garp_refresh": Field(_count),
    "garp_refresh_repeat": Field(_repeat),
    "garp_lower_priority_delay": Field(_whole_seconds),
    "garp_lower_priority_repeat": Field(_count),
    "track_interfaces": Field(list_of(_tracked_interface)),
    "track_scripts": Field(list_of(record(_TRACKED_SCRIPT))),
    "track_files": Field(list_of(record(_TRACKED_FILE))),
    **{event: Field(command) for event in VRRP_EVENTS},
    "alerts": Field(boolean),
    "raw": Field(raw),
}
_INSTANCE = {
    "name": Field(_begins_a_line(name), required=True),
    "vips": Field(addresses, required=True),
    "sync_group": Field(name),
    "priorities": Field(_priorities, {}),
    **_INSTANCE_FIELDS,
}
VRRP_FIELDS = {
    **_INSTANCE_FIELDS,
    "password": Field(password, False),
    "authentication": Field(choice("a kind of authentication", VRRP_AUTHENTICATIONS), "pass"),
    "startup_delay": Field(decimal("", 0, 1000, "seconds", places=3)),
    "instances": Field(list_of(record(_INSTANCE))),
}
VRRP_INSTANCE_KEYS = tuple(_INSTANCE_FIELDS)

EMAIL_FIELDS = {
    "to": Field(one_or_more(_mail_address), required=True),
    "from": Field(_mail_address),
    "server": Field(_mail_server, "127.0.0.1"),
    "port": Field(port, 25),
    "helo_name": Field(_host_name),
    "timeout": Field(integer("", 1, 3600, "seconds")),
}

SYNC_DAEMON_FIELDS = {
    "id": Field(integer("a sync id", 0, 255), 0),
    "interface": Field(interface),
    "group": Field(multicast_group),
    "port": Field(port, SYNC_PORT),
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


SCRIPT_FIELDS = {"user": Field(_user, "nobody"), "group": Field(_user)}

RAW_FIELDS = {place: Field(raw) for place in ("global_defs", "file")}
