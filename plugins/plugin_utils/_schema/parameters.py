# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of the playbooks: what an operator says of one run, and no inventory of a host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...module_utils._places import TEXTFILES
from .._lab.releases import RELEASES
from .addresses import address
from .checks import boolean, choice, integer, pattern, text, word
from .common import port, weight
from .place import Place
from .record import Check, one_or_more, takes

DAY = 24 * 3600
WEEK = 7 * DAY
MUTE_MAX = 30 * DAY
STATES = ("standby", "active")
OUTPUTS = ("text", "json")
FAIL_AT = ("degraded", "down", "never")
MACHINES_MAX = 64
# What a report can be, and the end of the name of its file.
FORMATS = {"html": "html", "svg": "svg", "mermaid": "mmd", "dot": "dot"}


@takes(one_or_more(word))
def names(value: object, place: Place) -> list[str]:
    """Names with commas between them, or a list of them."""
    listed = value if isinstance(value, (list, tuple)) else word(value, place).split(",")
    return [word(name, place).strip() for name in listed]


some_at_a_time = pattern(
    "a number of hosts",
    r"[1-9][0-9]{0,5}|[1-9][0-9]?%|100%",
    "it is a whole number from 1 on, or a share of them such as 25%",
    numbers=True,
)
# A unit of systemd gets it as a word, in which other characters would mean something.
folder = pattern(
    "a folder", r"(/[A-Za-z0-9_.@+-]+)+", "it is a whole path such as /var/lib/node_exporter, without blanks"
)
since = pattern(
    "a moment",
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?|[0-9]{1,6}(s|m|h|d)",
    "it is a date or a moment in UTC, such as 2026-11-30 or 2026-11-30T08:15, or an age such as 90m, 2h or 7d",
)
digest = pattern(
    "a definition",
    r"[0-9a-f]{12}",
    "it is a digest of 12 digits, as lvs.cluster.history shows it after the cluster's name",
    numbers=True,
)
timeout = integer("a timeout", 0, WEEK, "seconds")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": DAY}
_MUTE_MEANING = "it is a number with s, m, h or d, such as 4h, up to 30 days; 0 ends the mute"
_mute = pattern("a time for a mute", r"(0|[1-9][0-9]{0,8})[smhd]?", _MUTE_MEANING, numbers=True)
ramp = integer("a slow start", 0, DAY, "seconds")


@takes(_mute)
def mute_time(value: object, place: Place) -> int:
    """In seconds."""
    said = _mute(value, place)
    number = said.rstrip("smhd")
    seconds = int(number) * _UNITS[said[len(number) :]]
    if seconds > MUTE_MAX:
        raise place.refused(f"{said} is out of range: {_MUTE_MEANING}")
    return seconds


@dataclass(frozen=True)
class Parameter:
    """variable: its name, by which an inventory may have it too. doc: what it is for. check: reads a value.

    default: None for none. otherwise: what holds without it, in words, where that is no default here. required: what to
    write where it is missing, empty where it may be. before_hosts: Ansible needs it before it reads variables of hosts,
    so that it is taken from the command line alone. file: whether it names a file that has to be there.
    """

    variable: str
    doc: str
    check: Check[Any]
    default: Any = None
    otherwise: str = ""
    required: str = ""
    before_hosts: bool = False
    file: bool = False


