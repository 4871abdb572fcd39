# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of a health check, by its type: how keepalived asks whether a real server can serve."""

from __future__ import annotations

from . import foreign_words
from .addresses import address, beside_port
from .check_values import by_type, bytes_expected, bytes_sent, digest, query_name, sni, status, url_path
from .checks import boolean, choice, decimal, integer
from .common import (
    LONGEST,
    at_least_a_second,
    command,
    count,
    host_name,
    interface,
    mark,
    one_line,
    path,
    port,
    seconds,
    user,
)
from .place import Place
from .record import Draft, Field, list_of, one_or_more, takes
from .words import CHECK_INTERVAL, DNS_TYPES, REGEX_OPTIONS, THROUGH

_delay = decimal("", 0.1, LONGEST, "seconds")
# bfd_minrx_handler() in bfd_parser.c
_milliseconds = decimal("", 1, 60000, "milliseconds", places=3)
_bytes = integer("", 0, 65535, "bytes")


POLLING = {
    "interval": Field(
        _delay, doc="The time from one check to the next.", otherwise=str(CHECK_INTERVAL), keepalived="delay_loop"
    ),
    "timeout": Field(_delay, doc="How long a check may take.", otherwise="keepalived's", keepalived="connect_timeout"),
    "retries": Field(
        count,
        doc="How often a check is tried again before the real server counts as failed.",
        otherwise="keepalived's",
        keepalived="retry",
    ),
    "retry_delay": Field(
        seconds,
        doc="The time before a check is tried again.",
        otherwise="keepalived's",
        keepalived="delay_before_retry",
    ),
    "warmup": Field(
        seconds,
        doc="The longest random time before the first check, so that not all start at once.",
        otherwise="keepalived's",
        keepalived="warmup",
    ),
    "alpha": Field(
        boolean,
        doc="Whether the real server counts as failed until this check has succeeded.",
        otherwise="the service's",
        keepalived="alpha",
    ),
    "log_all_failures": Field(
        boolean,
        doc="Whether each failure is logged, not only the last try.",
        otherwise="false",
        keepalived="log_all_failures",
    ),
}
CONNECTION = {
    **POLLING,
    "address": Field(
        beside_port(address), doc="The address to ask.", otherwise="the real server's", keepalived="connect_ip"
    ),
    "port": Field(port, doc="The port to ask.", otherwise="the real server's", keepalived="connect_port"),
    "bind_address": Field(
        address, doc="The director's address to ask from.", otherwise="what the routes say", keepalived="bindto"
    ),
    "bind_interface": Field(
        interface, doc="The interface to ask through.", otherwise="what the routes say", keepalived="bind_if"
    ),
    "bind_port": Field(port, doc="The port to ask from.", otherwise="any", keepalived="bind_port"),
    "fwmark": Field(mark, doc="The firewall mark of the packets of the check.", otherwise="none", keepalived="fwmark"),
}
THROUGH_PATH = {
    **CONNECTION,
    "through": Field(
        choice("a way", THROUGH),
        doc=(
            "path asks at the VIP, with packets that reach this one real server as those of clients do, by the same "
            "forwarding method: address and port are then those of the VIP."
        ),
        otherwise="none: the real server's own address is asked",
        example="path",
    ),
}
HTTP = {
    **THROUGH_PATH,
    "path": Field(url_path, "/", doc="The path to ask for.", example="/health", keepalived="path"),
    "status": Field(
        one_or_more(status),
        doc="The expected status: one, a range or a list.",
        otherwise="keepalived's: any of 200 to 299",
        example="200-299",
        keepalived="status_code",
    ),
    "digest": Field(digest, doc="The MD5 digest of the expected answer, as genhash prints it.", keepalived="digest"),
    "virtual_host": Field(
        host_name,
        doc="The name in the Host header.",
        otherwise="the real server's or the service's",
        example="shop.example.com",
        keepalived="virtualhost",
    ),
    "http_version": Field(
        choice("an HTTP version", ("1.0", "1.0C", "1.1")),
        doc="The version of HTTP; 1.0C adds the header that closes the connection.",
        otherwise="keepalived's",
        keepalived="http_protocol",
    ),
    "regex": Field(
        one_line, doc="A regular expression (PCRE) that the answer must match.", example="^OK", keepalived="regex"
    ),
    "regex_no_match": Field(
        boolean, False, doc="Whether the answer must not match the expression instead.", keepalived="regex_no_match"
    ),
    "regex_options": Field(
        list_of(choice("an option of a regular expression", REGEX_OPTIONS)),
        (),
        doc="Options of the regular expression.",
        otherwise="none",
        keepalived="regex_options",
    ),
    "regex_min_offset": Field(
        _bytes,
        doc="The first byte of the answer at which a match may begin.",
        otherwise="0",
        keepalived="regex_min_offset",
    ),
    "regex_max_offset": Field(
        _bytes,
        doc="The last byte of the answer at which a match may begin.",
        otherwise="any",
        keepalived="regex_max_offset",
    ),
}
FIELDS_BY_TYPE: dict[str, dict[str, Field]] = {
    "http": HTTP,
    "https": {
        **HTTP,
        "sni": Field(sni, True, doc="Whether the TLS handshake names the host that is asked.", keepalived="enable_sni"),
    },
    "tcp": THROUGH_PATH,
    "smtp": {
        **THROUGH_PATH,
        "helo_name": Field(
            host_name,
            doc="The name with which the director introduces itself.",
            otherwise="keepalived's",
            example="lvs1.example.com",
            keepalived="helo_name",
        ),
    },
    "dns": {
        **THROUGH_PATH,
        "query_type": Field(
            choice("the type of a DNS record", DNS_TYPES),
            doc="The type of DNS record to ask for.",
            otherwise="keepalived's: SOA",
            keepalived="type",
        ),
        "query_name": Field(
            query_name,
            doc="The name to ask for.",
            otherwise="keepalived's: the root",
            example="example.com",
            keepalived="name",
        ),
    },
    "udp": {
        **THROUGH_PATH,
        "payload": Field(
            bytes_sent,
            doc="The bytes to send, two hexadecimal digits each.",
            otherwise="none",
            example="00ff",
            keepalived="payload",
        ),
        "require_reply": Field(
            boolean,
            False,
            doc="Whether an answer must come; without it only an ICMP error is a failure.",
            keepalived="require_reply",
        ),
        "reply": Field(
            bytes_expected,
            doc="The bytes that the answer must begin with, two hexadecimal digits each; x is any digit.",
            otherwise="any",
            example="00xx",
            keepalived="reply",
        ),
        "min_reply_length": Field(
            _bytes, doc="The minimum size of a valid answer.", otherwise="keepalived's", keepalived="min_reply_length"
        ),
        "max_reply_length": Field(
            _bytes, doc="The maximum size of a valid answer.", otherwise="255", keepalived="max_reply_length"
        ),
    },
    "ping": CONNECTION,
    "misc": {
        **POLLING,
        # misc_timeout_handler() in check_misc.c takes whole seconds alone.
        "timeout": Field(
            at_least_a_second,
            doc="How long the command may take.",
            otherwise="keepalived's",
            keepalived="misc_timeout",
        ),
        "command": Field(
            command,
            required=True,
            doc="The program to run, with its full path and its arguments; exit status 0 means success.",
            example="/usr/local/bin/check-shop 192.0.2.21",
            keepalived="misc_path",
        ),
        "dynamic": Field(
            boolean,
            False,
            doc="Whether an exit status from 2 to 255 sets the weight, to two less.",
            keepalived="misc_dynamic",
        ),
        "user": Field(
            user, doc="The user that runs the command.", otherwise="lvs_cluster.scripts.user", keepalived="user"
        ),
    },
    "bfd": {
        "min_rx": Field(
            _milliseconds,
            doc="The shortest time between two packets that the director takes from the real server.",
            otherwise="keepalived's",
            keepalived="min_rx",
        ),
        "min_tx": Field(
            _milliseconds,
            doc="The shortest time between two packets that the director sends to the real server.",
            otherwise="keepalived's",
            keepalived="min_tx",
        ),
        "multiplier": Field(
            integer("", 1, 255),
            doc="The number of lost packets after which the real server counts as failed.",
            otherwise="keepalived's",
            keepalived="multiplier",
        ),
    },
    "file": {
        "path": Field(
            path,
            required=True,
            doc="The file whose number, times the weight here, is added to the real server's weight.",
            example="/run/lvs/web1",
            keepalived="track_file",
        ),
        "weight": Field(
            integer("this factor", -65535, 65535), 1, doc="The factor for the number in the file.", keepalived="weight"
        ),
    },
}
_check = by_type(FIELDS_BY_TYPE, "a type of check", foreign_words.CHECKS)


@takes(anyOf=[_check, list_of(_check)])
def checks(value: object, place: Place) -> list[Draft | None]:
    """One check or a list of them; an empty list is none."""
    listed: list[Draft | None] = list_of(_check)(value, place) if isinstance(value, (list, tuple)) else []
    return listed if isinstance(value, (list, tuple)) else [_check(value, place)]
