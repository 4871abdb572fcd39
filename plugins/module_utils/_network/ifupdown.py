# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ifupdown takes away of what others have set, and how that comes back. Pure. Private to the collection.

`ifdown` takes an interface down, and the kernel its routes, in every table; Debian's flushes its addresses too. After
`ifup`, the scripts in a folder are run.
"""

from __future__ import annotations

from typing import Dict

from .again import script

PROGRAM = "ifup"
SCRIPT = "/etc/network/if-up.d/lvs"
PATHS = (SCRIPT,)


def files(batch: str) -> Dict[str, str]:
    """Return the files by which ifupdown has the cluster's addresses and routes set up again."""
    why = "ifdown takes an interface down with all that it has"
    # interfaces(5): of `ifup --all`, the last call has this in the place of an interface.
    return {SCRIPT: script(batch, why, '[ "$IFACE" != lo ] || exit 0')}
