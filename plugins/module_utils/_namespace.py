# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether this process is in a user namespace of its own, as in an unprivileged container. Private to the collection.

There root is not the kernel's root: IPVS takes no request (GENL_ADMIN_PERM asks for a capability in the initial user
namespace), its sysctls are hidden (ip_vs_control_net_init_sysctl() in ip_vs_ctl.c), and no kernel module is loaded.
"""

from __future__ import annotations

from ._files import read_text

UID_MAP = "/proc/self/uid_map"
# What the initial user namespace has: every number is itself (user_namespaces(7)).
EVERYBODY = ["0", "0", "4294967295"]
IN_A_USER_NAMESPACE = (
    "This host runs in a user namespace, as an unprivileged container does. There the kernel hides or refuses what "
    "IPVS and its sysctls need: use the host that the container runs on, a virtual machine, or a privileged container"
)


def explanation() -> str:
    """Return why this host cannot do what others can, "" where it is like any other."""
    mapped = (read_text(UID_MAP) or "").split()
    return IN_A_USER_NAMESPACE if mapped and mapped != EVERYBODY else ""


def explained(message: str) -> str:
    """Return the message of a failure, with the explanation where there is one and it does not say so itself."""
    why = explanation()
    return f"{message.rstrip('.')}. {why}" if why and "user namespace" not in message else message
