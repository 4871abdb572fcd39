# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that describe virtual services, as the modules' argument_spec has them. Private to the collection."""

from __future__ import annotations

from typing import Any, Dict

from .._netlink.address import FAMILIES
from .model import FORWARDING_METHODS, PROTOCOLS, SCHEDULER_FLAGS, TUNNEL_CHECKSUMS, TUNNEL_TYPES

DESTINATION: Dict[str, Any] = {
    "address": {"type": "str", "required": True},
    "port": {"type": "int"},
    "forward": {"type": "str", "choices": list(FORWARDING_METHODS)},
    "weight": {"type": "int"},
    "upper_threshold": {"type": "int"},
    "lower_threshold": {"type": "int"},
    "tunnel_type": {"type": "str", "choices": list(TUNNEL_TYPES)},
    "tunnel_port": {"type": "int"},
    "tunnel_checksum": {"type": "str", "choices": list(TUNNEL_CHECKSUMS)},
}
# What identifies a service.
SERVICE_NAME: Dict[str, Any] = {
    "address": {"type": "str"},
    "port": {"type": "int"},
    "protocol": {"type": "str", "choices": list(PROTOCOLS)},
    "fwmark": {"type": "int"},
    "family": {"type": "str", "choices": list(FAMILIES)},
}
SERVICE: Dict[str, Any] = {
    **SERVICE_NAME,
    "scheduler": {"type": "str"},
    "scheduler_flags": {"type": "list", "elements": "str", "choices": list(SCHEDULER_FLAGS)},
    "one_packet": {"type": "bool"},
    "persistence_timeout": {"type": "int"},
    "persistence_netmask": {"type": "str"},
    "persistence_engine": {"type": "str"},
}
SERVICES: Dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "default": [],
    "options": {**SERVICE, "destinations": {"type": "list", "elements": "dict", "options": DESTINATION}},
}
