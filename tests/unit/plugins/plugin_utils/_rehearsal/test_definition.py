# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a definition has to become so that it can be rehearsed, and what is told of that."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.definition import Rehearsable
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import GROUPS, parse, service


def rehearsed(*entries: dict[str, Any], machines: tuple[str, ...] = ("lvs1", "web1", "web2")) -> tuple[Any, list[str]]:
    """The entries, which are a definition still, and the notes."""
    rehearsable = Rehearsable(machines, GROUPS)
    found = rehearsable.services(entries)
    if found:
        parse(*found, engine="keepalived", cluster={"vrrp": {"virtual_router_id": 51}})
    return found, rehearsable.notes


def test_what_a_stand_in_can_pass_stays_as_it_is_written() -> None:
    entries = (
        service(checks={"type": "http", "path": "/health", "status": 204, "interval": 2}),
        service(name="names", port=53, protocol="udp", checks="ping"),
        service(name="mail", port=25, checks=[{"type": "tcp", "port": 26}]),
    )
    assert rehearsed(*entries) == ([*entries], [])


@pytest.mark.parametrize(
    ("check", "why"),
    [
        ({"type": "http", "regex": "^OK"}, "http is replaced by tcp, because it looks at the content of the page"),
        ({"type": "http", "address": "192.0.2.77"}, "http is replaced by tcp, because 192.0.2.77 has no machine"),
        ({"type": "misc", "command": "/usr/local/bin/ok"}, "misc is replaced by tcp, because its files are not on"),
        ("smtp", "smtp is replaced by tcp, because what stands in for the service does not speak smtp"),
    ],
)
def test_a_check_that_a_stand_in_cannot_pass_is_replaced_and_named(check: Any, why: str) -> None:
    (entry,), (note,) = rehearsed(service(checks=check))
    assert entry["checks"] == [{"type": "tcp"}]
    assert f"shop: its check {why}" in note


def test_what_is_replaced_is_asked_as_often_and_the_definition_stays_its_owner_s() -> None:
    written = service(checks=[{"type": "https", "interval": 3}, {"type": "https", "interval": 3, "path": "/a"}])
    (entry,), _notes = rehearsed(written)
    assert entry["checks"] == [{"type": "tcp", "interval": 3}]
    assert written["checks"][0]["type"] == "https"


def test_udp_is_checked_by_ping_instead() -> None:
    (entry,), _notes = rehearsed(service(port=53, protocol="udp", checks="dns"))
    assert entry["checks"] == [{"type": "ping"}]


def test_only_real_servers_that_have_a_machine_are_left() -> None:
    entries = (
        service(),
        service(name="app", port=81, real_servers=[{"host": "web1", "weight": 3}, {"host": "web2"}]),
    )
    (shop, app), notes = rehearsed(*entries, machines=("lvs1", "web1"))
    assert shop["real_servers"] == [{"host": "web1"}]
    assert app["real_servers"] == [{"host": "web1", "weight": 3}]
    assert notes == []  # the page names the hosts that are left out


def test_addresses_that_are_no_hosts_of_the_inventory_are_left_out_and_named() -> None:
    outside = {"address": "192.0.2.50"}
    (entry,), notes = rehearsed(
        service(real_servers=[{"host": "web1"}, outside], sorry_server={"address": "192.0.2.51"}),
        service(name="elsewhere", port=81, real_servers=[outside]),
    )
    assert entry["real_servers"] == [{"host": "web1"}]
    assert "sorry_server" not in entry
    assert [note.partition(":")[0] for note in notes] == [
        "shop",
        "The sorry server of shop is left out",
        "elsewhere",
        "elsewhere is not rehearsed",
    ]


def test_a_sorry_server_that_is_the_director_itself_stays() -> None:
    entry = service(sorry_server={"address": "127.0.0.1"})
    assert rehearsed(entry) == ([entry], [])
