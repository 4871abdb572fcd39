# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host's own units that flush its packet filters, and drop-ins by which what is ours survives them. Pure. Private.

They flush when they start, are reloaded and stop, as at the end of the system while the network is still up: no real
server may answer ARP for a VIP then.
"""

from __future__ import annotations

from typing import Dict, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

from . import arptables, iptables
from .model import ARPTABLES, IPTABLES, NFTABLES

HEADER = "# Written by lvs.cluster, as a whole: what it has in the packet filter survives this unit.\n[Service]\n"
# Unit -> the tools whose rules it flushes. `flush ruleset` takes what the nft variants of iptables and arptables have
# too. netfilter-persistent is Debian's, where iptables.service may be another name of it; the last three are Red Hat's.
# A drop-in for a unit that is not there does nothing, and works when it comes. Each about iptables has both families:
# where two names are one unit, systemd reads one of the files with the same name.
UNITS: Dict[str, Tuple[str, ...]] = {
    "nftables.service": (NFTABLES, IPTABLES, ARPTABLES),
    "netfilter-persistent.service": (IPTABLES,),
    "iptables.service": (IPTABLES,),
    "ip6tables.service": (IPTABLES,),
    "arptables.service": (ARPTABLES,),
}
# It has nothing to reload, and a drop-in must not make it look as if it had.
WITHOUT_RELOAD = ("netfilter-persistent.service",)
FAMILY_OF = {"filter.iptables": "ipv4", "filter.ip6tables": "ipv6"}


class Programs(NamedTuple):
    """Whole paths. iptables: by family."""

    nft: str
    iptables: Mapping[str, str]
    arptables: str


class BootFile(NamedTuple):
    """A file for the next boot. load: the command that loads it."""

    path: str
    content: str
    load: str


def drop_in(unit: str, files: Mapping[str, BootFile], programs: Programs) -> Optional[str]:
    """Return the drop-in of a unit, None where it flushes nothing of ours. files: those that there are, by name."""
    lines = [line for tool in UNITS[unit] for line in _LINES[tool](unit, files, programs)]
    return HEADER + "".join(f"{line}\n" for line in lines) if lines else None


def _nftables(_unit: str, files: Mapping[str, BootFile], programs: Programs) -> Iterator[str]:
    """The stop is one transaction. firewall.nft has openings in the host's own tables, which are gone with these."""
    if "filter.nft" in files:
        path = files["filter.nft"].path
        yield f"ExecStartPost=-{programs.nft} -f {path}"
        yield f"ExecReload=-{programs.nft} -f {path}"
        yield "ExecStop="
        yield f'ExecStop={programs.nft} "flush ruleset; include \\"{path}\\""'


def _iptables(unit: str, files: Mapping[str, BootFile], programs: Programs) -> Iterator[str]:
    commands = []
    for name, family in FAMILY_OF.items():
        if name in files:
            program = programs.iptables[family]
            # The unit may have left the jumps, or have restored them: each is there once afterwards.
            jumps = iptables.jumps(files[name].content.splitlines())
            commands += [f"{program} --wait 10 -t {table} -D {words}" for table, words in jumps]
            commands.append(files[name].load)
    yield from _each(unit, commands)


def _arptables(unit: str, files: Mapping[str, BootFile], programs: Programs) -> Iterator[str]:
    if "filter.arptables" in files:
        cleared = arptables.clearing(files["filter.arptables"].content.splitlines())
        yield from _each(
            unit, [*(f"{programs.arptables} {words}" for words in cleared), files["filter.arptables"].load]
        )


def _each(unit: str, commands: Sequence[str]) -> Iterator[str]:
    """The commands after each of the unit's own; none that fails keeps the next, or the unit, from its work."""
    moments = ("ExecStartPost", "ExecReload", "ExecStopPost")
    for moment in moments if unit not in WITHOUT_RELOAD else moments[::2]:
        yield from (f"{moment}=-{command.lstrip('-')}" for command in commands)


_LINES = {NFTABLES: _nftables, IPTABLES: _iptables, ARPTABLES: _arptables}
