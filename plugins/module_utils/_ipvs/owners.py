# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who on this host may load, flush or own the virtual-server table: facts, read and not judged. Private.

What they mean for a cluster is decided on the controller (plugin_utils/_host_rules/owners.py, started.py).
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from glob import glob
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from .._files import read_text
from .._places import ANNOUNCER_UNIT, KEEPALIVED_UNIT, LDIRECTORD_FILES

UNITS = (
    *(KEEPALIVED_UNIT, "ipvsadm.service", "ldirectord.service", "heartbeat.service", "lvs.service"),
    ANNOUNCER_UNIT,
)
# What Debian's /etc/init.d/ipvsadm reads.
IPVSADM_SETTINGS = "/etc/default/ipvsadm"
# Holds the addresses of kube-proxy's services while it balances by IPVS.
KUBE_INTERFACE = "kube-ipvs0"
HEARTBEAT_FILE = "/etc/ha.d/ha.cf"
PROCESSES = ("keepalived", "kube-proxy", "ldirectord", "heartbeat")


def read_owners() -> Dict[str, Any]:
    """Return the facts, as host_info returns them under `owners`."""
    _ipvsadm = settings(read_text(IPVSADM_SETTINGS) or "")
    return {
        "units": dict(_units()),
        "ipvsadm": {name: value for name, value in _ipvsadm.items() if name in ("AUTO", "DAEMON")},
        "ldirectord": [name for path in LDIRECTORD_FILES for name in virtuals(read_text(path) or "")],
        "watchdog": watchdog(read_text(HEARTBEAT_FILE) or ""),
        "processes": list(_processes()),
        "kube_interface": os.path.exists(f"/sys/class/net/{KUBE_INTERFACE}"),
    }


def settings(text: str) -> Dict[str, str]:
    """Return name -> value of a file of shell variables, as /etc/default/ipvsadm is."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and re.fullmatch(r"\w+", name):
            found[name] = " ".join(_words(value))
    return found


def virtuals(text: str) -> List[str]:
    """Return the virtual services of an ldirectord.cf, as they are written: 192.0.2.198:80, or a mark."""
    return re.findall(r"^virtual6?\s*=\s*(\S+)", text, re.MULTILINE)


def watchdog(text: str) -> str:
    """Return the device by which heartbeat has the host reset when it dies, of its ha.cf; "" for none."""
    found = re.search(r"^\s*watchdog\s+(\S+)", text, re.MULTILINE)
    return found.group(1) if found else ""


def unit_of(shown: str) -> Dict[str, List[str]]:
    """Return property -> values of one unit, as `systemctl show` prints them."""
    found: Dict[str, List[str]] = {}
    for line in shown.splitlines():
        name, _equals, value = line.partition("=")
        found.setdefault(name, []).append(value)
    return found


def arguments(command: str, variables: Mapping[str, str]) -> List[str]:
    """Return the words with which systemd starts a program, of ExecStart as it is shown.

    A variable that is a word of its own becomes as many words as it has (systemd.service(5), "Command lines").
    """
    found = re.search(r"argv\[\]=(.*?) ; ", command)
    words: List[str] = []
    for word in found.group(1).split()[1:] if found else []:
        name = re.fullmatch(r"\$(\w+)", word)
        if name:
            words += _words(variables.get(name.group(1), ""))
        else:
            words.append(re.sub(r"\$\{(\w+)\}", lambda part: variables.get(part.group(1), ""), word))
    return words


def excludes(words: List[str], configuration: str) -> bool:
    """Return whether a kube-proxy leaves some addresses alone, by its arguments or its configuration."""
    given = any(word.startswith("--ipvs-exclude-cidrs") for word in words)
    return given or bool(re.search(r"^\s*excludeCIDRs:\s*(\[\s*[^\]\s]|-)", configuration, re.MULTILINE))


def _words(value: str) -> List[str]:
    try:
        return shlex.split(value, comments=True)
    except ValueError:  # quotes that do not match
        return value.split()


def _units() -> Iterator[Tuple[str, Dict[str, Any]]]:
    properties = "Id,LoadState,ActiveState,UnitFileState,MainPID,ExecStart,EnvironmentFiles"
    command = ["systemctl", "show", *UNITS, f"--property={properties}"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except FileNotFoundError:  # a host without systemd
        return
    for shown in done.stdout.split("\n\n"):
        unit = unit_of(shown)
        if unit.get("LoadState") != ["loaded"]:
            continue
        variables: Dict[str, str] = {}
        for file in unit.get("EnvironmentFiles", ()):
            variables.update(settings(read_text(file.partition(" (")[0]) or ""))
        yield (
            unit["Id"][0],
            {
                "active": unit["ActiveState"][0] in ("active", "reloading", "activating"),
                "at_boot": unit["UnitFileState"][0] == "enabled" or _is_started_script(unit),
                "process": int(unit["MainPID"][0] or 0),
                "arguments": arguments(unit.get("ExecStart", [""])[0], variables),
            },
        )


def _is_started_script(unit: Mapping[str, List[str]]) -> bool:
    """Return whether it is a script in /etc/init.d with a link that starts it: systemd makes a unit of each script."""
    name = unit["Id"][0].rpartition(".")[0]
    return unit["UnitFileState"] == ["generated"] and bool(glob(f"/etc/rc[2-5].d/S[0-9][0-9]{name}"))


def _processes() -> Iterator[Dict[str, Any]]:
    """Yield those processes of this network namespace that may own a table; of keepalived's the main ones."""
    own = _network_of("self")
    for number in sorted(name for name in os.listdir("/proc") if name.isdecimal()):
        name = _proc(f"{number}/comm").strip()
        if name not in PROCESSES or _network_of(number) != own:
            continue
        if name == "keepalived" and _parent(number) == "keepalived":
            continue
        words = _proc(f"{number}/cmdline").split("\0")
        given = [word for word in words[1:] if word]
        process: Dict[str, Any] = {"name": name, "process": int(number), "arguments": given}
        if name == "kube-proxy":
            process["excludes"] = excludes(given, _kube_configuration(number, given))
        yield process


def _network_of(process: str) -> str:
    try:
        return os.readlink(f"/proc/{process}/ns/net")
    except OSError:  # it has ended
        return ""


def _parent(process: str) -> str:
    found = re.search(r"^PPid:\s*(\d+)", _proc(f"{process}/status"), re.MULTILINE)
    return _proc(f"{found.group(1)}/comm").strip() if found else ""


def _kube_configuration(process: str, words: List[str]) -> str:
    """Return the configuration of a kube-proxy, which mostly runs in a container."""
    path = re.search(r"--config[= ](\S+)", " ".join(words))
    return _proc(f"{process}/root{path.group(1)}") if path else ""


def _proc(path: str) -> str:
    try:
        return read_text(f"/proc/{path}") or ""
    except OSError:  # the process has ended meanwhile
        return ""
