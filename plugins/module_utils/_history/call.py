# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records a module's change in the history when it is made. Private."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Mapping

from ansible.module_utils.common.parameters import remove_values

from .. import _places
from .definitions import keep, unpacked
from .files import append
from .login import login
from .model import entry, stamp
from .text import written


def write_down(module: Any, result: Mapping[str, Any], failure: str = "") -> None:
    """Record what a call has changed, by its result. In check mode, and where nothing was changed, no file is opened.

    failure: how the call has failed, "" where it has not. A history that cannot be written is only a warning: the host
    has been changed, and the tasks that follow must still run.
    """
    if module.check_mode or not result.get("changed"):
        return
    secrets = module.no_log_values
    shown = {name: remove_values(result[name], secrets) for name in ("plan", "commands", "diff") if name in result}
    now, name = stamp(datetime.now(timezone.utc)), module._name.rpartition(".")[2]
    origin, why = module.params.get("origin") or {}, remove_values(failure, secrets)
    try:
        append(written(entry(now, name, origin, login(), {**result, **shown}, why)))
    except OSError as error:
        module.warn(f"The change was made, but it could not be written to {_places.HISTORY}: {error}")
        return
    if origin.get("definition"):
        _keep(module, origin["definition"])


def _keep(module: Any, packed: str) -> None:
    """Keep the definition that is rolled out, by which lvs.cluster.undo finds the way back."""
    try:
        keep(unpacked(packed))
    except (OSError, ValueError) as error:
        module.warn(f"The change was made, but its definition could not be kept for lvs.cluster.undo: {error}")
