# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets in the variable lvs_cluster: the password of VRRP, and those of neighbours by BGP. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

KEY = "password"
OF_VRRP = "lvs_cluster.vrrp.password"


def secrets(cluster: object) -> dict[str, Any]:
    """Where a secret stands, in words -> what stands there."""
    found: dict[str, Any] = {}

    def keep(place: str, secret: object) -> object:
        found[place] = secret
        return secret

    with_secrets(cluster, keep)
    return found


def with_secrets(cluster: Any, replaced: Callable[[str, object], object]) -> Any:
    """The variable with what stands in the place of each of its secrets. replaced: gets the place and the secret."""
    if not isinstance(cluster, Mapping):
        return cluster
    parts = {**cluster}
    if _has_secret(cluster.get("vrrp")):
        parts["vrrp"] = {**cluster["vrrp"], KEY: replaced(OF_VRRP, cluster["vrrp"][KEY])}
    bgp = cluster.get("bgp")
    if isinstance(bgp, Mapping) and isinstance(bgp.get("neighbours"), list):
        parts["bgp"] = {**bgp, "neighbours": [_neighbour(each, replaced) for each in bgp["neighbours"]]}
    return parts


def _neighbour(neighbour: Any, replaced: Callable[[str, object], object]) -> Any:
    if not _has_secret(neighbour):
        return neighbour
    place = f"the password of {neighbour.get('address')} in lvs_cluster.bgp.neighbours"
    return {**neighbour, KEY: replaced(place, neighbour[KEY])}


def _has_secret(mapping: object) -> bool:
    return isinstance(mapping, Mapping) and mapping.get(KEY) is not None
