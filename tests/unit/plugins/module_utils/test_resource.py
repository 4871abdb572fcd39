# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The road with a resource in memory: a dict of numbers. What the kernel makes of it is tested in tests/kernel."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _lock, _places, _resource
from ansible_collections.lvs.cluster.plugins.module_utils._bulk import ECHO_LIMIT
from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change, InvalidInput, Plan
from ansible_collections.lvs.cluster.plugins.module_utils._history.read import history
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import NetlinkError
from ansible_collections.lvs.cluster.plugins.module_utils._resource import Resource, Texts


@pytest.fixture(autouse=True)
def nothing_outside(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_lock, "PATH", str(tmp_path_factory.mktemp("run") / "lock"))
    monkeypatch.setattr(_places, "HISTORY", str(tmp_path_factory.mktemp("log") / "lvs/history.jsonl"))


class Number(NamedTuple):
    number: int


class Numbers(Resource):
    """Numbers by name; refuse() may spoil the carrying out of a change."""

    title = "numbers"

    def __init__(self, there: dict[str, int], wanted: dict[str, int], path: str = "") -> None:
        self.there = dict(there)
        self.wanted = wanted
        self.paths = (path,) if path else ()
        self.told: list[Plan] = []
        self.refuse: Callable[[Change], None] = lambda change: None

    def owned(self, texts: Texts) -> None:
        return None

    def read(self, owned: None) -> dict[str, int]:
        return dict(self.there)

    def desired(self, observed: dict[str, int], owned: None) -> dict[str, int]:
        if any(number < 0 for number in self.wanted.values()):
            raise InvalidInput(("a: is negative", "b: too"))
        return self.wanted

    def plan(self, desired: dict[str, int], observed: dict[str, int]) -> Plan:
        changes = []
        for name in sorted(desired.keys() | observed.keys()):
            before = Number(observed[name]) if name in observed else None
            after = Number(desired[name]) if name in desired else None
            if before != after:
                action = ADD if before is None else REMOVE if after is None else CHANGE
                changes.append(Change(action, "number", name, before, after))
        return tuple(changes)

    def apply(self, plan: Plan) -> None:
        for change in plan:
            self.refuse(change)
            if change.after is None:
                del self.there[change.key]
            else:
                self.there[change.key] = change.after.number

    def announce(self, plan: Plan) -> None:
        self.told.append(plan)

    def texts(self, desired: dict[str, int], owned: None) -> Texts:
        content = "".join(f"{name} {number}\n" for name, number in sorted(desired.items()))
        return dict.fromkeys(self.paths, content or None)

    def lines(self, state: dict[str, int], plan: Plan) -> list[str]:
        return [f"{name} {state[name]}" for name in sorted(change.key for change in plan) if name in state]

    def command(self, change: Change) -> str:
        return f"{change.action} {change.key}"

    def name(self, change: Change) -> str:
        return str(change.key)


class Ended(Exception):
    pass


class Module:
    """What the road uses of AnsibleModule."""

    def __init__(self, check_mode: bool = False, **params: Any) -> None:
        self.check_mode = check_mode
        self.params = params
        self.no_log_values: set[str] = set()
        self._name = "lvs.cluster.numbers"
        self.warnings: list[str] = []
        self.result: dict[str, Any] = {}

    def exit_json(self, **result: Any) -> None:
        self.result = result
        raise Ended

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def fail_json(self, **result: Any) -> None:
        self.result = {"failed": True, **result}
        raise Ended


def take_the_road(resource: Resource, check_mode: bool = False, **params: Any) -> dict[str, Any]:
    module = Module(check_mode, **params)
    with pytest.raises(Ended):
        _resource.run(module, lambda: resource)
    return module.result


def test_check_mode_tells_the_same_and_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "numbers"
    resource = Numbers({"a": 1, "b": 2}, {"b": 3, "c": 4}, str(path))
    foretold = take_the_road(resource, check_mode=True)
    assert resource.there == {"a": 1, "b": 2}
    assert not path.parent.exists()
    assert take_the_road(resource) == foretold
    assert resource.there == {"b": 3, "c": 4}
    assert path.read_text() == "b 3\nc 4\n"
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_resource_has_words_of_its_own_for_the_result(tmp_path: Path) -> None:
    class Loaded(Numbers):
        def extra(self, texts: Texts) -> dict[str, Any]:
            return {"boot_commands": [f"load {path}" for path, text in texts.items() if text]}

    path = str(tmp_path / "numbers")
    for check_mode in (True, False):
        result = take_the_road(Loaded({}, {"a": 1}, path), check_mode=check_mode)
        assert result["boot_commands"] == [f"load {path}"]


