# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rules are asked about when keepalived.conf of a director is written: words that its keepalived does not know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .._keepalived.words import unknown_words as words_unknown_to
from .._rules.rule import Note, error, seen
from .fault import Release, as_text


@dataclass(frozen=True)
class Written:
    """text: keepalived.conf as a director is to get it, None for none. release: that of its keepalived, where known."""

    host: str
    text: str | None = None
    release: Release | None = None


def known_releases(written: Written) -> Iterator[tuple[Written, str, Release]]:
    if written.text and written.release:
        yield written, written.text, written.release


@error("LVS776", "unknown-words", each=known_releases)
def unknown_words(written: Written, text: str, release: Release) -> Iterator[Note]:
    """keepalived.conf has words that this release of keepalived does not know: it leaves them out, or refuses the file.

    Install the release that the message names, or leave out of the definition what needs these words.
    """
    unknown = words_unknown_to(text, release)
    if unknown:
        listed = ", ".join(f"{word} (since {as_text(first)})" for word, first in unknown.items())
        yield seen(
            written.host,
            f"has keepalived {as_text(release)}",
            f"It does not know these words of keepalived.conf, and would leave them out or refuse the file: {listed}",
            f"Install keepalived {as_text(max(unknown.values()))} or newer, or leave out of the definition what needs "
            "these words",
        )
