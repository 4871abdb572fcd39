# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot be tried on a kernel that is to go on: nothing but a boot takes kernel.modules_disabled=1 back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._network import support


def test_a_kernel_that_loads_no_module_any_more_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: the kernel's answer is a file."""
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel" / "modules_disabled").write_text("1\n")
    monkeypatch.setattr(support, "SYSCTL_FOLDER", str(tmp_path))
    with pytest.raises(InvalidInput, match="Name ip_vs_rr in a file"):
        support.refuse_missing_modules(["ip_vs_rr"])
