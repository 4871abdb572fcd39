# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a host can be a director: what host_info has found there, beside what the cluster needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._places import ANNOUNCER_FILE, IPVS_RULES, KEEPALIVED_CONF, SYNC_DAEMONS, TIMEOUTS
from ...module_utils._systems import package_of
from .._host_rules.candidate import Candidate
from .._host_rules.owners import taken_over
from .._host_rules.run import findings
from .._rules.finding import Finding
from .._values.cluster import Cluster
from .health import unserved
from .planned import may_have

BOOT_UNIT, KEEPALIVED = "lvs.service", "keepalived"
WAITING, ACTIVE = "waiting", "active"
OF_IPVS = "net.ipv4.vs."

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Readiness:
    """What a roll-out finds on a director before it changes anything.

    found: what rules find; with an error the run ends there. part: ACTIVE where it has VIPs, so that clients reach it;
    else WAITING. missing_packages: what has to be installed. has_configuration, has_timeouts, has_sync_daemons,
    has_announcer: what it has already, the first of keepalived. boot_rules: the path of the rules that are loaded at
    boot, where keepalived takes over from them. can_start: whether keepalived can be started, which in check mode
    nobody has installed. boots: whether the unit is started at boot already. balances: whether there are virtual
    services in its table. unserved: those of the cluster that nothing in the table would serve. forwarding: what to set
    so that it routes packets as it must before real servers send answers through it, in the words of host_network.
    predecessors: what has had its services until now, to take over from.
    """

    found: tuple[Finding, ...] = ()
    part: str = WAITING
    missing_packages: tuple[str, ...] = ()
    has_configuration: bool = False
    boot_rules: str | None = None
    has_timeouts: bool = False
    has_sync_daemons: bool = False
    has_announcer: bool = False
    can_start: bool = True
    boots: bool = False
    balances: bool = False
    unserved: tuple[str, ...] = ()
    forwarding: Facts = field(default_factory=lambda: _forwarding({}))
    predecessors: tuple[str, ...] = ()


def readiness(
    cluster: Cluster | None,
    host: str,
    report: Facts,
    view: Facts,
    tested: Facts,
    check_mode: bool = False,
    taking_part: Collection[str] | None = None,
) -> Readiness:
    """cluster: the one that the host directs, None for none. report: what host_info has returned there. view: what
    resolve has. tested: what host_network has, in check mode. taking_part: the hosts of the run, None where it has not
    been told which they are.
    """
    if cluster is None:
        return Readiness(tuple(findings(Candidate(host, None), [])))
    files = report["files"]
    missing = tuple(program for program in view["programs"] if program not in names_of(files))
    boots = bool(report["owners"]["units"].get(BOOT_UNIT, {}).get("at_boot"))
    packages = tuple(dict.fromkeys(package_of(report["system"], program) for program in missing))
    candidate = Candidate(host, cluster, report, view, packages, tested["systemd"], boots, taking_part)
    return Readiness(
        found=tuple(findings(candidate, [cluster])),
        part=ACTIVE if report["held"] else WAITING,
        missing_packages=packages,
        has_configuration=KEEPALIVED_CONF in files,
        boot_rules=IPVS_RULES if IPVS_RULES in files and cluster.services_of_keepalived else None,
        has_timeouts=TIMEOUTS in files,
        has_sync_daemons=SYNC_DAEMONS in files,
        has_announcer=ANNOUNCER_FILE in files,
        can_start=not (KEEPALIVED in missing and check_mode),
        boots=boots,
        balances=bool(report["ipvs"]["services"]),
        forwarding=_forwarding(view["network"]["sysctls"] if boots and _is_to_route(tested) else {}),
        predecessors=taken_over(report["owners"], cluster),
        unserved=tuple(unserved(report["ipvs"]["services"], [vars(service) for service in cluster.services])),
    )


def _forwarding(sysctls: Facts) -> Facts:
    return {"addresses": [], "sysctls": dict(sysctls)}


def _is_to_route(tested: Facts) -> bool:
    """Whether a run changes how the host routes packets: whether it forwards them, sends redirects and so on."""
    changed = tested["plan"]["changed"]
    return may_have(changed, lambda change: change["kind"] == "sysctl" and not change["name"].startswith(OF_IPVS))


def names_of(paths: Iterable[str]) -> frozenset[str]:
    """The names of files without their folders."""
    return frozenset(path.rpartition("/")[2] for path in paths)
