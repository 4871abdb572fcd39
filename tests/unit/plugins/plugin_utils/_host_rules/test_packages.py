# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a host has the programs and the kernel of a director."""

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.candidate import Candidate
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import candidate
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service


def told(found: Candidate) -> list[str]:
    return [str(each) for each in findings(found, [found.cluster])]


def test_a_host_that_directs_nothing_is_no_director() -> None:
    assert told(Candidate("web1", None)) == [
        "web1: It is neither in the group lvs_directors nor in one that lvs_cluster.directors names. So it directs no "
        "cluster, and there is nothing to set up. Add it to such a group, or take it out of the play [LVS701]"
    ]


@pytest.mark.parametrize("program", ["keepalived", "ipvsadm"])
def test_what_balances_is_installed_or_may_be(program: str) -> None:
    (refusal,) = told(candidate(missing_packages=(program,)))
    assert refusal == (
        f"lvs1: has no {program}; a director with checks_by: keepalived and vips_by: vrrp needs it. Install the "
        "package there, or let the role do it: lvs_cluster.install_packages: true [LVS702]"
    )
    assert told(candidate(missing_packages=(program,), cluster={"install_packages": True})) == []


def test_the_kernel_has_every_scheduler_and_persistence_engine() -> None:
    wanted = service(
        protocol="udp",
        scheduler="mh",
        scheduler_flags=["fallback"],
        persistence_engine="sip",
        persistence_timeout=60,
        checks="ping",
    )
    assert told(candidate(wanted)) == [
        "lvs1: The kernel has schedulers rr, wlc; persistence engines none. It has no module ip_vs_mh, ip_vs_pe_sip, "
        "which the services need. Install a kernel package that has it, or choose what this kernel has [LVS703]"
    ]
    assert told(candidate(wanted, ipvs={"schedulers": ["mh"], "persistence_engines": ["sip"]})) == []


def test_a_table_of_another_size_is_told() -> None:
    (advice,) = told(candidate(cluster={"connection_table_bits": 13}))
    assert advice == (
        "lvs1: The connection hash table has 4096 buckets (not a limit) until ip_vs is loaded again, e.g. by a reboot; "
        "then it has 8192 [LVS704]"
    )
    assert told(candidate(cluster={"connection_table_bits": 12})) == []


def test_advice_on_a_host_is_silenced_by_its_code() -> None:
    silenced = {"connection_table_bits": 13, "silenced": {"LVS704": "it is rebooted on Sunday"}}
    assert told(candidate(cluster=silenced)) == []


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = candidate(missing_packages=("keepalived",), ipvs={"schedulers": []})
    assert len(told(found)) == 2


def test_a_host_without_systemd_is_refused_with_what_works_there() -> None:
    assert told(candidate(has_systemd=False)) == [
        "lvs1: has no systemd that runs. The roles start keepalived, and load the cluster at boot, by units of "
        "systemd. Take another host, or set this one up by the modules of lvs.cluster alone, which need no "
        "systemd [LVS705]"
    ]


def test_a_boolean_of_selinux_matters_where_keepalived_checks_and_selinux_is_enforced() -> None:
    off = {"enforced": True, "keepalived_connect_any": False}
    (advice,) = told(candidate(selinux=off))
    assert advice.endswith("Switch it on: setsebool -P keepalived_connect_any 1 [LVS706]")
    assert told(candidate(selinux={**off, "enforced": False})) == []
    assert told(candidate(selinux={**off, "keepalived_connect_any": True})) == []
    assert told(candidate(selinux=off, engine="static")) == []
