# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which director is master, and what keeps directors from hearing each other."""

from __future__ import annotations

from collections.abc import Iterator

from .._rules.rule import Note, error, seen, whole
from .examined import Examined


@error(
    "LVS821",
    "split-brain",
    each=whole,
    unmended="One director has to give the VIPs up, and which one is for you to say.",
)
def split_brain(examined: Examined) -> Iterator[Note]:
    """Several directors have a VIP at the same time: they do not hear each other.

    The finding names the cause where it is known: another virtual router, password or version, or nothing heard.
    """
    if not examined.cluster.moves_vips:
        return
    held = {vip: examined.holders(vip) for vip in examined.vips}
    twice = {vip: hosts for vip, hosts in held.items() if len(hosts) > 1}
    if twice:
        hosts = sorted({host for both in twice.values() for host in both})
        cause, fix = _cause(examined, hosts)
        are = "is" if len(twice) == 1 else "are"
        yield seen(
            ", ".join(hosts),
            f"{', '.join(twice)} {are} on {' and '.join(hosts)} at the same time; {cause}",
            "One director at a time must have a VIP",
            fix,
        )


def _cause(examined: Examined, hosts: list[str]) -> tuple[str, str]:
    """Why directors do not hear each other, and what to do."""
    numbers = {host: _routers(examined, host, "virtual_router_id") for host in hosts}
    if len(set(numbers.values())) > 1:
        words = [f"{host} has {', '.join(map(str, found))}" for host, found in numbers.items()]
        return f"their virtual router IDs differ: {'; '.join(words)}", "ansible-playbook lvs.cluster.site"
    for host in hosts:
        refused = (examined.reports[host].get("journal") or {}).get("refused")
        if refused:
            return (
                f"keepalived on {host} refuses what it hears: {refused['text']}",
                "ansible-playbook lvs.cluster.site # gives all the same password, version and addresses",
            )
    versions = {heard["version"] for host in hosts for heard in examined.reports[host].get("heard", ())}
    if len(versions) > 1:
        return f"they advertise by versions {sorted(versions)} of VRRP", "ansible-playbook lvs.cluster.site"
    deaf = [host for host in hosts if not examined.reports[host].get("heard")]
    return (
        f"{' and '.join(deaf)} {'hears' if len(deaf) == 1 else 'hear'} no advertisement on the wire"
        if deaf
        else "advertisements arrive at all of them, but a packet filter may drop them there"
    ), "nft list ruleset | grep -i -e vrrp -e 112; tcpdump -ni INTERFACE proto 112"


def _routers(examined: Examined, host: str, word: str) -> tuple[object, ...]:
    return tuple(sorted(router[word] for router in examined.reports[host]["virtual_routers"]))
