# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What raises each code on hosts, and subjects of which none says anything; near misses stand in the tests beside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._systems import BOOLEAN
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.candidate import Candidate
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.director_reports import DirectorReports
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.dismissed import Dismissed
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.former_directors import FormerDirectors
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.handover import Handover
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.joining import Joining
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.no_answer import Silent
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.released import Released
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.settling import Unsettled
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.several_clusters import ChosenClusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.standby import Standby
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.unknown_peers import UnknownPeers
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.unknown_words import Written
from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.vip_conflicts import Answers
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.neighbours import Former
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import ON_HOSTS
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor import test_bgp as bgp
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor import test_sync as sync
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor import test_ways as ways
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._doctor.clusters import (
    MACS,
    REPORTS,
    VIEWS,
    WELL,
    differing,
    planned,
    reported,
    way,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules import test_known_faults as faults
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import (
    ON,
    VIEW,
    VIP,
    announcing,
    candidate,
    kept,
    process,
)
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.reports import CLUSTER, heard, report
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

CLOSED = {"hook": "input", "family": "inet", "tool": "nftables", "chain": "inet filter input"}
INPUT = {"kind": "accept", "hook": "input"}
SERVES = {**VIEW, "services": [{"address": VIP, "port": 80, "destinations": []}]}
IPVSADM = {"ipvsadm.service": ON}
PROXY = process("kube-proxy", excludes=False)
LDIRECTORD = [process("ldirectord")]
OLD_TABLE = {"services": [{"address": "192.0.2.199", "port": 80}]}
HEARS = DirectorReports("lvs1", CLUSTER, {"lvs1": report(heard("192.0.2.77")), "lvs2": report()})
SORRY = {"address": "192.0.2.29"}


def with_release(version: str = "", kernel: str = "") -> dict[str, Any]:
    told = {"keepalived_version": version, "kernel_release": kernel}
    return {"lvs1": {**report(), **told}, "lvs2": report()}


def without_web1(report: dict[str, Any]) -> dict[str, Any]:
    """A director whose health check has taken web1 out."""
    services = [
        {**each, "destinations": each["destinations"][1:]} for each in report.get("ipvs", {}).get("services", ())
    ]
    return {**report, "ipvs": {**report["ipvs"], "services": services}} if services else report


def counted(connections: int) -> dict[str, int]:
    return {"active_connections": connections, "inactive_connections": connections}


def waiting(server: str, connections: int) -> dict[str, Any]:
    """Ten connections of a real server, of which so many wait."""
    place = {"service_address": VIP, "service_port": 80, "address": server, "port": 80}
    return {**place, "waiting": connections, "connections": 10}


SHOP = {"address": VIP, "port": 80, "protocol": "tcp"}
SENT = {**SHOP, "destinations": [{"address": "192.0.2.21", "port": 80, "forward": "dr"}]}
OLD = with_release("2.2.7")
FF = {"type": "udp", "port": 53, "payload": "ff"}
TWO = {"lvs_directors": ["lvs1", "lvs2"]}
UNICAST = parse(service(), cluster={"vrrp": {"unicast": True}}, groups=TWO, engine=None)
# Code -> what raises it.
RAISED: dict[str, Any] = {
    "LVS701": Candidate("web1", None),
    "LVS702": candidate(missing_packages=("keepalived",)),
    "LVS703": candidate(ipvs={"schedulers": ["rr"]}),
    "LVS704": candidate(cluster={"connection_table_bits": 13}),
    "LVS705": candidate(has_systemd=False),
    "LVS706": candidate(selinux={"enforced": True, BOOLEAN: False}),
    "LVS707": DirectorReports("lvs1", faults.SOURCE_NAT, with_release(kernel="5.4.0-216-generic")),
    "LVS708": DirectorReports("lvs1", faults.MANY, with_release(kernel="6.1.0-28-amd64")),
    "LVS709": DirectorReports("lvs1", faults.GRE, with_release(kernel="4.18.0-553.el8_10.x86_64")),
    "LVS711": candidate(owners={"units": IPVSADM, "ipvsadm": {"AUTO": "true"}}),
    "LVS712": candidate(owners={"units": IPVSADM}),
    "LVS713": candidate(owners={"units": {"ipvsadm.service": {**ON, "at_boot": False}}}),
    "LVS714": candidate(owners={"units": IPVSADM, "ipvsadm": {"AUTO": "false", "DAEMON": "master"}}),
    "LVS715": candidate(owners={"kube_interface": True, "processes": [PROXY]}),
    "LVS716": candidate(owners={"kube_interface": True, "processes": [{**PROXY, "excludes": True}]}),
    "LVS717": candidate(owners={"kube_interface": True}),
    "LVS718": candidate(owners={"processes": LDIRECTORD, "ldirectord": [f"{VIP}:80"]}),
    "LVS719": candidate(owners={"processes": LDIRECTORD}),
    "LVS721": candidate(owners={"processes": [process("heartbeat")]}),
    "LVS722": candidate(
        cluster={"take_over_from": "heartbeat"},
        owners={"processes": [process("heartbeat")], "watchdog": "/dev/watchdog"},
    ),
    "LVS723": candidate(
        cluster={"take_over_from": "ldirectord"},
        owners={"processes": LDIRECTORD, "ldirectord": [f"{VIP}:80", "192.0.2.9:80"]},
    ),
    "LVS731": kept("-f", "/etc/other.conf"),
    "LVS732": kept("-P"),
    "LVS733": kept("-C"),
    "LVS734": kept("-s", "blue"),
    "LVS735": kept(processes=[process("keepalived", number=8)]),
    "LVS736": kept(processes=[process("keepalived", "-p", "/run/other.pid", number=8)]),
    "LVS741": candidate(closed=[CLOSED], view=SERVES),
    "LVS742": candidate(closed=[{**CLOSED, "tool": "firewalld"}], view={**SERVES, "filter": {"rules": [INPUT]}}),
    "LVS751": HEARS,
    "LVS752": replace(HEARS, reports={"lvs1": HEARS.reports["lvs1"]}),
    "LVS753": FormerDirectors([(Former("lvs1", "lvs3", ("192.0.2.4",)), "lvs3")]),
    "LVS754": Answers(["lvs1"], {"lvs1": {"answers": {VIP: ["02:00:00:00:00:99"]}}}),
    "LVS755": DirectorReports("lvs1", CLUSTER, {}, {"198.51.100.2": "eth0"}),
    "LVS756": Dismissed("lvs3", "shop", directs="mail"),
    "LVS757": Dismissed("lvs3", "shop", vips=[VIP]),
    "LVS758": Dismissed("lvs3", "shop", is_own=False),
    "LVS759": announcing("203.0.113.198"),
    "LVS760": announcing("198.51.100.198", placed=[{"address": "198.51.100.2", "prefix": 24}]),
    "LVS761": candidate(ipvs=OLD_TABLE, taking_part=["lvs1"]),
    "LVS762": candidate(ipvs=OLD_TABLE, taking_part=["lvs1", "web1"]),
    "LVS763": Unsettled("web1", ["lvs2"], removed=["address 192.0.2.199/32 dev lo"]),
    "LVS764": Unsettled("web1", ["lvs2"], gateways=["198.51.100.1"]),
    "LVS765": Released(["192.0.2.29"], ["lvs2"]),
    "LVS766": UnknownPeers("lvs1", ["lvs2"]),
    "LVS767": Joining("lvs3", ["lvs1"]),
    "LVS768": candidate(service(forward="tun"), ipvs={"services": [SENT]}, taking_part=["lvs1"]),
    "LVS771": DirectorReports("lvs1", parse(service(checks=FF), engine=None), OLD),
    "LVS772": DirectorReports("lvs1", UNICAST, OLD, {"192.0.2.2": "lo"}),
    "LVS773": DirectorReports("lvs1", parse(service(), engine=None), with_release("2.1.5")),
    "LVS774": DirectorReports("lvs1", parse(service(), engine=None), with_release("2.3.2")),
    "LVS775": DirectorReports("lvs1", parse(service(sorry_server=SORRY), engine=None), with_release("2.3.3")),
    "LVS776": Written("lvs1", "virtual_server 192.0.2.198 80 {\n    payload 00\n", (2, 1, 5)),
    "LVS777": DirectorReports("lvs1", faults.MANY, OLD),
    "LVS781": Handover(parse(service()), takers=["lvs2"]),
    "LVS782": Handover(CLUSTER, "lvs22", takers=["lvs2"]),
    "LVS783": Handover(CLUSTER, "lvs1", answered=["lvs2"], takers=["lvs2"]),
    "LVS784": Handover(CLUSTER, silent=["lvs1"], takers=["lvs2"]),
    "LVS785": Handover(CLUSTER, has_probe=False, takers=["lvs2"]),
    "LVS786": Handover(CLUSTER, has_giver=False, takers=["lvs2"]),
    "LVS787": Handover(CLUSTER, takers=["lvs2"], standby=["lvs2"]),
    "LVS788": Standby("lvs1"),
    "LVS789": ChosenClusters(["mail", "shop"]),
    "LVS791": Silent(["lvs1"], "Nothing was changed."),
    "LVS801": reported("web1", answers={VIP: [MACS["lvs1"], MACS["x"]]}),
    "LVS802": replace(WELL, reports={host: {**each, "answers": {VIP: []}} for host, each in REPORTS.items()}),
    "LVS803": reported("lvs2", answers={VIP: [MACS["lvs1"], MACS["web1"]]}),
    "LVS809": replace(WELL, reports={"lvs1": REPORTS["lvs1"]}),
    "LVS811": differing("web1", "network", **planned("address", f"{VIP}/32 on lo")),
    "LVS812": differing("web1", "network", **planned("sysctl", "net.ipv4.conf.eth1.rp_filter", after={"value": "2"})),
    "LVS813": differing("lvs1", "filter", **planned("rule", "mark 1")),
    "LVS814": reported("web1", health={"mtus": {"eth1": 1400}}),
    "LVS815": reported("lvs1", ways=[way("192.0.2.21", mtu=1400)]),
    "LVS816": ways.answering(gateway="192.0.2.1"),
    "LVS821": reported("lvs2", held=[f"{VIP}/32"]),
    "LVS822": bgp.announcing(bgp=None),
    "LVS823": bgp.withdrawn(),
    "LVS824": bgp.announcing(held=[]),
    "LVS825": bgp.announcing(bgp={"program": "frr", "sessions": [bgp.session("Established", "192.0.2.77/32")]}),
    "LVS831": differing("web1", "network", diff=[{"after_header": "/etc/lvs/network.batch"}]),
    "LVS832": differing("lvs1", "configuration", changed=True),
    "LVS833": reported("lvs1", owners={"units": {"keepalived.service": {"at_boot": False}}}),
    "LVS841": differing("lvs1", "services", **planned("service", f"tcp {VIP}:80"), commands=["ipvsadm -A"]),
    "LVS844": replace(WELL, reports={host: without_web1(each) for host, each in REPORTS.items()}),
    "LVS845": replace(WELL, reports={**REPORTS, "lvs2": without_web1(REPORTS["lvs2"])}),
    "LVS846": sync.with_floor({"192.0.2.21:80@shop_ipv4_tcp": "0\n"}),
    "LVS851": reported("lvs2", keepalived_runs=False),
    "LVS852": reported("lvs2", health={"keepalived": [{"part": "keepalived", "process": 7, "state": "T"}]}),
    "LVS853": differing("lvs1", "configuration", not_read=True),
    "LVS861": reported("lvs2", ipvs={"sync_daemons": {"backup": {"sync_id": 9}}}),
    "LVS862": reported("lvs1", ipvs={"statistics": [{**SHOP, "destinations": [counted(9000)]}]}),
    "LVS863": reported("lvs1", ipvs={"sysctls": {"net.ipv4.vs.drop_entry": "3"}}),
    "LVS864": reported("web1", health={"conntrack": {"count": 95}}),
    "LVS865": reported("lvs2", health={"udp_drops": {"8848": 1}}),
    "LVS871": reported("lvs1", health={"connections": [waiting("192.0.2.21", 9), waiting("192.0.2.22", 0)]}),
    "LVS881": reported("web2", health={"identity": "web1"}),
    "LVS882": reported("web1", clock={"least": 300.0, "most": 301.0}),
    "LVS891": replace(WELL, unread={"web1": "No route to host"}, views=VIEWS),
}
# One of each kind of subject, with nothing to say of.
QUIET: tuple[Any, ...] = (
    candidate(taking_part=["lvs1", "web1", "web2"]),
    DirectorReports("lvs1", UNICAST, {"lvs1": report(), "lvs2": report()}, {"192.0.2.2": "eth0"}),
    Written("lvs1", "virtual_server 192.0.2.198 80 {\n    payload 00\n", (2, 2, 0)),
    FormerDirectors([]),
    Dismissed("lvs3", "shop", vips=[VIP], successors=["lvs2"]),
    Answers(["lvs1"], {"lvs1": {"answers": {}}}),
    UnknownPeers("lvs1", []),
    Joining("lvs3", []),
    Unsettled("web1", ["lvs2"]),
    reported("lvs1", health={"connections": [waiting("192.0.2.21", 9)]}),  # nobody else answers: it may be the client
    Released(["192.0.2.29"], []),
    Handover(CLUSTER, "lvs1", answered=["lvs1", "lvs2"], takers=["lvs2"]),
    Standby("lvs1", held=()),
    ChosenClusters(["shop"]),
    Silent([], "Nothing was changed."),
    WELL,
)


@pytest.mark.parametrize("code", RAISED)
def test_a_code_is_raised(code: str) -> None:
    assert code in {found.code for found in findings(RAISED[code], [])}


@pytest.mark.parametrize("subject", QUIET, ids=lambda subject: type(subject).__name__)
def test_nothing_is_said_where_nothing_is_the_matter(subject: Any) -> None:
    assert findings(subject, []) == []


def test_every_code_has_its_example_and_every_subject_a_quiet_one() -> None:
    assert [*RAISED] == sorted(rule.code.code for rules in ON_HOSTS.values() for rule in rules)
    assert {type(subject) for subject in QUIET} == {*ON_HOSTS}


@pytest.mark.parametrize("code", RAISED)
def test_a_finding_on_a_host_names_what_is_seen_and_what_that_means(code: str) -> None:
    for found in findings(RAISED[code], []):
        assert found.host
        assert found.path == ""
        assert found.observed
        assert found.text
