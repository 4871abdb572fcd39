# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make what is published, in build/release: the archive, the list of its parts, and the checksums: `make release`

It refuses files that are not committed: nobody could build the same archive again. docs/releasing.md has the steps.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import archive
import yaml

PROJECT = archive.PROJECT


def controller_needs(runtime: dict[str, Any], requirements: str) -> list[str]:
    """What the collection needs on the controller, as requirements of Python packages. Managed hosts get none of it."""
    listed = [line for line in requirements.splitlines() if line and not line.startswith("#")]
    return [f"ansible-core{runtime['requires_ansible']}", *listed]


def project_table(galaxy: dict[str, Any]) -> str:
    """The collection as a project of Python: how cyclonedx-py wants to be told what the parts are parts of."""
    told = {
        "name": f"{galaxy['namespace']}.{galaxy['name']}",
        "version": galaxy["version"],
        "description": galaxy["description"],
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    (licence,) = galaxy["license"]
    return "\n".join(["[project]", *lines, f"license = {json.dumps(licence)}", ""])


def parts(built: Path) -> str:
    """The collection, with the checksum of its archive, and what it needs, as a document of CycloneDX."""
    galaxy, runtime = (
        yaml.safe_load((PROJECT / name).read_text(encoding="utf-8")) for name in ("galaxy.yml", "meta/runtime.yml")
    )
    needs = controller_needs(runtime, (PROJECT / "requirements.txt").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch, "pyproject.toml")
        table.write_text(project_table(galaxy), encoding="utf-8")
        words = [sys.executable, "-m", "cyclonedx_py", "requirements", "-", "--pyproject", str(table)]
        words += ["--mc-type", "library", "--output-reproducible", "--output-format", "JSON"]
        done = subprocess.run(words, input="\n".join(needs), text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"cyclonedx-py ended with status {done.returncode}:\n{done.stderr}")
    return json.dumps(completed(json.loads(done.stdout), checksum(built)), indent=2) + "\n"


def completed(document: dict[str, Any], sha256: str) -> dict[str, Any]:
    """With what the tool does not know: the checksum of the archive, and that the collection itself needs all of it."""
    collection = document["metadata"]["component"]
    needed = sorted(part["bom-ref"] for part in document["components"])
    others = [entry for entry in document["dependencies"] if entry["ref"] != collection["bom-ref"]]
    return {
        **document,
        "metadata": {
            **document["metadata"],
            "component": {**collection, "hashes": [{"alg": "SHA-256", "content": sha256}]},
        },
        "dependencies": [*others, {"ref": collection["bom-ref"], "dependsOn": needed}],
    }


def valid(document: str) -> bool:
    """Whether it is one of CycloneDX, by the schema of its own version."""
    # Of the release's tools: the unit tests have none of them.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    version = SchemaVersion.from_version(json.loads(document)["specVersion"])
    return JsonStrictValidator(version).validate_str(document) is None


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checksums(paths: Iterable[Path]) -> str:
    """What sha256sum prints of them, where they lie in its own folder."""
    return "".join(f"{checksum(path)}  {path.name}\n" for path in paths)


def main() -> int:
    uncommitted = subprocess.check_output(["git", "status", "--porcelain"], cwd=PROJECT, text=True)
    if uncommitted:
        print(f"Commit these first, or take them away; nothing was made:\n{uncommitted}", end="", file=sys.stderr)
        return 1
    shutil.rmtree(archive.RELEASE, ignore_errors=True)
    built = archive.build(archive.RELEASE)
    stem = built.name.removesuffix(".tar.gz")
    listed = built.with_name(f"{stem}.cdx.json")
    listed.write_text(parts(built), encoding="utf-8")
    if not valid(listed.read_text(encoding="utf-8")):
        print(f"{listed} is no document of CycloneDX by its schema; publish nothing", file=sys.stderr)
        return 1
    sums = built.with_name(f"{stem}.sha256")
    sums.write_text(checksums([built, listed]), encoding="utf-8")
    for path in (built, listed, sums):
        print(path.relative_to(PROJECT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
