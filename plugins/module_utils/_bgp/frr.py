# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director announces by FRR, as the road of _resource.py takes it. Private to the collection.

FRR runs with one configuration, in which others may have parts; a change is made of lines of ours alone. For the next
boot, frr.conf has them in a block of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from .. import _units
from .._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from .._files import Texts, private_mode, read_text
from .._keepalived import text as secrets
from .._places import BGP, FRR_CONF, FRR_DAEMONS, FRR_UNIT
from .._resource import Resource
from . import frr_conf, frr_daemon
from .files import refuse_what_cannot_be_kept
from .frr_conf import Line, as_of, masked, neighbour_of, slot_of
from .model import FRR, Announcement, Owned, parse_owned, write_owned

BGPD, BFDD, ZEBRA = "bgpd", "bfdd", "zebra"
# Kinds of change, in the order in which they are made. Each stands for lines that come and go together.
DAEMON, UNIT, LIST, MAP, ROUTER, NEIGHBOUR = "daemon", "unit", "prefix", "route-map", "router", "neighbour"
KINDS = (DAEMON, UNIT, LIST, MAP, ROUTER, NEIGHBOUR)
Key = Tuple[str, str]  # a kind, and which one of it


@dataclass(frozen=True)
class Part:
    """Lines of FRR's configuration about one thing; what is shown of them has no password."""

    lines: Tuple[Line, ...]

    def _asdict(self) -> Dict[str, Any]:
        return {"lines": shown(self.lines)}


class State(NamedTuple):
    """What of FRR is ours, or has to be.

    parts: its lines, by what they are about. daemons: those that run and start at boot, of which BGP needs some. unit:
    whether FRR runs, and whether it starts at boot.
    """

    parts: Mapping[Key, Part]
    daemons: FrozenSet[str] = frozenset()
    unit: FrozenSet[str] = frozenset()


