# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions of a run, read once: as the first task has read them, for all tasks that follow.

To read them takes the variables of every host, and a run asks for them once or twice on each host. Each task runs in a
process of its own, so what has been read lies in a file: in the temporary folder of the run, which Ansible makes for
its user alone (mode 0700) and removes at the end. It counts for tasks that see the same definition: a play can define
another one in its own variables.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from ansible import constants

from .._schema.host import CLUSTER_NAME_VARIABLE, CLUSTER_VARIABLES
from .clusters import Clusters
from .definition import CONNECTION_VARIABLES, is_read
from .inventory import FillIn, read_clusters


class Reading(NamedTuple):
    """What a task goes by. fresh: this task has read it, and nobody has told its warnings yet."""

    clusters: Clusters
    fresh: bool


def read_once(task_vars: Mapping[str, Any], fill_in: FillIn, anew: bool = False) -> Reading:
    """The clusters that the variables of a task define; see read_clusters(). anew: whatever has been read before."""
    known = None if anew else _kept(task_vars)
    if known and not _has_unread_variables(known, task_vars):
        return Reading(known, fresh=False)
    clusters = read_clusters(task_vars, fill_in)
    _keep(clusters, task_vars)
    return Reading(clusters, fresh=True)


def _has_unread_variables(known: Clusters, task_vars: Mapping[str, Any]) -> bool:
    """Whether a host has variables that nobody has checked: it is in no cluster, so no other host has read them."""
    own = (name for name in task_vars if is_read(name) and name not in (*CONNECTION_VARIABLES, CLUSTER_NAME_VARIABLE))
    return any(own) and not known.of_host(task_vars["inventory_hostname"])


def _keep(clusters: Clusters, variables: Mapping[str, Any]) -> None:
    """Keep what a task has read that has these variables, templates not filled in."""
    path = _path(variables)
    own = f"{path}.{os.getpid()}"
    with open(own, "wb") as file:
        pickle.dump(clusters, file, protocol=pickle.HIGHEST_PROTOCOL)
    os.replace(own, path)


def _kept(variables: Mapping[str, Any]) -> Clusters | None:
    """What has been kept for a task with these variables; None where this run has not read it yet."""
    try:
        with open(_path(variables), "rb") as file:
            clusters: Clusters = pickle.load(file)
    except FileNotFoundError:
        return None
    return clusters


def _path(variables: Mapping[str, Any]) -> str:
    seen = [variables.get(name) for name in (*CLUSTER_VARIABLES, CLUSTER_NAME_VARIABLE)]
    return os.path.join(constants.DEFAULT_LOCAL_TMP, f"lvs.cluster-{sha256(repr(seen).encode()).hexdigest()}")
