# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watch a cluster as a client does, until SIGTERM: `watch.py CONFIGURATION REPORT`

CONFIGURATION is a JSON file: `vips` has for each interface a list of addresses, `services` is a list of objects with
`name`, `protocol`, `address` and `port`. REPORT becomes one JSON object:

- `holders`: VIP -> who said to have it, by ARP or neighbour discovery, in the order of time. Each entry stands for
  messages in a row of one host: [hardware address, first, last, count], in seconds since the beginning.
- `silent`: VIP -> when nobody answered for it for more than a second: [from, to].
- `requests`: service -> {"answered", "failed": [[second, why]], "longest": seconds, "gap": seconds}, each request on a
  connection of its own, or from a port of its own. `gap` is the longest time from one answer to the next.
- `kept`: the same of one connection for each TCP service, which stays open as long as it can.

REPORT.begun is there as soon as it asks.

It runs on the lab's client, beside who_has.py, whose frames it sends.
"""

from __future__ import annotations

import http.client
import json
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

ASK_S = 0.1  # from one question for a VIP to the next
PAUSE_S = 0.25  # few enough requests to leave an emulated processor to what is tested
SERVICES = 6  # more of them are asked less often
SILENCE_S = 1
PATIENCE_S = 5  # a client sends its first packet again after one second, and after three

BEGIN = time.monotonic()
OVER = threading.Event()


def now() -> float:
    return round(time.monotonic() - BEGIN, 2)


class Holders:
    """Asks for the VIPs and listens to whoever says to have them, asked or not."""

    def __init__(self, who_has: ModuleType, interface: str, vips: list[str]) -> None:
        self._told = who_has.told
        self.said: dict[str, list[list[Any]]] = {vip: [] for vip in vips}
        self.silent: dict[str, list[list[float]]] = {vip: [] for vip in vips}
        self._wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(who_has.ETH_P_ALL))
        self._wire.bind((interface, who_has.ETH_P_ALL))
        membership = struct.pack("iHH8s", socket.if_nametoindex(interface), who_has.PACKET_MR_ALLMULTI, 0, bytes(8))
        self._wire.setsockopt(who_has.SOL_PACKET, who_has.PACKET_ADD_MEMBERSHIP, membership)
        self._wire.settimeout(0.2)
        hardware = bytes.fromhex(Path(f"/sys/class/net/{interface}/address").read_text().strip().replace(":", ""))
        self._questions = [who_has.request(vip, hardware) for vip in vips]

    def ask(self) -> None:
        while not OVER.wait(ASK_S):
            for question in self._questions:
                self._wire.send(question)

    def listen(self) -> None:
        while not OVER.is_set():
            try:
                frame, (_interface, _protocol, direction, *_rest) = self._wire.recvfrom(2048)
            except TimeoutError:
                continue
            pair = self._told(frame) if direction != socket.PACKET_OUTGOING else None
            if pair is not None and pair[0] in self.said:
                self._note(*pair)

    def _note(self, vip: str, hardware: str) -> None:
        said = self.said[vip]
        if said and now() - said[-1][2] > SILENCE_S:
            self.silent[vip].append([said[-1][2], now()])
        if said and said[-1][0] == hardware:
            said[-1][2:] = [now(), said[-1][3] + 1]
        else:
            said.append([hardware, now(), now(), 1])


class Requests:
    """What became of the requests to one service."""

    def __init__(self) -> None:
        self.answered, self.failed, self.longest, self.gap = 0, [], 0.0, 0.0
        self._last_answer = now()

    def run(self, ask: Callable[[], None], pause_s: float) -> None:
        while not OVER.wait(pause_s):
            begin = time.monotonic()
            try:
                ask()
                self.answered += 1
                self._note_gap()
            except (OSError, http.client.HTTPException) as error:
                self.failed.append([now(), repr(error)])
            self.longest = max(self.longest, round(time.monotonic() - begin, 2))

        self._note_gap(answered=False)

    def _note_gap(self, answered: bool = True) -> None:
        self.gap = max(self.gap, round(now() - self._last_answer, 2))
        if answered:
            self._last_answer = now()

    def report(self) -> dict[str, Any]:
        return {"answered": self.answered, "failed": self.failed, "longest": self.longest, "gap": self.gap}


def by_tcp(address: str, port: int) -> None:
    connection = http.client.HTTPConnection(address, port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/", headers={"Connection": "close"})
        connection.getresponse().read()
    finally:
        connection.close()


def by_udp(address: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(PATIENCE_S)
        client.connect((address, port))  # an answer from another address is not taken
        client.send(b"who are you?")
        client.recv(100)


def kept(address: str, port: int) -> Callable[[], None]:
    """A request on a connection that is opened once, and anew only after it has failed."""
    connection = http.client.HTTPConnection(address, port, timeout=PATIENCE_S)

    def ask() -> None:
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise

    return ask


def questions(service: dict[str, Any]) -> Iterator[tuple[str, Callable[[], None]]]:
    """The kinds of requests to a service, and how each is made."""
    place = service["address"], service["port"]
    if service["protocol"] == "udp":
        yield "requests", lambda: by_udp(*place)
    else:
        yield "requests", lambda: by_tcp(*place)
        yield "kept", kept(*place)


def main() -> None:
    sys.path.insert(0, "/usr/local/bin")
    import who_has

    configuration, report = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: OVER.set())
    wanted = json.loads(Path(configuration).read_text())
    everywhere = [Holders(who_has, interface, vips) for interface, vips in wanted["vips"].items()]
    results: dict[str, dict[str, Requests]] = {"requests": {}, "kept": {}}
    work: list[Callable[[], None]] = [part for each in everywhere for part in (each.ask, each.listen)]
    pause_s = PAUSE_S * max(1, len(wanted["services"]) / SERVICES)
    for service in wanted["services"]:
        for kind, ask in questions(service):
            requests = results[kind][service["name"]] = Requests()
            work.append(lambda requests=requests, ask=ask: requests.run(ask, pause_s))  # type: ignore[misc]
    threads = [threading.Thread(target=what) for what in work]
    for thread in threads:
        thread.start()
    Path(f"{report}.begun").touch()
    for thread in threads:
        thread.join()
    told = {kind: {name: found.report() for name, found in of.items()} for kind, of in results.items()}
    holders = {vip: said for one in everywhere for vip, said in one.said.items()}
    silent = {vip: times for one in everywhere for vip, times in one.silent.items()}
    Path(report).write_text(json.dumps({"holders": holders, "silent": silent, **told}))


if __name__ == "__main__":
    main()
