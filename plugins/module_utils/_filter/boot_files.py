# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that load a host's packet-filter rules at the next boot. Private to the collection."""

from __future__ import annotations

import re
from typing import FrozenSet, Optional

from .._files import read_text
from .._programs import find
from . import arptables, iptables, nft_listing, nftables
from .model import ARPTABLES, IPTABLES, NFTABLES, Filter, Rule

HEADER = "# Rules of lvs.cluster; they are its own, and what else is written here goes. Load by hand: {command}\n"

# The files for the next boot, in the order in which they are loaded, and the command that loads each. Openings come
# last, after the host's own firewall; where that has changed, the rest is not to suffer ("-": systemd goes on).
FILES = {
    "filter.nft": "{nft} -f {path}",
    "filter.iptables": "{iptables-restore} --wait 10 --noflush {path}",
    "filter.ip6tables": "{ip6tables-restore} --wait 10 --noflush {path}",
    "filter.arptables": "{xargs} -a {path} -L 1 {arptables}",
    "firewall.nft": "-{nft} -f {path}",
}


def owned_in(folder: str) -> FrozenSet[Rule]:
    """Return the rules that are loaded at the next boot, and so are the cluster's."""
    return frozenset(rule for name in FILES for rule in read_file(name, read_text(f"{folder}/{name}") or ""))


def read_file(name: str, content: str) -> FrozenSet[Rule]:
    """Return the rules that a file for the next boot has."""
    if name.endswith(".nft"):
        return nft_listing.read_files(content)
    if name == "filter.arptables":
        return arptables.read_ruleset(content).rules
    return iptables.read_ruleset("ipv6" if name == "filter.ip6tables" else "ipv4", content).rules


def write_file(name: str, path: str, desired: Filter) -> Optional[str]:
    """Return the text of a file; None where it would have no rule."""
    tools = (NFTABLES, IPTABLES, ARPTABLES)
    rules = {tool: [placed.rule for placed in desired.rules if placed.tool == tool] for tool in tools}
    lines = {
        "filter.nft": lambda: nftables.tables_script(rules[NFTABLES]),
        "filter.iptables": lambda: iptables.script("ipv4", rules[IPTABLES]),
        "filter.ip6tables": lambda: iptables.script("ipv6", rules[IPTABLES]),
        "filter.arptables": lambda: arptables.script(rules[ARPTABLES]),
        "firewall.nft": lambda: nftables.openings_script(rules[NFTABLES], desired.openings),
    }[name]()
    if not lines:
        return None
    # Each line of filter.arptables becomes a command, so there is none to spare for a comment.
    header = "" if name == "filter.arptables" else HEADER.format(command=boot_command(name, path).lstrip("-"))
    return header + "".join(f"{line}\n" for line in lines)


def boot_command(name: str, path: str) -> str:
    """Return the command that loads a file, as systemd takes it."""
    return re.sub(r"\{([a-z6-]+)\}", lambda word: path if word[1] == "path" else find(word[1]), FILES[name])
