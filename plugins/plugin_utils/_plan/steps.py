# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a roll-out in their order: which host is changed when, how, and by which native commands. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._places import HELD, KEEPALIVED_CONF, KEEPALIVED_DROP_IN, KEEPALIVED_UNIT
from .._operate.readiness import BOOT_UNIT
from .decisions import Decisions, real_servers
from .subject import Facts, Subject

# The plays of playbooks/site.yml that change hosts, in its order (a test compares them).
FORWARD = "Let the directors forward packets"
ACCEPT = "Let the real servers accept new VIPs"
DISMISS = "Remove the cluster from hosts that are no longer directors"
TAKE_OVER = "Take over from what has had the virtual services until now"
WAITING = "Set up the directors without VIPs, one at a time"
ACTIVE = "Set up the directors with VIPs, one at a time"
RELEASE = "Let held directors take VIPs again"
SETTLE = "Set up the real servers, and remove what they no longer need"
LEAVE = "Remove the cluster from hosts that no longer serve"
PHASES = (FORWARD, ACCEPT, DISMISS, TAKE_OVER, WAITING, ACTIVE, RELEASE, SETTLE, LEAVE)

# The words of host_compare for what is done.
ADD, CHANGE, REMOVE = "add", "change", "remove"
COUNTS = {ADD: "added", CHANGE: "changed", REMOVE: "removed"}
# What a real server needs of its network to answer through directors.
WAY_BACK = ("route", "rule")

Parts = Mapping[str, Facts]
Which = Callable[[str, str], bool]


@dataclass(frozen=True)
class Work:
    """What is done to one thing on a host. what: a part of host_compare, a file, a unit, packages.

    added, changed, removed: how many changes. commands: the native ones that do the same, as far as there are any.
    """

    what: str
    added: int = 0
    changed: int = 0
    removed: int = 0
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """What a roll-out does on one host in one of its PHASES."""

    phase: str
    host: str
    work: tuple[Work, ...]


def steps(subject: Subject, decided: Decisions) -> list[Step]:
    """All steps in which something is done, in the order of a roll-out."""
    planned = [
        Step(phase, host, tuple(work_of(host))) for phase, hosts, work_of in _phases(subject, decided) for host in hosts
    ]
    return [step for step in planned if step.work]


def _phases(
    subject: Subject, decided: Decisions
) -> Iterator[tuple[str, Iterable[str], Callable[[str], Iterator[Work]]]]:
    """Each phase with its hosts, and what is done there."""
    compared, views, reports = subject.every_compared, subject.views, subject.every_report
    serving, order = real_servers(subject), decided.order
    removed = [host for host, each in decided.dismissed.items() if each.removes]
    leaving = [host for host in subject.former.real_servers if host not in removed]

    def parts(host: str) -> Parts:
        return compared.get(host, {})

    def director(host: str) -> Iterator[Work]:
        cluster = subject.clusters.directed_by(host)
        keeps = cluster is None or cluster.uses_keepalived
        return _director(parts(host), reports[host], views[host], host, decided, keeps)

    def accept(host: str) -> Iterator[Work]:
        return _accept(parts(host), reports.get(host, {}), views[host], decided.leads[host])

    def settle(host: str) -> Iterator[Work]:
        return _settle(parts(host), reports.get(host, {}), host, decided)

    yield FORWARD, order.hosts, lambda host: _forward(parts(host), host, decided)
    yield ACCEPT, [host for host in serving if host not in removed], accept
    yield DISMISS, removed, lambda host: _dismiss(parts(host), reports[host])
    yield TAKE_OVER, order.hosts, lambda host: _take_over(host, decided)
    yield WAITING, order.waiting, director
    yield ACTIVE, order.active, director
    yield RELEASE, order.hosts, lambda host: _release(parts(host), reports[host], host, decided)
    yield SETTLE, [host for host in serving if host not in removed], settle
    yield LEAVE, leaving, lambda host: _everything(parts(host))


def _forward(parts: Parts, host: str, decided: Decisions) -> Iterator[Work]:
    if decided.ready[host].forwarding["sysctls"]:
        yield from _kernel("network", parts, lambda _action, kind: kind == "sysctl")


def _accept(parts: Parts, report: Facts, view: Facts, leads: bool) -> Iterator[Work]:
    if _loads_at_boot(parts, view) and not _at_boot(report, BOOT_UNIT):
        yield Work(BOOT_UNIT, added=1, commands=(f"systemctl enable {BOOT_UNIT}",))
    yield from _kernel("filter", parts, _comes)
    yield from _kernel("network", parts, lambda action, kind: _comes(action, kind) and (leads or kind not in WAY_BACK))
    yield from _files(parts, ("filter", "network"), gains=True)


def _dismiss(parts: Parts, report: Facts) -> Iterator[Work]:
    if report["keepalived_runs"] or _at_boot(report, KEEPALIVED_UNIT):
        yield Work(KEEPALIVED_UNIT, removed=1, commands=(f"systemctl disable --now {KEEPALIVED_UNIT}",))
    yield from _everything(parts)
    if report["keepalived_is_own"]:
        yield Work(KEEPALIVED_CONF, removed=1)


def _take_over(host: str, decided: Decisions) -> Iterator[Work]:
    yield from (Work(name, changed=1) for name in decided.ready[host].predecessors)


