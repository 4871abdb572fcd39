# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one road that every resource takes: read, plan, check or apply, verify, roll back, persist. Private.

read -> plan -> (check mode ends here) -> write down what will be owned -> apply -> read again and compare -> write what
the next boot loads -> write down in the history what has changed -> result. Whatever fails is told with the state that
the host is in now.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import groupby, islice
from typing import Any, Callable, Dict, FrozenSet, Iterable, Iterator, Mapping, Sequence, Tuple

from . import _intent as intent
from ._bulk import echoed
from ._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from ._files import Texts, missing_folders, read_text, replace_text, tidy
from ._history.call import write_down
from ._lock import alone
from ._namespace import explained
from ._netlink.errors import NetlinkError, PartlyDone

# Entries of each list and lines of each side of a diff in a result; the counts are always complete.
LIST_LIMIT = 500
DIFF_LIMIT = 2000

Keys = FrozenSet[Tuple[str, Any]]


class Resource(ABC):
    """What the road asks of a resource. Its states are values of its own model; the road only passes them on.

    title: heads the diff. paths: the files that hold this caller's own part for the next boot; their lines are also
    how the caller knows later what is its own.
    """

    title: str = ""
    paths: tuple[str, ...] = ()

    @property
    def declaring(self) -> tuple[str, ...]:
        """Return those of the files that say what is owned. In others stands what somebody has said, or for a unit."""
        return self.paths

    def mode(self, path: str) -> int | None:  # noqa: ARG002 - for who has secrets in a file
        """Return the mode that a file gets, None for that which it has, or which a new one gets."""
        return None

    @abstractmethod
    def owned(self, texts: Texts) -> Any:
        """Return what the files say is this caller's. InvalidInput where a line is not understood."""

    @abstractmethod
    def read(self, owned: Any) -> Any:
        """Return the state of the kernel."""

    @abstractmethod
    def desired(self, observed: Any, owned: Any) -> Any:
        """Return the state as it must be. InvalidInput where it could not work."""

    @abstractmethod
    def plan(self, desired: Any, observed: Any) -> Plan:
        """Return the ordered changes between two states."""

    def permit(self, plan: Plan) -> None:  # noqa: B027 - most resources take every plan
        """Look at a plan before anything is done. InvalidInput where it must not or cannot be carried out."""

    def watched(self, plan: Plan) -> Keys:
        """Return (kind, key) of all that must be as planned afterwards, and of what could be taken along."""
        return frozenset((change.kind, change.key) for change in plan)

    def undoing(self, done: Plan, observed: Any, now: Any) -> Plan:
        """Return the changes that take back what may have been done; what others have done meanwhile stays.

        observed: the state as it was before. now: as it is.
        """
        return _within(self.plan(observed, now), self.watched(done))

    @abstractmethod
    def apply(self, plan: Plan) -> None:
        """Carry out the changes. NetlinkError or OSError at the first that fails, PartlyDone where it can be told."""

    def warnings(self, plan: Plan, desired: Any) -> Iterable[str]:  # noqa: ARG002
        """Return what the caller should know about what it asks for."""
        return ()

    def ignored(self, left: Plan) -> str:  # noqa: ARG002
        """Say why the kernel took changes and did not do them, "" where that is not known."""
        return ""

    def announce(self, plan: Plan) -> None:  # noqa: B027 - most resources have nothing to tell
        """Tell the network what has been carried out, where it must know."""

    def settle(self) -> None:  # noqa: B027 - most files are read at boot alone
        """Have whoever goes by the files read them. OSError where that fails."""

    @abstractmethod
    def texts(self, desired: Any, owned: Any) -> Texts:
        """Return the files as they must be."""

    def shown(self, path: str, text: str) -> str:  # noqa: ARG002 - most files have no secrets
        """Return a file's text as a diff may show it, without secrets."""
        return text

    def extra(self, texts: Texts) -> Dict[str, Any]:  # noqa: ARG002
        """Return what the result says beside, of the files as they must be."""
        return {}

    @abstractmethod
    def lines(self, state: Any, plan: Plan) -> Iterable[str]:
        """Return that part of a state that a plan is about, in the syntax of the native tool."""

    @abstractmethod
    def command(self, change: Change) -> str:
        """Return the native tool's command for one change."""

    @abstractmethod
    def name(self, change: Change) -> str:
        """Return what a change is about, in words."""


class Failed(Exception):
    """The road ended early; the text says what was wanted, what went wrong and what state the host is in now.

    changed: whether that state is another than before.
    """

    def __init__(self, text: str, changed: bool) -> None:
        self.changed = changed
        super().__init__(text)


def run(module: Any, build: Callable[[], Resource]) -> None:
    """Take the road for an AnsibleModule and end it with its result."""
    module.exit_json(**travel(module, build))