class Announced(Resource):
    """What FRR announces for this collection. wanted: None where nothing is to be left of that."""

    title = "BGP (vtysh, frr.conf)"
    paths = (BGP, FRR_CONF)

    def __init__(self, wanted: Optional[Announcement]) -> None:
        self._wanted = wanted
        self._owned = Owned()
        self._to_own: Optional[Owned] = None
        self._foreign: List[Line] = []
        self._observed = State({})
        self._running: FrozenSet[str] = frozenset()

    @property
    def declaring(self) -> Tuple[str, ...]:
        return (BGP,)

    def mode(self, path: str) -> Optional[int]:
        secret = self._wanted is not None and any(neighbour.password for neighbour in self._wanted.neighbours)
        return private_mode(path) if secret and path == FRR_CONF else None

    def owned(self, texts: Texts) -> Owned:
        return parse_owned(texts[BGP] or "", BGP)

    def read(self, owned: Owned) -> State:
        self._running = frr_daemon.running() if frr_daemon.is_installed() else frozenset()
        text = frr_daemon.configuration() if self._running else frr_conf.strip(read_text(FRR_CONF) or "", owned)
        ours, self._foreign = frr_conf.divide(frr_conf.parse(text), self._to_be_owned(owned))
        on = frr_daemon.switched_on() & self._running & {BGPD, BFDD}
        units = {_units.STARTED: bool(self._running), _units.ENABLED: _units.is_enabled(FRR_UNIT)}
        self._observed = State(parts_of(ours), on, frozenset(name for name, yes in units.items() if yes))
        self._owned = owned
        return self._observed

    def _to_be_owned(self, owned: Owned) -> Owned:
        """Return what is owned, with what this call makes, once that is decided: also a neighbour that others have."""
        wanted = [neighbour.address for neighbour in self._wanted.neighbours] if self._wanted else []
        decided = self._to_own or owned
        neighbours = tuple(sorted({*owned.neighbours, *wanted}))
        return owned._replace(neighbours=neighbours, router=decided.router, router_id=decided.router_id)

    def desired(self, observed: State, owned: Owned) -> State:
        if self._wanted is None:
            if self._of_use_to_others():
                return State({}, observed.daemons, observed.unit)
            return State({}, observed.daemons - {*owned.daemons}, observed.unit - {*owned.unit})
        self._refuse_what_cannot_be(self._wanted, owned)
        lines = self._lines(self._wanted)
        needed = {BGPD}
        if BGPD not in observed.daemons or BFDD in owned.daemons or any(each.bfd for each in self._wanted.neighbours):
            needed.add(BFDD)  # from the first, since one more later needs a restart
        desired = State(parts_of(lines), observed.daemons | needed, frozenset({_units.STARTED, _units.ENABLED}))
        self._to_own = Owned(
            FRR,
            self._wanted.local_as if Line((), f"router bgp {self._wanted.local_as}") in lines else None,
            any(line.words.startswith("bgp router-id ") for line in lines),
            tuple(neighbour.address for neighbour in self._wanted.neighbours),
            tuple(sorted({*owned.daemons, *(desired.daemons - frr_daemon.switched_on())})),
            tuple(sorted({*owned.unit, *(desired.unit - observed.unit)})),
        )
        return desired

    def _lines(self, wanted: Announcement) -> List[Line]:
        """Return our lines as they must be beside those of others."""
        opener = f"router bgp {wanted.local_as}"
        here = [line for line in self._foreign if line.context and line.context[0] == opener]
        shared = Line((), opener) in self._foreign
        said = any(line.words.startswith("bgp router-id ") for line in here)
        default_ipv4 = not any(line.words == frr_conf.NO_IPV4 for line in here)
        return frr_conf.lines_of(wanted, default_ipv4, router=not shared, router_id=not said)

    def _refuse_what_cannot_be(self, wanted: Announcement, owned: Owned) -> None:
        if not frr_daemon.is_installed():
            raise InvalidInput(("program: FRR is not installed on this host; install its package, frr",))
        separate = frr_daemon.why_not_one_file()
        if separate:
            raise InvalidInput(
                (
                    f"program: {separate}, so each daemon of FRR goes by a file of its own; this collection needs "
                    f"{FRR_CONF}, which `service integrated-vtysh-config` and `write memory` in vtysh make",
                )
            )
        not_yet = [
            line
            for part in self._observed.parts.values()
            for line in part.lines
            if line.context and neighbour_of(line.words) not in (None, *owned.neighbours)
        ]
        told = frr_conf.faults(wanted, [*self._foreign, *not_yet], self._lines(wanted), self._router_id(wanted))
        if told:
            raise InvalidInput(tuple(told))

    def _router_id(self, wanted: Announcement) -> Optional[str]:
        """Return the router id that FRR uses for others too, None where it has no router of others."""
        shared = Line((), f"router bgp {wanted.local_as}") in self._foreign
        return frr_daemon.router_id() if shared and BGPD in self._running else None

    def _of_use_to_others(self) -> bool:
        return any(frr_conf.matters(line) for line in self._foreign)

    def plan(self, desired: State, observed: State) -> Plan:
        return plan(desired, observed)

    def permit(self, plan: Plan) -> None:
        new = [change.key for change in plan if change.kind == DAEMON and change.action == ADD]
        if self._running and set(new) - self._running and self._of_use_to_others():
            missing = " and ".join(new)
            raise InvalidInput(
                (
                    f"program: FRR runs here for others, without {missing}, which it starts only together with all its "
                    f"daemons: set {' and '.join(f'{name}=yes' for name in new)} in {FRR_DAEMONS}, run `systemctl "
                    f"restart {FRR_UNIT}` when others can bear it, and then this again",
                )
            )
        if self._wanted is not None and any(change.kind not in (DAEMON, UNIT) for change in plan):
            frr_daemon.test(frr_conf.written(self._lines(self._wanted)))
        refuse_what_cannot_be_kept(FRR_CONF)

    def warnings(self, plan: Plan, desired: State) -> Iterator[str]:  # noqa: ARG002
        if self._wanted is None and self._owned.daemons and self._of_use_to_others():
            yield (
                f"FRR is of use to others here now, so {' and '.join(self._owned.daemons)}, which this collection had "
                "switched on, goes on"
            )

    def apply(self, plan: Plan) -> None:
        switched = [change for change in plan if change.kind == DAEMON]
        units = {(change.action, change.key) for change in plan if change.kind == UNIT}
        for action, value in ((ADD, "yes"), (REMOVE, "no")):
            names = [change.key for change in switched if change.action == action]
            if names:
                frr_daemon.switch(names, value)
        begins = [change.key for change in switched if change.action == ADD and change.key not in frr_daemon.running()]
        stops = (REMOVE, _units.STARTED) in units
        if begins or (ADD, _units.STARTED) in units:
            frr_daemon.start(BGPD)
        lines = [line for change in plan if change.kind not in (DAEMON, UNIT) for line in commands(change)]
        if lines:
            frr_daemon.load(frr_conf.written(lines))
        if stops:
            _units.systemctl("stop", FRR_UNIT)
        elif any(change.action == REMOVE for change in switched):
            frr_daemon.start(ZEBRA)
        for action, verb in ((ADD, "enable"), (REMOVE, "disable")):
            if (action, _units.ENABLED) in units:
                _units.systemctl(verb, FRR_UNIT)

    def texts(self, desired: State, owned: Owned) -> Texts:  # noqa: ARG002
        text = read_text(FRR_CONF)
        stripped = frr_conf.strip(frr_conf.strip(text or "", owned), self._to_be_owned(owned))
        if self._to_own is None or self._wanted is None:
            return {BGP: None, FRR_CONF: None if text is None else stripped}
        return {BGP: write_owned(self._to_own), FRR_CONF: frr_conf.put(stripped, self._lines(self._wanted))}

    def shown(self, path: str, text: str) -> str:
        return secrets.masked(text) if path == FRR_CONF else text

    def lines(self, state: State, plan: Plan) -> List[str]:
        switches = sorted(state.daemons & {change.key for change in plan if change.kind == DAEMON})
        units = sorted(state.unit & {change.key for change in plan if change.kind == UNIT})
        told = [f"{name}=yes in {FRR_DAEMONS}" for name in switches] + [f"{FRR_UNIT} {word}" for word in units]
        parts = [state.parts[key] for key in ((change.kind, change.key) for change in plan) if key in state.parts]
        lines = [line._replace(words=masked(line.words)) for part in parts for line in part.lines]
        told += frr_conf.written(lines)
        changed = [change for change in plan if change.action == CHANGE and state is not self._observed]
        if any(shown(change.before.lines) == shown(change.after.lines) for change in changed):
            told.append("! a password is another one")
        return told

    def command(self, change: Change) -> str:
        if change.kind == DAEMON:
            return f"sed -i s/^{change.key}=.*/{change.key}={'yes' if change.action == ADD else 'no'}/ {FRR_DAEMONS}"
        if change.kind == UNIT:
            return f"systemctl {_VERBS[change.action, change.key]} {FRR_UNIT}"
        words = frr_conf.written([line._replace(words=masked(line.words)) for line in commands(change)])
        return " ".join(["vtysh -c 'configure terminal'", *(f"-c '{line.strip()}'" for line in words)])

    def name(self, change: Change) -> str:
        return str(change.key)


