# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Saved plans: what is read back is what was saved, and nothing that matters changes unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.model import plan
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.saved import (
    NoPlan,
    differences,
    document,
    parse,
    text,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.subject import Former, Subject
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._plan.plans import (
    AS_DEFINED,
    FILES,
    SHOP,
    VIP,
    change,
    defined,
    differing,
    formerly,
    reported,
    without,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._plan.test_steps import subjects
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service


def saved(subject: Subject) -> dict[str, Any]:
    return document(subject, plan(subject))


def since(before: Subject, after: Subject) -> list[str]:
    return differences(parse(text(saved(before))), saved(after))


@given(subjects())
def test_a_plan_that_is_read_back_is_the_one_that_was_saved(subject: Subject) -> None:
    assert parse(text(saved(subject))) == saved(subject)
    assert since(subject, subject) == []


@given(subjects(), subjects())
def test_another_plan_is_noticed(one: Subject, other: Subject) -> None:
    assert bool(since(one, other)) == (plan(one).steps != plan(other).steps)


CHANGED_FACTS: dict[str, tuple[Subject, str]] = {
    "vips": (
        reported("lvs1", held=[], addresses=["192.0.2.2"]),
        f"lvs1: VIPs: {VIP} in the plan, none now",
    ),
    "standby": (reported("lvs2", files=[*FILES, "/etc/lvs/standby"]), "lvs2: in standby: no in the plan, yes now"),
    "held": (
        reported("lvs2", files=[*FILES, "/etc/lvs/held"]),
        "lvs2: held by an unfinished roll-out: no in the plan, yes now",
    ),
    "keepalived": (reported("lvs2", keepalived_runs=False), "lvs2: keepalived runs: yes in the plan, no now"),
    "release": (reported("lvs2", keepalived_version="2.3.1"), "lvs2: keepalived: 2.2.7 in the plan, 2.3.1 now"),
    "drain": (
        reported("lvs1", drains={"192.0.2.21": "-1000000\n"}),
        "lvs1: drained: none in the plan, 192.0.2.21 (-1000000) now",
    ),
    "silence": (without("web2"), "web2: answers: yes in the plan, no now"),
    "table": (
        differing("lvs1", services=change("remove", "destination", f"{SHOP} -> 192.0.2.22:80", "ipvsadm -d")),
        "lvs1: the plan has nothing; now it would be ipvsadm -d",
    ),
}


@pytest.mark.parametrize(("after", "sentence"), CHANGED_FACTS.values(), ids=CHANGED_FACTS)
def test_each_fact_that_matters_is_noticed_whichever_way_it_changes(after: Subject, sentence: str) -> None:
    assert sentence in since(AS_DEFINED, after)
    assert since(after, AS_DEFINED)


def test_another_definition_is_noticed_on_the_hosts_that_it_concerns() -> None:
    other = defined(service(scheduler="rr"), cluster={"sync_daemon": {"id": 51}})
    assert since(AS_DEFINED, other) == [
        f"{host}: what the definition asks of it has changed" for host in ("lvs1", "lvs2")
    ]
    renamed = defined(service(name="store"), cluster={"sync_daemon": {"id": 51}})
    assert since(AS_DEFINED, renamed) == []


def test_other_hosts_and_clusters_are_noticed() -> None:
    (examined,) = AS_DEFINED.examined
    fewer = {host: view for host, view in examined.views.items() if host != "web2"}
    limited = replace(AS_DEFINED, examined=(replace(examined, views=fewer),))
    assert since(AS_DEFINED, limited) == ["web2 is in the plan but takes no part in this run"]
    assert since(limited, AS_DEFINED) == ["web2 takes part in this run but is not in the plan"]
    left = formerly(Former(real_servers=("web3",)), web3=examined.reports["web1"])
    assert since(AS_DEFINED, left) == ["web3 takes part in this run but is not in the plan"]
    none = replace(AS_DEFINED, examined=())
    assert since(AS_DEFINED, none)[0] == "The plan is for the clusters lvs_directors; this run is for none"


def test_counters_and_clocks_are_no_difference() -> None:
    (examined,) = AS_DEFINED.examined
    ipvs = {**examined.reports["lvs1"]["ipvs"], "statistics": []}
    assert since(AS_DEFINED, reported("lvs1", ipvs=ipvs, time=2000.0)) == []


def test_no_secret_is_saved() -> None:
    (examined,) = AS_DEFINED.examined
    views = {
        host: {**view, "keepalived": f"auth_pass {word}"}
        for (host, view), word in zip(examined.views.items(), ("s3cret", "s3cret", "0ther", "0ther"), strict=True)
    }
    subject = replace(AS_DEFINED, examined=(replace(examined, views=views),))
    kept = saved(subject)
    assert "s3cret" not in text(kept)
    same = {host: {**view, "keepalived": "auth_pass s3cret"} for host, view in views.items()}
    assert kept == saved(replace(subject, examined=(replace(examined, views=same),)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "it is not JSON"),
        ("[]", "it holds no plan"),
        ("{}", "it holds no plan"),
        ('{"format": 2}', "its format is 2, and this release of the collection knows only 1"),
        ('{"format": 1, "clusters": [], "facts": {}, "work": []}', "its definition and work cannot be read"),
        (
            '{"format": 1, "clusters": 1, "facts": {}, "work": {}, "definition": {"a": 1}}',
            "definition and clusters cannot",
        ),
    ],
)
def test_what_is_no_plan_is_refused_with_the_reason(content: str, why: str) -> None:
    with pytest.raises(NoPlan, match=why):
        parse(content)


@given(
    st.recursive(st.none() | st.booleans() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each))
)
def test_any_json_is_a_plan_or_refused(value: Any) -> None:
    whole = saved(AS_DEFINED)
    of_hosts = [
        {**whole, name: each} for name in ("facts", "work") for each in (value, {"lvs1": value}, {"lvs1": [value]})
    ]
    for content in (value, *of_hosts):
        try:
            found = parse(json.dumps(content))
        except NoPlan:
            continue
        assert isinstance(differences(found, saved(AS_DEFINED)), list)
