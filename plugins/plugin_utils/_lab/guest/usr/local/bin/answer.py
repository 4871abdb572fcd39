# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a real server of the lab serves beside its web pages.

UDP, ports 53 and 5353: any datagram is answered with the host's name, from the address that it came to. HTTP, port 7000
of the loopback address, where nginx passes /upload on to: the SHA-256 of what was sent.
"""

from __future__ import annotations

import hashlib
import itertools
import socket
import socketserver
import threading

UDP_PORTS, HTTP_PORT = (53, 5353), 7000
IP_PKTINFO = 8  # linux/in.h


def answer_datagrams(port: int, family: int, level: int, option: int) -> None:
    """Answer from the address that was asked: that of the real server would mean nothing to the client."""
    with socket.socket(family, socket.SOCK_DGRAM) as server:
        if family == socket.AF_INET6:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        receive = socket.IPV6_RECVPKTINFO if family == socket.AF_INET6 else option
        server.setsockopt(level, receive, 1)
        server.bind(("", port))
        while True:
            _data, ancillary, _flags, client = server.recvmsg(2048, 256)
            answered = []
            for kind, name, content in ancillary:
                if (kind, name) == (level, option):
                    # struct in_pktinfo: interface, source to use, destination. struct in6_pktinfo: address, interface.
                    own = bytes(4) + content[8:12] + bytes(4) if option == IP_PKTINFO else content[:16] + bytes(4)
                    answered.append((level, option, own))
            server.sendmsg([socket.gethostname().encode()], answered, 0, client)


class Upload(socketserver.StreamRequestHandler):
    """As much of HTTP as nginx asks for: it passes requests on whole, each on a connection of its own.

    The standard library's server of HTTP takes a second to import on an emulated machine, at each boot.
    """

    def handle(self) -> None:
        length = 0
        while header := self.rfile.readline().strip():
            name, _colon, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        digest = hashlib.sha256(self.rfile.read(length)).hexdigest().encode()
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(digest), digest))


def main() -> None:
    ipv4 = (socket.AF_INET, socket.IPPROTO_IP, IP_PKTINFO)
    ipv6 = (socket.AF_INET6, socket.IPPROTO_IPV6, socket.IPV6_PKTINFO)
    for port, family in itertools.product(UDP_PORTS, (ipv4, ipv6)):
        threading.Thread(target=answer_datagrams, args=(port, *family), daemon=True).start()
    socketserver.ThreadingTCPServer(("127.0.0.1", HTTP_PORT), Upload).serve_forever()


if __name__ == "__main__":
    main()
