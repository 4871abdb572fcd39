# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel's IPVS messages <-> the values of the model. Private to the collection.

The user's words and the kernel's numbers meet here and nowhere else.
"""

from __future__ import annotations

import errno
from functools import lru_cache
from typing import Any, Sequence

from .._change import ADD, REMOVE, Change
from .._netlink import ipvs
from .._netlink.address import BITS, FAMILY_NAMES, FAMILY_NUMBERS, family_of, from_bytes, to_bytes
from .._netlink.attributes import HEADER as ATTRIBUTE_HEADER
from .._netlink.attributes import U32
from .._netlink.errors import MalformedMessage
from .._netlink.generic import HEADER, command_of
from .._netlink.known import Known
from .._netlink.layout import Decoder, Template
from .model import (
    Destination,
    Service,
    ServiceKey,
    full_netmask,
    normal_destination,
)
from .plan import SERVICE

_REMEMBERED = 1 << 14

# For reading a table: the settings without the counters, which are most of each message.
_SERVICE_SETTINGS = Decoder(
    ipvs.COMMAND,
    "SERVICE",
    required=("AF", "SCHED_NAME", "FLAGS", "TIMEOUT", "NETMASK"),
    optional=("FWMARK", "PROTOCOL", "ADDR", "PORT", "PE_NAME"),
)
_NEW_SERVICE, _NEW_DEST = bytes([ipvs.NEW_SERVICE]), bytes([ipvs.NEW_DEST])
_DESTINATION_REQUIRED = ("ADDR", "PORT", "FWD_METHOD", "WEIGHT", "U_THRESH", "L_THRESH")
_DESTINATION_OPTIONAL = ("ADDR_FAMILY", "TUN_TYPE", "TUN_PORT", "TUN_FLAGS")
_DESTINATION_SETTINGS = Decoder(ipvs.COMMAND, "DEST", _DESTINATION_REQUIRED, _DESTINATION_OPTIONAL)
# Without ADDR_FAMILY, a destination's family is that of its service, which its message does not tell.
_KNOWN_DESTINATIONS = Known(
    ipvs.COMMAND, HEADER.size, "DEST", (*_DESTINATION_REQUIRED, *_DESTINATION_OPTIONAL), required=("ADDR_FAMILY",)
)

# For writing.
_BYTES = {family: bits // 8 for family, bits in BITS.items()}
_MARK_PARTS = ("AF", "FWMARK")
_MARK = Template(ipvs.COMMAND, "SERVICE", _MARK_PARTS)
_SERVICE_NAME_PARTS = ("AF", "PROTOCOL", "ADDR", "PORT")
_DESTINATION_NAME_PARTS = ("ADDR_FAMILY", "ADDR", "PORT")
# In the kernel's own order (ip_vs_genl_fill_dest()), so that a dump answers with the bytes that were sent. It has its
# counters before ADDR_FAMILY.
_DESTINATION_PARTS = (
    *("ADDR", "PORT", "FWD_METHOD", "WEIGHT", "TUN_TYPE", "TUN_PORT", "TUN_FLAGS", "U_THRESH", "L_THRESH"),
    "ADDR_FAMILY",
)
_DESTINATION = Template(ipvs.COMMAND, "DEST", _DESTINATION_PARTS, ADDR=max(_BYTES.values()))
_SETTINGS_AT, _FAMILY_SIZE = ATTRIBUTE_HEADER.size, ATTRIBUTE_HEADER.size + 4


def _by_family(name: str, parts: tuple[str, ...]) -> dict[str, Template]:
    return {family: Template(ipvs.COMMAND, name, parts, ADDR=size) for family, size in _BYTES.items()}


_SERVICE_NAMES = _by_family("SERVICE", _SERVICE_NAME_PARTS)
_DESTINATION_NAMES = _by_family("DEST", _DESTINATION_NAME_PARTS)

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
_THERE = "it is there already: someone else changes the table just now; run it again"
_GONE = "it is no longer there: someone else has removed it in the meantime"
_SERVICE_GONE = "its service is no longer there: someone else has removed it in the meantime"
_MODULE = "this kernel has no such scheduler or persistence engine, nor a module for it"
_RANGE = "a weight below 0, or a lower threshold above the upper one"
REASONS: dict[tuple[int, int], str] = {
    (ipvs.NEW_SERVICE, errno.EEXIST): _THERE,
    (ipvs.NEW_SERVICE, errno.ENOENT): _MODULE,
    (ipvs.SET_SERVICE, errno.ENOENT): _MODULE,
    (ipvs.SET_SERVICE, errno.ESRCH): _GONE,
    (ipvs.DEL_SERVICE, errno.ESRCH): _GONE,
    (ipvs.NEW_DEST, errno.EEXIST): _THERE,
    (ipvs.NEW_DEST, errno.ESRCH): _SERVICE_GONE,
    (ipvs.NEW_DEST, errno.EINVAL): "the kernel does not take this address, family or tunnel for a destination",
    (ipvs.NEW_DEST, errno.ERANGE): _RANGE,
    (ipvs.SET_DEST, errno.ENOENT): _GONE,
    (ipvs.SET_DEST, errno.ESRCH): _SERVICE_GONE,
    (ipvs.SET_DEST, errno.ERANGE): _RANGE,
    (ipvs.DEL_DEST, errno.ENOENT): _GONE,
    (ipvs.DEL_DEST, errno.ESRCH): _SERVICE_GONE,
}


def reason(command: int, number: int) -> str:
    """Return what this errno means for this command, "" where only the errno is known."""
    return REASONS.get((command, number), "")


@lru_cache(maxsize=_REMEMBERED)
def identifying(key: ServiceKey) -> bytes:
    """Return the encoded attribute that names a service."""
    template = _MARK if key.fwmark else _SERVICE_NAMES[key.family]
    return template.fill(_service_name(key))


def _service_name(key: ServiceKey) -> tuple[Any, ...]:
    family, protocol, address, port, fwmark = key
    if fwmark:
        return FAMILY_NUMBERS[family], fwmark
    return FAMILY_NUMBERS[family], PROTOCOL_NUMBERS.get(protocol) or int(protocol), to_bytes(address), port


def _service(key: ServiceKey, service: Service) -> bytes:
    """Return the full set of attributes of a service: a SET replaces all of them (ip_vs_edit_service())."""
    scheduler, scheduler_flags, one_packet, timeout, netmask, engine = service
    flags = sum(SCHEDULER_FLAG_BITS[flag] for flag in scheduler_flags)
    if timeout:
        flags |= FLAG_PERSISTENT
    if one_packet:
        flags |= FLAG_ONE_PACKET
    mask = to_bytes(netmask) if key.family == "ipv4" else U32.pack(int(netmask))
    template = _service_template(key.family, bool(key.fwmark), len(scheduler), len(engine))
    settings = (scheduler, (flags, FLAGS_OF_THE_USER), timeout, mask)
    return template.fill((*_service_name(key), *settings, *((engine,) if engine else ())))


@lru_cache(maxsize=None)
def _service_template(family: str, marked: bool, scheduler: int, engine: int) -> Template:
    """Return the template of a service, by the letters of its scheduler and of its engine (0 for none)."""
    parts = (*(_MARK_PARTS if marked else _SERVICE_NAME_PARTS), "SCHED_NAME", "FLAGS", "TIMEOUT", "NETMASK")
    if engine:
        parts = (*parts, "PE_NAME")
    sizes = {"ADDR": _BYTES[family], "SCHED_NAME": scheduler + 1, "NETMASK": 4, "PE_NAME": engine + 1}
    return Template(ipvs.COMMAND, "SERVICE", parts, **sizes)


def _number(numbers: dict[str, int], name: str) -> int:
    """Return the kernel's number for a name; what has none is a number already, as it was read."""
    return numbers[name] if name in numbers else int(name)


