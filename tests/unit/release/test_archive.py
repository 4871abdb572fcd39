# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The archive that is published: the same files give the same bytes, and all that a user needs is in it, no more."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.requirements import PACKAGES
from ansible_collections.lvs.cluster.tests.release import archive

PROJECT = Path(__file__).resolve().parents[3]
MOMENT = 1_700_000_000


def built(names: Sequence[str], time: int, user: str) -> bytes:
    """An archive as ansible-galaxy builds it: in the order of the file system, with times and a user."""
    files = {"files": [{"name": name, "chksum_sha256": "0"} for name in names], "format": 1}
    listed = json.dumps(files).encode()
    manifest = {"file_manifest_file": {"name": "FILES.json", "chksum_sha256": hashlib.sha256(listed).hexdigest()}}
    texts = {"MANIFEST.json": json.dumps(manifest).encode(), "FILES.json": listed, **{n: n.encode() for n in names}}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in texts.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.uname = len(text), time, user
            tar.addfile(member, io.BytesIO(text))
        link = tarfile.TarInfo("link")
        link.type, link.linkname, link.mtime = tarfile.SYMTYPE, "a", time
        tar.addfile(link)
    return packed.getvalue()


def test_neither_order_nor_time_nor_user_matters() -> None:
    here, there = built(["b", "a"], 1, "alice"), built(["a", "b"], 2, "bob")
    assert here != there
    assert archive.reproducible(here, MOMENT) == archive.reproducible(there, MOMENT)


def test_a_changed_file_matters() -> None:
    assert archive.reproducible(built(["a"], 1, ""), MOMENT) != archive.reproducible(built(["b"], 1, ""), MOMENT)


def test_the_manifest_fits_and_links_stay() -> None:
    data = archive.reproducible(built(["b", "a"], 1, "alice"), MOMENT)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert tar.getnames() == ["MANIFEST.json", "FILES.json", "a", "b", "link"]
        assert {(member.mtime, member.uname, member.uid) for member in tar} == {(MOMENT, "", 0)}
        assert tar.getmember("link").linkname == "a"
        listed, manifest = (tar.extractfile(name).read() for name in ("FILES.json", "MANIFEST.json"))  # type: ignore[union-attr]
    wanted = json.loads(manifest)["file_manifest_file"]["chksum_sha256"]
    assert hashlib.sha256(listed).hexdigest() == wanted


def test_of_the_tests_it_has_what_ansible_test_reads() -> None:
    ignored = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
    names = subprocess.check_output(["git", "ls-files", "tests"], cwd=PROJECT, text=True).split()
    entries = {"/".join(name.split("/")[:2]) for name in names}
    assert entries - {*ignored} == {"tests/config.yml"}


def test_nothing_that_it_has_reads_what_it_lacks() -> None:
    """Whoever runs the collection from the archive has neither tests nor molecule."""
    imports = ("cluster.tests", "cluster.molecule")
    for path in (PROJECT / "plugins").rglob("*.py"):
        assert not any(word in path.read_text(encoding="utf-8") for word in imports), path


def test_execution_environments_are_told_of_what_a_rehearsal_needs() -> None:
    lines = (PROJECT / "bindep.txt").read_text(encoding="utf-8").splitlines()
    named = {line.split()[0] for line in lines if line and not line.startswith("#") and "platform:dpkg" in line}
    assert named == {*PACKAGES.values()}


def test_execution_environments_read_files_that_are_there() -> None:
    told = yaml.safe_load((PROJECT / "meta/execution-environment.yml").read_text(encoding="utf-8"))
    assert told["dependencies"] == {"python": "requirements.txt", "system": "bindep.txt"}
