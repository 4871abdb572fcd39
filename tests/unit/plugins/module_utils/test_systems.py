# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._systems import (
    SYSTEMS,
    package_of,
    parse_os_release,
    system_of,
)

ROCKY = """\
NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
# a comment

SUPPORT_END=2032-05-31
"""


def test_variables_are_read_as_a_shell_would() -> None:
    found = parse_os_release(ROCKY)
    assert (found["NAME"], found["ID"], found["VERSION_ID"]) == ("Rocky Linux", "rocky", "9.4")
    assert parse_os_release("") == {}
    assert parse_os_release("PRETTY_NAME=Bob's Linux\nID=debian\n") == {"PRETTY_NAME": "Bob's Linux", "ID": "debian"}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"ID": "debian"}, "Debian"),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, "Ubuntu"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "Ubuntu"),
        ({"ID": "raspbian", "ID_LIKE": "debian"}, "Debian"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "Red Hat Enterprise Linux, its rebuilds, Fedora"),
        ({"ID": "alpine"}, "Alpine Linux"),
        ({"ID": "nixos"}, None),
        ({}, None),
    ],
)
def test_a_system_is_known_by_its_name_or_by_what_it_is_like(told: dict[str, str], name: str | None) -> None:
    system = system_of(told)
    assert (system.name if system else None) == name


@pytest.mark.parametrize(
    ("told", "packages"),
    [
        ({"ID": "debian", "VERSION_ID": "12"}, ["keepalived", "iptables", "arptables"]),
        ({"ID": "rhel", "VERSION_ID": "8.10"}, ["keepalived", "iptables", "iptables-arptables"]),
        ({"ID": "almalinux", "VERSION_ID": "9.4"}, ["keepalived", "iptables-nft", "iptables-nft"]),
        ({"ID": "rhel", "VERSION_ID": "10"}, ["keepalived", "iptables-nft", "iptables-nft"]),
        # Its own versions are not those of what it is like.
        ({"ID": "amzn", "ID_LIKE": "fedora", "VERSION_ID": "8"}, ["keepalived", "iptables-nft", "iptables-nft"]),
        ({"ID": "nixos"}, ["keepalived", "iptables", "arptables"]),
    ],
)
def test_packages_have_the_names_of_the_release(told: dict[str, str], packages: list[str]) -> None:
    assert [package_of(told, name) for name in ("keepalived", "iptables", "arptables")] == packages


def test_each_system_is_told_from_the_others() -> None:
    names = [name for system in SYSTEMS for name in system.ids]
    assert len(names) == len({*names})
