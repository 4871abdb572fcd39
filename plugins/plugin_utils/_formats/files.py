# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that an import reads: a reader asks for them by path or pattern, and touches no disk itself."""

from __future__ import annotations

from typing import Protocol


class Files(Protocol):
    """Where files come from: the controller's disk, a director, or a test."""

    def read(self, path: str) -> str | None:
        """The text of a file; None where it cannot be read. Bytes that are no UTF-8 come as surrogates."""

    def fault(self, path: str) -> str:
        """Why a file cannot be read."""

    def matching(self, pattern: str, folder: str) -> list[str]:
        """The paths that glob(3) finds for a pattern, in its order; a relative one starts at the folder."""