def _destination_name(address: str, port: int) -> tuple[int, bytes, int]:
    return FAMILY_NUMBERS[family_of(address)], to_bytes(address), port


@lru_cache(maxsize=_REMEMBERED)
def _destination(destination: Destination) -> bytes:
    """Return the full set of attributes of a destination: a SET replaces all of them (ip_vs_edit_dest())."""
    address, port, forward, weight, upper, lower, tunnel, tunnel_port, checksum = destination
    method = _number(FORWARD_NUMBERS, forward)
    tunnelled = (_number(TUNNEL_NUMBERS, tunnel), tunnel_port, _number(CHECKSUM_NUMBERS, checksum))
    family, data = FAMILY_NUMBERS[family_of(address)], to_bytes(address)
    attribute = _DESTINATION.fill((data, port, method, weight, *tunnelled, upper, lower, family))
    runs = attribute[_SETTINGS_AT:-_FAMILY_SIZE], attribute[-_FAMILY_SIZE:]
    _KNOWN_DESTINATIONS.expect(runs, normal_destination(destination))
    return attribute


def encode(change: Change) -> tuple[int, bytes]:
    """Return the command and the attributes that carry out one change."""
    action, kind, key, _before, after = change
    if kind == SERVICE:
        if action == REMOVE:
            return ipvs.DEL_SERVICE, identifying(key)
        return ipvs.NEW_SERVICE if action == ADD else ipvs.SET_SERVICE, _service(key, after)
    service, destination = key
    if action == REMOVE:
        name = _DESTINATION_NAMES[family_of(destination.address)]
        return ipvs.DEL_DEST, identifying(service) + name.fill(_destination_name(*destination))
    return ipvs.NEW_DEST if action == ADD else ipvs.SET_DEST, identifying(service) + _destination(after)


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
        return key, _read_service(family, scheduler, flags, timeout, netmask, engine)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedMessage(f"the kernel's description of a service is not understood: {error}") from None


