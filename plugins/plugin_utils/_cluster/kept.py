# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions of a run, read once: as the first task has read them, for all tasks that follow.

To read them takes the variables of every host, and a run asks for them once or twice on each host. Each task runs in a
process of its own, so what has been read lies in files: in the temporary folder of the run, which Ansible makes for
its user alone (mode 0700) and removes at the end. It counts for tasks that see the same definition: a play can define
another one in its own variables.

A task on a real server opens two small files, however many others there are: what every host goes by, and its share.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, NamedTuple

from ansible import constants

from .._schema.host import CLUSTER_NAME_VARIABLE, CLUSTER_VARIABLES
from .._values.clusters import Clusters
from .digest import digest
from .document import document, pack
from .inventory import Definitions, FillIn, read_definitions
from .members import CONNECTION_VARIABLES, is_read
from .shares import frame_of, shares_of, with_shares

PREFIX = "lvs.cluster-"


class Reading(NamedTuple):
    """What a task goes by. fresh: this task has read it, and nobody has told its warnings yet."""

    clusters: Clusters
    fresh: bool


class _Frame(NamedTuple):
    """What every host goes by. folder: where the rest lies. digests: of the whole definitions, by cluster."""

    clusters: Clusters
    folder: str
    digests: Mapping[str, str]


def read_once(
    task_vars: Mapping[str, Any], fill_in: FillIn, hosts: Collection[str] | None = None, anew: bool = False
) -> Reading:
    """The clusters that the variables of a task define; see read_definitions().

    hosts: those that the task is about. What concerns none of them may be missing; None for everything. anew: whatever
    has been read before.
    """
    if anew:
        return _read(task_vars, fill_in)
    known = _known(task_vars, hosts)
    if known:
        return known
    with _locked(_path(task_vars)):  # of many tasks that begin together, one reads and the others wait for it
        return _known(task_vars, hosts) or _read(task_vars, fill_in)


def digests(task_vars: Mapping[str, Any]) -> dict[str, str]:
    """Cluster -> digest, of those in which the host of a task takes part; none where nothing has been read yet."""
    host = task_vars.get("inventory_hostname", "")
    try:
        frame: _Frame = _load(_path(task_vars))
    except FileNotFoundError:
        return {}
    share = filter(os.path.exists, [_share_path(frame.folder, host)])
    return {one.name: frame.digests[one.name] for one in with_shares(frame.clusters, map(_load, share)).of_host(host)}


def packed_definition(task_vars: Mapping[str, Any], name: str | None = None) -> str | None:
    """What the definition of a cluster says, packed as pack() does it; None where nothing has been read yet.

    name: of the cluster; without it, that which the host of a task directs, None where it directs none.
    """
    try:
        frame: _Frame = _load(_path(task_vars))
    except FileNotFoundError:
        return None
    directed = frame.clusters.directed_by(task_vars.get("inventory_hostname", ""))
    wanted = name or (directed.name if directed else None)
    found: str | None = _load(_definitions_path(frame.folder)).get(wanted)
    return found


def _read(task_vars: Mapping[str, Any], fill_in: FillIn) -> Reading:
    read = read_definitions(task_vars, fill_in)
    _keep(read, task_vars)
    return Reading(read.clusters, fresh=True)


def _known(task_vars: Mapping[str, Any], hosts: Collection[str] | None) -> Reading | None:
    """As much of what has been kept as a task needs; None where this run has not read all of that yet."""
    try:
        frame: _Frame = _load(_path(task_vars))
    except FileNotFoundError:
        return None
    if _has_unread_variables(frame, task_vars):
        return None
    return Reading(_kept(frame, hosts), fresh=False)


def _has_unread_variables(frame: _Frame, task_vars: Mapping[str, Any]) -> bool:
    """Whether a host has variables that nobody has checked: it is in no cluster, so no other host has read them."""
    host = task_vars["inventory_hostname"]
    own = (name for name in task_vars if is_read(name) and name not in (*CONNECTION_VARIABLES, CLUSTER_NAME_VARIABLE))
    return any(own) and not (frame.clusters.directed_by(host) or os.path.exists(_share_path(frame.folder, host)))


def _kept(frame: _Frame, hosts: Collection[str] | None) -> Clusters:
    """What these hosts need: all where one is a director, or else their shares."""
    if hosts is None or any(map(frame.clusters.directed_by, hosts)):
        paths = [os.path.join(frame.folder, name) for name in os.listdir(frame.folder)]
    else:
        paths = list(filter(os.path.exists, (_share_path(frame.folder, host) for host in hosts)))
    return with_shares(frame.clusters, map(_load, paths))


def _keep(read: Definitions, variables: Mapping[str, Any]) -> None:
    """Keep what a task has read that has these variables, templates not filled in."""
    clusters = read.clusters
    folder = tempfile.mkdtemp(prefix=PREFIX, dir=constants.DEFAULT_LOCAL_TMP)
    for host, share in shares_of(clusters).items():
        _store(share, _share_path(folder, host))
    told = {one.name: digest(one) for one in clusters.every}
    packed = {
        one.name: pack(document(one.name, told[one.name], said))
        for one, said in zip(clusters.every, read.said, strict=True)
    }
    _store(packed, _definitions_path(folder))
    frame = f"{folder}.frame"
    _store(_Frame(frame_of(clusters), folder, told), frame)
    os.replace(frame, _path(variables))  # from here on it counts, all of it at once


def _store(value: object, path: str) -> None:
    with open(path, "xb", opener=_for_its_user_alone) as file:
        pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)


def _load(path: str) -> Any:
    with open(path, "rb") as file:
        return pickle.load(file)


def _for_its_user_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _locked(path: str) -> Iterator[None]:
    with open(f"{path}.lock", "wb", opener=_for_its_user_alone) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _share_path(folder: str, host: str | None) -> str:
    return os.path.join(folder, sha256((host or "").encode()).hexdigest())  # a host's name may be no name for a file


def _definitions_path(folder: str) -> str:
    return f"{folder}.definitions"


def _path(variables: Mapping[str, Any]) -> str:
    seen = [variables.get(name) for name in (*CLUSTER_VARIABLES, CLUSTER_NAME_VARIABLE)]
    return os.path.join(constants.DEFAULT_LOCAL_TMP, f"{PREFIX}{sha256(repr(seen).encode()).hexdigest()}")
