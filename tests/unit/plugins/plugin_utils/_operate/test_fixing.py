# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._doctor.examined import Examined
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.fixing import Fixing, fixing, is_as_defined
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.rule import ROLL_OUT
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import CODES
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    CLUSTER,
    ON,
    VIP,
    WELL,
    differing,
    planned,
    reported,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.test_every_code import RAISED
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

OF_THE_DOCTOR = [code for code in CODES if code >= "LVS800"]
STOPPED = {"keepalived_runs": False, "held": []}


def ranked(**settings: Any) -> Any:
    """The cluster, with lvs1 before lvs2."""
    return parse(
        service(),
        cluster={"vrrp": settings} if settings else None,
        groups={"lvs_directors": ["lvs1", "lvs2"]},
        hosts={
            "lvs1": {"ansible_host": "192.0.2.2", "lvs_priority": 150},
            "lvs2": {"ansible_host": "192.0.2.3", "lvs_priority": 100},
        },
        engine=None,
    )


def at_work(*changed: Examined, cluster: Any = None) -> Examined:
    """Where each of these differs from a cluster that is well."""
    reports = {
        host: report for each in changed for host, report in each.reports.items() if report != WELL.reports[host]
    }
    compared = {
        host: parts for each in changed for host, parts in each.compared.items() if parts != WELL.compared[host]
    }
    return replace(
        WELL,
        cluster=cluster or ranked(),
        reports={**WELL.reports, **reports},
        compared={**WELL.compared, **compared},
    )


MISSING = differing("web1", "network", changed=True, **planned("address", f"{VIP}/32 on lo"))
ON_LVS2 = reported("lvs2", held=[f"{VIP}/32"])


def groups(found: Fixing) -> dict[str, list[str]]:
    assert found.problems == ()
    return {each["host"]: each["groups"] for each in found.gathered}


@pytest.mark.parametrize("code", OF_THE_DOCTOR)
def test_of_each_code_it_is_known_whether_a_roll_out_mends_it_or_why_not(code: str) -> None:
    known = CODES[code]
    assert (known.mended_by == ROLL_OUT) is not known.unmended.endswith("."), "either mended_by or unmended"


@pytest.mark.parametrize("code", [code for code in OF_THE_DOCTOR if not CODES[code].mended_by])
def test_what_is_not_safe_is_refused_with_a_reason_and_what_to_do(code: str) -> None:
    found = fixing([RAISED[code]], [code])
    assert found.gathered == []
    first, second, *_more = found.problems
    assert first == f"{code} {CODES[code].name} is not mended by this playbook. {CODES[code].unmended}"
    (one, *_others) = [each for each in findings(RAISED[code], []) if each.code == code]
    assert second == f"  {one.host}: {one.fix or CODES[code].remedy}"


def test_what_a_roll_out_asks_of_directors_too_is_left_to_people() -> None:
    units = {"units": {"ipvsadm.service": ON}, "ipvsadm": {"AUTO": "true"}}
    (first, second) = fixing([at_work(reported("lvs1", owners=units))], ["LVS711"]).problems
    assert first.endswith("is not mended by this playbook. What does not belong to the cluster is not changed.")
    assert second.startswith("  lvs1: ")


def test_a_real_server_is_set_up_again_and_the_rest_takes_part_as_it_is() -> None:
    found = fixing([MISSING], ["LVS811"])
    assert groups(found) == {
        "web1": ["lvs_cluster_mended_realservers", "lvs_cluster_taking_part"],
        "lvs1": ["lvs_cluster_settled_directors", "lvs_cluster_taking_part"],
        "lvs2": ["lvs_cluster_settled_directors", "lvs_cluster_taking_part"],
        "web2": ["lvs_cluster_taking_part"],
    }
    (one,) = found.found
    assert (one["cluster"], one["code"], one["host"]) == (CLUSTER.name, "LVS811", "web1")


def test_what_is_not_found_is_not_mended() -> None:
    assert fixing([MISSING], ["LVS833", "LVS814"]) == replace(
        fixing([WELL], []), found=(), as_defined=("lvs1", "lvs2", "web2")
    )
    assert "lvs_cluster_mended_realservers" not in str(fixing([MISSING], ["LVS833"]).gathered)


def test_one_code_that_is_refused_keeps_the_others_from_being_mended() -> None:
    both = at_work(MISSING, reported("web2", health={"mtus": {"eth1": 1400}}))
    assert fixing([both], ["LVS811", "LVS814"]).gathered == []
    assert fixing([both], ["LVS811", "LVS999"]).problems == ("LVS999 is not a known code; did you mean LVS891?",)


def test_a_director_is_set_up_as_a_director_and_what_else_it_has_is_known_to_be_mended_too() -> None:
    disabled = reported("lvs2", owners={"units": {"keepalived.service": {"at_boot": False}}})
    table = differing("lvs2", "services", changed=True, **planned("service", f"tcp {VIP}:80"), commands=["ipvsadm -A"])
    found = fixing([at_work(disabled, table)], ["LVS833"])
    assert groups(found)["lvs2"] == ["lvs_cluster_mended_directors", "lvs_cluster_taking_part"]
    assert {each["code"] for each in found.found} == {"LVS833", "LVS841"}


