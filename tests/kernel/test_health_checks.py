# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a running keepalived makes of real servers that come and go; ipvsadm is the witness."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, run
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import OTHER_INTERFACE, interface, put, service, text

WEB1, WEB2, SORRY = "192.0.2.21", "192.0.2.22", "192.0.2.99"
PORT = 8099  # the machine has a web server of its own at 80 and 8080
CHECK = {"interval": 1, "timeout": 1, "retries": 0, "retry_delay": 1}

pytestmark = pytest.mark.usefixtures("kernel", "interface")
__all__ = ["interface"]


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class RealServer:
    """A web server on this host, at an address of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.up()

    def up(self) -> None:
        self._server = http.server.ThreadingHTTPServer((self.address, PORT), Page)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def down(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web() -> Iterator[dict[str, RealServer]]:
    for address in (WEB1, WEB2):
        run("ip", "address", "add", f"{address}/32", "dev", OTHER_INTERFACE)
    servers = {address: RealServer(address) for address in (WEB1, WEB2)}
    yield servers
    for server in servers.values():
        server.down()


@pytest.fixture
def keepalived(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    processes: list[subprocess.Popen[bytes]] = []

    def start(content: str) -> None:
        assert put(tmp_path, content)["changed"]
        words = ["keepalived", "--dont-fork", "--check", "--use-file", str(tmp_path / "keepalived.conf")]
        processes.append(subprocess.Popen([*words, "--log-console"], stdout=subprocess.DEVNULL))

    yield start
    for process in processes:
        process.terminate()
        process.wait(20)


def balanced() -> set[str]:
    """The addresses of the real servers that there are."""
    return {words[4].split(":")[0] for words in (line.split() for line in ipvsadm("-S", "-n")) if words[0] == "-a"}


@pytest.mark.parametrize("check", [{"type": "tcp"}, {"type": "http", "path": "/", "status": 200}])
def test_a_real_server_goes_and_comes_back(
    web: dict[str, RealServer], keepalived: Callable[[str], None], check: dict[str, object]
) -> None:
    keepalived(text(service(port=PORT, checks={**check, **CHECK})))
    eventually(lambda: balanced() == {WEB1, WEB2}, balanced)
    web[WEB1].down()
    eventually(lambda: balanced() == {WEB2}, balanced)
    web[WEB1].up()
    eventually(lambda: balanced() == {WEB1, WEB2}, balanced)


def test_below_its_quorum_a_service_has_its_sorry_server(
    web: dict[str, RealServer], keepalived: Callable[[str], None], tmp_path: Path
) -> None:
    down, up = tmp_path / "down", tmp_path / "up"
    keepalived(
        text(
            service(
                port=PORT,
                checks={"type": "tcp", **CHECK},
                quorum=3,  # web1 has weight 1, web2 has weight 2
                quorum_down=f"/usr/bin/touch {down}",
                quorum_up=f"/usr/bin/touch {up}",
                sorry_server={"address": SORRY},
            ),
            scripts={"user": "root"},  # by default it is nobody, who may write nothing here
        )
    )
    eventually(lambda: balanced() == {WEB1, WEB2}, balanced)
    web[WEB1].down()
    eventually(lambda: balanced() == {SORRY} and down.exists(), balanced)
    up.unlink(missing_ok=True)
    web[WEB1].up()
    eventually(lambda: balanced() == {WEB1, WEB2} and up.exists(), balanced)
