# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of which one section is made by `make generate`, and the rest is written by hand."""

from __future__ import annotations

MARK = "<!-- Made by `make generate` from {source}, down to the next heading. -->\n\n"


def renewed(own: str, title: str, source: str, made: str) -> str:
    """The page with what is made below a heading. own: the page as it is. source: what it is made from, as a path.

    ValueError where the page has no such heading, with an empty line below it.
    """
    heading = f"## {title}\n\n"
    before, found, rest = own.partition(heading)
    if not found:
        raise ValueError(f"{own.splitlines()[0]}: there is no heading '## {title}' with an empty line below it")
    _old, next_heading, after = rest.partition("\n## ")
    return f"{before}{heading}{MARK.format(source=source)}{made}{next_heading}{after}"
