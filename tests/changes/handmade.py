# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters that people have set up without this collection, by the scripts below handmade/. Pure: touches no host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).resolve().parent / "handmade"
DIRECTORS = {"lvs1": "2", "lvs2": "3"}
REAL_SERVERS = {"web1": "21", "web2": "22"}
VIPS = ["192.0.2.198", "2001:db8:2::198"]
SERVICES: list[dict[str, Any]] = [
    {"name": "shop", "protocol": "tcp", "address": VIPS[0], "port": 80},
    {"name": "shop6", "protocol": "tcp", "address": VIPS[1], "port": 80},
    {"name": "names", "protocol": "udp", "address": VIPS[0], "port": 53},
]
"""What all of them serve."""


@dataclass(frozen=True)
class Handmade:
    """directors: host -> what the script of a director gets as its arguments."""

    name: str
    what: str
    directors: Mapping[str, tuple[str, ...]]

    def script(self, host: str) -> str:
        """What somebody has typed on a host, years ago."""
        path = SCRIPTS / (f"{self.name}.sh" if host in self.directors else "real_server.sh")
        return path.read_text(encoding="utf-8")

    def words(self, host: str) -> tuple[str, ...]:
        return self.directors.get(host, ())


KINDS = [
    Handmade(
        "keepalived",
        "two directors with a keepalived.conf of their own",
        {"lvs1": ("MASTER", "150"), "lvs2": ("BACKUP", "100")},
    ),
    Handmade("ldirectord", "two directors with heartbeat and ldirectord", {"lvs1": (), "lvs2": ()}),
    Handmade("ipvsadm", "one director with rules of ipvsadm", {"lvs1": ()}),
]


def inventory() -> dict[str, Any]:
    """The hosts, as an inventory of whatever purpose may have them."""
    hosts = {
        host: {"ansible_host": f"192.0.2.{number}", "lvs_ipv6_address": f"2001:db8:2::{number}"}
        for host, number in {**DIRECTORS, **REAL_SERVERS}.items()
    }
    return {"all": {"hosts": hosts}}
