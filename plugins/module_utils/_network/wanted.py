# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call lists, read and checked without a look at the host. Private to the collection."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Any, Callable, Mapping, NamedTuple

from .._change import InvalidInput
from .._netlink.address import BITS, canonical, family_of
from .._ports import PORT_MAX, parse_range, range_text
from .model import (
    CHECKSUM_KINDS,
    DEFAULT,
    LOOPBACK,
    MAIN_TABLE,
    TUNNEL_KINDS,
    ListenerKey,
    Present,
    Route,
    RouteKey,
    Rule,
    Tunnel,
    canonical_sysctl,
    valid_sysctl,
)

INTERFACE_MAX = 15  # IFNAMSIZ is 16 with the final NUL; a label has the same limit
# The kernel takes nearly anything (dev_valid_name()); quotes, # and \\ would mean something else to `ip -batch`.
_INTERFACE = re.compile(r"[A-Za-z0-9_.@+-]{1,15}")
_LABEL = re.compile(r"[A-Za-z0-9_.:@+-]{1,15}")
# A name that no word of `ip` begins like, and that neither . nor .. can be.
_NEW_INTERFACE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,14}")
_MODULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,54}")  # MODULE_NAME_LEN
_OPTION = re.compile(r"[A-Za-z0-9_]+=[A-Za-z0-9_.,:/+-]+")  # nothing that modprobe.d(5) takes for a new word or line
_BRACKETS = re.compile(r"\[([^\]]*)\]")
NEAR = "near"  # [near ADDRESS] is the interface in whose network an address is, [ADDRESS] the one that has it
RULE_PORT_MAX = 65534  # fib_rule_port_range_valid() in net/fib_rules.h
LOCAL_TABLE = 255  # the kernel's own routes to its addresses
PRIORITY_MAX = 32765  # the rules for the tables main and default come after it


class WantedAddress(NamedTuple):
    """An address as its owner lists it. beside: the address whose network is meant, where interface is ""."""

    path: str
    address: str
    prefix: int
    interface: str
    beside: str
    label: str
    announce: bool


