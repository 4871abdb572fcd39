# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a host's packet filters and carrying a plan out, by their own tools. Private to the collection."""

from __future__ import annotations

import os
from typing import Dict, FrozenSet, Iterable, List, NamedTuple

from .._change import InvalidInput, Plan
from .._files import read_text, replace_text
from .._modules import may_be_loaded
from .._netlink.address import FAMILIES
from .._programs import find, run
from .._running import read_os_release, systemd_runs
from .._systems import package_of
from . import arptables, closed, firewalld, firewalld_daemon, iptables, nft_listing, nft_words, nftables, ufw
from .model import ARPTABLES, FIREWALLD, IPTABLES, NFTABLES, UFW, Choice, Filter, Placed, Rule, Stray
from .plan import carried_out

# The programs of each tool, all of which it needs.
PROGRAMS = {
    NFTABLES: ("nft",),
    IPTABLES: ("iptables-save", "iptables-restore", "ip6tables-save", "ip6tables-restore"),
    ARPTABLES: ("arptables",),
    FIREWALLD: ("firewall-cmd",),
    UFW: ("ufw", "iptables-save", "iptables-restore", "ip6tables-save", "ip6tables-restore"),
}
# The firewalls that keep openings in files of their own.
KEEPERS = {FIREWALLD: firewalld, UFW: ufw}
# Where the kernel names the tables that the legacy variants have made.
LEGACY_TABLES = {
    "ipv4": "/proc/net/ip_tables_names",
    "ipv6": "/proc/net/ip6_tables_names",
    "arp": "/proc/net/arp_tables_names",
}
_LEGACY_TABLES_OF = {"iptables-save": ("ipv4",), "ip6tables-save": ("ipv6",), "arptables": ("arp",)}
_SAVE = {"ipv4": "iptables-save", "ipv6": "ip6tables-save"}
_RESTORE = {"ipv4": "iptables-restore", "ipv6": "ip6tables-restore"}


class Rulesets(NamedTuple):
    """What each tool lists of what is our own."""

    nft: nft_listing.Ruleset
    iptables: Dict[str, iptables.Ruleset]  # by family
    arptables: arptables.Ruleset
    firewalld: firewalld.Runtime
    ufw: Dict[str, ufw.Runtime]  # by family


def _keeps_something(program: str) -> bool:
    """Say whether a tool can list any rule. To ask one would load modules of the kernel, also in a check."""
    if "legacy" in os.path.basename(os.path.realpath(find(program))):
        return any(map(_legacy_tables, _LEGACY_TABLES_OF[program]))
    return may_be_loaded("nf_tables")


def present(tool: str) -> bool:
    """Say whether this host has a tool."""
    return all(find(program) for program in PROGRAMS[tool])


def legacy_filters() -> List[str]:
    """Return the families whose packets pass a filter table of iptables-legacy, which nft cannot see."""
    return [family for family in FAMILIES if _has_legacy_filter(family)]


def _has_legacy_filter(family: str) -> bool:
    return "filter" in _legacy_tables(family)


def _legacy_tables(family: str) -> List[str]:
    try:
        with open(LEGACY_TABLES[family], encoding="ascii") as stream:
            return stream.read().split()
    except FileNotFoundError:
        return []  # the kernel has no such tables


