# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No file of someone else is ever lost."""

from __future__ import annotations

import os
from pathlib import Path

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.configuration import Configuration, kept_copies
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import HEADER


def test_each_file_of_others_is_kept_and_the_newest_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf"
    for number in range(12):
        path.unlink(missing_ok=True)
        path.write_text(f"# foreign {number}\n")
        Configuration(str(path)).replace(f"{HEADER}\n")
        Configuration(str(path)).replace(f"{HEADER}\n# again\n")
    copies = kept_copies(str(path))
    assert [Path(copy).read_text() for copy in copies] == [f"# foreign {number}\n" for number in range(12)]
    assert copies[0] == f"{path}.before-lvs"
    assert Configuration(str(path)).left() == "# foreign 11\n"
    Configuration(str(path)).remove()
    assert path.read_text() == "# foreign 11\n"
    assert kept_copies(str(path)) == copies[:-1]


def test_a_run_that_was_killed_between_copy_and_file_makes_no_second_copy(tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf"
    path.write_text("# foreign\n")
    os.link(path, tmp_path / "keepalived.conf.before-lvs")
    Configuration(str(path)).replace(f"{HEADER}\n")
    assert len(kept_copies(str(path))) == 1


def test_what_is_left_when_the_newest_was_put_back_stays(tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf"
    (tmp_path / "keepalived.conf.before-lvs").write_text("# older\n")
    path.write_text("# foreign\n")
    configuration = Configuration(str(path))
    assert configuration.left() == "# foreign\n"
    configuration.remove()
    assert path.read_text() == "# foreign\n"
    assert len(kept_copies(str(path))) == 1