class WantedNetwork(NamedTuple):
    """What a call lists.

    sysctls: a name may have [ADDRESS] or [near ADDRESS] in place of an interface. routes: their interface may be
    [ADDRESS]. refused_gateways: no default route leads there. refused_addresses: nobody else may have put them on an
    interface that answers for them. handed_over: addresses that are another one's from now on, wherever they are.
    """

    addresses: tuple[WantedAddress, ...]
    sysctls: Mapping[str, str]
    modules: Mapping[str, Present]
    module_options: Mapping[str, str]
    tunnels: Mapping[str, Tunnel]
    listeners: Mapping[ListenerKey, Present]
    routes: Mapping[RouteKey, Route]
    rules: Mapping[Rule, Present]
    refused_gateways: tuple[str, ...]
    refused_addresses: tuple[str, ...]
    handed_over: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is listed."""
        return not any(self)


class _Wrong(Exception):
    """An option of an entry is wrong; the text begins with its name, or is about the entry."""


def parse_network(options: Mapping[str, Any]) -> WantedNetwork:
    """Read the options that list something. InvalidInput has every fault with its path."""
    faults: list[str] = []
    addresses = []
    for number, given in enumerate(options.get("addresses") or ()):
        address = _parse_address(f"addresses[{number}]", given, faults)
        if address is not None:
            addresses.append(address)
    wanted = WantedNetwork(
        addresses=tuple(addresses),
        sysctls=_parse_sysctls(options.get("sysctls") or {}, faults),
        modules=_parse_each("kernel_modules", options, _parse_module, faults),
        module_options=_parse_module_options(options.get("module_options") or {}, faults),
        tunnels=_parse_each("tunnels", options, _parse_tunnel, faults),
        listeners=_parse_each("listeners", options, _parse_listener, faults),
        routes=_parse_each("routes", options, _parse_route, faults),
        rules=_parse_each("rules", options, _parse_rule, faults),
        refused_gateways=tuple(_parse_each("refused_gateways", options, _parse_gateway, faults)),
        refused_addresses=tuple(_parse_each("refused_addresses", options, _parse_own_address, faults)),
        handed_over=tuple(_parse_each("handed_over", options, _parse_own_address, faults)),
    )
    if faults:
        raise InvalidInput(tuple(faults))
    return wanted


def _parse_each(
    option: str, options: Mapping[str, Any], parse: Callable[[Any], tuple[Any, Any]], faults: list[str]
) -> dict[Any, Any]:
    """Read the entries of a list, each of which parse() makes a key and a value of."""
    listed: dict[Any, Any] = {}
    for number, given in enumerate(options.get(option) or ()):
        try:
            key, value = parse(given)
        except _Wrong as wrong:
            text = str(wrong)
            dot = "." if isinstance(given, Mapping) and text.partition(":")[0] in given else ": "
            faults.append(f"{option}[{number}]{dot}{text}")
            continue
        if key in listed:
            faults.append(f"{option}[{number}]: {key} is listed already")
        listed[key] = value
    return listed


def _parse_address(path: str, given: Mapping[str, Any], faults: list[str]) -> WantedAddress | None:
    text, _slash, prefix = str(given["address"]).partition("/")
    try:
        address = canonical(text)
    except ValueError as error:
        faults.append(f"{path}.address: {error}")
        return None
    bits = BITS[family_of(address)]
    length = int(prefix) if prefix.isdecimal() else (bits if not prefix else -1)
    if not 1 <= length <= bits:
        faults.append(f"{path}.address: {prefix!r} is no prefix length; it is 1 to {bits}")
    interface, beside, label = given.get("interface") or "", given.get("beside") or "", given.get("label") or ""
    if not interface and not beside:
        faults.append(f"{path}: either interface, or beside: an address whose interface is meant")
    if interface and not _INTERFACE.fullmatch(interface):
        faults.append(f"{path}.interface: {interface!r} is not the name of an interface")
    if beside:
        try:
            beside = canonical(beside)
        except ValueError as error:
            faults.append(f"{path}.beside: {error}")
    if label and (bits != BITS["ipv4"] or not _LABEL.fullmatch(label)):
        faults.append(
            f"{path}.label: {label!r}: only IPv4 has labels, of 1 to {INTERFACE_MAX} letters, digits and _.:@+-"
        )
    return WantedAddress(path, address, length, interface, beside, label, bool(given.get("announce")))


def _parse_sysctls(given: Mapping[str, Any], faults: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in given.items():
        try:
            known = _sysctl_name(name)
        except _Wrong as wrong:
            faults.append(f"sysctls.{name}: {wrong}")
            continue
        if known in values:
            faults.append(f"sysctls.{name}: {known} is listed already")
        values[known] = " ".join(str(value).split())
    return values


def _sysctl_name(name: str) -> str:
    """Return the one spelling of a sysctl's name; [ADDRESS] and [near ADDRESS] stay in it."""
    addresses = _BRACKETS.findall(name)
    around = _BRACKETS.sub("@", name)  # which separates nothing
    if len(addresses) > 1 or not valid_sysctl(around) or (addresses and "@" not in canonical_sysctl(around).split(".")):
        raise _Wrong("a name here begins with net. and has no empty part, such as net.ipv4.ip_forward")
    if not addresses:
        return canonical_sysctl(name)
    near, _blank, text = addresses[0].rpartition(" ")
    if near not in ("", NEAR):
        raise _Wrong(f"[{addresses[0]}] is neither [ADDRESS] nor [{NEAR} ADDRESS]")
    address = f"{near} {_address('[ADDRESS]', text)}".strip()
    return ".".join(f"[{address}]" if part == "@" else part for part in canonical_sysctl(around).split("."))


def bracketed(name: str) -> str:
    """Return what stands in brackets, in place of an interface, in a sysctl's name or a route; "" for nothing."""
    found = _BRACKETS.search(name)
    return found.group(1) if found else ""


def _parse_module(given: str) -> tuple[str, Present]:
    if not _MODULE.fullmatch(given):
        raise _Wrong(f"{given!r} is not the name of a kernel module, such as ip_vs_ftp")
    return given.replace("-", "_"), Present()  # as /sys/module has it, and modprobe takes


def _parse_module_options(given: Mapping[str, Any], faults: list[str]) -> dict[str, str]:
    lines: dict[str, str] = {}
    for name, options in given.items():
        path = f"module_options.{name}"
        if not isinstance(options, Mapping) or not options:
            faults.append(f"{path}: this is not of the form: {{NAME: VALUE}}")
            continue
        words = [f"{option}={value}" for option, value in sorted(options.items())]
        faults += [f"{path}: {word!r} is no option of a kernel module" for word in words if not _OPTION.fullmatch(word)]
        try:
            lines[_parse_module(name)[0]] = " ".join(words)
        except _Wrong as wrong:
            faults.append(f"{path}: {wrong}")
    return lines


def _parse_tunnel(given: Mapping[str, Any]) -> tuple[str, Tunnel]:
    name, kind, checksum = given["name"], given["kind"], bool(given.get("checksum"))
    if not _NEW_INTERFACE.fullmatch(name):
        raise _Wrong(f"name: {name!r}: 1 to {INTERFACE_MAX} letters, digits and _.-, a letter first")
    local = _address("local", given["local"])
    if family_of(local) != TUNNEL_KINDS[kind]:
        raise _Wrong(f"local: {local}: {kind} unpacks what is sent to {_called(TUNNEL_KINDS[kind])} addresses")
    if checksum and kind not in CHECKSUM_KINDS:
        raise _Wrong(f"checksum: {kind} has none; {' and '.join(CHECKSUM_KINDS)} have")
    return name, Tunnel(kind, local, checksum, up=True)


