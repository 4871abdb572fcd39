# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of others, in which this collection has a part. Private to the collection."""

from __future__ import annotations

from .._change import InvalidInput
from .._files import read_text


def refuse_what_cannot_be_kept(path: str) -> None:
    """Refuse a file that would not be the same, byte for byte, when it has been read and written. InvalidInput."""
    text = read_text(path)
    if text is None:
        return
    with open(path, "rb") as stream:
        kept = stream.read() == text.encode("utf-8", "replace")
    if not kept:
        raise InvalidInput(
            (
                f"{path}: it has characters that are not of UTF-8, or lines that end as on Windows, which would not "
                "stay as they are; write it with a text editor in UTF-8, with plain ends of lines",
            )
        )
