# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of one ipvsadm command: parse_options() in ipvsadm.c. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Long option -> short one; those without a short one are called by their long one.
_LONG = {
    "add-service": "A",
    "edit-service": "E",
    "delete-service": "D",
    "clear": "C",
    "list": "L",
    "zero": "Z",
    "add-server": "a",
    "edit-server": "e",
    "delete-server": "d",
    "restore": "R",
    "save": "S",
    "help": "h",
    "version": "v",
    "tcp-service": "t",
    "udp-service": "u",
    "fwmark-service": "f",
    "scheduler": "s",
    "persistent": "p",
    "netmask": "M",
    "real-server": "r",
    "gatewaying": "g",
    "masquerading": "m",
    "ipip": "i",
    "weight": "w",
    "u-threshold": "x",
    "l-threshold": "y",
    "sched-flags": "b",
    "ops": "o",
    "ipv6": "6",
    "numeric": "n",
    "exact": "X",
    "connection": "c",
}
COMMANDS = (*"AEDCLlZaedRShv", "set", "start-daemon", "stop-daemon")
_WITH_VALUE = {
    *("t", "u", "sctp-service", "f", "s", "M", "r", "w", "x", "y", "b", "pe", "start-daemon", "stop-daemon"),
    *("mcast-interface", "syncid", "mcast-group", "mcast-port", "mcast-ttl", "sync-maxlen", "tun-type", "tun-port"),
}
_OPTIONAL = "p"


@dataclass(frozen=True)
class Command:
    """word: one of COMMANDS. options: option -> its value, "" where it has none. values: what stands alone."""

    word: str
    options: dict[str, str]
    values: tuple[str, ...]


def command_of(words: Sequence[str]) -> Command:
    """ValueError says what is wrong."""
    options: dict[str, str] = {}
    values = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.startswith("--"):
            name, sign, value = word[2:].partition("=")
            name = _LONG.get(name, name)
            options[name] = value if sign else _value(name, "", rest)
        elif word.startswith("-") and len(word) > 1:
            _take_letters(word[1:], rest, options)
        else:
            values.append(word)
    found = [option for option in options if option in COMMANDS]
    if len(found) != 1:
        raise ValueError(f"has {'no' if not found else 'more than one'} command such as -A or -a")
    return Command(found[0], options, tuple(values))


def _take_letters(letters: str, rest: list[str], options: dict[str, str]) -> None:
    """Several options in one word, of which the last one may have its value there too, as in -At or -w1."""
    for index, letter in enumerate(letters):
        after = letters[index + 1 :]
        if letter in _WITH_VALUE or letter == _OPTIONAL:
            options[letter] = _value(letter, after.removeprefix("="), rest)
            return
        options[letter] = ""


def _value(name: str, attached: str, rest: list[str]) -> str:
    if attached or (name not in _WITH_VALUE and name != _OPTIONAL):
        return attached
    if rest and not (name == _OPTIONAL and rest[0].startswith("-")):
        return rest.pop(0)
    if name == _OPTIONAL:
        return ""
    raise ValueError(f"the option {name} has no value")
