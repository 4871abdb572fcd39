# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf as text: whose it is, and what of it nobody may see. Pure. Private to the collection."""

from __future__ import annotations

import re
from typing import NamedTuple

# The first line of a file that this collection has written.
HEADER = "# Written by lvs.cluster, as a whole; a change by hand is lost at the next run."
# Stands in a text for the password, until it is written.
PASSWORD = "@password@"
HIDDEN = "********"
# A keyword whose value is a secret, up to the end of its line.
_SECRET = re.compile(r"^(\s*(?:auth_pass|password|key|active_key)\s+)\S.*$", re.MULTILINE)

# The line of a track_file that names the path, in quotes or without.
_TRACKED = re.compile(r'^(\s*file\s+"?)(/[^"\n]*)', re.MULTILINE)


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


class StandIn(NamedTuple):
    """A folder that takes the place of one that is not there, while a configuration is tested."""

    folder: str
    instead: str

    def path(self, path: str) -> str:
        """Return where something in the folder, or the folder itself, is meanwhile."""
        inside = path == self.folder or path.startswith(self.folder + "/")
        return self.instead + path[len(self.folder) :] if inside else path

    def used_in(self, text: str) -> str:
        """Return a configuration that tracks the files of the stand-in."""
        return _TRACKED.sub(lambda found: found.group(1) + self.path(found.group(2)), text)

    def unused_in(self, told: str) -> str:
        """Return what keepalived says of such a configuration, as it would have said it of the folder."""
        return told.replace(self.instead, self.folder)
