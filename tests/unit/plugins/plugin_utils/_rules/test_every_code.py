# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One mistake or doubt for each code, which raises it; what each says stands in the tests beside this one."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.run import findings, findings_between
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.table import BETWEEN_CLUSTERS, CODES, ON_HOSTS
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import HOSTS, by_mark, parse, service

VIP, SIX = "192.0.2.198", "2001:db8::c6"
TWO = {"groups": {"lvs_directors": ["lvs1", "lvs2"]}}
KEPT = {"engine": "keepalived"}
WEB1 = [{"host": "web1"}]
SORRY = {"address": "192.0.2.99"}
TO_ANY = by_mark(protocol="tcp", port=80)
OTHER = service(name="other", address="192.0.2.199")
LINK_LOCAL = {"address": "fe80::1"}
MANY_PORTS = [f"{first}-{first + 5}" for first in range(10, 90, 10)]
BOTH_FAMILIES = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"}}


def vip(address: str = VIP, **options: object) -> dict[str, Any]:
    return {"cluster": {"vips": [{"address": address, **options}]}}


def vrrp(*instances: Any, **options: object) -> dict[str, Any]:
    listed = {"instances": list(instances)} if instances else {}
    return {"cluster": {"vrrp": {**listed, **options}}, **KEPT}


def instance(name: str = "one", vips: Any = VIP, **options: object) -> dict[str, Any]:
    return {"name": name, "vips": vips, **options}


ROUTER = {"address": "192.0.2.1", "remote_as": 64500}
SIX_ROUTER = {"address": "2001:db8::1", "remote_as": 64500}


def bgp(*neighbours: Any, vips: Any = (), **options: object) -> dict[str, Any]:
    """Two directors that announce their VIPs."""
    spoken = {"local_as": 64520, "neighbours": list(neighbours) or [ROUTER], **options}
    return {"cluster": {"vips_by": "bgp", "bgp": spoken, "vips": list(vips)}, "engine": None, **TWO}


def director(**variables: object) -> dict[str, Any]:
    return {"hosts": {"lvs1": {**HOSTS["lvs1"], **variables}}}


def tun(**options: object) -> dict[str, Any]:
    return service(forward="tun", real_servers=WEB1, **options)


def nat(**options: object) -> dict[str, Any]:
    return service(forward="nat", **options)


def at(name: str, port: int, address: str, **options: object) -> dict[str, Any]:
    """A service by which web1 answers from one of its addresses."""
    servers = [{"host": "web1", "address": address}]
    return nat(name=name, port=port, real_servers=servers, nat_return="default_route", **options)


