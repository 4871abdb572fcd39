# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways of checking real servers, by the name that a cluster has for its own."""

from __future__ import annotations

from .._values.cluster import Cluster
from .checker import Checker
from .keepalived import Keepalived
from .nobody import Nobody

CHECKERS: dict[str, Checker] = {"keepalived": Keepalived(), "none": Nobody()}


def checker_of(cluster: Cluster) -> Checker:
    return CHECKERS[cluster.checks_by]
