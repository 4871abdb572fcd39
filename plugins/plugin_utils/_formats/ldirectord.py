# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ldirectord.cf, and haresources of heartbeat, which starts ldirectord, as a definition. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from . import haresources
from .account import Account
from .cluster_parts import ClusterParts
from .directors import name_all
from .drafts import Seen
from .files import Files
from .haresources import Resources, resources_of
from .imported import Imported, NotUnderstood, Source, Values
from .instance import PRIORITY, Instance
from .ldirectord_globals import Everywhere
from .ldirectord_lines import Mistakes, statements
from .ldirectord_services import service_of
from .names import Names
from .together import Director, Ways, together

NAME = "ldirectord"
_VIRTUAL = re.compile(r"^virtual6?[ \t]*=", re.MULTILINE)
_SECTION = re.compile(r"^\[[^\]\n]+\][ \t]*$", re.MULTILINE)
_HIGHER = 50  # the priority of the node that has VIPs first above that of the others
_NOBODY = "ldirectord.cf does not say who holds the VIPs, and there is no haresources"
_USER = "ldirectord runs commands as root, and now keepalived does: choose a user with fewer rights"
_WAYS = {
    "one director": Ways(
        {"vips_by": "static"},
        f"{_NOBODY}: the director has them at all times",
        _USER,
    ),
    "several directors": Ways(
        {"vips_by": "vrrp"},
        f"{_NOBODY}: now VRRP moves all of them together",
        _USER,
    ),
}


def recognised(text: str) -> bool:
    """Whether a file may be ldirectord.cf, or haresources. Sections in [] are those of another program."""
    return not _SECTION.search(text) and (bool(_VIRTUAL.search(text)) or haresources.recognised(text))


def read(sources: Sequence[Source], files: Files) -> Imported:
    """Files of one director or of several, which say the same, and haresources, which is the same on all of them."""
    book, mistakes = Account(), Mistakes()
    for_all = ClusterParts(book)
    holding = [source for source in sources if _is_haresources(files, source)]
    read_resources = [resources_of(files, source.path, for_all, book) for source in holding]
    balancing = [source for source in sources if source not in holding] or list(_named(holding, read_resources, files))
    if not balancing:
        paths = " and ".join(source.path for source in holding)
        raise NotUnderstood(f"{paths} says who holds the VIPs, not what is balanced: import ldirectord.cf as well")
    directors = _directors(balancing, files, book, mistakes)
    if read_resources:
        _note_differences(holding, read_resources, book)
        directors = _with_instances(directors, read_resources[0], book)
    name_all(directors)
    found = together(directors, book, _WAYS["several directors" if directors[1:] else "one director"])
    _add(found.cluster, for_all.values())
    found.cluster["take_over_from"] = ["heartbeat", "ldirectord"] if read_resources else ["ldirectord"]
    found.mistakes = mistakes
    return found


def _add(cluster: Values, more: Values) -> None:
    """What haresources says for all directors, beside what ldirectord.cf says; both may say who gets mail."""
    for key, values in more.items():
        own = cluster.get(key, {})
        cluster[key] = {**values, **own}
        if "to" in values:
            cluster[key]["to"] = list(dict.fromkeys([*own.get("to", []), *values["to"]]))


def _is_haresources(files: Files, source: Source) -> bool:
    text = files.read(source.path) or ""
    return haresources.recognised(text) and not _VIRTUAL.search(text)


def _named(holding: Sequence[Source], read: Sequence[Resources], files: Files) -> Iterator[Source]:
    """The files that haresources starts ldirectord with, beside it or in its folder conf."""
    for source, resources in zip(holding, read, strict=True):
        folder = source.path.rpartition("/")[0] or "."
        for name in resources.configurations:
            own = [f"{folder}/{name or 'ldirectord.cf'}", f"{folder}/conf/{name}", name]
            path = next((each for each in own if each and files.read(each) is not None), None)
            if path:
                yield Source(path, source.director)


def _directors(sources: Sequence[Source], files: Files, book: Account, mistakes: Mistakes) -> list[Director]:
    """Files for which nobody has said a director are those of one director."""
    found: dict[str, Director] = {}
    known: dict[str, tuple[Names, Seen]] = {}
    for source in sources:
        cluster = found[source.director].globals_ if source.director in found else ClusterParts(book)
        director = found.setdefault(source.director, Director(source.director, cluster))
        names, seen = known.setdefault(source.director, (Names(), Seen()))
        read = statements(files, source.path, book, mistakes)
        book.expect(read)
        everywhere = Everywhere(read, cluster, book)
        for statement in read:
            if statement.block is not None:
                service = service_of(statement, everywhere, names, seen)
                director.services += [service] if service else []
        everywhere.settle()
    return list(found.values())


def _note_differences(holding: Sequence[Source], read: Sequence[Resources], book: Account) -> None:
    for source, resources in zip(holding, read, strict=True):
        if resources.groups != read[0].groups:
            book.note_about(source.path, f"does not say the same as {holding[0].path}, which counts for all directors")


def _with_instances(directors: Sequence[Director], resources: Resources, book: Account) -> list[Director]:
    """The directors, those too that haresources alone names, with the VIPs that each has while its node is there."""
    found = {director.name: director for director in directors}
    nodes: dict[str, Director] = {}
    for node in resources.groups:
        same = next((name for name in found if _short(name) == _short(node)), None)
        free = [each for each in found.values() if each not in nodes.values()]
        if same is not None:
            nodes[node] = found[same]
        elif free:
            nodes[node] = free[0]
            if free[0].name:
                told = f"haresources has a director {node}, which must be this one"
                book.note_about(f"hosts.yml: {free[0].name}", told)
            free[0].name = free[0].name or node
        else:
            nodes[node] = Director(node, directors[0].globals_, directors[0].services)
            found[node] = nodes[node]
    every = [*directors, *(each for each in nodes.values() if each not in directors)]
    for director in every:
        for node, group in resources.groups.items():
            if group.vips:
                priority = PRIORITY + (_HIGHER if nodes[node] is director else 0)
                director.instances.append(Instance(_short(node), {}, deepcopy(group.vips), priority))
    if len(every) == 1:
        told = "haresources names one director; if there is another one, add it, with a lower lvs_priority"
        book.note_about("hosts.yml", told)
    return every


def _short(name: str) -> str:
    return name.partition(".")[0]
