# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook drift answers: how hosts differ from the definition and directors from each other, as diffs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import unified_diff
from typing import Any

from ...module_utils._ipvs.model import ServiceKey, endpoint
from .._doctor.examined import Examined
from .._values.identity import service_key
from .answer import BAD, DEGRADED, DOUBTFUL, GOOD, HEADING, PLAIN, WELL, Answer, Line, counted
from .director_state import by_key

Difference = Mapping[str, Any]
_TONES = {"+": GOOD, "-": BAD, "@": HEADING}


def answer(clusters: Iterable[Examined]) -> Answer:
    """DEGRADED where something differs, or could not be compared; what belongs to others is told and is no drift."""
    found = [
        {
            "name": examined.cluster.name,
            "differences": [*_of_hosts(examined), *_between(examined)],
            "unread": [{"host": host, "reason": reason} for host, reason in sorted(_unread(examined))],
            "foreign": [*_foreign(examined)],
        }
        for examined in clusters
    ]
    drifted = any(each["differences"] or each["unread"] for each in found)
    lines = [line for each in found for line in _lines(each, len(found) > 1)]
    return Answer(DEGRADED if drifted else WELL, {"clusters": found}, lines)


def _of_hosts(examined: Examined) -> Iterator[Difference]:
    """Each part of each host that differs: - is what is there, + what must be there."""
    for host, parts in sorted(examined.compared.items()):
        for part in parts.values():
            for diff in part.get("diff", ()):
                lines = _diff(diff["before"], diff["after"], f"{host}: there", f"{host}: as defined")
                if lines:
                    yield {"host": host, "what": diff["after_header"], "diff": lines}


def _between(examined: Examined) -> Iterator[Difference]:
    """How the table of each director differs from that of the first; a weight is told, a counter is not."""
    defined = _defined(examined)
    tables = {host: "".join(_table(report, defined)) for host, report in sorted(examined.directors.items())}
    first, *others = tables or [""]
    for host in others:
        lines = _diff(tables[first], tables[host], f"{first}: table", f"{host}: table")
        if lines:
            yield {"host": f"{first}, {host}", "what": "virtual services of two directors", "diff": lines}


def _table(report: Mapping[str, Any], defined: Collection[ServiceKey]) -> Iterator[str]:
    for key, service in sorted(by_key(report["ipvs"]["services"]).items()):
        if key not in defined:
            continue
        yield f"{key} {service['scheduler']}\n"
        for server in sorted(service["destinations"], key=lambda each: (each["address"], each["port"])):
            yield f"  {endpoint(server['address'], server['port'])} {server['forward']} weight {server['weight']}\n"


def _foreign(examined: Examined) -> Iterator[dict[str, str]]:
    """The virtual services on directors that the definition does not have."""
    defined = _defined(examined)
    for host, report in sorted(examined.directors.items()):
        for key in sorted(by_key(report["ipvs"]["services"]).keys() - defined):
            yield {"host": host, "service": str(key)}


def _defined(examined: Examined) -> set[ServiceKey]:
    return {service_key(vars(service)) for service in examined.cluster.services}


def _unread(examined: Examined) -> Iterator[tuple[str, str]]:
    yield from examined.unread.items()
    for host, parts in examined.compared.items():
        for name, part in parts.items():
            reason = "; ".join(part.get("refused", ())) or part.get("unread", "")
            if reason:
                yield host, f"{name}: {reason}"


def _diff(before: str, after: str, name: str, other: str) -> list[str]:
    return list(unified_diff(before.splitlines(), after.splitlines(), name, other, n=0, lineterm=""))


def _lines(found: Mapping[str, Any], several: bool) -> Iterator[Line]:
    if several:
        yield from (Line(f"Cluster {found['name']}", HEADING), Line())
    for each in found["differences"]:
        yield Line(f"{each['host']}: {each['what']}", HEADING)
        yield from (Line(line, _TONES.get(line[:1], PLAIN)) for line in each["diff"])
        yield Line()
    for each in found["unread"]:
        yield Line(f"{each['host']} could not be compared: {each['reason']}", BAD)
    for each in found["foreign"]:
        yield Line(f"{each['host']}: {each['service']} is not in the definition; nobody touches it")
    if found["differences"]:
        yield Line(counted(len(found["differences"]), "difference"), DOUBTFUL)
    elif not found["unread"]:
        yield Line("Nothing differs", GOOD)
