# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether somebody else has a VIP already: host_network asks on the wire."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module
from ansible_collections.lvs.cluster.tests.kernel.namespaces import captured, enter, inside, mac, machines, switch

LAN, DIRECTOR, OTHER = "wholan", "wholvs1", "whoother"
DIP, DIP6 = "198.51.100.2", "2001:db8:51::2"
TAKEN, TAKEN6, FREE, FREE6 = "198.51.100.198", "2001:db8:51::198", "198.51.100.199", "2001:db8:51::199"


@pytest.fixture(autouse=True)
def lan() -> Iterator[None]:
    addresses = {
        DIRECTOR: [f"{DIP}/24", f"{DIP6}/64"],
        OTHER: ["198.51.100.9/24", f"{TAKEN}/24", f"{TAKEN6}/64"],
    }
    with switch(LAN), machines(LAN, addresses):
        yield


def ask(*addresses: str, **options: Any) -> dict[str, Any]:
    wanted = [{"address": address, "beside": DIP6 if ":" in address else DIP} for address in addresses]
    result = module(
        "host_network",
        check=True,
        inside=lambda: enter(DIRECTOR),
        addresses=wanted,
        **{"ask_neighbours": True, "keepalived_file": "/nowhere/keepalived.conf", **options},
    )
    assert not result.get("failed"), result["msg"]
    answers: dict[str, Any] = result["answers"]
    return answers


def test_who_has_an_address_answers() -> None:
    with captured(OTHER, "arp or icmp6") as frames:
        assert ask(TAKEN, TAKEN6, FREE, FREE6) == {TAKEN: [mac(OTHER)], TAKEN6: [mac(OTHER)]}
    asked = "".join(frames)
    # Without a claim to it: nobody learns of an address that nobody has yet.
    assert f"who-has {FREE}" in asked
    assert f"tell {FREE}" not in asked
    neighbours = inside(OTHER, "ip", "neighbour")
    assert not any(f"{address} " in neighbours for address in (TAKEN, FREE, FREE6))
    assert ask(FREE, FREE6) == {}


def test_nobody_is_asked_for_what_is_known(tmp_path: Path) -> None:
    configuration = tmp_path / "keepalived.conf"
    lines = ["vrrp_instance shop {", "virtual_ipaddress {", f"{TAKEN}/32 dev eth0", f"{TAKEN6}/128 dev eth0", "}", "}"]
    configuration.write_text("\n".join(lines))
    with captured(OTHER, "arp or icmp6") as frames:
        assert ask(TAKEN, TAKEN6, ask_neighbours=False) == {}
        assert ask(TAKEN, TAKEN6, keepalived_file=str(configuration)) == {}
        boot = tmp_path / "network.batch"
        boot.write_text(f"address replace {TAKEN}/32 dev eth0\n")
        assert ask(TAKEN, boot_file=str(boot)) == {}
        inside(DIRECTOR, "ip", "address", "add", f"{FREE}/32", "dev", "eth0")
        assert ask(FREE) == {}
    assert not any(f"who-has {address}" in frame for frame in frames for address in (TAKEN, TAKEN6, FREE))


def test_many_are_asked_for_at_once() -> None:
    many = [f"198.51.{100 + number // 250}.{number % 250 + 3}" for number in range(500)]
    begin = time.monotonic()
    assert ask(*many) == {address: [mac(OTHER)] for address in ("198.51.100.9", TAKEN)}
    assert time.monotonic() - begin < 30  # two rounds of a second, and what an emulated machine takes for the rest
