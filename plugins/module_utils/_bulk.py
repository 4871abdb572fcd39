# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AnsibleModules for long lists, of options and of results. Private to the collection.

AnsibleModule copies, checks and converts each entry of a nested list, which takes longer than it takes the kernel to
carry it out. Entries that need no conversion are taken as they are; whatever else is in the list, all of it goes
Ansible's own way, with its conversions and its messages.

It also copies the whole result, value by value, to take secrets out of it: those of the options that are marked no_log.
Where no option is secret, there is nothing to take out.
"""

from __future__ import annotations

import gc
import json
import sys
from typing import Any, Callable, Dict, List, Mapping

from ansible.module_utils import basic

# Entries of a list among the options that a result repeats: who has asked with them has them.
ECHO_LIMIT = 20
_PLAIN = {"type", "required"}
_TYPES: Dict[str, type] = {"str": str, "int": int, "bool": bool, "list": list, "dict": dict}
# Begins the names by which Ansible marks values that are more than JSON can say.
_MARK = b"__ansible"


class BulkModule(basic.AnsibleModule):
    """bulk: the name of the option that is a long list of dicts. Options that an entry leaves out may stay out."""

    def __init__(self, bulk: str, **arguments: Any) -> None:
        gc.disable()  # a large table is many values and no cycle, and the process ends with the module
        self._bulk = bulk
        self._taken: list[Any] = []
        super().__init__(**arguments)
        if self._taken:
            self.params[bulk] = self._taken

    def take(self) -> list[Any]:
        """Return the long list, once: the module keeps its beginning, which Ansible repeats in the result."""
        listed: list[Any] = self.params[self._bulk]
        self._taken = []
        self.params[self._bulk] = echoed(listed)
        return listed

    def _log_invocation(self) -> None:
        given = self.params[self._bulk]
        if self._taken:
            self.params[self._bulk] = f"({len(self._taken)} entries)"
        super()._log_invocation()
        self.params[self._bulk] = given

    def _load_params(self) -> None:
        # Ansible's wrapper of a module leaves the arguments here, as tests of modules do; None means standard input.
        given = getattr(basic, "_ANSIBLE_ARGS", None)
        if given and _MARK not in given:
            arguments = json.loads(given)
            listed = arguments.get("ANSIBLE_MODULE_ARGS", {}).get(self._bulk)
            if listed and fits(listed, self.argument_spec[self._bulk]):
                self._taken = listed
                arguments["ANSIBLE_MODULE_ARGS"][self._bulk] = []
                basic._ANSIBLE_ARGS = json.dumps(arguments).encode()
        super()._load_params()


class InfoModule(basic.AnsibleModule):
    """A module with a long result, of values that JSON has words for."""

    def __init__(self, **arguments: Any) -> None:
        gc.disable()  # as above
        super().__init__(**arguments)

    def _return_formatted(self, kwargs: Dict[str, Any]) -> None:
        if self.no_log_values:
            super()._return_formatted(kwargs)
            return
        searching = basic.remove_values
        basic.remove_values = lambda value, _secrets: dict(value)
        try:
            super()._return_formatted(kwargs)
        finally:
            basic.remove_values = searching

    def _record_module_result(self, o: Dict[str, Any]) -> None:
        # From ansible-core 2.19 on, each value is looked at for what is more than JSON, such as a warning of Ansible's.
        try:
            text = json.dumps(o)
        except TypeError:
            super()._record_module_result(o)
        else:
            sys.stdout.write(f"\n{text}\n")


def echoed(entries: List[Any]) -> List[Any]:
    """Return a list among the options as a result repeats it: its beginning and a word about the rest."""
    if len(entries) <= ECHO_LIMIT:
        return entries
    first = entries[: ECHO_LIMIT - 1]
    return [*first, f"... and {len(entries) - len(first)} more, left out of this result"]


def fits(value: Any, spec: Mapping[str, Any]) -> bool:
    """Say whether a value is already what AnsibleModule would make of it."""
    return _test_of(spec)(value)


def _test_of(spec: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Return the test that a value has to pass for one option."""
    wanted = _TYPES.get(spec["type"])
    if wanted is list:
        element = (
            _test_of_entries(spec["options"]) if "options" in spec else _test_of({**spec, "type": spec["elements"]})
        )
        return lambda value: isinstance(value, list) and all(map(element, value))
    if wanted is None or wanted is dict:
        return lambda _: False
    if "choices" in spec:
        choices = spec["choices"]
        return lambda value: value.__class__ is wanted and value in choices
    return lambda value: value.__class__ is wanted  # to isinstance(), True is an int


def _test_of_entries(options: Mapping[str, Mapping[str, Any]]) -> Callable[[Any], bool]:
    required = {name for name, option in options.items() if option.get("required")}
    tests = {name: _test_of(option) for name, option in options.items()}
    # The types without anything more to test, which most values are.
    plain = {name: _TYPES.get(option["type"]) for name, option in options.items() if not option.keys() - _PLAIN}

    def test(entry: Any) -> bool:
        if not isinstance(entry, dict) or not required <= entry.keys():
            return False
        for name, value in entry.items():
            if value.__class__ is not plain.get(name) and not (name in tests and tests[name](value)):
                return False
        return True

    return test
