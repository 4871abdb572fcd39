# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All formats of files that can be imported, and which of them a file has. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from . import ipvsadm, keepalived_conf, ldirectord, piranha
from .files import Files
from .imported import Imported, NotUnderstood, Source


class Format(Protocol):
    """What each of these modules has."""

    NAME: str

    @property
    def recognised(self) -> Callable[[str], bool]: ...

    @property
    def read(self) -> Callable[[Sequence[Source], Files], Imported]: ...


# In the order in which they are asked: what has words of keepalived's is keepalived.conf, whatever its name is.
FORMATS: tuple[Format, ...] = (keepalived_conf, piranha, ldirectord, ipvsadm)
_KNOWN = "keepalived.conf, lvs.cf of piranha, ldirectord.cf or haresources, and rules of ipvsadm"
# What people take for one of these, and what to do with it.
_OTHERS = (
    (re.compile(r"\x00"), "it is no text file"),
    (re.compile(r"\A\s*\Z"), "it is empty"),
    (re.compile(r"\{\{.*\}\}|<%.*%>"), "it is a template: import the file that is made of it"),
    (
        re.compile(r"^IP Virtual Server version|^Prot LocalAddress", re.MULTILINE),
        "it is what ipvsadm shows, without all settings: import what ipvsadm -S -n saves",
    ),
    (
        re.compile(r"^\[[^\]\n]+\]\s*$.*^\s*real\s*=", re.MULTILINE | re.DOTALL),
        "it has sections in [], which ldirectord does not know: write each as virtual=ADDRESS:PORT, with its lines "
        "below it and indented",
    ),
    (
        re.compile(r"^\s*(auto_failback|ucast|bcast|mcast|respawn)\s", re.MULTILINE),
        "it is ha.cf of heartbeat: import haresources and ldirectord.cf",
    ),
    (re.compile(r"<cib\b|<primitive\b|^primitive ", re.MULTILINE), "it is for Pacemaker: import its ldirectord.cf"),
)


def read(sources: Sequence[Source], files: Files) -> Imported:
    """What the files say, whatever program they are of. NotUnderstood where there is nothing to import."""
    if not sources:
        raise NotUnderstood("Say what to import: -e file=keepalived.conf, or -e from=HOST for a running director.")
    texts = {source.path: files.read(source.path) for source in sources}
    for path, text in texts.items():
        if text is None:
            raise NotUnderstood(f"{path} cannot be read: {files.fault(path)}. Nothing was imported.")
    return format_of({path: text or "" for path, text in texts.items()}).read(sources, files)


def format_of(texts: Mapping[str, str]) -> Format:
    """The format that all files have. texts: path -> the file's text."""
    found = {path: next((each for each in FORMATS if each.recognised(text)), None) for path, text in texts.items()}
    for path, text in texts.items():
        if found[path] is None:
            raise NotUnderstood(f"{path} was taken for none of {_KNOWN}: {_guess(text)}")
    formats = {each.NAME: each for each in found.values() if each is not None}
    if len(formats) != 1:
        listed = "; ".join(f"{path} is of {each.NAME}" for path, each in found.items() if each is not None)
        raise NotUnderstood(f"files of one program are imported at a time, but {listed or 'there is no file'}")
    return next(iter(formats.values()))


def _guess(text: str) -> str:
    usual = "look whether it is the right file, and whether all of it is there"
    return next((told for pattern, told in _OTHERS if pattern.search(text)), usual)
