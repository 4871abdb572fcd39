# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection writes, it reads back to a definition of which it writes the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Source
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.judged import judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.keepalived_conf import read
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import errors_in
from ansible_collections.lvs.cluster.tests.cases.case import Case, cases
from ansible_collections.lvs.cluster.tests.imports.inventory import Example, example

from .reading import Texts, nothing_is_dropped

EXAMPLES = sorted((Path(__file__).resolve().parents[5] / "inventory-examples").glob("*/hosts.yml"))
# Left out, for a reason each.
OTHERWISE = {
    "nat": "its password is encrypted",
    "two-clusters": "the configurations of two clusters are no pair",
    "sorry-server-is-the-director": "each director has an address of its own in it",
}


def written() -> list[Case]:
    found = [*(Example(path) for path in EXAMPLES), *cases()]
    usable = [case for case in found if "refused" not in case.expected and case.name not in OTHERWISE]
    return [case for case in usable if any(True for _configuration in case.configurations())]


def without_names(text: str) -> str:
    """Several services of one entry have one name, which becomes as many; a cluster's name is in a comment alone."""
    text = re.sub(r"^(    # \S+?)(-\d+)?$", r"\1", text, flags=re.MULTILINE)
    return re.sub(r"^(# Another director of) \S+:", r"\1", text, flags=re.MULTILINE)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in written()])
def test_what_is_written_is_read_back(case: Case, tmp_path: Path) -> None:
    before = {str(host): text for host, text, _interfaces in case.configurations()}
    texts = Texts({f"{host}.conf": text for host, text in before.items()})
    imported = read([Source(path, path.removesuffix(".conf")) for path in texts], texts)
    nothing_is_dropped(imported)
    assert errors_in(judged(imported)) == []
    directors = [director for cluster in case.inventory.clusters(case.host).every for director in cluster.directors]
    addresses = {str(director.host): director.addresses for director in directors}
    again = example(imported, addresses, tmp_path / "inventory")
    after = {str(host): text for host, text, _interfaces in again.configurations()}
    assert {host: without_names(text) for host, text in after.items()} == {
        host: without_names(text) for host, text in before.items()
    }


def test_the_names_of_services_come_back() -> None:
    case = next(case for case in written() if case.name == "failover")
    texts = Texts({f"{host}.conf": text for host, text, _interfaces in case.configurations()})
    imported = read([Source(path, path.removesuffix(".conf")) for path in texts], texts)
    named = {service.name for cluster in case.inventory.clusters(case.host).every for service in cluster.services}
    assert {service["name"] for service in imported.services} >= named
