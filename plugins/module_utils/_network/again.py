# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A script by which what the cluster has on a host is set up again, for who can be told to run one. Pure. Private."""

from __future__ import annotations

_SCRIPT = """\
#!/bin/sh
# Written by lvs.cluster, as a whole: {why}.
{when}
# While the host boots and goes down, lvs.service alone says when that is set up.
systemctl is-active --quiet multi-user.target || exit 0
[ ! -e {batch}6 ] || ip -6 -force -batch {batch}6 2>/dev/null
[ ! -e {batch} ] || ip -force -batch {batch} 2>/dev/null
exit 0
"""


def script(batch: str, why: str, when: str) -> str:
    """Return the script. batch: the file for `ip -batch`. why: what it is there for. when: a line that ends it early.

    What is there already, `ip` refuses to add once more, and goes on.
    """
    return _SCRIPT.format(batch=batch, why=why, when=when)
