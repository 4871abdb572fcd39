# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health checks in the words of keepalived.conf (keepalived.conf(5), "Virtual server(s)")."""

from __future__ import annotations

from binascii import crc32
from collections.abc import Callable, Iterator

from .._cluster.model import HealthCheck, RealServer
from .text import Block, Node, given, line

LONGEST_BFD_NAME = 31  # BFD_INAME_MAX in keepalived's bfd.h, with a zero at the end
# An option of the definition -> keepalived's word for it, in the order of keepalived.conf(5).
_CONNECTION = {
    "address": "connect_ip",
    "port": "connect_port",
    "bind_address": "bindto",
    "bind_interface": "bind_if",
    "bind_port": "bind_port",
    "fwmark": "fwmark",
    "timeout": "connect_timeout",
}
_POLLING = {
    "interval": "delay_loop",
    "retries": "retry",
    "retry_delay": "delay_before_retry",
    "warmup": "warmup",
}


def check_block(check: HealthCheck, server: RealServer) -> Block:
    """The block of a check within the one of its real server."""
    name, own = _KINDS[check.kind]
    body = list(own(check, server))
    if check.kind not in ("bfd", "file"):
        body += _settings(check)
    return Block(name, body)


def tracked_files(check: HealthCheck) -> list[str]:
    return [str(check["path"])] if check.kind == "file" else []


def bfd_instance(check: HealthCheck, server: RealServer, source: str | None) -> Block:
    """The session by which keepalived knows whether a real server is there; source: the director's own address."""
    body = [line("neighbor_ip", server.address), *given("source_ip", source)]
    for name in ("min_rx", "min_tx", "multiplier"):
        body += given(name, check[name])
    return Block(line("bfd_instance", bfd_name(server)), body)


def bfd_name(server: RealServer) -> str:
    """The address is in it, or where that is too long a checksum of it and as much of its end as there is room for."""
    name = f"bfd_{server.address}"
    if len(name) <= LONGEST_BFD_NAME:
        return name
    start = f"bfd_{crc32(server.address.encode()):08x}_"
    return start + server.address[len(start) - LONGEST_BFD_NAME :]


def _settings(check: HealthCheck) -> Iterator[Node]:
    words = _POLLING if check.kind == "misc" else {**_CONNECTION, **_POLLING}
    for option, keyword in words.items():
        yield from given(keyword, check[option])
    for option in ("alpha", "log_all_failures"):
        if check[option] is not None:
            yield line(option, "on" if check[option] else "off")


def _http(check: HealthCheck, _server: RealServer) -> Iterator[Node]:
    if check.kind == "https" and check["sni"]:
        yield "enable_sni"
    yield from given("http_protocol", check["http_version"])
    url: list[Node] = [line("path", check["path"])]
    if check["status"]:
        url.append(line("status_code", *check["status"]))
    url += given("digest", check["digest"])
    url += given("virtualhost", check["virtual_host"])
    if check["regex"]:
        url.append(line("regex", check["regex"]))
        url += ["regex_no_match"] if check["regex_no_match"] else []
        url += [line("regex_options", *check["regex_options"])] if check["regex_options"] else []
        url += given("regex_min_offset", check["regex_min_offset"])
        url += given("regex_max_offset", check["regex_max_offset"])
    yield Block("url", url)


def _smtp(check: HealthCheck, _server: RealServer) -> Iterator[Node]:
    yield from given("helo_name", check["helo_name"])


def _dns(check: HealthCheck, _server: RealServer) -> Iterator[Node]:
    yield from given("type", check["query_type"])
    yield from given("name", check["query_name"])


def _udp(check: HealthCheck, _server: RealServer) -> Iterator[Node]:
    yield from given("payload", check["payload"])
    if check["reply"]:
        yield line("require_reply", check["reply"])
    elif check["require_reply"]:
        yield "require_reply"
    yield from given("min_reply_length", check["min_reply_length"])
    yield from given("max_reply_length", check["max_reply_length"])


def _misc(check: HealthCheck, _server: RealServer) -> Iterator[Node]:
    yield line("misc_path", check["command"])
    yield from given("misc_timeout", check["timeout"])
    if check["dynamic"]:
        yield "misc_dynamic"
    yield from given("user", check["user"])


def _bfd(_check: HealthCheck, server: RealServer) -> Iterator[Node]:
    yield line("name", bfd_name(server))


def _file(check: HealthCheck, _server: RealServer) -> Iterator[Node]:
    yield line("track_file", check["path"])
    yield line("weight", check["weight"])


def _nothing(_check: HealthCheck, _server: RealServer) -> Iterator[Node]:
    return iter(())


_KINDS: dict[str, tuple[str, Callable[[HealthCheck, RealServer], Iterator[Node]]]] = {
    "http": ("HTTP_GET", _http),
    "https": ("SSL_GET", _http),
    "tcp": ("TCP_CHECK", _nothing),
    "smtp": ("SMTP_CHECK", _smtp),
    "dns": ("DNS_CHECK", _dns),
    "udp": ("UDP_CHECK", _udp),
    "ping": ("PING_CHECK", _nothing),
    "misc": ("MISC_CHECK", _misc),
    "bfd": ("BFD_CHECK", _bfd),
    "file": ("FILE_CHECK", _file),
}
