# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director has, as host_info reports it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...module_utils._floor.model import KEPT
from ...module_utils._ipvs.model import ServiceKey
from ...module_utils._keepalived.managed import CHECKS_OF
from ...module_utils._places import DRAINED, HELD, STANDBY
from .._values.identity import service_key
from .._values.vip import without_prefix

Service = Mapping[str, Any]
Services = Mapping[ServiceKey, Service]
Endpoint = tuple[str, int]
NO_DESTINATIONS: Service = {"destinations": ()}


@dataclass(frozen=True)
class About:
    """What is known of a director beside its table. journal: as host_info returns it, empty where there is none.

    time: its clock, in seconds since 1970. kernel, keepalived: the releases, "" where unknown. keepalived_runs: None
    where unknown. sync_daemons: by role.
    """

    journal: Mapping[str, Any] = field(default_factory=dict)
    time: float = 0.0
    kernel: str = ""
    keepalived: str = ""
    keepalived_runs: bool | None = None
    sync_daemons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def ago(self, since: float | None) -> float | None:
        """How many seconds ago that was, by the clock of the same host."""
        return None if since is None else max(0.0, round(self.time - since, 1))

    def held_since(self, vip: str) -> float | None:
        """Since when the instance of VRRP that has a VIP is master."""
        name = self.journal.get("vips", {}).get(vip)
        state = self.journal.get("instances", {}).get(name)
        return state["since"] if state and state["state"] == "MASTER" else None

    def moved(self, service: ServiceKey, server: Endpoint) -> Mapping[str, Any] | None:
        """What keepalived has last done with a real server; where it names the service otherwise, in any of that."""
        found = [each for each in self.journal.get("real_servers", ()) if (each["address"], each["port"]) == server]
        name = f"[{service.address}]:{service.protocol}:{service.port}"
        own = [each for each in found if each["service"] == name] or found
        return max(own, key=lambda each: each["since"], default=None)

    def failed(self, floor: str, server: Endpoint) -> Mapping[str, Any] | None:
        """What keepalived has last found of a real server where it checks for a floor. floor: its name there."""
        found = [each for each in self.journal.get("real_servers", ()) if (each["address"], each["port"]) == server]
        own = [each for each in found if each["service"].startswith(f"[{CHECKS_OF}{floor}]")]
        return max(own, key=lambda each: each["since"], default=None)


def about(told: Mapping[str, Any]) -> About:
    return About(
        journal=told.get("journal") or {},
        time=told.get("time") or 0.0,
        kernel=told.get("kernel_release") or "",
        keepalived=told.get("keepalived_version") or "",
        keepalived_runs=told.get("keepalived_runs"),
        sync_daemons=told["ipvs"].get("sync_daemons") or {},
    )


class DirectorState(NamedTuple):
    """What one director has. held: the VIPs. drained: the names of the files by which operators have drained.

    kept: the names of the files of those that fail, and that a floor keeps in the table.
    in_standby: whether an operator has told it to take no VIP. barred: whether a roll-out that is not finished has.
    about: what else is known of it.
    """

    table: Services
    statistics: Services
    held: frozenset[str]
    drained: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    in_standby: bool = False
    barred: bool = False
    about: About = About()


def state_of(told: Mapping[str, Any]) -> DirectorState:
    """told: what host_info has returned on a director."""
    files = told["files"]
    return DirectorState(
        table=by_key(told["ipvs"]["services"]),
        statistics=by_key(told["ipvs"]["statistics"]),
        held=frozenset(map(without_prefix, told["held"])),
        drained=frozenset(path.removeprefix(f"{DRAINED}/") for path in files if path.startswith(f"{DRAINED}/")),
        kept=frozenset(name for name, text in (told.get("failing") or {}).items() if text.strip() == KEPT),
        in_standby=STANDBY in files,
        barred=HELD in files,
        about=about(told),
    )


def by_key(services: Iterable[Service]) -> dict[ServiceKey, Service]:
    return {service_key(service): service for service in services}
