# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes of catalogue.yml as values. Pure: touches no host."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CATALOGUE = Path(__file__).with_name("catalogue.yml")
Definition = dict[str, Any]  # directors, real_servers, lvs_cluster, lvs_services
Place = tuple[str, str, int]  # protocol, VIP, port


@dataclass(frozen=True)
class Change:
    """From one definition to another, and what may happen meanwhile. The keys are explained in catalogue.yml."""

    name: str
    what: str
    start: Definition
    end: Definition
    moves: int = 0
    breaks: Mapping[str, str] = field(default_factory=dict)
    forgets: tuple[str, ...] = ()

    @property
    def directors(self) -> set[str]:
        """The hosts that may answer for a VIP."""
        return {*self.start["directors"], *self.end["directors"]}


def changes() -> list[Change]:
    """All changes, in the order of the catalogue."""
    catalogue = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return [_change(catalogue["base"], dict(entry)) for entry in catalogue["changes"]]


def change(name: str) -> Change:
    return next(change for change in changes() if change.name == name)


def base() -> Definition:
    definition: Definition = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["base"]
    return definition


def _change(base: Definition, entry: dict[str, Any]) -> Change:
    start = patched(base, entry.pop("first", {}))
    end = patched(start, entry.pop("to"))
    return Change(start=start, end=end, forgets=tuple(entry.pop("forgets", ())), **entry)


def patched(definition: Definition, patch: Mapping[str, Any]) -> Definition:
    """A definition with other values at some paths; None takes away what is there."""
    result = deepcopy(definition)
    for path, value in patch.items():
        *parents, last = path.split(".")
        inner: Any = result
        for part in parents:
            inner = _entry(inner, part) if isinstance(inner, list) else inner.setdefault(part, {})
        _put(inner, last, deepcopy(value))
    return result


def _entry(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["name"] == name)


def _put(inner: Any, name: str, value: Any) -> None:
    if isinstance(inner, dict):
        inner.pop(name, None)
        inner.update({} if value is None else {name: value})
        return
    inner[:] = [entry for entry in inner if entry["name"] != name]
    if value is not None:
        inner.append({"name": name, **value})


def inventory(definition: Definition) -> dict[str, Any]:
    """The inventory's groups, as hosts.yml has them."""
    groups = {"lvs_directors": definition["directors"], "web": definition["real_servers"]}
    return {"all": {"children": {name: {"hosts": hosts} for name, hosts in groups.items()}}}


def variables(definition: Definition) -> dict[str, Any]:
    return {name: definition[name] for name in ("lvs_cluster", "lvs_services")}


def places(definition: Definition) -> dict[Place, str]:
    """Where the services are, each with its name."""
    return {
        (service.get("protocol", "tcp"), service["address"], service["port"]): service["name"]
        for service in definition["lvs_services"]
    }


def hosts(definition: Definition) -> list[str]:
    return sorted({*definition["directors"], *definition["real_servers"]})


def vips(definition: Definition) -> list[str]:
    return sorted({service["address"] for service in definition["lvs_services"]})


def asked(start: Definition, end: Definition) -> list[dict[str, Any]]:
    """The services that must answer all the time: those that are at the same place before and after."""
    return [
        {"name": name, "protocol": protocol, "address": address, "port": port}
        for (protocol, address, port), name in places(start).items()
        if (protocol, address, port) in places(end)
    ]
