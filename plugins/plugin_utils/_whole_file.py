# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files on the controller that are written as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress

PRIVATE = 0o600


def replace(path: str, content: bytes, mode: int = PRIVATE) -> None:
    """Put it there in one step. It is never readable by more than it may be, not even while it is written.

    mode: PRIVATE, or what the user's umask takes from. OSError where that fails.
    """
    folder = os.path.dirname(path) or "."
    handle, new = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(path)}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if mode != PRIVATE:
            os.chmod(new, mode & ~_umask())
        os.replace(new, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
