# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML as people write it, for the files of variables that the collection writes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

_TEMPLATES = ("{{", "{%", "{#")


class Encrypted(str):
    """Text of ansible-vault."""

    __slots__ = ()


class Literal(str):
    """Text in which Ansible must not look for a template."""

    __slots__ = ()


def literal(value: Any) -> Any:
    """A value in which Ansible finds no template, whatever text there is in it."""
    if isinstance(value, Mapping):
        return {key: literal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [literal(each) for each in value]
    is_template = isinstance(value, str) and any(mark in value for mark in _TEMPLATES)
    return Literal(value) if is_template else value


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented too."""
        del indentless
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """What stands in two places is written twice."""
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str, tag: str = "tag:yaml.org,2002:str") -> yaml.ScalarNode:
    style = "|" if "\n" in text else '"' if text.startswith("{{") else None
    return dumper.represent_scalar(tag, str.__str__(text), style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_multi_representer(str, _text)  # Ansible has strings of its own
_Dumper.add_representer(Literal, lambda dumper, text: _text(dumper, text, "!unsafe"))
_Dumper.add_representer(Encrypted, lambda dumper, text: dumper.represent_scalar("!vault", str.__str__(text), style="|"))


def dumped(values: object) -> str:
    """The values as YAML, keys in their order. Text that begins with {{ is a template, unless it is Literal."""
    text: str = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text