GATEWAYS = {"vips": [{"address": address, "gateway": True} for address in ("198.51.100.200", "203.0.113.200")]}
TWO_NETWORKS = [{"host": "web1", "address": "198.51.100.21"}, {"host": "web2", "address": "203.0.113.22"}]
PARTED = [{"address": "198.51.100.200", "gateway": True}]
# Code -> the services, and what else differs from the small inventory.
RAISED: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "LVS001": ([service(port="http")], {}),
    "LVS002": ([service()], {"cluster": {"silenced": {"LVS101": "so"}}}),
    "LVS003": ([service(real_servers="wbe")], {}),
    "LVS101": ([service(address=None)], {}),
    "LVS102": ([service(), service(address="192.0.2.199")], {}),
    "LVS103": ([service(family="ipv6")], {}),
    "LVS104": ([service(port=None)], {}),
    "LVS105": ([service(port=[80, 443])], {}),
    "LVS106": ([service(port=0)], {}),
    "LVS111": ([by_mark(port=80)], {}),
    "LVS112": ([by_mark(), by_mark(name="other")], {}),
    "LVS116": ([by_mark()], {}),
    "LVS117": ([by_mark()], {"cluster": {"open_firewall": True, "vips": [{"address": VIP}]}}),
    "LVS118": ([by_mark()], {}),
    "LVS119": ([TO_ANY], {}),
    "LVS120": ([by_mark()], {"cluster": {"open_firewall": True, "firewall": "firewalld"}}),
    "LVS121": ([service(), service(name="other")], {}),
    "LVS122": (
        [
            service(fwmark=1, protocol="tcp", port="1-1023"),
            service(name="other", fwmark=2, protocol="tcp", port="1000-2000"),
        ],
        {},
    ),
    "LVS123": ([service(fwmark=1, protocol="tcp", port=MANY_PORTS), service(name="other", port=12)], {}),
    "LVS124": ([by_mark(fwmark=0x7F710001)], {}),
    "LVS131": ([service(scheduler_flags=["fallback"])], {}),
    "LVS132": ([service(one_packet=True)], {}),
    "LVS133": ([service(scheduler="sh")], {}),
    "LVS134": ([service(scheduler="rr")], {}),
    "LVS135": ([service(scheduler="fo", real_servers=[{"host": "web1"}, {"host": "web2", "weight": 1}])], {}),
    "LVS136": ([service(real_servers=[{"host": "web1", "weight": 0}])], {}),
    "LVS141": ([service(persistence_netmask=24)], {}),
    "LVS142": ([service(persistence_engine="sip", persistence_timeout=60)], {}),
    "LVS143": ([service(persistence_netmask="0.0.0.255", persistence_timeout=60)], {}),
    "LVS144": (
        [service(persistence_timeout=60, real_servers=[{"host": "web1", "weight": 0}, {"host": "web2"}])],
        {"cluster": {"ipvs_sysctls": {"expire_quiescent_template": 0}}},
    ),
    "LVS145": ([service(port=21)], {}),
    "LVS201": ([service(real_servers=[{"host": "web1", "port": 8080}])], {}),
    "LVS202": ([service(real_servers="six")], {}),
    "LVS203": ([service(real_servers=[{"host": "web1", "upper_threshold": 1, "lower_threshold": 2}])], {}),
    "LVS204": ([service(real_servers=[{"host": "web1"}, {"address": "192.0.2.21"}])], {}),
    "LVS205": ([service(address=[VIP, SIX])], {}),
    "LVS211": ([service(forward="tun", real_servers=[{"host": "lvs1"}])], TWO),
    "LVS212": ([{**TO_ANY, "forward": "tun"}], {}),
    "LVS213": ([{**TO_ANY, "real_servers": [{"host": "lvs1"}]}], {}),
    "LVS214": ([tun()], {"cluster": {"arp": "redirect"}}),
    "LVS215": ([service()], vip(prefix=24, on_real_servers="lan")),
    "LVS216": ([service(), nat(name="nat", port=81, nat_return="default_route")], {}),
    "LVS218": ([service(address=[VIP, SIX], real_servers="both")], {"groups": {"both": ["web1", "dual"]}}),
    "LVS219": ([service(real_servers=[{"address": "192.0.2.51"}])], {}),
    "LVS221": ([tun(tunnel_port=6080)], {}),
    "LVS222": ([tun(tunnel_checksum="csum")], {}),
    "LVS223": (
        [
            tun(tunnel_type="gre", tunnel_checksum="csum"),
            tun(name="other", port=81, tunnel_type="gre"),
        ],
        {},
    ),
    "LVS231": ([service(sorry_server={"address": "127.0.0.1", "host": "lvs1"})], {}),
    "LVS232": ([service(sorry_server={"address": "127.0.0.1", "forward": "tun"})], {}),
    "LVS233": ([service(address=SIX, real_servers="six", sorry_server={"address": "::1"})], {}),
    "LVS241": ([nat(address=SIX, real_servers="six", nat_return="source_nat")], {}),
    "LVS242": ([nat()], TWO),
    "LVS243": (
        [nat()],
        {"cluster": GATEWAYS, "hosts": {"web1": {**HOSTS["web1"], "lvs_gateway": "192.0.2.77"}}, **TWO},
    ),
    "LVS244": ([at("app", 80, "198.51.100.21"), at("db", 81, "203.0.113.31")], {"cluster": GATEWAYS}),
    "LVS245": ([nat(nat_return="none")], {}),
    "LVS301": ([service()], vip("192.0.2.199")),
    "LVS302": ([service()], vip("fe80::1")),
    "LVS303": ([service()], vip(prefix=33)),
    "LVS304": ([service(address="192.0.2.255")], vip("192.0.2.255", prefix=24)),
    "LVS305": ([service()], vip(label="eth1:1")),
    "LVS306": ([service(address=SIX, real_servers="six")], vip(SIX, interface="eth1", label="eth1:1")),
    "LVS307": ([service()], vip(routed=True)),
    "LVS308": ([service(fwmark=1, protocol="tcp")], vip(routed=True, interface="eth1")),
    "LVS309": ([service(address=SIX, real_servers="six")], vip(SIX, on_real_servers="lan")),
    "LVS311": ([service()], {"cluster": {"vips": [{"address": VIP}, {"address": VIP}]}}),
    "LVS312": ([service(address="192.0.2.21")], {}),
    "LVS313": ([by_mark()], vip("192.0.2.21")),
    "LVS314": ([service(address="192.0.2.2")], {}),
    "LVS315": ([nat(address="192.0.2.2", port=22)], {}),
    "LVS321": ([service()], vrrp(instance(vips=[VIP, "192.0.2.200"]))),
    "LVS322": ([service()], vrrp(instance(), instance("two"))),
    "LVS323": ([service(), OTHER], vrrp(instance())),
    "LVS324": ([service(), OTHER], vrrp(instance(), instance(vips="192.0.2.199"))),
    "LVS325": ([service()], vrrp(instance(priorities={"web1": 100}))),
    "LVS326": ([service(), OTHER], vrrp(instance(), instance("two", "192.0.2.199"), virtual_router_id=255)),
    "LVS327": (
        [service(), OTHER],
        vrrp(instance(virtual_router_id=7), instance("two", "192.0.2.199", virtual_router_id=7)),
    ),
    "LVS328": ([service()], vrrp(advert_interval=0.5)),
    "LVS329": ([service()], vrrp(version=3, password="secret")),
    "LVS330": ([service()], vrrp(preempt=False, preempt_delay=5)),
    "LVS331": ([service()], vrrp(interface="eth0", track_interfaces=["eth0"])),
    "LVS332": ([service()], vrrp(interface="none")),
    "LVS333": ([service(address=SIX, real_servers="six")], {**vrrp(unicast=True), **TWO}),
    "LVS334": ([service()], {**director(lvs_vrrp_address="198.51.100.2"), **TWO, **KEPT}),
    "LVS335": ([service()], vrrp(instance(sync_group="alone"))),
    "LVS336": (
        [service(), OTHER],
        vrrp(
            instance(track_files=[{"name": "away", "path": "/run/a"}]),
            instance("two", "192.0.2.199", track_files=[{"name": "away", "path": "/run/b"}]),
        ),
    ),
    "LVS337": ([service()], vrrp(track_files=[{"name": "standby", "path": "/run/a"}])),
    "LVS338": ([service()], vrrp(track_interfaces=["eth1", "eth1"])),
    "LVS339": (
        [nat()],
        {
            "cluster": {
                "vips": PARTED,
                "vrrp": {"instances": [instance(), instance("inner", "198.51.100.200")]},
            },
            **TWO,
            **KEPT,
        },
    ),
    "LVS351": ([service()], {"hosts": {"lvs2": {**HOSTS["lvs2"], "lvs_priority": 100}}, **TWO, **KEPT}),
    "LVS352": ([service()], {"cluster": {"vrrp": {"profile": "fast"}}, **TWO, **KEPT}),
    "LVS361": ([service()], {"cluster": {"vips_by": "bgp"}, "engine": None}),
    "LVS362": ([service()], {"cluster": {"bgp": {"local_as": 64520, "neighbours": [ROUTER]}}}),
    "LVS363": ([service()], bgp({**ROUTER, "directors": "lvs1"})),
    "LVS364": ([service()], bgp(ROUTER, {**ROUTER, "address": "192.0.2.254", "directors": "web1"})),
    "LVS365": ([service()], bgp(ROUTER, ROUTER)),
    "LVS366": ([service()], bgp(ROUTER, {**ROUTER, "address": VIP})),
    "LVS367": ([service()], {**bgp(), **director(lvs_router_id="192.0.2.3")}),
    "LVS368": ([service()], bgp(SIX_ROUTER)),
    "LVS369": ([nat()], bgp()),
    "LVS370": ([service()], bgp(vips=[{"address": VIP, "interface": "eth1"}])),
    "LVS371": ([service(scheduler="rr")], bgp()),
    "LVS372": ([service(scheduler="mh")], bgp()),
    "LVS373": ([service()], bgp()),
    "LVS374": ([service(alpha=False)], bgp()),
    "LVS375": ([service(suspend_without_vip=True)], bgp()),
    "LVS401": ([service(real_servers=[{"host": "web1", "weight": 0}])], KEPT),
    "LVS402": ([service(quorum=4)], KEPT),
    "LVS403": ([service(hysteresis=1)], KEPT),
    "LVS404": ([by_mark(suspend_without_vip=True)], KEPT),
    "LVS405": ([service(port=0, persistence_timeout=60, checks="tcp")], {}),
    "LVS406": ([service(checks={"type": "tcp", "bind_address": "2001:db8::2"})], {}),
    "LVS407": ([service(depool_floor=3)], KEPT),
    "LVS408": ([service(depool_floor="50%", alpha=True)], KEPT),
    "LVS409": ([by_mark(checks={"type": "tcp", "through": "path", "port": 80})], KEPT),
    "LVS410": ([service(checks={"type": "tcp", "through": "path", "fwmark": 3})], KEPT),
    "LVS411": ([service(checks=[])], KEPT),
    "LVS412": ([service(real_servers=[*WEB1, {"host": "web2", "weight": 1}], quorum=2, sorry_server=SORRY)], KEPT),
    "LVS413": (
        [service(protocol="udp", checks="udp")],
        {"cluster": {"ipvs_sysctls": {"expire_nodest_conn": 0}}, **KEPT},
    ),
    "LVS414": ([service(protocol="udp", checks="udp", inhibit_on_failure=True)], KEPT),
    "LVS415": ([nat(real_servers=TWO_NETWORKS)], {"cluster": GATEWAYS, **TWO, **KEPT}),
    "LVS416": ([service(depool_floor=1)], {"cluster": {"engine": "static"}}),
    "LVS417": ([service(depool_floor=1, sorry_server=SORRY)], KEPT),
    "LVS501": ([service()], {"hosts": {"web1": {**HOSTS["web1"], "ansible_connection": "winrm"}}}),
    "LVS502": (
        [service()],
        {"groups": {"lvs_directors": ["lvs 1"]}, "hosts": {"lvs 1": {"ansible_host": "192.0.2.2"}}},
    ),
    "LVS503": ([service()], director(lvs_ipv6_address="192.0.2.9")),
    "LVS504": ([service()], director(lvs_vrrp_address=["198.51.100.2", "198.51.100.3"])),
    "LVS505": ([service(address=SIX, forward="tun", real_servers=WEB1)], {"cluster": {"sync_daemon": {}}}),
    "LVS506": ([service()], {"cluster": {"engine": "static", "checks_by": "keepalived"}}),
    "LVS511": ([service()], TWO),
    "LVS512": ([service(sorry_server=SORRY)], {}),
    "LVS513": ([service()], {**TWO, **KEPT}),
}