def travel(module: Any, build: Callable[[], Resource]) -> dict[str, Any]:
    """Take the road for an AnsibleModule and return its result; what fails ends the module."""
    result: dict[str, Any] = {"changed": False}
    try:
        with nullcontext() if module.check_mode else alone():
            resource = build()
            _refuse_relative(resource.paths)
            before_texts, owned, observed, desired, plan = _foreseen(resource)
            resource.permit(plan)
            for warning in resource.warnings(plan, desired):
                module.warn(warning)
            after_texts = resource.texts(desired, owned)
            result = _result(resource, plan, desired, observed, before_texts, after_texts)
            if not module.check_mode:
                tidy(resource.paths)
                with _intending(resource, plan, before_texts, after_texts):
                    _carry_out(resource, plan, desired, observed, owned)
                    _persist(resource, plan, observed, owned, before_texts, after_texts)
                _announce(module, resource, plan)
                _settle(module, resource)
        write_down(module, result)
    except InvalidInput as invalid:
        module.fail_json(msg="This call has changed nothing:\n" + "\n".join(f"  {fault}" for fault in invalid.faults))
    except Failed as failed:
        result["changed"] = failed.changed
        write_down(module, result, str(failed))
        module.fail_json(msg=explained(str(failed)), **result, **_invocation(module.params))
    except (NetlinkError, OSError) as error:
        module.fail_json(msg=explained(f"This call has changed nothing: {error}"))
    return {**result, **_invocation(module.params)}


def compare(build: Callable[[], Resource]) -> dict[str, Any]:
    """Return how the kernel and the files differ from what they must be, as the result of a run would tell it.

    Nothing is done. steps: the changes in their order, those of one action and kind together that follow one another.
    refused: why a run would do nothing. unread: why this cannot be told.
    """
    try:
        resource = build()
        before_texts, owned, observed, desired, plan = _foreseen(resource)
        result = _result(resource, plan, desired, observed, before_texts, resource.texts(desired, owned))
        return {**result, "steps": _steps(resource, plan)}
    except InvalidInput as invalid:
        return {"refused": list(invalid.faults)}
    except (NetlinkError, OSError) as error:
        return {"unread": explained(str(error))}


def _foreseen(resource: Resource) -> Tuple[Texts, Any, Any, Any, Plan]:
    """Return the files as they are, what is owned, observed and desired, and the plan. Nothing is done."""
    before_texts = {path: read_text(path) for path in resource.paths}
    owned = resource.owned(intent.added_to(before_texts))
    observed = resource.read(owned)
    desired = resource.desired(observed, owned)
    return before_texts, owned, observed, desired, resource.plan(desired, observed)


@contextmanager
def _intending(resource: Resource, plan: Plan, before: Texts, after: Texts) -> Iterator[None]:
    """Keep written down what will be owned until that is done, or undone; what is half done stays so."""
    made = missing_folders(resource.declaring if plan else ())
    try:
        if plan:
            intent.write_down(before, {path: after[path] for path in resource.declaring})
        yield
    except OSError:
        intent.forget(after, made)
        raise
    except Failed as failed:
        if not failed.changed:
            intent.forget(after, made)
        raise
    intent.forget(after)


