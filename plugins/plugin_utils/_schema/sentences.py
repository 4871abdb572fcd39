# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of messages: values as they are shown, the name that was meant, several names in few words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from ...module_utils._keepalived.text import masked


def hostvars_of(hosts: Sequence[str]) -> str:
    """The path of a variable that is wrong on several hosts, up to its name."""
    return f"hostvars[{some(hosts)}]"


def some(names: Sequence[str]) -> str:
    """The first of several names, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def nearest(name: object, names: Iterable[str]) -> str:
    """The end of a message about a wrong name: the name that was meant, or else those that there are."""
    names = tuple(names)
    close = closest(str(name), names)
    if close:
        return f"; did you mean {close}?"
    return f"; use one of {', '.join(names[:20])}{', ...' if len(names) > 20 else ''}" if names else ""


def closest(name: str, names: Iterable[str], likeness: float = 0.6) -> str:
    return next(iter(difflib.get_close_matches(name, names, n=1, cutoff=likeness)), "")


def shown(value: object) -> str:
    """A value as a message shows it: text in quotes, never long, and never what may be a password.

    That is what a mapping holds, and what follows a word such as password where somebody has forgotten a colon.
    """
    if isinstance(value, Mapping) and value:
        return "a mapping"
    if isinstance(value, (list, tuple)) and any(isinstance(item, (Mapping, list, tuple)) for item in value):
        return "this list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    # str.__str__: subclasses of str (tagged or unsafe text) show as plain text.
    plain = str.__str__(value) if isinstance(value, str) else value
    words = repr(masked(plain)) if isinstance(plain, str) else masked(repr(plain))
    return words if len(words) <= 60 else words[:57] + "..."
