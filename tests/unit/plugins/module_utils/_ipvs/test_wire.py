# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codec against recorded.json: what ipvsadm and a real kernel said to each other (tests/kernel/record.py)."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, Change
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text, wire
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import Destination, ServiceKey, VirtualService
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import plan
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import ipvs
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.attributes import HEADER as ATTRIBUTE
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.generic import HEADER
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text())
LINES = list(RECORDED["requests"])
PAYLOADS = [
    *((bytes.fromhex(payload), "service") for payload in RECORDED["services"]),
    *((bytes.fromhex(payload), "destination") for listed in RECORDED["services"].values() for payload in listed),
]


def test_the_kernels_dump_reads_as_what_ipvsadm_wrote() -> None:
    table = {}
    for payload, destinations in RECORDED["services"].items():
        key, service = wire.decode_service(bytes.fromhex(payload))
        decoded = [wire.decode_destination(bytes.fromhex(answer), key.family) for answer in destinations]
        table[key] = VirtualService(service, tuple(sorted(decoded)))
    assert table == text.parse_rules("\n".join(LINES), "recorded.json")[0]


@pytest.mark.parametrize("line", LINES)
def test_requests_say_what_ipvsadm_says(line: str) -> None:
    command, theirs = split(bytes.fromhex(RECORDED["requests"][line]))
    (change,) = [
        change
        for change in plan(text.parse_rules("\n".join(LINES), "recorded.json")[0], {})
        if text.command(change) == f"ipvsadm {line}"
    ]
    our_command, attributes = wire.encode(change)
    ours = ipvs.COMMAND.decode(attributes)
    assert our_command == command
    if change.kind == "service":
        assert meaning(ours["SERVICE"]) == meaning(theirs["SERVICE"])
    else:  # of the service, ipvsadm sends more than what identifies it
        for name, value in meaning(ours["SERVICE"]).items():
            assert meaning(theirs["SERVICE"])[name] == value
        tunnel = {} if "TUN_TYPE" in ours["DEST"] else {"TUN_TYPE": 0, "TUN_PORT": 0, "TUN_FLAGS": 0}
        assert {**meaning(ours["DEST"]), **tunnel} == meaning(theirs["DEST"])


def split(payload: bytes) -> tuple[int, dict[str, Any]]:
    return payload[0], ipvs.COMMAND.decode(payload, HEADER.size)


def meaning(values: dict[str, Any]) -> dict[str, Any]:
    """The attributes without what ipvsadm writes in another way that means the same to the kernel."""
    same = dict(values)
    if "ADDR" in same:  # ipvsadm sends 16 bytes for IPv4 too
        family = same.get("ADDR_FAMILY", same.get("AF"))
        same["ADDR"] = same["ADDR"][:4] if family == 2 else same["ADDR"]
    if "FLAGS" in same:  # ipvsadm's mask is all ones
        same["FLAGS"] = same["FLAGS"][0]
    if same.get("FWMARK"):
        same = {name: value for name, value in same.items() if name not in ("PROTOCOL", "ADDR", "PORT")}
    return same


@given(st.data())
def test_what_is_encoded_decodes_to_the_same(data: st.DataObject) -> None:
    key = data.draw(strategies.service_keys())
    service = data.draw(strategies.services(key))
    header = HEADER.pack(ipvs.NEW_SERVICE, ipvs.VERSION, 0)
    command, attributes = wire.encode(Change(ADD, "service", key, None, service))
    assert command == ipvs.NEW_SERVICE
    assert wire.decode_service(header + attributes) == (key, service)
    destination = data.draw(strategies.destinations(key))
    command, attributes = wire.encode(Change(ADD, "destination", (key, destination.key), None, destination))
    assert command == ipvs.NEW_DEST
    header = HEADER.pack(ipvs.NEW_DEST, ipvs.VERSION, 0)
    assert wire.decode_destination(header + attributes, key.family) == destination


# As a kernel answers: the settings that it was sent, and its counters between them; and as none does.
COUNTERS = ("ACTIVE_CONNS", "INACT_CONNS", "PERSIST_CONNS")


@st.composite
def answers(draw: st.DrawFn, key: ServiceKey) -> bytes:
    """A message of a GET_DEST dump: of one destination as it was sent, or of an odd kernel's make."""
    destination = draw(strategies.destinations(key))
    _command, attributes = wire.encode(Change(ADD, "destination", (key, destination.key), None, destination))
    settings = ipvs.COMMAND.decode(attributes)["DEST"]
    family = settings.pop("ADDR_FAMILY")
    listed = [ipvs.DESTINATION.encode({name: value}) for name, value in settings.items()]
    listed += [ipvs.DESTINATION.encode({name: draw(st.integers(0, 3))}) for name in COUNTERS]
    listed += [ipvs.DESTINATION.encode({"ADDR_FAMILY": family})]
    oddity = draw(st.sampled_from(("", "", "", "order", "unknown", "twice", "absent", "padding", "family", "command")))
    at = draw(st.integers(0, len(listed) - 1))
    if oddity == "order":
        listed = draw(st.permutations(listed))
    elif oddity == "unknown":
        listed.insert(at, ATTRIBUTE.pack(8, 99) + draw(st.binary(min_size=4, max_size=4)))
    elif oddity == "twice":
        listed.append(listed[at])
    elif oddity == "absent":
        del listed[at]
    elif oddity == "padding":
        listed[-1] = listed[-1][:-1] + b"\7"
    elif oddity == "family":
        listed[-1] = ipvs.DESTINATION.encode({"ADDR_FAMILY": draw(st.sampled_from((2, 10, 7)))})
    inner = b"".join(listed)
    command = ipvs.NEW_SERVICE if oddity == "command" else ipvs.NEW_DEST
    return HEADER.pack(command, ipvs.VERSION, 0) + ATTRIBUTE.pack(4 + len(inner), 2) + inner


