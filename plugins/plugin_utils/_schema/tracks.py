# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of what a director needs beside its peers: interfaces, scripts and files that VRRP tracks."""

from __future__ import annotations

import re
from typing import Any

from .checks import boolean, integer
from .common import at_least_a_second, command, interface, name, path, user
from .place import Place
from .record import Check, Draft, Field, record, takes
from .sentences import shown

_weight = integer("the change of a priority", -253, 253)


def begins_a_line(check_other: Check[Any]) -> Check[Any]:
    """What the other check takes, but for words at which keepalived reads another file: is_include() in parser.c."""

    def check(value: object, place: Place) -> str:
        entered: str = check_other(value, place)
        if re.fullmatch("include[rmwba]?", entered):
            raise place.refused(
                f"{shown(entered)} is a word at which keepalived reads another file; choose another name"
            )
        return entered

    return takes(check_other)(check)


TRACK_INTERFACE_FIELDS = {
    "interface": Field(
        begins_a_line(interface),
        required=True,
        doc="The interface that a director needs.",
        example="eth1",
        keepalived="track_interface",
    ),
    "weight": Field(
        _weight,
        0,
        doc="What its loss takes from the priority, or its presence adds; 0 makes the director faulty.",
        keepalived="weight",
    ),
}


TRACK_SCRIPT_FIELDS = {
    "name": Field(
        begins_a_line(name),
        required=True,
        doc="What keepalived calls the script.",
        example="router-answers",
        keepalived="vrrp_script",
    ),
    "command": Field(
        command,
        required=True,
        doc="The program to run, with its full path and its arguments; exit status 0 means success.",
        example="/usr/local/bin/router-answers",
        keepalived="script",
    ),
    "interval": Field(at_least_a_second, 1, doc="The time from one run to the next.", keepalived="interval"),
    "timeout": Field(
        at_least_a_second,
        doc="How long a run may take.",
        otherwise="keepalived's",
        keepalived="timeout",
    ),
    "weight": Field(
        _weight,
        0,
        doc="What failure takes from the priority, or success adds; 0 makes the director faulty.",
        keepalived="weight",
    ),
    "rise": Field(
        integer("", 1, 1000),
        doc="The number of successes in a row after which the script counts as successful.",
        otherwise="keepalived's",
        keepalived="rise",
    ),
    "fall": Field(
        integer("", 1, 1000),
        doc="The number of failures in a row after which the script counts as failed.",
        otherwise="keepalived's",
        keepalived="fall",
    ),
    "user": Field(user, doc="The user that runs it.", otherwise="lvs_cluster.scripts.user", keepalived="user"),
    "fails_at_first": Field(
        boolean, False, doc="Whether the script counts as failed until its first run.", keepalived="init_fail"
    ),
}


TRACK_FILE_FIELDS = {
    "name": Field(
        begins_a_line(name),
        required=True,
        doc="What keepalived calls the file.",
        example="maintenance",
        keepalived="track_file",
    ),
    "path": Field(
        path,
        required=True,
        doc="The path of the file, which contains a number.",
        example="/run/lvs/maintenance",
        keepalived="file",
    ),
    "weight": Field(
        integer("this factor", -254, 254),
        1,
        doc="The factor for the number in the file, which is then added to the priority.",
        keepalived="weight",
    ),
}


@takes(anyOf=[{"type": "string"}, record(TRACK_INTERFACE_FIELDS)])
def tracked_interface(value: object, place: Place) -> Draft:
    entry = {"interface": value} if isinstance(value, str) else value
    draft: Draft = record(TRACK_INTERFACE_FIELDS)(entry, place)
    return draft
