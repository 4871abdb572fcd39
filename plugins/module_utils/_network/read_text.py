# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that text.py writes, read again. Private to the collection.

`ip -batch`, sysctl.d(5), modules-load.d(5), modprobe.d(5).
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from .._change import InvalidInput
from .._netlink.address import canonical, family_of
from .._ports import PORT_MAX, parse_range, range_text
from .model import (
    CHECKSUM_KINDS,
    DEFAULT,
    MAIN_TABLE,
    PROTOCOLS,
    ROUTE_KINDS,
    TUNNEL_KINDS,
    Address,
    AddressKey,
    ListenerKey,
    Network,
    Present,
    Route,
    RouteKey,
    Rule,
    Tunnel,
    canonical_sysctl,
    default_label,
)
from .text import EVERYWHERE, FOUND, MODES, WAS

_Entry = Tuple[Any, Any]


def parse_batch(text: str, source: str, family: str) -> Network:
    """Read the lines of text.batch_lines(). InvalidInput names each that is not understood, as "source:number"."""
    parts: Dict[str, Dict[Any, Any]] = {"found": {}, **{name: {} for name, _parse in _LINES.values()}}
    for number, words in _lines(text):
        line, found, _rest = words.partition(FOUND)
        try:
            part, key = _read_line(line.split(), family, parts)
            if found and part == "addresses":
                parts["found"][key] = Present()
        except (ValueError, IndexError, KeyError) as error:
            raise InvalidInput((f"{source}:{number}: {words}: {error}",)) from None
    return Network(**parts)


def _read_line(words: List[str], family: str, parts: Dict[str, Dict[Any, Any]]) -> Tuple[str, Any]:
    """Add what a line says to a part; return the part and the key."""
    first = tuple(words[:2])
    if first == ("link", "set"):
        if len(words) != 4 or words[2] not in parts["tunnels"] or words[3] != "up":
            raise ValueError("this is not of the form: link set TUNNEL up, after the line that adds the tunnel")
        return "tunnels", words[2]
    if first not in _LINES:
        raise ValueError(f"none of {', '.join(' '.join(line) for line in _LINES)} begins this line")
    if family == "ipv6" and first != _RULE:
        raise ValueError("only rules are in this file")
    part, parse = _LINES[first]
    key, value = parse(words[2:], family)
    parts[part][key] = value
    return part, key


def _parse_tunnel(words: Sequence[str], _family: str) -> _Entry:
    given = _pairs(words[1:], flags=("icsum",))
    kind, checksum = given.pop("type", ""), "icsum" in given
    given.pop("icsum", None)
    local = canonical(given.pop("local", ""))
    if kind not in TUNNEL_KINDS or family_of(local) != TUNNEL_KINDS[kind] or given != MODES.get(kind, {}):
        raise ValueError("this is not of the form: link add NAME type KIND local ADDRESS")
    if checksum and kind not in CHECKSUM_KINDS:
        raise ValueError(f"{kind} has no icsum")
    return words[0], Tunnel(kind, local, checksum, up=True)


def _parse_listener(words: Sequence[str], _family: str) -> _Entry:
    if words[0] != "port" or list(words[2:]) not in (["gue"], ["gue", "-6"]):
        raise ValueError("this is not of the form: fou add port PORT gue")
    return ListenerKey("ipv6" if words[-1] == "-6" else "ipv4", _number(words[1], PORT_MAX)), Present()


def _parse_address(words: Sequence[str], _family: str) -> _Entry:
    if words[1] != "dev":
        raise ValueError("this is not of the form: address replace ADDRESS/PREFIX dev INTERFACE")
    address, _slash, prefix = words[0].partition("/")
    key = AddressKey(words[2], canonical(address), int(prefix))
    rest = " ".join(words[3:]).replace("nodad", "").replace("preferred_lft 0", "").split()
    if rest and (rest[0] != "label" or len(rest) != 2):
        raise ValueError(f"{' '.join(rest)} is not understood")
    return key, Address(rest[1] if rest else default_label(key))