def _invocation(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options for the result where Ansible's own echo of them would be too long to be of use."""
    cut = {name: echoed(value) if isinstance(value, list) else value for name, value in params.items()}
    return {} if cut == params else {"invocation": {"module_args": cut}}


def _carry_out(resource: Resource, plan: Plan, desired: Any, observed: Any, owned: Any) -> None:
    if not plan:
        return
    try:
        resource.apply(plan)
    except (NetlinkError, OSError) as error:
        done = error.done if isinstance(error, PartlyDone) else plan
        raise _rolled_back(str(error), resource, done, observed, owned) from error
    try:
        left = resource.plan(desired, resource.read(owned))
    except (NetlinkError, OSError) as error:
        raise Failed(f"The kernel took every change, but what is there now could not be read: {error}", True) from error
    left = left and _within(left, resource.watched(plan))
    why = resource.ignored(left)
    if why:
        raise _rolled_back(why, resource, plan, observed, owned)
    if left:
        raise Failed(
            "The kernel took every change, but afterwards it is not as planned; perhaps someone else changes it at the "
            "same time. To get there it would still need: " + _join(resource, left),
            True,
        )


def _rolled_back(why: str, resource: Resource, done: Plan, observed: Any, owned: Any) -> Failed:
    """Undo what was done, or may have been; return the failure with the state that the host is in now."""
    try:
        back = resource.undoing(done, observed, resource.read(owned))
        if not back:
            return Failed(f"{why}. This call has changed nothing", False)
        resource.apply(back)
        left = resource.undoing(done, observed, resource.read(owned))
    except (NetlinkError, OSError) as error:
        return Failed(
            f"{why}. Undoing what this call had done failed too: {error}. The host is half done; run it again or look "
            "at it",
            True,
        )
    if left:
        needed = _join(resource, left)
        return Failed(f"{why}. What this call had done was not undone completely. To get back it needs: {needed}", True)
    return Failed(f"{why}. What this call had done was undone: the host is as it was before", False)


def _announce(module: Any, resource: Resource, plan: Plan) -> None:
    try:
        resource.announce(plan)
    except OSError as error:
        module.warn(f"The host is as wanted, but its neighbours could not be told: {error}")


def _settle(module: Any, resource: Resource) -> None:
    try:
        resource.settle()
    except OSError as error:
        module.warn(f"The host is as wanted, but its files were not all read: {error}")


def _within(plan: Plan, keys: Keys) -> Plan:
    return tuple(change for change in plan if (change.kind, change.key) in keys)


def _join(resource: Resource, plan: Plan) -> str:
    return "; ".join(_cut(plan, 20, resource.command))


def _refuse_relative(paths: tuple[str, ...]) -> None:
    faults = tuple(f"{path}: the file for the next boot needs its whole path" for path in paths if path[:1] != "/")
    if faults:
        raise InvalidInput(faults)


def _persist(resource: Resource, plan: Plan, observed: Any, owned: Any, before: Texts, after: Texts) -> None:
    """Write the files. They say what is owned, so without them what the plan has done is undone."""
    changed = [path for path, text in after.items() if text != before[path]]
    for number, path in enumerate(changed):
        try:
            replace_text(path, after[path], resource.mode(path))
        except OSError as error:
            why = f"{path}, which the next boot loads, could not be written: {error}"
            for written in changed[:number]:
                try:
                    replace_text(written, before[written])
                except OSError as again:
                    why += f"; {written} could not be put back either: {again}"
            raise _rolled_back(why, resource, plan, observed, owned) from error


def _result(
    resource: Resource, plan: Plan, desired: Any, observed: Any, before_texts: Texts, after_texts: Texts
) -> dict[str, Any]:
    diffs = []
    if plan:
        diffs.append(_diff(resource.title, resource.lines(observed, plan), resource.lines(desired, plan)))
    for path, text in after_texts.items():
        if text != before_texts[path]:
            shown = (resource.shown(path, side or "") for side in (before_texts[path], text))
            diffs.append(_diff(path, *(side.splitlines() for side in shown)))
    by_action = {
        name: [change for change in plan if change.action == action]
        for action, name in ((ADD, "added"), (CHANGE, "changed"), (REMOVE, "removed"))
    }
    return {
        "changed": bool(diffs),
        "counts": {name: len(changes) for name, changes in by_action.items()},
        "plan": {name: _cut(changes, LIST_LIMIT, partial(_entry, resource)) for name, changes in by_action.items()},
        "commands": _cut(plan, LIST_LIMIT, resource.command),
        "diff": diffs,
        **resource.extra(after_texts),
    }


def _steps(resource: Resource, plan: Plan) -> list[dict[str, Any]]:
    together = groupby(plan, key=lambda change: (change.action, change.kind))
    steps = [(action, kind, list(changes)) for (action, kind), changes in together]
    return [
        {
            "action": action,
            "kind": kind,
            "count": len(changes),
            "commands": _cut(changes, LIST_LIMIT, resource.command),
        }
        for action, kind, changes in steps
    ]


def _entry(resource: Resource, change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": change.kind, "name": resource.name(change)}
    if change.action == ADD:
        entry["after"] = change.after._asdict()
    if change.action == CHANGE:
        before, after = change.before._asdict(), change.after._asdict()
        entry["before"] = {field: value for field, value in before.items() if value != after[field]}
        entry["after"] = {field: value for field, value in after.items() if value != before[field]}
    return entry


def _diff(header: str, before: Iterable[str], after: Iterable[str]) -> dict[str, str]:
    return {"before_header": header, "after_header": header, "before": _beginning(before), "after": _beginning(after)}


def _beginning(lines: Iterable[str]) -> str:
    """Return the lines as a text, the first of them and a word about the rest where they are too many."""
    waiting = iter(lines)
    first = "".join(f"{line}\n" for line in islice(waiting, DIFF_LIMIT))
    return first + "... and more, left out of this result\n" if next(waiting, None) is not None else first


def _cut(entries: Sequence[Any], limit: int, told: Callable[[Any], Any] = lambda entry: entry) -> list[Any]:
    """Return the entries as they are told, or the first of them and a word about the rest."""
    first = [told(entry) for entry in entries[:limit]]
    if len(entries) <= limit:
        return first
    return [*first, f"... and {len(entries) - limit} more, left out of this result"]
