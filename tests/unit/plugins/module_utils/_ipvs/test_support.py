# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import support
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.support import Modules

INSTALLED = frozenset({"ip_vs", "ip_vs_rr", "ip_vs_wlc", "ip_vs_pe_sip", "ip_vs_ftp"})


def test_schedulers_are_those_that_are_loaded_or_could_be() -> None:
    modules = Modules("6.1.0", frozenset({"ip_vs_sh"}), INSTALLED, True, True)
    assert support.schedulers(modules) == ["rr", "wlc", "sh"]
    assert support.persistence_engines(modules) == ["sip"]


@pytest.mark.parametrize(
    ("modules", "has"),
    [
        (
            Modules("6.1.0", frozenset({"ip_vs_sh"}), INSTALLED, True, True),
            {"wlc": True, "sh": True, "nonesuch": False},
        ),
        # A container with the kernel's headers and nothing else: the host may have any.
        (Modules("6.1.0", frozenset({"ip_vs"}), frozenset(), True, False), {"wlc": True, "nonesuch": True}),
    ],
)
def test_what_cannot_be_told_is_left_to_the_kernel(modules: Modules, has: dict) -> None:
    assert {name: support.has_scheduler(modules, name) for name in has} == has
    assert support.has_scheduler(modules, "none")
    assert support.has_persistence_engine(modules, "")


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        (Modules("6.1.0", frozenset(), INSTALLED, True, True), "although it is installed: Key was rejected. In a"),
        (Modules("6.1.0", frozenset(), INSTALLED, True, True, True), "(kernel.modules_disabled=1)"),
        (Modules("6.1.0", frozenset(), frozenset(), False, False), "/lib/modules/6.1.0 is not there"),
        (Modules("6.8.0-45", frozenset(), frozenset(), True, True), "linux-modules-extra-6.8.0-45"),
    ],
)
def test_a_kernel_without_ipvs_is_told_with_the_way_out(modules: Modules, words: str) -> None:
    message = support.why_missing(modules, "Key was rejected")
    assert f"this kernel ({modules.release}) has no IPVS" in message
    assert words in message


def test_names_of_files_are_names_of_modules() -> None:
    paths = ["kernel/net/netfilter/ipvs/ip_vs_wlc.ko.xz", "kernel/net/netfilter/ipvs/ip_vs.ko", "a/ip-vs-sh.ko.zst"]
    assert [support._module_name(path) for path in paths] == ["ip_vs_wlc", "ip_vs", "ip_vs_sh"]


def test_this_machine_can_be_read() -> None:
    assert support.read_modules().release == os.uname().release
