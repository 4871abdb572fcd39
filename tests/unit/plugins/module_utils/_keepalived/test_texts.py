# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import texts as subject

CONFIGURATION = "vrrp_instance lvs {\n  authentication {\n    auth_type PASS\n    auth_pass s3cret\n  }\n}\n"


def test_a_journal_has_none_of_the_secrets_of_the_configuration() -> None:
    journal = "lvs1 Keepalived_vrrp[7]: (lvs) wrong password s3cret from 192.0.2.3\n"
    shown = subject.shown_journal(journal, CONFIGURATION)
    assert shown == "lvs1 Keepalived_vrrp[7]: (lvs) wrong password ******** from 192.0.2.3\n"
    assert subject.shown_journal(None, CONFIGURATION) == ""


def test_a_configuration_is_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a host that has neither keepalived nor a journal."""
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "keepalived.conf"
    path.write_text(CONFIGURATION, encoding="utf-8")
    told = subject.texts(str(path))
    assert "    auth_pass ********\n" in told["configuration"]
    assert "s3cret" not in str(told)
    assert subject.texts(str(tmp_path / "none"))["configuration"] == ""
