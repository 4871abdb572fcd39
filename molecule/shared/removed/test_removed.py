# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nothing of the cluster is left: each host is what it was before the roll-out."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from ansible_collections.lvs.cluster.molecule.conftest import PROJECT, Lab
from ansible_collections.lvs.cluster.molecule.shared.before.test_before import SNAPSHOT

# Kernel modules stay loaded, and with them their fallback devices and what those have.
FALLBACK_DEVICES = {"tunl0", "gre0", "gretap0", "erspan0", "sit0", "ip6tnl0", "ip6gre0"}
# The built-in chains that iptables-nft makes for itself when it is first used; no tool takes them away.
EMPTY_CHAINS = ("*", ":", "COMMIT")


def remembered(lab: Lab, name: str) -> dict[str, Any]:
    path = PROJECT / "build" / "snapshots" / lab.scenario / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", Lab(os.environ["MOLECULE_SCENARIO_NAME"]).hosts)


def test_the_host_is_as_it_was(lab: Lab, name: str) -> None:
    before, after = remembered(lab, name), json.loads(lab.python(name, SNAPSHOT.read_text(encoding="utf-8")))
    # Some sysctls come with the kernel modules; those that were there before have their values again.
    after["sysctls"] = {key: value for key, value in after["sysctls"].items() if key in before["sysctls"]}
    after["links"] = sorted(set(after["links"]) - (FALLBACK_DEVICES - set(before["links"])))
    for tool in ("iptables", "ip6tables", "arptables"):
        for snapshot in (before, after):
            snapshot[tool] = [line for line in snapshot[tool] if line and not line.startswith(EMPTY_CHAINS)]
    assert {section for section in before if before[section] != after[section]} == set(), [
        difference(before[section], after[section]) for section in before if before[section] != after[section]
    ]


def difference(before: Any, after: Any) -> Any:
    """What is only in one of two sections."""
    if isinstance(before, dict):
        return {key: (before.get(key), after.get(key)) for key in before | after if before.get(key) != after.get(key)}
    first, second = ({json.dumps(line) for line in lines} for lines in (before, after))
    return sorted(first ^ second)
