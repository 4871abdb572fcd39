# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived on the directors: whether it runs, works and has read its configuration."""

from __future__ import annotations

from collections.abc import Iterator

from .._rules.rule import ROLL_OUT, Note, error, seen
from .examined import Examined, Facts, each_director, stopped

_STATES = {
    "T": "stopped by a signal",
    "t": "stopped by a debugger",
    "Z": "a zombie",
    "X": "dead",
}
"""Those that one look is enough for: D, which waits for a disk, passes."""


def keepalived_directors(examined: Examined) -> Iterator[tuple[Examined, str, Facts]]:
    if examined.cluster.uses_keepalived:
        yield from each_director(examined)


@error("LVS851", "keepalived-stopped", each=keepalived_directors, mended_by=ROLL_OUT)
def keepalived_stopped(_examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """keepalived does not run on a director.

    Find out why, and start it.
    """
    if stopped(report):
        yield seen(
            host,
            "keepalived does not run",
            "It must, or this director checks nothing and takes no VIP",
            "systemctl status keepalived; journalctl -u keepalived -n 50; systemctl start keepalived",
        )


@error(
    "LVS852",
    "keepalived-stalled",
    each=keepalived_directors,
    unmended="It takes a restart of keepalived, which moves the VIPs.",
)
def keepalived_stalled(examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A process of keepalived is missing, or does not work.

    Restart keepalived; this moves the VIPs to another director.
    """
    if stopped(report):
        return
    processes = {each["part"]: each for each in report.get("health", {}).get("keepalived", ())}
    cluster = examined.cluster
    wanted = {
        "keepalived": "the main process",
        **({"checkers": "the process that checks real servers"} if cluster.checks_by == "keepalived" else {}),
        **({"vrrp": "the process that holds the VIPs"} if cluster.vips_by == "vrrp" else {}),
    }
    for part, words in wanted.items():
        process = processes.get(part)
        how = "is not there" if process is None else f"is {_STATES.get(process['state'], '')}"
        if process is None or process["state"] in _STATES:
            number = f" ({process['process']})" if process else ""
            yield seen(
                host,
                f"keepalived: {words}{number} {how}",
                "It must run, or nothing is checked and no VIP moves",
                f"kill -CONT {process['process']}"
                if process and process["state"] == "T"
                else "systemctl restart keepalived",
            )


@error("LVS853", "configuration-not-read", each=keepalived_directors, mended_by=ROLL_OUT)
def configuration_not_read(examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """keepalived.conf has changed since keepalived read it.

    Reload keepalived.
    """
    part = examined.compared.get(host, {}).get("configuration", {})
    if part.get("not_read") and not stopped(report):
        yield seen(
            host,
            "/etc/keepalived/keepalived.conf has changed since keepalived read it",
            "keepalived must run with the file as it is now",
            "systemctl reload keepalived",
        )
