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
from .._netlink.address import BITS, FAMILY_NAMES, FAMILY_NUMBERS, family_of, from_bytes, to_bytes
from .._netlink.attributes import U32
from .._netlink.errors import MalformedMessage
from .._netlink.generic import HEADER, command_of
from .._netlink.layout import Decoder, Template
from .model import (
    Destination,
    Service,
    ServiceKey,
    normal_destination,
    normal_service,
)
from .plan import SERVICE

# For reading a table: the settings without the counters, which are most of each message.
_SERVICE_SETTINGS = Decoder(
    ipvs.COMMAND,
    "SERVICE",
    required=("AF", "SCHED_NAME", "FLAGS", "TIMEOUT", "NETMASK"),
    optional=("FWMARK", "PROTOCOL", "ADDR", "PORT", "PE_NAME"),
)
_NEW_SERVICE, _NEW_DEST = bytes([ipvs.NEW_SERVICE]), bytes([ipvs.NEW_DEST])
_DESTINATION_SETTINGS = Decoder(
    ipvs.COMMAND,
    "DEST",
    required=("ADDR", "PORT", "FWD_METHOD", "WEIGHT", "U_THRESH", "L_THRESH"),
    optional=("ADDR_FAMILY", "TUN_TYPE", "TUN_PORT", "TUN_FLAGS"),
)

