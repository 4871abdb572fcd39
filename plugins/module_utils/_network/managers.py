# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may manage a host's network, each in a file of its own, and the files by which it leaves the cluster's alone.

Pure. Private to the collection.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, NamedTuple, Optional, Tuple

from . import ifupdown, network_manager, networkd
from .model import Network
from .networkd import Networkd

# Those that run scripts, by the program that a host has where it has them.
WITH_SCRIPTS = {provider.PROGRAM: provider for provider in (network_manager, ifupdown)}


class Managers(NamedTuple):
    """Who may manage the network of a host.

    programs: those of WITH_SCRIPTS that are there. networkd: whether it runs. drop_ins: all that it may get, or has, of
    ours.
    """

    programs: FrozenSet[str]
    networkd: bool
    drop_ins: Tuple[str, ...]

    @property
    def paths(self) -> Tuple[str, ...]:
        """Return all files that may be ours: also of who is not there any more."""
        scripts = (path for provider in WITH_SCRIPTS.values() for path in provider.PATHS)
        return (networkd.CONF, *self.drop_ins, *scripts)


def files(managers: Managers, settings: Optional[Networkd], own: Network, batch: str) -> Dict[str, str]:
    """Return the files of ours that all these are to have. own: what the cluster has set. batch: its file for ip(8)."""
    found = {**networkd.files(settings, own)} if settings else {}
    if own.addresses or own.routes or own.rules:
        for program in sorted(managers.programs):
            found.update(WITH_SCRIPTS[program].files(batch))
    return found
