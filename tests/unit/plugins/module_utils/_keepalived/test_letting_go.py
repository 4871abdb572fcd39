# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which parts of keepalived have nothing to do. What becomes of them: tests/kernel/test_axes.py."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.letting_go import idle_parts

SERVICES, ROUTERS = "virtual_server 192.0.2.198 80 {\n}\n", "vrrp_instance lvs {\n}\n"


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        (SERVICES + ROUTERS, []),
        (SERVICES, ["vrrp"]),
        (ROUTERS, ["checkers"]),
        ("virtual_server_group shop {\n}\n", ["checkers", "vrrp"]),
        ("", ["checkers", "vrrp"]),
    ],
)
def test_a_part_without_a_block_of_its_own_is_idle(text: str, idle: list[str]) -> None:
    assert idle_parts(text) == idle