# For writing destinations.
_NAME = ("ADDR_FAMILY", "ADDR", "PORT")
_PARTS = (*_NAME, "FWD_METHOD", "WEIGHT", "U_THRESH", "L_THRESH", "TUN_TYPE", "TUN_PORT", "TUN_FLAGS")
_BYTES = {family: bits // 8 for family, bits in BITS.items()}
_DESTINATION_NAMES = {family: Template(ipvs.COMMAND, "DEST", _NAME, ADDR=size) for family, size in _BYTES.items()}
_DESTINATIONS = {family: Template(ipvs.COMMAND, "DEST", _PARTS, ADDR=size) for family, size in _BYTES.items()}

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
_SCHEDULER_FLAG_MASK = sum(SCHEDULER_FLAG_BITS.values())
_SCHEDULER_FLAGS = {
    bits: tuple(name for name, bit in SCHEDULER_FLAG_BITS.items() if bits & bit)
    for bits in range(_SCHEDULER_FLAG_MASK + 1)
}
FLAGS_OF_THE_USER = FLAG_PERSISTENT | FLAG_ONE_PACKET | _SCHEDULER_FLAG_MASK

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


@lru_cache(maxsize=16)
def identifying(key: ServiceKey) -> bytes:
    """Return the encoded attribute that names a service; the destinations of a service follow one another."""
    values = _service_name(key)
    return _service_template(tuple(values), _BYTES[key.family], 0, 0).fill(tuple(values.values()))


def _service_name(key: ServiceKey) -> dict[str, Any]:
    if key.fwmark:
        return {"AF": FAMILY_NUMBERS[key.family], "FWMARK": key.fwmark}
    return {
        "AF": FAMILY_NUMBERS[key.family],
        "PROTOCOL": PROTOCOL_NUMBERS.get(key.protocol) or int(key.protocol),
        "ADDR": to_bytes(key.address),
        "PORT": key.port,
    }


def _service(key: ServiceKey, service: Service) -> bytes:
    """Return the full set of attributes of a service: a SET replaces all of them (ip_vs_edit_service())."""
    flags = sum(SCHEDULER_FLAG_BITS[flag] for flag in service.scheduler_flags)
    if service.persistence_timeout:
        flags |= FLAG_PERSISTENT
    if service.one_packet:
        flags |= FLAG_ONE_PACKET
    netmask = service.persistence_netmask
    values = _service_name(key)
    values["SCHED_NAME"] = service.scheduler
    values["FLAGS"] = (flags, FLAGS_OF_THE_USER)
    values["TIMEOUT"] = service.persistence_timeout
    values["NETMASK"] = to_bytes(netmask) if key.family == "ipv4" else U32.pack(int(netmask))
    engine = service.persistence_engine
    if engine:
        values["PE_NAME"] = engine
    template = _service_template(tuple(values), _BYTES[key.family], len(service.scheduler), len(engine))
    return template.fill(tuple(values.values()))


@lru_cache(maxsize=None)
def _service_template(parts: tuple[str, ...], address: int, scheduler: int, engine: int) -> Template:
    """Return the template for these parts, an address of so many bytes, and names of so many letters."""
    return Template(
        ipvs.COMMAND, "SERVICE", parts, ADDR=address, SCHED_NAME=scheduler + 1, NETMASK=4, PE_NAME=engine + 1
    )


def _destination_name(address: str, port: int) -> tuple[int, bytes, int]:
    return FAMILY_NUMBERS[family_of(address)], to_bytes(address), port


def _destination(destination: Destination) -> bytes:
    """Return the full set of attributes of a destination: a SET replaces all of them (ip_vs_edit_dest())."""
    address, port, forward, weight, upper, lower, tunnel, tunnel_port, checksum = destination
    method = FORWARD_NUMBERS[forward] if forward in FORWARD_NUMBERS else int(forward)
    tunnelled = (TUNNEL_NUMBERS[tunnel], tunnel_port, CHECKSUM_NUMBERS[checksum])
    return _DESTINATIONS[family_of(address)].fill(
        (*_destination_name(address, port), method, weight, upper, lower, *tunnelled)
    )


def encode(change: Change) -> tuple[int, bytes]:
    """Return the command and the attributes that carry out one change."""
    if change.kind == SERVICE:
        if change.action == REMOVE:
            return ipvs.DEL_SERVICE, identifying(change.key)
        command = ipvs.NEW_SERVICE if change.action == ADD else ipvs.SET_SERVICE
        return command, _service(change.key, change.after)
    service, destination = change.key
    if change.action == REMOVE:
        name = _DESTINATION_NAMES[family_of(destination.address)]
        return ipvs.DEL_DEST, identifying(service) + name.fill(_destination_name(*destination))
    command = ipvs.NEW_DEST if change.action == ADD else ipvs.SET_DEST
    return command, identifying(service) + _destination(change.after)


def decode_service(payload: bytes) -> tuple[ServiceKey, Service]:
    """Read one message of a GET_SERVICE dump. MalformedMessage where it is none."""
    if payload[:1] != _NEW_SERVICE:
        raise _unexpected(payload)
    family_number, scheduler, (flags, _mask), timeout, netmask, fwmark, protocol, address, port, engine = (
        _SERVICE_SETTINGS.decode(payload, HEADER.size)
    )
    try:
        family = FAMILY_NAMES[family_number]
        key = _service_key(family, fwmark, protocol, address, port)
        service = Service(
            scheduler,
            _SCHEDULER_FLAGS[flags & _SCHEDULER_FLAG_MASK],
            bool(flags & FLAG_ONE_PACKET),
            timeout if flags & FLAG_PERSISTENT else 0,
            from_bytes(netmask) if family == "ipv4" else str(U32.read(netmask, 0, len(netmask))),
            engine or "",
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedMessage(f"the kernel's description of a service is not understood: {error}") from None
    return key, normal_service(key, service)


def decode_destination(payload: bytes, family: str) -> Destination:
    """Read one message of a GET_DEST dump of a service of this family. MalformedMessage where it is none."""
    if payload[:1] != _NEW_DEST:
        raise _unexpected(payload)
    address, port, method, weight, upper, lower, own_family, tunnel, tunnel_port, checksum = (
        _DESTINATION_SETTINGS.decode(payload, HEADER.size)
    )
    try:
        if own_family is not None:
            family = FAMILY_NAMES[own_family]
        forward = FORWARD_NAMES.get(method & FORWARD_MASK) or str(method & FORWARD_MASK)
        plain = Destination(_address(address, family), port, forward, weight, upper, lower)
        if forward != "tun" or not tunnel:
            return plain
        tunnelled = plain._replace(
            tunnel_type=TUNNEL_NAMES[tunnel],
            tunnel_port=tunnel_port or 0,
            tunnel_checksum=CHECKSUM_NAMES[checksum or 0],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedMessage(f"the kernel's description of a destination is not understood: {error}") from None
    return normal_destination(tunnelled)


def decode_info(payload: bytes) -> dict[str, int]:
    """Read the answer to GET_INFO: {"VERSION": 0xMMmmpp, "CONN_TAB_SIZE": buckets}."""
    if command_of(payload) != ipvs.SET_INFO:
        raise MalformedMessage(f"the answer to GET_INFO has the command {command_of(payload)}")
    values = ipvs.INFO.decode(payload, HEADER.size)
    if len(values) != len(ipvs.INFO.attributes):
        raise MalformedMessage("the answer to GET_INFO lacks its version or its connection-table size")
    return values


def _unexpected(payload: bytes) -> MalformedMessage:
    return MalformedMessage(f"a message with the command {command_of(payload)} in a dump of something else")


def _service_key(
    family: str, fwmark: int | None, protocol: int | None, address: bytes | None, port: int | None
) -> ServiceKey:
    if fwmark is not None:
        return ServiceKey(family, "", "", 0, fwmark)
    if protocol is None or address is None or port is None:
        raise ValueError("neither a mark nor protocol, address and port")
    return ServiceKey(family, PROTOCOL_NAMES.get(protocol) or str(protocol), _address(address, family), port, 0)


@lru_cache(maxsize=1 << 16)
def _address(data: bytes, family: str) -> str:
    # union nf_inet_addr: replies carry 16 bytes whatever the family (ip_vs_genl_fill_service()).
    size = _BYTES[family]
    if len(data) < size:
        raise ValueError(f"an {family} address of {len(data)} bytes")
    return from_bytes(data[:size])