def raised(services: list[dict[str, Any]], inventory: dict[str, Any]) -> set[str]:
    try:
        return {found.code for found in findings(parse(*services, **inventory))}
    except DefinitionError as error:
        return {found.code for found in error.problems}


@pytest.mark.parametrize("code", RAISED)
def test_a_code_is_raised(code: str) -> None:
    assert code in raised(*RAISED[code])


def cluster(name: str, group: str, host: str, address: str, **options: Any) -> Cluster:
    """One of several clusters. group: of its directors, with this one host in it."""
    served = service(address=address, **options)
    return parse(served, cluster={"name": name, "directors": group, **KEPT}, groups={group: [host]})


ONE = cluster("one", "one", "lvs1", VIP)
# Code -> the clusters, and for which of them a run is.
RAISED_BETWEEN: dict[str, Clusters] = {
    "LVS601": Clusters.of(ONE, wanted="tow"),
    "LVS602": Clusters.of(
        ONE, cluster("two", "two", "lvs2", "192.0.2.199", real_servers=[{"host": "lvs1"}]), wanted="two"
    ),
    "LVS603": Clusters.of(ONE, cluster("one", "two", "lvs2", "192.0.2.199")),
    "LVS604": Clusters.of(ONE, cluster("two", "two", "lvs1", "192.0.2.199")),
    "LVS605": Clusters.of(ONE, cluster("two", "two", "lvs2", VIP)),
    "LVS611": Clusters.of(ONE, cluster("two", "two", "lvs2", "192.0.2.199")),
}


@pytest.mark.parametrize("code", RAISED_BETWEEN)
def test_a_code_between_clusters_is_raised(code: str) -> None:
    assert code in {found.code for found in findings_between(RAISED_BETWEEN[code])}


def test_every_code_has_its_example() -> None:
    between = {rule.code.code for rule in BETWEEN_CLUSTERS}
    on_hosts = {rule.code.code for rules in ON_HOSTS.values() for rule in rules}  # these have examples of their own
    assert [*RAISED] == sorted(CODES.keys() - between - on_hosts)
    assert {*RAISED_BETWEEN} == between
