# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the archive that is published, from the files that Git knows: the same files give the same bytes.

  archive.py [FOLDER]    build it, into build/release unless another folder is named, and print its path

ansible-galaxy writes files in the order in which the file system lists them, and with their times. Here they are
sorted, and have the time of SOURCE_DATE_EPOCH, or else of the last commit.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
RELEASE = PROJECT / "build" / "release"
MANIFEST, FILES = "MANIFEST.json", "FILES.json"


def moment() -> int:
    """The time of every file in the archive, in seconds since the epoch."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    return int(said or subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=PROJECT, text=True))


def copy_known_files(folder: Path) -> None:
    """Copy what Git knows: what else lies in the work tree is never published by accident."""
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=PROJECT, text=True).split("\0")
    for name in filter(None, names):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, target, follow_symlinks=False)


def build(folder: Path) -> Path:
    """Build the archive into a folder, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        source, output = Path(scratch, "source"), Path(scratch, "output")
        copy_known_files(source)
        subprocess.run(
            ["ansible-galaxy", "collection", "build", "--output-path", str(output)],
            cwd=source,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (built,) = output.glob("*.tar.gz")
        archive = folder / built.name
        archive.write_bytes(reproducible(built.read_bytes(), moment()))
    return archive


def reproducible(archive: bytes, seconds: int) -> bytes:
    """The archive with its files, and its own list of them, in order; all of one time, and nobody's."""
    members, texts = _read(archive)
    listed = json.loads(texts[FILES])
    listed["files"].sort(key=lambda entry: entry["name"])
    texts[FILES] = _json(listed)
    manifest = json.loads(texts[MANIFEST])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(texts[FILES]).hexdigest()
    texts[MANIFEST] = _json(manifest)

    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        # The manifest comes first, as ansible-galaxy has it: readers of an archive need not look through all of it.
        for name in sorted(members, key=lambda name: (name != MANIFEST, name != FILES, name)):
            tar.addfile(*_member(members[name], texts.get(name), seconds))
    return packed.getvalue()


def _read(archive: bytes) -> tuple[dict[str, tarfile.TarInfo], dict[str, bytes]]:
    """The members of an archive by name, and the content of those that are files."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        members = {member.name: member for member in tar.getmembers()}
        texts = {name: tar.extractfile(member).read() for name, member in members.items() if member.isfile()}  # type: ignore[union-attr]
    return members, texts


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=4, sort_keys=True) + "\n").encode()


def _member(member: tarfile.TarInfo, text: bytes | None, seconds: int) -> tuple[tarfile.TarInfo, io.BytesIO | None]:
    """The same member without what differs between two machines."""
    same = tarfile.TarInfo(member.name)
    same.type, same.linkname, same.mode, same.mtime = member.type, member.linkname, member.mode, seconds
    if text is None:
        return same, None
    same.size = len(text)
    return same, io.BytesIO(text)


def main(arguments: list[str]) -> int:
    print(build(Path(arguments[0]) if arguments else RELEASE))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
