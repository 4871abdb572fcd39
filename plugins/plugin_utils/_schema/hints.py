# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to write instead, where it can be told what was meant: the sentences for mistakes that many make."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address

from .sentences import nearest

# Facts that a template may ask for, which are gathered by nobody: the playbooks run with gather_facts: false.
_FACTS = re.compile(
    r"ansible_(facts|default_ipv[46]|all_ipv[46]_addresses|interfaces|hostname|fqdn|nodename|distribution|processor|"
    r"memtotal|eth\d|en[opsx]\w|bond\d|br\d|vlan\d)"
)
_UNDEFINED = re.compile(r"'(\w+)' is undefined")


def listed_real_server(entry: str) -> str:
    """How to write an entry of a list of real servers that is text."""
    found = re.fullmatch(r"\[?([0-9A-Fa-f.:]+?)\]?(?::([0-9]{1,5}))?", entry)
    with_port = re.fullmatch(r"([^:]+):([0-9]{1,5})", entry)
    with suppress(ValueError):
        return f"{{address: {ip_address(entry)}}}"
    if found:
        with suppress(ValueError):
            port = f", port: {found[2]}" if found[2] else ""
            return f"{{address: {ip_address(found[1])}{port}}}"
    return f"{{host: {with_port[1]}, port: {with_port[2]}}}" if with_port else f"{{host: {entry}}}"


def not_a_list_of_real_servers(value: object) -> str:
    """What is wrong with real_servers that is neither a group nor a list of mappings; "" where it is one."""
    if not value:
        return "a service needs a real server: an inventory group, or a list with at least one"
    if isinstance(value, Mapping):
        names = [str(name) for name in value]
        if names and {*names} <= {"host", "address", "port", "weight", "forward"}:
            return "a single real server must be in a list too: write [{...}], or put a dash before it"
        more = {name: ", ..." if value[name] else "" for name in value}
        entries = ", ".join(f"{{host: {name}{more[name]}}}" for name in list(value)[:3])
        return f"a mapping of names is not a list: write [{entries}{', ...' if len(names) > 3 else ''}]"
    if isinstance(value, (list, tuple)) and all(isinstance(entry, str) for entry in value):
        entries = ", ".join(listed_real_server(str(entry)) for entry in value[:3])
        return (
            f"names alone are not enough in a list: write [{entries}{', ...' if len(value) > 3 else ''}]; for a "
            "whole group of the inventory, write real_servers: GROUP, without brackets"
        )
    return ""


def not_a_group(name: str, groups: Mapping[str, Sequence[str]], hosts: Collection[str]) -> str:
    """What is wrong with real_servers that names no group."""
    if name in hosts:
        return f"{name!r} is a host, but a single name here means a group: write [{{host: {name}}}]"
    if re.search(r"[,:!&*~\[\]]| ", name) and not listed_real_server(name).startswith("{address"):
        return (
            f"{name!r} is a pattern, but the name of one group is needed: make a group of these hosts in the "
            "inventory, or list them, [{host: ...}, {host: ...}]"
        )
    if listed_real_server(name).startswith("{address"):
        return f"{name!r} is not a group of the inventory: write [{listed_real_server(name)}]"
    return f"{name!r} is not a group of the inventory{nearest(name, sorted(groups))}"


def not_a_host(name: str, groups: Mapping[str, Sequence[str]], hosts: Collection[str]) -> str:
    """What is wrong with the host of a real server that is none."""
    if name in groups:
        return f"{name!r} is a group, not a host: for all of its hosts, write real_servers: {name}"
    if listed_real_server(name).startswith("{address"):
        return f"{name!r} is not a host of the inventory: write {listed_real_server(name)}"
    if name.rpartition(":")[0] in hosts:
        return f"{name!r} is a host with a port: write {listed_real_server(name)}"
    return f"{name!r} is not a host of the inventory{nearest(name, hosts)}"


def not_filled_in(template: object, error: object, readers: str, ours: Collection[str]) -> str:
    """The end of a message about a template that could not be filled in.

    readers: the hosts whose variables it is filled in with, in words. ours: the variables of this collection.
    """
    fact = _FACTS.search(str(template))
    if fact:
        return (
            f". It asks for {fact[0]}, and the playbooks of this collection gather no facts: write the value itself, "
            "such as the host's address"
        )
    undefined = _UNDEFINED.search(str(error))
    if not undefined:
        return ""
    name = undefined[1]
    if name.startswith("lvs_") and name not in ours:
        return (
            f". Names that begin with lvs_ belong to this collection: give the variable another name, and define it "
            f"for {readers}"
        )
    return f". Define {name} for {readers}"
