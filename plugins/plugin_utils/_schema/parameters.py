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
    """variable: its name, by which an inventory may have it too. check: reads a value. default: None for none.

    required: what to write where it is missing, empty where it may be. before_hosts: Ansible needs it before it reads
    variables of hosts, so that it is taken from the command line alone.
    """

    variable: str
    check: Check[Any]
    default: Any = None
    required: str = ""
    before_hosts: bool = False


_SERVER = Parameter("lvs_server", names, required="web1")
# Not lvs_services and lvs_weight, which define a cluster.
_SERVICES = Parameter("lvs_only_services", names, [])
_TIMEOUT = Parameter("lvs_timeout", timeout, 300)
_RAMP = Parameter("lvs_ramp", ramp, 0)
_OUTPUT = Parameter("lvs_output", choice("a form of output", OUTPUTS), OUTPUTS[0])
_FAIL_AT = Parameter("lvs_fail_at", choice("a word of health", FAIL_AT), FAIL_AT[1])
_FAIL_AT_ALL = Parameter("lvs_fail_at", choice("a word of health", FAIL_AT), FAIL_AT[0])
_GONE = Parameter("lvs_gone_directors", names, [])
# Of each playbook: the short name, which counts on the command line alone -> the parameter.
PLAYBOOKS: dict[str, dict[str, Parameter]] = {
    "activate": {
        "server": _SERVER,
        "services": _SERVICES,
        "weight": Parameter("lvs_weight_for_now", weight),
        "ramp": _RAMP,
    },
    "drain": {
        "server": _SERVER,
        "services": _SERVICES,
        "wait": Parameter("lvs_wait", boolean, True),
        "timeout": _TIMEOUT,
        "force": Parameter("lvs_force", boolean, False),
    },
    "doctor": {
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
        "mute": Parameter("lvs_mute", names, []),
        "mute_for": Parameter("lvs_mute_for", mute_time, 4 * 3600),
    },
    "drift": {"output": _OUTPUT, "fail_at": _FAIL_AT_ALL},
    "failover": {
        "state": Parameter("lvs_state", choice("a state of a director", STATES), STATES[0]),
        "director": Parameter("lvs_director", text),
        "drill": Parameter("lvs_drill", boolean, False),
        "probe_from": Parameter("lvs_probe_from", text, "localhost"),
        "address": Parameter("lvs_probe_address", address),
        "port": Parameter("lvs_probe_port", port),
    },
    "fix": {"code": Parameter("lvs_code", names, required="LVS811"), "output": _OUTPUT, "fail_at": _FAIL_AT},
    "history": {
        "output": _OUTPUT,
        "since": Parameter("lvs_since", since),
        "last": Parameter("lvs_last", integer("a number of changes", 1, 1_000_000), 50),
    },
    "import": {
        "file": Parameter("lvs_file", names, []),
        "from": Parameter("lvs_from", one_or_more(word), before_hosts=True),
        "path": Parameter("lvs_path", text),
        "to": Parameter("lvs_folder", text, "inventory"),
    },
    "metrics": {
        "state": Parameter("lvs_metrics_state", choice("a state of the metrics", ("present", "absent")), "present"),
        "folder": Parameter("lvs_metrics_folder", folder, TEXTFILES),
    },
    "plan": {
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
        "save": Parameter("lvs_save", text),
        "gone_directors": _GONE,
    },
    "rehearse": {
        "from": Parameter("lvs_from", text, before_hosts=True),
        "release": Parameter("lvs_rehearsal_release", choice("a release of Debian", RELEASES), RELEASES[0]),
        "machines": Parameter("lvs_rehearsal_machines", integer("a number of machines", 3, MACHINES_MAX), 8),
        "logs": Parameter("lvs_rehearsal_logs", text, "lvs-rehearsal"),
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
    },
    "report": {
        "format": Parameter("lvs_report_format", choice("a format of a report", tuple(FORMATS)), "html"),
        "to": Parameter("lvs_report_file", text),
        "bundle": Parameter("lvs_report_bundle", text),
    },
    "rolling": {
        "tasks": Parameter("lvs_tasks", text, required="update.yml"),
        "servers": Parameter("lvs_servers", one_or_more(word), before_hosts=True),
        "batch": Parameter("lvs_batch", one_or_more(some_at_a_time), before_hosts=True),
        "timeout": _TIMEOUT,
        "ramp": _RAMP,
    },
    "rolling_directors": {"tasks": Parameter("lvs_tasks", text, required="upgrade.yml")},
    "status": {
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
        "watch": Parameter("lvs_watch", integer("a pause", 1, 3600, "seconds")),
    },
    "undo": {
        "output": _OUTPUT,
        "fail_at": _FAIL_AT,
        "before": Parameter("lvs_before", since),
        "definition": Parameter("lvs_definition", digest),
        "to": Parameter("lvs_undo_file", text, "undo.yml"),
        "gone_directors": _GONE,
    },
    # Which hosts are examined for a plan, Ansible decides before it reads variables of hosts.
    "site": {"gone_directors": _GONE, "plan": Parameter("lvs_plan", text, before_hosts=True)},
}
# Variables that no host has for itself.
PARAMETER_VARIABLES = frozenset(entry.variable for entries in PLAYBOOKS.values() for entry in entries.values())
