# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an entry of lvs_services to the services that it stands for.

By address one for each address with each protocol, by mark one for each family of the marked addresses.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._netlink.address import ANYWHERE, family_of
from ...module_utils._ports import ALL, Range, merged
from .._schema.blocks import each_address, networks
from .._schema.place import Place
from .._schema.record import Draft, given
from .._schema.service import SERVICE_WATCH_FIELDS
from .._values.packets import Packets
from .._values.service import FTP_DATA_PORT, FTP_PORT, Entry, VirtualService, ipv4_netmask
from .._values.unknown import made_of
from .drafts import inherit, is_whole, known
from .real_servers import RealServers
from .watch import watch_of

ALL_PORTS = (0, 0)  # as an owner writes it: port 0
_AS_THEY_ARE = (
    *("name", "family", "address", "port", "protocol", "fwmark", "scheduler", "one_packet", "persistence_timeout"),
    *("persistence_engine", "nat_return", "marked", "addresses"),
)


def services_of(draft: Draft | None, options: Draft, real_servers: RealServers, place: Place) -> list[VirtualService]:
    """The services of one entry. draft: as service_entry() makes it, None where the whole entry was refused."""
    if draft is None:
        return [made_of(VirtualService, {"path": place.path, "entry": made_of(Entry, {})})]
    blocks = draft.get("address")
    entry = _entry(draft, place)
    parts = list(_by_mark(draft, entry, blocks or []) if given(draft, "fwmark") else _by_address(draft, entry))
    alone = len({part.get("family") for part in parts}) == 1
    return [_service(part, entry, options, real_servers, place, alone) for part in parts]


def _entry(draft: Draft, place: Place) -> Entry:
    """What an entry says of its packets; its addresses are unknown where one of them was refused."""
    written = known(draft, ("family",))
    for name, own_name in (("port", "ports"), ("protocol", "protocols")):
        if name in draft:
            written[own_name] = tuple(draft[name] or ())
    addresses = each_address(draft.get("address") or [], place.key("address"))
    if "address" in draft and is_whole(place.key("address")):
        written["addresses"] = tuple(addresses)
    return made_of(Entry, {**written, "usable": tuple(addresses)})


def _by_address(draft: Draft, entry: Entry) -> Iterator[Draft]:
    """One service for each address with each protocol."""
    common = {key: value for key, value in draft.items() if key not in ("address", "protocol", "port", "family")}
    if draft.get("port"):
        common["port"] = draft["port"][0][0]
    protocols = [{"protocol": each} for each in draft["protocol"] or ["tcp"]] if "protocol" in draft else []
    for address in _addresses(draft, entry):
        for protocol in protocols or [{}]:
            yield {**common, "marked": (), "addresses": (), **address, **protocol}


def _addresses(draft: Draft, entry: Entry) -> list[Draft]:
    """The addresses of an entry with their families; one that is unknown where all were refused."""
    if not given(draft, "address"):
        return [{"address": None}]
    return [{"family": family_of(address), "address": address} for address in entry.usable] or [{}]


def _by_mark(draft: Draft, entry: Entry, blocks: Sequence[str]) -> Iterator[Draft]:
    """One service for each family of the addresses whose packets are marked, or for the family that is named.

    blocks: the addresses as they are listed; what is together there is marked together. Without any, a protocol is for
    packets to all addresses.
    """
    listed, protocols = draft.get("port") or (), sorted(draft.get("protocol") or ())
    common = {key: value for key, value in draft.items() if key != "family"}
    common |= {"address": None, "port": None, "protocol": None}
    if "tcp" in protocols:
        common["check_port"] = _check_port(listed)
    for family in _families(draft, entry):
        part = {**common, "addresses": tuple(sorted(one for one in entry.usable if family_of(one) == family))}
        if family:
            part["family"] = family
            to_any = [ANYWHERE[family]] if protocols and not given(draft, "address") else []
            part.update(_marked(draft, [*blocks, *to_any], protocols, family))
        yield part


def _families(draft: Draft, entry: Entry) -> list[str | None]:
    """Those of the addresses, or else the one that is named. None for one that is unknown."""
    named: list[str | None] = [*sorted({family_of(address) for address in entry.usable})]
    if named:
        return named
    named.append((draft["family"] or "ipv4") if "family" in draft and "address" in draft else None)
    return named


def _marked(draft: Draft, blocks: Sequence[str], protocols: Sequence[str | None], family: str) -> Draft:
    """The packets that bear the mark; unknown where something of them was refused."""
    if any(name not in draft for name in ("address", "port", "protocol")):
        return {}
    listed = draft["port"] or ()
    ports = ALL if ALL_PORTS in listed else merged(listed)
    marked = tuple(
        Packets(address, protocol, ports)
        for address in sorted(itertools.chain.from_iterable(map(networks, blocks)))
        for protocol in protocols or [None]
        if family_of(address) == family
    )
    return {"marked": marked}


def _check_port(listed: Sequence[Range]) -> int | None:
    """Where a real server is asked whether it can serve: the first port that is listed by itself.

    Somewhere in a range nobody may listen yet, and at the port of FTP's data nobody ever does where that of its control
    connection is listed too.
    """
    single = {first for first, last in listed if first == last and first}
    return min(single - {FTP_DATA_PORT} if FTP_PORT in single else single, default=None)


def _service(
    draft: Draft, entry: Entry, options: Draft, real_servers: RealServers, place: Place, alone: bool
) -> VirtualService:
    """alone: the entry has one family, and does not list real servers of both."""
    inherit(draft, "nat_return", options)
    inherit(draft, "depool_floor", options)
    return made_of(
        VirtualService,
        {
            **known(draft, _AS_THEY_ARE),
            **_netmask(draft),
            **_flags(draft),
            **real_servers.of(draft, place.key("real_servers"), alone),
            **real_servers.sorry(draft, place.key("sorry_server"), alone),
            "watch": watch_of(draft, SERVICE_WATCH_FIELDS),
            "path": place.path,
            "entry": entry,
        },
    )


def _netmask(draft: Mapping[str, Any]) -> Draft:
    """The netmask in the form of its family, where it is one."""
    if "persistence_netmask" not in draft or "family" not in draft:
        return {}
    netmask = draft["persistence_netmask"]
    dotted = ipv4_netmask(netmask) if netmask is not None and draft["family"] == "ipv4" else None
    return {"persistence_netmask": dotted or netmask}


def _flags(draft: Mapping[str, Any]) -> Draft:
    listed = draft.get("scheduler_flags")
    return {} if listed is None else {"scheduler_flags": tuple(sorted({flag for flag in listed if flag}))}
