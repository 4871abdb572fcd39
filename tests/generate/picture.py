# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/pictures/failover.svg: the example failover as lvs.cluster.report draws it, with one failed real server."""

from __future__ import annotations

from pathlib import Path

import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.about import About
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.formats import FORMATS
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import subject

EXAMPLE = Path(__file__).resolve().parents[2] / "inventory-examples" / "failover"


def page() -> str:
    groups = yaml.safe_load((EXAMPLE / "hosts.yml").read_text(encoding="utf-8"))["all"]["children"]
    variables = yaml.safe_load((EXAMPLE / "group_vars/all.yml").read_text(encoding="utf-8"))
    hosts = {host: own for group in groups.values() for host, own in group["hosts"].items()}
    members = {name: [*group["hosts"]] for name, group in groups.items()}
    cluster = parse(variables["lvs_cluster"], variables["lvs_services"], {"all": [*hosts], **members}, hosts)
    return FORMATS["svg"]([subject(cluster, failed=["192.0.2.22"])], About(""))
