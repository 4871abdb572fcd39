# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The digest of a definition: the same for two that say the same, with every default filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from .._values.cluster import Cluster

LENGTH = 12


def digest(cluster: Cluster) -> str:
    """A number of LENGTH hexadecimal digits. Passwords of VRRP have no part in it: no value of a cluster has them."""
    told = json.dumps(cluster, default=_told, sort_keys=True, separators=(",", ":"), check_circular=False)
    return sha256(told.encode()).hexdigest()[:LENGTH]


def _told(value: Any) -> Any:
    """What JSON can say of a value that it has no word for."""
    names = _names_of(value.__class__)
    if names:
        # What is not set has no part in it, so that a new key changes no digest of a definition without it.
        parts = ((name, getattr(value, name)) for name in names)
        return {name: part for name, part in parts if part is not None and part != ()}
    if isinstance(value, Mapping):
        return sorted(value.items())
    return sorted(value) if isinstance(value, frozenset) else str(value)


@cache
def _names_of(kind: type) -> tuple[str, ...]:
    """The parts of a value that count where two are compared; none for what is not of such parts."""
    return tuple(each.name for each in fields(kind) if each.compare) if is_dataclass(kind) else ()
