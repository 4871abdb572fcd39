# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health checks in the words of keepalived.conf (keepalived.conf(5), "Virtual server(s)")."""

from __future__ import annotations

from binascii import crc32
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from .._schema.health_checks import CONNECTION
from .._values.health_check import HealthCheck
from .._values.real_server import RealServer
from . import data

LONGEST_BFD_NAME = 31  # BFD_INAME_MAX in keepalived's bfd.h, with a zero at the end
Options = Mapping[str, Any]
# Options of the definition in the order of keepalived.conf(5).
_CONNECTION = ("address", "port", "bind_address", "bind_interface", "bind_port", "fwmark", "timeout")
_POLLING = ("interval", "retries", "retry_delay", "warmup")
_SWITCHES = ("alpha", "log_all_failures")


def check_of(check: HealthCheck, server: RealServer) -> data.Check:
    """A check of a real server as its block has it."""
    return data.BfdCheck(kind="BFD_CHECK", name=bfd_name(server)) if check.kind == "bfd" else _by_options(check)


def tracked_files(check: HealthCheck) -> list[str]:
    return [str(check["path"])] if check.kind == "file" else []


def bfd_instance(check: HealthCheck, server: RealServer, source: str | None) -> data.BfdInstance:
    """The session by which keepalived knows whether a real server is there; source: the director's own address."""
    return data.BfdInstance(
        name=bfd_name(server),
        neighbor_ip=server.address,
        source_ip=source,
        min_rx=check["min_rx"],
        min_tx=check["min_tx"],
        multiplier=check["multiplier"],
    )


def bfd_name(server: RealServer) -> str:
    """The address is in it, or where that is too long a checksum of it and as much of its end as there is room for."""
    name = f"bfd_{server.address}"
    if len(name) <= LONGEST_BFD_NAME:
        return name
    start = f"bfd_{crc32(server.address.encode()):08x}_"
    return start + server.address[len(start) - LONGEST_BFD_NAME :]


@lru_cache
def _by_options(check: HealthCheck) -> data.Check:
    """What a check is by its options alone: the same for all real servers of a service."""
    block, view = _KINDS[check.kind]
    return view(block, dict(check.options))


def _connected(options: Options) -> data.Settings:
    return _settings(options, (*_CONNECTION, *_POLLING))


def _settings(options: Options, names: tuple[str, ...]) -> data.Settings:
    values = [(CONNECTION[name].keepalived, options.get(name)) for name in names]
    switches = [(name, {True: "on", False: "off", None: None}[options.get(name)]) for name in _SWITCHES]
    return tuple((keyword, value) for keyword, value in [*values, *switches] if value is not None)


def _http(kind: str, options: Options) -> data.Check:
    regex = options if options.get("regex") else {}
    return data.HttpCheck(
        kind=kind,
        settings=_connected(options),
        enable_sni=kind == "SSL_GET" and bool(options.get("sni")),
        http_protocol=options.get("http_version"),
        path=options["path"],
        status_code=tuple(options.get("status") or ()),
        digest=options.get("digest"),
        virtualhost=options.get("virtual_host"),
        regex=regex.get("regex"),
        regex_no_match=bool(regex.get("regex_no_match")),
        regex_options=tuple(regex.get("regex_options") or ()),
        regex_min_offset=regex.get("regex_min_offset"),
        regex_max_offset=regex.get("regex_max_offset"),
    )


def _plain(kind: str, options: Options) -> data.Check:
    return data.Check(kind=kind, settings=_connected(options))


def _smtp(kind: str, options: Options) -> data.Check:
    return data.SmtpCheck(kind=kind, settings=_connected(options), helo_name=options.get("helo_name"))


def _dns(kind: str, options: Options) -> data.Check:
    return data.DnsCheck(
        kind=kind,
        settings=_connected(options),
        type=options.get("query_type"),
        name=options.get("query_name"),
    )


def _udp(kind: str, options: Options) -> data.Check:
    return data.UdpCheck(
        kind=kind,
        settings=_connected(options),
        payload=options.get("payload"),
        require_reply=bool(options.get("require_reply")),
        reply=options.get("reply"),
        min_reply_length=options.get("min_reply_length"),
        max_reply_length=options.get("max_reply_length"),
    )


def _misc(kind: str, options: Options) -> data.Check:
    return data.MiscCheck(
        kind=kind,
        settings=_settings(options, _POLLING),
        misc_path=options["command"],
        misc_timeout=options.get("timeout"),
        misc_dynamic=bool(options.get("dynamic")),
        user=options.get("user"),
    )


def _file(kind: str, options: Options) -> data.Check:
    return data.FileCheck(kind=kind, track_file=options["path"], weight=options["weight"])


_KINDS: dict[str, tuple[str, Callable[[str, Options], data.Check]]] = {
    "http": ("HTTP_GET", _http),
    "https": ("SSL_GET", _http),
    "tcp": ("TCP_CHECK", _plain),
    "smtp": ("SMTP_CHECK", _smtp),
    "dns": ("DNS_CHECK", _dns),
    "udp": ("UDP_CHECK", _udp),
    "ping": ("PING_CHECK", _plain),
    "misc": ("MISC_CHECK", _misc),
    "file": ("FILE_CHECK", _file),
}
