# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what a keepalived is to judge: `render.py FOLDER`

For each director of each case that is accepted: CASE.DIRECTOR.conf, and CASE.DIRECTOR.json with the interfaces that the
configuration needs, each with the director's own addresses there.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import with_password
from ansible_collections.lvs.cluster.tests.cases.case import cases


def render(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for case in cases():
        if "refused" in case.expected:
            continue
        for director, text, interfaces in case.configurations():
            (folder / f"{case.name}.{director}.conf").write_text(with_password(text, "secret"), encoding="utf-8")
            (folder / f"{case.name}.{director}.json").write_text(json.dumps(interfaces), encoding="utf-8")


if __name__ == "__main__":
    render(Path(sys.argv[1]))