# Most services have the settings of many others.
@lru_cache(maxsize=1 << 10)
def _read_service(family: str, scheduler: str, flags: int, timeout: int, netmask: bytes, engine: str | None) -> Service:
    # As normal_service() would make it: the flags in their order, the netmask of a service without persistence full.
    persistent = flags & FLAG_PERSISTENT
    return Service(
        scheduler,
        _SCHEDULER_FLAGS[flags & _SCHEDULER_FLAG_MASK],
        bool(flags & FLAG_ONE_PACKET),
        timeout if persistent else 0,
        _netmask(netmask, family) if persistent else full_netmask(family),
        engine or "",
    )


def decode_destinations(payloads: Sequence[bytes], family: str) -> list[Destination]:
    """Read the messages of a GET_DEST dump of a service of this family. MalformedMessage where one is none."""
    found = _KNOWN_DESTINATIONS.find(payloads)
    if None in found:
        return [known or _learned(payload, family) for known, payload in zip(found, payloads)]
    return found


def _learned(payload: bytes, family: str) -> Destination:
    destination = decode_destination(payload, family)
    _KNOWN_DESTINATIONS.learn(payload, destination)
    return destination


def decode_destination(payload: bytes, family: str) -> Destination:
    """Read one message of a GET_DEST dump of a service of this family. MalformedMessage where it is none."""
    if payload[:1] != _NEW_DEST:
        raise _unexpected(payload)
    return _read_destination(family, *_DESTINATION_SETTINGS.decode(payload, HEADER.size))


# A real server is in many services, most often with the same settings.
@lru_cache(maxsize=_REMEMBERED)
def _read_destination(
    service_family: str,
    address: bytes,
    port: int,
    method: int,
    weight: int,
    upper: int,
    lower: int,
    own_family: int | None,
    tunnel: int | None,
    tunnel_port: int | None,
    checksum: int | None,
) -> Destination:
    try:
        family = service_family if own_family is None else FAMILY_NAMES[own_family]
        forward = FORWARD_NAMES.get(method & FORWARD_MASK) or str(method & FORWARD_MASK)
        plain = Destination(_address(address, family), port, forward, weight, upper, lower)
        if forward != "tun" or not tunnel:
            return plain
        tunnelled = plain._replace(
            tunnel_type=TUNNEL_NAMES.get(tunnel) or str(tunnel),
            tunnel_port=tunnel_port or 0,
            tunnel_checksum=CHECKSUM_NAMES.get(checksum or 0) or str(checksum),
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
    if fwmark:
        return ServiceKey(family, "", "", 0, fwmark)
    if protocol is None or address is None or port is None:
        raise ValueError("neither a mark nor protocol, address and port")
    return ServiceKey(family, PROTOCOL_NAMES.get(protocol) or str(protocol), _address(address, family), port, 0)


def _netmask(data: bytes, family: str) -> str:
    return from_bytes(data) if family == "ipv4" else str(U32.read(data, 0, len(data)))


def _address(data: bytes, family: str) -> str:
    # union nf_inet_addr: replies carry 16 bytes whatever the family (ip_vs_genl_fill_service()).
    size = _BYTES[family]
    if len(data) < size:
        raise ValueError(f"an {family} address of {len(data)} bytes")
    return from_bytes(data[:size])
