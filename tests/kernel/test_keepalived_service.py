# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that ended between the writing of keepalived.conf and the reload: the next one makes up for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import interface, service, text

__all__ = ["interface"]
CONFIGURATION = Path("/etc/keepalived/keepalived.conf")


@pytest.fixture
def unit(interface: None) -> Iterator[None]:
    """keepalived.service, as the distribution has it, at work with a configuration of the cluster."""
    assert not CONFIGURATION.exists()
    assert module("keepalived", content=text(service()))["changed"]
    run("systemctl", "start", "keepalived.service")
    yield
    run("systemctl", "stop", "keepalived.service")
    CONFIGURATION.unlink()


@pytest.mark.usefixtures("kernel", "unit")
def test_what_keepalived_has_not_read_is_a_change() -> None:
    assert not module("keepalived", content=text(service()))["changed"]
    other = text(service(scheduler="rr"))
    assert module("keepalived", content=other)["changed"]
    for check in (True, False):
        again = module("keepalived", content=other, check=check)
        assert (again["changed"], again["unread"], again["diff"]) == (True, True, [])
    run("systemctl", "reload", "keepalived.service")
    again = module("keepalived", content=other)
    assert (again["changed"], again["unread"]) == (False, False)
