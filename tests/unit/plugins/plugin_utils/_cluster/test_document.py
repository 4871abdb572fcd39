# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept of each definition in the examples and the cases, as Ansible reads them, comes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.digest import digest
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.document import document, pack, unpack
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.secrets import secrets, with_secrets
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.tests.cases.case import Case, cases
from ansible_collections.lvs.cluster.tests.imports.inventory import Example

EXAMPLES = sorted((Path(__file__).resolve().parents[5] / "inventory-examples").glob("*/hosts.yml"))
READABLE = [
    case for case in (*map(Example, EXAMPLES), *cases()) if "refused" not in case.expected and case.name != "nat"
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in READABLE])
def test_what_is_kept_comes_to_the_same(case: Case) -> None:
    read = case.inventory.definitions(case.host)
    for cluster, said in zip(read.clusters.every, read.said, strict=True):
        kept = unpack(pack(document(cluster.name, digest(cluster), said)))
        password = with_secrets(kept["lvs_cluster"], lambda _place, _secret: "s3cret-s")
        assert digest(parse(password, kept["lvs_services"], kept["groups"], kept["hosts"])) == kept["digest"]


def test_every_secret_is_found_and_can_be_replaced() -> None:
    routers = [{"address": "192.0.2.1", "password": "one"}, {"address": "192.0.2.254"}]
    cluster = {"mtu": 1500, "vrrp": {"password": "two", "version": 2}, "bgp": {"neighbours": routers}}
    places = ["lvs_cluster.vrrp.password", "the password of 192.0.2.1 in lvs_cluster.bgp.neighbours"]
    assert secrets(cluster) == dict(zip(places, ["two", "one"], strict=True))
    assert with_secrets(cluster, lambda _place, _secret: "x") == {
        "mtu": 1500,
        "vrrp": {"password": "x", "version": 2},
        "bgp": {"neighbours": [{"address": "192.0.2.1", "password": "x"}, {"address": "192.0.2.254"}]},
    }


@pytest.mark.parametrize("cluster", [None, "{{ a_template }}", {}, {"vrrp": None}, {"bgp": {"neighbours": "a"}}])
def test_where_there_is_none_nothing_is_replaced(cluster: object) -> None:
    assert secrets(cluster) == {}
    assert with_secrets(cluster, lambda _place, _secret: "x") == cluster