def _parse_route(words: Sequence[str], _family: str) -> _Entry:
    kind = words[0] if words[0] in ROUTE_KINDS else "unicast"
    rest = words[1:] if words[0] in ROUTE_KINDS else words
    address, _slash, length = rest[0].partition("/")
    address = canonical(address)
    given = _pairs(rest[1:])
    route = Route(kind, canonical(given.pop("via")) if "via" in given else "", given.pop("dev", ""))
    table = _number(given.pop("table", str(MAIN_TABLE)), 2**32 - 1)
    if given or not (route.gateway or route.interface):
        raise ValueError("this is not of the form: route replace NETWORK via GATEWAY dev INTERFACE table TABLE")
    destination = DEFAULT if rest[0] in EVERYWHERE.values() else f"{address}/{int(length)}"
    return RouteKey(family_of(address), destination, table, 0), route


def _parse_rule(words: Sequence[str], family: str) -> _Entry:
    given = _pairs(words)
    rule = Rule(
        priority=_number(given.pop("priority"), 2**32 - 1),
        family=family,
        source=_network(given.pop("from", ""), family),
        destination=_network(given.pop("to", ""), family),
        mark=_number(given.pop("fwmark", "0"), 2**32 - 1),
        protocol=given.pop("ipproto", ""),
        source_port=range_text(parse_range(given.pop("sport"))) if "sport" in given else "",
        table=_number(given.pop("table"), 2**32 - 1),
    )
    if given or rule.protocol not in ("", *PROTOCOLS):
        raise ValueError("this is not of the form: rule add priority PRIORITY SELECTORS table TABLE")
    return rule, Present()


def _network(text: str, family: str) -> str:
    address, slash, length = text.partition("/")
    if text and family_of(address) != family:
        raise ValueError(f"{text} is no {family} network")
    return canonical(address) + (f"/{int(length)}" if slash else "") if text else ""


def _pairs(words: Sequence[str], flags: Sequence[str] = ()) -> Dict[str, str]:
    """Return the words as {word: the next word}; a flag stands for itself."""
    given = {}
    waiting = iter(words)
    for word in waiting:
        value = word if word in flags else next(waiting, "")
        if not value or word in given:
            raise ValueError(f"{word} is not understood")
        given[word] = value
    return given


def _number(text: str, most: int) -> int:
    number = int(text)
    if not 0 <= number <= most:
        raise ValueError(f"{text} is not within 0 and {most}")
    return number


_RULE = ("rule", "add")
_LINES: Mapping[Tuple[str, ...], Tuple[str, Callable[[Sequence[str], str], _Entry]]] = {
    ("link", "add"): ("tunnels", _parse_tunnel),
    ("fou", "add"): ("listeners", _parse_listener),
    ("address", "replace"): ("addresses", _parse_address),
    ("route", "replace"): ("routes", _parse_route),
    _RULE: ("rules", _parse_rule),
}


def parse_sysctls(text: str, source: str) -> Tuple[Dict[str, str], Dict[str, Optional[str]]]:
    """Read the lines of text.sysctl_lines(): the values, and those to go back to, None where there is none.

    InvalidInput names each line that is not understood, as "source:number".
    """
    values = {}
    for number, words in _lines(text):
        name, equals, value = words.partition("=")
        if not equals:
            raise InvalidInput((f"{source}:{number}: {words}: this is not of the form: NAME = VALUE",))
        values[canonical_sysctl(name.strip())] = " ".join(value.split())
    original: Dict[str, Optional[str]] = dict.fromkeys(values)
    for line in text.splitlines():
        name, was, value = line.partition(WAS)
        if was and name.startswith("# ") and canonical_sysctl(name[2:]) in values:
            original[canonical_sysctl(name[2:])] = value
    return values, original


def parse_modules(text: str, source: str) -> Dict[str, Present]:
    """Read the lines of a modules-load.d file. InvalidInput names each that is not understood, as "source:number"."""
    modules = {}
    for number, words in _lines(text):
        if len(words.split()) != 1:
            raise InvalidInput((f"{source}:{number}: {words}: this is not the name of one module",))
        modules[words] = Present()
    return modules


def parse_module_options(text: str, source: str) -> Dict[str, str]:
    """Read the lines of a modprobe.d file. InvalidInput names each that is not understood, as "source:number"."""
    options = {}
    for number, line in _lines(text):
        words = line.split()
        if len(words) < 3 or words[0] != "options":
            raise InvalidInput((f"{source}:{number}: {line}: this is not of the form: options MODULE NAME=VALUE",))
        options[words[1]] = " ".join(words[2:])
    return options


def _lines(text: str) -> Iterable[Tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith(("#", ";")):
            yield number, line.strip()
