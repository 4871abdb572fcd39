# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codec against recorded.json: what ipvsadm and a real kernel said to each other (tests/kernel/record.py)."""

from __future__ import annotations

import contextlib
import errno
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import ADD, CHANGE, REMOVE, Change
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings import text, wire
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.model import SyncDaemon, Timeouts
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import ipvs
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import MalformedMessage
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.generic import HEADER
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

FOLDER = Path(__file__).parent
RECORDED = json.loads((FOLDER / "recorded.json").read_text())
LINKS = json.loads((FOLDER.parent / "_network" / "recorded.json").read_text())
SET, *STARTS = [line for line in RECORDED["requests"] if "--stop" not in line]
TIMEOUTS = text.parse_timeouts(SET, "recorded.json")
DAEMONS = text.parse_daemons("\n".join(STARTS), "recorded.json")
CHANGES = {
    SET: Change(CHANGE, "timeouts", "timeouts", Timeouts(900, 120, 300), TIMEOUTS),
    **{line: Change(ADD, "daemons", role, None, DAEMONS[role]) for line, role in zip(STARTS, DAEMONS)},
    **{f"--stop-daemon {role}": Change(REMOVE, "daemons", role, DAEMONS[role], None) for role in DAEMONS},
}


def test_the_kernels_answers_read_as_what_ipvsadm_wrote() -> None:
    assert wire.decode_timeouts(bytes.fromhex(RECORDED["timeouts"])) == TIMEOUTS
    assert dict(wire.decode_daemon(bytes.fromhex(payload)) for payload in RECORDED["daemons"]) == DAEMONS


def test_the_kernels_answers_read_as_ipvsadm_tells_them() -> None:
    timeouts = wire.decode_timeouts(bytes.fromhex(RECORDED["timeouts"]))
    told = [f"Timeout (tcp tcpfin udp): {timeouts.tcp} {timeouts.tcpfin} {timeouts.udp}"]
    for payload in RECORDED["daemons"]:
        role, daemon = wire.decode_daemon(bytes.fromhex(payload))
        told.append(
            f"{role} sync daemon (mcast={daemon.interface}, syncid={daemon.sync_id}, maxlen={daemon.max_length}, "
            f"group={daemon.group}, port={daemon.port}, ttl={daemon.ttl})"
        )
    assert told == RECORDED["ipvsadm"]


@pytest.mark.parametrize("line", RECORDED["requests"])
def test_requests_say_what_ipvsadm_says(line: str) -> None:
    theirs = bytes.fromhex(RECORDED["requests"][line])
    ((command, attributes),) = wire.encode(CHANGES[line])
    assert command == theirs[0]
    ours = ipvs.COMMAND.decode(attributes)
    said = ipvs.COMMAND.decode(theirs, HEADER.size)
    if command == ipvs.DEL_DAEMON:  # ipvsadm sends more than what identifies it
        said = {"DAEMON": {"STATE": said["DAEMON"]["STATE"]}}
    assert ours == said


@given(strategies.sync_daemons(), st.sampled_from(("master", "backup")))
def test_what_is_encoded_decodes_to_the_same(daemon: SyncDaemon, role: str) -> None:
    (stop, start) = wire.encode(Change(CHANGE, "daemons", role, daemon, daemon))
    assert (stop[0], start[0]) == (ipvs.DEL_DAEMON, ipvs.NEW_DAEMON)
    assert wire.decode_daemon(HEADER.pack(ipvs.NEW_DAEMON, ipvs.VERSION, 0) + start[1]) == (role, daemon)


def test_a_kernel_that_tells_only_interface_and_sync_id_is_understood() -> None:
    """One before 4.3."""
    told = ipvs.COMMAND.encode({"DAEMON": {"STATE": 2, "MCAST_IFN": "eth1", "SYNC_ID": 7}})
    payload = HEADER.pack(ipvs.NEW_DAEMON, ipvs.VERSION, 0) + told
    assert wire.decode_daemon(payload) == ("backup", SyncDaemon("eth1", 7, 1472, "224.0.0.81", 8848, 1))


def test_links_have_the_mtu_that_ip_tells() -> None:
    mtus = dict(wire.decode_mtu(bytes.fromhex(payload)) for payload in LINKS["links"])
    assert mtus == {link["ifname"]: link["mtu"] for link in LINKS["ip"]}


PAYLOADS = [
    (bytes.fromhex(RECORDED["timeouts"]), wire.decode_timeouts),
    *((bytes.fromhex(payload), wire.decode_daemon) for payload in RECORDED["daemons"]),
    (bytes.fromhex(LINKS["links"][0]), wire.decode_mtu),
]


@given(st.sampled_from(PAYLOADS), st.data())
def test_a_damaged_message_raises_nothing_but_its_own_error(message: tuple, data: st.DataObject) -> None:
    payload, decode = message
    damaged = bytearray(payload)
    damaged[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(MalformedMessage):
        decode(bytes(damaged))


@pytest.mark.parametrize(("payload", "decode"), PAYLOADS[:-1])
def test_a_message_cut_short_is_never_a_wrong_value(payload: bytes, decode: object) -> None:
    for size in range(len(payload)):
        with pytest.raises(MalformedMessage):
            decode(payload[:size])


@pytest.mark.parametrize(
    ("command", "number", "words"),
    [
        (ipvs.NEW_DAEMON, errno.ENODEV, "no longer has such an interface"),
        (ipvs.NEW_DAEMON, errno.EEXIST, "running already"),
        (ipvs.NEW_DAEMON, errno.EINVAL, "other address family"),
        (ipvs.DEL_DAEMON, errno.ESRCH, "no longer running"),
        (ipvs.SET_CONFIG, errno.EINVAL, "more than this kernel can count"),
        (ipvs.SET_CONFIG, errno.ENOMEM, ""),
    ],
)
def test_every_errno_has_words_or_the_systems_own(command: int, number: int, words: str) -> None:
    assert words in wire.reason(command, number)
    assert bool(words) == bool(wire.reason(command, number))
