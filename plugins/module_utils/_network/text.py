# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's network in the syntax of its native tools. Private to the collection.

`ip -batch` for tunnels, listeners, addresses, routes and rules, sysctl.d(5), modules-load.d(5), modprobe.d(5).
"""

from __future__ import annotations

import shlex
from typing import Any, Dict, Iterable, List, Mapping, Optional

from .._change import ADD, CHANGE, REMOVE, Change
from .._netlink.address import family_of
from .model import (
    DEFAULT,
    MAIN_TABLE,
    Address,
    AddressKey,
    ListenerKey,
    Network,
    Route,
    RouteKey,
    Rule,
    Tunnel,
    default_label,
    same_device,
)
from .plan import ADDRESS, LISTENER, MODULE, ROUTE, RULE, SYSCTL, TUNNEL

WAS = " was "
FOUND = " # was there before the cluster"  # for `ip -batch`, a comment
# What `ip link add` has to say of a kind that unpacks more, or less, where nothing is said.
MODES = {"sit": {"mode": "ip6ip"}, "ip6tnl": {"mode": "any"}}
EVERYWHERE = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}


def tunnel_words(name: str, tunnel: Tunnel) -> str:
    """Return a tunnel as `ip link add` takes it."""
    mode = "".join(f" {word} {value}" for word, value in MODES.get(tunnel.kind, {}).items())
    return f"{name} type {tunnel.kind} local {tunnel.local}{mode}{' icsum' if tunnel.checksum else ''}"


def listener_words(key: ListenerKey) -> str:
    """Return a listener as `ip fou add` takes it. An option for the family stands at the end alone."""
    return f"port {key.port} gue{' -6' if key.family == 'ipv6' else ''}"


def address_words(key: AddressKey, address: Address) -> str:
    """Return an address as `ip address add` takes it."""
    words = f"{key.address}/{key.prefix} dev {key.interface}"
    if address.label != default_label(key):
        words += f" label {address.label}"
    return words + (" nodad preferred_lft 0" if family_of(key.address) == "ipv6" else "")


def route_words(key: RouteKey, route: Route) -> str:
    """Return a route as `ip route add` takes it; the destination says the family."""
    words = "" if route.kind == "unicast" else f"{route.kind} "
    words += EVERYWHERE[key.family] if key.destination == DEFAULT else key.destination
    words += f" via {route.gateway}" if route.gateway else ""
    words += f" dev {route.interface}" if route.interface else ""
    words += f" table {key.table}" if key.table != MAIN_TABLE else ""
    return words + (f" metric {key.metric}" if key.metric else "")


def rule_words(rule: Rule) -> str:
    """Return a rule as `ip rule add` takes it; of an IPv6 one only `ip -6` does."""
    selectors = (
        ("priority", rule.priority),
        ("from", rule.source),
        ("to", rule.destination),
        ("fwmark", rule.mark),
        ("ipproto", rule.protocol),
        ("sport", rule.source_port),
        ("table", rule.table),
    )
    return " ".join(f"{word} {value}" for word, value in selectors if value)


def batch_lines(network: Network, family: str) -> List[str]:
    """Return the lines of an `ip -batch` file. Loading it twice with -force leaves what loading it once does.

    family: of the rules. A file can hold those of one alone, and `ip -6 -batch` takes rules only; all else is in the
    file with the IPv4 ones. The listeners come last: where the module fou is missing, `ip` ends there.
    """
    rules = [f"rule add {rule_words(rule)}" for rule in sorted(network.rules) if rule.family == family]
    if family == "ipv6":
        return rules
    lines = []
    for name, tunnel in sorted(network.tunnels.items()):
        lines += [f"link add {tunnel_words(name, tunnel)}", f"link set {name} up"]
    for key, address in sorted(network.addresses.items()):
        lines.append(f"address replace {address_words(key, address)}{FOUND if key in network.found else ''}")
    lines += [f"route replace {route_words(key, route)}" for key, route in sorted(network.routes.items())]
    return [*lines, *rules, *(f"fou add {listener_words(key)}" for key in sorted(network.listeners))]


def sysctl_lines(sysctls: Mapping[str, str], original: Mapping[str, Optional[str]]) -> List[str]:
    """Return the lines of a sysctl.d file, each after a comment with the value to go back to, where there is one."""
    lines = []
    for name, value in sorted(sysctls.items()):
        before = original.get(name)
        if before is not None:
            lines.append(f"# {name}{WAS}{before}")
        lines.append(f"{name} = {value}")
    return lines


def module_option_lines(options: Mapping[str, str]) -> List[str]:
    """Return the lines of a modprobe.d file."""
    return [f"options {module} {words}" for module, words in sorted(options.items())]


def lines(network: Network, plan: Iterable[Change]) -> List[str]:
    """Return that part of a network that a plan is about, one line each."""
    parts: Dict[str, Mapping[Any, Any]] = {
        MODULE: network.modules,
        TUNNEL: network.tunnels,
        LISTENER: network.listeners,
        SYSCTL: network.sysctls,
        ADDRESS: network.addresses,
        ROUTE: network.routes,
        RULE: network.rules,
    }
    told = {kind: {change.key for change in plan if change.kind == kind} for kind in parts}
    return [
        _line(kind, key, value)
        for kind, part in parts.items()
        for key, value in sorted(part.items())
        if key in told[kind]
    ]


def _line(kind: str, key: Any, value: Any) -> str:
    if kind == SYSCTL:
        return f"{key} = {value}"
    if kind == TUNNEL:
        return f"link add {tunnel_words(key, value)} {'up' if value.up else 'down'}"
    words = command(Change(ADD, kind, key, None, value))
    return words[len("ip ") :] if words.startswith("ip ") else words


def command(change: Change) -> str:
    """Return the command that does the same as this change."""
    return _COMMANDS[change.kind](change)


def _module_command(change: Change) -> str:
    return f"modprobe {change.key}"


def _tunnel_command(change: Change) -> str:
    delete = f"ip link delete {change.key}"
    if change.action == REMOVE:
        return delete
    up = f"ip link set {change.key} {'up' if change.after.up else 'down'}"
    if change.action == CHANGE and same_device(change.before, change.after):
        return up
    add = f"ip link add {tunnel_words(change.key, change.after)}" + (f" && {up}" if change.after.up else "")
    return f"{delete} && {add}" if change.action == CHANGE else add


def _listener_command(change: Change) -> str:
    if change.action == REMOVE:
        return f"ip fou del port {change.key.port}{' -6' if change.key.family == 'ipv6' else ''}"
    return f"ip fou add {listener_words(change.key)}"


def _sysctl_command(change: Change) -> str:
    return f"sysctl -w {shlex.quote(f'{change.key}={change.after.value}')}"


def _address_command(change: Change) -> str:
    if change.action == ADD:
        return f"ip address add {address_words(change.key, change.after)}"
    delete = f"ip address delete {change.key.address}/{change.key.prefix} dev {change.key.interface}"
    if change.action == CHANGE:
        return f"{delete} && ip address add {address_words(change.key, change.after)}"
    return delete


def _route_command(change: Change) -> str:
    verb = {ADD: "add", CHANGE: "replace"}.get(change.action, "delete")
    return f"ip route {verb} {route_words(change.key, change.before if change.action == REMOVE else change.after)}"


def _rule_command(change: Change) -> str:
    option = "-6 " if change.key.family == "ipv6" else ""
    return f"ip {option}rule {'add' if change.action == ADD else 'delete'} {rule_words(change.key)}"


_COMMANDS = {
    MODULE: _module_command,
    TUNNEL: _tunnel_command,
    LISTENER: _listener_command,
    SYSCTL: _sysctl_command,
    ADDRESS: _address_command,
    ROUTE: _route_command,
    RULE: _rule_command,
}