_VERBS = {
    (ADD, _units.STARTED): "restart",
    (REMOVE, _units.STARTED): "stop",
    (ADD, _units.ENABLED): "enable",
    (REMOVE, _units.ENABLED): "disable",
}


def shown(lines: Sequence[Line]) -> List[str]:
    """Return lines for people, each with its context, without passwords."""
    return [": ".join((*line.context, masked(line.words))) for line in lines]


def parts_of(lines: Sequence[Line]) -> Mapping[Key, Part]:
    """Return lines by what they are about, in an order of their own."""
    parts: Dict[Key, List[Line]] = {}
    for line in lines:
        parts.setdefault(_key(line), []).append(line)
    return {key: Part(tuple(sorted(set(found), key=_rank))) for key, found in parts.items()}


def _key(line: Line) -> Key:
    top = line.context[0] if line.context else line.words
    if top.startswith("route-map "):
        return MAP, top.partition(" ")[2]
    if as_of(top) is None:
        return LIST, top
    address = neighbour_of(line.words) if line.context else None
    return (ROUTER, str(as_of(top))) if address is None else (NEIGHBOUR, f"{address} of {as_of(top)}")


def plan(desired: State, observed: State) -> Plan:
    """Return the ordered changes between two states.

    What is of another AS goes first, since FRR has one; everything else goes when what takes its place is there.
    """
    changes = [
        *_switched(DAEMON, desired.daemons, observed.daemons),
        *_switched(UNIT, desired.unit, observed.unit),
    ]
    for key in sorted({*desired.parts, *observed.parts}, key=lambda key: (KINDS.index(key[0]), key[1])):
        before, after = observed.parts.get(key), desired.parts.get(key)
        if before != after:
            action = ADD if before is None else REMOVE if after is None else CHANGE
            changes.append(Change(action, *key, before, after))
    routers = {key for kind, key in desired.parts if kind == ROUTER}
    removed = [change for change in reversed(changes) if change.action == REMOVE]
    other_as = [
        change
        for change in removed
        if routers and change.kind in (ROUTER, NEIGHBOUR) and change.key.rpartition(" ")[2] not in routers
    ]
    made = [change for change in changes if change.action != REMOVE]
    return (*other_as, *made, *(change for change in removed if change not in other_as))


