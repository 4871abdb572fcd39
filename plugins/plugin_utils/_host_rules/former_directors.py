# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who was a director until now, and would take the VIPs once nobody advertises to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .._rules.rule import Note, error, seen


@dataclass(frozen=True)
class FormerPeers:
    """host: a director. peers: those to which it has advertised until now and which are no longer directors.

    outsiders: the addresses of hosts of the inventory that are in no cluster. gone: what the operator has stopped, by
    name or address.
    """

    host: str
    peers: Sequence[str]
    outsiders: Mapping[str, Collection[str]] = field(default_factory=dict)
    gone: Collection[str] = ()


def remaining(former: FormerPeers) -> Iterator[tuple[str, str, str]]:
    """Each peer that may still run, with its name in the inventory, "" where it has none."""
    for peer in former.peers:
        name = next((each for each, addresses in sorted(former.outsiders.items()) if peer in addresses), "")
        if not {peer, name} & {*former.gone}:
            yield former.host, peer, name


@error("LVS753", "former-director", each=remaining)
def former_director(host: str, peer: str, name: str) -> Iterator[Note]:
    """A host that is no longer a director was one by unicast until now, and may still run keepalived.

    Stop its keepalived or take the cluster off it, and run again with `-e gone_directors=` and its name.
    """
    stop = f"take the cluster off it (lvs.cluster.remove --limit {name})" if name else "stop its keepalived"
    yield seen(
        host,
        f"It has advertised to {peer}{f' ({name})' if name else ''} until now, which is no longer a director",
        "After this run that would hear no advertisements and take the VIPs while another director holds them",
        f"First {stop}, or make sure that it is down; then run again with -e gone_directors={name or peer}. If it is a "
        "director whose address has changed, run the playbook for all directors",
    )
