# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Odd values in every place of definitions that use every key: refused with a sentence, or rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema import (
    bgp,
    cluster,
    health_checks,
    host,
    real_server,
    service,
    vips,
    vrrp,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PARAMETER_VARIABLES
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.record import Field
from ansible_collections.lvs.cluster.tests.mutations.batches import Batch, Change, batches, blocks
from ansible_collections.lvs.cluster.tests.mutations.definitions import DEFINITIONS, HOSTS
from ansible_collections.lvs.cluster.tests.mutations.mutants import REFUSALS, mutants, places, rendered
from ansible_collections.lvs.cluster.tests.mutations.render import Accepted

SHARE = 97
TABLES: dict[str, Mapping[str, Field]] = {
    **{
        name: table
        for part in (bgp, cluster, host, real_server, service, vips, vrrp)
        for name, table in vars(part).items()
        if name.endswith("_FIELDS")
    },
    **{f"check by {kind}": table for kind, table in health_checks.FIELDS_BY_TYPE.items()},
}
# What is no key of a definition, or needs something beside it that none of these definitions has.
UNTRIED = {
    *("lvs_cluster", "lvs_services", "lvs_cluster_name", "ansible_port", "ansible_connection", "lvs_gateway"),
    *PARAMETER_VARIABLES,
}


def used() -> Iterator[object]:
    for definition, services in DEFINITIONS.values():
        for path in places({"cluster": definition, "services": services, "hosts": HOSTS}):
            yield path[-1]


def test_every_key_is_in_a_definition() -> None:
    words = {*used()}
    missing = {name: sorted(set(table) - words - UNTRIED) for name, table in TABLES.items()}
    assert {name: left for name, left in missing.items() if left} == {}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_an_odd_value_is_refused_with_a_sentence_or_has_a_configuration(name: str) -> None:
    for mutant in mutants(name, SHARE):
        try:
            rendered(mutant.parse())
        except REFUSALS as error:
            said = str(error)
        else:
            said = "accepted"
        assert said, mutant


@pytest.mark.parametrize("name", DEFINITIONS)
def test_no_module_refuses_what_a_view_has_for_it(name: str) -> None:
    accepted = Accepted()
    accepted.look_at(name, SHARE)
    assert accepted.native.get("modules", {}) == {}


def test_native_tools_get_what_the_modules_write() -> None:
    accepted = Accepted()
    accepted.look_at("nat", 10**9)
    (definition,) = accepted.native["ipvsadm"]
    assert definition == "-A -t 192.0.2.198:80 -s wlc\n-a -t 192.0.2.198:80 -r 192.0.2.21:8080 -m -w 2\n"
    assert any("rule add priority 5080 from 192.0.2.21 ipproto tcp" in text for text in accepted.native["ip"])
    assert set(accepted.figures) >= {"mutants", "accepted", "keepalived", "ip", "ipvsadm", "sysctl"}


def change(mutant: str, block: str, base: str = "global_defs {\n}\n") -> Change:
    return Change(mutant, base + block, base, ("eth0",))


def test_changes_that_do_not_interfere_are_asked_together() -> None:
    server = "virtual_server 192.0.2.198 80 {{\n    lvs_sched {}\n}}\n"
    one, other = change("one", server.format("rr")), change("other", server.format("wrr"))
    (batch,) = batches([one, other, change("the same as one", server.format("rr"))])
    assert batch.changes == [one, other]
    assert list(blocks(batch.text)) == [
        "global_defs {",
        "virtual_server 198.18.0.1 80 {",
        "virtual_server 198.18.0.2 80 {",
    ]
    assert "lvs_sched wrr" in batch.text


def test_what_changes_more_than_such_blocks_is_asked_alone() -> None:
    whole = Change("whole", "global_defs {\n    router_id b\n}\n", "global_defs {\n    router_id a\n}\n", ())
    server = change("server", "virtual_server 192.0.2.198 80 {\n    lvs_sched rr\n}\n")
    assert [batch.changes for batch in batches([server, whole])] == [[whole], [server]]
    assert Batch([whole]).text == whole.text
