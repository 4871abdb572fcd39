# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director may announce, as the file that its announcer reads, and as the options of the module. Pure.

Private to the collection. The file is JSON, with the words of the module's options.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping

from .._ipvs.model import DestinationKey, ServiceKey
from .._netlink.address import family_of
from .model import Quorum, Settings, Vip

Options = Mapping[str, Any]


def text_of(options: Options) -> str:
    """Return the file for these options."""
    named = {name: options[name] for name in ("vips", "announce_while", "checked", "on_standby")}
    return json.dumps(named, indent=2, sort_keys=True) + "\n"


def settings_of(text: str) -> Settings:
    """Return what the file says. ValueError, KeyError or TypeError where somebody has damaged it."""
    options = json.loads(text)
    quorums: Dict[ServiceKey, Quorum] = {}
    vips: List[Vip] = []
    for vip in options["vips"]:
        address, _slash, prefix = vip["address"].partition("/")
        keys = tuple(_key(service) for service in vip["services"])
        quorums.update(zip(keys, map(_quorum, vip["services"])))
        vips.append(Vip(address, int(prefix), keys))
    return Settings(
        tuple(vips),
        quorums,
        whole=options["announce_while"] == "all",
        checked=options["checked"],
        on_standby=options["on_standby"],
    )


def _key(service: Options) -> ServiceKey:
    if service.get("fwmark"):
        return ServiceKey(service["family"], "", "", 0, service["fwmark"])
    address = service["address"]
    return ServiceKey(family_of(address), service["protocol"], address, service["port"], 0)


def _quorum(service: Options) -> Quorum:
    sorry = frozenset(DestinationKey(server["address"], server["port"]) for server in service["sorry_servers"])
    return Quorum(service["quorum"], service["hysteresis"], sorry)
