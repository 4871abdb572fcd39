# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of a roll-out as a plan has it, and what is done on whom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.model import Plan, Reason, plan
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.steps import (
    ACCEPT,
    ACTIVE,
    DISMISS,
    FORWARD,
    LEAVE,
    PHASES,
    RELEASE,
    SETTLE,
    TAKE_OVER,
    WAITING,
    Work,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.subject import Former, Subject
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._plan.plans import (
    AS_DEFINED,
    FILES,
    ON,
    SAME,
    SHOP,
    VIP,
    both,
    change,
    defined,
    differing,
    formerly,
    order_of,
    reported,
    without,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

SITE = Path(__file__).resolve().parents[5] / "playbooks/site.yml"
PARTS = {
    **dict.fromkeys(("lvs1", "lvs2"), ("network", "filter", "services", "timeouts", "sync_daemon", "announcer", "bgp")),
    "web1": ("network", "filter"),
    "web2": ("network", "filter"),
}
KINDS = {
    "network": ("sysctl", "address", "route", "rule", "tunnel"),
    "filter": ("redirect", "mark"),
    "services": ("service", "destination"),
    "timeouts": ("timeouts",),
    "sync_daemon": ("daemon",),
    "announcer": ("unit",),
    "bgp": ("neighbour", "route-map"),
}


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    """The cluster with any changes on any hosts."""
    subject = AS_DEFINED
    for host, names in PARTS.items():
        for name in names:
            drawn = draw(
                st.lists(st.tuples(st.sampled_from(["add", "change", "remove"]), st.sampled_from(KINDS[name])))
            )
            changes = [
                change(
                    action,
                    kind,
                    SHOP if kind == "service" else f"{SHOP} -> {number}",
                    f"{host} {name} {number}",
                    before={},
                    after={},
                )
                for number, (action, kind) in enumerate(drawn)
            ]
            subject = differing(host, subject, **{name: both(*changes)}) if changes else subject
    return subject


def test_a_cluster_as_defined_needs_nothing() -> None:
    assert plan(AS_DEFINED) == Plan()


@given(subjects())
def test_each_change_is_made_once_and_in_the_order_of_the_phases(subject: Subject) -> None:
    found = plan(subject)
    (examined,) = subject.examined
    wanted = [
        command
        for parts in examined.compared.values()
        for part in parts.values()
        for step in part.get("steps", ())
        for command in step["commands"]
    ]
    made = [command for step in found.steps for work in step.work for command in work.commands]
    assert sorted(made) == sorted(wanted)
    assert sum(sum(counts.values()) for counts in found.hosts.values()) == len(wanted)
    phases = [PHASES.index(step.phase) for step in found.steps]
    assert phases == sorted(phases)
    assert len({*order_of(found)}) == len(found.steps)


@given(subjects())
def test_a_real_server_gets_before_directors_change_and_gives_up_after(subject: Subject) -> None:
    for step in plan(subject).steps:
        if step.phase == ACCEPT:
            assert not any(work.removed for work in step.work)
        if step.phase == SETTLE:
            assert not any(work.added or work.changed for work in step.work)


def test_the_phases_are_those_of_the_playbook_in_its_order() -> None:
    plays = [play["name"] for play in yaml.safe_load(SITE.read_text(encoding="utf-8"))]
    assert tuple(name for name in plays if name in PHASES) == PHASES


def test_directors_without_vips_come_first() -> None:
    subject = AS_DEFINED
    for host in ("lvs1", "lvs2"):
        subject = differing(host, subject, services=change("add", "service", SHOP))
    assert order_of(plan(subject)) == [(WAITING, "lvs2"), (ACTIVE, "lvs1")]
    assert order_of(plan(reported("lvs2", subject, held=[f"{VIP}/32"]))) == [(ACTIVE, "lvs1"), (ACTIVE, "lvs2")]


def test_a_director_routes_packets_before_real_servers_answer_through_it() -> None:
    forward = change("change", "sysctl", "net.ipv4.ip_forward", "sysctl -w net.ipv4.ip_forward=1")
    found = plan(differing("lvs1", network=both(forward, change("add", "address", VIP))))
    assert order_of(found) == [(FORWARD, "lvs1"), (ACTIVE, "lvs1")]
    assert found.steps[0].work == (Work("network", changed=1, commands=("sysctl -w net.ipv4.ip_forward=1",)),)
    assert "sysctl" not in str(found.steps[1])


def test_a_route_through_a_director_waits_for_it() -> None:
    """A gateway that is no address of a director which forwards already."""
    (examined,) = AS_DEFINED.examined
    network = {**examined.views["web1"]["network"], "routes": [{"gateway": "192.0.2.2"}]}
    views = {**examined.views, "web1": {**examined.views["web1"], "network": network}}
    subject = replace(AS_DEFINED, examined=(replace(examined, views=views),))
    both_ways = both(change("add", "address", VIP), change("add", "route", "default"))
    assert order_of(plan(differing("web1", subject, network=both_ways))) == [(ACCEPT, "web1")]
    closed = subject
    for host in ("lvs1", "lvs2"):
        (examined,) = closed.examined
        owners = {"units": {"keepalived.service": ON, "lvs.service": {**ON, "at_boot": False}}}
        closed = reported(host, closed, owners={**examined.reports[host]["owners"], **owners})
        closed = differing(host, closed, network=change("change", "sysctl", "net.ipv4.ip_forward"))
    found = order_of(plan(differing("web1", closed, network=both_ways)))
    assert [step for step in found if step[1] == "web1"] == [(ACCEPT, "web1"), (SETTLE, "web1")]


def test_new_files_are_written_at_first_and_shorter_ones_at_last() -> None:
    def diff(before: str, after: str) -> dict[str, Any]:
        path = "/etc/lvs/network.batch"
        return {"diff": [{"before_header": path, "after_header": path, "before": before, "after": after}]}

    longer, shorter = diff("one\n", "one\ntwo\n"), diff("one\ntwo\n", "one\n")
    assert order_of(plan(differing("web1", network=longer))) == [(ACCEPT, "web1")]
    assert order_of(plan(differing("web1", network=shorter))) == [(SETTLE, "web1")]
    (step,) = plan(differing("web1", network=diff("one\n", ""))).steps
    assert step.work == (Work("/etc/lvs/network.batch", removed=1),)
    (step,) = plan(differing("web1", network=diff("", "one\n"))).steps
    assert step.work == (Work("/etc/lvs/network.batch", added=1),)


def test_a_boot_unit_comes_with_what_it_loads_and_goes_with_it() -> None:
    nobody = {"units": {}}
    (step,) = plan(reported("web1", owners=nobody)).steps
    assert (step.phase, step.work[0].what, step.work[0].added) == (ACCEPT, "lvs.service", 1)
    (step,) = plan(differing("web1", network={"boot_commands": []})).steps
    assert (step.phase, step.work[0].what, step.work[0].removed) == (SETTLE, "lvs.service", 1)
    assert plan(reported("web1", differing("web1", network={"boot_commands": []}), owners=nobody)).steps == ()


@pytest.mark.parametrize(
    ("configuration", "told", "work"),
    [
        ({"changed": True}, {}, ["/etc/keepalived/keepalived.conf", "systemctl reload keepalived.service"]),
        ({"not_read": True}, {}, ["systemctl reload keepalived.service"]),
        ({}, {"keepalived_runs": False}, ["systemctl enable --now keepalived.service"]),
        ({"drop_in_differs": True}, {}, ["/etc/systemd/system/keepalived.service.d/lvs.conf"]),
    ],
)
def test_what_keepalived_does(configuration: dict[str, Any], told: dict[str, Any], work: list[str]) -> None:
    (step,) = plan(reported("lvs2", differing("lvs2", configuration=configuration), **told)).steps
    assert [each.commands[0] if each.commands else each.what for each in step.work] == work


def test_a_director_that_would_not_hear_the_others_is_held_until_all_are_set_up() -> None:
    deaf = {"changed": True, "hears_anew": True}
    found = plan(differing("lvs2", differing("lvs1", configuration=deaf), configuration=deaf))
    assert order_of(found) == [(WAITING, "lvs2"), (ACTIVE, "lvs1"), (RELEASE, "lvs2")]
    assert [work.what for work in found.steps[2].work] == ["/etc/lvs/held"]


def test_what_a_run_has_left_half_done_is_taken_back() -> None:
    assert order_of(plan(reported("lvs2", files=[*FILES, "/etc/lvs/held"]))) == [(RELEASE, "lvs2")]


def fresh(**cluster: Any) -> Subject:
    """lvs2 without keepalived, and without nft, which comes with the packages."""
    subject = reported(
        "lvs2",
        defined(service(), cluster={"sync_daemon": {"id": 51}, **cluster}),
        files=[],
        keepalived_runs=False,
        keepalived_is_own=False,
        virtual_routers=[],
        keepalived_version=None,
        owners={"units": {}, "ipvsadm": {}, "ldirectord": [], "processes": [], "kube_interface": False},
        ipvs={"services": [], "schedulers": ["wlc"], "persistence_engines": [], "connection_table_size": 4096},
    )
    return differing(
        "lvs2",
        subject,
        services=change("add", "service", SHOP),
        filter={"refused": ["install nftables"]},
        configuration={"changed": True, "new": True, "hears_anew": True, "drop_in_differs": True},
    )


def test_a_host_that_is_set_up_for_the_first_time() -> None:
    found = plan(fresh(install_packages=True))
    step, released = found.steps
    assert (step.phase, step.host) == (WAITING, "lvs2")
    assert [work.what for work in step.work] == [
        "package keepalived",
        "lvs.service",
        "services",
        "/etc/keepalived/keepalived.conf",
        "/etc/systemd/system/keepalived.service.d/lvs.conf",
        "/etc/lvs/held",
        "keepalived.service",
    ]
    assert {work.changed for work in step.work[:-1]} == {0}
    assert released.phase == RELEASE
    assert found.unknown == (Reason("lvs2", "filter, until keepalived is installed: install nftables"),)
    assert found.refused == ()


def test_one_on_which_nothing_may_be_installed_ends_a_roll_out() -> None:
    (refused,) = plan(fresh()).refused
    assert (refused.host, refused.reason[-8:]) == ("lvs2", "[LVS702]")


def test_former_hosts_come_before_and_after_the_others() -> None:
    gone = {**AS_DEFINED.examined[0].reports["lvs1"], "addresses": [VIP, "192.0.2.4"]}
    gone["other_directors"] = [{"cluster": "lvs_directors", "name": "lvs1", "addresses": ["192.0.2.2"]}]
    subject = formerly(
        Former(directors=("lvs3",), real_servers=("web3",)),
        differing(
            "lvs2", differing("lvs1", services=change("add", "service", SHOP)), services=change("add", "service", SHOP)
        ),
        lvs3=gone,
        web3=AS_DEFINED.examined[0].reports["web1"],
    )
    removal = change("remove", "address", f"{VIP}/32 on lo")
    subject = replace(subject, compared={**subject.compared, "web3": {"network": {**SAME, **removal}}})
    subject = reported("lvs1", subject, held=[])
    assert order_of(plan(subject)) == [
        (DISMISS, "lvs3"),
        (WAITING, "lvs2"),
        (ACTIVE, "lvs1"),  # which takes the VIP from lvs3
        (LEAVE, "web3"),
    ]


def test_what_had_the_services_is_stopped_on_all_directors_before_one_is_set_up() -> None:
    subject = defined(service(), cluster={"sync_daemon": {"id": 51}, "take_over_from": ["heartbeat"]})
    (examined,) = subject.examined
    process = {"name": "heartbeat", "process": 5, "arguments": []}
    owners = {**examined.reports["lvs2"]["owners"], "processes": [process], "watchdog": ""}
    found = plan(reported("lvs2", differing("lvs1", subject, services=change("add", "service", SHOP)), owners=owners))
    assert order_of(found) == [(TAKE_OVER, "lvs2"), (ACTIVE, "lvs1")]


def test_without_all_directors_a_real_server_keeps_what_they_may_use() -> None:
    subject = differing("web1", without("lvs1"), network=change("remove", "address", f"{VIP}/32 on lo"))
    found = plan(subject)
    assert found.steps == ()
    assert found.unread == (Reason("lvs1", "No route to host"),)
    assert [warning.rpartition(" ")[2] for warning in found.warnings] == ["[LVS763]"]


@pytest.mark.parametrize("word", ["unread", "refused"])
def test_a_part_that_is_not_known_is_said_and_not_counted(word: str) -> None:
    told = {"unread": "Permission denied", "refused": ["Permission denied"]}[word]
    subject = differing("web1")
    subject = differing("web1", subject, filter={word: told, "steps": []})
    found = plan(subject)
    assert getattr(found, word) == (Reason("web1", "filter: Permission denied"),)
    assert found.steps == ()


def test_what_would_end_a_roll_out_is_told() -> None:
    (examined,) = AS_DEFINED.examined
    ipvs = {**examined.reports["lvs1"]["ipvs"], "schedulers": []}
    found = plan(reported("lvs1", ipvs=ipvs))
    assert [(each.host, each.reason[-8:]) for each in found.refused] == [("lvs1", "[LVS703]")]
    (bare,) = plan(differing("web1", network={"systemd": False})).refused
    assert (bare.host, bare.reason[:21]) == ("web1", "systemd does not run ")
    refused = replace(AS_DEFINED, former=Former(refused=("lvs3 is away [LVS753]",)))
    assert plan(refused).refused == (Reason("", "lvs3 is away [LVS753]"),)


BGP = {"local_as": 64520, "neighbours": [{"address": "192.0.2.1", "remote_as": 64500}]}
TOLD = both(change("change", "unit", "lvs-announcer.service", "systemctl restart lvs-announcer.service"))
SESSION = both(change("add", "neighbour", "192.0.2.1 of 64520", "vtysh -c 'neighbor 192.0.2.1 remote-as 64500'"))
ADDRESS = both(change("add", "address", "192.0.2.7/32 on lo", "ip address add 192.0.2.7/32 dev lo"))


def test_vips_are_announced_when_the_director_is_set_up() -> None:
    file = {"after_header": "/etc/lvs/announced.json", "before": "", "after": "{}\n"}
    subject = defined(service(), cluster={"vips_by": "bgp", "bgp": BGP})
    subject = differing("lvs2", subject, announcer={**TOLD, "diff": [file]}, bgp=SESSION, network=ADDRESS)
    (step,) = [each for each in plan(subject).steps if each.host == "lvs2"]
    assert [work.what for work in step.work] == [
        *("package frr", "network", "announcer", "/etc/lvs/announced.json", "bgp")
    ]
    assert step.work[-1] == Work("bgp", added=1, commands=("vtysh -c 'neighbor 192.0.2.1 remote-as 64500'",))


def test_vips_that_others_hold_are_withdrawn_from_routers_first() -> None:
    subject = differing("lvs2", announcer=TOLD, bgp=SESSION, network=ADDRESS)
    (step,) = [each for each in plan(subject).steps if each.host == "lvs2"]
    assert [work.what for work in step.work] == ["announcer", "bgp", "network"]


def test_the_parts_of_these_tests_are_those_that_hosts_have() -> None:
    (examined,) = AS_DEFINED.examined
    assert {*examined.compared["lvs1"]} - {"configuration"} == {*PARTS["lvs1"]}
