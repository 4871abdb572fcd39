# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the hosts of a cluster look like, and how far they differ from what they looked like before the roll-out."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ansible_collections.lvs.cluster.molecule.conftest import PROJECT, Lab

SCRIPT = PROJECT / "molecule" / "common" / "snapshot.sh"
Snapshot = dict[str, list[str]]  # what is looked at -> its lines, sorted

# What is another one each time: the numbers of interfaces, comments with the time, counters.
ACCIDENTAL = re.compile(r"^\d+: |^#.*|\[\d+:\d+\]")
# The differences that a removed cluster may leave, as "what: + line", each with its reason; or "what: - line", where a
# scenario before on the same machines has left it, and the reboot has taken it.
ALLOWED = {
    r"(links|sysctls): [+-] .*\b(tunl0|gre0|gretap0|erspan0|sit0|ip6tnl0|ip6gre0)\b": (
        "a kernel module stays loaded, and its device for everything that no other tunnel takes with it"
    ),
    r"sysctls: [+-] /proc/sys/net/(ipv4/vs/|netfilter/|bridge/|nf_conntrack_max)": (
        "a kernel module stays loaded, and its settings with it"
    ),
    r"sysctls: [+-] /proc/sys/net/netfilter/nf_conntrack_count:": "a counter",
    r"(nftables|iptables|ip6tables|arptables): [+-] (table|chain|type|\}|\*|:|COMMIT)": (
        "the built-in tables and chains that iptables and arptables make for themselves when they are first used"
    ),
}


def take(lab: Lab) -> dict[str, Snapshot]:
    """host -> snapshot, of every host of the cluster."""
    program = SCRIPT.read_text(encoding="utf-8")
    with ThreadPoolExecutor() as pool:
        printed = pool.map(lambda host: lab.program(host, ["sh", "-s"], program), lab.hosts)
        return dict(zip(lab.hosts, map(parse, printed), strict=True))


def parse(printed: str) -> Snapshot:
    parts = (part.splitlines() for part in re.split("^== ", printed, flags=re.MULTILINE)[1:])
    return {what: sorted(filter(None, (ACCIDENTAL.sub("", line).strip() for line in lines))) for what, *lines in parts}


def keep(lab: Lab, snapshots: dict[str, Snapshot]) -> None:
    _kept(lab).parent.mkdir(parents=True, exist_ok=True)
    _kept(lab).write_text(json.dumps(snapshots), encoding="utf-8")


def differences(lab: Lab) -> dict[str, list[str]]:
    """host -> how it differs from what was kept, without what is ALLOWED; only hosts that differ."""
    before, now = json.loads(_kept(lab).read_text(encoding="utf-8")), take(lab)
    found = {host: compared(before[host], now[host]) for host in before}
    return {host: lines for host, lines in found.items() if lines}


def compared(before: Snapshot, now: Snapshot) -> list[str]:
    lines = []
    for what in before:
        lines += [f"{what}: - {line}" for line in before[what] if line not in now[what]]
        lines += [f"{what}: + {line}" for line in now[what] if line not in before[what]]
    return [line for line in lines if not any(re.match(pattern, line) for pattern in ALLOWED)]


def _kept(lab: Lab) -> Path:
    return PROJECT / "build" / "snapshots" / f"{lab.scenario}.json"