def _switched(kind: str, desired: FrozenSet[str], observed: FrozenSet[str]) -> Iterator[Change]:
    for name in sorted(desired - observed):
        yield Change(ADD, kind, name, None, Switch(name))
    for name in sorted(observed - desired):
        yield Change(REMOVE, kind, name, Switch(name), None)


class Switch(NamedTuple):
    """A daemon that starts with FRR, or what the unit does."""

    name: str


def commands(change: Change) -> List[Line]:
    """Return the lines that FRR is told for a change of a part."""
    before: Set[Line] = set(change.before.lines) if change.before else set()
    after: Set[Line] = set(change.after.lines) if change.after else set()
    if change.kind in (MAP, ROUTER, NEIGHBOUR) and change.action == REMOVE:
        whole = _whole(change, before)
        if whole is not None:
            return [whole]
    if change.kind == NEIGHBOUR and change.action == CHANGE and _needs_a_new_session(before, after):
        opener = min(line.context[0] for line in after)
        return [Line((opener,), f"no neighbor {change.key.partition(' ')[0]}"), *sorted(after, key=_rank)]
    taken = {(line.context, slot_of(line.words)) for line in after}
    gone = [line for line in before - after if (line.context, slot_of(line.words)) not in taken]
    undone = [line._replace(words=_without(line.words)) for line in sorted(gone, reverse=True)]
    return [*undone, *sorted(after - before, key=_rank)]


def _needs_a_new_session(before: Set[Line], after: Set[Line]) -> bool:
    """Return whether a TTL or a source would come after BFD: see frr_conf.lines_of()."""
    late = {line for line in before ^ after if re.search(" (?:ebgp-multihop|update-source) ", line.words)}
    return bool(late) and any(line.words.endswith(" bfd") for line in after)


def _whole(change: Change, before: Set[Line]) -> Optional[Line]:
    """Return the line that takes away all of a part, None where each line of it has to go."""
    if change.kind == NEIGHBOUR:
        opener = min(line.context[0] for line in before)
        return Line((opener,), f"no neighbor {change.key.partition(' ')[0]}")
    opened = [line for line in before if not line.context]
    return Line((), f"no {opened[0].words}") if opened else None


def _without(words: str) -> str:
    """Return the line that undoes another."""
    if words.startswith("no "):
        return words[3:]
    return f"no {masked(words).replace(f' {frr_conf.HIDDEN}', '')}"


# The order of what makes a neighbour: see frr_conf.lines_of().
_ORDER = ("remote-as", "graceful-restart-disable", "ebgp-multihop", "update-source", "password", "timers", "bfd")


def _rank(line: Line) -> Tuple[int, int, Line]:
    words = line.words.split()
    order = _ORDER.index(words[2]) if len(words) > 2 and words[2] in _ORDER else len(_ORDER)
    return (len(line.context), order, line)
