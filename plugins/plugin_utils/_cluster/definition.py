# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cluster as its owner describes it: inventory data in, values out, every default filled in.

What can be said about a single value is said while it is read, by the tables of keys in _schema: a value that is
refused is unknown from then on (unknown.py). What concerns several values is for the rules to say, in _rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .._schema.cluster import CLUSTER_FIELDS
from .._schema.place import Place, Problem, Refused
from .._schema.record import Check, Draft, list_of, record
from .._schema.service import service_entry
from .._schema.words import DEFAULT_ENGINE, DIRECTORS_GROUP, ENGINES
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.real_server import RealServerHost
from .._values.service import VirtualService
from .._values.unknown import Unknown, made_of
from .._values.vip import Vip
from .bgp import read_bgp
from .directors import read_directors
from .drafts import given_options, known
from .gateways import ChosenGateways
from .hosts import Hosts
from .members import Groups
from .real_servers import RealServers, hosts_of
from .services import services_of
from .vips import all_vips, listed_vips, own_addresses
from .vrrp import read_keepalived

_AS_THEY_ARE = ("install_packages", "open_firewall", "masquerade", "mtu", "connection_table_bits")


class Reading(NamedTuple):
    """What has been read. problems: what was refused; with any, the cluster has unknown parts."""

    cluster: Cluster
    problems: list[Problem]


def problems_of_hosts(groups: Groups, variables: Mapping[str, Mapping[str, object]]) -> list[Problem]:
    """What is wrong with the hosts' own variables, whatever the definition is."""
    place = Place("hostvars")
    Hosts(groups, variables, place)
    return place.problems


def read(cluster: object, services: object, groups: Groups, variables: Mapping[str, Mapping[str, object]]) -> Reading:
    """Read a definition.

    cluster, services: the variables lvs_cluster and lvs_services; None where they are not defined.
    groups: inventory group -> names of its hosts.
    variables: those of hosts, at least of every host of the inventory that the definition names (see member_hosts()).
    """
    place = Place("lvs_cluster")
    hosts = Hosts(groups, variables, place)
    options = _checked(record(CLUSTER_FIELDS), {} if cluster is None else cluster, place) or {}
    drafts = _service_drafts(services, Place("lvs_services", place.problems))
    directors = read_directors(options, hosts, place)
    vips = tuple(listed_vips(options["vips"], place.key("vips"))) if "vips" in options else None
    # Of VIPs that nobody knows any may be the gateway.
    real_servers = RealServers(hosts, ChosenGateways((made_of(Vip, {}),) if vips is None else vips, directors))
    read_services = tuple(
        service
        for index, draft in enumerate(drafts)
        for service in services_of(draft, options, real_servers, Place(f"lvs_services[{index}]", place.problems))
    )
    return Reading(_cluster(options, hosts, directors, vips, read_services, place), place.problems)


def _checked(check: Check[Any], value: object, place: Place) -> Any:
    """What a check makes of a value; None where it was refused."""
    try:
        return check(value, place)
    except Refused:
        return None


def _service_drafts(services: object, place: Place) -> Sequence[Draft | None]:
    if services is None:
        place.note("is not defined; its place is where all hosts see it: group_vars/all.yml")
    elif services == []:
        place.note("has no service; the playbook lvs.cluster.remove takes a cluster away")
    return _checked(list_of(service_entry), [] if services is None else services, place) or []


def _cluster(
    options: Draft,
    hosts: Hosts,
    directors: tuple[Director, ...] | None,
    listed: tuple[Vip, ...] | None,
    services: tuple[VirtualService, ...],
    place: Place,
) -> Cluster:
    parts: Draft = {"services": services, "real_servers": _real_server_hosts(services, hosts, options)}
    if directors is not None:
        parts["directors"] = directors
    if listed is not None:
        parts["listed_vips"] = listed
    vips = _vips(listed, services, directors)
    if vips is not None:
        parts["vips"] = vips
    return made_of(
        Cluster, {**_options(options), **parts, **read_keepalived(options, vips, directors, place), **read_bgp(options)}
    )


def _vips(
    listed: tuple[Vip, ...] | None, services: tuple[VirtualService, ...], directors: tuple[Director, ...] | None
) -> tuple[Vip, ...] | None:
    """All VIPs; None where some of them may be unknown."""
    if listed is None or directors is None:
        return None
    try:
        return all_vips(listed, services, own_addresses(directors))
    except Unknown:
        return None


def _options(options: Draft) -> Draft:
    """The parts that the options of lvs_cluster are as they stand, or nearly so."""
    parts = {**known(options, _AS_THEY_ARE), **_axes(options)}
    if "directors" in options:
        parts["directors_group"] = options["directors"] or DIRECTORS_GROUP
        parts |= {"name": options["name"] or parts["directors_group"]} if "name" in options else {}
    if "timeouts" in options:
        parts["timeouts"] = given_options(options["timeouts"])
    for name in ("ipvs_sysctls", "silenced"):
        if name in options:
            parts[name] = tuple(sorted(options[name].items()))
    if "take_over_from" in options:
        parts["take_over_from"] = tuple(options["take_over_from"])
    if "sync_daemon" in options:
        parts["sync_daemon"] = given_options(options["sync_daemon"] or {})
    return parts


def _axes(options: Draft) -> Draft:
    """Who checks, and who holds the VIPs: by a key of its own, or else by the engine, which is a word for both."""
    if "engine" not in options:
        return {}
    engine = options["engine"]
    by_engine = ENGINES[engine or DEFAULT_ENGINE]
    given = known(options, by_engine)
    return {"given_engine": engine, **{axis: own or by_engine[axis] for axis, own in given.items()}}


def _real_server_hosts(services: Iterable[VirtualService], hosts: Hosts, options: Draft) -> tuple[RealServerHost, ...]:
    """The hosts of the inventory that are real servers, sorted by name."""
    names = {name for service in services for name in hosts_of(service)}
    return tuple(hosts.real_server(name, options) for name in sorted(names) if name in hosts)
