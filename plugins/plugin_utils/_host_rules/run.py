# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what hosts report to what the rules on hosts find."""

from __future__ import annotations

from collections.abc import Iterable

from .._rules.finding import Finding
from .._rules.run import found_by, silenced_by
from .._rules.table import ON_HOSTS
from .._values.cluster import Cluster


def findings(subject: object, clusters: Iterable[Cluster | None]) -> list[Finding]:
    """What the rules find that are asked about such a subject, without the advice that a cluster's owner has silenced.

    clusters: those that the subject is about; None for a host that is in no cluster.
    """
    return found_by(ON_HOSTS[type(subject)], subject, silenced_by(filter(None, clusters)))
