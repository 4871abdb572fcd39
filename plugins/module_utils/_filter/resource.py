# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's packet filters as the road of _resource.py takes them. Private to the collection."""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Tuple

from .._change import ADD, Change, InvalidInput, Plan
from .._files import Texts, read_text
from .._programs import find
from .._resource import Resource
from . import arptables, iptables, kernel, nft_words, nftables
from .boot_files import FILES, boot_command, read_file, write_file
from .closed import keeper_of
from .model import ARPTABLES, FIREWALLD, IPTABLES, NFTABLES, UFW, Choice, Filter, Line, Opening, Placed, Rule, Stray
from .plan import STRAY, desired_filter, plan
from .units import UNITS, BootFile, Programs, drop_in

# What a unit's command may have for a path without quotes.
_FOLDER = re.compile(r"/[A-Za-z0-9_./-]*")


def choose(firewall: Optional[str], arp_firewall: Optional[str]) -> Choice:
    """Return the tools that keep the rules, where the caller has not chosen: nftables where the host has it.

    A firewall that has files of its own keeps openings alone; the rest is as if nothing was chosen.
    """
    there = kernel.present(NFTABLES)
    keeper = firewall if firewall in kernel.KEEPERS else ""
    tool = firewall if firewall and not keeper else (NFTABLES if there else IPTABLES)
    return Choice(tool, arp_firewall or (NFTABLES if there else ARPTABLES), keeper or "")


class PacketFilter(Resource):
    """The packet-filter rules of a cluster on this host.

    state: one of plan.STATES. everything: with deleted, all that is our own. boot_folder: where the files for the next
    boot are; without it there are none. unit_folder: where systemd looks for the administrator's units and drop-ins.
    """

    title = "packet filter (nft, iptables, arptables)"

    def __init__(
        self,
        filters: kernel.FilterKernel,
        state: str,
        wanted: FrozenSet[Rule],
        everything: bool = False,
        boot_folder: Optional[str] = None,
        unit_folder: Optional[str] = None,
    ) -> None:
        if everything and (state != "deleted" or wanted):
            raise InvalidInput(("all: goes with state deleted, and without rules",))
        self._kernel = filters
        self._state = "replaced" if everything else state
        self._wanted = wanted
        self._observed = Filter(frozenset(), frozenset(), frozenset(), {})
        if boot_folder and not _FOLDER.fullmatch(boot_folder):
            raise InvalidInput((f"boot_folder: {boot_folder!r} is not a whole path of letters, digits and _./-",))
        self._paths = {name: f"{boot_folder.rstrip('/')}/{name}" for name in FILES} if boot_folder else {}
        if unit_folder and not boot_folder:
            raise InvalidInput(("unit_folder: needs boot_folder, which has the files that the drop-ins load",))
        self._drop_ins = {unit: f"{unit_folder}/{unit}.d/lvs.conf" for unit in UNITS} if unit_folder else {}
        keepers = {tool: keeper for tool, keeper in kernel.KEEPERS.items() if kernel.present(tool)}
        self._kept = {path: tool for tool, keeper in keepers.items() for path in keeper.PATHS}
        self.paths = (*self._paths.values(), *self._kept, *self._drop_ins.values())

    @property
    def declaring(self) -> Tuple[str, ...]:
        return (*self._paths.values(), *self._kept)  # a drop-in says nothing of what is owned

    def owned(self, texts: Texts) -> FrozenSet[Rule]:
        kept = (
            rule
            for path, tool in self._kept.items()
            for rule in kernel.KEEPERS[tool].read_file(path, texts[path] or "")
        )
        loaded = (rule for name, path in self._paths.items() for rule in read_file(name, texts[path] or ""))
        return frozenset((*kept, *loaded))

    def read(self, owned: FrozenSet[Rule]) -> Filter:  # noqa: ARG002
        self._observed = self._kernel.read()
        return self._observed

    def desired(self, observed: Filter, owned: FrozenSet[Rule]) -> Filter:
        desired = desired_filter(self._state, self._wanted, observed, owned, self._kernel.choice)
        missing = self._kernel.missing(placed.tool for placed in desired.rules)
        if missing:
            packages = " and ".join(self._kernel.packages(missing))
            raise InvalidInput((f"rules: this host has not all that keeps them; install {packages}",))
        return desired

    def plan(self, desired: Filter, observed: Filter) -> Plan:
        return plan(desired, observed)

    def permit(self, plan: Plan) -> None:
        self._kernel.permit(plan)

    def warnings(self, plan: Plan, desired: Filter) -> Iterator[str]:
        accepting = {rule.family for rule in self._wanted if rule.kind == "accept"}
        if self._kernel.choice.firewall == NFTABLES:
            for family in sorted(accepting.intersection(kernel.legacy_filters())):
                yield (
                    f"This host has a packet filter of iptables-legacy for {family}, in which nft can open nothing; "
                    "where it drops packets of the cluster, use firewall iptables"
                )
        yield from _unreached(self._kernel.choice.opener, self._observed.openings, desired)
        for policy in sorted(self._kernel.left_over(plan)):
            yield (
                f"The policy {policy} of firewalld, which has nothing to do any more, goes with its next reload, as by "
                "firewall-cmd --reload; now, that would lose settings that run and are not permanent"
            )

    def settle(self) -> None:
        kernel.read_units(self._drop_ins)

    def apply(self, plan: Plan) -> None:
        self._kernel.apply(plan)

    def texts(self, desired: Filter, owned: FrozenSet[Rule]) -> Texts:  # noqa: ARG002
        texts = {path: write_file(name, path, desired) for name, path in self._paths.items()}
        files = {
            name: BootFile(path, texts[path] or "", boot_command(name, path))
            for name, path in self._paths.items()
            if texts[path] is not None
        }
        for path, tool in self._kept.items():
            rules = [placed.rule for placed in desired.rules if placed.tool == tool]
            texts[path] = kernel.KEEPERS[tool].write_file(path, rules, read_text(path))
        texts.update((path, drop_in(unit, files, _programs())) for unit, path in self._drop_ins.items())
        return texts

    def extra(self, texts: Texts) -> Dict[str, Any]:
        there = [(name, path) for name, path in self._paths.items() if texts[path] is not None]
        return {"boot_commands": [boot_command(name, path) for name, path in there]}

    def lines(self, state: Filter, plan: Plan) -> List[str]:
        keys = {change.key for change in plan}
        written = [_add_command(key.tool, line) for key in state.rules & keys for line in _lines(key, state)]
        return sorted(written) + [_add_command(*_stray_line(stray)) for stray in sorted(state.strays & keys)]

    def command(self, change: Change) -> str:
        if change.kind == STRAY:
            lines: Tuple[Line, ...] = (_stray_line(change.key)[1],)
        else:
            lines = _lines(change.key, self._observed)
        if change.action == ADD:
            return " && ".join(_add_command(change.key.tool, line) for line in lines)
        return " && ".join(self._delete_command(change.key.tool, line) for line in lines)

    def _delete_command(self, tool: str, line: Line) -> str:
        if tool == NFTABLES:
            return nftables.delete_command(line, self._observed.handles.get(line, 0))
        return str(_TEXTS[tool].command("-D", line))

    def name(self, change: Change) -> str:
        return f"{change.key.place}: {change.key.words}" if change.kind == STRAY else str(change.key.rule)


