# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine under test: its native tools as witnesses, and the modules as Ansible would start them."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import IpvsFamily
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_GENERIC, NetlinkSocket
from ansible_collections.lvs.cluster.tests.kernel.witness import Ipvsadm

MODULES = "ansible_collections.lvs.cluster.plugins.modules"

if os.environ.get("LVS_THROWAWAY_MACHINE") != "yes":
    raise pytest.UsageError("these tests empty the table of the machine that they run on: start them by `make kernel`")


def _needs_the_controller(path: Path) -> bool:
    """Whether a test uses the controller's half of the collection, by itself or by another test's helpers."""
    text = path.read_text(encoding="utf-8")
    beside = {path.with_name(f"{name}.py") for name in re.findall(r"tests\.kernel\.(test_\w+) import", text)}
    return "plugin_utils" in text or any(_needs_the_controller(each) for each in beside - {path})


# The controller's half needs a newer Python than Debian 11 has; the modules do not.
OLDEST_CONTROLLER = (3, 10)
# These start daemons of the distribution, which takes an emulated processor minutes: they run where they are named.
WITH_DAEMONS = ("test_bgp.py", "test_firewalls.py", "test_network_managers.py")

collect_ignore = [name for name in WITH_DAEMONS if not any(word.endswith(name) for word in sys.argv)]
if sys.version_info < OLDEST_CONTROLLER:
    collect_ignore += [str(path) for path in Path(__file__).parent.glob("test_*.py") if _needs_the_controller(path)]


def run(*words: str, stdin: str = "") -> str:
    """Run a native tool and return what it prints."""
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr or done.stdout}")
    return done.stdout


def paired(first: Sequence[Any], second: Sequence[Any]) -> list[tuple[Any, Any]]:
    """One of each in turn, of two that have as many; `zip(strict=True)` needs a newer Python than Debian 11 has."""
    assert len(first) == len(second)
    return [*zip(first, second)]  # noqa: B905


def ipvsadm(*words: str, stdin: str = "") -> list[str]:
    return run("ipvsadm", *words, stdin=stdin).splitlines()


def given(check: bool = False, **options: Any) -> str:
    """What Ansible hands to a module."""
    return json.dumps({"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check, "_ansible_diff": True}})


def module(
    name: str,
    prefix: tuple[str, ...] = (),
    check: bool = False,
    inside: Callable[[], None] = lambda: None,
    **options: Any,
) -> dict[str, Any]:
    """Run one of the collection's modules in a process of its own and return its result.

    prefix: words before the interpreter, to run it with less than root has.
    inside: called in the module's process first, to arrange what it shall meet.
    """
    arguments = given(check, **options)
    output = started(name, prefix, arguments) if prefix else forked(name, arguments, inside)
    try:
        result: dict[str, Any] = json.loads(output)
    except ValueError:
        raise AssertionError(f"{name} printed no result: {output}") from None
    return result


def started(name: str, prefix: tuple[str, ...], arguments: str) -> str:
    """What a module prints when it is started as a program."""
    words = [*prefix, sys.executable, "-m", f"{MODULES}.{name}"]
    done = subprocess.run(words, input=arguments, capture_output=True, text=True, check=False)
    return done.stdout or done.stderr


def forked(name: str, arguments: str, inside: Callable[[], None]) -> str:
    """What a module prints in a child of this process: without the second that an emulated machine takes to import."""
    main = importlib.import_module(f"{MODULES}.{name}").main
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            try:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                sys.argv = [name]
                # As Ansible's wrapper hands the arguments over; a profile has been needed since ansible-core 2.19.
                basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = arguments.encode(), "legacy"
                sys.stdout = os.fdopen(1, "w", closefd=False)
                inside()
                main()
            except SystemExit:
                sys.stdout.flush()
            except BaseException:
                os.write(2, traceback.format_exc().encode())
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        output.seek(0)
        return output.read().decode()


def eventually(condition: Callable[[], bool], told: Callable[[], object] = lambda: "") -> None:
    """Wait until something holds; an error with what is told if it does not within 20 seconds."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, told()
        time.sleep(0.2)


@pytest.fixture
def drained_folder() -> Iterator[Path]:
    """What a roll-out makes before it asks keepalived: since 2.2.8, it tracks no file in a folder that is not there."""
    folder = Path("/etc/lvs/drained")
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder.parent)


@pytest.fixture
def kernel() -> Iterator[IpvsKernel]:
    """The kernel's table, empty at first and at last."""
    ipvsadm("-C")
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        yield IpvsKernel(IpvsFamily(netlink))
    ipvsadm("-C")


@pytest.fixture
def witness() -> Iterator[Ipvsadm]:
    """ipvsadm, for a test that asks it often."""
    with Ipvsadm() as ipvsadm:
        yield ipvsadm
