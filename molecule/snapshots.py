# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the hosts of a cluster look like, and how far they differ from what they looked like before the roll-out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ansible_collections.lvs.cluster.molecule.conftest import PROJECT, Lab

SCRIPT = PROJECT / "molecule" / "common" / "snapshot.sh"
Snapshot = dict[str, list[str]]  # what is looked at -> its lines, sorted
HOOKS = "(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)"

# What is another one each time: the numbers of interfaces, comments with the time, counters.
ACCIDENTAL = re.compile(r"^\d+: |^#.*|\[\d+:\d+\]")
# The differences that a removed cluster may leave, as "what: + line", each with its reason; or "what: - line", where a
# scenario before on the same machines has left it, and the reboot has taken it.
ALLOWED = {
    r"(links|sysctls): [+-] .*\b(tunl0|gre0|gretap0|erspan0|sit0|ip6tnl0|ip6gre0)\b": (
        "a kernel module stays loaded, and its device for everything that no other tunnel takes with it"
    ),
    r"sysctls: [+-] /proc/sys/net/(netfilter/|bridge/|nf_conntrack_max)": (
        "a kernel module stays loaded, and its settings with it"
    ),
    # As they are when the module is loaded: ip_vs_control_net_init_sysctl() in ip_vs_ctl.c.
    r"sysctls: \+ /proc/sys/net/ipv4/vs/(?!(conn_reuse_mode:[^1]|(conntrack|expire_\w+):[^0]))": (
        "IPVS stays loaded, and its settings with it, those that the cluster changes as they were at first"
    ),
    r"sysctls: - /proc/sys/net/ipv4/vs/": "IPVS was loaded, before the reboot",
    r"sysctls: [+-] /proc/sys/net/ipv4/(tcp_rmem|tcp_wmem|tcp_mem|udp_mem):": (
        "the kernel computes them at boot, from the memory that is free then: tcp_init() in net/ipv4/tcp.c"
    ),
    r"sysctls: [+-] /proc/sys/net/ipv4/ping_group_range:": (
        "keepalived lets its group send pings where it checks by them, and may leave it so: check_ping.c"
    ),
    r"timeouts: [+-] Timeout \(tcp tcpfin udp\): 900 120 300$": "IPVS stays loaded, with its own timeouts",
    rf"nftables: [+-] table (ip|ip6|arp) (filter|nat|mangle|raw)( / chain {HOOKS}( / type .* policy accept;)?)?$": (
        "the built-in tables and chains that iptables and arptables make for themselves when they are first used"
    ),
    r"(modes of files|files): \+ (\w+ +)?/etc/iproute2( d |/rt_addrprotos\.d\b)": (
        "keepalived, since 2.3, names the protocol of its addresses for iproute2 when it starts, and leaves that there"
    ),
    rf"(iptables|ip6tables|arptables): [+-] (\*\w+|COMMIT|:{HOOKS} ACCEPT)$": "the same",
}


def take(lab: Lab, hosts: list[str]) -> dict[str, Snapshot]:
    """host -> snapshot."""
    program = SCRIPT.read_text(encoding="utf-8")
    with ThreadPoolExecutor() as pool:
        printed = pool.map(lambda host: lab.program(host, ["sh", "-s"], program), hosts)
        return dict(zip(hosts, map(parse, printed), strict=True))


def parse(printed: str) -> Snapshot:
    """What the script prints. A line in braces gets what they belong to before it: the chain, the table."""
    parts = (part.splitlines() for part in re.split("^== ", printed, flags=re.MULTILINE)[1:])
    return {
        what: sorted(_out_of_braces(filter(None, (ACCIDENTAL.sub("", line).strip() for line in lines))))
        for what, *lines in parts
    }


def _out_of_braces(lines: Iterable[str]) -> Iterator[str]:
    around: list[str] = []
    for line in lines:
        if line == "}":
            around.pop()
            continue
        yield " / ".join([*around, line.removesuffix(" {")])
        if line.endswith(" {"):
            around.append(line.removesuffix(" {"))


def keep(lab: Lab, snapshots: dict[str, Snapshot]) -> None:
    _kept(lab).parent.mkdir(parents=True, exist_ok=True)
    _kept(lab).write_text(json.dumps(snapshots), encoding="utf-8")


def differences(lab: Lab, hosts: list[str]) -> dict[str, list[str]]:
    """host -> how it differs from what was kept, without what is ALLOWED; only hosts that differ."""
    before, now = json.loads(_kept(lab).read_text(encoding="utf-8")), take(lab, hosts)
    found = {host: compared(before[host], now[host]) for host in hosts}
    return {host: lines for host, lines in found.items() if lines}


def compared(before: Snapshot, now: Snapshot) -> list[str]:
    lines = []
    for what in before:
        then, later = Counter(before[what]), Counter(now[what])
        lines += [f"{what}: - {line}" for line in sorted((then - later).elements())]
        lines += [f"{what}: + {line}" for line in sorted((later - then).elements())]
    return [line for line in lines if not any(re.match(pattern, line) for pattern in ALLOWED)]


def _kept(lab: Lab) -> Path:
    return PROJECT / "build" / "snapshots" / f"{lab.scenario}.json"
