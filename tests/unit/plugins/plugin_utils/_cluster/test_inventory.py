# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.inventory import read_clusters
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import GROUPS, HOSTS, service


class Encrypted:
    """Stands for what ansible-core 2.16 and 2.18 make of a value after !vault: AnsibleVaultEncryptedUnicode, no str."""

    __ENCRYPTED__ = True

    def __str__(self) -> str:
        return "s3cret/1"


def test_a_value_that_is_encrypted_by_itself_is_read() -> None:
    variables = {
        "inventory_hostname": "lvs1",
        "groups": GROUPS,
        "hostvars": HOSTS,
        **HOSTS["lvs1"],
        "lvs_cluster": {"vrrp": {"password": Encrypted()}},
        "lvs_services": [service()],
    }
    (cluster,) = read_clusters(variables, lambda value: value).every
    assert cluster.keepalived.authentication == "pass"


class HostVars(dict[str, Mapping[str, object]]):
    """Stands for Ansible's hostvars: raw_get() gives variables as they stand, [] fills their templates in."""

    def __init__(self, raw: Mapping[str, Mapping[str, object]], filled_in: Mapping[str, object]) -> None:
        super().__init__(raw)
        self.filled_in = filled_in
        self.asked: list[str] = []

    def raw_get(self, host: str) -> Mapping[str, object]:
        return super().__getitem__(host)

    def __getitem__(self, host: str) -> Mapping[str, object]:
        self.asked.append(host)
        return {**super().__getitem__(host), **self.filled_in}


@pytest.mark.parametrize("template", ["{{ light }}", "#jinja2:variable_start_string:'['\n[ light ]"])
def test_ansible_fills_in_nothing_but_templates(template: str) -> None:
    """Each time it is asked for a value of another host, it puts all variables of that host together."""
    raw = {**HOSTS, "web1": {**HOSTS["web1"], "lvs_weight": template}}
    hostvars = HostVars(raw, {"lvs_weight": 5})
    variables = {
        "inventory_hostname": "lvs1",
        "groups": GROUPS,
        "hostvars": hostvars,
        **HOSTS["lvs1"],
        "lvs_services": [service()],
    }
    (cluster,) = read_clusters(variables, lambda value: value).every
    assert [server.weight for server in cluster.services[0].real_servers] == [5, 2]
    assert hostvars.asked == ["web1"]


def test_a_template_that_comes_to_nothing_is_a_variable_that_is_not_defined() -> None:
    raw = {**HOSTS, "web2": {**HOSTS["web2"], "lvs_weight": "{{ {'web1': 5}.get(inventory_hostname, '') }}"}}
    variables = {
        "inventory_hostname": "lvs1",
        "groups": GROUPS,
        "hostvars": HostVars(raw, {"lvs_weight": ""}),
        **HOSTS["lvs1"],
        "lvs_services": [service()],
    }
    (cluster,) = read_clusters(variables, lambda value: value).every
    assert [server.weight for server in cluster.services[0].real_servers] == [1, 1]
