# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clients will notice: each sentence where it can be derived, and none where it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.model import Reason, plan
from ansible_collections.lvs.cluster.plugins.plugin_utils._plan.subject import Former, Subject
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._plan.plans import (
    AS_DEFINED,
    SHOP,
    VIP,
    both,
    change,
    defined,
    differing,
    formerly,
    reported,
    without,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import service

RESTART = "systemctl restart lvs-announcer.service"
WEB2 = f"{SHOP} -> 192.0.2.22:80"
DEAF = {"changed": True, "hears_anew": True}


def noticed(subject: Subject) -> tuple[str, ...]:
    return plan(subject).clients


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (
            change("remove", "destination", WEB2),
            f"Connections to web2 192.0.2.22:80 in shop {SHOP} end: it leaves the service; 2 are open now.",
        ),
        (
            change("change", "destination", WEB2, before={"weight": 1}, after={"weight": 0}),
            f"web2 192.0.2.22:80 gets no new connections in shop {SHOP}: its weight becomes 0. "
            "Those that are open go on.",
        ),
        (
            change("change", "destination", WEB2, before={"forward": "dr"}, after={"forward": "nat"}),
            f"Connections to web2 192.0.2.22:80 in shop {SHOP} end: packets go there by nat instead of dr; "
            "2 are open now. New ones can fail for as long as earlier ones to the same real server go on.",
        ),
        (change("remove", "service", SHOP), f"The service shop {SHOP} ends; 4 connections are open now."),
        (change("add", "service", "udp 192.0.2.198:53"), "The service udp 192.0.2.198:53 is new."),
    ],
)
def test_changes_of_the_table_that_clients_reach(part: dict[str, Any], sentence: str) -> None:
    assert noticed(differing("lvs1", services=part)) == (sentence,)
    twice = differing("lvs2", differing("lvs1", services=part), services=part)
    assert noticed(twice) == (sentence,)


@pytest.mark.parametrize(
    "part",
    [
        change("add", "destination", WEB2, after={"weight": 1}),
        change("change", "destination", WEB2, before={"weight": 1}, after={"weight": 5}),
        change("change", "service", SHOP, before={"scheduler": "rr"}, after={"scheduler": "wlc"}),
    ],
)
def test_what_nobody_notices(part: dict[str, Any]) -> None:
    assert noticed(differing("lvs1", services=part)) == ()


def test_a_table_without_the_vip_is_reached_by_nobody() -> None:
    assert noticed(differing("lvs2", services=change("remove", "destination", WEB2))) == ()


def test_a_service_that_ends_is_told_without_its_real_servers() -> None:
    part = both(change("remove", "destination", WEB2), change("remove", "service", SHOP))
    assert noticed(differing("lvs1", services=part)) == (f"The service shop {SHOP} ends; 4 connections are open now.",)


def test_a_real_server_that_has_left_the_inventory_is_named_by_its_address() -> None:
    (examined,) = AS_DEFINED.examined
    gone = {"address": "192.0.2.23", "port": 80, "forward": "dr", "weight": 1}
    (shop,) = examined.reports["lvs1"]["ipvs"]["services"]
    ipvs = {"services": [{**shop, "destinations": [*shop["destinations"], gone]}], "statistics": []}
    subject = reported("lvs1", ipvs={**examined.reports["lvs1"]["ipvs"], **ipvs})
    subject = differing("lvs1", subject, services=change("remove", "destination", f"{SHOP} -> 192.0.2.23:80"))
    words = "192.0.2.23:80 in shop tcp 192.0.2.198:80 end: it leaves the service."
    assert noticed(subject) == (f"Connections to {words}",)
    named = replace(subject, former=Former(names={"192.0.2.23": "web3"}))
    assert noticed(named) == (f"Connections to web3 {words}",)


def prioritised(**vrrp: Any) -> Subject:
    """lvs2 has the higher priority, and lvs1 the VIP."""
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_priority": 100}, "lvs2": {"ansible_host": "192.0.2.3"}}
    hosts["lvs2"]["lvs_priority"] = 110
    return defined(service(), hosts=hosts, cluster={"vrrp": vrrp, "sync_daemon": {"id": 51}})


def test_a_priority_moves_the_vip_when_both_directors_know_it() -> None:
    subject = prioritised()
    assert noticed(subject) == ()  # nobody has changed its mind yet; why lvs2 has not taken it, status says
    moves = (f"The VIP {VIP} moves once, from lvs1 to lvs2, which has the higher priority.",)
    assert noticed(differing("lvs2", subject, configuration={"changed": True})) == moves
    aside = reported("lvs2", subject, files=["/etc/lvs/standby"])
    assert noticed(differing("lvs2", aside, configuration={"changed": True})) == ()
    stays = prioritised(preempt=False)
    assert noticed(differing("lvs2", stays, configuration={"changed": True})) == ()


def test_no_vip_comes_where_every_director_is_in_standby() -> None:
    subject = defined(service())
    for host in ("lvs1", "lvs2"):
        subject = reported(host, subject, files=["/etc/lvs/standby"], held=[], addresses=[])
    assert noticed(subject) == ()
    taken = reported("lvs2", subject, files=[])
    assert noticed(taken) == (f"The VIP {VIP} is new, or comes back: no director has it now.",)


