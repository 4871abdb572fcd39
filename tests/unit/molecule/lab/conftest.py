# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys
from pathlib import Path

# `python3 molecule/lab` finds its modules in its own folder; so do its tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "molecule" / "lab"))
