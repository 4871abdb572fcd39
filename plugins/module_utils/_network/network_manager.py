# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What NetworkManager takes away of what others have set, and how that comes back. Pure. Private to the collection.

`nmcli device reapply` removes the addresses of others from an interface, `nmcli connection up` their routes in every
table too; neither touches routing rules, and a restart nothing. Where it manages an interface it has no setting against
that. But it runs the scripts of its dispatcher then, within a tenth of a second (NetworkManager 1.42.4).
"""

from __future__ import annotations

from typing import Dict

from .again import script

PROGRAM = "NetworkManager"
SCRIPT = "/etc/NetworkManager/dispatcher.d/90-lvs"
PATHS = (SCRIPT,)
# NetworkManager-dispatcher(8): its second argument.
_EVENTS = "up|reapply|dhcp4-change|dhcp6-change"


def files(batch: str) -> Dict[str, str]:
    """Return the files by which NetworkManager has the cluster's addresses and routes set up again."""
    why = "NetworkManager removes what it has not set itself when it sets an interface up again"
    return {SCRIPT: script(batch, why, f'case "$2" in {_EVENTS}) ;; *) exit 0 ;; esac')}
