# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the hosts of an inventory answer, where all is as defined: files for connections/recorded.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.vip import without_prefix
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._plan.plans import AS_DEFINED
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import view

MODULES = ("host_info", "host_compare", "history_info")
NOTHING_CHANGED = {"entries": [], "definitions": [], "earlier": 0, "damaged": 0}


def write(inventory: Mapping[str, Any], folder: Path) -> None:
    """inventory: with a group of directors, and one of real servers. folder: gets one for each module."""
    groups = {name: [*group["hosts"]] for name, group in inventory["all"]["children"].items()}
    hosts = {host: own for group in inventory["all"]["children"].values() for host, own in group["hosts"].items()}
    defined = inventory["all"]["vars"]
    cluster = parse(defined["lvs_cluster"], defined["lvs_services"], {**groups, "all": [*hosts]}, hosts)
    (examined,) = AS_DEFINED.examined
    for module in MODULES:
        (folder / module).mkdir(parents=True)
    for number, (host, own) in enumerate(hosts.items()):
        like = host if cluster.is_director(host) else "web1"
        report = deepcopy(dict(examined.reports[like]))
        address = own["ansible_host"]
        report.update(addresses=[address], interfaces={address: "eth1"}, answers={})
        report["hardware_addresses"] = {address: f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}"}
        report["health"]["identity"] = host
        if cluster.is_director(host):
            defined_here = view(cluster, host)
            report["ipvs"].update(services=defined_here["services"], statistics=[])
            vips = [without_prefix(vip["address"]) for vip in defined_here["vips"]]
            report["interfaces"].update(dict.fromkeys(vips, "eth1"))
            report["held"] = vips if host == cluster.director_hosts[0] else []
        answers = (report, {"parts": examined.compared[like]}, NOTHING_CHANGED)
        for module, answer in zip(MODULES, answers, strict=True):
            path = folder / module / f"{address}.json"
            path.write_text(json.dumps({"changed": False, **answer}), encoding="utf-8")
