# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VIPs: those that are listed, and those that services have beside."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from ...module_utils._netlink.address import BITS, family_of
from .._schema.blocks import each_address
from .._schema.place import Place
from .._schema.record import Draft
from .._values.director import Director
from .._values.service import VirtualService
from .._values.unknown import made_of
from .._values.vip import Vip
from .drafts import inherit


def listed_vips(drafts: Sequence[Draft | None], place: Place) -> Iterator[Vip]:
    """Those that are listed, one for each address of an entry. One without an address has one that was refused."""
    for index, draft in enumerate(drafts):
        at = place.item(index)
        block = (draft or {}).get("address")
        addresses = each_address([block], at.key("address")) if block else []
        if not addresses:
            yield made_of(Vip, {"path": at.path})
        for address in addresses:
            yield _vip(address, draft or {}, at.path)


def _vip(address: str, draft: Draft, path: str) -> Vip:
    known = {**draft, "address": address, "path": path}
    inherit(known, "prefix", {"prefix": BITS[family_of(address)]})
    return made_of(Vip, known)


def all_vips(listed: Iterable[Vip], services: Iterable[VirtualService], own: Container[str]) -> tuple[Vip, ...]:
    """All that directors hold or get packets for, with their options. Unknown where one of them is.

    own: what the directors have of themselves and nobody has to give them.
    """
    vips = {vip.address: vip for vip in listed}
    for service in services:
        for address in service.entry.addresses:
            if address not in own:
                vips.setdefault(address, Vip(address, BITS[family_of(address)], path=f"{service.path}.address"))
    return tuple(vips[address] for address in sorted(vips))


def own_addresses(directors: Iterable[Director]) -> dict[str, str]:
    """The addresses that directors have for themselves, each with its director: what Ansible connects to among them."""
    own: dict[str, str] = {}
    for director in directors:
        if director.connected_to:
            own[director.connected_to] = director.host
        for address in (*director.vrrp_addresses, *director.other_addresses, *director.addresses):
            own[address] = director.host
    return own
