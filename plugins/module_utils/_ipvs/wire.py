# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's IPVS messages <-> the values of the model. Private to the collection.

The user's words and the kernel's numbers meet here and nowhere else.
"""

from __future__ import annotations

import errno
from functools import lru_cache
from typing import Any

from .._change import ADD, REMOVE, Change
from .._netlink import ipvs
from .._netlink.address import FAMILY_NAMES, FAMILY_NUMBERS, from_bytes, to_bytes
from .._netlink.attributes import U32, Attribute, AttributeTable, Nested
from .._netlink.errors import MalformedMessage
from .._netlink.generic import HEADER, command_of
from .._netlink.layout import Decoder
from .model import (
    Destination,
    Service,
    ServiceKey,
    normal_destination,
    normal_service,
)
from .plan import SERVICE

# For reading a table: the settings without the counters, which are most of each message.
_SERVICE_SETTINGS = ipvs.SERVICE.only(
    "AF", "PROTOCOL", "ADDR", "PORT", "FWMARK", "SCHED_NAME", "FLAGS", "TIMEOUT", "NETMASK", "PE_NAME"
)
_DESTINATION_SETTINGS = ipvs.DESTINATION.only(
    "ADDR",
    "PORT",
    "FWD_METHOD",
    "WEIGHT",
    "U_THRESH",
    "L_THRESH",
    "ADDR_FAMILY",
    "TUN_TYPE",
    "TUN_PORT",
    "TUN_FLAGS",
)
_SERVICE_DUMP = Decoder(AttributeTable("IPVS_CMD_ATTR", Attribute(1, "SERVICE", Nested(_SERVICE_SETTINGS))))
_DESTINATION_DUMP = Decoder(AttributeTable("IPVS_CMD_ATTR", Attribute(2, "DEST", Nested(_DESTINATION_SETTINGS))))

PROTOCOL_NUMBERS = {"tcp": 6, "udp": 17, "sctp": 132}
PROTOCOL_NAMES = {number: name for name, number in PROTOCOL_NUMBERS.items()}
FORWARD_NUMBERS = {"nat": 0, "local": 1, "tun": 2, "dr": 3}  # IP_VS_CONN_F_MASQ, _LOCALNODE, _TUNNEL, _DROUTE
FORWARD_NAMES = {number: name for name, number in FORWARD_NUMBERS.items()}
FORWARD_MASK = 7  # IP_VS_CONN_F_FWD_MASK
TUNNEL_NUMBERS = {"ipip": 0, "gue": 1, "gre": 2}  # IP_VS_CONN_F_TUNNEL_TYPE_*
TUNNEL_NAMES = {number: name for name, number in TUNNEL_NUMBERS.items()}
CHECKSUM_NUMBERS = {"nocsum": 0, "csum": 1, "remcsum": 2}  # IP_VS_TUNNEL_ENCAP_FLAG_*
CHECKSUM_NAMES = {number: name for name, number in CHECKSUM_NUMBERS.items()}
FLAG_PERSISTENT, FLAG_ONE_PACKET = 0x1, 0x4  # IP_VS_SVC_F_*; 0x2 is HASHED, the kernel's own
SCHEDULER_FLAG_BITS = {"fallback": 0x8, "port": 0x10, "flag-3": 0x20}  # IP_VS_SVC_F_SCHED1, 2, 3
FLAGS_OF_THE_USER = FLAG_PERSISTENT | FLAG_ONE_PACKET | sum(SCHEDULER_FLAG_BITS.values())

# What an errno means for a command: ip_vs_genl_set_cmd() and what it calls.
REASONS: dict[tuple[int, int], str] = {
    (ipvs.NEW_SERVICE, errno.EEXIST): "it is there already: someone else has added it meanwhile",
    (ipvs.NEW_SERVICE, errno.ENOENT): "this kernel has no such scheduler or persistence engine, nor a module for it",
    (ipvs.SET_SERVICE, errno.ENOENT): "this kernel has no such scheduler or persistence engine, nor a module for it",
    (ipvs.SET_SERVICE, errno.ESRCH): "it is not there any more: someone else has removed it meanwhile",
    (ipvs.DEL_SERVICE, errno.ESRCH): "it is not there any more: someone else has removed it meanwhile",
    (ipvs.NEW_DEST, errno.EEXIST): "it is there already: someone else has added it meanwhile",
    (ipvs.NEW_DEST, errno.ESRCH): "its service is not there any more: someone else has removed it meanwhile",
    (ipvs.NEW_DEST, errno.EINVAL): "the kernel does not take this address, family or tunnel for a destination",
    (ipvs.NEW_DEST, errno.ERANGE): "a weight below 0, or a lower threshold above the upper one",
    (ipvs.SET_DEST, errno.ENOENT): "it is not there any more: someone else has removed it meanwhile",
    (ipvs.SET_DEST, errno.ESRCH): "its service is not there any more: someone else has removed it meanwhile",
    (ipvs.SET_DEST, errno.ERANGE): "a weight below 0, or a lower threshold above the upper one",
    (ipvs.DEL_DEST, errno.ENOENT): "it is not there any more: someone else has removed it meanwhile",
    (ipvs.DEL_DEST, errno.ESRCH): "its service is not there any more: someone else has removed it meanwhile",
}


def reason(command: int, number: int) -> str:
    """Return what this errno means for this command, "" where only the errno is known."""
    return REASONS.get((command, number), "")


def identity(key: ServiceKey) -> dict[str, Any]:
    """Return the attributes that name a service."""
    if key.fwmark:
        return {"AF": FAMILY_NUMBERS[key.family], "FWMARK": key.fwmark}
    return {
        "AF": FAMILY_NUMBERS[key.family],
        "PROTOCOL": PROTOCOL_NUMBERS.get(key.protocol) or int(key.protocol),
        "ADDR": to_bytes(key.address),
        "PORT": key.port,
    }


@lru_cache(maxsize=16)
def identifying(key: ServiceKey) -> bytes:
    """Return the encoded attribute that names a service; the destinations of a service follow one another."""
    return ipvs.COMMAND.encode({"SERVICE": identity(key)})


def service_attributes(key: ServiceKey, service: Service) -> dict[str, Any]:
    """Return the full set of attributes of a service: a SET replaces all of them (ip_vs_edit_service())."""
    flags = sum(SCHEDULER_FLAG_BITS[flag] for flag in service.scheduler_flags)
    if service.persistence_timeout:
        flags |= FLAG_PERSISTENT
    if service.one_packet:
        flags |= FLAG_ONE_PACKET
    netmask = service.persistence_netmask
    values = identity(key)
    values["SCHED_NAME"] = service.scheduler
    values["FLAGS"] = (flags, FLAGS_OF_THE_USER)
    values["TIMEOUT"] = service.persistence_timeout
    values["NETMASK"] = to_bytes(netmask) if key.family == "ipv4" else U32.pack(int(netmask))
    if service.persistence_engine:
        values["PE_NAME"] = service.persistence_engine
    return values


def destination_attributes(destination: Destination) -> dict[str, Any]:
    """Return the full set of attributes of a destination: a SET replaces all of them (ip_vs_edit_dest())."""
    address = to_bytes(destination.address)
    values = {
        "ADDR": address,
        "PORT": destination.port,
        "FWD_METHOD": FORWARD_NUMBERS[destination.forward]
        if destination.forward in FORWARD_NUMBERS
        else int(destination.forward),
        "WEIGHT": destination.weight,
        "U_THRESH": destination.upper_threshold,
        "L_THRESH": destination.lower_threshold,
        "ADDR_FAMILY": FAMILY_NUMBERS["ipv4" if len(address) == 4 else "ipv6"],
    }
    if destination.forward == "tun":
        values["TUN_TYPE"] = TUNNEL_NUMBERS[destination.tunnel_type]
        values["TUN_PORT"] = destination.tunnel_port
        values["TUN_FLAGS"] = CHECKSUM_NUMBERS[destination.tunnel_checksum]
    return values


def encode(change: Change) -> tuple[int, bytes]:
    """Return the command and the attributes that carry out one change."""
    if change.kind == SERVICE:
        if change.action == REMOVE:
            return ipvs.DEL_SERVICE, identifying(change.key)
        command = ipvs.NEW_SERVICE if change.action == ADD else ipvs.SET_SERVICE
        return command, ipvs.COMMAND.encode({"SERVICE": service_attributes(change.key, change.after)})
    service = identifying(change.key[0])
    if change.action == REMOVE:
        address = to_bytes(change.key[1].address)
        family = FAMILY_NUMBERS["ipv4" if len(address) == 4 else "ipv6"]
        gone = {"ADDR": address, "PORT": change.key[1].port, "ADDR_FAMILY": family}
        return ipvs.DEL_DEST, service + ipvs.COMMAND.encode({"DEST": gone})
    command = ipvs.NEW_DEST if change.action == ADD else ipvs.SET_DEST
    return command, service + ipvs.COMMAND.encode({"DEST": destination_attributes(change.after)})


def decode_service(payload: bytes) -> tuple[ServiceKey, Service]:
    """Read one message of a GET_SERVICE dump. MalformedMessage where it is none."""
    values = _part(payload, ipvs.NEW_SERVICE, _SERVICE_DUMP, "SERVICE")
    try:
        family = FAMILY_NAMES[values["AF"]]
        if values.get("FWMARK"):
            key = ServiceKey(family, "", "", 0, values["FWMARK"])
        else:
            number = values["PROTOCOL"]
            address = _address(values["ADDR"], family)
            key = ServiceKey(family, PROTOCOL_NAMES.get(number, str(number)), address, values["PORT"], 0)
        flags = values["FLAGS"][0]
        netmask = values["NETMASK"]
        service = Service(
            scheduler=values["SCHED_NAME"],
            scheduler_flags=tuple(name for name, bit in SCHEDULER_FLAG_BITS.items() if flags & bit),
            one_packet=bool(flags & FLAG_ONE_PACKET),
            persistence_timeout=values["TIMEOUT"] if flags & FLAG_PERSISTENT else 0,
            persistence_netmask=from_bytes(netmask) if family == "ipv4" else str(U32.read(netmask, 0, len(netmask))),
            persistence_engine=values.get("PE_NAME", ""),
        )
    except (KeyError, ValueError) as error:
        raise MalformedMessage(f"the kernel's description of a service is not understood: {error}") from None
    return key, normal_service(key, service)


def decode_destination(payload: bytes, family: str) -> Destination:
    """Read one message of a GET_DEST dump of a service of this family. MalformedMessage where it is none."""
    values = _part(payload, ipvs.NEW_DEST, _DESTINATION_DUMP, "DEST")
    try:
        if "ADDR_FAMILY" in values:
            family = FAMILY_NAMES[values["ADDR_FAMILY"]]
        method = values["FWD_METHOD"] & FORWARD_MASK
        tunnel, checksum = values.get("TUN_TYPE", 0), values.get("TUN_FLAGS", 0)
        destination = Destination(
            address=_address(values["ADDR"], family),
            port=values["PORT"],
            forward=FORWARD_NAMES.get(method, str(method)),
            weight=values["WEIGHT"],
            upper_threshold=values["U_THRESH"],
            lower_threshold=values["L_THRESH"],
            tunnel_type=TUNNEL_NAMES[tunnel] if method == FORWARD_NUMBERS["tun"] else "ipip",
            tunnel_port=values.get("TUN_PORT", 0),
            tunnel_checksum=CHECKSUM_NAMES[checksum] if method == FORWARD_NUMBERS["tun"] else "nocsum",
        )
    except (KeyError, ValueError) as error:
        raise MalformedMessage(f"the kernel's description of a destination is not understood: {error}") from None
    return normal_destination(destination)


def decode_info(payload: bytes) -> dict[str, int]:
    """Read the answer to GET_INFO: {"VERSION": 0xMMmmpp, "CONN_TAB_SIZE": buckets}."""
    if command_of(payload) != ipvs.SET_INFO:
        raise MalformedMessage(f"the answer to GET_INFO has the command {command_of(payload)}")
    values = ipvs.INFO.decode(payload, HEADER.size)
    if len(values) != len(ipvs.INFO.attributes):
        raise MalformedMessage("the answer to GET_INFO lacks its version or its connection-table size")
    return values


def _part(payload: bytes, command: int, decoder: Decoder, name: str) -> dict[str, Any]:
    if command_of(payload) != command:
        raise MalformedMessage(f"a dump message has the command {command_of(payload)} instead of {command}")
    values = decoder.decode(payload, HEADER.size)
    if name not in values:
        raise MalformedMessage(f"a dump message without IPVS_CMD_ATTR_{name}")
    part: dict[str, Any] = values[name]
    return part


def _address(data: bytes, family: str) -> str:
    # union nf_inet_addr: replies carry 16 bytes whatever the family (ip_vs_genl_fill_service()).
    size = 4 if family == "ipv4" else 16
    if len(data) < size:
        raise ValueError(f"an {family} address of {len(data)} bytes")
    return from_bytes(data[:size])