_SERVER = Parameter(
    "lvs_server", "The real servers, by their names in the inventory or by their addresses.", names, required="web1"
)
# Not lvs_services and lvs_weight, which define a cluster.
_SERVICES = Parameter("lvs_only_services", "Only these services, by name.", names, [], "all services that have it")
_TIMEOUT = Parameter("lvs_timeout", "How long to wait for connections to end.", timeout, 300)
_RAMP = Parameter("lvs_ramp", "Raise the weight in steps within this time (slow start); 0 does it at once.", ramp, 0)
_OUTPUT = Parameter(
    "lvs_output", "Lines for people, or one JSON document.", choice("a form of output", OUTPUTS), OUTPUTS[0]
)
_TASKS = "The file with your tasks, relative to the folder in which Ansible was started."
_FAIL = "The playbook fails if the answer is this or worse; the callback lvs.cluster.plain exits by the answer alone."
_FAIL_AT = Parameter("lvs_fail_at", _FAIL, choice("a word of health", FAIL_AT), FAIL_AT[1])
_FAIL_AT_ALL = Parameter("lvs_fail_at", _FAIL, choice("a word of health", FAIL_AT), FAIL_AT[0])
_GONE = Parameter("lvs_gone_directors", "Former directors that are known to be down.", names, [], "none")
# Of each playbook: the short name, which counts on the command line alone -> the parameter.
PLAYBOOKS: dict[str, dict[str, Parameter]] = {
    "activate": {
        "server": _SERVER,
        "services": _SERVICES,
        "weight": Parameter(
            "lvs_weight_for_now", "Its weight until it is made active again.", weight, otherwise="the definition's"
        ),
        "ramp": _RAMP,
    },
    "drain": {
        "server": _SERVER,
        "services": _SERVICES,
        "wait": Parameter("lvs_wait", "Whether to wait for its connections to end.", boolean, True),
        "timeout": _TIMEOUT,
        "force": Parameter(
            "lvs_force", "Drain it even if a service has no other real server or loses its quorum.", boolean, False
        ),
    },
    "doctor": {
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
        "mute": Parameter("lvs_mute", "Codes whose findings are muted from now on.", names, [], "none"),
        "mute_for": Parameter(
            "lvs_mute_for", "For how long, such as 90m, 4h or 2d; 0 ends the mute.", mute_time, 4 * 3600, "4h"
        ),
    },
    "drift": {"output": _OUTPUT, "fail_at": _FAIL_AT_ALL},
    "failover": {
        "state": Parameter(
            "lvs_state",
            "Whether a director hands over its VIPs and stays in standby, or comes back.",
            choice("a state of a director", STATES),
            STATES[0],
        ),
        "director": Parameter(
            "lvs_director",
            "Which director hands over or comes back.",
            text,
            otherwise="the one that has VIPs, or all in standby",
        ),
        "drill": Parameter("lvs_drill", "Whether the director comes back at the end.", boolean, False),
        "probe_from": Parameter(
            "lvs_probe_from", "The host from which the gap is measured, as a client sees it.", text, "localhost"
        ),
        "address": Parameter(
            "lvs_probe_address", "The VIP to which the probe connects.", address, otherwise="a TCP service's"
        ),
        "port": Parameter("lvs_probe_port", "The port to which the probe connects.", port, otherwise="that service's"),
    },
    "fix": {
        "code": Parameter("lvs_code", "The codes whose findings are mended.", names, required="LVS811"),
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
    },
    "history": {
        "output": _OUTPUT,
        "since": Parameter(
            "lvs_since", "Only changes since a moment in UTC, such as 2026-11-30T08:15, or an age such as 2h.", since
        ),
        "last": Parameter(
            "lvs_last", "How many changes, the latest of them.", integer("a number of changes", 1, 1_000_000), 50
        ),
    },
    "import": {
        "file": Parameter("lvs_file", "The files, as FILE or DIRECTOR=FILE.", names, [], "none"),
        "from": Parameter(
            "lvs_from", "Running directors to read, by name or group.", one_or_more(word), before_hosts=True
        ),
        "path": Parameter(
            "lvs_path", "What to read there.", text, otherwise="what keepalived reads, or the files of other tools"
        ),
        "to": Parameter("lvs_folder", "The folder of the new inventory.", text, "inventory"),
    },
    "metrics": {
        "state": Parameter(
            "lvs_metrics_state",
            "Whether the exporter is there.",
            choice("a state of the metrics", ("present", "absent")),
            "present",
        ),
        "folder": Parameter("lvs_metrics_folder", "The folder that the node exporter reads.", folder, TEXTFILES),
    },
    "plan": {
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
        "save": Parameter("lvs_save", "A file to save the plan in.", text),
        "gone_directors": _GONE,
    },
    "rehearse": {
        "from": Parameter(
            "lvs_from", "The inventory from which the change is rehearsed, a file or a folder.", text, before_hosts=True
        ),
        "release": Parameter(
            "lvs_rehearsal_release",
            "The Debian that all machines run.",
            choice("a release of Debian", RELEASES),
            RELEASES[0],
        ),
        "machines": Parameter(
            "lvs_rehearsal_machines",
            "How many machines there may be, the client's included.",
            integer("a number of machines", 3, MACHINES_MAX),
            8,
        ),
        "logs": Parameter("lvs_rehearsal_logs", "The folder for the page and all output.", text, "lvs-rehearsal"),
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
    },
    "report": {
        "format": Parameter(
            "lvs_report_format",
            "The whole page (html), or the picture alone.",
            choice("a format of a report", tuple(FORMATS)),
            "html",
        ),
        "to": Parameter(
            "lvs_report_file", "The file to write.", text, otherwise="`lvs-report.html`, `.svg`, `.mmd` or `.dot`"
        ),
        "bundle": Parameter("lvs_report_bundle", "An archive to write, with what a bug report asks for.", text),
    },
    "rolling": {
        "tasks": Parameter(
            "lvs_tasks",
            _TASKS,
            text,
            required="update.yml",
            file=True,
        ),
        "servers": Parameter(
            "lvs_servers",
            "Which real servers, as a group or hosts.",
            one_or_more(word),
            otherwise="all of the cluster",
            before_hosts=True,
        ),
        "batch": Parameter(
            "lvs_batch",
            "How many at a time, as a number or a share.",
            one_or_more(some_at_a_time),
            otherwise="1",
            before_hosts=True,
        ),
        "timeout": _TIMEOUT,
        "ramp": _RAMP,
    },
    "rolling_directors": {
        "tasks": Parameter(
            "lvs_tasks",
            _TASKS,
            text,
            required="upgrade.yml",
            file=True,
        )
    },
    "status": {
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
        "watch": Parameter(
            "lvs_watch", "Look again after this time, until interrupted.", integer("a pause", 1, 3600, "seconds")
        ),
    },
    "undo": {
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
        "before": Parameter(
            "lvs_before",
            "Back to the definition that was in force at a moment in UTC, or so long ago (2h).",
            since,
            otherwise="before the last change",
        ),
        "definition": Parameter("lvs_definition", "Back to the definition with this digest.", digest),
        "to": Parameter("lvs_undo_file", "The file of variables to write.", text, "undo.yml"),
        "gone_directors": _GONE,
    },
    # Which hosts are examined for a plan, Ansible decides before it reads variables of hosts.
    "site": {
        "gone_directors": _GONE,
        "plan": Parameter(
            "lvs_plan", "A saved plan: stop before any change unless it still holds.", text, before_hosts=True
        ),
    },
}
# Variables that no host has for itself.
PARAMETER_VARIABLES = frozenset(entry.variable for entries in PLAYBOOKS.values() for entry in entries.values())
