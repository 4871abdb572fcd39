# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand in for what a real server serves: `stand_in.py CONFIGURATION`

CONFIGURATION is a JSON file: `tcp` has ports, each with the HTTP status of its answers, `udp` is a list of ports. Any
request by HTTP, and any datagram, is answered with the host's name, from the address that it came to.

As servers do, it ends a connection after some requests, in good order: so one that is drained gets rid of its clients.
"""

from __future__ import annotations

import json
import socket
import socketserver
import sys
import threading
from pathlib import Path
from typing import Any

IP_PKTINFO = 8  # linux/in.h
REQUESTS = 20  # on one connection
IDLE_S = 15


class Server(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    status = 200

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


class Answer(socketserver.StreamRequestHandler):
    """As much of HTTP as a client and a health check ask for. One that says nothing is waited for and let go."""

    timeout = IDLE_S
    server: Server

    def handle(self) -> None:
        body = socket.gethostname().encode() + b"\n"
        try:
            for left in range(REQUESTS - 1, -1, -1):
                request = self._request()
                if not request:
                    return
                goes_on = left > 0 and b"http/1.1" in request[0] and b"connection: close" not in request
                head = b"HTTP/1.1 %d Stand-in\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n" % (
                    self.server.status,
                    len(body),
                )
                self.wfile.write(head + (b"\r\n" if goes_on else b"Connection: close\r\n\r\n") + body)
                if not goes_on:
                    return
        except OSError:
            return  # the client is gone, or has said nothing for too long

    def _request(self) -> list[bytes]:
        lines = []
        while line := self.rfile.readline(65536).strip().lower():
            lines.append(line)
        return lines


def answer_datagrams(port: int, family: int, level: int, option: int) -> None:
    """Answer from the address that was asked: that of the real server would mean nothing to the client."""
    with socket.socket(family, socket.SOCK_DGRAM) as server:
        if family == socket.AF_INET6:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.setsockopt(level, socket.IPV6_RECVPKTINFO if family == socket.AF_INET6 else option, 1)
        server.bind(("", port))
        while True:
            _data, ancillary, _flags, client = server.recvmsg(2048, 256)
            answered: list[tuple[int, int, Any]] = []
            for kind, name, content in ancillary:
                if (kind, name) == (level, option):
                    # struct in_pktinfo: interface, source to use, destination. struct in6_pktinfo: address, interface.
                    own = bytes(4) + content[8:12] + bytes(4) if option == IP_PKTINFO else content[:16] + bytes(4)
                    answered.append((level, option, own))
            server.sendmsg([socket.gethostname().encode()], answered, 0, client)


def main() -> None:
    wanted = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    work = []
    for port, status in wanted["tcp"].items():
        server = Server(("::", int(port)), Answer)
        server.status = status
        work.append(threading.Thread(target=server.serve_forever))
    ipv4 = (socket.AF_INET, socket.IPPROTO_IP, IP_PKTINFO)
    ipv6 = (socket.AF_INET6, socket.IPPROTO_IPV6, socket.IPV6_PKTINFO)
    for port in wanted["udp"]:
        work += [threading.Thread(target=answer_datagrams, args=(port, *family)) for family in (ipv4, ipv6)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()


if __name__ == "__main__":
    main()
