# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A definition is read, then judged: a cluster comes out, or all errors at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._cluster import definition
from .._cluster.model import Cluster
from .._schema.place import Problem
from .finding import ERROR
from .run import findings


def parse(
    cluster: object,
    services: object,
    groups: Mapping[str, Sequence[str]],
    hosts: Mapping[str, Mapping[str, object]],
) -> Cluster:
    """The cluster that the variables define; DefinitionError where one cannot be. Arguments: see definition.parse()."""
    read = definition.parse(cluster, services, groups, hosts)
    errors = [Problem(found.path, found.sentence) for found in findings(read) if found.severity == ERROR]
    if errors:
        raise definition.DefinitionError(errors)
    return read
