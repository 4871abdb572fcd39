# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf, of one director or of several, as one definition. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ...module_utils._keepalived.text import is_own
from ...module_utils._places import FOLDER
from .account import Account
from .directors import name_all
from .files import Files
from .imported import Imported, Source, Values
from .instance import Instance
from .keepalived_checks import Known
from .keepalived_endpoints import Endpoint, group_of
from .keepalived_globals import Globals
from .keepalived_lines import Expanded
from .keepalived_services import services_of
from .keepalived_statements import statements
from .keepalived_vrrp import Tracked, instance_of
from .keepalived_vrrp import group_of as sync_group_of
from .keepalived_words import UNKNOWN
from .names import Names
from .statement import Statement
from .together import Director, Ways, together

NAME = "keepalived"
_WORDS = re.compile(r"^\s*(virtual_server|vrrp_instance|global_defs|virtual_server_group)\b", re.MULTILINE)
_INCLUDES = re.compile(r"^\s*(@\S+\s+)?include[rmwba]?\s+\S", re.MULTILINE)
_DEFINITIONS = re.compile(r"^\s*\$[A-Za-z_]\w*\s*=", re.MULTILINE)
_WAYS = Ways(
    {"vips_by": "static"},
    "no file has a VRRP instance: each director holds the VIPs at all times",
    "no script_user is given, so keepalived runs commands as keepalived_script, or as root where there is no such "
    "user: choose one with fewer rights than root",
)
# Blocks and lines beside all blocks for which the definition has no key.
_KEPT = """
SSL track_group static_ipaddress static_routes static_rules garp_group linkbeat_interfaces vrrp_track_process
interface_up_down_delays linkbeat_use_polling use_pid_dir child_wait_time
"""
_LEFT = {
    **dict.fromkeys(
        ["net_namespace", "net_namespace_ipvs", "namespace_with_ipsets"],
        "the collection works in the network namespace in which Ansible's modules run",
    ),
    "instance": "the collection manages the one keepalived that a host's packages bring",
}


def recognised(text: str) -> bool:
    """Whether a file may be keepalived.conf."""
    return any(pattern.search(text) for pattern in (_WORDS, _INCLUDES, _DEFINITIONS))


def read(sources: Sequence[Source], files: Files) -> Imported:
    """One file for each director, or one for all of them that says which lines are for whom."""
    book = Account()
    met = Expanded()
    directors: list[Director] = []
    for source in sources:
        for condition in _conditions(files, source):
            found = statements(files, source.path, condition, met)
            name = source.director or condition or ""
            directors.append(_director(name, source.address, found, files, Globals(book), met))
    name_all(directors)
    imported = together(directors, book, _WAYS)
    for line, told in met.helpers.items():
        book.imported(Statement(line.file, line.number, line.text, tuple(line.text.split())), told)
    imported.mistakes = [(f"{each.file}:{each.number}", each.told) for each in met.mistakes]
    return imported


def _conditions(files: Files, source: Source) -> list[str | None]:
    """For which directors the file is read: those that its lines name, @NAME, or the one that it was given for."""
    met = Expanded()
    statements(files, source.path, None, met)
    if source.director or not met.conditions:
        return [source.director or None]
    names = sorted(met.conditions)
    return [*names, f"not-{names[0]}"] if len(names) == 1 else [*names]


def _director(
    name: str, address: str, read: Sequence[Statement], files: Files, globals_: Globals, met: Expanded
) -> Director:
    """What the statements of its file say of a director."""
    found, book = Director(name, globals_, address=address), globals_.book
    book.expect(read)
    blocks: dict[str, list[Statement]] = {}
    for statement in read:
        blocks.setdefault(statement.keyword, []).append(statement)
    for statement in blocks.pop("global_defs", ()):
        globals_.read(statement)
    groups = dict(group_of(each, book) for each in blocks.pop("virtual_server_group", ()))
    sessions = blocks.pop("bfd_instance", [])
    tracked_files = [*blocks.pop("track_file", ()), *blocks.pop("vrrp_track_file", ())]
    known = Known(_track_files(tracked_files, book), {each.values[0]: each for each in sessions if each.values})
    known.own = {name for name, (path, _weight) in known.track_files.items() if path.startswith(f"{FOLDER}/")}
    scripts = blocks.pop("vrrp_script", [])
    found.services = _services(blocks.pop("virtual_server", ()), groups, known, _own_names(files, met), book)
    tracked = Tracked({each.values[0]: each for each in scripts if each.values}, known)
    found.instances = _instances(blocks, tracked, globals_)
    _settle(blocks, globals_)
    for statement in sessions:
        if known.tracked_by_raw and not book.has(statement):
            globals_.raw.keep(statement, "file")
    for statement in (*scripts, *sessions, *tracked_files):
        book.leave_rest(statement, "nothing that is imported uses it")
    return found


def _services(
    read: Sequence[Statement],
    groups: Mapping[str, list[Endpoint]],
    known: Known,
    own_names: Mapping[tuple[str, int], str],
    book: Account,
) -> list[Values]:
    names, found = Names(), []
    for statement in read:
        given = own_names.get((statement.file, statement.line), "")
        found += services_of(statement, groups, known, names, book, given)
    return found


def _instances(blocks: dict[str, list[Statement]], tracked: Tracked, globals_: Globals) -> list[Instance]:
    names, groups = Names(), {}
    for statement in blocks.pop("vrrp_sync_group", ()):
        groups.update(sync_group_of(statement, globals_.book))
    found = []
    for statement in blocks.pop("vrrp_instance", ()):
        instance = instance_of(statement, tracked, globals_, names)
        if statement.value in groups:
            instance.values["sync_group"] = groups[statement.value]
        found.append(instance)
    return found


def _settle(blocks: Mapping[str, list[Statement]], globals_: Globals) -> None:
    """What is left of a file: blocks that are kept as they are, and words that nothing is made of."""
    for word, found in blocks.items():
        for statement in found:
            if word in _KEPT.split():
                globals_.raw.keep(statement, "file")
            else:
                globals_.book.left(statement, _LEFT.get(word, UNKNOWN))


def _track_files(read: Sequence[Statement], book: Account) -> dict[str, tuple[str, int]]:
    """Name of a track_file -> its path and its weight."""
    found = {}
    for statement in read:
        words = {each.keyword: each for each in statement.block or () if each.values}
        path = words["file"].values[0] if "file" in words else ""
        if not statement.values or not path:
            book.left(statement, "names no file")
            continue
        weight = words["weight"].values[0] if "weight" in words else "1"
        for each in (statement, *(statement.block or ())):
            book.imported(each, "where it is tracked")
        if "init_file" in words:
            book.left(words["init_file"], "the definition has no key for it: make the file yourself")
        found[statement.values[0]] = (path, int(weight) if re.fullmatch("-?[0-9]{1,3}", weight) else 1)
    return found


def _own_names(files: Files, met: Expanded) -> dict[tuple[str, int], str]:
    """The names that the collection has written into virtual servers: place of the block -> name."""
    found = {}
    for path in set(met.read):
        lines = (files.read(path) or "").split("\n")
        if not is_own("\n".join(lines[:1])):
            continue
        for number, (line, after) in enumerate(pairwise(lines), 1):
            named = re.fullmatch(r"    # (\S+)", after)
            if line.startswith("virtual_server ") and named:
                found[path, number] = named[1]
    return found
