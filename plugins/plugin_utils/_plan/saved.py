# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan that is saved until it is carried out: as text, and what has changed since then. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from ...module_utils._keepalived.text import masked
from ...module_utils._places import HELD, STANDBY
from .model import Plan
from .subject import Facts, Subject

FORMAT = 1
MARK = '{\n  "format": '  # the beginning of every saved plan
# What resolve says of a host and a roll-out depends on.
_DEFINED = (
    *("services", "network", "filter", "vips", "virtual_routers", "programs", "timeouts", "sync_daemon"),
    "announcing",
    *("checks_by", "vips_by", "cluster", "cluster_directors", "install_packages"),
)
# What a saved plan has by host, and how that is told from anything else.
_BY_HOST: Mapping[str, Callable[[Any], bool]] = {
    "definition": lambda digest: isinstance(digest, str),
    "facts": lambda facts: isinstance(facts, dict),
    "work": lambda work: isinstance(work, list) and all(isinstance(each, list) and len(each) >= 5 for each in work),
}

Document = Mapping[str, Any]


class NoPlan(Exception):
    """A text is no saved plan. The text of this says why."""


def document(subject: Subject, plan: Plan) -> dict[str, Any]:
    """What is saved, in values that JSON has: what is done on each host, and what that was derived from. No secrets.

    Of the definition there is a digest for each host; what keepalived.conf keeps secret is no part of it.
    """
    return {
        "format": FORMAT,
        "clusters": [examined.cluster.name for examined in subject.examined],
        "definition": {host: _digest(view) for host, view in sorted(subject.views.items())},
        "facts": {host: dict(_facts(subject, host)) for host in _hosts(subject)},
        "work": {host: _work(plan, host) for host in sorted({step.host for step in plan.steps})},
    }


def text(saved: Document) -> str:
    return json.dumps(saved, indent=2) + "\n"


def parse(content: str) -> dict[str, Any]:
    """NoPlan where the text is not one that text() has made."""
    try:
        saved = json.loads(content)
    except ValueError as error:
        raise NoPlan(f"it is not JSON ({error})") from error
    if not isinstance(saved, dict) or "format" not in saved:
        raise NoPlan("it holds no plan")
    if saved["format"] != FORMAT:
        raise NoPlan(f"its format is {saved['format']}, and this release of the collection knows only {FORMAT}")
    wrong = [name for name, fits in _BY_HOST.items() if not _is_by_host(saved.get(name), fits)]
    wrong += [] if isinstance(saved.get("clusters"), list) else ["clusters"]
    if wrong:
        raise NoPlan(f"its {' and '.join(wrong)} cannot be read")
    return saved


def differences(saved: Document, now: Document) -> list[str]:
    """A sentence for each thing that is not as it was when a plan was saved; none where it can be carried out."""
    return [
        *_of_clusters(saved, now),
        *_of_hosts(saved, now),
        *_of_definitions(saved, now),
        *_of_facts(saved, now),
    ] or [*_of_work(saved, now)]


def _is_by_host(value: object, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(map(fits, value.values()))


def _hosts(subject: Subject) -> list[str]:
    return sorted({*subject.taking_part, *subject.former.directors, *subject.former.real_servers})


def _digest(view: Facts) -> str:
    defined = {name: view.get(name) for name in _DEFINED}
    defined["keepalived"] = masked(view.get("keepalived") or "")
    return sha256(json.dumps(defined, sort_keys=True, default=str).encode()).hexdigest()


def _facts(subject: Subject, host: str) -> Iterator[tuple[str, Any]]:
    """What a host has reported and a roll-out depends on, besides how the host differs from the definition."""
    report = subject.every_report.get(host)
    yield "answers", host not in subject.every_unread
    if report is None:
        return
    yield "VIPs", sorted(_vips(subject).intersection(report["addresses"]))
    yield "keepalived runs", report["keepalived_runs"]
    yield "keepalived", report.get("keepalived_version") or ""
    yield "in standby", STANDBY in report["files"]
    yield "held by an unfinished roll-out", HELD in report["files"]
    yield "drained", dict(sorted(report.get("drains", {}).items()))


def _vips(subject: Subject) -> set[str]:
    return {vip.address for examined in subject.examined for vip in examined.cluster.vips}


def _work(plan: Plan, host: str) -> list[Any]:
    """All that is done on a host, each entry with its phase."""
    return [
        [step.phase, work.what, work.added, work.changed, work.removed, *work.commands]
        for step in plan.steps
        if step.host == host
        for work in step.work
    ]


def _of_clusters(saved: Document, now: Document) -> Iterator[str]:
    if saved["clusters"] != now["clusters"]:
        yield f"The plan is for the clusters {_shown(saved['clusters'])}; this run is for {_shown(now['clusters'])}"


def _of_hosts(saved: Document, now: Document) -> Iterator[str]:
    yield from (f"{host} takes part in this run but is not in the plan" for host in _only_in(now, saved))
    yield from (f"{host} is in the plan but takes no part in this run" for host in _only_in(saved, now))


def _only_in(one: Document, other: Document) -> list[str]:
    return sorted({*one["facts"], *one["definition"]} - {*other["facts"], *other["definition"]})


def _of_definitions(saved: Document, now: Document) -> Iterator[str]:
    for host in _in_both("definition", saved, now):
        if saved["definition"].get(host) != now["definition"].get(host):
            yield f"{host}: what the definition asks of it has changed"


def _of_facts(saved: Document, now: Document) -> Iterator[str]:
    for host in _in_both("facts", saved, now):
        before, after = saved["facts"].get(host, {}), now["facts"].get(host, {})
        for name in dict.fromkeys([*before, *after]):
            if before.get(name) != after.get(name):
                yield f"{host}: {name}: {_shown(before.get(name))} in the plan, {_shown(after.get(name))} now"


def _of_work(saved: Document, now: Document) -> Iterator[str]:
    for host in sorted({*saved["work"], *now["work"]}):
        before, after = saved["work"].get(host, []), now["work"].get(host, [])
        gone = [entry for entry in before if entry not in after]
        new = [entry for entry in after if entry not in before]
        if before != after and not gone and not new:
            yield f"{host}: the same changes would be made in another order"
        elif before != after:
            yield f"{host}: the plan has {_entries(gone)}; now it would be {_entries(new)}"


def _in_both(name: str, saved: Document, now: Document) -> list[str]:
    apart = {*_only_in(saved, now), *_only_in(now, saved)}
    return sorted({*saved[name], *now[name]} - apart)


def _entries(entries: list[Any]) -> str:
    """What is done, in short: the native commands, or what it is about."""
    words = ["; ".join(map(str, entry[5:])) or str(entry[1]) for entry in entries]
    return " and ".join(words) or "nothing"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} ({str(each).strip()})" for name, each in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value or "none")
