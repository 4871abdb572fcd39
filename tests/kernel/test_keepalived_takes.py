# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests/cases/render.py has written on the controller, handed to keepalived: all that is accepted, it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import check
from ansible_collections.lvs.cluster.tests.kernel.conftest import run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import batch, within

NAMESPACE = "lvscases"
RENDERED = Path(__file__).resolve().parents[2] / "rendered"
pytestmark = pytest.mark.usefixtures("drained_folder")
# Debian 11's keepalived passes over what it does not know.
OLD = (check.version(check.find() or "") or "").startswith("2.1.")
CONFIGURATIONS = sorted(RENDERED.glob("cases/*.conf"))


@contextmanager
def host(interfaces: dict[str, list[str]]) -> Iterator[None]:
    """A network namespace with these interfaces, each with its addresses."""
    run("ip", "netns", "add", NAMESPACE)
    try:
        lines = ["link set lo up"]
        for name, addresses in interfaces.items():
            lines += (
                [] if name == "lo" else [f"link add name {name} type dummy", f"link set dev {name} multicast on up"]
            )
            lines += [f"address add {address} dev {name}" for address in addresses]
        batch(NAMESPACE, lines)
        yield
    finally:
        run("ip", "netns", "delete", NAMESPACE)


def test_there_is_something_to_take() -> None:
    assert CONFIGURATIONS


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_keepalived_takes_it(path: Path) -> None:
    program = check.find()
    assert program
    interfaces = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with host(interfaces), within(NAMESPACE) as thread:
        text = path.read_text(encoding="utf-8")
        said = thread.submit(check.fault, program, str(path), text).result()
    if OLD and said:
        # A roll-out ends before it comes to that: LVS773, LVS776.
        assert "does not know words of this configuration and would run without them" in said
        assert "Unknown keyword 'payload'" in said
    else:
        assert said == ""
