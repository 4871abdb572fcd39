# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module, told who asks for a change. Documented in plugins/modules/bgp.py."""

from __future__ import annotations

from ..plugin_utils._origin import ChangingAction


class ActionModule(ChangingAction):
    """Runs the module on the host."""
