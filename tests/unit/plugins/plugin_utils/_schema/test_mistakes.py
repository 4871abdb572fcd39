# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""mistakes.yml: what users write, and the whole sentence by which they can mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import HOSTS, problems, service

MISTAKES = yaml.safe_load(Path(__file__).with_name("mistakes.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: repr(mistake["wrong"])[:60])
def test_a_mistake_gets_its_sentence(mistake: dict[str, Any]) -> None:
    wrong = mistake["wrong"]
    found = problems(
        service(**wrong.get("service", {})),
        cluster=wrong.get("cluster"),
        hosts={"web1": {**HOSTS["web1"], **wrong.get("host", {})}},
        engine="keepalived",
    )
    assert " ".join(found) == mistake["says"]
