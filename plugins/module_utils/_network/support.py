# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kernel modules, sysctls and networkd's settings: what is in files, and modprobe. Private to the collection."""

from __future__ import annotations

import glob
import os
import shutil
from typing import Collection, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from .._change import InvalidInput
from .._files import read_text
from .._modules import modprobe
from .._namespace import explanation
from .._netlink.errors import NetlinkError
from .managers import WITH_SCRIPTS, Managers
from .model import Link, sysctl_parts
from .networkd import Networkd, drop_in

SYSCTL_FOLDER = "/proc/sys"
MODULE_FOLDER = "/sys/module"
# What networkd says of itself to libsystemd (sd-network.c); it is there as long as networkd has run since the boot.
NETWORKD_STATE = "/run/systemd/netif"
# In the order of systemd.syntax(7): a drop-in hides those of the same name in later folders.
SYSCTL_FOLDERS = ("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d")
SYSCTL_CONF, UFW_CONF, UFW_SYSCTL_CONF = "/etc/sysctl.conf", "/etc/ufw/ufw.conf", "/etc/ufw/sysctl.conf"
SYSTEM_FOLDERS = ("/usr/sbin", "/sbin", "/usr/bin", "/bin")
SETTINGS_FOLDERS = ("/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd")


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
    """Look whether these modules, which are not loaded, can be. InvalidInput names each that cannot."""
    faults = []
    sealed = read_sysctl("kernel.modules_disabled") == "1"
    for name in names:
        why = "" if sealed else modprobe("-n", name)
        if sealed:
            faults.append(
                f"kernel_modules: {name} is not loaded, and this kernel loads no module until it is booted again "
                f"(kernel.modules_disabled=1). Name {name} in a file in /etc/modules-load.d, and reboot"
            )
        if why:
            faults.append(
                f"kernel_modules: {name} is not loaded and cannot be: {why}. Install the package of this kernel "
                f"({os.uname().release}) that has it; in a container, load it on the host that the container runs on"
            )
    if faults:
        raise InvalidInput(tuple(faults))


def load_module(name: str) -> None:
    """Load a module of the kernel. NetlinkError with what modprobe says where it cannot."""
    why = modprobe(name)
    if why:
        raise NetlinkError(f"cannot load the kernel module {name}: {why}")


def read_sysctl(name: str) -> Optional[str]:
    """Return the value of a sysctl, blanks made one; None where this kernel has none of this name."""
    try:
        with open(_sysctl_path(name), encoding="ascii") as stream:
            return " ".join(stream.read().split())
    except FileNotFoundError:
        return None


def refuse_ipv6_switched_off(interfaces: Iterable[str]) -> None:
    """Look whether these interfaces take IPv6 addresses. InvalidInput names each that does not."""
    faults = {f"addresses: {why}" for why in map(_no_ipv6, interfaces) if why}
    if faults:
        raise InvalidInput(tuple(sorted(faults)))


def _no_ipv6(interface: str) -> str:
    """Return why an interface takes no IPv6 address, "" where it does. One that is yet to be made has the default."""
    if not os.path.isdir(os.path.join(SYSCTL_FOLDER, "net", "ipv6")):
        return (
            "this kernel has IPv6 switched off, mostly by ipv6.disable=1 on its command line (/proc/cmdline); boot it "
            "without, or let the cluster have IPv4 addresses alone"
        )
    names = [f"net.ipv6.conf.{place.replace('.', '/')}.disable_ipv6" for place in (interface, "default")]
    name, value = next((name, value) for name in names for value in [read_sysctl(name)] if value is not None)
    return (
        f"IPv6 is switched off on {interface}; first: sysctl -w {name}=0, there and in sysctl.d" if value == "1" else ""
    )


def no_sysctl() -> str:
    """Return why a sysctl may be missing here."""
    why = explanation()
    return f"it is not there. {why}" if why else "this kernel has no such sysctl"


def write_sysctl(name: str, value: str) -> None:
    """Set a sysctl. NetlinkError where the kernel does not take the value."""
    try:
        with open(_sysctl_path(name), "w", encoding="ascii") as stream:
            stream.write(value)
    except OSError as error:
        raise NetlinkError(f"cannot set sysctl {name} to {value}: {error.strerror}") from None


def _sysctl_path(name: str) -> str:
    return os.path.join(SYSCTL_FOLDER, *sysctl_parts(name))


def read_sysctl_files(own: str) -> List[Tuple[str, str]]:
    """Return path and text of the files that set sysctls, but for our own, in the order in which they are read."""
    paths = [*_paths(SYSCTL_FOLDERS), SYSCTL_CONF]
    if "\nENABLED=yes" in f"\n{read_text(UFW_CONF) or ''}":
        paths.append(UFW_SYSCTL_CONF)
    # Debian has a link to the file that is read last anyway.
    links = [path for path in paths if path != SYSCTL_CONF and os.path.realpath(path) == SYSCTL_CONF]
    others = [path for path in paths if path not in (own, *links)]
    return [(path, text) for path in others for text in [read_text(path)] if text is not None]


def read_managers() -> Managers:
    """Return who may manage the network of this host."""
    folders = os.pathsep.join(SYSTEM_FOLDERS)
    programs = frozenset(program for program in WITH_SCRIPTS if shutil.which(program, path=folders))
    states = (read_text(path) or "" for path in glob.glob(os.path.join(NETWORKD_STATE, "links", "*")))
    found = {drop_in(path) for state in states for path in [_network_file(state)] if path}
    found.update(glob.glob(drop_in("*")))
    return Managers(programs, os.path.exists(os.path.join(NETWORKD_STATE, "state")), tuple(sorted(found)))


def _network_file(state: str) -> str:
    """Return the .network file that networkd's state of a link names, "" where it names none."""
    lines = (line.partition("=") for line in state.splitlines())
    return next((value for key, _equals, value in lines if key == "NETWORK_FILE"), "")


def read_networkd(links: Mapping[str, Link]) -> Optional[Networkd]:
    """Return the settings of systemd-networkd, None where this host does not run it."""
    if not os.path.exists(os.path.join(NETWORKD_STATE, "state")):
        return None
    interfaces = {}
    for name, link in links.items():
        state = read_text(os.path.join(NETWORKD_STATE, "links", str(link.number))) or ""
        path = _network_file(state)
        if path:
            interfaces[name] = (path, (read_text(path) or "", *_drop_ins(f"network/{os.path.basename(path)}.d")))
    main = (read_text(os.path.join(folder, "networkd.conf")) for folder in SETTINGS_FOLDERS)
    first = next((text for text in main if text is not None), "")
    return Networkd((first, *_drop_ins("networkd.conf.d")), interfaces)


def _drop_ins(folder: str) -> Tuple[str, ...]:
    paths = _paths([os.path.join(parent, folder) for parent in SETTINGS_FOLDERS])
    return tuple(read_text(path) or "" for path in paths)


def _paths(folders: Sequence[str]) -> List[str]:
    """Return the files in these folders by their names, each from the first folder that has it."""
    paths: Dict[str, str] = {}
    for place in reversed(folders):
        if os.path.isdir(place):
            paths.update({name: os.path.join(place, name) for name in os.listdir(place) if name.endswith(".conf")})
    return [paths[name] for name in sorted(paths)]
