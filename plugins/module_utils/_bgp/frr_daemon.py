# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""FRR on this host: what runs, with which configuration, and how it gets another. Private to the collection."""

from __future__ import annotations

import json
import os
import re
import time
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Sequence

from .. import _units
from .._files import new_file, read_text, replace_text
from .._places import FRR_CONF, FRR_DAEMONS, FRR_UNIT, FRR_VTYSH_CONF
from .._programs import ToolFailed, attempt, find
from .frr_conf import HIDDEN

# What vtysh says besides of what it does: from which process a line comes, and that it waits.
_NOISE = re.compile(
    r"\[\d+\|\w+\] .*|Waiting for children .*|Configuration file\[.*|% \[ZEBRA\] Unknown command: XFRR.*"
)
# How long FRR may take to start.
_DEADLINE_S = 60
_SWITCH = re.compile(r"^(\w+)=(\w+)[^\S\n]*$", re.MULTILINE)


def is_installed() -> bool:
    """Return whether this host has FRR."""
    return bool(find("vtysh")) and os.path.exists(FRR_DAEMONS)


def why_not_one_file() -> str:
    """Return why FRR's daemons do not go by one file here, "" where they do."""
    separate = re.search(r"^\s*no service integrated-vtysh-config", read_text(FRR_VTYSH_CONF) or "", re.MULTILINE)
    if separate:
        return f"{FRR_VTYSH_CONF} has `no service integrated-vtysh-config`"
    return "" if os.path.exists(FRR_CONF) else f"there is no {FRR_CONF}"


def running() -> FrozenSet[str]:
    """Return the daemons of FRR that run; none where FRR does not."""
    done = attempt(["vtysh", "-c", "show daemons"])
    return frozenset(done.stdout.split()) if done.returncode == 0 else frozenset()


def configuration() -> str:
    """Return the configuration with which FRR runs. ToolFailed where it does not say."""
    return _asked("show running-config no-header")


def router_id() -> Optional[str]:
    """Return the router id that FRR uses, None where it has no router."""
    known: Optional[str] = asked_json("show bgp vrfs json").get("vrfs", {}).get("default", {}).get("routerId")
    return known


def test(lines: Sequence[str]) -> None:
    """Have FRR look at lines of a configuration. ToolFailed says which it does not take; nothing is changed."""
    _read(["vtysh", "-C"], lines)


def load(lines: Sequence[str]) -> None:
    """Have FRR take lines of a configuration. ToolFailed says which it does not take; it goes on with the others."""
    _read(["vtysh"], lines)


def _read(words: List[str], lines: Sequence[str]) -> None:
    path = new_file("".join(f"{line}\n" for line in lines), None, 0o600)  # what is a word here, everybody may see
    try:
        done = attempt([*words, "-f", path])
    finally:
        os.unlink(path)
    if done.returncode:
        said = dict.fromkeys(line.strip() for line in (done.stdout + done.stderr).splitlines())
        told = "; ".join(line for line in said if line and not _NOISE.fullmatch(line))
        raise ToolFailed(f"FRR does not take this: {without_passwords(told, lines) or f'status {done.returncode}'}")


def without_passwords(told: str, lines: Iterable[str]) -> str:
    """Return what FRR says of lines, without the passwords that these set."""
    secrets = {found[1] for found in (re.search(r" password (.+)", line) for line in lines) if found}
    for secret in sorted(secrets, key=len, reverse=True):
        told = told.replace(secret, HIDDEN)
    return told


def switched_on() -> FrozenSet[str]:
    """Return the daemons that FRR starts with."""
    return frozenset(name for name, value in _switches().items() if value == "yes")


def _switches() -> Mapping[str, str]:
    return dict(_SWITCH.findall(read_text(FRR_DAEMONS) or ""))


def switch(daemons: Iterable[str], value: str) -> None:
    """Have FRR start daemons with itself, or not. value: "yes" or "no"."""
    text = read_text(FRR_DAEMONS) or ""
    for name in sorted(daemons):
        text, count = re.subn(rf"^{name}=\w+", f"{name}={value}", text, flags=re.MULTILINE)
        if not count and value == "yes":
            text += f"{name}=yes\n"
    replace_text(FRR_DAEMONS, text)


def start(daemon: str) -> None:
    """Start FRR, or start it again, with the daemons that are switched on, and wait for one. ToolFailed if it fails."""
    _units.systemctl("restart", FRR_UNIT)
    deadline = time.monotonic() + _DEADLINE_S
    while daemon not in running():
        if time.monotonic() > deadline:
            raise ToolFailed(
                f"{FRR_UNIT} was started, but {daemon} does not run after {_DEADLINE_S} s; its log says why"
            )
        time.sleep(0.2)
    # FRR reads its file when the daemons run already, which may take a while; this ends when it has been read.
    attempt(["vtysh", "-b"])


def _asked(command: str) -> str:
    done = attempt(["vtysh", "-c", command])
    if done.returncode:
        raise ToolFailed(f"vtysh -c '{command}' failed: {' '.join((done.stderr or done.stdout).split())}")
    return done.stdout


def asked_json(command: str) -> Dict[str, Any]:
    """Return what FRR shows as an object of JSON, an empty one where it shows none."""
    try:
        found = json.loads(_asked(command) or "{}")
    except (ToolFailed, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
