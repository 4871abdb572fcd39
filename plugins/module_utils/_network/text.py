# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's network in the syntax of its native tools: `ip -batch` and sysctl.d(5). Private to the collection."""

from __future__ import annotations

import shlex
from typing import Dict, Iterable, List, Mapping, Tuple

from .._change import ADD, CHANGE, Change, InvalidInput
from .._netlink.address import canonical, family_of
from .model import Address, AddressKey, canonical_sysctl, default_label
from .plan import ADDRESS

_WAS = " was "


def address_words(key: AddressKey, address: Address) -> str:
    """Return an address as `ip address add` takes it."""
    words = f"{key.address}/{key.prefix} dev {key.interface}"
    if address.label != default_label(key):
        words += f" label {address.label}"
    return words + (" nodad" if family_of(key.address) == "ipv6" else "")


def address_lines(addresses: Mapping[AddressKey, Address]) -> List[str]:
    """Return the lines of an `ip -batch` file; loading it twice does no harm."""
    return [f"address replace {address_words(key, address)}" for key, address in sorted(addresses.items())]


def sysctl_lines(sysctls: Mapping[str, str], original: Mapping[str, str]) -> List[str]:
    """Return the lines of a sysctl.d file, each after a comment with the value to go back to."""
    lines = []
    for name, value in sorted(sysctls.items()):
        if name in original:
            lines.append(f"# {name}{_WAS}{original[name]}")
        lines.append(f"{name} = {value}")
    return lines


def command(change: Change) -> str:
    """Return the command that does the same as this change."""
    if change.kind != ADDRESS:
        return f"sysctl -w {shlex.quote(f'{change.key}={change.after.value}')}"
    if change.action == ADD:
        return f"ip address add {address_words(change.key, change.after)}"
    delete = f"ip address delete {change.key.address}/{change.key.prefix} dev {change.key.interface}"
    if change.action == CHANGE:
        return f"{delete} && ip address add {address_words(change.key, change.after)}"
    return delete


def parse_addresses(text: str, source: str) -> Dict[AddressKey, Address]:
    """Read the lines of address_lines(). InvalidInput names each that is not understood, as "source:number"."""
    addresses = {}
    for number, words in _lines(text):
        try:
            key, address = _parse_address(words.split())
        except (ValueError, IndexError) as error:
            raise InvalidInput((f"{source}:{number}: {words}: {error}",)) from None
        addresses[key] = address
    return addresses


def _parse_address(words: List[str]) -> Tuple[AddressKey, Address]:
    if words[:2] != ["address", "replace"] or words[3] != "dev":
        raise ValueError("this is not of the form: address replace ADDRESS/PREFIX dev INTERFACE")
    address, _slash, prefix = words[2].partition("/")
    key = AddressKey(words[4], canonical(address), int(prefix))
    rest = [word for word in words[5:] if word != "nodad"]
    if rest and (rest[0] != "label" or len(rest) != 2):
        raise ValueError(f"{' '.join(rest)} is not understood")
    return key, Address(rest[1] if rest else default_label(key))


def parse_sysctls(text: str, source: str) -> Tuple[Dict[str, str], Dict[str, str]]:
    """Read the lines of sysctl_lines(): the values, and the values to go back to.

    InvalidInput names each line that is not understood, as "source:number".
    """
    values = {}
    for number, words in _lines(text):
        name, equals, value = words.partition("=")
        if not equals:
            raise InvalidInput((f"{source}:{number}: {words}: this is not of the form: NAME = VALUE",))
        values[canonical_sysctl(name.strip())] = " ".join(value.split())
    original = {}
    for line in text.splitlines():
        name, was, value = line.partition(_WAS)
        if was and name.startswith("# ") and canonical_sysctl(name[2:]) in values:
            original[canonical_sysctl(name[2:])] = value
    return values, original


def _lines(text: str) -> Iterable[Tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith(("#", ";")):
            yield number, line.strip()
