# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions as the beginning of a run has read them, for all tasks that follow.

Each task runs in a process of its own, so what has been read lies in a file: in the temporary folder of the run, which
Ansible makes for its user alone (mode 0700) and removes at the end.
"""

from __future__ import annotations

import os
import pickle

from ansible import constants

from .clusters import Clusters


def keep(clusters: Clusters) -> None:
    path = _path()
    with open(f"{path}.new", "wb") as file:
        pickle.dump(clusters, file, protocol=pickle.HIGHEST_PROTOCOL)
    os.replace(f"{path}.new", path)


def kept() -> Clusters | None:
    """What this run has kept; None where it has kept nothing, as when a role is used by itself."""
    try:
        with open(_path(), "rb") as file:
            clusters: Clusters = pickle.load(file)
    except FileNotFoundError:
        return None
    return clusters


def _path() -> str:
    return os.path.join(constants.DEFAULT_LOCAL_TMP, "lvs.cluster.definition")
