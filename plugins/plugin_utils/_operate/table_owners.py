# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who else loads, flushes or owns a director's virtual-server table, and how that ends: facts in, sentences out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Facts = Mapping[str, Any]

CONFIGURATION = "/etc/keepalived/keepalived.conf"
IPVSADM, KEEPALIVED = "ipvsadm.service", "keepalived.service"
# The options of keepalived with a value (main.c): of the short ones, those that may stand apart from it.
_WITH_VALUE = "fpiusSrcbA"
_LONG = {"vrrp": "P", "check": "C", "use-file": "f", "namespace": "s", "config-id": "i", "pid": "p"}


class Finding(NamedTuple):
    """fatal: the cluster's services would be taken away, or would never come."""

    fatal: bool
    text: str


def table_owners(facts: Facts, engine: str, vips: Iterable[str]) -> dict[str, list[str]]:
    """What a roll-out refuses (errors) and what it only says (advice). facts: as host_info returns them."""
    found = [
        *_ipvsadm(facts),
        *_kube_proxy(facts, vips),
        *_ldirectord(facts, frozenset(vips)),
        *_heartbeat(facts),
        *(_keepalived(facts) if engine == "keepalived" else ()),
    ]
    return {
        "errors": [finding.text for finding in found if finding.fatal],
        "advice": [finding.text for finding in found if not finding.fatal],
    }


def _ipvsadm(facts: Facts) -> Iterator[Finding]:
    unit, settings = facts["units"].get(IPVSADM), facts["ipvsadm"]
    if not unit:
        return
    if "AUTO" in settings:  # Debian's script, which does nothing of itself
        if settings["AUTO"] == "true" and unit["at_boot"]:
            yield Finding(
                True,
                f"{IPVSADM} empties the table of virtual services at each boot and whenever it stops, and loads "
                'what is in /etc/ipvsadm.rules. First set AUTO="false" in /etc/default/ipvsadm, since stopping the '
                "unit would empty the table now; then: systemctl disable --now ipvsadm",
            )
    elif unit["at_boot"]:
        yield Finding(
            True,
            f"{IPVSADM} loads virtual services of its own at each boot, and empties the table when it stops or is "
            "restarted, as an update does. Disable it, and do not stop it, which would empty the table now: "
            "systemctl disable ipvsadm",
        )
    elif unit["active"]:
        yield Finding(
            False,
            f"{IPVSADM} is not started at boot any more, but still active: it empties the table of virtual services "
            "when it is stopped or restarted. It ends by itself with the next reboot; leave it alone until then",
        )
    if settings.get("DAEMON", "none") not in ("", "none") and unit["at_boot"]:
        yield Finding(
            False,
            f"{IPVSADM} starts a sync daemon ({settings['DAEMON']}) at each boot. lvs_cluster.sync_daemon does so for "
            'the cluster; set DAEMON="none" in /etc/default/ipvsadm',
        )


def _kube_proxy(facts: Facts, vips: Iterable[str]) -> Iterator[Finding]:
    proxies = [process for process in facts["processes"] if process["name"] == "kube-proxy"]
    if not facts["kube_interface"]:
        return
    if not proxies:
        yield Finding(
            False,
            "The interface kube-ipvs0 exists, but no kube-proxy runs: it may have left virtual services, which the "
            "cluster does not touch. Once Kubernetes is gone for good: ip link delete kube-ipvs0",
        )
    elif all(process.get("excludes") for process in proxies):
        yield Finding(
            False,
            "kube-proxy balances by IPVS on this host too. Make sure that its excludeCIDRs have all VIPs of the "
            f"cluster, since it removes every other virtual service: {', '.join(sorted(vips))}",
        )
    else:
        yield Finding(
            True,
            "kube-proxy balances by IPVS on this host, and removes every virtual service that is not its own. Exclude "
            f"the VIPs (--ipvs-exclude-cidrs, or ipvs.excludeCIDRs in its configuration: {', '.join(sorted(vips))}) "
            "and restart it, let it work in another mode, or use a host without Kubernetes as director",
        )