def test_keepalived_that_begins_anew_with_the_vips_is_told() -> None:
    anew = (
        f"keepalived on lvs1 starts over as backup and takes {VIP} back after some seconds; until then the host keeps "
        "it on its loopback interface.",
    )
    assert noticed(differing("lvs1", configuration=DEAF)) == anew
    assert noticed(reported("lvs1", keepalived_runs=False)) == anew
    assert noticed(differing("lvs2", configuration=DEAF)) == ()
    assert noticed(differing("lvs1", configuration={"changed": True})) == ()


def test_a_former_director_hands_its_vips_over() -> None:
    (examined,) = AS_DEFINED.examined
    gone = {**examined.reports["lvs1"], "addresses": [VIP, "192.0.2.4"], "hardware_addresses": {}}
    gone["other_directors"] = [{"cluster": "lvs_directors", "name": "lvs1", "addresses": ["192.0.2.2"]}]
    subject = reported("lvs1", formerly(Former(directors=("lvs3",)), lvs3=gone), held=[], addresses=["192.0.2.2"])
    assert noticed(subject) == (f"The VIP {VIP} moves once, from lvs3, which is no longer a director, to lvs1.",)


def test_vips_come_where_all_directors_say_that_they_have_none() -> None:
    nowhere = reported("lvs1", held=[], addresses=["192.0.2.2"])
    assert noticed(nowhere) == (f"The VIP {VIP} is new, or comes back: no director has it now.",)
    assert noticed(without("lvs2", subject=nowhere)) == ()


def test_vips_leave_that_the_definition_no_longer_has() -> None:
    (examined,) = AS_DEFINED.examined
    journal = {**examined.reports["lvs1"]["journal"], "vips": {VIP: "lvs", "192.0.2.199": "lvs", "127.112.9.51": "lvs"}}
    addresses = [*examined.reports["lvs1"]["addresses"], "192.0.2.199", "127.112.9.51"]
    told = ("The VIP 192.0.2.199 is removed: no director will have it any more.",)
    assert noticed(reported("lvs1", journal=journal, addresses=addresses)) == told
    assert noticed(reported("lvs1", journal=journal)) == ()
    by_network = differing("lvs1", network=change("remove", "address", "192.0.2.199/32 on eth1"))
    assert noticed(reported("lvs1", by_network, addresses=addresses)) == told


def test_without_a_journal_nobody_knows_which_vips_there_were() -> None:
    why = "its journal, so it is not known which VIPs its keepalived.conf has now"
    assert plan(reported("lvs1", journal=None)).unread == (Reason("lvs1", why),)
    assert plan(reported("lvs1", journal=None, virtual_routers=[])).unread == ()


def test_a_vip_that_goes_to_another_instance_is_away_for_a_while() -> None:
    (examined,) = AS_DEFINED.examined
    journal = {**examined.reports["lvs1"]["journal"], "vips": {VIP: "old"}}
    subject = reported("lvs1", differing("lvs1", configuration={"changed": True}), journal=journal)
    words = f"The VIP {VIP} goes from the VRRP instance old to lvs, and is on no director until lvs has a master."
    assert noticed(subject) == (words,)


def test_vips_of_several_directors_get_one_holder() -> None:
    subject = AS_DEFINED
    for host in ("lvs1", "lvs2"):
        subject = reported(host, subject, held=[f"{VIP}/32"], virtual_routers=[])
    assert noticed(subject) == (f"The VIP {VIP} will be on one director at a time; now it is on several.",)


def test_a_real_server_that_takes_packets_in_another_way() -> None:
    address, redirect = f"{VIP}/32 on lo", f"address {VIP} protocol tcp port 80"
    words = (
        f"Connections to web1 through the VIP {VIP} end: the real server will take the packets at another address.",
    )
    to_redirect = differing(
        "web1", network=change("remove", "address", address), filter=change("add", "redirect", redirect)
    )
    from_redirect = differing(
        "web1", network=change("add", "address", address), filter=change("remove", "redirect", redirect)
    )
    assert noticed(to_redirect) == noticed(from_redirect) == words
    assert noticed(differing("web1", network=change("remove", "address", address))) == ()
    assert noticed(differing("web1", filter=change("remove", "redirect", redirect))) == ()


def test_an_announcer_that_starts_again_withdraws_the_vips_of_its_director() -> None:
    begins = {**both(change("change", "unit", "lvs-announcer.service", RESTART)), "commands": [RESTART]}
    assert noticed(differing("lvs1", announcer=begins)) == (
        f"The VIP {VIP} is withdrawn by lvs1 for a moment, while its announcer starts again; until then routers send "
        "clients to other directors.",
    )
    assert noticed(differing("lvs2", announcer=begins)) == ()  # it has none
    reads_again = {**begins, "commands": ["systemctl enable lvs-announcer.service"]}
    assert noticed(differing("lvs1", announcer=reads_again)) == ()
