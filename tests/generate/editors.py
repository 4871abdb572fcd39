# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schema by which an editor completes and checks group_vars and host_vars.

An editor sees files before Ansible fills in their templates: text with a template may stand everywhere. So may null,
which means no value.
"""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.checks import text
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.host import CLUSTER_NAME_VARIABLE, HOST_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.record import Field, list_of, record
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.service import service_entry
from ansible_collections.lvs.cluster.tests.generate.parts import RECORDS, Schema, name_of, without_remarks

UNFILLED = {"anyOf": [{"type": "null"}, {"type": "string", "pattern": r"\{\{|\{%"}]}
VARIABLES = {
    "lvs_cluster": Field(record(RECORDS["lvs_cluster"]), doc="How the cluster works."),
    "lvs_services": Field(list_of(service_entry), doc="What the cluster serves."),
    CLUSTER_NAME_VARIABLE: Field(text, doc="Which of several clusters a run is for."),
    **{name: entry for name, entry in HOST_FIELDS.items() if entry.doc and name.startswith("lvs_")},
}


def page() -> str:
    """The whole text."""
    variables = record(VARIABLES).schema()
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Variables of lvs.cluster",
        "description": "Made by `make generate` from plugins/plugin_utils/_schema.",
        "type": "object",
        "properties": {name: _value(schema) for name, schema in variables["properties"].items()},
        # Other variables are nobody's business here.
        "propertyNames": {"anyOf": [{"not": {"pattern": "^lvs_"}}, {"enum": list(VARIABLES)}]},
        "$defs": {
            "unfilled": UNFILLED,
            **{_label(name): _mapping(record(fields).schema()) for name, fields in RECORDS.items()},
        },
    }
    return json.dumps(whole, indent=1) + "\n"


def _value(schema: Schema) -> Schema:
    """A value under a key, with what is said of it."""
    said = [schema.get("description", "")]
    said += [f"Unit: {schema['unit']}."] if "unit" in schema else []
    said += [f"Default: {schema['otherwise']}."] if "otherwise" in schema else []
    said += [f"keepalived's name: {schema['keepalived']}."] if "keepalived" in schema else []
    more = {key: schema[key] for key in ("default", "examples") if key in schema}
    return {"description": " ".join(filter(None, said)), **more, **_if_filled_in(_plain(schema))}


def _plain(schema: Schema) -> Schema:
    """What a value may be."""
    name = name_of(schema)
    if name:
        return {"$ref": f"#/$defs/{_label(name)}"}
    return _mapping(schema)


def _mapping(schema: Schema) -> Schema:
    result: dict[str, Any] = {key: part for key, part in without_remarks(schema).items() if key != "unit"}
    if "properties" in result:
        result["properties"] = {key: _value(part) for key, part in result["properties"].items()}
    if "items" in result:
        result["items"] = _if_filled_in(_plain(result["items"]))
    if isinstance(result.get("additionalProperties"), dict):
        result["additionalProperties"] = _if_filled_in(_plain(result["additionalProperties"]))
    if "anyOf" in result:
        result["anyOf"] = [_plain(part) for part in result["anyOf"]]
    return result


def _if_filled_in(schema: Schema) -> Schema:
    """By this an error says what is wrong, where two alternatives would only say that neither is right."""
    return {"if": {"$ref": "#/$defs/unfilled"}, "else": schema}


def _label(name: str) -> str:
    return name.removesuffix("[]")
