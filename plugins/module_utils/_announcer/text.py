# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director may announce, as the file that its announcer reads, and as the options of the module. Pure.

Private to the collection. The file is JSON, with the words of the module's options.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Tuple

from .._ipvs.model import DestinationKey, ServiceKey
from .._netlink.address import BITS, canonical, family_of
from .model import Quorum, Settings, Vip

Options = Mapping[str, Any]


def text_of(options: Options) -> str:
    """Return the file for these options."""
    named = {name: options[name] for name in ("vips", "announce_while", "checked", "on_standby")}
    return json.dumps(named, indent=2, sort_keys=True) + "\n"


def settings_of(text: str) -> Settings:
    """Return what the file says. ValueError where that cannot be announced, and KeyError or TypeError too where
    somebody has damaged it.
    """
    options = json.loads(text)
    quorums: Dict[ServiceKey, Quorum] = {}
    vips: List[Vip] = []
    for vip in options["vips"]:
        keys = tuple(_key(service) for service in vip["services"])
        quorums.update(zip(keys, map(_quorum, vip["services"])))
        vips.append(Vip(*_address(vip["address"]), keys))
    return Settings(
        tuple(vips),
        quorums,
        whole=options["announce_while"] == "all",
        checked=options["checked"],
        on_standby=options["on_standby"],
    )


def _address(words: str) -> Tuple[str, int]:
    address, _slash, prefix = words.partition("/")
    if not prefix.isdecimal() or int(prefix) > BITS[family_of(address)]:
        raise ValueError(f"{words} has no prefix length, as 192.0.2.198/32 has")
    return canonical(address), int(prefix)


def _key(service: Options) -> ServiceKey:
    if service.get("fwmark"):
        return ServiceKey(service["family"] or "ipv4", "", "", 0, service["fwmark"])
    if service["address"] is None or service["port"] is None:
        raise ValueError("a service has neither an address with a port nor a fwmark")
    address = canonical(service["address"])
    return ServiceKey(family_of(address), service["protocol"] or "tcp", address, service["port"], 0)


def _quorum(service: Options) -> Quorum:
    sorry = frozenset(
        DestinationKey(canonical(server["address"]), server["port"]) for server in service["sorry_servers"]
    )
    return Quorum(service["quorum"], service["hysteresis"], sorry)
