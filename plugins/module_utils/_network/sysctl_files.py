# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which other file on a host takes sysctls back that the cluster has set. Pure. Private to the collection."""

from __future__ import annotations

from typing import Iterator, Mapping, Sequence, Tuple

from .model import canonical_sysctl

# Read after all others: by `sysctl -p` and `sysctl --system` (PreloadSystem() in procps), and when ufw starts.
LAST = ("/etc/sysctl.conf", "/etc/ufw/sysctl.conf")


def contradictions(wanted: Mapping[str, str], own: str, files: Sequence[Tuple[str, str]]) -> tuple[str, ...]:
    """Return a sentence for each file that sets a wanted sysctl to something else after the cluster's own has set it.

    wanted: name -> value. own: the path of the cluster's file. files: path and text of the others. Of the same folders,
    files are read in the order of their names (sysctl.d(5)). A name with a * gives way to one without.
    """
    return tuple(
        f"{path} sets {name} to {value} after {own} has set it to {wanted[name]}, as at the next boot or by `sysctl "
        "--system`, and the cluster would stop working then. Remove this line there"
        for path, text in files
        if path in LAST or _name(path) > _name(own)
        for name, value in _settings(text)
        if value != wanted.get(name, value)
    )


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _settings(text: str) -> Iterator[Tuple[str, str]]:
    for line in map(str.strip, text.splitlines()):
        name, equals, value = line.lstrip("-").partition("=")
        if equals and line[0] not in "#;":
            yield canonical_sysctl(name.strip()), " ".join(value.split())