def test_the_result_says_what_changed() -> None:
    result = take_the_road(Numbers({"a": 1, "b": 2}, {"b": 3, "c": 4}))
    assert result == {
        "changed": True,
        "counts": {"added": 1, "changed": 1, "removed": 1},
        "plan": {
            "added": [{"kind": "number", "name": "c", "after": {"number": 4}}],
            "changed": [{"kind": "number", "name": "b", "before": {"number": 2}, "after": {"number": 3}}],
            "removed": [{"kind": "number", "name": "a"}],
        },
        "commands": ["remove a", "change b", "add c"],
        "diff": [
            {"before_header": "numbers", "after_header": "numbers", "before": "a 1\nb 2\n", "after": "b 3\nc 4\n"}
        ],
    }


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    resource = Numbers({"a": 1}, {"b": 3}, str(tmp_path / "numbers"))
    take_the_road(resource)
    result = take_the_road(resource)
    assert result["changed"] is False
    assert result["diff"] == []
    assert result["counts"] == {"added": 0, "changed": 0, "removed": 0}


def test_a_file_that_differs_is_a_change_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_text("a 9\n")
    result = take_the_road(Numbers({"a": 1}, {"a": 1}, str(path)))
    assert result["changed"] is True
    assert result["commands"] == []
    assert result["diff"] == [
        {"before_header": str(path), "after_header": str(path), "before": "a 9\n", "after": "a 1\n"}
    ]
    assert path.read_text() == "a 1\n"


def test_an_empty_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_text("a 1\n")
    take_the_road(Numbers({"a": 1}, {}, str(path)))
    assert not path.exists()


def test_invalid_input_is_told_in_full_and_nothing_is_done() -> None:
    resource = Numbers({"a": 1}, {"a": -1})
    result = take_the_road(resource)
    assert result == {"failed": True, "msg": "This call has changed nothing:\n  a: is negative\n  b: too"}
    assert resource.there == {"a": 1}


def refuse(*names: str) -> Callable[[Change], None]:
    def spoil(change: Change) -> None:
        if change.key in names:
            raise NetlinkError(f"cannot {change.action} {change.key}: no")

    return spoil


def test_what_was_done_before_a_failure_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    resource = Numbers({"a": 1, "b": 2}, {"a": 5, "b": 6, "c": 7}, str(path))
    resource.refuse = refuse("c")
    result = take_the_road(resource)
    assert result["failed"]
    assert result["msg"] == ("cannot add c: no. What this call had done was undone: the host is as it was before")
    assert resource.there == {"a": 1, "b": 2}
    assert not path.exists()
    assert resource.told == []


def test_a_failure_at_the_first_change_says_that_nothing_was_changed() -> None:
    resource = Numbers({"a": 1}, {"a": 5})
    resource.refuse = refuse("a")
    result = take_the_road(resource)
    assert result["msg"] == "cannot change a: no. This call has changed nothing"
    assert result["changed"] is False


def test_an_undoing_that_fails_is_told() -> None:
    resource = Numbers({"a": 1, "b": 2}, {"a": 5, "b": 6})

    def spoil(change: Change) -> None:
        if change.key == "b" or change.after == Number(1):
            raise NetlinkError(f"cannot {change.action} {change.key}: no")

    resource.refuse = spoil
    message = take_the_road(resource)["msg"]
    assert message.startswith("cannot change b: no. Undoing what this call had done failed too: cannot change a: no.")
    assert "half done" in message


def test_what_others_do_meanwhile_is_left_alone_when_undoing() -> None:
    resource = Numbers({"a": 1, "foreign": 1}, {"a": 5, "b": 6, "foreign": 1})

    def spoil(change: Change) -> None:
        if change.key == "b":
            resource.there["foreign"] = 99
            raise NetlinkError("cannot add b: no")

    resource.refuse = spoil
    take_the_road(resource)
    assert resource.there == {"a": 1, "foreign": 99}


def test_a_kernel_that_does_something_else_is_found_out() -> None:
    resource = Numbers({}, {"a": 5})
    resource.apply = lambda plan: resource.there.update(a=4)
    message = take_the_road(resource)["msg"]
    assert "afterwards it is not as planned" in message
    assert message.endswith("change a")


