# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stops, disables and starts again the programs that had the virtual services before the cluster. Private.

ldirectord and heartbeat remove the services and the VIPs when they stop. So they are killed, which leaves all of it in
the kernel: ld_stop() in ldirectord, hb_giveup_resources() in heartbeat.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import Any, Dict, Iterator, List, Mapping, Sequence

from .._files import read_text, replace_text
from .._ipvs.owners import IPVSADM_SETTINGS, read_owners
from .._places import PREDECESSORS
from .model import LOADER, PROGRAMS, Predecessor, is_at_work, record, recorded, with_auto

# What loads the table at boot: Debian's, and that of RHEL.
RULES = ("/etc/ipvsadm.rules", "/etc/sysconfig/ipvsadm")
_DEADLINE_S = 10.0
_POLL_S = 0.1
Owners = Mapping[str, Any]


class Failed(Exception):
    """A program could not be stopped or started. The text says which one, why, and what to do."""


def there(names: Sequence[str], owners: Owners) -> List[Predecessor]:
    """Return those of the programs that run or are started at boot, in the order in which they are stopped."""
    found = [_one(name, owners) for name in PROGRAMS if name in names and is_at_work(name, owners)]
    return [each for each in found if each.at_boot or each.name != LOADER]


def _one(name: str, owners: Owners) -> Predecessor:
    unit = owners["units"].get(f"{name}.service", {"active": False, "at_boot": False})
    auto = name == LOADER and owners["ipvsadm"].get("AUTO") == "true"
    return Predecessor(name, unit["at_boot"], unit["active"], auto)


def stop(names: Sequence[str], check_mode: bool) -> List[str]:
    """Kill those that run. What they were like is written down first. Return the commands that do the same."""
    owners = read_owners()
    found = there(names, owners)
    known = recorded(read_text(PREDECESSORS))
    new = [each for each in found if each.name not in [other.name for other in known]]
    running = [each for each in found if each.name != LOADER and (each.active or _processes(each.name, owners))]
    if not check_mode:
        if new:
            replace_text(PREDECESSORS, record([*known, *new]))
        for each in running:
            _kill(each, owners)
    return [f"systemctl kill --signal=KILL {each.name}" for each in running]


def disable(names: Sequence[str], check_mode: bool) -> List[str]:
    """Start none of them at boot any more. Return the commands that do the same."""
    found = [each for each in there(names, read_owners()) if each.at_boot]
    commands = []
    for each in found:
        if each.auto:
            commands.append(f"sed -i 's/^AUTO=.*/AUTO=\"false\"/' {IPVSADM_SETTINGS}")
            if not check_mode:
                replace_text(IPVSADM_SETTINGS, with_auto(read_text(IPVSADM_SETTINGS) or "", auto=False))
        commands.append(f"systemctl disable {each.name}")
        if not check_mode:
            _systemctl("disable", each.unit)
    return commands


def give_back(check_mode: bool) -> List[str]:
    """Start again what was written down, as it was. Return the commands that do the same."""
    commands = []
    for each in recorded(read_text(PREDECESSORS)):
        for words in _starting(each):
            commands.append(" ".join(words))
            if not check_mode:
                _systemctl(*words[1:])
        if each.name == LOADER and not check_mode:
            _load(each)
    if not check_mode:
        replace_text(PREDECESSORS, None)
    return commands


def _starting(each: Predecessor) -> Iterator[List[str]]:
    if each.at_boot:
        yield ["systemctl", "enable", each.unit]
    if each.active and each.name != LOADER:
        yield ["systemctl", "start", each.unit]


def _load(each: Predecessor) -> None:
    """Load the rules that ipvsadm's unit loads at boot. To start the unit would empty the table of others first."""
    if each.auto:
        replace_text(IPVSADM_SETTINGS, with_auto(read_text(IPVSADM_SETTINGS) or "", auto=True))
    rules = next((text for text in map(read_text, RULES) if text), None)
    if rules is not None:
        command = ["ipvsadm", "--restore"]
        done = subprocess.run(command, input=rules, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"ipvsadm could not load the rules from before the cluster: {done.stderr.strip()}")


def _processes(name: str, owners: Owners) -> List[int]:
    return [each["process"] for each in owners["processes"] if each["name"] == name]


def _kill(each: Predecessor, owners: Owners) -> None:
    if each.active:
        _systemctl("kill", "--signal=KILL", each.unit)
    for process in _processes(each.name, owners):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    deadline = time.monotonic() + _DEADLINE_S
    while _runs(each):
        if time.monotonic() > deadline:
            raise Failed(
                f"{each.name} is still there {_DEADLINE_S:.0f} s after it was killed. See: systemctl status {each.unit}"
            )
        time.sleep(_POLL_S)
    if each.active:
        _systemctl("reset-failed", each.unit)


def _runs(each: Predecessor) -> bool:
    owners = read_owners()
    unit: Dict[str, Any] = owners["units"].get(each.unit, {})
    return bool(unit.get("active") or _processes(each.name, owners))


def _systemctl(*words: str) -> None:
    done = subprocess.run(["systemctl", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode and words[0] != "reset-failed":  # which fails where nothing has failed
        raise Failed(f"systemctl {' '.join(words)} failed: {done.stderr.strip()}")
