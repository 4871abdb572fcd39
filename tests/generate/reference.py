# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of the reference: tables of all keys of a definition."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.record import Field
from ansible_collections.lvs.cluster.tests.generate.parts import PAGES, Fields, Schema, name_of, one_of

INTRODUCTIONS = {
    "services": "Services: `lvs_services`",
    "cluster": "The cluster: `lvs_cluster`",
    "health-checks": "Health checks: `checks`",
    "hosts": "Hosts",
}
NOTE = """\
Made by `make generate` from the words themselves, in `plugins/plugin_utils/_schema`. What goes together, and why, is in
[the definition](../definition.md).
"""
HEADER = "| key | takes | default | unit | meaning | keepalived's word |\n|---|---|---|---|---|---|"
RECORDS_PAGE = {name: page for page, parts in PAGES.items() for name in parts}


def pages() -> dict[str, str]:
    """The name of each file below docs/reference, and its text."""
    return {f"{page}.md": "\n".join(_page(page, parts)) for page, parts in PAGES.items()}


def _page(page: str, parts: dict[str, Fields]) -> Iterator[str]:
    yield f"# {INTRODUCTIONS[page]}\n\n{NOTE}"
    for name, fields in parts.items():
        if not fields:
            continue
        yield f"## {name}\n\n{HEADER}"
        for key, entry in fields.items():
            yield _row(key, entry, page)
        yield ""


def _row(key: str, entry: Field, page: str) -> str:
    schema = entry.schema()
    example = f" Example: `{entry.example}`." if entry.example else ""
    word = f"`{entry.keepalived}`" if entry.keepalived else ""
    unit = next((way["unit"] for way in one_of(schema) if "unit" in way), "")
    cells = (f"`{key}`", _takes(schema, page), _default(entry), unit, f"{entry.doc}{example}", word)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(entry: Field) -> str:
    if entry.required:
        return "*required*"
    if isinstance(entry.default, bool):
        return f"`{str(entry.default).lower()}`"
    plain = entry.default not in (None, (), {}) and not isinstance(entry.default, dict)
    return f"`{entry.default}`" if plain and not entry.otherwise else entry.otherwise


def _takes(schema: Schema, page: str) -> str:
    ways = one_of(schema)
    single = _either([way for way in ways if way.get("type") != "array"], page)
    items = next((_either(one_of(way["items"]), page) for way in ways if way.get("type") == "array"), "")
    if not items:
        return single
    return f"list of {items}" if not single else f"{single}; or a list of {'these' if items == single else items}"


def _either(ways: list[Schema], page: str) -> str:
    return " or ".join(dict.fromkeys(_way(way, page) for way in ways))


def _way(schema: Schema, page: str) -> str:
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"] if isinstance(word, str))
    kinds = schema.get("type", ())
    if kinds == "object":
        return _mapping(schema, page)
    if kinds == "array":
        return f"list of {_takes(schema['items'], page)}"
    if "title" in schema:
        return str(schema["title"]).removeprefix("an ").removeprefix("a ").removeprefix("the ")
    if "minimum" in schema:
        return f"number, {schema['minimum']:g} to {schema['maximum']}"
    return "`true` or `false`" if "boolean" in kinds and "pattern" in schema else "text" if kinds else "anything"


def _mapping(schema: Schema, page: str) -> str:
    name = name_of(schema)
    if name.startswith("check_"):
        return "mapping, see [health checks](health-checks.md)"
    if name:
        anchor = "".join(sign for sign in name.lower() if sign.isalnum() or sign in "_-")
        return f"mapping, see [{name}]({'' if RECORDS_PAGE[name] == page else RECORDS_PAGE[name] + '.md'}#{anchor})"
    if "properties" in schema:
        return f"mapping with the keys {', '.join(f'`{key}`' for key in schema['properties'])}"
    return "mapping"
