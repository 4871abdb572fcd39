# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keepalived says about a configuration: `keepalived --config-test`. Private to the collection."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from typing import Dict, List, NamedTuple, Optional

from .text import masked, without_secrets

# enum chk_exit_code in keepalived's lib/scheduler.h
MEANINGS: Dict[int, str] = {
    4: "keepalived could not run with this configuration: a file that it includes or an interface is not there",
    5: "keepalived found mistakes in this configuration and would run without the parts that have them",
    6: (
        "keepalived would not run scripts with this configuration: script security is not enabled, or one of them can "
        "be changed by others than root"
    ),
}
# What ends a program that has a bug.
CRASHES: Dict[int, str] = {
    signal.SIGSEGV: "SIGSEGV, it used memory that it may not use",
    signal.SIGBUS: "SIGBUS, it used memory that is not there",
    signal.SIGABRT: "SIGABRT, it aborted at an internal error",
    signal.SIGILL: "SIGILL, this processor does not know one of its instructions",
    signal.SIGFPE: "SIGFPE, it divided by zero",
}
# What keepalived leaves unsaid: a part of its words, and what is added to them.
EXPLAINED = {
    # chk_min_cfg() in vrrp.c
    "Unknown interface!": (
        "keepalived 2.2.5 to 2.2.7 need an interface for unicast as well: set lvs_cluster.vrrp.interface to the "
        "one by which the directors hear each other, or install another version"
    ),
    # track_file_end_handler() in track_file.c, since 2.2.8; 2.3.3 ends with SIGSEGV where an instance of VRRP tracks it
    "realpath() error 2 ": "the folder of this file is not there, and keepalived tracks no file in it: make the folder",
}
FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin")
# report_config_error() in lib/parser.c. Before 2.2.0 keepalived goes on without such a word, and the test succeeds.
_UNKNOWN_WORD = "Unknown keyword"
# The root of a namespace of processes has no parent to be asked for, and when unshare ends, it ends too.
_ALONE = ("unshare", "--pid", "--fork", "--kill-child")
_DEADLINE_S = 60


class _Test(NamedTuple):
    """How a test has ended. code: the exit status, negative for a signal, None where the deadline has ended it."""

    code: Optional[int]
    lines: List[str]


def find() -> Optional[str]:
    """Return the path of keepalived, None where this host has none."""
    paths = (f"{folder}/keepalived" for folder in FOLDERS)
    return next((path for path in paths if os.access(path, os.X_OK)), None)


def version(program: str) -> Optional[str]:
    """Return the version of keepalived at this path, such as 2.2.7; None where it says none."""
    found = re.match(r"Keepalived v([0-9]+(?:\.[0-9]+)+)", _version(program))
    return found[1] if found else None


def version_in_full(program: str) -> str:
    """Return all that keepalived at this path says of its version and of how it was built."""
    return "\n".join(_run([program, "--version"]).lines)


def fault(program: str, path: str, text: str) -> str:
    """Return why keepalived does not take the file at `path`, "" where it does. text: the file's, its secrets untold.

    keepalived 2.2.7 and older kill themselves when they test a configuration with scripts of another user than root:
    check_script_secure() does not know its parent (fixed in 2.2.8). As the first process of a namespace it has none, so
    it is asked there, as long as the host lets us.
    """
    command = [program, "--config-test", "--use-file", path, "--log-console"]
    done = _run([*_ALONE, *command])
    if done.code not in (0, None, *MEANINGS):
        done = _run(command)
    if done.code == 0:
        done = done._replace(lines=[line for line in done.lines if _UNKNOWN_WORD in line])
        if not done.lines:
            return ""
    return f"{_meaning(done.code, program)}:\n" + "\n".join(_explained(line, path, text) for line in done.lines)


def _meaning(code: Optional[int], program: str) -> str:
    """Return what it means that a test has ended with this code."""
    if code is None:
        return (
            f"keepalived did not finish its test of this configuration within {_DEADLINE_S} s and was killed. It may "
            "wait for a name server: write addresses instead of names. What it said before"
        )
    if code < 0:
        name = CRASHES.get(-code) or signal.Signals(-code).name
        return (
            f"keepalived did not finish its test of this configuration: signal {-code} ended it ({name}). That is a "
            f"bug of keepalived itself ({_version(program)}): install a newer one, or leave out what was last added "
            "to the definition. What it said before"
        )
    if code == 0:
        return f"keepalived ({_version(program)}) does not know words of this configuration and would run without them"
    return MEANINGS.get(code, f"keepalived could not test this configuration (exit status {code})")


def _version(program: str) -> str:
    lines = _run([program, "--version"]).lines
    return lines[0] if lines else "of unknown version"


def _run(command: List[str]) -> _Test:
    """Run a command; nothing of it is left when this returns."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:  # no such program, or not for us
        return _Test(os.EX_OSERR, [f"{command[0]}: {error.strerror}"])
    with process:
        try:
            output, errors = process.communicate(timeout=_DEADLINE_S)
            code: Optional[int] = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, errors = process.communicate()
            code = None
    lines = (errors + output).splitlines()
    return _Test(code, [line.strip() for line in lines if line.strip()][:50])


def _explained(line: str, path: str, text: str) -> str:
    """Return what keepalived says, with the line of the configuration that it means."""
    line = line.replace(f"{path}: ", "")
    found = re.match(r"\(Line (\d+)\)", line)
    lines = masked(text).splitlines()
    number = int(found.group(1)) if found else 0
    added = "".join(f" ({meaning})" for words, meaning in EXPLAINED.items() if words in line)
    line = without_secrets(line, text)
    return f"  {line}{added}" + (f"    <- {lines[number - 1].strip()}" if 0 < number <= len(lines) else "")
