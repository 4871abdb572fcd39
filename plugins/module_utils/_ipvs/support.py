# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What this host's kernel has of IPVS, and words for a kernel that has none. Private to the collection."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from .._modules import modprobe
from .._systems import SYSTEMS
from .model import PERSISTENCE_ENGINES, SCHEDULERS

NOT_LOADED = (
    "The kernel module ip_vs is not loaded, and a check loads none: there are no virtual services yet. A real run has "
    "the kernel load it, and only then is it known whether it can"
)
_IPVS = "ip_vs"  # begins the names of all its modules


class Modules(NamedTuple):
    """The kernel's release, IPVS's modules that it has loaded or built in, and those that lie on disk for it.

    folder: whether /lib/modules/<release> is there at all. indexed: whether it lists what is built in and what is on
    disk; a folder with the headers alone does not. sealed: whether it loads no module any more until the next boot.
    """

    release: str
    loaded: frozenset[str]
    on_disk: frozenset[str]
    folder: bool
    indexed: bool
    sealed: bool = False

    def may_load(self, module: str) -> bool:
        """Say whether the kernel could load this module, as far as its folder tells."""
        return not self.sealed and (module in self.on_disk or not self.indexed)

    def has(self, module: str) -> bool:
        """Say whether the kernel has this module or could load it."""
        return module in self.loaded or module in self.on_disk


def read_modules() -> Modules:
    """Look which modules the running kernel has."""
    release = os.uname().release
    folder = os.path.join("/lib/modules", release)
    loaded = {line.split()[0] for line in _lines("/proc/modules")}
    built_in = {_module_name(line) for line in _lines(os.path.join(folder, "modules.builtin")) if _IPVS in line}
    listed = [line.partition(":")[0] for line in _lines(os.path.join(folder, "modules.dep"))]
    on_disk = {_module_name(path) for path in listed if _IPVS in path}
    indexed = all(os.path.isfile(os.path.join(folder, name)) for name in ("modules.builtin", "modules.dep"))
    sealed = _lines("/proc/sys/kernel/modules_disabled") == ["1"]
    return Modules(release, frozenset(loaded | built_in), frozenset(on_disk), os.path.isdir(folder), indexed, sealed)


def schedulers(modules: Modules) -> list[str]:
    """Return the schedulers that this kernel has, in the order of SCHEDULERS."""
    return [name for name in SCHEDULERS if modules.has(f"ip_vs_{name}")]


def persistence_engines(modules: Modules) -> list[str]:
    """Return the persistence engines that this kernel has."""
    return [name for name in PERSISTENCE_ENGINES if modules.has(f"ip_vs_pe_{name}")]


def has_scheduler(modules: Modules, name: str) -> bool:
    """Say whether this kernel has a scheduler; "none" is a service without one. Where nothing tells, it may have."""
    return name == "none" or not modules.indexed or modules.has(f"ip_vs_{name}")


def has_persistence_engine(modules: Modules, name: str) -> bool:
    """Say whether this kernel has a persistence engine; "" is a service without one."""
    return not name or not modules.indexed or modules.has(f"ip_vs_pe_{name}")


def no_module(modules: Modules, what: str) -> str:
    """Say that this kernel lacks a part of IPVS."""
    return f"this kernel ({modules.release}) has no {what}, nor a module for it"


def load_ipvs(modules: Modules) -> str:
    """Have modprobe load IPVS, and return why it could not, "" where it has.

    Older kernels, such as 5.10, do not load it by themselves when they are asked for it: there ip_vs has no alias for
    the name of its netlink family.
    """
    return modprobe(_IPVS) if modules.may_load(_IPVS) else "there is no such module"


def why_missing(modules: Modules, said: str = "") -> str:
    """Say why the kernel has no IPVS and what to do. said: what modprobe has said."""
    head = f"this kernel ({modules.release}) has no IPVS: its module ip_vs is not loaded, and "
    if modules.sealed and "ip_vs" in modules.on_disk:
        return (
            head + "the kernel loads no module until it is booted again (kernel.modules_disabled=1). Name ip_vs in a "
            "file in /etc/modules-load.d, and reboot"
        )
    if "ip_vs" in modules.on_disk:
        return (
            head + f"it could not be loaded although it is installed: {said or 'the kernel does not say why'}. In a "
            "container, load it on the host that the container runs on"
        )
    if not modules.folder:
        return (
            head + f"/lib/modules/{modules.release} is not there. If the kernel was upgraded, reboot into the new one; "
            "in a container, load ip_vs on the host that the container runs on"
        )
    packages = ", ".join(
        f"{system.name}: {system.kernel_modules.format(release=modules.release)}"
        for system in SYSTEMS
        if system.kernel_modules
    )
    return (
        head
        + f"it is not installed. Some systems have it in a package of its own ({packages}), others in every kernel "
        "package. A kernel built by hand needs CONFIG_IP_VS"
    )


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read().splitlines()
    except FileNotFoundError:
        return []


def _module_name(path: str) -> str:
    # kernel/net/netfilter/ipvs/ip_vs.ko.xz -> ip_vs; modprobe takes - for _
    return re.sub(r"\.ko(\.\w+)?$", "", os.path.basename(path)).replace("-", "_")
