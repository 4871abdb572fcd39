# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people are asked for who tell of a fault in keepalived, without the secrets in it. Private to the collection."""

from __future__ import annotations

from typing import Dict, Optional

from .._files import read_text
from .check import find, version_in_full
from .service import read_journal
from .text import masked, without_secrets

_LINES = 3000


def texts(path: str) -> Dict[str, str]:
    """Return the configuration at `path`, what keepalived says of its version, and its last lines in the journal."""
    configuration, program = read_text(path) or "", find()
    return {
        "configuration": masked(configuration),
        "version": version_in_full(program) if program else "",
        "journal": shown_journal(read_journal(_LINES, "short-iso-precise"), configuration),
    }


def shown_journal(journal: Optional[str], configuration: str) -> str:
    """Return what may be shown of a journal: none of the secrets that the configuration has."""
    return without_secrets(journal or "", configuration)
