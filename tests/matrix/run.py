# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel tests and all scenarios on each release that the lab has, one after another: `run.py`

RELEASES and PARTS in the environment name some of them. Each has a log in build/matrix, and is kept in results.json at
once: what is interrupted has lost the part alone that ran.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.lvs.cluster.tests.matrix import report

LOGS = report.PROJECT / "build" / "matrix"
PASSED, REFUSED, FAILED = "passed", "refused", "FAILED"
# A rule on releases: the roll-out has ended before it changed anything, as it should.
_REFUSAL = re.compile(r"\[(LVS77\d)\]")
_TESTS = re.compile(r"=+ (\d+ (?:passed|failed|error)[^=]*?) in [0-9.]+s")


def verdict(succeeded: bool, part: str, log: str) -> tuple[str, str]:
    """How a part has ended, and what there is to tell of it: the code of a refusal, or how many tests passed."""
    tests = _TESTS.findall(log)
    counted = tests[-1] if tests and part == report.KERNEL else ""
    if succeeded:
        return PASSED, counted
    refusal = _REFUSAL.search(log) if part != report.KERNEL else None
    return (REFUSED, refusal[1]) if refusal else (FAILED, counted)


def command(release: str, part: str) -> list[str]:
    """What runs it."""
    target = [report.KERNEL] if part == report.KERNEL else ["molecule", f"SCENARIO={part}"]
    return ["make", "--no-print-directory", *target, f"RELEASE={release}"]


def run(release: str, part: str) -> str:
    """Run one part on one release, and keep how that has ended."""
    log = LOGS / f"{release}-{part}.log"
    with log.open("wb") as stream:
        done = subprocess.run(
            command(release, part),
            cwd=report.PROJECT,
            env={**os.environ, "LAB_EVERY_RELEASE": release},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
        )
    ended, told = verdict(done.returncode == 0, part, log.read_text(encoding="utf-8", errors="replace"))
    report.note(release, part, {"verdict": ended, "told": told, "tried": time.strftime("%Y-%m-%d")})
    return ended


def chosen(variable: str, every: list[str]) -> list[str]:
    """Those that the environment names, or all. SystemExit for one that there is not."""
    named = os.environ.get(variable, "").split()
    unknown = [name for name in named if name not in every]
    if unknown:
        raise SystemExit(f"{variable}: there is no {', '.join(unknown)}; there are {', '.join(every)}")
    return named or every


def main() -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    known, fails = report.releases(), False
    for release in chosen("RELEASES", [*known]):
        for part in chosen("PARTS", report.parts()):
            start = time.monotonic()
            ended = run(release, part)
            log = Path("build/matrix") / f"{release}-{part}.log"
            print(f"{release:9} {part:24} {ended} in {time.monotonic() - start:.0f} s  {log}", flush=True)
            fails = fails or (ended == FAILED and report.is_stable(known[release]))
    return int(fails)


if __name__ == "__main__":
    sys.exit(main())