def test_where_its_files_cannot_be_written_nothing_is_done(tmp_path: Path) -> None:
    """The files say what is owned: a later run would not know what to remove."""
    resource = Numbers({"a": 1}, {"a": 5}, str(tmp_path / "first"))
    resource.paths = (str(tmp_path / "first"), "/proc/lvs/second")
    result = take_the_road(resource)
    assert result["failed"]
    begin = "This call has changed nothing: /proc/lvs/second, which the next boot loads, could not be written: "
    assert result["msg"].startswith(begin)
    assert resource.there == {"a": 1}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_not_there_goes_again_where_nothing_was_done(tmp_path: Path) -> None:
    resource = Numbers({"a": 1}, {"a": 5}, str(tmp_path / "new" / "first"))
    resource.paths = (str(tmp_path / "new" / "first"), "/proc/lvs/second")
    assert take_the_road(resource)["failed"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_put_back_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full just then: what had been done in the kernel is undone all the same."""
    resource = Numbers({"a": 1}, {"a": 5}, str(tmp_path / "first"))
    resource.paths = (str(tmp_path / "first"), str(tmp_path / "second"))
    replace = _resource.replace_text

    def full(path: str, text: str | None, mode: int | None = None) -> None:
        if path.endswith("second") or text is None:
            raise OSError(28, "No space left on device")
        replace(path, text, mode)

    monkeypatch.setattr(_resource, "replace_text", full)
    result = take_the_road(resource)
    assert f"; {tmp_path / 'first'} could not be put back either: " in result["msg"]
    assert resource.there == {"a": 1}


def test_what_is_written_or_removed_outlasts_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is brought to the disk with the name in it, or without."""
    path = tmp_path / "numbers"
    brought: dict[int, bool] = {}  # what is on the disk -> whether the file was there then
    monkeypatch.setattr(os, "fsync", lambda descriptor: brought.update({os.stat(descriptor).st_ino: path.exists()}))
    take_the_road(Numbers({}, {"a": 5}, str(path)))
    assert brought[tmp_path.stat().st_ino]
    _resource.replace_text(str(path), None)
    assert not brought[tmp_path.stat().st_ino]


def written_down() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = history(None, None)["entries"]
    return entries


def test_what_has_changed_is_in_the_history(tmp_path: Path) -> None:
    resource = Numbers({"a": 1}, {"b": 2}, str(tmp_path / "numbers"))
    take_the_road(resource, check_mode=True)
    assert written_down() == []
    result = take_the_road(resource, origin={"user": "anna@desk"})
    (entry,) = written_down()
    assert (entry["module"], entry["origin"]) == ("numbers", {"user": "anna@desk"})
    assert {name: entry[name] for name in ("commands", "counts")} == {
        name: result[name] for name in ("commands", "counts")
    }
    assert entry["files"] == [str(tmp_path / "numbers")]
    take_the_road(resource)
    assert written_down() == [entry]


def test_a_failure_is_in_the_history_where_something_has_changed() -> None:
    class Stuck(Numbers):
        def apply(self, plan: Plan) -> None:
            super().apply(plan)
            self.refuse = fail

    def fail(change: Change) -> None:
        raise NetlinkError(f"{change.key} is stuck")

    undone = Numbers({}, {"a": 1})
    undone.refuse = fail
    assert take_the_road(undone)["failed"]
    assert written_down() == []
    stuck = Stuck({}, {"a": 1})
    stuck.read = lambda owned: {"a": 2} if stuck.there else {}  # type: ignore[method-assign]
    assert take_the_road(stuck)["changed"]
    (entry,) = written_down()
    assert entry["commands"] == ["add a"]
    assert entry["failure"].startswith("The kernel took every change, but afterwards it is not as planned")


def test_a_relative_path_is_refused_before_anything_is_done() -> None:
    resource = Numbers({}, {"a": 5}, "numbers")
    assert "numbers: the file for the next boot needs its whole path" in take_the_road(resource)["msg"]
    assert resource.there == {}


def test_neighbours_that_cannot_be_told_are_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    resource = Numbers({}, {"a": 5}, str(path))

    def announce(plan: Plan) -> None:
        raise OSError(100, "Network is down")

    resource.announce = announce
    module = Module()
    with pytest.raises(Ended):
        _resource.run(module, lambda: resource)
    assert "failed" not in module.result
    assert module.warnings == [
        "The host is as wanted, but its neighbours could not be told: [Errno 100] Network is down"
    ]
    assert path.read_text() == "a 5\n"


def test_long_lists_are_cut_with_a_word_and_counted_in_full() -> None:
    result = take_the_road(Numbers({}, {f"n{number:05}": 1 for number in range(3000)}))
    assert result["counts"]["added"] == 3000
    assert len(result["plan"]["added"]) == _resource.LIST_LIMIT + 1
    assert result["plan"]["added"][-1] == "... and 2500 more, left out of this result"
    assert result["commands"][-1] == "... and 2500 more, left out of this result"
    assert result["diff"][0]["after"].splitlines()[-1] == "... and more, left out of this result"


def test_long_options_are_not_echoed_in_full() -> None:
    many = [{}] * ECHO_LIMIT
    result = take_the_road(Numbers({}, {}), state="merged", services=[*many, {}])
    assert result["invocation"]["module_args"]["state"] == "merged"
    assert result["invocation"]["module_args"]["services"][-1] == "... and 2 more, left out of this result"
    assert "invocation" not in take_the_road(Numbers({}, {}), state="merged", services=many)


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the road catches it."""


class OwnNumbers(Numbers):
    """Only what its file names is its own; what is not wanted and not its own stays."""

    def owned(self, texts: Texts) -> Any:
        words = [line.split() for text in texts.values() for line in (text or "").splitlines()]
        return {name: int(number) for name, number in words}

    def desired(self, observed: dict[str, int], owned: Any) -> dict[str, int]:
        return {**{name: number for name, number in observed.items() if name not in owned}, **self.wanted}

    def texts(self, desired: dict[str, int], owned: Any) -> Texts:
        return super().texts(self.wanted, None)


@pytest.mark.parametrize("killed_at", ["a", "b", "c"])
def test_a_call_that_is_killed_leaves_nothing_for_ever(tmp_path: Path, killed_at: str) -> None:
    path = tmp_path / "numbers"
    path.write_text("a 1\n")
    resource = OwnNumbers({"a": 1, "foreign": 1}, {"a": 2, "b": 2, "c": 2}, str(path))

    def kill(change: Change) -> None:
        if change.key == killed_at:
            raise Killed

    resource.refuse = kill
    with pytest.raises(Killed):
        take_the_road(resource)
    # Meanwhile b and c have left the definition.
    again = OwnNumbers(resource.there, {"a": 3}, str(path))
    foretold = take_the_road(OwnNumbers(resource.there, {"a": 3}, str(path)), check_mode=True)
    result = take_the_road(again)
    assert result["plan"] == foretold["plan"]
    assert again.there == {"a": 3, "foreign": 1}
    assert path.read_text() == "a 3\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_call_that_is_undone_intends_nothing_any_more(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    resource = OwnNumbers({}, {"a": 2, "b": 2}, str(path))

    def spoil(change: Change) -> None:
        if change.key == "b":
            raise NetlinkError("cannot add b: no")

    resource.refuse = spoil
    assert not take_the_road(resource)["changed"]
    assert list(tmp_path.iterdir()) == []


def test_of_what_is_not_owned_nothing_is_written_down(tmp_path: Path) -> None:
    class Said(OwnNumbers):
        declaring = ()

    def kill(_change: Change) -> None:
        raise Killed

    resource = Said({}, {"a": 2}, str(tmp_path / "numbers"))
    resource.refuse = kill
    with pytest.raises(Killed):
        take_the_road(resource)
    assert list(tmp_path.iterdir()) == []


def test_a_comparison_has_the_changes_in_their_order_and_makes_none(tmp_path: Path) -> None:
    resource = Numbers({"a": 1, "c": 1, "d": 1}, {"a": 2, "b": 2, "d": 2, "e": 2}, str(tmp_path / "file"))
    result = _resource.compare(lambda: resource)
    assert result["steps"] == [
        {"action": CHANGE, "kind": "number", "count": 1, "commands": ["change a"]},
        {"action": ADD, "kind": "number", "count": 1, "commands": ["add b"]},
        {"action": REMOVE, "kind": "number", "count": 1, "commands": ["remove c"]},
        {"action": CHANGE, "kind": "number", "count": 1, "commands": ["change d"]},
        {"action": ADD, "kind": "number", "count": 1, "commands": ["add e"]},
    ]
    assert (resource.there, [*tmp_path.iterdir()]) == ({"a": 1, "c": 1, "d": 1}, [])


def test_a_comparison_counts_all_changes_and_has_the_first_commands() -> None:
    many = {f"{number:04}": number for number in range(_resource.LIST_LIMIT + 7)}
    (step,) = _resource.compare(lambda: Numbers({}, many))["steps"]
    assert step["count"] == _resource.LIST_LIMIT + 7
    assert step["commands"][-1] == "... and 7 more, left out of this result"
