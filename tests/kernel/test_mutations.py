# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Odd values that a definition accepts, handed to keepalived: it takes them all (tests/mutations)."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import check
from ansible_collections.lvs.cluster.tests.kernel.namespaces import within
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived_takes import NAMESPACE, RENDERED, host
from ansible_collections.lvs.cluster.tests.mutations.batches import Batch, Change

pytestmark = pytest.mark.usefixtures("drained_folder")
# What the host decides and the definition cannot know: which users there are, and which programs.
OF_THE_HOST = re.compile(
    "Unable to set uid|Error setting global script|Failed to set (uid|default user)|Invalid user/group|"
    "Invalid smtp server|not found/accessible|Unable to access script"
)
# The kernel takes no interface of these names: dev_valid_name() and, for all and default, __devinet_sysctl_register().
NO_INTERFACES = ("all", "default")
Refused = list[tuple[str, str]]


def batches() -> list[list[Change]]:
    listed = json.loads((RENDERED / "mutations" / "batches.json").read_text(encoding="utf-8"))
    return [
        [Change(**{**change, "interfaces": tuple(change["interfaces"])}) for change in changes] for changes in listed
    ]


def refused(changes: list[Change], ask: Callable[[str], str]) -> Refused:
    """Those that keepalived does not take, each with what it says; found by halves."""
    batch = Batch()
    rest = [change for change in changes if not batch.takes(change)]
    found = refused(rest, ask) if rest else []
    reason = ask(batch.text)
    if not reason:
        return found
    if len(batch.changes) == 1:
        return [*found, (batch.changes[0].mutant, reason)]
    half = len(batch.changes) // 2
    return [*found, *refused(batch.changes[:half], ask), *refused(batch.changes[half:], ask)]


@pytest.fixture
def ask(tmp_path: Path) -> Callable[[str], str]:
    """What keepalived says against a configuration."""
    program = check.find()
    assert program

    def asked(text: str) -> str:
        path = tmp_path / f"{abs(hash(text))}.conf"
        path.write_text(text, encoding="utf-8")
        try:
            return check.fault(program, str(path), text)
        except subprocess.TimeoutExpired:
            return "keepalived did not end"
        finally:
            path.unlink()

    return asked


def test_keepalived_takes_what_a_definition_accepts(ask: Callable[[str], str]) -> None:
    every = batches()
    names = {name for changes in every for change in changes for name in change.interfaces}
    interfaces: dict[str, list[str]] = {name: [] for name in names if name not in NO_INTERFACES}
    interfaces["eth0"] = ["192.0.2.2/24", "2001:db8::2/64"]
    with host(interfaces), within(NAMESPACE, 4) as threads:
        answers = list(threads.map(lambda changes: refused(changes, ask), every))
    wrong = [(mutant, reason) for found in answers for mutant, reason in found if not OF_THE_HOST.search(reason)]
    print(f"{sum(map(len, every))} configurations in {len(every)} batches, {len(wrong)} refused")
    assert not wrong, "\n".join(f"{mutant}\n    {reason}" for mutant, reason in wrong)
