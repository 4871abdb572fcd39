# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of this collection, as an installed collection and a checkout have it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import yaml

_COLLECTION = Path(__file__).resolve().parents[2]


def collection_version(folder: Path = _COLLECTION) -> str:
    """The version, "unknown" where neither file of the collection can be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
        return str(manifest["collection_info"]["version"])
    with suppress(OSError, yaml.YAMLError, KeyError, TypeError):
        return str(yaml.safe_load((folder / "galaxy.yml").read_text(encoding="utf-8"))["version"])
    return "unknown"
