# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How hosts differ from the definition: network, packet filter, files for the next boot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from ...module_utils._places import ANNOUNCER_UNIT
from .._operate.planned import entries
from .._rules.rule import ROLL_OUT, Note, advice, error, seen, whole
from .examined import Examined, Facts, each_director, each_host, roll_out
from .sync import do_not_meet

_PARTS = ("network", "filter", "timeouts", "sync_daemon", "announcer", "bgp")
_UNIT_OF_FILES = "lvs.service"


@error("LVS811", "vip-missing", each=each_host, mended_by=ROLL_OUT)
def vip_missing(examined: Examined, host: str) -> Iterator[Note]:
    """A real server lacks a VIP, so it drops what directors send it.

    Add the address, or roll the host out again where it would answer ARP for it.
    """
    silencing = [*examined.differences(host, "filter"), *_sysctls(examined, host, "arp_ignore")]
    for entry in _missing_vips(examined, host):
        yield seen(
            host,
            f"It lacks {entry['name']}",
            "A real server must accept the VIP, or it drops what the director sends it",
            roll_out(host) if silencing else f"ip address add {' dev '.join(entry['name'].split(' on '))}",
        )


@error("LVS812", "rp-filter", each=each_host, mended_by=ROLL_OUT)
def rp_filter(examined: Examined, host: str) -> Iterator[Note]:
    """The reverse path filter of a host drops packets of the cluster.

    Set the sysctl, or roll the host out again.
    """
    for entry in _sysctls(examined, host, "rp_filter"):
        name, wanted = entry["name"], entry["after"]["value"]
        yield seen(
            host,
            f"{name} is {entry.get('before', {}).get('value', 'not there')}",
            f"It must be {wanted}, or the kernel drops packets whose answers leave by another interface",
            f"sysctl -w {name}={wanted}",
        )


@error("LVS813", "network-differs", each=each_host, mended_by=ROLL_OUT)
def network_differs(examined: Examined, host: str) -> Iterator[Note]:
    """The network of a host, its packet filter, the timeouts and sync daemons of IPVS, or what announces its VIPs, is
    not what the cluster needs of it.

    Roll the host out again; lvs.cluster.drift shows what differs.
    """
    told = [*_told_elsewhere(examined, host)]
    entries = [entry for part in _PARTS for entry in examined.differences(host, part) if entry not in told]
    if entries:
        words = [f"{entry['kind']} {entry['name']}" for entry in entries]
        yield seen(
            host,
            f"It differs from the definition in {', '.join(words)}",
            "It must be what the definition asks for",
            roll_out(host),
            extent=len(entries),
        )


@advice(
    "LVS814",
    "mtu-smaller",
    each=each_host,
    unmended="The MTU of an interface belongs to its network, and the cluster does not set it.",
)
def mtu_smaller(examined: Examined, host: str) -> Iterator[Note]:
    """A real server accepts only shorter packets than the director sends, so long ones get lost.

    Give both interfaces the same MTU.
    """
    own = _mtu(examined, host)
    if host in examined.cluster.director_hosts or own is None:
        return
    for director in sorted(examined.directors):
        theirs = _mtu(examined, director)
        if theirs is not None and own[1] < theirs[1]:
            yield seen(
                host,
                f"Its interface {own[0]} has an MTU of {own[1]}, that of {director} ({theirs[0]}) has {theirs[1]}",
                "It must take packets as long as the director sends; longer ones get lost",
                f"ip link set {own[0]} mtu {theirs[1]}",
            )
            return


@error("LVS831", "boot-differs", each=each_host, mended_by=ROLL_OUT)
def boot_differs(examined: Examined, host: str) -> Iterator[Note]:
    """The files that a host loads at boot differ from the definition, so a reboot would change the host.

    Roll the host out again, which writes them.
    """
    parts = examined.compared.get(host, {})
    differing = [part for part in parts if any(True for _entry in examined.differences(host, part))]
    files = [
        diff["after_header"]
        for name, part in parts.items()
        if name not in ("configuration", *differing)
        for diff in part.get("diff", ())
        if diff["after_header"].startswith("/")
    ]
    if files:
        yield seen(
            host,
            f"{', '.join(files)} {'differs' if len(files) == 1 else 'differ'} from the definition",
            "They must be what the definition asks for, or a reboot changes the host",
            roll_out(host),
            extent=len(files),
        )


@error("LVS832", "configuration-differs", each=each_director, mended_by=ROLL_OUT)
def configuration_differs(examined: Examined, host: str, _report: Facts) -> Iterator[Note]:
    """keepalived.conf on a director differs from the definition.

    Roll the cluster out again; lvs.cluster.drift shows what differs.
    """
    part = examined.compared.get(host, {}).get("configuration", {})
    if part.get("changed"):
        yield seen(
            host,
            "/etc/keepalived/keepalived.conf differs from the definition",
            "It must be what the definition asks for, or keepalived does something else",
            "ansible-playbook lvs.cluster.site # lvs.cluster.drift shows what differs",
            extent=max(1, sum(_differing_lines(diff["before"], diff["after"]) for diff in part.get("diff", ()))),
        )


