# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The syntax of keepalived.conf: values as keepalived reads them back, whatever they contain."""

from __future__ import annotations

import re
from functools import lru_cache

# What keepalived's parser takes as it stands (parser.c): no blank, quote, comment sign or brace.
_PLAIN = re.compile(r"[A-Za-z0-9_.,:;/@%+=*?~^&|()\[\]-]+")


def word(value: object) -> str:
    """A value as one word, several in a tuple as so many words."""
    if isinstance(value, tuple):
        return " ".join(map(word, value))
    return _quoted(f"{value:g}" if isinstance(value, float) else str(value))


def lines(text: str, indent: int) -> str:
    """Lines of the owner's own, as they are."""
    return "\n".join(" " * indent + line if line else "" for line in text.splitlines())


def own_lines(text: str | None) -> str | None:
    """The same without blank lines at the end; None where nothing is left."""
    return (text or "").rstrip("\n") or None


@lru_cache(maxsize=2**16)
def _quoted(text: str) -> str:
    """In quotes where it needs them: alloc_strvec_quoted_escaped() in parser.c.

    A double quote is written as its octal code: within what other functions of parser.c take for quoted they would find
    braces and comments of their own. So is a brace that is alone: a process that skips the block would count it
    (process_stream()).
    """
    if _PLAIN.fullmatch(text):
        return text
    text = text.replace("\\", "\\\\").replace('"', r"\042")
    return '"' + {"{": r"\173", "}": r"\175"}.get(text, text) + '"'
