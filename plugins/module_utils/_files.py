# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text files of this host: read whole, replaced in one step, and on the disk when the call returns. Private."""

from __future__ import annotations

import glob
import os
import stat
import tempfile
from contextlib import suppress
from typing import Dict, FrozenSet, Iterable, Optional

from ._places import FOLDER

TEMPORARY = ".lvs-"  # begins the names of files that will take the place of others
DROP_IN_FOLDERS = (".service.d", ".network.d", "/networkd.conf.d")
Texts = Dict[str, Optional[str]]  # path -> content, None where there is no such file


def read_text(path: str) -> str | None:
    """Return the text of a file, None where it is not there."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def write_texts(texts: Texts) -> None:
    """Write files, each in one step; what is None goes. OSError at the first that fails."""
    for path, content in texts.items():
        replace_text(path, content)


def replace_text(path: str, text: str | None, mode: int | None = None) -> None:
    """Replace a file in one step, so that a crash leaves the old or the new one.

    mode: by default that of the file which is there; everybody may read a new one, and run it if it is a script. The
    owner stays.

    With None it goes, and with it the folder of the cluster, or of drop-ins, that has no other.
    """
    if text is None:
        with suppress(FileNotFoundError):
            os.unlink(path)
        folder = os.path.dirname(path)
        if folder == FOLDER or folder.endswith(DROP_IN_FOLDERS):
            remove_empty([folder])
    else:
        folder = os.path.dirname(path)
        os.makedirs(folder, mode=0o755, exist_ok=True)
        temporary = new_file(text, folder, _mode_for(path, text) if mode is None else mode)
        try:
            _keep_owner(path, temporary)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
    sync_folder(path)


def private_mode(path: str) -> int:
    """Return the mode of a file without what it lets everybody do; a new one its group may read."""
    return _mode_for(path, "") & 0o770 if os.path.exists(path) else 0o640


def _mode_for(path: str, text: str) -> int:
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        return 0o755 if text.startswith("#!") else 0o644


def _keep_owner(path: str, temporary: str) -> None:
    """Give a file that takes the place of another the owner and the group of that one."""
    with suppress(FileNotFoundError):
        there, new = os.stat(path), os.stat(temporary)
        if (there.st_uid, there.st_gid) != (new.st_uid, new.st_gid):
            os.chown(temporary, there.st_uid, there.st_gid)
            os.chmod(temporary, stat.S_IMODE(new.st_mode))  # a change of owner takes bits of it


def file_diff(path: str, before: str | None, after: str | None) -> dict[str, str]:
    """Return how a file changes, as --diff shows it; None where there is none."""
    return {"before_header": path, "after_header": path, "before": before or "", "after": after or ""}


def missing_folders(paths: Iterable[str]) -> FrozenSet[str]:
    """Return the folders of files that are not there."""
    return frozenset(folder for folder in map(os.path.dirname, paths) if not os.path.isdir(folder))


def remove_empty(folders: Iterable[str]) -> None:
    """Remove those of the folders that are there and have nothing in them."""
    for folder in folders:
        with suppress(OSError):
            os.rmdir(folder)


def new_file(text: str, folder: str | None, mode: int) -> str:
    """Return the path of a new file in a folder, by default in that for temporary files."""
    prefix = f"{TEMPORARY}{os.getpid()}-"
    handle, path = tempfile.mkstemp(prefix=prefix, dir=folder)  # which its owner alone may read
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
    except OSError:
        os.unlink(path)
        raise
    return path


def tidy(paths: Iterable[str]) -> None:
    """Remove what calls that were killed have left beside these files, and where temporary files are.

    One may have a password in it. What belongs to a process that still runs is in use.
    """
    for folder in {*map(os.path.dirname, paths), tempfile.gettempdir()}:
        for path in glob.glob(os.path.join(glob.escape(folder), f"{TEMPORARY}*")):
            with suppress(OSError):  # another call was faster
                number = os.path.basename(path)[len(TEMPORARY) :].partition("-")[0]
                found = os.lstat(path)
                left = not (number.isdecimal() and os.path.exists(f"/proc/{number}"))
                if left and stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():
                    os.unlink(path)


def sync_folder(path: str) -> None:
    """Let a power cut a moment later find the file at `path` as it is now, there or gone; fsync(2), NOTES."""
    with suppress(FileNotFoundError):  # nor a folder: nothing was there
        folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
