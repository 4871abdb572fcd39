# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a host can be a director: what host_info has found there, beside what the cluster needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._values.cluster import Cluster
from .closed_firewall import closed_firewall
from .health import unserved
from .partial import Unaccepted, unaccepted
from .table_owners import table_owners

# What balances; the package has the same name.
PROGRAMS = {"static": "ipvsadm", "keepalived": "keepalived"}
# What an engine leaves on a director, by the names of files.
BOOT_RULES, CONFIGURATION = "ipvs.rules", "keepalived.conf"
BOOT_UNIT = "lvs.service"
WAITING, ACTIVE = "waiting", "active"

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Readiness:
    """What a roll-out finds on a director before it changes anything.

    refusals: why the host cannot be one; the run ends there. advice: what to know beside. part: ACTIVE where it has
    VIPs, so that clients reach it; else WAITING. missing_packages: what has to be installed. has_configuration,
    boot_rules: what an engine has left, of the latter the path. can_start: whether keepalived can be started, which in
    check mode nobody has installed. boots: whether the unit is started at boot already. balances: whether there
    are virtual services in its table. unserved: those of the cluster that nothing in the table would serve.
    """

    refusals: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    part: str = WAITING
    missing_packages: tuple[str, ...] = ()
    has_configuration: bool = False
    boot_rules: str | None = None
    can_start: bool = True
    boots: bool = False
    balances: bool = False
    unserved: tuple[str, ...] = ()


def readiness(
    cluster: Cluster | None,
    host: str,
    report: Facts,
    view: Facts,
    check_mode: bool = False,
    taking_part: Collection[str] | None = None,
) -> Readiness:
    """cluster: the one that the host directs, None for none. report: what host_info has returned there. view: what
    resolve has. taking_part: the hosts of the run, None where it has not been told which they are.
    """
    if cluster is None:
        return Readiness(
            refusals=(
                f"{host} directs no cluster: it is neither in the group lvs_directors nor in one that "
                "lvs_cluster.directors names.",
            )
        )
    owners = table_owners(report["owners"], cluster.engine, [vip.address for vip in cluster.held_vips])
    alone = Unaccepted() if taking_part is None else unaccepted(cluster, host, report["ipvs"]["services"], taking_part)
    files = names_of(report["files"])
    packages = () if PROGRAMS[cluster.engine] in files else (PROGRAMS[cluster.engine],)
    boots = bool(report["owners"]["units"].get(BOOT_UNIT, {}).get("at_boot"))
    return Readiness(
        refusals=(
            *_taken_away(host, owners["errors"]),
            *_missing_modules(cluster, host, report["ipvs"]),
            *_not_installed(cluster, host, packages),
            *alone.refusals,
        ),
        # Of a director that is set up, status tells what does not come through.
        advice=(
            *owners["advice"],
            *(closed_firewall(report["closed"], view) if not boots else ()),
            *_table_size(cluster, report["ipvs"]),
            *alone.advice,
        ),
        part=ACTIVE if report["held"] else WAITING,
        missing_packages=packages,
        has_configuration=CONFIGURATION in files,
        boot_rules=next((path for path in report["files"] if path.endswith(f"/{BOOT_RULES}")), None),
        can_start=not (packages and check_mode),
        boots=boots,
        balances=bool(report["ipvs"]["services"]),
        unserved=tuple(unserved(report["ipvs"]["services"], [vars(service) for service in cluster.services])),
    )


def names_of(paths: Iterable[str]) -> frozenset[str]:
    """The names of files without their folders."""
    return frozenset(path.rpartition("/")[2] for path in paths)


def _taken_away(host: str, errors: Sequence[str]) -> Iterator[str]:
    if errors:
        yield f"{host}: {'. '.join(errors)}. Nothing was changed."


def _missing_modules(cluster: Cluster, host: str, ipvs: Facts) -> Iterator[str]:
    schedulers = {service.scheduler for service in cluster.services} - {*ipvs["schedulers"]}
    engines = {service.persistence_engine for service in cluster.services} - {None, *ipvs["persistence_engines"]}
    missing = [
        *(f"ip_vs_{name}" for name in sorted(schedulers)),
        *(f"ip_vs_pe_{name}" for name in sorted(engines, key=str)),
    ]
    if missing:
        yield (
            f"The kernel of {host} has no module {', '.join(missing)}. Install a kernel package that has it, or choose "
            f"what this kernel has: schedulers {', '.join(ipvs['schedulers']) or 'none'}; persistence engines "
            f"{', '.join(ipvs['persistence_engines']) or 'none'}. Nothing was changed."
        )


def _not_installed(cluster: Cluster, host: str, packages: Sequence[str]) -> Iterator[str]:
    if packages and not cluster.install_packages:
        yield (
            f"{host} has no {', '.join(packages)}, which the engine {cluster.engine} needs. Install the package there, "
            "or let the role do it: lvs_cluster.install_packages: true. Nothing was changed."
        )


def _table_size(cluster: Cluster, ipvs: Facts) -> Iterator[str]:
    size, bits = ipvs["connection_table_size"], cluster.connection_table_bits
    if bits is not None and size != 2**bits:
        yield (
            f"The table of connections has {size} entries until ip_vs is loaded again, as a reboot does; then it has "
            f"{2**bits}."
        )