_KEEPS = {UFW: IPTABLES}  # a firewall -> the tool whose chains it fills
_TEXTS = {IPTABLES: iptables, ARPTABLES: arptables, **kernel.KEEPERS}


def _unreached(opener: str, openings: FrozenSet[Opening], desired: Filter) -> Iterator[str]:
    """Say where packets can still be dropped that the tool for openings lets in."""
    accepted = [placed.rule for placed in desired.rules if placed.rule.kind == "accept"]
    for opening in sorted(openings):
        keeper = keeper_of(opening.table, opening.chain)
        if not any(opening.concerns(rule) for rule in accepted):
            continue
        where = f"chain {opening.chain} of table {opening.family} {opening.table}"
        if opener == NFTABLES and keeper == FIREWALLD:
            yield (
                f"What is opened in {where} is gone when firewalld is reloaded or started again; with firewall "
                "firewalld, it stays"
            )
        elif opener != NFTABLES and keeper != _KEEPS.get(opener, opener):
            instead = f"use firewall {keeper}, or " if opener == IPTABLES else ""
            yield (
                f"This host has a packet filter of its own, in which {opener} can open nothing: {where}; where it "
                f"drops packets of the cluster, {instead}let it accept them"
            )


def _lines(placed: Placed, state: Filter) -> Tuple[Line, ...]:
    if placed.tool == NFTABLES:
        return nft_words.lines(placed.rule, state.openings)
    lines: Tuple[Line, ...] = _TEXTS[placed.tool].lines(placed.rule)
    return lines


def _stray_line(stray: Stray) -> Tuple[str, Line]:
    return stray.tool, Line(stray.place, stray.words)


def _add_command(tool: str, line: Line) -> str:
    return nftables.add_command(line) if tool == NFTABLES else str(_TEXTS[tool].command("-A", line))


def _programs() -> Programs:
    by_family = {"ipv4": find("iptables"), "ipv6": find("ip6tables")}
    return Programs(find("nft"), by_family, find("arptables"))
