# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An imported inventory, read again as Ansible reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.judged import judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.written import HOSTS, VARIABLES, files
from ansible_collections.lvs.cluster.tests.cases.case import Case


class Example(Case):
    """An inventory as a case that expects nothing."""

    def __init__(self, path: Path) -> None:
        self.name, self.expected, self._path = path.parent.name, {}, path


def example(imported: Imported, addresses: Mapping[str, Sequence[str]], folder: Path) -> Example:
    """The inventory of an import, with what a file cannot say: the addresses of directors, the password."""
    texts = files(imported, judged(imported), ["the files"], None)
    hosts = yaml.safe_load(texts[HOSTS])
    directors = hosts["all"]["children"]["lvs_directors"]["hosts"]
    for director, (first, *others) in addresses.items():
        known = {"ansible_host": first, **({"lvs_ipv6_address": others[0]} if others else {})}
        directors[director] = {**(directors[director] or {}), **known}
    (folder / "group_vars").mkdir(parents=True)
    (folder / HOSTS).write_text(yaml.safe_dump(hosts), encoding="utf-8")
    (folder / VARIABLES).write_text(f"{texts[VARIABLES]}vault_vrrp_password: secret\n", encoding="utf-8")
    return Example(folder / HOSTS)
