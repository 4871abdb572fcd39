# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the roles: all variables of a definition, for `ansible-doc --type role`.

They are an entry point of their own, which no play uses. Ansible would fill in and check what stands at the one that is
used, on every host, with less to say than the collection's own reader.
"""

from __future__ import annotations

from typing import Any

import yaml

from ansible_collections.lvs.cluster.tests.generate.editors import VARIABLES
from ansible_collections.lvs.cluster.tests.generate.parts import Schema, one_of

ROLES = ("director", "realserver")
MARK = "  # Made by `make generate` from plugins/plugin_utils/_schema, from here on.\n"
TYPES = {"integer": "int", "number": "float", "boolean": "bool", "string": "str", "object": "dict", "array": "list"}


class _Indented(yaml.SafeDumper):
    """Writes the items of a list further to the right than its key, as the linters want it."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def text(own: str) -> str:
    """The whole of an argument_specs.yml. own: what is there now, whose first part is written by hand."""
    by_hand = own.partition(MARK)[0]
    return by_hand + MARK + "".join(f"  {line}\n" for line in _entry_point().splitlines())


def _entry_point() -> str:
    spec = {
        "definition": {
            "short_description": "The variables that describe a cluster and its hosts",
            "description": [
                "This is no entry point to call: it lists what C(lvs_cluster), C(lvs_services) and the variables of "
                "hosts may have. The playbook C(lvs.cluster.definition) checks them."
            ],
            "options": {name: _option(entry.schema()) for name, entry in VARIABLES.items()},
        }
    }
    return yaml.dump(spec, Dumper=_Indented, sort_keys=False, width=110)


def _option(schema: Schema, required: bool = False) -> dict[str, Any]:
    ways = one_of(schema)
    best = next((way for kind in ("array", "object") for way in ways if way.get("type") == kind), ways[0])
    option: dict[str, Any] = {"description": _sentences(schema, ways), **_shape(best)}
    if best.get("type") == "array":
        items = one_of(best["items"])
        mappings = [way for way in items if way.get("type") == "object"]
        option = {**option, "elements": (_shape(items[0]) if not mappings else {"type": "dict"})["type"]}
        words = _shape(items[0]).get("choices", [])
        option |= {"options": _options(mappings)} if mappings else {"choices": words} if words else {}
        if mappings and words:  # Ansible has no choices of a mapping
            option["description"].append(f"A word alone is enough: {', '.join(f'C({word})' for word in words)}.")
    elif best.get("type") == "object" and "properties" in best:
        option["options"] = _options([way for way in ways if way.get("type") == "object"])
    if required:
        option["required"] = True
    elif "default" in schema and not isinstance(schema["default"], dict):
        option["default"] = schema["default"]
    return option


def _options(mappings: list[Schema]) -> dict[str, Any]:
    """The keys of all of them; what only some have, or need, nobody must give."""
    needed = set.intersection(*(set(mapping["required"]) for mapping in mappings))
    return {
        key: _option(schema, key in needed) for mapping in mappings for key, schema in mapping["properties"].items()
    }


def _shape(schema: Schema) -> dict[str, Any]:
    if "enum" in schema:
        return {"type": "str", "choices": [word for word in schema["enum"] if isinstance(word, str)]}
    kind = schema.get("type", "raw")
    return {"type": TYPES.get(kind if isinstance(kind, str) else kind[0], "raw")}


def _sentences(schema: Schema, ways: list[Schema]) -> list[str]:
    limits = next((way for way in ways if "minimum" in way and way["type"] != "array"), None)
    unit = next((f" {way['unit']}" for way in ways if "unit" in way), "")
    said = [schema.get("description", "")]
    said += [f"From {limits['minimum']:g} to {limits['maximum']}{unit}."] if limits else []
    said += [f"By default {schema['otherwise']}."] if "otherwise" in schema else []
    said += [f"The word of keepalived is C({schema['keepalived']})."] if "keepalived" in schema else []
    return [sentence for sentence in said if sentence]
