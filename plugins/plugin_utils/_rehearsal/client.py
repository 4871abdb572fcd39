# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machines of a lab as a rehearsal uses them: stand-ins on the real servers, and a client that asks and watches."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._lab.machine import Machine
from .services import Asked

PROGRAMS = Path(__file__).resolve().parents[1] / "_lab" / "programs"
SETTLED_S = 5
"""How long the client goes on to ask after a step: longer than a director waits before it takes over."""

# What the image of the lab serves by itself. To disable what has a System V script too takes Perl, and so a minute.
QUIET = """
systemctl mask --quiet --now nginx.service vsftpd.service
systemctl disable --quiet --now answer.service
"""
PATIENCE_S = 300
ROUTER = """
sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.all.send_redirects=0
"""
STAND_IN = "stand-in.service"
STAND_IN_UNIT = """\
[Unit]
Description=What stands in for the services of this real server
[Service]
ExecStart=/usr/bin/python3 /usr/local/bin/stand_in.py /etc/stand_in.json
Restart=on-failure
[Install]
WantedBy=multi-user.target
"""


def silence(machine: Machine) -> None:
    """Stop what the machine serves by itself."""
    machine.run(QUIET, PATIENCE_S)


def stand_in(machine: Machine, wanted: Mapping[str, Any]) -> None:
    """Let the machine answer on some ports, at each boot too. wanted: see stand_in.py."""
    files = {
        "/usr/local/bin/stand_in.py": _program("stand_in.py"),
        "/etc/stand_in.json": json.dumps(wanted),
        f"/etc/systemd/system/{STAND_IN}": STAND_IN_UNIT,
    }
    written = "".join(_file(path, text) for path, text in files.items())
    machine.run(f"{written}systemctl daemon-reload\nsystemctl enable --quiet --now {STAND_IN}\n", PATIENCE_S)


class Client:
    """The machine that asks, and routes between the networks."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def prepare(self) -> None:
        self._run(ROUTER + _file("/run/watch.py", _program("watch.py")))

    @contextmanager
    def watched(self, vips: Mapping[str, Sequence[str]], services: Sequence[Asked]) -> Iterator[dict[str, Any]]:
        """What it has seen while the block ran and some seconds after it, when that has ended; see watch.py.

        vips: its interface -> addresses.
        """
        wanted = json.dumps({"vips": vips, "services": [one._asdict() for one in services]})
        start = "systemd-run --quiet --unit=watch --collect python3 /run/watch.py /run/watch.json /run/watched"
        begun = "until [ -e /run/watched.begun ]; do sleep 0.1; done; sleep 1"  # for the first answers
        self._run(_file("/run/watch.json", wanted) + f"rm -f /run/watched*; {start}; {begun}\n")
        seen: dict[str, Any] = {}
        try:
            yield seen
            time.sleep(SETTLED_S)
        finally:
            self._run("systemctl stop watch.service")
        seen.update(json.loads(self._run("cat /run/watched")))

    def unserved(self, services: Sequence[Asked]) -> list[str]:
        """The names of those that do not answer three requests in a row within a minute."""
        parts = [f"{{ {_ask(one)} || echo {shlex.quote(one.name)}; }} &" for one in services]
        return self._run("\n".join([*parts, "wait"])).splitlines()

    def _run(self, script: str) -> str:
        return self._machine.run(script, PATIENCE_S)


def _ask(service: Asked) -> str:
    """A command that succeeds when a service has answered three requests in a row, and fails after a minute."""
    host = f"[{service.address}]" if ":" in service.address else service.address
    once = f"curl -sS -o /dev/null --globoff --max-time 3 http://{host}:{service.port}/ 2>/dev/null"
    if service.protocol == "udp":
        once = f"echo | timeout 3 socat - udp:{host}:{service.port} 2>/dev/null | grep -q ."
    three = " && ".join([once] * 3)
    return f"sh -c {shlex.quote(f'for try in $(seq 20); do {three} && exit 0; sleep 2; done; exit 1')}"


def _program(name: str) -> str:
    return (PROGRAMS / name).read_text(encoding="utf-8")


def _file(path: str, text: str) -> str:
    return f"cat >{path} <<'END-OF-FILE'\n{text.rstrip()}\nEND-OF-FILE\n"