class FilterKernel:
    """The packet filters of this host's network namespace.

    choice: the tools that keep the rules. Those that are there beside them are read too: what they hold of ours goes.
    """

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self._tools = [tool for tool in PROGRAMS if present(tool)]
        self._now = Rulesets(nft_listing.NOTHING, {}, arptables.NOTHING, firewalld.NOTHING, {})

    def missing(self, tools: Iterable[str]) -> List[str]:
        """Return those of the tools that this host does not have."""
        return sorted(set(tools) - set(self._tools))

    @staticmethod
    def packages(tools: Iterable[str]) -> List[str]:
        """Return what the packages of tools are called on this host."""
        return sorted({package_of(read_os_release(), tool) for tool in tools})

    def read(self) -> Filter:
        """Return what is our own. ToolFailed where a tool does not say."""
        by_nft = _read_nft() if NFTABLES in self._tools else nft_listing.NOTHING
        saved = {family: _saved(family) for family in (FAMILIES if IPTABLES in self._tools else ())}
        by_ufw = saved if UFW in self._tools else {}
        self._now = Rulesets(
            by_nft,
            {family: iptables.read_ruleset(family, text) for family, text in saved.items()},
            _read_arptables() if ARPTABLES in self._tools else arptables.NOTHING,
            self._read_firewalld(),
            {family: ufw.read_runtime(family, text) for family, text in by_ufw.items()},
        )
        return _filter(self._now)

    def _read_firewalld(self) -> firewalld.Runtime:
        """What firewalld has of ours. To ask it takes a second, so it is not asked where it cannot have anything."""
        if FIREWALLD not in self._tools:
            return firewalld.NOTHING
        if self.choice.opener != FIREWALLD and not any(map(os.path.exists, firewalld.PATHS)):
            return firewalld.NOTHING
        return firewalld_daemon.read()

    def permit(self, changes: Plan) -> None:
        """Look at a plan before anything is done. InvalidInput where it would take something from others."""
        if not any(change.key.tool == FIREWALLD for change in changes):
            return
        rules = _rules(carried_out(changes, _filter(self._now)).rules, FIREWALLD)
        if not firewalld_daemon.lacking(rules, self._now.firewalld):
            return
        lost = firewalld_daemon.lost_by_reload()
        if lost:
            raise InvalidInput(
                (
                    "rules: firewalld takes a new policy by a reload alone, and that would lose what runs and is not "
                    f"permanent: {'; '.join(lost)}. Keep that by firewall-cmd --runtime-to-permanent, or let it go by "
                    "firewall-cmd --reload; then run this again",
                )
            )

    def left_over(self, changes: Plan) -> FrozenSet[str]:
        """Return the policies of firewalld that will be empty and stay until its next reload, which would lose more."""
        if not any(change.key.tool == FIREWALLD for change in changes):
            return frozenset()
        rules = _rules(carried_out(changes, _filter(self._now)).rules, FIREWALLD)
        idle = firewalld_daemon.idle(rules, self._now.firewalld)
        return idle if idle and firewalld_daemon.lost_by_reload() else frozenset()

    def apply(self, changes: Plan) -> None:
        """Change what was read last, by one transaction for each tool. ToolFailed at the first that fails."""
        target = carried_out(changes, _filter(self._now))
        touched = {change.key.tool for change in changes}
        rules = {tool: _rules(target.rules, tool) for tool in touched}
        strays = {tool: [stray for stray in target.strays if stray.tool == tool] for tool in touched}
        # What is new comes before what is old goes: the chosen tools first.
        for tool in sorted(touched, key=lambda tool: (tool not in self.choice, tool)):
            _APPLY[tool](rules[tool], strays[tool], self._now)
            if tool == FIREWALLD and NFTABLES in touched:
                # It may have made its tables anew, and what nft has opened there is gone.
                self._now = self._now._replace(nft=_read_nft())


def _saved(family: str, *words: str) -> str:
    return run([_SAVE[family], *words]) if _keeps_something(_SAVE[family]) else ""


def _read_nft() -> nft_listing.Ruleset:
    if not _keeps_something("nft"):
        return nft_listing.NOTHING
    tables = nft_listing.read_tables(run(["nft", "list", "tables"]))
    own = [table for table in nft_words.OWN_TABLES if table in tables]
    listing = ["nft", "-a", "-nnn", "list"]
    others = nft_listing.wanted_tables(run(["nft", "list", "chains"]))
    return nft_listing.read_ruleset(
        "".join(run([*listing, "table", *table.split(" ")]) for table in own),
        # Terse: without the contents of sets, which may be long.
        "".join(run(["nft", "-t", *listing[1:], "table", *table.split(" ")]) for table in others),
    )


def read_units(units: Iterable[str]) -> None:
    """Have systemd read these units again where their files have changed, perhaps by a run that was interrupted."""
    if not units or not systemd_runs():
        return
    if "yes" in run(["systemctl", "show", "--property=NeedDaemonReload", "--value", *units]).split():
        run(["systemctl", "daemon-reload"])


