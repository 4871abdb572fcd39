# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The real servers of a service, and its sorry server: what they have of themselves, of their host and of the service.

What a service gives all hosts of a group is worked out once: a service may have thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...module_utils._ipvs.model import CHECKSUMS_OF_TUNNEL
from ...module_utils._netlink.address import family_of
from .._schema.hints import not_a_group, not_a_host
from .._schema.place import Place
from .._schema.real_server import REAL_SERVER_FIELDS, REAL_SERVER_WATCH_FIELDS, SORRY_SERVER_FIELDS
from .._schema.record import Draft, given
from .._schema.words import DIRECTOR_ITSELF, GUE_PORT
from .._values.real_server import RealServer
from .._values.service import THROUGH_GATEWAY, VirtualService
from .._values.unknown import made_of
from .drafts import entries, inherit, known
from .gateways import ChosenGateways
from .hosts import Hosts
from .watch import health_checks, watch_of

_DEFAULTS = {name: field.default for name, field in REAL_SERVER_FIELDS.items()}
_AS_THEY_ARE = (
    *("host", "address", "port", "forward", "weight", "upper_threshold", "lower_threshold"),
    *("tunnel_type", "tunnel_checksum", "tunnel_port", "checks", "watch", "notify_up", "notify_down"),
)


def hosts_of(service: VirtualService) -> set[str]:
    """The hosts among the real servers of a service, and its sorry server, as far as they are known."""
    servers = [*vars(service).get("real_servers", ()), vars(service).get("sorry_server")]
    return {server.host for server in servers if server and vars(server).get("host")}


class RealServers:
    """Reads them, with the hosts of the inventory at hand."""

    def __init__(self, hosts: Hosts, gateways: ChosenGateways) -> None:
        self._hosts = hosts
        self._gateways = gateways

    def of(self, service: Draft, place: Place, alone: bool) -> Draft:
        """The keys real_servers and left_out of a service. alone: its entry lists real servers of one family."""
        listed = service.get("real_servers")
        if isinstance(listed, str):
            hosts = self._hosts_of(listed, place)
            servers = list(self._of_group(hosts, service, place))
        else:
            servers = list(self._of_list(listed or [], service, place))
        if not servers:
            return {}
        chosen = [server for server in servers if alone or _is_for(server, service)]
        left_out = [
            server["host"] for server in servers if server.get("host") and not (alone or _is_for(server, service))
        ]
        served = {server.get("host") for server in chosen}
        return {
            "real_servers": tuple(made_of(RealServer, server) for server in chosen),
            "left_out": tuple(host for host in left_out if host not in served),
        }

    def sorry(self, service: Draft, place: Place, alone: bool) -> Draft:
        """The key sorry_server of a service."""
        if "sorry_server" not in service:
            return {}
        listed = service["sorry_server"]
        if listed is None:
            return {"sorry_server": None}
        missing = {name: value for name, value in _DEFAULTS.items() if name not in SORRY_SERVER_FIELDS}
        draft = {**missing, **listed, "checks": []}
        if draft.get("address") in DIRECTOR_ITSELF.values():
            draft["address"] = DIRECTOR_ITSELF.get(service.get("family", ""), draft["address"])
            # What stays on the director needs no tunnel.
            inherit(draft, "forward", {"forward": "dr"} if service.get("forward") == "tun" else service)
        server = self._with_host(_completed(draft, service), draft.get("host"), service, place)
        return {"sorry_server": made_of(RealServer, server) if alone or _is_for(server, service) else None}

    def _hosts_of(self, group: str, place: Place) -> Sequence[str]:
        if group not in self._hosts.groups:
            place.note_missing(not_a_group(group, self._hosts.groups, self._hosts.all_names))
            return ()
        if not self._hosts.groups[group]:
            place.note_missing(f"the group {group!r} has no hosts")
        return sorted(str.__str__(name) for name in self._hosts.groups[group])

    def _of_group(self, hosts: Sequence[str], service: Draft, place: Place) -> Iterator[Draft]:
        common = _completed(_DEFAULTS, service)
        for host in hosts:
            yield self._with_host({**common, "host": host}, host, service, place.item(host))

    def _of_list(self, listed: Sequence[Draft | None], service: Draft, place: Place) -> Iterator[Draft]:
        for path, draft in entries(listed, place.path):
            if draft is None:
                yield {"path": path}
                continue
            at = Place(path, place.problems)
            if not given(draft, "host") and not given(draft, "address"):
                at.note("has neither a host nor an address")
            yield self._with_host(_completed(draft, service), draft.get("host"), service, at)

    def _with_host(self, server: Draft, host: str | None, service: Draft, place: Place) -> Draft:
        """The parts of a real server, with what its host says of it. server may be changed."""
        server["path"] = place.path
        if host is not None and host in self._hosts:
            if not given(server, "address"):
                server["address"] = self._hosts.address_for(host, service.get("family"))
            inherit(server, "weight", self._hosts[host], "lvs_weight")
        elif host is not None:
            place.key("host").note_missing(not_a_host(host, self._hosts.groups, self._hosts.all_names))
        inherit(server, "weight", {"weight": 1})
        if server.get("address", ...) is None:
            del server["address"]
        return {**server, **self._gateway(server, service)}

    def _gateway(self, server: Draft, service: Draft) -> Draft:
        """The key gateway of a real server: for hosts that answer through one."""
        host, address, family = server.get("host") or "", server.get("address"), service.get("family")
        by_nat = server.get("forward") == "nat" and service.get("nat_return") in THROUGH_GATEWAY
        if not by_nat or host not in self._hosts or not address or family_of(address) != family:
            return {"gateway": None}
        return self._gateways.of(family, address, tuple(self._hosts[host].get("lvs_gateway") or ()))


def _completed(draft: Draft, service: Draft) -> Draft:
    """The parts of a real server as its service completes what is listed."""
    server = dict(draft)
    # One that has a type of its own takes of its service what this type can have.
    kind = server.get("tunnel_type")
    inherit(server, "forward", service)
    inherit(server, "tunnel_type", service)
    if kind in (None, "gue"):
        inherit(server, "tunnel_port", service)
    if kind is None or service.get("tunnel_checksum") in CHECKSUMS_OF_TUNNEL.get(kind, ()):
        inherit(server, "tunnel_checksum", service)
    inherit(server, "tunnel_type", {"tunnel_type": "ipip"})
    inherit(server, "tunnel_checksum", {"tunnel_checksum": "nocsum"})
    inherit(server, "tunnel_port", {"tunnel_port": GUE_PORT if server.get("tunnel_type") == "gue" else 0})
    inherit(server, "port", {"port": 0} if given(service, "fwmark") else service)
    server["checks"] = health_checks(server, service)
    server["watch"] = watch_of(server, REAL_SERVER_WATCH_FIELDS)
    return known(server, _AS_THEY_ARE)


def _is_for(server: Draft, service: Draft) -> bool:
    """Whether a server of an entry with both families belongs to the service of this one; only tun joins the two."""
    own = server.get("address")
    return not own or server.get("forward") == "tun" or family_of(own) == service.get("family")
