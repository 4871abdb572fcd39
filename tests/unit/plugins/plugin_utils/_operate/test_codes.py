# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.codes import unknown_codes


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("LVS8111", "LVS8111 is not a known code; did you mean LVS811?"),
        ("lvs811", "lvs811 is not a known code; did you mean LVS811?"),
        ("vip-missing", "vip-missing is not a known code; did you mean LVS811?"),
        ("vip-mising", "vip-mising is not a known code; did you mean LVS811?"),
    ],
)
def test_the_one_that_was_meant_is_named(code: str, told: str) -> None:
    assert unknown_codes(["LVS811", code, "LVS102"]) == [told]
