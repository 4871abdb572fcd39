# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every definition with every odd value in every place, and what becomes of it: refused, or a configuration."""

from __future__ import annotations

import copy
import functools
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import with_password
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.director_reports import DirectorReports
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.advertising import UnknownInterface
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError, errors_in
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.known import Known
from ansible_collections.lvs.cluster.tests.mutations.definitions import (
    CHECKED,
    CHECKS,
    DEFINITIONS,
    GROUPS,
    HOSTS,
    INSTANCE,
)
from ansible_collections.lvs.cluster.tests.mutations.values import ODD, WORDS

# Where an owner's own words for keepalived stand: what is wrong with them keepalived alone can say.
OWN_WORDS = ("raw",)
# The version of keepalived that the machines of the lab have.
RELEASE = {"bullseye": "2.1.5", "trixie": "2.3.3"}.get(os.environ.get("LAB_RELEASE", ""), "2.2.7")


# How a definition is refused: on the controller, or when a director tells its interfaces.
REFUSALS = (DefinitionError, UnknownInterface)
Path = tuple[Any, ...]
# Keys that several definitions have are tried in one of them.
ELSEWHERE = {
    "instances": INSTANCE,
    **{f"check by {kind}": CHECKED for kind in CHECKS if kind != "http"},
    "check by https": frozenset(CHECKS["http"]),
}


@dataclass(frozen=True)
class Mutant:
    """A definition with one odd value. source: lvs_cluster, lvs_services, and the variables and names of the hosts."""

    name: str
    path: Path
    value: object
    source: dict[str, Any]

    def __str__(self) -> str:
        if not self.path:
            return self.name
        return f"{self.name}: {'.'.join(map(str, self.path))} = {self.value!r:.200}"

    def parse(self) -> Cluster:
        """DefinitionError where it is refused."""
        hosts = self.source["hosts"]
        first = next(iter(hosts))
        groups = {**GROUPS, "all": list(hosts), "lvs_directors": [first, "lvs2"]}
        return parse(self.source["cluster"], self.source["services"], groups, hosts)


def definition(name: str) -> dict[str, Any]:
    cluster, services = DEFINITIONS[name]
    return copy.deepcopy({"cluster": cluster, "services": services, "hosts": HOSTS})


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """Every place in plain data, those of mappings and lists themselves too."""
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from places(entry, (*path, key))


def mutants(name: str, share: int = 1) -> Iterator[Mutant]:
    """Those of a definition; share: every how many-th of them."""
    whole = definition(name)
    tried = [path for path in places(whole) if _is_tried(name, path)]
    every = [(path, value) for path in tried for value in (*ODD, *(WORDS if _at(whole, path) in WORDS else ()))]
    for path, value in every[::share]:
        source = definition(name)
        put(source, path, copy.deepcopy(value))
        yield Mutant(name, path, value, source)
    yield from itertools.islice(itertools.chain(_names(name), _doubled(name)), 0, None, share)


def _is_tried(name: str, path: Path) -> bool:
    if path[0] == "hosts" and (name != "cluster" or len(path) < 3):
        return False
    return path[-1] not in ELSEWHERE.get(name, ())


def _names(name: str) -> Iterator[Mutant]:
    """Odd names of hosts and keys."""
    for value in ODD if name == "cluster" else ():
        if isinstance(value, str) and value not in HOSTS:
            source = definition(name)
            source["hosts"] = {value: source["hosts"].pop("lvs1"), **source["hosts"]}
            yield Mutant(name, ("hosts", "lvs1", "(name)"), value, source)
    for path, entry in _mappings(definition(name)):
        for value in ("", "a", "}", "a b", "a\nb", "$_PWD", 1, True, None):
            source = definition(name)
            put(source, path, {**copy.deepcopy(entry), value: 1})
            yield Mutant(name, (*path, "(key)"), value, source)


def _doubled(name: str) -> Iterator[Mutant]:
    """Lists with their first entry twice."""
    for path in filter(functools.partial(_is_tried, name), places(definition(name))):
        source = definition(name)
        entry = _at(source, path)
        if isinstance(entry, list) and entry:
            put(source, path, [*entry, copy.deepcopy(entry[0])])
            yield Mutant(name, path, "(first entry twice)", source)


def _at(source: Any, path: Path) -> Any:
    return functools.reduce(lambda value, key: value[key], path, source)


def _mappings(source: dict[str, Any]) -> Iterator[tuple[Path, dict[Any, Any]]]:
    for path in places(source):
        entry = _at(source, path)
        if isinstance(entry, dict) and path[0] != "hosts":
            yield path, entry


def put(source: Any, path: Path, value: object) -> None:
    _at(source, path[:-1])[path[-1]] = value


def rendered(cluster: Cluster) -> tuple[str, dict[str, Any]]:
    """The configuration of the first director, and the views of a director and of a real server."""
    host = _first_director(cluster)
    unknown = {director.host: "02:00:00:00:00:01" for director in cluster.directors}
    known = Known(unknown, _interfaces_by_address(cluster))
    views = {name: host_view(Clusters.of(cluster), name, known).options() for name in (host, *cluster.realserver_hosts)}
    return with_password(views[host]["keepalived"] or "", "s3cret/1"), views


def refused_by_release(cluster: Cluster) -> list[str]:
    """Why keepalived of this release would refuse it: a roll-out says so before it changes anything."""
    host = _first_director(cluster)
    report = {"keepalived_version": RELEASE, "addresses": _directors_addresses(cluster)}
    subject = DirectorReports(host, cluster, {host: report}, _interfaces_by_address(cluster))
    return errors_in(findings(subject, [cluster]))


def _first_director(cluster: Cluster) -> str:
    return cluster.directors[0].host if cluster.directors[0].host != "lvs2" else cluster.directors[-1].host


def _directors_addresses(cluster: Cluster) -> list[str]:
    return [address for director in cluster.directors for address in director.addresses]


def _interfaces_by_address(cluster: Cluster) -> dict[str, str]:
    return dict.fromkeys([*_directors_addresses(cluster), *(vip.address for vip in cluster.vips)], "eth0")


def interfaces_of(cluster: Cluster) -> list[str]:
    """The interfaces that a configuration names."""
    names = {"eth0", "eth1", "eth2", *(director.interface for director in cluster.directors)}
    names |= {vip.interface for vip in cluster.vips} | {dict(cluster.sync_daemon).get("interface")}
    for instance in cluster.keepalived.instances:
        names |= {instance["interface"], *(track.name for track in instance.tracks if track.kind == "interface")}
    for service in cluster.services:
        names |= {check["bind_interface"] for server in service.real_servers for check in server.checks}
    return sorted(name for name in names if name and name != "lo")


def own_addresses(cluster: Cluster) -> list[str]:
    """What the definition calls addresses of the hosts themselves."""
    directors = {address for director in cluster.directors for address in director.all_addresses}
    servers = {server.address for service in cluster.services for server in service.real_servers if server.host}
    return sorted((directors | servers) - {vip.address for vip in cluster.vips})
