# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of which a part may be unknown, because what the owner wrote there was refused.

What is wrong there has been told, and nothing may follow from it: whoever asks for such a part gets Unknown, and a rule
that does so keeps quiet. A cluster of which nothing was refused has no unknown part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


class Unknown(AttributeError):
    """The value was refused."""


def partly_known(cls: type[T]) -> type[T]:
    """For a dataclass: a part of an instance that nobody has set raises Unknown, though the class has a default."""
    for each in fields(cls):  # type: ignore[arg-type]
        if each.name in vars(cls):
            delattr(cls, each.name)
    cls.__getattr__ = _unknown  # type: ignore[attr-defined]
    return cls


def made_of(cls: type[T], known: Mapping[str, Any]) -> T:
    """An instance with these parts; all others are unknown, defaults or not."""
    value = object.__new__(cls)
    vars(value).update(known)
    return value


def is_known(value: object, name: str) -> bool:
    return name in vars(value)


def _unknown(value: object, name: str) -> NoReturn:
    raise Unknown(f"{type(value).__name__}.{name}")
