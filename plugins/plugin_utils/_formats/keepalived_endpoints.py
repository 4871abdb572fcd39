# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where virtual servers of keepalived.conf are asked: addresses, ranges, firewall marks and groups of them. Pure.

check_parser.c says what keepalived reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...module_utils._netlink.address import canonical, family_of
from .account import Account
from .keepalived_words import note_rest
from .part import Part
from .statement import Statement


@dataclass(frozen=True)
class Endpoint:
    """What a virtual server is asked at: an address and a port (0 for all), or a firewall mark with its family."""

    address: str = ""
    port: int = 0
    fwmark: int = 0
    family: str | None = None


def endpoints_of(statement: Statement, groups: Mapping[str, list[Endpoint]], book: Account) -> list[Endpoint] | None:
    """What a virtual server is asked at; None where keepalived has nothing of it."""
    words = statement.values
    if not words:
        book.left(statement, "says neither an address nor a firewall mark nor a group")
        return None
    if words[0] == "group":
        found = [
            replace(each, family=each.family or _family(statement)) for each in groups.get("".join(words[1:2]), ())
        ]
        if not found:
            book.left(statement, f"there is no virtual_server_group {' '.join(words[1:])} with an address or a mark")
            return None
        return found
    try:
        endpoint = endpoint_of(words, _family(statement))
    except ValueError as error:
        book.left(statement, f"{error}, so that keepalived refuses it")
        return None
    note_rest(Part(book, "", {}), statement, 2)
    return [endpoint]


def _family(statement: Statement) -> str | None:
    """The family of a service by firewall mark: what it says, or else that of its real servers."""
    for each in statement.block or ():
        if each.keyword == "ip_family" and each.values:
            return {"inet": "ipv4", "inet6": "ipv6"}.get(each.values[0])
    for each in statement.block or ():
        if each.keyword in ("real_server", "sorry_server") and each.values:
            return "ipv6" if ":" in each.values[0] else "ipv4"
    return None


def endpoint_of(words: Sequence[str], family: str | None = None) -> Endpoint:
    """From `fwmark N [inet|inet6]`, or an address, a range or a network, and a port. ValueError says what is wrong."""
    if words[0] == "fwmark":
        mark = words[1] if len(words) > 1 else ""
        if not re.fullmatch("[0-9]{1,10}", mark):
            raise ValueError(f"{mark or 'nothing'} is no firewall mark")
        said = {"inet": "ipv4", "inet6": "ipv6"}.get(words[2] if len(words) > 2 else "")
        return Endpoint(fwmark=int(mark), family=said or family)
    entered = words[0]
    bare = re.split("[-/]", entered)[0]
    try:
        address = entered if bare != entered else canonical(bare)
        own_family = family_of(canonical(bare))
    except ValueError:
        raise ValueError(f"{entered} is no address") from None
    port = words[1] if len(words) > 1 else "0"
    if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError(f"{port} is no port")
    return Endpoint(address=address, port=int(port), family=own_family)


def group_of(statement: Statement, book: Account) -> tuple[str, list[Endpoint]]:
    """A virtual_server_group: its name, and what it stands for."""
    name = statement.value
    found = []
    for each in statement.block or ():
        try:
            found.append(endpoint_of(each.words))
            book.imported(each, "the address of the services of this group")
        except ValueError as error:
            book.left(each, f"{error}, so that keepalived ignores it")
    book.imported(statement, "the address of the services of this group")
    return name, found


def asked_at(endpoints: Sequence[Endpoint]) -> list[dict[str, Any]]:
    """The keys of each service that endpoints need: it has addresses of one family with one port, or one mark."""
    alike: dict[tuple[Any, ...], list[Endpoint]] = {}
    for each in endpoints:
        alike.setdefault((each.fwmark, each.port, each.family), []).append(each)
    return [_keys(members) for members in alike.values()]


def _keys(members: Sequence[Endpoint]) -> dict[str, Any]:
    first = members[0]
    if first.fwmark:
        return {"fwmark": first.fwmark, **({"family": first.family} if first.family == "ipv6" else {})}
    addresses = list(dict.fromkeys(each.address for each in members))
    return {"address": addresses if addresses[1:] else addresses[0], "port": first.port}
