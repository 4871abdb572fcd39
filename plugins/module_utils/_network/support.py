# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kernel modules and sysctls: what is in files, and a program. Private to the collection."""

from __future__ import annotations

import os
import subprocess
from typing import Collection, Iterable, Optional

from .._change import InvalidInput
from .._netlink.errors import NetlinkError
from .model import sysctl_parts

SYSCTL_FOLDER = "/proc/sys"
MODULE_FOLDER = "/sys/module"


def present_modules(names: Collection[str]) -> frozenset[str]:
    """Return those of the kernel's modules that are loaded, or built in."""
    absent = {name for name in names if not os.path.isdir(os.path.join(MODULE_FOLDER, name))}
    return frozenset(names) - (absent and absent - _built_in())


def _built_in() -> frozenset[str]:
    """Return the modules that are part of the kernel: without a parameter they are not in MODULE_FOLDER."""
    try:
        with open(os.path.join("/lib/modules", os.uname().release, "modules.builtin"), encoding="utf-8") as stream:
            return frozenset(os.path.basename(line).partition(".ko")[0].replace("-", "_") for line in stream)
    except FileNotFoundError:
        return frozenset()


def refuse_missing_modules(names: Iterable[str]) -> None:
    """Look whether modprobe would find these modules. InvalidInput names each that it would not."""
    faults = []
    for name in names:
        why = _modprobe("-n", name)
        if why:
            faults.append(
                f"kernel_modules: {name} is not loaded and cannot be: {why}. Install the package of this kernel "
                f"({os.uname().release}) that has it; in a container, load it on the host that the container runs on"
            )
    if faults:
        raise InvalidInput(tuple(faults))


def load_module(name: str) -> None:
    """Load a module of the kernel. NetlinkError with what modprobe says where it cannot."""
    why = _modprobe(name)
    if why:
        raise NetlinkError(f"cannot load the kernel module {name}: {why}")


def _modprobe(*words: str) -> str:
    """Return why modprobe failed, "" where it did not."""
    try:
        done = subprocess.run(("modprobe", *words), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "this host has no modprobe (package kmod)"
    said = " ".join((done.stderr or done.stdout).split())
    return (said or f"modprobe ended with {done.returncode}") if done.returncode else ""


def read_sysctl(name: str) -> Optional[str]:
    """Return the value of a sysctl, blanks made one; None where this kernel has none of this name."""
    try:
        with open(_sysctl_path(name), encoding="ascii") as stream:
            return " ".join(stream.read().split())
    except FileNotFoundError:
        return None


def write_sysctl(name: str, value: str) -> None:
    """Set a sysctl. NetlinkError where the kernel does not take the value."""
    try:
        with open(_sysctl_path(name), "w", encoding="ascii") as stream:
            stream.write(value)
    except OSError as error:
        raise NetlinkError(f"cannot set sysctl {name} to {value}: {error.strerror}") from None


def _sysctl_path(name: str) -> str:
    return os.path.join(SYSCTL_FOLDER, *sysctl_parts(name))
