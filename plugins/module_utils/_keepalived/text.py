# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf as text: whose it is, and what of it nobody may see. Pure. Private to the collection."""

from __future__ import annotations

import re

# The first line of a file that this collection has written.
HEADER = "# Written by lvs.cluster, as a whole; a change by hand is lost at the next run."
# Stands in a text for the password, until it is written.
PASSWORD = "@password@"
HIDDEN = "********"
# A keyword whose value is a secret, up to the end of its line.
_SECRET = re.compile(r"^(\s*(?:auth_pass|password|key|active_key)\s+)\S.*$", re.MULTILINE)


def is_own(text: str) -> bool:
    """Return whether the collection has written this."""
    return text.startswith(HEADER)


def with_password(text: str, password: str | None) -> str:
    """Return the text with the password in its places. ValueError where it has such places and there is none."""
    if PASSWORD in text and not password:
        raise ValueError(f"content: it has a place for a password ({PASSWORD}), and the option password is not given")
    return text.replace(PASSWORD, password or "")


def masked(text: str) -> str:
    """Return the text without secrets."""
    return _SECRET.sub(lambda found: found.group(1) + HIDDEN, text)