def read_closed() -> List[closed.Closed]:
    """Return the chains of the host's own firewall that drop whatever none of their rules lets pass."""
    found: List[closed.Closed] = []
    if present(NFTABLES) and _keeps_something("nft"):
        others = nft_listing.wanted_tables(run(["nft", "list", "chains"]))
        listed = (run(["nft", "-t", "list", "table", *table.split(" ")]) for table in others)
        found += (each for text in listed for each in closed.in_nftables(nft_listing.read_blocks(text)))
    for family in FAMILIES if present(IPTABLES) else ():
        # What iptables-nft keeps, nft has listed.
        if not present(NFTABLES) or _has_legacy_filter(family):
            found += closed.in_iptables({"ipv4": "ip", "ipv6": "ip6"}[family], _saved(family, "-t", "filter"))
    return sorted(set(found))


def _read_arptables() -> arptables.Ruleset:
    if not _keeps_something("arptables"):
        return arptables.NOTHING
    return arptables.read_ruleset(run(["arptables", "-n", "-L"]))


def _filter(now: Rulesets) -> Filter:
    rules = {Placed(NFTABLES, rule) for rule in now.nft.rules}
    rules |= {Placed(ARPTABLES, rule) for rule in now.arptables.rules}
    strays = now.nft.strays | now.arptables.strays
    for ruleset in now.iptables.values():
        rules |= {Placed(IPTABLES, rule) for rule in ruleset.rules}
        strays |= ruleset.strays
    rules |= {Placed(FIREWALLD, rule) for rule in now.firewalld.rules}
    strays |= now.firewalld.strays
    for family, runtime in now.ufw.items():
        rules |= {Placed(UFW, rule) for rule in (runtime.ruleset.rules if runtime.running else _in_file_of_ufw(family))}
        strays |= runtime.ruleset.strays
    return Filter(frozenset(rules), strays, now.nft.openings, now.nft.handles)


def _in_file_of_ufw(family: str) -> FrozenSet[Rule]:
    """What ufw, which does not run, will have."""
    path = next(path for path, of_family in ufw.PATHS.items() if of_family == family)
    return ufw.read_file(path, read_text(path) or "")


def _rules(rules: FrozenSet[Placed], tool: str) -> List[Rule]:
    return [placed.rule for placed in rules if placed.tool == tool]


def _apply_nft(rules: List[Rule], strays: List[Stray], now: Rulesets) -> None:
    script = nftables.tables_script(rules, strays, now.nft.tables)
    script += nftables.openings_script(rules, now.nft.openings, now.nft)
    run(["nft", "-f", "-"], _text(script))


def _apply_iptables(rules: List[Rule], strays: List[Stray], now: Rulesets) -> None:
    for family, ruleset in now.iptables.items():
        script = iptables.script(family, rules, strays, ruleset)
        if script:
            run([_RESTORE[family], "--wait", "10", "--noflush"], _text(script))


def _apply_arptables(rules: List[Rule], strays: List[Stray], now: Rulesets) -> None:
    for arguments in arptables.script(rules, strays, now.arptables):
        run(["arptables", *arguments.split()])


def _apply_firewalld(rules: List[Rule], strays: List[Stray], now: Rulesets) -> None:
    firewalld_daemon.apply(rules, strays, now.firewalld)


def _apply_ufw(rules: List[Rule], strays: List[Stray], now: Rulesets) -> None:
    for path, family in ufw.PATHS.items():
        text = read_text(path)
        after = ufw.write_file(path, [rule for rule in rules if rule.family == family], text)
        if after != text:
            replace_text(path, after)
        running = now.ufw[family].running
        script = ufw.script(family, rules if running else (), strays if running else (), now.ufw[family])
        if script:
            run([_RESTORE[family], "--wait", "10", "--noflush"], _text(script))


_APPLY = {
    NFTABLES: _apply_nft,
    IPTABLES: _apply_iptables,
    ARPTABLES: _apply_arptables,
    FIREWALLD: _apply_firewalld,
    UFW: _apply_ufw,
}


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
