# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director announces by BIRD, as the road of _resource.py takes it. Private to the collection.

BIRD reads its whole configuration at once, so there is one change: our file is another one. Which one it runs with, a
constant in the file tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from .. import _units
from .._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from .._files import Texts, read_text
from .._keepalived import text as secrets
from .._places import BGP, BIRD_CONF, BIRD_UNIT, BIRD_VIPS
from .._resource import Resource
from . import bird_conf, bird_daemon
from .files import refuse_what_cannot_be_kept
from .model import BIRD, Announcement, Owned, parse_owned, write_owned

CONFIGURATION, UNIT = "configuration", "unit"  # kinds of change


@dataclass(frozen=True)
class Text:
    """Our file; what is shown of it has no password."""

    text: str

    def _asdict(self) -> Dict[str, Any]:
        return {"lines": self.lines}

    @property
    def lines(self) -> List[str]:
        """Return its lines for people, without the word by which BIRD tells it from others."""
        lines = secrets.masked(self.text).splitlines()
        return [line for line in lines if not line.startswith(f"define {bird_conf.DIGEST} ")]


class State(NamedTuple):
    """With which file of ours BIRD runs, None for none; whether BIRD runs, and whether it starts at boot."""

    text: Optional[Text]
    unit: FrozenSet[str] = frozenset()


class Switch(NamedTuple):
    """What the unit does."""

    name: str


class Announced(Resource):
    """What BIRD announces for this collection. wanted: None where nothing is to be left of that."""

    title = "BGP (birdc)"
    paths = (BGP, BIRD_VIPS, BIRD_CONF)

    def __init__(self, wanted: Optional[Announcement]) -> None:
        self._wanted = wanted
        self._written: Optional[str] = None
        self._observed = State(None)

    @property
    def declaring(self) -> Tuple[str, ...]:
        return (BGP,)

    def owned(self, texts: Texts) -> Owned:
        return parse_owned(texts[BGP] or "", BGP)

    def read(self, owned: Owned) -> State:  # noqa: ARG002 - BIRD says what it runs with
        runs = bird_daemon.is_installed() and bird_daemon.runs()
        units = {_units.STARTED: runs, _units.ENABLED: _units.is_enabled(BIRD_UNIT)}
        self._observed = State(self._running() if runs else None, frozenset(name for name, yes in units.items() if yes))
        return self._observed

    def _running(self) -> Optional[Text]:
        word = bird_daemon.digest()
        if not word:
            return None
        known = (read_text(BIRD_VIPS) or "", self._written or "")
        return Text(next((text for text in known if bird_conf.digest_of(text) == word), ""))

    def desired(self, observed: State, owned: Owned) -> State:
        if self._wanted is None:
            return State(None, observed.unit - {*owned.unit})
        if not bird_daemon.is_installed():
            raise InvalidInput(("program: BIRD 2 or newer is not installed on this host; install its package, bird2",))
        kinds, neighbours = bird_daemon.of_others()
        told = bird_conf.faults(self._wanted, kinds, neighbours)
        if told:
            raise InvalidInput(tuple(told))
        self._written = bird_conf.written(self._wanted, bfd="bfd" not in kinds)
        return State(Text(self._written), frozenset({_units.STARTED, _units.ENABLED}))

    def plan(self, desired: State, observed: State) -> Plan:
        changes = [Change(ADD, UNIT, name, None, Switch(name)) for name in sorted(desired.unit - observed.unit)]
        if desired.text != observed.text:
            action = ADD if observed.text is None else REMOVE if desired.text is None else CHANGE
            changes.insert(0, Change(action, CONFIGURATION, BIRD_VIPS, observed.text, desired.text))
        gone = sorted(observed.unit - desired.unit, reverse=True)
        return (*changes, *(Change(REMOVE, UNIT, name, Switch(name), None) for name in gone))

    def permit(self, plan: Plan) -> None:
        refuse_what_cannot_be_kept(BIRD_CONF)
        if any(change.kind == CONFIGURATION for change in plan):
            bird_daemon.test(self._written)

    def apply(self, plan: Plan) -> None:
        by_kind = {(change.kind, change.action, change.key) for change in plan if change.kind == UNIT}
        changed = [change for change in plan if change.kind == CONFIGURATION]
        word = ""
        for change in changed:
            text = change.after.text if change.after else None
            word = bird_conf.digest_of(text or "")
            bird_daemon.place(text)
        if (UNIT, ADD, _units.STARTED) in by_kind:
            bird_daemon.start(word)
        elif changed and bird_daemon.runs():
            bird_daemon.read_again(word)
        for action, name, verb in (
            (REMOVE, _units.STARTED, "stop"),
            (ADD, _units.ENABLED, "enable"),
            (REMOVE, _units.ENABLED, "disable"),
        ):
            if (UNIT, action, name) in by_kind:
                _units.systemctl(verb, BIRD_UNIT)

    def undoing(self, done: Plan, observed: State, now: State) -> Plan:
        """BIRD that does not take a text goes on with the one before: the file has to be put back all the same."""
        changes = super().undoing(done, observed, now)
        touched = [change for change in done if change.kind == CONFIGURATION]
        if touched and not any(change.kind == CONFIGURATION for change in changes) and self._is_placed(touched[0]):
            return (Change(CHANGE, CONFIGURATION, BIRD_VIPS, touched[0].after, touched[0].before), *changes)
        return changes

    def _is_placed(self, change: Change) -> bool:
        return read_text(BIRD_VIPS) == (change.after.text if change.after else None)

    def texts(self, desired: State, owned: Owned) -> Texts:
        others = read_text(BIRD_CONF)
        if desired.text is None:
            stripped = None if others is None else bird_conf.strip(others, BIRD_VIPS)
            return {BGP: None, BIRD_VIPS: None, BIRD_CONF: stripped}
        owns = Owned(BIRD, unit=tuple(sorted({*owned.unit, *(desired.unit - self._observed.unit)})))
        included = bird_conf.include(others or "", BIRD_VIPS)
        return {BGP: write_owned(owns), BIRD_VIPS: desired.text.text, BIRD_CONF: included}

    def shown(self, path: str, text: str) -> str:
        return text if path == BGP else secrets.masked(text)

    def lines(self, state: State, plan: Plan) -> List[str]:
        units = sorted(state.unit & {change.key for change in plan if change.kind == UNIT})
        told = [f"{BIRD_UNIT} {word}" for word in units]
        changed = [change for change in plan if change.kind == CONFIGURATION]
        if changed and state.text is not None:
            told += state.text.lines
            before = changed[0].before
            if state is not self._observed and before is not None and before.lines == state.text.lines:
                told.append("# a password is another one")
        return told

    def command(self, change: Change) -> str:
        if change.kind == CONFIGURATION:
            return "birdc configure"
        verbs = {_units.STARTED: ("start", "stop"), _units.ENABLED: ("enable", "disable")}
        return f"systemctl {verbs[change.key][change.action == REMOVE]} {BIRD_UNIT}"

    def name(self, change: Change) -> str:
        return str(change.key)
