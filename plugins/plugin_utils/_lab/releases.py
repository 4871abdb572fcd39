# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The releases of Debian that machines can have, the usual one first."""

from __future__ import annotations

RELEASES = ("bookworm", "trixie", "bullseye", "sid")
