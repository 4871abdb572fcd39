# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter lvs.cluster.closed_firewall. Documented in closed_firewall.yml beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils._operate.closed_firewall import closed_firewall


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"closed_firewall": closed_firewall}