@pytest.mark.parametrize(
    ("hosts", "reason"),
    [
        ((), ""),
        ((differing("web2", "network", changed=True),), "web2"),
        ((differing("web2", "network", unread="no socket"),), "web2"),
        ((differing("web2", "network", refused=["It answers ARP"]),), "web2"),
        ((differing("lvs1", "configuration", not_read=True),), "lvs1"),
        ((reported("lvs1", keepalived_runs=False),), "lvs1"),
    ],
)
def test_a_host_is_as_defined_only_where_nothing_differs(hosts: tuple[Examined, ...], reason: str) -> None:
    subject = at_work(*hosts)
    assert [host for host in subject.cluster.hosts if not is_as_defined(subject, host)] == [*filter(None, [reason])]
    assert not is_as_defined(replace(subject, compared={}), "web1")


def test_all_directors_take_part_where_they_must_know_each_other() -> None:
    cluster = parse(
        service(real_servers=[{"host": "lvs1"}, {"host": "lvs2"}]),
        groups={"lvs_directors": ["lvs1", "lvs2"]},
        engine=None,
    )
    subject = Examined(
        cluster,
        {host: WELL.views[host] for host in ("lvs1", "lvs2")},
        {host: WELL.reports[host] for host in ("lvs1", "lvs2")},
        {**WELL.compared, "lvs2": differing("lvs2", "network", diff=[{"after_header": "/etc/lvs/x"}]).compared["lvs2"]},
    )
    assert fixing([subject], ["LVS831"]).directors == ("lvs1", "lvs2")


STOPS = reported("lvs1", **STOPPED)
CHANGED = differing("lvs1", "configuration", changed=True)


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        (at_work(STOPS, ON_LVS2), "LVS851"),
        (at_work(reported("lvs1", held=[]), ON_LVS2, CHANGED), "LVS832"),
        (at_work(reported("lvs1", held=[]), ON_LVS2, differing("lvs1", "configuration", not_read=True)), "LVS853"),
    ],
)
def test_what_would_move_vips_is_refused_with_the_line_that_does_it(subject: Examined, code: str) -> None:
    assert fixing([subject], [code]).problems == (
        f"Setting up lvs1 would move {VIP} from lvs2 to lvs1. When that is acceptable, run: "
        "ansible-playbook lvs.cluster.site --limit lvs1",
    )


def test_a_director_that_would_lose_vips_is_refused_too() -> None:
    subject = at_work(reported("lvs1", held=[]), ON_LVS2, differing("lvs2", "configuration", changed=True))
    (told,) = fixing([subject], ["LVS832"]).problems
    assert told.startswith(f"Setting up lvs2 would move {VIP} from lvs2 to lvs1.")


@pytest.mark.parametrize(
    ("subject", "code", "host"),
    [
        # The one that comes back does not come first, or nobody has the VIPs, or nobody takes them from another.
        (at_work(reported("lvs2", **STOPPED)), "LVS851", "lvs2"),
        (at_work(STOPS, reported("lvs2", held=[])), "LVS851", "lvs1"),
        (at_work(STOPS, ON_LVS2, cluster=ranked(preempt=False)), "LVS851", "lvs1"),
        # An operator has told it to take none.
        (at_work(reported("lvs1", **STOPPED, files=["/etc/lvs/standby"]), ON_LVS2), "LVS851", "lvs1"),
        # The one that has them keeps them, also where the other takes none or does not run.
        (at_work(CHANGED), "LVS832", "lvs1"),
        (at_work(STOPS, ON_LVS2, differing("lvs2", "configuration", changed=True)), "LVS832", "lvs2"),
        # What does not concern keepalived.
        (
            at_work(reported("lvs1", held=[]), ON_LVS2, differing("lvs1", "filter", **planned("rule", "x"))),
            "LVS813",
            "lvs1",
        ),
    ],
)
def test_what_moves_no_vip_is_done(subject: Examined, code: str, host: str) -> None:
    found = fixing([subject], [code])
    assert (found.problems, found.directors) == ((), (host,))


CHANGES: tuple[Examined, ...] = tuple(
    subject for code, subject in RAISED.items() if code in OF_THE_DOCTOR and isinstance(subject, Examined)
)


@given(
    st.lists(st.sampled_from(CHANGES), max_size=4),
    st.lists(st.sampled_from([*OF_THE_DOCTOR, "LVS102"]), unique=True),
    st.booleans(),
)
def test_only_hosts_on_which_it_was_found_are_set_up(
    changes: Iterable[Examined], codes: list[str], moves: bool
) -> None:
    subject = at_work(*changes, *([ON_LVS2] if moves else []))
    found = fixing([subject], codes)
    there = [each for each in findings(subject, [subject.cluster]) if each.code in codes]
    hosts = {*found.directors, *found.real_servers}
    if any(CODES[each.code].mended_by != ROLL_OUT for each in there):
        assert found.problems
    if found.problems:
        assert (hosts, found.gathered) == (set(), [])
    else:
        assert hosts == {host for each in there for host in each.hosts}
        assert {*found.directors} == hosts & {*subject.cluster.director_hosts}
    assert not hosts & {*found.as_defined}
    assert fixing([subject], codes) == found
