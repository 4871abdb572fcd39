# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""haresources of heartbeat: who holds which VIPs, as VRRP does it. Pure.

A line has the node that has its resources first, and then those, with arguments after ::.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...module_utils._netlink.address import BITS, family_of
from .._schema.vips import VIP_FIELDS
from .account import Account
from .cluster_parts import ClusterParts
from .endpoints import address_of, prefix_of
from .files import Files
from .imported import Values
from .lines import lines_of
from .part import Part
from .statement import Statement

_ADDRESS = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/\S*)?"
_RESOURCE = re.compile(
    rf"^(?:[A-Za-z][\w.-]*[ \t]|[ \t]).*?\b(?:IPaddr2?::|IPv6addr::|ldirectord(?:::|\s|$)|LVSSyncDaemonSwap)"
    rf"|^[A-Za-z][\w.-]*[ \t]+{_ADDRESS}(?:[ \t][^{{}}\n]*)?$",
    re.MULTILINE,
)
_ADDRESSES = ("IPaddr", "IPaddr2", "IPv6addr")


def recognised(text: str) -> bool:
    """Whether a file may be haresources."""
    return bool(_RESOURCE.search(text))


@dataclass
class Group:
    """What a node holds as long as it is there."""

    node: str
    vips: dict[str, Values] = field(default_factory=dict)


@dataclass
class Resources:
    """What haresources says. configurations: what ldirectord is started with, "" for its own file."""

    groups: dict[str, Group] = field(default_factory=dict)
    configurations: list[str] = field(default_factory=list)


def resources_of(files: Files, path: str, cluster: ClusterParts, book: Account) -> Resources:
    found = Resources()
    read = list(_statements(files, path, book))
    book.expect(read)
    for statement in read:
        group = found.groups.setdefault(statement.keyword, Group(statement.keyword))
        book.imported(statement, "the director that has the VIPs first")
        for each in statement.block or ():
            _take(each, group, found, cluster, book)
    return found


def _statements(files: Files, path: str, book: Account) -> Iterator[Statement]:
    """A line, which goes on in the next one after a backslash, as its node with the resources below it."""
    node: Statement | None = None
    resources: list[Statement] = []
    for line in lines_of(files, path, book):
        words = line.text.rstrip("\\").split()
        if words and node is None:
            name = words.pop(0)
            node, resources = Statement(path, line.number, name, (name,)), []
        resources += [Statement(path, line.number, word, (word,)) for word in words]
        if node is not None and not line.text.endswith("\\"):
            yield Statement(path, node.line, node.text, node.words, tuple(resources))
            node = None
    if node is not None:
        yield Statement(path, node.line, node.text, node.words, tuple(resources))


def _take(statement: Statement, group: Group, found: Resources, cluster: ClusterParts, book: Account) -> None:
    kind, _sign, arguments = statement.text.partition("::")
    if kind in _ADDRESSES:
        _address(statement, arguments, group, book)
    elif re.fullmatch(_ADDRESS, statement.text):
        _address(statement, statement.text, group, book)
    elif kind == "ldirectord":
        found.configurations.append(arguments)
        book.imported(statement, "lvs_services")
    elif kind == "LVSSyncDaemonSwap":
        cluster.shares_connections = True
        book.imported(statement, cluster.sync_daemon.path)
    elif kind == "MailTo":
        listed = cluster.email.values.get("to", [])
        cluster.email.take(statement, "to", [*listed, *re.split("[, ]+", arguments.partition("::")[0])])
        cluster.vrrp.values["alerts"] = True
    else:
        told = "is no part of LVS: let it run on all directors, or start it with lvs_cluster.vrrp.notify_master"
        book.left(statement, told)


def _address(statement: Statement, entered: str, group: Group, book: Account) -> None:
    """ADDRESS[/PREFIX][/INTERFACE[:LABEL]][/BROADCAST]"""
    bare, *rest = entered.split("/")
    vip = Part(book, "lvs_cluster.vips", VIP_FIELDS)
    try:
        address = address_of(bare)
    except ValueError as error:
        book.left(statement, str(error))
        return
    if not vip.take(statement, "address", address):
        return
    for index, word in enumerate(rest):
        _take_further(vip, statement, word, index == 0)
    if vip.values.get("prefix") == BITS[family_of(address)]:
        del vip.values["prefix"]
    del vip.values["address"]
    group.vips[address] = vip.values


def _take_further(vip: Part, statement: Statement, word: str, is_first: bool) -> None:
    if word.isdecimal():
        vip.take_some(statement, "prefix", word)
    elif re.match("[A-Za-z]", word):
        interface, _sign, label = word.partition(":")
        vip.take_some(statement, "interface", interface)
        if label:
            vip.take_some(statement, "label", word)
    elif is_first and prefix_of(word):
        vip.take_some(statement, "prefix", prefix_of(word))
    elif word:
        vip.book.note(statement, f"the broadcast address {word} is not taken: VIPs need none")
