# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host gets beside keepalived.conf, as the native tools read it: of the view of a host, a text for each tool.

The host is a stand-in: all that the definition calls a host's own it has on eth0. Every tool gets the rules that it can
keep, whichever the definition chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.lvs.cluster.plugins.module_utils._filter import arptables, iptables, nftables
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Opening, parse_rules
from ansible_collections.lvs.cluster.plugins.module_utils._filter.options import RULES
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import parse_services
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.options import SERVICES
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import desired_table
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.text import table_lines
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.address import BITS, family_of
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Address, AddressKey, Link, Network
from ansible_collections.lvs.cluster.plugins.module_utils._network.options import LISTED
from ansible_collections.lvs.cluster.plugins.module_utils._network.place import place
from ansible_collections.lvs.cluster.plugins.module_utils._network.text import batch_lines, sysctl_lines
from ansible_collections.lvs.cluster.plugins.module_utils._network.wanted import parse_network

# A firewall that is closed, so that there is something to open.
CLOSED = """table inet filter {
    chain input { type filter hook input priority 0; policy drop; }
    chain forward { type filter hook forward priority 0; policy drop; }
}"""
OPENINGS = [Opening("inet", "filter", hook, hook, "") for hook in ("input", "forward")]
NETWORKS = {"192.0.2.2": 24, "2001:db8::2": 64}
Texts = dict[str, str]


def texts(view: Mapping[str, Any], addresses: Iterable[str], interfaces: Iterable[str]) -> Texts:
    """By tool. InvalidInput, ValueError where a module would not take what the view has for it.

    addresses, interfaces: those of the hosts themselves.
    """
    by_tool = {**_filters(view), **_services(view), **_network(view, _host(addresses, interfaces))}
    return {tool: "".join(f"{line}\n" for line in lines) for tool, lines in by_tool.items() if lines}


def _given(spec: Mapping[str, Any], options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Options as a module gets them."""
    validated = ArgumentSpecValidator(spec).validate(options)
    if validated.error_messages:
        raise ValueError("; ".join(validated.error_messages))
    parameters: Mapping[str, Any] = validated.validated_parameters
    return parameters


def _filters(view: Mapping[str, Any]) -> dict[str, list[str]]:
    rules = parse_rules(_given({"rules": RULES}, {"rules": view["filter"]["rules"]})["rules"])
    silencing = [rule for rule in rules if rule.kind == "silence"]
    others = [rule for rule in rules if rule.kind != "silence"]
    nft = [*nftables.tables_script(rules), *nftables.openings_script(rules, OPENINGS)]
    return {
        "nft": [*CLOSED.splitlines(), *nft] if nft else [],
        "iptables-restore": iptables.script("ipv4", others),
        "ip6tables-restore": iptables.script("ipv6", others),
        "arptables": arptables.script(silencing),
    }


def _services(view: Mapping[str, Any]) -> dict[str, list[str]]:
    services = parse_services(_given({"services": SERVICES}, {"services": view.get("services", [])})["services"])
    return {"ipvsadm": list(table_lines(desired_table("replaced", services, {})))}


def _host(addresses: Iterable[str], interfaces: Iterable[str]) -> Network:
    names = sorted({"lo", "eth0", *interfaces})
    prefixes = {**{address: BITS[family_of(address)] for address in addresses}, **NETWORKS}
    return Network(
        links={name: Link(number, b"\2\0\0\0\0\1", name != "lo") for number, name in enumerate(names, 1)},
        addresses={AddressKey("eth0", address, prefix): Address("") for address, prefix in prefixes.items()},
    )


def _network(view: Mapping[str, Any], host: Network) -> dict[str, list[str]]:
    """With the VIPs that keepalived holds: a director has them of its own where it holds them no more."""
    listed = {option: value for option, value in view["network"].items() if option in LISTED}
    held = [vip for vip in view.get("vips", []) if vip["announce"] and vip not in listed["addresses"]]
    listed["addresses"] = [*listed["addresses"], *held]
    placed = place(parse_network(_given(LISTED, listed)), host)
    return {
        "ip": batch_lines(placed, "ipv4"),
        "ip -6": batch_lines(placed, "ipv6"),
        "sysctl": sysctl_lines(placed.sysctls, {}),
    }
