# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""meta/runtime.yml says what the collection is."""

from __future__ import annotations

from pathlib import Path

import yaml

COLLECTION = Path(__file__).resolve().parents[2]


def test_the_action_group_has_every_module() -> None:
    """Defaults that a play sets for group/lvs.cluster.lvs reach all modules and name none that is not there."""
    runtime = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text(encoding="utf-8"))
    modules = sorted(path.stem for path in (COLLECTION / "plugins/modules").glob("[!_]*.py"))
    assert runtime["action_groups"] == {"lvs": modules}
