# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flags of schedulers, in the words of ipvsadm, which keepalived and ldirectord have as well. Pure."""

from __future__ import annotations

from ...module_utils._ipvs.model import NAMED_FLAGS, SCHEDULERS_BY_CLIENT

NUMBERED = {f"flag-{number}": name for number, name in enumerate(NAMED_FLAGS, 1)}
FLAGS = (*NUMBERED, *(f"{scheduler}-{flag}" for scheduler in SCHEDULERS_BY_CLIENT for flag in NAMED_FLAGS))


def flag_of(word: str, scheduler: object) -> str | None:
    """What a flag is called in the definition; None where it does nothing with this scheduler."""
    own, _sign, flag = word.partition("-")
    if word not in FLAGS or scheduler not in SCHEDULERS_BY_CLIENT or (word not in NUMBERED and own != scheduler):
        return None
    return NUMBERED.get(word, flag)
