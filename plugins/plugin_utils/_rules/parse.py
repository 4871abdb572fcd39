# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A definition is read, then judged: a cluster comes out, or all errors at once."""

from __future__ import annotations

from collections.abc import Mapping

from .._cluster.definition import read
from .._cluster.members import Groups
from .._values.cluster import Cluster
from .finding import ERROR, DefinitionError, of_value
from .run import findings


def parse(cluster: object, services: object, groups: Groups, variables: Mapping[str, Mapping[str, object]]) -> Cluster:
    """The cluster that the variables define; DefinitionError where one cannot be. Arguments: see definition.read()."""
    reading = read(cluster, services, groups, variables)
    refused = [of_value(problem.path, problem.text, problem.missing) for problem in reading.problems]
    errors = [*refused, *(found for found in findings(reading.cluster) if found.severity == ERROR)]
    if errors:
        raise DefinitionError(errors)
    return reading.cluster
