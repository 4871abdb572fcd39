# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual servers of lvs.cf: parseVirtualServer() in lvsconfig.c, startVirtualServer() in lvsd.c. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .._schema.vips import VIP_FIELDS
from .account import Account
from .drafts import ALL_PORTS, THERE_ALREADY, Asked, Draft, Seen, last_of_each
from .endpoints import address_of, port_of, prefix_of, protocol_of
from .imported import Values
from .names import Names
from .part import Part
from .piranha_checks import WORDS, Asking
from .statement import Statement
from .takers import Table, first_value, switch, take_by, usual, without

UNKNOWN = "piranha knows no such word here"
PORT = 80  # lvsInitVirtualServer()
_NANNY = "/usr/sbin/nanny"


@dataclass
class Found:
    """A service, and its VIP with further keys of lvs_cluster.vips."""

    service: Values
    address: str
    vip: Values


def service_of(statement: Statement, forward: str, names: Names, seen: Seen, book: Account) -> Found | None:
    """What a block `virtual` makes of the definition; None where piranha does not run it."""
    words = last_of_each(tuple(each for each in statement.block or () if each.keyword != "server"), book)
    active = words.get("active")
    if active is None or active.value != "1":
        book.left(statement, "active is not 1: piranha does not run it" if active else "has no active = 1")
        return None
    try:
        asked = _asked_at(words)
    except ValueError as error:
        book.left(statement, str(error))
        return None
    lasting = "persistent" in words and words["persistent"].value != "0"
    if asked.key in seen or (asked.needs_persistence and not lasting):
        book.left(statement, THERE_ALREADY if asked.key in seen else ALL_PORTS)
        return None
    seen.add(asked.key)
    draft = Draft(book, names.new(statement.value or asked.name), asked)
    _read_servers(statement, draft, forward, Asking(words, asked, book, draft.path))
    if not draft.servers:
        book.left(statement, "has no active real server that can be taken")
        return None
    for each in (statement, *(words[word] for word in _READ if word in words)):
        book.imported(each, draft.path)
    return _read_words(words, draft)


def _asked_at(words: dict[str, Statement]) -> Asked:
    """ValueError says what is wrong."""
    if "address" not in words:
        raise ValueError("has no address")
    mark = words["fwmark"].value if "fwmark" in words else "0"
    if not mark.isdecimal():
        raise ValueError(f"{mark} is no firewall mark")
    protocol = protocol_of(words["protocol"].value) if "protocol" in words else "tcp"
    port = port_of(words["port"].value) if "port" in words else PORT
    return Asked(address_of(words["address"].value), port, protocol, int(mark))


def _read_words(words: dict[str, Statement], draft: Draft) -> Found:
    book = draft.book
    vip = Part(book, "lvs_cluster.vips", VIP_FIELDS)
    take_device(vip, words["address"])
    draft.take_persistence(words.pop("persistent", None), words.pop("pmask", None))
    table: Table = {
        **_VIRTUAL,
        "sorry_server": lambda _part, each: _sorry_server(draft, each),
        "vip_nmask": lambda _part, each: take_mask(vip, each),
    }
    rest = [each for word, each in words.items() if word not in (*WORDS, *_READ)]
    take_by(table, draft.service, rest, UNKNOWN)
    if draft.asked.fwmark:
        book.note(
            words["fwmark"],
            f"the file does not say which packets have the mark {draft.asked.fwmark}: now the directors mark those to "
            f"{draft.asked.protocol} port {draft.asked.port}; add the other ports that your packet filter marks",
        )
    return Found(draft.whole(), draft.asked.address, vip.values)


def _read_servers(statement: Statement, draft: Draft, forward: str, asking: Asking) -> None:
    book = draft.book
    for each in statement.block or ():
        if each.keyword != "server":
            continue
        words = last_of_each(each.block or (), book)
        if "active" not in words or words["active"].value != "1":
            book.left(each, "has no active = 1: piranha does not use it")
            continue
        try:
            address = address_of(words["address"].value if "address" in words else "")
            port = port_of(words["port"].value) if "port" in words else draft.asked.port
        except ValueError as error:
            book.left(each, str(error))
            continue
        server = draft.server(each, address, port, forward)
        if server is None:
            continue
        for taken in (each, *words.values()):
            book.imported(taken, server.part.path)
        rest = [words[word] for word in words if word not in ("address", "active", "port")]
        take_by({"weight": first_value("weight")}, server.part, rest, UNKNOWN)
        server.checks = asking.checks(address, port)


def _sorry_server(draft: Draft, statement: Statement) -> None:
    draft.sorry.take(statement, "address", statement.value)


def take_device(vip: Part, statement: Statement) -> None:
    """ADDRESS INTERFACE[:LABEL]"""
    device = statement.values[1] if len(statement.values) > 1 else ""
    if device:
        vip.take_some(statement, "interface", device.partition(":")[0])
    if ":" in device:
        vip.take_some(statement, "label", device)


def take_mask(vip: Part, statement: Statement) -> None:
    """A netmask, as the prefix length that a VIP has."""
    prefix = prefix_of(statement.value)
    if not prefix:
        vip.book.left(statement, f"{statement.value or 'nothing'} is no netmask")
    elif vip.take(statement, "prefix", prefix) and prefix == 32:
        del vip.values["prefix"]


_READ = ("active", "address", "port", "protocol", "fwmark")
_FOR_FAILOVER = without("is for failover services alone")
_VIRTUAL: Table = {
    "scheduler": first_value("scheduler"),
    # With 1, nanny gives a real server that fails weight 0, instead of taking it out of the table.
    "quiesce_server": switch("inhibit_on_failure", "1", "0"),
    "reentry": without("keepalived puts a real server back as soon as a check has succeeded"),
    "load_monitor": usual("none", "keepalived does not change weights by the load of real servers"),
    "client_monitor": usual(_NANNY, "another program than nanny: write a misc check that runs it"),
    **dict.fromkeys(["start_cmd", "stop_cmd", "master", "dirs"], _FOR_FAILOVER),
}
