# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cases beside this file: read from their inventories as Ansible reads them, in this process, hosts never asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret, VaultSecretsContext
from ansible.template import Templar
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.inventory import Definitions, read_definitions
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.run import findings, findings_between
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.director import Director
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known

FOLDER = Path(__file__).resolve().parent
KEYS = {"as", "refused", "advice", "keepalived", "keepalived_without", "interfaces", "views"}


class Inventory:
    """An inventory file, and what the hosts in it are by their definition."""

    def __init__(self, path: Path) -> None:
        loader = DataLoader()
        if (password := path.parent / "vault-password").exists():
            _decrypt(loader, [("default", VaultSecret(password.read_bytes().strip()))])
        self._inventory = InventoryManager(loader=loader, sources=[str(path)])
        self._variables = VariableManager(loader=loader, inventory=self._inventory)
        HostVars(self._inventory, self._variables, loader)  # makes itself known to the variable manager
        self._loader = loader

    @property
    def hosts(self) -> list[str]:
        return sorted(host.name for host in self._inventory.get_hosts())

    def clusters(self, host: str) -> Clusters:
        """The clusters as a task on this host reads them. DefinitionError where one cannot be used."""
        return self.definitions(host).clusters

    def definitions(self, host: str) -> Definitions:
        """The same, with what the inventory says of each."""
        variables = self._variables.get_vars(host=self._inventory.get_host(host))
        return read_definitions(variables, Templar(self._loader, variables=variables).template)


def _decrypt(loader: DataLoader, secrets: list[tuple[str, VaultSecret]]) -> None:
    """Whole files, and values that are encrypted for themselves, whose secrets Ansible takes once in a process."""
    loader.set_vault_secrets(secrets)
    if VaultSecretsContext.current(optional=True) is None:
        VaultSecretsContext.initialize(VaultSecretsContext(secrets))


class Case:
    """One folder: an inventory, and what must come of it."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.expected: dict[str, Any] = yaml.safe_load((folder / "expected.yml").read_text(encoding="utf-8")) or {}
        unknown = sorted(self.expected.keys() - KEYS)
        if unknown:
            raise ValueError(f"{folder}/expected.yml has unknown keys: {', '.join(unknown)}; there are {sorted(KEYS)}")
        self._path = folder / "hosts.yml"

    @cached_property
    def inventory(self) -> Inventory:
        return Inventory(self._path)

    @cached_property
    def host(self) -> str:
        """The host that reads the definition where it matters which one does."""
        return str(self.expected.get("as") or self.inventory.hosts[0])

    @property
    def problems(self) -> list[tuple[str, str]]:
        """All that is wrong with the definition: path and sentence."""
        try:
            self.inventory.clusters(self.host)
        except DefinitionError as error:
            return [(problem.path, problem.sentence) for problem in error.problems]
        return []

    @property
    def findings(self) -> list[str]:
        """All advice, each with the name of its rule."""
        clusters = self.inventory.clusters(self.host)
        found = [*(found for cluster in clusters.every for found in findings(cluster)), *findings_between(clusters)]
        return [f"{advice} {CODES[advice.code].name}" for advice in found]

    def interfaces(self, clusters: Clusters) -> dict[str, str]:
        """The interface of each address that a director has or shall have."""
        own = [address for director in _directors(clusters) for address in director.addresses]
        addresses = [*own, *(vip.address for cluster in clusters.every for vip in cluster.vips)]
        return {**dict.fromkeys(addresses, "eth0"), **self.expected.get("interfaces", {})}

    def view(self, host: str) -> dict[str, Any]:
        clusters = self.inventory.clusters(host)
        unknown = {director.host: "02:00:00:00:00:01" for director in _directors(clusters)}
        return host_view(clusters, host, Known(unknown, self.interfaces(clusters))).options()

    def configurations(self) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
        """Of each director that runs keepalived: its name, its configuration, its interfaces with its own addresses."""
        for host in self.inventory.hosts:
            text = self.view(host)["keepalived"]
            if text:
                yield host, text, self._own_interfaces(host)

    def _own_interfaces(self, host: str) -> dict[str, list[str]]:
        clusters = self.inventory.clusters(host)
        named = self.interfaces(clusters)
        interfaces: dict[str, list[str]] = {name: [] for name in named.values()}
        vips = [vip for cluster in clusters.every for vip in cluster.vips]
        for director in _directors(clusters):
            for name in filter(None, [director.interface, *(vip.interface for vip in vips)]):
                interfaces.setdefault(name, [])
            for address in director.addresses if director.host == host else ():
                interfaces[named[address]].append(f"{address}/{24 if ip_address(address).version == 4 else 64}")
        return interfaces


def _directors(clusters: Clusters) -> list[Director]:
    return [director for cluster in clusters.every for director in cluster.directors]


def cases() -> list[Case]:
    return [Case(path.parent) for path in sorted(FOLDER.glob("*/hosts.yml"))]


def differences(expected: object, actual: object, path: str = "") -> Iterator[str]:
    """What of the expected is not in the actual: of a mapping each key, of a list each entry in any place."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key not in actual:
                yield f"{path}.{key}: is missing"
            else:
                yield from differences(value, actual[key], f"{path}.{key}")
    elif isinstance(expected, list) and expected and isinstance(actual, (list, tuple)):
        for entry in expected:
            if not any(not list(differences(entry, other)) for other in actual):
                yield f"{path}: {entry!r} is not among {actual!r}"
    elif expected != actual:
        yield f"{path}: {actual!r} instead of {expected!r}"
