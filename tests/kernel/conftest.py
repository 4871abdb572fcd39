# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine under test: its native tools as witnesses, and the modules as Ansible would start them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_GENERIC, NetlinkSocket

# The same examples in every run, and as many as a minute allows on an emulated machine.
settings.register_profile(
    "kernel", max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("kernel")


def run(*words: str, stdin: str = "") -> str:
    """Run a native tool and return what it prints."""
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr or done.stdout}")
    return done.stdout


def ipvsadm(*words: str, stdin: str = "") -> list[str]:
    return run("ipvsadm", *words, stdin=stdin).splitlines()


def module(name: str, prefix: tuple[str, ...] = (), check: bool = False, **options: Any) -> dict[str, Any]:
    """Run one of the collection's modules as a process of its own and return its result.

    prefix: words before the interpreter, to run it with less than root has.
    """
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True}
    done = subprocess.run(
        [*prefix, sys.executable, "-m", f"ansible_collections.lvs.cluster.plugins.modules.{name}"],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        result: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise AssertionError(f"{name} printed no result: {done.stdout}{done.stderr}") from None
    return result


@pytest.fixture
def kernel() -> Iterator[IpvsKernel]:
    """The kernel's table, empty at first and at last."""
    ipvsadm("-C")
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        yield IpvsKernel(netlink)
    ipvsadm("-C")
