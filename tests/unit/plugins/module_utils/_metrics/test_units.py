# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The units by which systemd runs the exporter."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._metrics.units import service, written_file


@pytest.mark.parametrize("of_root", [True, False])
def test_root_gets_into_the_folder_of_another_user_by_one_capability(of_root: bool) -> None:
    text = service("/usr/bin/python3", "/usr/local/lib/lvs-metrics", "/var/lib/x/lvs.prom", "lvs-metrics", of_root)
    assert ("CAP_DAC_OVERRIDE" in text) != of_root
    assert "\nReadWritePaths=/var/lib/x\n" in text
    assert written_file(text) == "/var/lib/x/lvs.prom"


def test_a_unit_of_others_says_of_no_file() -> None:
    assert written_file("") == ""
    assert written_file("[Service]\nExecStart=true\n") == ""
