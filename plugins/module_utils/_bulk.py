# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An AnsibleModule for long lists. Private to the collection.

AnsibleModule needs some 30 microseconds for each entry of a nested list, to check and to convert it: more than the
kernel for carrying it out. Entries that need no conversion are taken as they are; whatever else is in the list, all of
it goes Ansible's own way, with its conversions and its messages.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible.module_utils.basic import AnsibleModule

_TYPES: Dict[str, type] = {"str": str, "int": int, "bool": bool, "list": list, "dict": dict}


class BulkModule(AnsibleModule):
    """bulk: the name of the option that is a long list of dicts. Options that an entry leaves out may stay out."""

    def __init__(self, bulk: str, **arguments: Any) -> None:
        self._bulk = bulk
        self._taken: list[Any] = []
        super().__init__(**arguments)
        if self._taken:
            self.params[bulk] = self._taken

    def _load_params(self) -> None:
        super()._load_params()
        listed = self.params.get(self._bulk)
        if listed and fits(listed, self.argument_spec[self._bulk]):
            self._taken = listed
            self.params[self._bulk] = []


def fits(value: Any, spec: Mapping[str, Any]) -> bool:
    """Say whether a value is already what AnsibleModule would make of it."""
    exact = type(value)  # to isinstance(), True is an int
    if exact is not _TYPES.get(spec["type"]):
        return False
    if isinstance(value, list):
        return _entries_fit(value, spec)
    return spec["type"] != "dict" and ("choices" not in spec or value in spec["choices"])


def _entries_fit(entries: list[Any], spec: Mapping[str, Any]) -> bool:
    if "options" not in spec:
        return all(fits(entry, {**spec, "type": spec["elements"]}) for entry in entries)
    options = spec["options"]
    required = {name for name, option in options.items() if option.get("required")}
    # The types without anything more to check, which most values are.
    plain = {name: _TYPES[option["type"]] for name, option in options.items() if option.keys() <= {"type", "required"}}
    for entry in entries:
        if not isinstance(entry, dict) or not required <= entry.keys():
            return False
        for name, value in entry.items():
            exact = type(value)
            if exact is plain.get(name):
                continue
            if name in plain or name not in options or not fits(value, options[name]):
                return False
    return True
