# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

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
