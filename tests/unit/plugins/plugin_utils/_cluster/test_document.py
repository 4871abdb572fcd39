# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is kept of each definition in the examples and the cases, as Ansible reads them, comes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.digest import digest
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.document import document, pack, unpack, with_password
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
        password = with_password(kept["lvs_cluster"], "s3cret-s")
        assert digest(parse(password, kept["lvs_services"], kept["groups"], kept["hosts"])) == kept["digest"]
