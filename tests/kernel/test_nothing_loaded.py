# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A check, and whoever only looks or removes, makes the kernel load no module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, module, run

SHOP = {
    "address": "192.0.2.198",
    "protocol": "tcp",
    "port": 80,
    "destinations": [{"address": "192.0.2.21", "port": 80}],
}
REDIRECT = {"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": 80}


def modules() -> set[str]:
    return {line.split()[0] for line in Path("/proc/modules").read_text().splitlines()}


@pytest.fixture(autouse=True)
def nothing_loaded() -> Iterator[None]:
    """Neither IPVS nor packet filters: what uses them is taken along."""
    ipvsadm("-C")
    run("nft", "flush", "ruleset")
    while True:  # a module may go when those that use it have gone
        idle = [
            fields[0]
            for fields in (line.split() for line in Path("/proc/modules").read_text().splitlines())
            if fields[2] == "0"
            and fields[0].startswith(("ip_vs", "nf_", "nft_", "nfnetlink", "xt_", "x_", "ip_", "ip6"))
        ]
        if not idle:
            break
        run("modprobe", "--remove", *idle)
    assert not modules() & {"ip_vs", "nf_tables", "ip_tables"}
    yield
    run("modprobe", "ip_vs")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ipvs_services", {"services": [SHOP]}),
        ("ipvs_timeouts", {"tcp": 60}),
        ("ipvs_sync_daemon", {"roles": ["backup"], "interface": "lo"}),
    ],
)
def test_a_check_foretells_what_a_kernel_with_ipvs_would_get(name: str, options: dict[str, Any]) -> None:
    before = modules()
    result = module(name, check=True, **options)
    assert modules() == before
    assert result["commands"]
    assert "ip_vs is not loaded" in str(result["warnings"])


def test_a_run_has_ipvs_loaded() -> None:
    """Some kernels do it by themselves, 5.10 does not."""
    assert module("ipvs_services", services=[SHOP])["changed"]
    assert "ip_vs" in modules()


def test_a_check_finds_no_packet_filter() -> None:
    before = modules()
    result = module("packet_filter", check=True, state="replaced", rules=[REDIRECT])
    assert modules() == before
    assert result["counts"]["added"] == 1


def test_who_only_looks_or_removes_loads_nothing() -> None:
    before = modules()
    found = module("host_info", check=True, ipvs=True)
    assert found["ipvs"]["services"] == []
    assert found["ipvs"]["timeouts"] == {"tcp": 900, "tcpfin": 120, "udp": 300}
    assert "wlc" in found["ipvs"]["schedulers"]
    assert found["closed"] == []
    assert not module("ipvs_services", state="deleted", all=True)["changed"]
    assert not module("ipvs_sync_daemon", state="absent", roles=["master", "backup"])["changed"]
    assert not module("packet_filter", state="deleted", all=True)["changed"]
    assert modules() == before
