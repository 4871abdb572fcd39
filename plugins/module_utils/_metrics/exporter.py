# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The program that writes the metrics of this director into a file: `python3 FOLDER FILE`. Private to the collection.

It runs on a director, without Ansible, from a folder with copies of the files that it uses.
"""

from __future__ import annotations

import sys

from .._files import replace_text
from .._netlink.errors import NetlinkError
from .read import read
from .samples import samples
from .text import exposition


def main() -> None:
    """Write the metrics into the file that the first argument names, in one step. The old file stays where it fails."""
    try:
        replace_text(sys.argv[1], exposition(samples(read())))
    except (NetlinkError, OSError) as error:
        raise SystemExit(f"The metrics of this director could not be read or written: {error}") from error
