# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nobody may see who reads a definition. Pure."""

from __future__ import annotations

from ...module_utils._keepalived.text import masked


def tells_a_secret(text: str) -> bool:
    """Whether text, such as a command, has a value after a word such as password or token."""
    return masked(text) != text
