# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether directors still hear each other while they change from one configuration to the next. Pure. Private.

A director takes no advertisement that differs from its own configuration in one of these words: vrrp_check_packet() and
vrrp_in_chk() in keepalived's vrrp.c. So the first director that reads such a change no longer hears the master,
and would hold the VIPs beside it until the master has read it too.
"""

from __future__ import annotations

from typing import FrozenSet, Iterable, List, Optional, Tuple

from .managed import Block, blocks

# Lines of an instance, and of the blocks within it, by which advertisements are sent and taken.
_OF_INSTANCE = (
    *("interface", "use_vmac", "virtual_router_id", "version", "advert_int", "unicast_src_ip", "authentication"),
    *("unicast_peer", "virtual_ipaddress", "mcast_src_ip", "check_unicast_src"),
)
_OF_ALL = ("vrrp_version", "vrrp_mcast_group4", "vrrp_mcast_group6", "vrrp_check_unicast_src", "vrrp_strict")
Lines = FrozenSet[Tuple[str, ...]]


def breaks_hearing(before: Optional[str], after: str) -> bool:
    """Return whether a director with the second text does not hear those that have the first one.

    before: None where a director has no configuration yet; what the others have is not known then. One without an
    instance needs to hear nobody, and nobody hears one that has none now.
    """
    if before is None:
        return bool(_hearing(after))
    return _hearing(before) != _hearing(after)


def _hearing(text: str) -> FrozenSet[Lines]:
    """Return what counts, of each instance; the names of instances are a director's own matter."""
    top = blocks(text)
    of_all = [line for block in top if block.words == ["global_defs"] for line in _lines(block.body, _OF_ALL)]
    instances = (block for block in top if block.words[0] == "vrrp_instance")
    return frozenset(frozenset([*_lines(instance.body, _OF_INSTANCE), *of_all]) for instance in instances)


def _lines(body: Iterable[Block], words: Iterable[str]) -> List[Tuple[str, ...]]:
    """Return the lines that begin with one of these words, those in their braces with the word before them."""
    found: List[Tuple[str, ...]] = []
    for block in body:
        if block.words[0] in words:
            found += [(block.words[0], *line.words) for line in block.body] or [tuple(block.words)]
    return found
