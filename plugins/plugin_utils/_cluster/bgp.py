# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How directors announce the VIPs: the key bgp of a cluster."""

from __future__ import annotations

from .._schema.record import Draft
from .._values.bgp import Bgp, Neighbour
from .._values.unknown import made_of
from .drafts import as_tuple, entries, known

_PATH = "lvs_cluster.bgp"
_AS_THEY_ARE = ("speaker", "local_as", "hold_time", "med", "standby_med", "announce_while")


def read_bgp(options: Draft) -> Draft:
    """The key bgp of a cluster: None where directors announce nothing. Nothing where it was refused as a whole."""
    if "bgp" not in options:
        return {}
    draft = options["bgp"]
    if draft is None:
        return {"bgp": None}
    parts = {**known(draft, _AS_THEY_ARE), **as_tuple(draft, "communities")}
    if "neighbours" in draft:
        listed = entries(draft["neighbours"], f"{_PATH}.neighbours")
        parts["neighbours"] = tuple(_neighbour(each or {}, path) for path, each in listed)
    return {"bgp": made_of(Bgp, parts)}


def _neighbour(draft: Draft, path: str) -> Neighbour:
    parts = {
        **known(draft, ("address", "remote_as", "bfd", "multihop")),
        **as_tuple(draft, "directors"),
        **({"authenticated": draft["password"]} if "password" in draft else {}),
        "path": path,
    }
    return made_of(Neighbour, parts)
