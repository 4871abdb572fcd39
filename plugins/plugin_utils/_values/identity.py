# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tells a virtual service from others, as the modules on a host name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._ipvs.model import ServiceKey
from ...module_utils._netlink.address import family_of
from .service import VirtualService


def service_key(service: Mapping[str, Any]) -> ServiceKey:
    """The key of a service in the words of ipvs_services, of ipvs_info or of model.VirtualService; str() names it."""
    if service.get("fwmark"):
        return ServiceKey(service.get("family") or "ipv4", "", "", 0, service["fwmark"])
    address = service["address"]
    return ServiceKey(family_of(address), service.get("protocol") or "tcp", address, service["port"], 0)


def identity_of(service: VirtualService) -> dict[str, Any]:
    """The words by which the modules on a host tell a service from others."""
    if service.fwmark is None:
        return {"address": service.address, "port": service.port, "protocol": service.protocol}
    return {"fwmark": service.fwmark, "family": service.family}
