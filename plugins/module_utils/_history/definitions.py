# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions that were rolled out on this director, kept beside its history, each by its digest. Private.

They are for root alone, as the history is. One stays as long as an entry of the history names it, and no more than the
latest LIMIT of them.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import zlib
from contextlib import suppress
from typing import Any, Dict, Iterator, NamedTuple, Set

from .files import DEFINITION, MAX_BYTES, add, folder, history_in, opened, read_in
from .text import parse

LIMIT = 20


class Definition(NamedTuple):
    """digest: as entries of the history name it. text: JSON, as the controller has written it."""

    digest: str
    text: str


def unpacked(packed: str) -> Definition:
    """Return a definition as the option origin.definition has it. ValueError where it is none, or too long to keep."""
    try:
        inflate = zlib.decompressobj()
        data = inflate.decompress(base64.b64decode(packed, validate=True), MAX_BYTES)
        if not inflate.eof:
            raise ValueError(f"the definition is longer than {MAX_BYTES} bytes, or cut off")
        text = data.decode()
        return Definition(_digest_of(json.loads(text)), text)
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise ValueError(f"it is no packed definition: {error}") from error


def keep(definition: Definition) -> None:
    """Keep it, and drop those that the history does not name any more. OSError where that is not possible.

    The history must name it already. One that is kept already is not written again.
    """
    with folder(fcntl.LOCK_EX) as handle:
        name, there = _name(definition.digest), _kept(handle)
        if definition.digest in there:
            os.utime(name, dir_fd=handle, follow_symlinks=False)  # it is the latest again
            return
        _write(name, definition.text.encode(), handle)
        for digest in there - _to_keep({*there, definition.digest}, handle):
            os.unlink(_name(digest), dir_fd=handle)


def kept() -> Dict[str, Any]:
    """Return what was kept: digest -> definition, without damaged ones. OSError where it cannot be read."""
    try:
        with folder(fcntl.LOCK_SH) as handle:
            return {digest: found for digest in _kept(handle) for found in _parsed(digest, handle)}
    except FileNotFoundError:
        return {}


def _name(digest: str) -> str:
    return f"definition-{digest}.json"


def _digest_of(document: Any) -> str:
    digest = document.get("digest") if isinstance(document, dict) else None
    if not isinstance(digest, str) or not DEFINITION.fullmatch(_name(digest)):
        raise ValueError("the definition has no digest")
    return digest


def _kept(handle: int) -> Set[str]:
    return {found[1] for found in map(DEFINITION.fullmatch, os.listdir(handle)) if found and not found[2]}


def _to_keep(digests: Set[str], handle: int) -> Set[str]:
    """Return those that an entry of the history names, the latest LIMIT of them."""
    named = {digest for entry in parse(history_in(handle)).entries for digest in _named(entry["origin"])}

    def rolled_out(digest: str) -> int:
        return os.stat(_name(digest), dir_fd=handle, follow_symlinks=False).st_mtime_ns

    return {*sorted(digests & named, key=rolled_out)[-LIMIT:]}


def _named(origin: Dict[str, Any]) -> Iterator[str]:
    definitions = origin.get("definitions")
    yield from (str(digest) for digest in (definitions.values() if isinstance(definitions, dict) else ()))


def _write(name: str, data: bytes, handle: int) -> None:
    """Put the file there in one step."""
    new = f"{name}.new"
    with suppress(FileNotFoundError):
        os.unlink(new, dir_fd=handle)  # of a writer that was killed
    file = opened(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, handle)
    try:
        add(file, data)
        os.replace(new, name, src_dir_fd=handle, dst_dir_fd=handle)
    except OSError:
        with suppress(OSError):
            os.unlink(new, dir_fd=handle)
        raise
    finally:
        os.close(file)


def _parsed(digest: str, handle: int) -> Iterator[Any]:
    with suppress(ValueError, RecursionError):
        document = json.loads(read_in(_name(digest), handle))
        if _digest_of(document) == digest:
            yield document