@error("LVS833", "not-at-boot", each=each_host, mended_by=ROLL_OUT)
def not_at_boot(examined: Examined, host: str) -> Iterator[Note]:
    """A unit that the cluster needs is not started at boot.

    Enable it.
    """
    units = examined.reports[host].get("owners", {}).get("units", {})
    wanted = []
    if host in examined.cluster.director_hosts and examined.cluster.uses_keepalived:
        wanted.append("keepalived.service")
    if host in examined.cluster.director_hosts and examined.cluster.announces:
        wanted.append(ANNOUNCER_UNIT)
    if _UNIT_OF_FILES in units:
        wanted.append(_UNIT_OF_FILES)
    for name in wanted:
        if not units.get(name, {}).get("at_boot"):
            yield seen(
                host,
                f"{name} is not enabled",
                "It must be, or it is not started after a reboot",
                f"systemctl enable {name}",
            )


@error("LVS881", "host-twice", each=whole, unmended="Only a change of the inventory mends it.")
def host_twice(examined: Examined) -> Iterator[Note]:
    """Two names in the inventory are the same host, which is set up twice and counted twice.

    Correct the address of one of them.
    """
    identities = {host: report.get("health", {}).get("identity") for host, report in examined.reports.items()}
    for one, other in combinations(sorted(identities), 2):
        if identities[one] and identities[one] == identities[other]:
            yield seen(
                f"{one}, {other}",
                "Both are the same host: boot ID, network namespace and MAC addresses are equal",
                "Each name in the inventory must stand for a different host",
                "Correct ansible_host (or ansible_port) of one of them",
            )


@error("LVS891", "not-examined", each=whole, unmended="Nothing is known of the host, so nothing is changed there.")
def not_examined(examined: Examined) -> Iterator[Note]:
    """A host could not be examined or compared with the definition, so nothing is known about it.

    Do what the message says, and run the doctor again.
    """
    for host, reason in sorted(examined.unread.items()):
        yield seen(
            host,
            f"It could not be examined: {reason}",
            "Every host must be looked at; what is wrong there is not known",
            f"ansible {host} -b -m ansible.builtin.ping",
        )
    for host, parts in sorted(examined.compared.items()):
        for name, part in parts.items():
            reason = "; ".join(part.get("refused", ())) or part.get("unread", "")
            if reason:
                yield seen(
                    host,
                    f"Its {name} could not be compared: {reason}",
                    "Every part must be compared; what differs there is not known",
                )


def _differing_lines(before: str, after: str) -> int:
    """In how many lines two texts differ."""
    lines = [Counter(text.splitlines()) for text in (before, after)]
    return max((lines[0] - lines[1]).total(), (lines[1] - lines[0]).total())


def _missing_vips(examined: Examined, host: str) -> list[Facts]:
    """What a real server would get of the addresses that directors hold."""
    plan = examined.compared.get(host, {}).get("network", {}).get("plan", {})
    added = [entry for entry in entries(plan.get("added", ())) if entry["kind"] == "address"]
    vips = {*examined.vips}
    return [entry for entry in added if entry["name"].partition("/")[0] in vips]


def _sysctls(examined: Examined, host: str, ending: str) -> list[Facts]:
    found = examined.differences(host, "network", "sysctl")
    return [entry for entry in found if entry["name"].endswith(ending) and "after" in entry]


def _told_elsewhere(examined: Examined, host: str) -> Iterator[Facts]:
    """Differences that other codes report: of a real server that answers for a VIP, also its ARP sysctls (LVS803);
    units that do not run, or not after a reboot (LVS823, LVS833); all that a program for BGP lacks that does not run
    (LVS822); sync daemons that do not meet (LVS861).
    """
    if do_not_meet(examined):
        yield from examined.differences(host, "sync_daemon")
    yield from examined.differences(host, "announcer", "unit")
    speaks = (examined.reports[host].get("bgp") or {}).get("sessions")
    yield from examined.differences(host, "bgp", "unit" if speaks else None)
    yield from _missing_vips(examined, host)
    yield from _sysctls(examined, host, "rp_filter")
    macs = {*examined.reports[host]["hardware_addresses"].values()}
    if any(macs & examined.answering(vip) for vip in examined.vips):
        for ending in ("arp_ignore", "arp_announce"):
            yield from _sysctls(examined, host, ending)


def _mtu(examined: Examined, host: str) -> tuple[str, int] | None:
    """The interface of a host's own address in the cluster, and its MTU."""
    report = examined.reports[host]
    cluster = examined.cluster
    own = (
        cluster.director(host).addresses
        if host in cluster.director_hosts
        else [each.address for service in cluster.services for each in service.all_servers if each.host == host]
    )
    for address in own:
        name = report["interfaces"].get(address)
        mtu = report.get("health", {}).get("mtus", {}).get(name)
        if mtu is not None:
            return name, mtu
    return None
