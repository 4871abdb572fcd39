# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts answer for the VIPs on the wire."""

from __future__ import annotations

from collections.abc import Iterator

from .._rules.rule import ROLL_OUT, Note, advice, error, seen
from .examined import Examined, each_vip


@error(
    "LVS801",
    "foreign-answer",
    each=each_vip,
    unmended="Only somebody who knows the network can say which host must stop answering.",
)
def foreign_answer(examined: Examined, vip: str) -> Iterator[Note]:
    """A host answers ARP or neighbour solicitations for a VIP that it must not have.

    Find the host by its MAC address in the tables of the switches, and remove the address there.
    """
    known, holders = examined.hosts_of_macs, examined.holders(vip)
    for mac in sorted(examined.answering(vip)):
        host = known.get(mac)
        if host is None or (host in examined.cluster.director_hosts and host not in holders):
            who = f"{host}, a director that does not have the VIP" if host else "no host of this cluster"
            yield seen(
                host or ", ".join(holders) or "no director",
                f"The MAC address {mac} answers for {vip}; it belongs to {who}",
                "Only a director that has the VIP may answer; clients reach one or the other by chance",
                f"arping -D -I INTERFACE {vip} # on a host of that network; then remove the address from who answers",
            )


@error("LVS802", "nobody-answers", each=each_vip, unmended="Why nobody answers is not known.")
def nobody_answers(examined: Examined, vip: str) -> Iterator[Note]:
    """Nobody answers ARP or neighbour solicitations for a VIP.

    Bring a director back, or look at what keeps the one that has it from answering: arp_ignore, a firewall, the switch.
    """
    holders = examined.holders(vip)
    asked = [host for host in examined.answers(vip) if host not in holders]
    if asked and not examined.answering(vip):
        have = "has" if len(holders) <= 1 else "have"
        who = f"{' and '.join(holders) or 'no director'} {have} it"
        yield seen(
            ", ".join(holders) or ", ".join(examined.cluster.director_hosts),
            f"{', '.join(asked)} asked for {vip}, and nobody answered; {who}",
            "A director that has the VIP must answer, or no client of that network reaches it",
            "sysctl -a | grep arp_ignore; nft list ruleset"
            if holders
            else "systemctl status keepalived; journalctl -u keepalived",
        )


@error("LVS803", "real-server-answers", each=each_vip, mended_by=ROLL_OUT)
def real_server_answers(examined: Examined, vip: str) -> Iterator[Note]:
    """A real server answers ARP or neighbour solicitations for a VIP, and takes clients away from the director.

    Roll the host out again; it sets what keeps a real server silent.
    """
    known = examined.hosts_of_macs
    for host in sorted({known[mac] for mac in examined.answering(vip) if mac in known}):
        if host not in examined.cluster.director_hosts:
            yield seen(
                host,
                f"It answers for {vip}",
                "A real server must accept the VIP and never answer for it",
                f"ansible-playbook lvs.cluster.site --limit {host}",
            )


@advice("LVS809", "not-asked", each=each_vip, unmended="Somebody in that network has to ask.")
def not_asked(examined: Examined, vip: str) -> Iterator[Note]:
    """No host could ask who answers for a VIP on its network, so this was not checked.

    Ask from a client of that network.
    """
    holders = examined.holders(vip)
    if not [host for host in examined.answers(vip) if host not in holders]:
        yield seen(
            ", ".join(holders) or "no director",
            f"No other host of this cluster that could be examined is in the network of {vip}",
            "Somebody in its network must ask; who answers for it is not known",
            f"arping -c 3 {vip} # on a client of that network",
        )
