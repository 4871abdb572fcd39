# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ip and a real kernel said to each other (tests/kernel/record.py), and the interfaces that were there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.plugins.module_utils._network import wire

RECORDED: dict[str, Any] = json.loads(Path(__file__).with_name("recorded.json").read_text())
LINKS = {name: link for name, link, _tunnel in (wire.decode_link(bytes.fromhex(text)) for text in RECORDED["links"])}
INTERFACES = {link.number: name for name, link in LINKS.items()}


def request(command: str) -> bytes:
    """The payload of the message that ip has made of a command."""
    return bytes.fromhex(RECORDED["requests"][command])


def dump(name: str) -> list[bytes]:
    """The payloads of a dump of the kernel: links, addresses, routes, rules or listeners."""
    return [bytes.fromhex(payload) for payload in RECORDED[name]]
