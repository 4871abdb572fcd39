# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that describe a host's network, as the module's argument_spec has them. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict

from .._netlink.address import FAMILIES
from .model import PROTOCOLS, ROUTE_KINDS, TUNNEL_KINDS

ADDRESS: Dict[str, Any] = {
    "address": {"type": "str", "required": True},
    "interface": {"type": "str"},
    "beside": {"type": "str"},
    "label": {"type": "str"},
    "announce": {"type": "bool", "default": False},
}
TUNNEL: Dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "kind": {"type": "str", "required": True, "choices": list(TUNNEL_KINDS)},
    "local": {"type": "str", "required": True},
    "checksum": {"type": "bool", "default": False},
}
LISTENER: Dict[str, Any] = {
    "port": {"type": "int", "required": True},
    "family": {"type": "str", "choices": list(FAMILIES), "default": "ipv4"},
}
ROUTE: Dict[str, Any] = {
    "destination": {"type": "str", "required": True},
    "family": {"type": "str", "choices": list(FAMILIES)},
    "kind": {"type": "str", "choices": list(ROUTE_KINDS), "default": "unicast"},
    "gateway": {"type": "str"},
    "interface": {"type": "str"},
    "table": {"type": "int"},
}
RULE: Dict[str, Any] = {
    "priority": {"type": "int", "required": True},
    "family": {"type": "str", "choices": list(FAMILIES)},
    "source": {"type": "str"},
    "destination": {"type": "str"},
    "mark": {"type": "int"},
    "protocol": {"type": "str", "choices": list(PROTOCOLS)},
    "source_port": {"type": "str"},
    "table": {"type": "int", "required": True},
}


def _listed(entry: Dict[str, Any]) -> Dict[str, Any]:
    return {"type": "list", "elements": "dict", "default": [], "options": entry}


LISTED: Dict[str, Any] = {
    "kernel_modules": {"type": "list", "elements": "str", "default": []},
    "module_options": {"type": "dict", "default": {}},
    "tunnels": _listed(TUNNEL),
    "listeners": _listed(LISTENER),
    "addresses": _listed(ADDRESS),
    "routes": _listed(ROUTE),
    "rules": _listed(RULE),
    "sysctls": {"type": "dict", "default": {}},
    "refused_gateways": {"type": "list", "elements": "str", "default": []},
    "refused_addresses": {"type": "list", "elements": "str", "default": []},
    "handed_over": {"type": "list", "elements": "str", "default": []},
}
