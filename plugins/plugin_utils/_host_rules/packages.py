# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a host can be a director: its programs, its kernel, and what starts and confines them."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._systems import BOOLEAN
from .._rules.rule import Note, advice, error, seen
from .._values.cluster import Cluster
from .candidate import Candidate, directors, directors_checked_by_keepalived, without_cluster


@error("LVS701", "no-director", each=without_cluster)
def no_director(host: str) -> Iterator[Note]:
    """The role director runs for a host that is not a director of any cluster.

    Add the host to the group of a cluster's directors, or take it out of the play.
    """
    yield seen(
        host,
        "It is neither in the group lvs_directors nor in one that lvs_cluster.directors names",
        "So it directs no cluster, and there is nothing to set up",
        "Add it to such a group, or take it out of the play",
    )


@error("LVS702", "not-installed", each=directors)
def not_installed(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """A director lacks a program that it needs, and the role may not install packages.

    Install the package, or set `lvs_cluster.install_packages: true`.
    """
    if candidate.missing_packages and not cluster.install_packages:
        yield seen(
            candidate.host,
            f"has no {', '.join(candidate.missing_packages)}",
            f"a director with checks_by: {cluster.checks_by} and vips_by: {cluster.vips_by} needs it",
            "Install the package there, or let the role do it: lvs_cluster.install_packages: true",
        )


@error("LVS705", "no-systemd", each=directors)
def no_systemd(candidate: Candidate, _cluster: Cluster) -> Iterator[Note]:
    """Nothing would load the cluster at boot: systemd does not run on the host, as in containers or with OpenRC.

    Use a host with systemd, or set this one up with the modules, which do not need systemd.
    """
    if not candidate.has_systemd:
        yield seen(
            candidate.host,
            "has no systemd that runs",
            "The roles start keepalived, and load the cluster at boot, by units of systemd",
            "Take another host, or set this one up by the modules of lvs.cluster alone, which need no systemd",
        )


@advice("LVS706", "selinux-refuses-checks", each=directors_checked_by_keepalived)
def selinux_refuses_checks(candidate: Candidate) -> Iterator[Note]:
    """SELinux is enforcing and lets keepalived connect to few ports: checks of other ports fail.

    Switch the boolean on, as the message says.
    """
    selinux = candidate.report["selinux"]
    if selinux["enforced"] and not selinux[BOOLEAN]:
        yield seen(
            candidate.host,
            f"SELinux is enforced, and its boolean {BOOLEAN} is off",
            "Checks to ports that are not among keepalived's own will fail, and take real servers out",
            f"Switch it on: setsebool -P {BOOLEAN} 1",
        )


@error("LVS703", "no-module", each=directors)
def no_module(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """The kernel of a director lacks a scheduler or a persistence engine that a service needs.

    Install a kernel package that has the module, or choose what this kernel has.
    """
    ipvs = candidate.report["ipvs"]
    schedulers = {service.scheduler for service in cluster.services} - {*ipvs["schedulers"]}
    engines = {service.persistence_engine for service in cluster.services} - {None, *ipvs["persistence_engines"]}
    missing = [
        *(f"ip_vs_{name}" for name in sorted(schedulers)),
        *(f"ip_vs_pe_{name}" for name in sorted(engines, key=str)),
    ]
    if missing:
        yield seen(
            candidate.host,
            f"The kernel has schedulers {', '.join(ipvs['schedulers']) or 'none'}; persistence engines "
            f"{', '.join(ipvs['persistence_engines']) or 'none'}",
            f"It has no module {', '.join(missing)}, which the services need",
            "Install a kernel package that has it, or choose what this kernel has",
        )


@advice("LVS704", "connection-table", each=directors)
def connection_table(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """The connection hash table has another size than `connection_table_bits` says, until ip_vs is loaded again.

    Reboot the director when it suits you; everything else works as it is.
    """
    size, bits = candidate.report["ipvs"]["connection_table_size"], cluster.connection_table_bits
    if bits is not None and size != 2**bits:
        yield seen(
            candidate.host,
            f"The connection hash table has {size} buckets (not a limit) until ip_vs is loaded again, e.g. by a reboot",
            f"then it has {2**bits}",
        )
