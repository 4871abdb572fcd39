# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is logged in where a module runs, and from where. Private.

What users can set themselves, such as environment variables, counts only if it has the form of a user name or address.
"""

from __future__ import annotations

import os
import pwd
import re
from ipaddress import ip_address
from typing import Dict, Iterator, Mapping

from .._files import read_text

LOGIN_UID = "/proc/self/loginuid"
_NOBODY = str(2**32 - 1)  # of a process that no login has started: loginuid_show() in the kernel's fs/proc/base.c
_USER = re.compile(r"[\w.@$+-]{1,64}")
_FAR = 32  # how many processes to look at between this one and the login


def login() -> Dict[str, str]:
    """Return user and address, each "" where nobody can tell."""
    return {"user": _user(), "address": next(filter(None, map(_client_of, _environments())), "")}


def _user() -> str:
    """Return who has logged in: by the kernel's audit login UID, or else by sudo, or else the user of this process."""
    number = (read_text(LOGIN_UID) or _NOBODY).strip()
    if number != _NOBODY and number.isdecimal():
        return _name(int(number))
    told = os.environ.get("SUDO_USER", "")
    return told if _USER.fullmatch(told) else _name(os.getuid())


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _environments() -> Iterator[Mapping[bytes, bytes]]:
    """Yield the environment of this process and of its ancestors: sudo passes on little of its own environment."""
    process = os.getpid()
    for _each in range(_FAR):
        if process < 1:
            return
        try:
            with open(f"/proc/{process}/environ", "rb") as file:
                yield dict(word.partition(b"=")[::2] for word in file.read().split(b"\0"))
            with open(f"/proc/{process}/stat", "rb") as file:
                process = int(file.read().rpartition(b")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return


def _client_of(environment: Mapping[bytes, bytes]) -> str:
    """Return the address of the SSH client, "" where there is none."""
    word = environment.get(b"SSH_CONNECTION", b"").decode("ascii", "replace").partition(" ")[0]
    try:
        return str(ip_address(word.partition("%")[0]))
    except ValueError:
        return ""