def _director(parts: Parts, report: Facts, view: Facts, host: str, decided: Decisions, keeps: bool) -> Iterator[Work]:
    """In the order of the role director. keeps: whether the cluster uses keepalived."""
    ready, turn = decided.ready[host], decided.turns[host]
    which = _everything_there if turn.state == "replaced" else _comes
    forwarded = ready.forwarding["sysctls"]
    yield from (Work(f"package {package}", added=1) for package in ready.missing_packages)
    if not ready.boots:
        yield Work(BOOT_UNIT, added=1, commands=(f"systemctl enable {BOOT_UNIT}",))
    yield from _kernel("filter", parts, which)
    yield from _kernel("timeouts", parts)
    if not view["sync_daemon"]:
        yield from _kernel("sync_daemon", parts)
    if turn.drains:
        yield Work("what operators have drained on the other directors", added=len(turn.drains))
    yield from _kernel("services", parts)
    if not view["announcing"]:
        yield from _announced(parts)
    yield from _kernel(
        "network", parts, lambda action, kind: which(action, kind) and not (forwarded and kind == "sysctl")
    )
    yield from _keepalived(parts.get("configuration"), report, turn.hold)
    if not keeps and ready.has_configuration and report["keepalived_is_own"]:
        yield Work(KEEPALIVED_CONF, removed=1)
    if view["sync_daemon"]:
        yield from _kernel("sync_daemon", parts)
    if view["announcing"]:
        yield from _announced(parts)
    yield from _files(parts, ("filter", "timeouts", "services", "network", "sync_daemon"))


def _announced(parts: Parts) -> Iterator[Work]:
    """What tells routers of the VIPs, or withdraws them."""
    for name in ("announcer", "bgp"):
        yield from _kernel(name, parts)
        yield from _files(parts, (name,))


def _keepalived(configuration: Facts | None, report: Facts, hold: bool) -> Iterator[Work]:
    if configuration is None or "changed" not in configuration:
        return
    new = configuration["new"]
    starts = not report["keepalived_runs"] or not _at_boot(report, KEEPALIVED_UNIT)
    if configuration["changed"]:
        yield Work(KEEPALIVED_CONF, added=int(new), changed=int(not new))
    if configuration["drop_in_differs"]:
        yield Work(KEEPALIVED_DROP_IN, added=int(new), changed=int(not new))
    if hold and configuration["hears_anew"]:
        yield Work(HELD, added=1)
    if starts:
        yield Work(KEEPALIVED_UNIT, changed=1, commands=(f"systemctl enable --now {KEEPALIVED_UNIT}",))
    elif configuration["changed"] or configuration["not_read"]:
        yield Work(KEEPALIVED_UNIT, changed=1, commands=(f"systemctl reload {KEEPALIVED_UNIT}",))


def _release(parts: Parts, report: Facts, host: str, decided: Decisions) -> Iterator[Work]:
    turn = decided.turns[host]
    hears_anew = parts.get("configuration", {}).get("hears_anew", False)
    if HELD in report["files"] or (turn.hold and hears_anew):
        yield Work(HELD, removed=1, commands=(f"rm {HELD}",))
    if turn.state == "merged":
        yield from _kernel("network", parts, _goes)
        yield from _kernel("filter", parts, _goes)


def _settle(parts: Parts, report: Facts, host: str, decided: Decisions) -> Iterator[Work]:
    settled, leads = decided.settled[host], decided.leads[host]

    def which(action: str, kind: str) -> bool:
        if action == REMOVE:
            return settled.state == "replaced"
        return not leads and settled.way_back and kind in WAY_BACK

    yield from _kernel("network", parts, which)
    yield from _kernel("filter", parts, lambda action, _kind: action == REMOVE and settled.state == "replaced")
    if settled.state == "replaced":
        yield from _files(parts, ("network", "filter"), gains=False)
        if _has_nothing_to_load(parts) and BOOT_UNIT in report["owners"]["units"]:
            yield Work(BOOT_UNIT, removed=1, commands=(f"systemctl disable {BOOT_UNIT}",))


def _everything(parts: Parts) -> Iterator[Work]:
    yield from _kernel("network", parts)
    yield from _kernel("filter", parts)
    yield from _files(parts, ("network", "filter"))


def _everything_there(_action: str, _kind: str) -> bool:
    return True


def _comes(action: str, _kind: str) -> bool:
    return action != REMOVE


def _goes(action: str, _kind: str) -> bool:
    return action == REMOVE


def _kernel(name: str, parts: Parts, which: Which = _everything_there) -> Iterator[Work]:
    """Those changes of a part that are made now."""
    made = [each for each in parts.get(name, {}).get("steps", ()) if which(each["action"], each["kind"])]
    if made:
        counts = {
            word: sum(each["count"] for each in made if each["action"] == action) for action, word in COUNTS.items()
        }
        yield Work(name, **counts, commands=tuple(command for each in made for command in each["commands"]))


def _files(parts: Parts, names: Collection[str], gains: bool | None = None) -> Iterator[Work]:
    """The files of these parts that differ. gains: only those that get lines, or only those that get none."""
    for name in names:
        for diff in parts.get(name, {}).get("diff", ()):
            before, after = diff["before"], diff["after"]
            if diff["after_header"].startswith("/") and gains in (None, _gains(before, after)):
                yield Work(
                    diff["after_header"],
                    added=int(not before),
                    changed=int(bool(before and after)),
                    removed=int(not after),
                )


def _gains(before: str, after: str) -> bool:
    return not {*after.splitlines()} <= {*before.splitlines()}


def _at_boot(report: Facts, unit: str) -> bool:
    units: Mapping[str, Any] = report.get("owners", {}).get("units", {})
    return bool(units.get(unit, {}).get("at_boot"))


def _loads_at_boot(parts: Parts, view: Facts) -> bool:
    return bool(parts and (parts.get("network", {}).get("boot_commands") or view["filter"]["rules"]))


def _has_nothing_to_load(parts: Parts) -> bool:
    """Whether no file for the next boot is left, as far as both parts could be read."""
    return all(parts.get(name, {}).get("boot_commands") == [] for name in ("network", "filter"))