def outcome(do: Any, *arguments: Any) -> Any:
    try:
        return do(*arguments)
    except MalformedMessage as error:
        return str(error)


def one_by_one(payloads: list[bytes], family: str) -> list[Destination]:
    return [wire.decode_destination(payload, family) for payload in payloads]


@given(st.data())
def test_what_is_known_by_its_bytes_reads_as_what_is_decoded(data: st.DataObject) -> None:
    key = data.draw(strategies.service_keys())
    payloads = data.draw(st.lists(answers(key), max_size=5))
    for _time in range(2):
        quick = outcome(wire.decode_destinations, payloads, key.family)
        assert quick == outcome(one_by_one, payloads, key.family)


def test_what_was_sent_is_read_back_as_the_very_value() -> None:
    """Else the test above would compare the decoder with itself."""
    key = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
    recorded = next(payload for payload, kind in PAYLOADS if kind == "destination")
    (there,) = wire.decode_destinations([recorded], key.family)
    sent = there._replace(weight=4711)
    wire.encode(Change(ADD, "destination", (key, sent.key), None, sent))
    answer = with_number(with_number(recorded, "WEIGHT", 4711), "ACTIVE_CONNS", 12)
    (read,) = wire.decode_destinations([answer], key.family)
    assert read is sent


def with_number(payload: bytes, name: str, number: int) -> bytes:
    before = ipvs.DESTINATION.encode({name: split(payload)[1]["DEST"][name]})
    return payload.replace(before, ipvs.DESTINATION.encode({name: number}))


def test_what_has_no_effect_is_not_read_back() -> None:
    key = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
    listed = Destination("192.0.2.22", 80, tunnel_type="gue", tunnel_port=6080)
    command, attributes = wire.encode(Change(ADD, "destination", (key, listed.key), None, listed))
    answer = HEADER.pack(command, ipvs.VERSION, 0) + attributes[len(wire.identifying(key)) :]
    assert wire.decode_destinations([answer], key.family) == one_by_one([answer], key.family)


def decode(payload: bytes, kind: str) -> object:
    return wire.decode_service(payload) if kind == "service" else wire.decode_destination(payload, "ipv4")


@pytest.mark.parametrize(("payload", "kind"), PAYLOADS)
def test_a_message_cut_short_is_never_a_wrong_value(payload: bytes, kind: str) -> None:
    whole = decode(payload, kind)
    for size in range(len(payload)):
        with contextlib.suppress(MalformedMessage):
            assert decode(payload[:size], kind) == whole


@given(st.sampled_from(PAYLOADS), st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_message_raises_nothing_but_its_own_error(message: tuple[bytes, str], at: int, flip: int) -> None:
    payload, kind = message
    damaged = bytearray(payload)
    damaged[at % len(damaged)] ^= flip
    with contextlib.suppress(MalformedMessage):
        decode(bytes(damaged), kind)


def test_an_unknown_attribute_of_a_newer_kernel_is_passed_over() -> None:
    first = next(payload for payload, kind in PAYLOADS if kind == "destination")
    inner = first[HEADER.size + 4 :] + b"\x08\x00\x63\x00\x01\x02\x03\x04"
    newer = first[: HEADER.size] + (len(inner) + 4).to_bytes(2, "little") + b"\x02\x80" + inner
    assert wire.decode_destination(newer, "ipv4") == wire.decode_destination(first, "ipv4")


def test_mark_0_is_no_service() -> None:
    message = HEADER.pack(ipvs.NEW_SERVICE, ipvs.VERSION, 0) + ipvs.COMMAND.encode(
        {"SERVICE": {"AF": 2, "FWMARK": 0, "SCHED_NAME": "wlc", "FLAGS": (0, 0), "TIMEOUT": 0, "NETMASK": bytes(4)}}
    )
    with pytest.raises(MalformedMessage, match="neither a mark nor protocol"):
        wire.decode_service(message)


def test_a_tunnel_of_an_unknown_kind_survives() -> None:
    """The kernel takes any number (ip_vs_add_dest()), and someone may have given it one."""
    key = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
    odd = Destination("192.0.2.21", 80, "tun", tunnel_type="9", tunnel_port=7, tunnel_checksum="4")
    _command, attributes = wire.encode(Change(ADD, "destination", (key, odd.key), None, odd))
    header = HEADER.pack(ipvs.NEW_DEST, ipvs.VERSION, 0)
    assert wire.decode_destination(header + attributes, "ipv4") == odd


def test_every_errno_has_words_or_the_systems_own() -> None:
    assert "no such scheduler" in wire.reason(ipvs.NEW_SERVICE, 2)
    assert wire.reason(ipvs.NEW_SERVICE, 12) == ""
