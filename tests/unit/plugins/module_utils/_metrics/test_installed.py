# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exporter on a host. As systemd runs it: tests/kernel/test_metrics.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _installed
from ansible_collections.lvs.cluster.plugins.module_utils._metrics import installed
from ansible_collections.lvs.cluster.plugins.module_utils._metrics.installed import carry_out, differences, diffs

PRESENT: Dict[str, Any] = {"state": "present", "program": {"__main__.py": "main()\n", "lvs_cluster/a.py": "a = 1\n"}}
ABSENT: Dict[str, Any] = {"state": "absent", "folder": "", "program": {}}


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host of which all that matters is in a folder, with the folders of two node exporters."""
    for name in ("PROGRAM", "CACHE", "SERVICE", "TIMER"):
        monkeypatch.setattr(installed, f"METRICS_{name}", str(tmp_path / name.lower()))
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    return tmp_path


def present(host: Path, folder: str = "one") -> Dict[str, Any]:
    return {**PRESENT, "folder": str(host / folder)}


def files(host: Path) -> list[str]:
    return sorted(str(path.relative_to(host)) for path in host.rglob("*") if path.is_file())


def test_there_once_and_gone_again(host: Path) -> None:
    changes = differences(present(host))
    carry_out(changes, "present")
    assert files(host) == ["program/__main__.py", "program/lvs_cluster/a.py", "service", "timer"]
    assert differences(present(host)) == {}
    (host / "one" / "lvs.prom").write_text("")
    (host / "one" / "others.prom").write_text("")
    carry_out(differences(ABSENT), "absent")
    assert files(host) == ["one/others.prom"]
    assert not (host / "program").exists()
    assert differences(ABSENT) == {}


def test_a_new_version_replaces_the_old_one(host: Path) -> None:
    carry_out(differences(present(host)), "present")
    newer = {**present(host), "program": {"__main__.py": "main()\n", "lvs_cluster/b.py": "b = 1\n"}}
    changes = differences(newer)
    assert changes == {f"{host}/program/lvs_cluster/a.py": None, f"{host}/program/lvs_cluster/b.py": "b = 1\n"}
    (told,) = diffs(changes)
    assert [told["before"].split()[1], told["after"].split()[1]] == [*changes]
    carry_out(changes, "present")
    assert differences(newer) == {}


@pytest.mark.parametrize(("runs", "named"), [("python3.11", "python3"), ("python3", "python3"), ("other", "other")])
def test_the_unit_names_the_python_that_stays(
    host: Path, monkeypatch: pytest.MonkeyPatch, runs: str, named: str
) -> None:
    (host / "python3").symlink_to("python3.11")
    monkeypatch.setattr(_installed, "PYTHON", str(host / "python3"))
    monkeypatch.setattr(_installed.sys, "executable", str(host / runs))
    assert f"\nExecStart={host}/{named} -I " in str(differences(present(host))[f"{host}/service"])


def test_in_another_folder_it_leaves_nothing_in_the_first(host: Path) -> None:
    carry_out(differences(present(host)), "present")
    (host / "one" / "lvs.prom").write_text("")
    changes = differences(present(host, "other"))
    assert [*changes] == [f"{host}/service", f"{host}/one/lvs.prom"]
    carry_out(changes, "present")
    assert not (host / "one" / "lvs.prom").exists()
    assert f"{host}/other/lvs.prom" in (host / "service").read_text()
