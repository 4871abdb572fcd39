# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Operating systems: what the packages of each are called, and what else a director needs there. Pure. Private.

What is said of those that are not tried in this project's lab rests on their documentation.
"""

from __future__ import annotations

import re
import shlex
from typing import Mapping, NamedTuple, Optional, Tuple


class Release(NamedTuple):
    """A release as it comes: the versions of keepalived and of the kernel.

    codename: by which the lab has it, empty where it has not. packages: what is called otherwise than in other
    releases of the system.
    """

    version: str
    keepalived: str
    kernel: str
    codename: str = ""
    remark: str = ""
    packages: Mapping[str, str] = {}


class System(NamedTuple):
    """A family of operating systems.

    ids: as os-release(5) calls them, in ID or ID_LIKE. packages: what is called otherwise than elsewhere, where
    keepalived, ipvsadm, nftables, iptables and arptables are the names of packages. kernel_modules: the package with
    the kernel's module ip_vs, where it is not in the kernel's own; {release} stands for the running kernel's. boolean:
    that of SELinux by which keepalived may connect to any port.
    """

    name: str
    ids: Tuple[str, ...]
    releases: Tuple[Release, ...]
    packages: Mapping[str, str] = {}
    kernel_modules: str = ""
    boolean: str = ""
    remark: str = ""


# The packages of programs that have another name, wherever no system calls them otherwise.
PACKAGES = {"birdc": "bird2", "vtysh": "frr"}
# What os-release(5) calls a system by.
IDENTITY = ("ID", "ID_LIKE", "VERSION_ID")
# keepalived_connect_any is off as it comes.
BOOLEAN = "keepalived_connect_any"
DEBIAN = System(
    "Debian",
    ("debian",),
    (
        Release(
            "11", "2.1.5", "5.10", "bullseye", "VIPs by VRRP alone: its keepalived is too old to check real servers"
        ),
        Release("12", "2.2.7", "6.1", "bookworm"),
        Release("13", "2.3.3", "6.12", "trixie"),
        Release("unstable", "2.3.4", "7.2", "sid", "an early warning of what comes next"),
    ),
)
SYSTEMS = (
    System(
        "Ubuntu",
        ("ubuntu",),
        (
            Release("22.04", "2.2.4", "5.15"),
            Release("24.04", "2.2.8", "6.8"),
            Release("26.04", "2.3.4", ""),
        ),
        kernel_modules="linux-modules-extra-{release}",
        remark="the kernels of cloud images have IPVS in a package of their own",
    ),
    DEBIAN,
    System(
        "Red Hat Enterprise Linux, its rebuilds, Fedora",
        ("rhel", "centos", "rocky", "almalinux", "ol", "fedora"),
        (
            Release(
                "8",
                "2.1.5",
                "4.18",
                remark="VIPs by VRRP alone; its platform Python 3.6 is too old",
                packages={"iptables": "iptables", "arptables": "iptables-arptables"},
            ),
            Release("9", "2.2.8", "5.14"),
            Release("10", "2.2.8", "6.12", remark="from 10.2 on, iptables and arptables need kernel-modules-extra"),
        ),
        packages={"iptables": "iptables-nft", "arptables": "iptables-nft"},
        kernel_modules="kernel-modules-{release}",
        boolean=BOOLEAN,
    ),
    System(
        "SUSE Linux Enterprise, openSUSE Leap",
        ("sles", "opensuse-leap", "suse", "opensuse"),
        (Release("16", "", "", remark="no official package of keepalived"),),
    ),
    System("Alpine Linux", ("alpine",), (), remark="OpenRC: the modules work, the roles refuse it"),
)


def system_of(os_release: Mapping[str, str]) -> Optional[System]:
    """Return the system that an os-release(5) names, or else the one that it is like. None where it is unknown."""
    for names in ([os_release.get("ID", "")], os_release.get("ID_LIKE", "").split()):
        for name in names:
            for system in SYSTEMS:
                if name in system.ids:
                    return system
    return None


def package_of(os_release: Mapping[str, str], name: str) -> str:
    """Return what a package is called on a host; as elsewhere where nobody knows better."""
    system = system_of(os_release)
    if system is None:
        return PACKAGES.get(name, name)
    version = os_release.get("VERSION_ID", "") if os_release.get("ID") in system.ids else ""
    of_release = [release.packages for release in system.releases if f"{version}.".startswith(f"{release.version}.")]
    return {**system.packages, **(of_release[0] if of_release else {})}.get(name, PACKAGES.get(name, name))


def parse_os_release(text: str) -> Mapping[str, str]:
    """Return the variables of an os-release(5)."""
    found = re.findall(r"^([A-Z0-9_]+)=(.*)$", text, re.MULTILINE)
    return {name: _unquoted(value) for name, value in found}


def _unquoted(value: str) -> str:
    try:
        return " ".join(shlex.split(value))
    except ValueError:  # quotes that do not match
        return value.strip("\"'")
