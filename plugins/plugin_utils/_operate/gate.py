# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a run may go on: who was to take part in what has been done so far, and has not answered.

Ansible goes on without a host that it cannot reach or where a task has failed. any_errors_fatal does not help: it takes
the other hosts of the same play out of the run, and the plays for all other hosts go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def silent(hosts: Iterable[str], registered: Mapping[str, Any]) -> list[str]:
    """The hosts whose task has no result, or one that says that the host was not reached or that the task failed.

    registered: host -> what the task has registered there.
    """
    return sorted(host for host in set(hosts) if not _has_answered(registered.get(host)))


def _has_answered(result: Any) -> bool:
    if isinstance(result, Mapping):
        return not result.get("unreachable") and not result.get("failed")
    return result is not None  # a fact that the part has set
