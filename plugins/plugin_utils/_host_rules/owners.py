# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who else loads, flushes or owns a director's table of virtual services, and how that ends."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._netlink.address import canonical
from ...module_utils._predecessors.model import LOADER, PROGRAMS, is_at_work
from .._rules.rule import Note, advice, error, seen
from .._values.cluster import Cluster
from .candidate import Candidate, Facts, directors

IPVSADM = "ipvsadm.service"


def taken_over(owners: Facts, cluster: Cluster) -> tuple[str, ...]:
    """The programs from which a roll-out has to take virtual services over, as their owner wants."""
    wanted = (name for name in PROGRAMS if name in cluster.take_over_from)
    return tuple(name for name in wanted if (_loads_rules(owners) if name == LOADER else is_at_work(name, owners)))


def _loads_rules(owners: Facts) -> bool:
    return _starts_at_boot(owners) and owners["ipvsadm"].get("AUTO", "true") == "true"


def _or_take_over(name: str) -> str:
    return f"Or have the roll-out take over from it: lvs_cluster.take_over_from: {name}"


@error("LVS711", "ipvsadm-auto", each=directors)
def ipvsadm_auto(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """Debian's ipvsadm.service is set to load its own rules, and empties the table at boot and when it stops.

    Set `AUTO="false"` in /etc/default/ipvsadm first, then disable the unit; or set
    `lvs_cluster.take_over_from: ipvsadm`.
    """
    owners = candidate.report["owners"]
    if LOADER not in cluster.take_over_from and _loads_rules(owners) and _is_debians(owners):
        yield seen(
            candidate.host,
            f'{IPVSADM} is started at boot, with AUTO="true" in /etc/default/ipvsadm',
            "It empties the table of virtual services at each boot and whenever it stops, and loads what is in "
            "/etc/ipvsadm.rules",
            'First set AUTO="false" in /etc/default/ipvsadm, since stopping the unit would empty the table now; then: '
            f"systemctl disable --now ipvsadm. {_or_take_over('ipvsadm')}",
        )


@error("LVS712", "ipvsadm-at-boot", each=directors)
def ipvsadm_at_boot(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """ipvsadm.service loads its own virtual services at each boot, and empties the table when it stops.

    Disable the unit, and do not stop it: that would empty the table now. Or set `lvs_cluster.take_over_from: ipvsadm`.
    """
    owners = candidate.report["owners"]
    if LOADER not in cluster.take_over_from and _loads_rules(owners) and not _is_debians(owners):
        yield seen(
            candidate.host,
            f"{IPVSADM} is started at boot",
            "It loads virtual services of its own at each boot, and empties the table when it stops or is restarted, "
            "as an update does",
            "Disable it, and do not stop it, which would empty the table now: systemctl disable ipvsadm. "
            f"{_or_take_over('ipvsadm')}",
        )


@advice("LVS713", "ipvsadm-active", each=directors)
def ipvsadm_active(candidate: Candidate, _cluster: Cluster) -> Iterator[Note]:
    """ipvsadm.service is disabled, but still active: if you stop or restart it, it empties the table.

    Leave it alone until the next reboot, after which it no longer runs.
    """
    owners = candidate.report["owners"]
    unit = owners["units"].get(IPVSADM)
    if unit and unit["active"] and not unit["at_boot"] and not _is_debians(owners):
        yield seen(
            candidate.host,
            f"{IPVSADM} is no longer started at boot, but still active",
            "It empties the table of virtual services when it is stopped or restarted",
            "Leave it alone until the next reboot, with which it ends by itself",
        )


@advice("LVS714", "ipvsadm-sync-daemon", each=directors)
def ipvsadm_sync_daemon(candidate: Candidate, _cluster: Cluster) -> Iterator[Note]:
    """ipvsadm.service starts its own sync daemon at each boot.

    Set `DAEMON="none"` in /etc/default/ipvsadm; `lvs_cluster.sync_daemon` starts those of the cluster.
    """
    owners = candidate.report["owners"]
    daemon = owners["ipvsadm"].get("DAEMON", "none")
    if daemon not in ("", "none") and _starts_at_boot(owners):
        yield seen(
            candidate.host,
            f"{IPVSADM} starts a sync daemon ({daemon}) at each boot",
            "For the cluster, lvs_cluster.sync_daemon does so",
            'Set DAEMON="none" in /etc/default/ipvsadm',
        )


def _starts_at_boot(owners: Facts) -> bool:
    return bool(owners["units"].get(IPVSADM, {}).get("at_boot"))


def _is_debians(owners: Facts) -> bool:
    """Whether it is the script of Debian's package, which does nothing of itself."""
    return "AUTO" in owners["ipvsadm"]


@error("LVS715", "kube-proxy", each=directors)
def kube_proxy(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """kube-proxy balances by IPVS on a director, and removes every virtual service that is not its own.

    Exclude the VIPs in its configuration and restart it, let it work in another mode, or use another host.
    """
    proxies = _proxies(candidate.report["owners"])
    if proxies and not all(proxy.get("excludes") for proxy in proxies):
        yield seen(
            candidate.host,
            "kube-proxy balances by IPVS on this host",
            "It removes every virtual service that is not its own",
            f"Exclude the VIPs (--ipvs-exclude-cidrs, or ipvs.excludeCIDRs in its configuration: {_vips(cluster)}) "
            "and restart it, let it work in another mode, or use a host without Kubernetes as director",
        )


@advice("LVS716", "kube-proxy-excludes", each=directors)
def kube_proxy_excludes(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """kube-proxy balances by IPVS on a director, and excludes some addresses.

    Make sure that all VIPs of the cluster are among them.
    """
    proxies = _proxies(candidate.report["owners"])
    if proxies and all(proxy.get("excludes") for proxy in proxies):
        yield seen(
            candidate.host,
            "kube-proxy balances by IPVS on this host too",
            "It removes every virtual service whose address its excludeCIDRs lack",
            f"Make sure that they have all VIPs of the cluster: {_vips(cluster)}",
        )


@advice("LVS717", "kube-ipvs0", each=directors)
def kube_ipvs0(candidate: Candidate, _cluster: Cluster) -> Iterator[Note]:
    """A kube-proxy that is gone has left its interface on a director, and maybe virtual services.

    Remove the interface once Kubernetes is gone for good.
    """
    owners = candidate.report["owners"]
    if owners["kube_interface"] and not _proxies(owners):
        yield seen(
            candidate.host,
            "The interface kube-ipvs0 exists, but no kube-proxy runs",
            "It may have left virtual services, which the cluster does not touch",
            "Once Kubernetes is gone for good: ip link delete kube-ipvs0",
        )


def _proxies(owners: Facts) -> list[Facts]:
    """Those that balance by IPVS."""
    return [each for each in owners["processes"] if each["name"] == "kube-proxy"] if owners["kube_interface"] else []


def _vips(cluster: Cluster) -> str:
    return ", ".join(sorted(vip.address for vip in cluster.held_vips))


@error("LVS718", "ldirectord", each=directors)
def ldirectord(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """ldirectord balances a virtual service of the cluster, or will after a reboot.

    Kill it, so that it removes nothing and connections stay, and disable it; or set
    `lvs_cluster.take_over_from: ldirectord`.
    """
    own = _balanced(candidate.report["owners"], cluster)
    if own and "ldirectord" not in cluster.take_over_from:
        yield seen(
            candidate.host,
            f"ldirectord balances {', '.join(own)} on this host, or will after a reboot",
            "It would change what the cluster sets, and remove it when it stops",
            "Kill it, so that it removes nothing and connections stay: systemctl disable ldirectord; systemctl kill "
            f"--signal=KILL ldirectord. {_or_take_over('ldirectord')}",
        )


@advice("LVS719", "other-ldirectord", each=directors)
def other_ldirectord(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """ldirectord balances other virtual services on a director, which the cluster leaves alone.

    Disable and stop it if they are not needed.
    """
    owners = candidate.report["owners"]
    if is_at_work("ldirectord", owners) and not _balanced(owners, cluster) and not _is_taken_over(cluster):
        yield seen(
            candidate.host,
            "ldirectord balances other virtual services on this host",
            "The cluster leaves them alone",
            "If they are not needed: systemctl disable --now ldirectord",
        )


def _balanced(owners: Facts, cluster: Cluster) -> list[str]:
    """What of the cluster ldirectord balances."""
    if not is_at_work("ldirectord", owners):
        return []
    vips = {vip.address for vip in cluster.held_vips}
    return sorted(name for name in {*owners["ldirectord"]} if _address_in(name) in vips)


def _address_in(name: str) -> str:
    """The address of what ldirectord balances, as its file names it, in its one spelling; "" for a firewall mark."""
    try:
        return canonical((name.rpartition(":")[0] or name).strip("[]"))
    except ValueError:
        return ""


@advice("LVS721", "heartbeat", each=directors)
def heartbeat(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """heartbeat runs on a director, and may hold VIPs or start ldirectord.

    Make sure that its haresources has none of them, or disable and stop it if it is not needed; or set
    `lvs_cluster.take_over_from: [heartbeat, ldirectord]`.
    """
    if is_at_work("heartbeat", candidate.report["owners"]) and "heartbeat" not in cluster.take_over_from:
        yield seen(
            candidate.host,
            "heartbeat runs on this host, or will after a reboot",
            "It must hold no VIP of the cluster and start no ldirectord",
            "Look into /etc/ha.d/haresources; if it is not needed: systemctl disable --now heartbeat. "
            f"{_or_take_over('[heartbeat, ldirectord]')}",
        )


@error("LVS722", "heartbeat-watchdog", each=directors)
def heartbeat_watchdog(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """heartbeat, from which the cluster is to take over, has the host reset when it is killed (`watchdog` in ha.cf).

    Take the line `watchdog` out of ha.cf and restart heartbeat on the director without VIPs first.
    """
    owners = candidate.report["owners"]
    device = owners.get("watchdog", "")
    if device and "heartbeat" in cluster.take_over_from and is_at_work("heartbeat", owners):
        yield seen(
            candidate.host,
            f"heartbeat has the host reset by {device} when it dies",
            "To take over from it, the roll-out has to kill it: a normal stop would remove the VIPs",
            "Take the line watchdog out of /etc/ha.d/ha.cf and restart heartbeat, first on the director without VIPs",
        )


@error("LVS723", "ldirectord-shared", each=directors)
def ldirectord_shared(candidate: Candidate, cluster: Cluster) -> Iterator[Note]:
    """ldirectord, from which the cluster is to take over, balances virtual services too that the cluster has not.

    Import those as well, or give them to another program first: nobody would check their real servers any more.
    """
    owners = candidate.report["owners"]
    own = _balanced(owners, cluster)
    others = sorted({*owners["ldirectord"]} - {*own})
    if own and others and _is_taken_over(cluster):
        yield seen(
            candidate.host,
            f"ldirectord also balances {', '.join(others)}, which is not in the definition",
            "When the cluster takes over from ldirectord, nobody checks those real servers any more",
            "Add these services to lvs_services, or take them out of ldirectord.cf first",
        )


def _is_taken_over(cluster: Cluster) -> bool:
    return "ldirectord" in cluster.take_over_from
