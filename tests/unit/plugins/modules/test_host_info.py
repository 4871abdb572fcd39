# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What host_info takes. What it reads on a host: tests/kernel/test_host_info.py."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Network
from ansible_collections.lvs.cluster.plugins.modules.host_info import _ask


def test_who_has_what_is_no_address_is_no_question() -> None:
    with pytest.raises(InvalidInput, match="ask: 'shop' is no IPv4 or IPv6 address"):
        _ask(["shop"], Network())