def _parse_listener(given: Mapping[str, Any]) -> tuple[ListenerKey, Present]:
    return ListenerKey(given.get("family") or "ipv4", _within("port", given["port"], 1, PORT_MAX)), Present()


def _parse_route(given: Mapping[str, Any]) -> tuple[RouteKey, Route]:
    kind, gateway = given.get("kind") or "unicast", given.get("gateway") or ""
    gateway = gateway and _address("gateway", gateway)
    interface = given.get("interface") or (LOOPBACK if kind == "local" else "")
    if bracketed(interface):
        interface = f"[{_address('interface', bracketed(interface))}]"
    elif interface and not _INTERFACE.fullmatch(interface):
        raise _Wrong(f"interface: {interface!r} is not the name of an interface")
    if kind == "local" and gateway:
        raise _Wrong("gateway: what a route of kind local has in it, this host takes for its own: it leads nowhere")
    if not gateway and not interface:
        raise _Wrong("either gateway or interface, or both")
    destination, family = _network("destination", given["destination"], given.get("family") or "")
    if gateway and (family or family_of(gateway)) != family_of(gateway):
        raise _Wrong(f"gateway: {gateway} is no {_called(family)} address")
    family = family or (family_of(gateway) if gateway else "")
    if not family:
        raise _Wrong("family: ipv4 or ipv6: a default route without a gateway says it nowhere else")
    return RouteKey(family, destination, _table(given.get("table") or MAIN_TABLE), 0), Route(kind, gateway, interface)


def _parse_rule(given: Mapping[str, Any]) -> tuple[Rule, Present]:
    family = given.get("family") or ""
    networks = {}
    for selector in ("source", "destination"):
        text = given.get(selector) or ""
        networks[selector], family = _network(selector, text, family) if text else ("", family)
        if networks[selector] == DEFAULT:
            raise _Wrong(f"{selector}: leave it out for all addresses")
    if not family:
        raise _Wrong("family: ipv4 or ipv6: without source and destination the rule says it nowhere else")
    rule = Rule(
        priority=_within("priority", given["priority"], 1, PRIORITY_MAX),
        family=family,
        source=_without_whole_length(networks["source"]),
        destination=_without_whole_length(networks["destination"]),
        mark=0 if given.get("mark") is None else _within("mark", given["mark"], 1, 2**32 - 1),
        protocol=given.get("protocol") or "",
        source_port=_ports("source_port", given.get("source_port") or ""),
        table=_table(given["table"]),
    )
    return rule, Present()


def _parse_gateway(given: str) -> tuple[str, Present]:
    return _address("gateway", given), Present()


def _parse_own_address(given: str) -> tuple[str, Present]:
    return _address("address", given), Present()


def _network(option: str, text: str, family: str) -> tuple[str, str]:
    """Return a network as address/length, or DEFAULT, and its family; family is what is known of it so far."""
    if text == DEFAULT:
        return DEFAULT, family
    try:
        network = ip_network(text)
    except ValueError as error:
        raise _Wrong(f"{option}: {error}") from None
    own = f"ipv{network.version}"
    if (family or own) != own:
        raise _Wrong(f"{option}: {text} is no {_called(family)} network")
    return network_text(str(network.network_address), network.prefixlen), own


def network_text(address: str, length: int) -> str:
    """Return the one spelling of a network."""
    return f"{canonical(address)}/{length}" if length else DEFAULT


def _without_whole_length(network: str) -> str:
    address, _slash, length = network.partition("/")
    return address if network and int(length) == BITS[family_of(address)] else network


def _address(option: str, text: str) -> str:
    try:
        return canonical(text)
    except ValueError as error:
        raise _Wrong(f"{option}: {error}") from None


def _ports(option: str, text: str) -> str:
    try:
        ports = parse_range(text) if text else None
    except ValueError as error:
        raise _Wrong(f"{option}: {error}") from None
    if ports and ports[1] > RULE_PORT_MAX:
        raise _Wrong(f"{option}: the kernel takes ports up to {RULE_PORT_MAX} in a routing rule, not {text}")
    return range_text(ports) if ports else ""


def _within(option: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise _Wrong(f"{option}: {value} is not within {low} and {high}")
    return value


def _table(number: int) -> int:
    if number == LOCAL_TABLE:
        raise _Wrong(f"table: {LOCAL_TABLE} is the kernel's own table local")
    return _within("table", number, 1, 2**32 - 1)


def _called(family: str) -> str:
    return {"ipv4": "IPv4", "ipv6": "IPv6"}[family]
