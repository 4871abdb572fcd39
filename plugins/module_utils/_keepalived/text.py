# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf as text: whose it is, and what of it nobody may see. Pure. Private to the collection."""

from __future__ import annotations

import re
from typing import FrozenSet, List, NamedTuple, Tuple

# The first line of a file that this collection has written.
HEADER = "# Written by lvs.cluster, as a whole; a change by hand is lost at the next run."
# Stands in a text for the password, until it is written.
PASSWORD = "@password@"
HIDDEN = "********"
# A word of which what follows is a secret, whoever has written it and wherever: also in a comment. A path is one word.
_TELLING = r"[\w-]*(?:pass|pwd|secret|key|auth|token|credential)[\w./-]*"
# What follows without telling anything: what separates words, what opens a block or continues a line.
_NOTHING = re.compile(r"[\s\"'=:{}\\]*")
_KIND = re.compile(r"\s*auth_type\s+(?:PASS|AH)\s*")
_OPENS_SECRETS = re.compile(rf"\W*{_TELLING}[\s\"']*\{{\s*", re.IGNORECASE)
# A variable of keepalived.conf, where it is used.
_USED = re.compile(r"\$\{?(\w+)")

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
    return "\n".join(shown + (HIDDEN if hidden else "") for shown, hidden in _parted(text))


def without_secrets(told: str, text: str) -> str:
    """Return what somebody tells of a text, without the secrets that are in that text."""
    lines = (hidden for shown, hidden in _parted(text) if shown.lstrip()[:1] not in ("#", "!"))
    words = {word for line in lines for word in re.split(r"[\s\"'{}]+", line) if re.search(r"\w", word)}
    for word in sorted(words, key=len, reverse=True):
        told = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", HIDDEN, told)
    return told


def _parted(text: str) -> List[Tuple[str, str]]:
    """Return each line as what may be shown of it, and the secret at its end.

    A variable that is used where a secret stands holds one, and so does one that is used in its value.
    """
    names: FrozenSet[str] = frozenset()
    while True:
        parted = _parted_by(text, names)
        used = frozenset(name for _shown, hidden in parted for name in _USED.findall(hidden))
        if used <= names:
            return parted
        names |= used


def _parted_by(text: str, names: FrozenSet[str]) -> List[Tuple[str, str]]:
    """names: of the variables that hold secrets."""
    words = "|".join([_TELLING, *(rf"\${name}\b(?=\s*=)" for name in sorted(names))])
    telling = re.compile(rf"(?:{words})[\s\"'=:]*", re.IGNORECASE)
    parted = []
    depth, goes_on = 0, False  # of the block of a secret; whether the line before, with a secret, goes on in this one
    for line in text.split("\n"):
        found = None if goes_on else telling.search(line)
        start = found.end() if found else len(line) - len(line.lstrip()) if goes_on or depth else len(line)
        if _NOTHING.fullmatch(line, start) or (found and _KIND.fullmatch(line)):
            start = len(line)
        parted.append((line[:start], line[start:]))
        goes_on = (goes_on or found is not None) and line.rstrip().endswith("\\")
        if depth or _OPENS_SECRETS.fullmatch(line):
            depth = max(depth + line.count("{") - line.count("}"), 0)
    return parted


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
