# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong between this host's kernel and us. Private to the collection."""

from __future__ import annotations

import errno
import os
from typing import Any


class NetlinkError(Exception):
    """Anything that went wrong while talking netlink; its text is written for the operator."""


class MalformedMessage(NetlinkError):
    """The kernel's message is cut short or contradicts the tables; no value was taken from it."""


class DumpInterrupted(NetlinkError):
    """The kernel's list changed while it was being dumped (NLM_F_DUMP_INTR); read it again."""


class PartlyDone(NetlinkError):
    """The kernel refused some changes of a plan; the text names the first. done: those that it carried out."""

    def __init__(self, text: str, done: tuple[Any, ...]) -> None:
        self.done = done
        super().__init__(text)


class KernelRefused(NetlinkError):
    """The kernel answered one message with an error.

    number: the errno, positive.
    operation: what was asked, in words, for example "add service tcp 192.0.2.198:80".
    reason: what this errno means for this operation, in words; "" where only the errno is known.
    kernel_message: the kernel's extended acknowledgement (NLMSGERR_ATTR_MSG), "" where there is none.
    """

    def __init__(self, number: int, operation: str, reason: str = "", kernel_message: str = "") -> None:
        self.number = number
        self.operation = operation
        self.reason = reason
        self.kernel_message = kernel_message
        name = errno.errorcode.get(number, str(number))
        said = reason or os.strerror(number)
        extended = f'; the kernel says "{kernel_message}"' if kernel_message else ""
        super().__init__(f"cannot {operation}: {said} ({name}){extended}")
