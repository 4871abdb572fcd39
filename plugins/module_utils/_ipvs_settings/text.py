# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IPVS's settings in the syntax of ipvsadm, both ways; `ipvsadm -R` takes the lines. Private to the collection."""

from __future__ import annotations

import shlex
from typing import Callable

from .._change import ADD, REMOVE, Change, InvalidInput
from .._netlink.address import canonical
from .model import ROLES, SyncDaemon, SyncDaemons, Timeouts
from .plan import TIMEOUTS

_DAEMON_OPTIONS = {
    "--mcast-interface": "interface",
    "--syncid": "sync_id",
    "--sync-maxlen": "max_length",
    "--mcast-group": "group",
    "--mcast-port": "port",
    "--mcast-ttl": "ttl",
}


def timeouts_line(timeouts: Timeouts) -> str:
    """Return the line that sets these timeouts; 0 leaves one as it is."""
    return f"--set {timeouts.tcp} {timeouts.tcpfin} {timeouts.udp}"


def daemon_lines(daemons: SyncDaemons) -> list[str]:
    """Return the lines that start these daemons."""
    return [_start(role, daemons[role]) for role in ROLES if role in daemons]


def command(change: Change) -> str:
    """Return the ipvsadm command that does the same as this change."""
    if change.kind == TIMEOUTS:
        return f"ipvsadm {timeouts_line(change.after)}"
    stop = f"ipvsadm --stop-daemon {change.key}"
    if change.action == REMOVE:
        return stop
    start = f"ipvsadm {_start(change.key, change.after)}"
    return start if change.action == ADD else f"{stop} && {start}"


def _start(role: str, daemon: SyncDaemon) -> str:
    values = daemon._asdict()
    options = " ".join(f"{option} {values[field]}" for option, field in _DAEMON_OPTIONS.items())
    return f"--start-daemon {role} {options}"


def parse_timeouts(text: str, source: str) -> Timeouts:
    """Read a file as timeouts_line() writes it. InvalidInput names each line that is not understood."""
    timeouts = Timeouts()

    def take(words: list[str]) -> None:
        nonlocal timeouts
        if words[0] != "--set" or len(words) != 4:
            raise ValueError("this is not --set with its three timeouts")
        timeouts = Timeouts(*map(int, words[1:])).over(timeouts)

    _each_line(text, source, take)
    return timeouts


def parse_daemons(text: str, source: str) -> SyncDaemons:
    """Read lines as daemon_lines() writes them. InvalidInput names each line that is not understood."""
    daemons: SyncDaemons = {}

    def take(words: list[str]) -> None:
        if words[0] != "--start-daemon" or len(words) < 2 or words[1] not in ROLES:
            raise ValueError("this is not --start-daemon master or backup")
        daemons[words[1]] = _parse_daemon(words[2:])

    _each_line(text, source, take)
    return daemons


def _parse_daemon(words: list[str]) -> SyncDaemon:
    fields = {}
    remaining = iter(words)
    for word in remaining:
        value = next(remaining, None)
        if word not in _DAEMON_OPTIONS or value is None:
            raise ValueError(f"{word} is not understood, or without a value")
        fields[_DAEMON_OPTIONS[word]] = value
    return SyncDaemon(
        interface=fields.pop("interface", ""),
        group=canonical(fields.pop("group", SyncDaemon("").group)),
        **{name: int(value) for name, value in fields.items()},
    )


def _each_line(text: str, source: str, take: Callable[[list[str]], None]) -> None:
    """Give the words of each line to take(), without the tool's name; ValueError there is a fault of that line."""
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
            if words[:1] == ["ipvsadm"]:
                words = words[1:]
            if words:
                take(words)
        except ValueError as error:
            faults.append(f"{source}:{number}: {error}")
    if faults:
        raise InvalidInput(tuple(faults))