def _ldirectord(facts: Facts, vips: frozenset[str]) -> Iterator[Finding]:
    if not _at_work(facts, "ldirectord"):
        return
    own = sorted({name for name in facts["ldirectord"] if re.sub(r":[^:]*$", "", name).strip("[]") in vips})
    if own:
        yield Finding(
            True,
            f"ldirectord balances {', '.join(own)} on this host, or will after a reboot: it would change what the "
            "cluster sets, and remove it when it stops. Kill it, so that it removes nothing and connections stay: "
            "systemctl disable ldirectord; systemctl kill --signal=KILL ldirectord",
        )
    else:
        yield Finding(
            False,
            "ldirectord balances other virtual services on this host, which the cluster leaves alone. If nobody needs "
            "them: systemctl disable --now ldirectord",
        )


def _heartbeat(facts: Facts) -> Iterator[Finding]:
    if _at_work(facts, "heartbeat"):
        yield Finding(
            False,
            "heartbeat runs on this host: make sure that /etc/ha.d/haresources gives it no VIP of the cluster and no "
            "ldirectord. If nobody needs it: systemctl disable --now heartbeat",
        )


def _at_work(facts: Facts, name: str) -> bool:
    unit = facts["units"].get(f"{name}.service", {"active": False, "at_boot": False})
    return unit["active"] or unit["at_boot"] or any(process["name"] == name for process in facts["processes"])


def _keepalived(facts: Facts) -> Iterator[Finding]:
    unit = facts["units"].get(KEEPALIVED)
    if unit:
        yield from _arguments(unit["arguments"])
    for process in facts["processes"]:
        if process["name"] == "keepalived" and process["process"] != (unit or {}).get("process"):
            words = " ".join(process["arguments"])
            if "p" in options(process["arguments"]):
                yield Finding(
                    False,
                    f"Another keepalived runs on this host (process {process['process']}: {words}). Make sure that it "
                    "has none of the cluster's VIPs, services and virtual routers",
                )
            else:
                yield Finding(
                    True,
                    f"A keepalived that {KEEPALIVED} has not started runs on this host (process {process['process']}: "
                    f"{words or 'without options'}); while it runs, no other one starts. Stop it: "
                    f"kill {process['process']}",
                )


def _arguments(words: Sequence[str]) -> Iterator[Finding]:
    given = options(words)
    place = (
        f"{KEEPALIVED} starts keepalived with the options {' '.join(words)}; they are in DAEMON_ARGS in "
        "/etc/default/keepalived, in KEEPALIVED_OPTIONS in /etc/sysconfig/keepalived, or in the unit "
        "(systemctl cat keepalived)."
    )
    file = given.get("f", CONFIGURATION)
    if file != CONFIGURATION:
        yield Finding(True, f"keepalived would read {file}, and not {CONFIGURATION}. {place} Remove -f there")
    if "P" in given and "C" not in given:
        yield Finding(True, f"keepalived would hold the VIPs and balance nothing. {place} Remove -P there")
    if "C" in given and "P" not in given:
        yield Finding(True, f"keepalived would balance and hold no VIP. {place} Remove -C there")
    if "s" in given:
        yield Finding(
            True, f"keepalived would work in the network namespace {given['s']}, not here. {place} Remove -s there"
        )


def options(words: Sequence[str]) -> dict[str, str]:
    """The options of keepalived by their short names, with their values; of long ones those that matter here."""
    found: dict[str, str] = {}
    waiting = ""
    for word in words:
        if waiting:
            found[waiting], waiting = word, ""
        elif word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            short = _LONG.get(name, name)
            found[short] = value
            waiting = short if short in _WITH_VALUE and not equals else ""
        elif word.startswith("-"):
            waiting = _cluster(word[1:], found)
    return found


def _cluster(letters: str, found: dict[str, str]) -> str:
    """Note the options of one word, such as -DP or -f/etc/file; return the one whose value is the next word."""
    for place, letter in enumerate(letters):
        if letter in _WITH_VALUE:
            found[letter] = letters[place + 1 :]
            return "" if found[letter] else letter
        found[letter] = ""
    return ""
