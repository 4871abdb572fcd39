# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The announcer of VIPs, with the program that a director gets. Documented in plugins/modules/announcer.py."""

from __future__ import annotations

from ..plugin_utils._copies import ANNOUNCER
from ..plugin_utils._origin import ChangingAction


class ActionModule(ChangingAction):
    """Runs the module on the host, with the files of the program."""

    program = ANNOUNCER
