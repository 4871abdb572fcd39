# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf as text. Whether keepalived takes it is for tests/kernel/test_keepalived.py to see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import DestinationKey, ServiceKey
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import (
    blocks,
    managed,
    virtual_routers,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.advertising import UnknownInterface
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service

INTERFACES = {
    "192.0.2.2": "eth1",
    "192.0.2.3": "eth1",
    "192.0.2.198": "eth1",
    "192.0.2.199": "eth1",
    "2001:db8::c6": "eth1",
    "198.51.100.200": "eth2",
}
DIRECTORS = {"lvs_directors": ["lvs1", "lvs2"]}


def text(
    *services: dict[str, Any],
    host: str = "lvs1",
    in_use: dict[str, str] | None = None,
    interfaces: dict[str, str] | None = None,
    **inventory: Any,
) -> str:
    cluster = parse(*services, engine=None, **{"groups": DIRECTORS, **inventory})
    director = next(director for director in cluster.directors if director.host == host)
    return configuration(cluster, director, interfaces or INTERFACES, in_use)


def block(head: str, *services: dict[str, Any], **inventory: Any) -> list[str]:
    """The lines of the first block with this head, without indentation."""
    lines = text(*services, **inventory).splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip() == f"{head} {{")
    indent = re.match(" *", lines[start])[0]
    end = lines.index(f"{indent}}}", start)
    return [line.strip() for line in lines[start + 1 : end]]


def vrrp(**options: object) -> list[str]:
    return block("vrrp_instance lvs", service(), cluster={"vrrp": options})


def checked(**check: object) -> list[str]:
    """A real server's block up to the files that drain it."""
    lines = block("real_server 192.0.2.21 80", service(checks=check))
    return lines[1 : lines.index("FILE_CHECK {")] if check["type"] != "file" else lines[1:5]


def test_the_common_case() -> None:
    assert text(service()).split("\n\n") == [
        "# Written by lvs.cluster, as a whole; a change by hand is lost at the next run.\n"
        "# Another director of lvs_directors: lvs2 192.0.2.3",
        "global_defs {\n    router_id lvs1\n    script_user nobody\n    enable_script_security\n}",
        "# -254 in one of these files hands the VIPs over: the operator's, and that of a roll-out.\n"
        "track_file standby {\n    file /etc/lvs/standby\n}\n"
        "track_file held {\n    file /etc/lvs/held\n}",
        "vrrp_instance lvs {\n    state BACKUP\n    interface eth1\n    virtual_router_id 51\n    priority 100\n"
        "    track_file {\n        standby weight 1\n        held weight 1\n    }\n"
        "    # Advertised for all VIPs: a director takes no advertisement that lists another address than its own.\n"
        "    virtual_ipaddress {\n        127.112.224.190/32 dev lo scope host no_track\n    }\n"
        "    virtual_ipaddress_excluded {\n        192.0.2.198/32 dev eth1\n    }\n}",
        "# A file in /etc/lvs/drained drains: what it has is added to the weight, without a reload.\n"
        + "\n".join(
            f"track_file {path} {{\n    file {path}\n}}"
            for address in ("192.0.2.21", "192.0.2.22")
            for path in (
                f"/etc/lvs/drained/{address}",
                f"/etc/lvs/drained/{address}:80@tcp:192.0.2.198:80",
            )
        ),
        "virtual_server 192.0.2.198 80 {\n    # shop\n    lvs_sched wlc\n    protocol TCP\n    lvs_method DR\n"
        "    delay_loop 5\n"
        + "".join(
            f"    real_server {address} 80 {{\n        weight {weight}\n        TCP_CHECK {{\n        }}\n"
            f"        FILE_CHECK {{\n            track_file /etc/lvs/drained/{address}\n        }}\n"
            f"        FILE_CHECK {{\n            track_file /etc/lvs/drained/{address}:80@tcp:192.0.2.198:80\n"
            "        }\n    }\n"
            for address, weight in (("192.0.2.21", 1), ("192.0.2.22", 2))
        )
        + "}\n",
    ]


def test_each_director_has_its_own_priority() -> None:
    assert "priority 100" in block("vrrp_instance lvs", service(), host="lvs1")
    assert "priority 99" in block("vrrp_instance lvs", service(), host="lvs2")
    hosts = {"lvs2": {"ansible_host": "192.0.2.3", "lvs_priority": 150}}
    assert "priority 150" in block("vrrp_instance lvs", service(), host="lvs2", hosts=hosts)


def test_an_instance_has_what_its_owner_asks_for() -> None:
    lines = vrrp(
        virtual_router_id=7,
        interface="eth1",
        version=3,
        advert_interval=0.5,
        unicast=True,
        preempt=False,
        garp_delay=1,
        garp_refresh=60,
        track_interfaces=["eth2", {"interface": "eth3", "weight": -10}],
        track_scripts=[{"name": "disk", "command": "/usr/bin/test -w /srv", "weight": -20}],
        track_files=[{"name": "away", "path": "/run/lvs/away"}],
        notify="/usr/local/bin/tell 'all of them'",
        alerts=True,
        raw="  mcast_src_ip 192.0.2.2\n",
    )
    assert lines == [
        "state BACKUP",
        "interface eth1",
        "virtual_router_id 7",
        "priority 100",
        "version 3",
        "advert_int 0.5",
        "nopreempt",
        "unicast_src_ip 192.0.2.2",
        "check_unicast_src",
        "unicast_peer {",
        "192.0.2.3",
        "}",
        "garp_master_delay 1",
        "garp_master_refresh 60",
        "track_interface {",
        "eth2",
        "eth3 weight -10",
        "}",
        "track_script {",
        "disk weight -20",
        "}",
        "track_file {",
        "away weight 1",
        "standby weight 1",
        "held weight 1",
        "}",
        "# Advertised for all VIPs: a director takes no advertisement that lists another address than its own.",
        "virtual_ipaddress {",
        "127.112.224.190/32 dev lo scope host no_track",
        "}",
        "virtual_ipaddress_excluded {",
        "192.0.2.198/32 dev eth1",
        "}",
        "notify \"/usr/local/bin/tell 'all of them'\"",
        "smtp_alert",
        "mcast_src_ip 192.0.2.2",
    ]


def test_what_is_tracked_is_there_once() -> None:
    scripts = [{"name": "disk", "command": "/bin/true", "interval": 3, "rise": 2, "user": "root"}]
    written = text(service(), cluster={"vrrp": {"track_scripts": scripts}})
    assert written.count("vrrp_script disk {") == 1
    assert block("vrrp_script disk", service(), cluster={"vrrp": {"track_scripts": scripts}}) == [
        "script /bin/true",
        "interval 3",
        "rise 2",
        "user root",
    ]


def test_a_password_is_not_in_the_text() -> None:
    lines = vrrp(password="s3cret!"[:6])
    assert lines[lines.index("authentication {") + 1 :][:2] == ["auth_type PASS", "auth_pass @password@"]
    assert "s3cret" not in text(service(), cluster={"vrrp": {"password": "s3cret"}})


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"advert_interval": 0.5}, "advert_interval: 0.5: version 2 counts whole seconds; set version: 3"),
        ({"version": 3, "password": "x"}, "password: version 3 has no authentication; leave one of them out"),
        (
            {"instances": [{"name": "a", "vips": "192.0.2.198", "advert_interval": 1.5}]},
            "instances[0].advert_interval: 1.5: version 2 counts whole seconds; set version: 3",
        ),
        (
            {"version": 3, "advert_interval": 40.96},
            "advert_interval: 40.96: version 3 goes up to 40.95 seconds; choose a shorter interval",
        ),
        (
            {"advert_interval": 60, "instances": [{"name": "a", "vips": "192.0.2.198", "version": 3}]},
            "advert_interval: 60: version 3 goes up to 40.95 seconds; choose a shorter interval",
        ),
    ],
)
def test_what_a_version_of_vrrp_cannot_say_is_refused(options: dict[str, Any], problem: str) -> None:
    assert problems(service(), cluster={"vrrp": options}, engine=None) == [f"lvs_cluster.vrrp.{problem}"]


def test_ipv6_has_version_3_by_default() -> None:
    six = service(address="2001:db8::c6", real_servers="six")
    assert "advert_int 0.5" in block("vrrp_instance lvs", six, cluster={"vrrp": {"advert_interval": 0.5}})
    assert problems(six, cluster={"vrrp": {"advert_interval": 60}}, engine=None) == [
        "lvs_cluster.vrrp.advert_interval: 60: version 3 goes up to 40.95 seconds; choose a shorter interval"
    ]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"preempt": False, "preempt_delay": 5},
            "preempt_delay: delays a preemption, and preempt is false; leave one of them out",
        ),
        (
            {"preempt": False, "instances": [{"name": "a", "vips": "192.0.2.198", "preempt_delay": 0.5}]},
            "instances[0].preempt_delay: delays a preemption, and preempt is false; leave one of them out",
        ),
        (
            {"interface": "eth1", "track_interfaces": ["eth2", "eth1"]},
            "track_interfaces: eth1 is the interface of lvs itself, which keepalived watches anyway; "
            "take it out of the list",
        ),
        (
            {"track_files": [{"name": "standby", "path": "/run/lvs/away"}]},
            "track_files: standby is the name of a file that keeps a director from taking VIPs; "
            "give yours another name",
        ),
    ],
)
def test_what_keepalived_would_refuse_of_an_instance(options: dict[str, Any], problem: str) -> None:
    assert problems(service(), cluster={"vrrp": options}, engine=None) == [f"lvs_cluster.vrrp.{problem}"]


def test_a_director_does_not_track_its_own_interface() -> None:
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth1"}}
    vrrp_options = {"track_interfaces": ["eth1"]}
    (problem,) = problems(service(), cluster={"vrrp": vrrp_options}, hosts=hosts, engine=None)
    assert problem.startswith("lvs_cluster.vrrp.track_interfaces: eth1 is the interface of lvs itself")
    assert parse(service(), cluster={"vrrp": {**vrrp_options, "interface": "eth9"}}, hosts=hosts, engine=None)


def test_preempting_at_once_is_no_delay() -> None:
    assert "nopreempt" in vrrp(preempt=False, preempt_delay=0)


@pytest.mark.parametrize("password", ["too long a word", 'br"eak', "a b", "line\n", "{}", "#x", ""])
def test_a_password_that_would_break_out_is_refused_and_not_shown(password: str) -> None:
    (problem,) = problems(service(), cluster={"vrrp": {"password": password}}, engine=None)
    assert problem.startswith("lvs_cluster.vrrp.password: the value (not shown) cannot be used as a VRRP password")


def test_several_instances_part_the_vips() -> None:
    cluster = {
        "vrrp": {
            "advert_interval": 2,
            "instances": [
                {"name": "a", "vips": ["192.0.2.198"], "sync_group": "both", "priorities": {"lvs2": 200}},
                {"name": "b", "vips": "192.0.2.199", "sync_group": "both", "virtual_router_id": 60},
            ],
        }
    }
    services = (service(), service(name="tls", address="192.0.2.199", port=443))
    assert block("vrrp_sync_group both", *services, cluster=cluster) == ["group {", "a", "b", "}"]
    first = block("vrrp_instance a", *services, cluster=cluster, host="lvs2")
    assert first[2:5] == ["virtual_router_id 51", "priority 200", "advert_int 2"]
    second = block("vrrp_instance b", *services, cluster=cluster, host="lvs2")
    assert second[2:4] == ["virtual_router_id 60", "priority 99"]
    assert second[-2] == "192.0.2.199/32 dev eth1"


def test_connections_of_all_instances_are_handed_over() -> None:
    """keepalived's word inst ties the daemons to one instance; without it every director sends and listens."""
    services = service(), service(name="tls", address="192.0.2.199", port=443)

    def daemon(*groups: str | None) -> str:
        vips = ("192.0.2.198", "192.0.2.199")
        instances = [
            {"name": f"i{vip[-1]}", "vips": vip, "sync_group": group} for vip, group in zip(vips, groups, strict=True)
        ]
        cluster = {"sync_daemon": {}, "vrrp": {"instances": instances}}
        lines = block("global_defs", *services, cluster=cluster)
        return next(line for line in lines if line.startswith("lvs_sync_daemon "))

    assert daemon(None, None) == "lvs_sync_daemon eth1 id 0 port 8848"
    assert daemon("both", "both") == "lvs_sync_daemon eth1 inst i8 id 0 port 8848"


@pytest.mark.parametrize(
    ("instances", "problem"),
    [
        ([{"name": "a", "vips": ["192.0.2.9"]}], "instances[0].vips: 192.0.2.9 is not a VIP of this cluster"),
        ([], "instances: no instance has the VIP 192.0.2.198; list it in the vips of one"),
        (
            [{"name": "a", "vips": ["192.0.2.198"]}, {"name": "b", "vips": ["192.0.2.198"]}],
            "instances[1].vips: 192.0.2.198 is already in the instance a",
        ),
        (
            [{"name": "a", "vips": ["192.0.2.198"], "priorities": {"web1": 5}}],
            "instances[0].priorities.web1: is not a director of this cluster",
        ),
        (
            [
                {"name": "a", "vips": ["192.0.2.198"], "virtual_router_id": 7},
                {"name": "b", "vips": ["192.0.2.199"], "virtual_router_id": 7},
            ],
            "instances[1].virtual_router_id: 7 is already taken by lvs_cluster.vrrp.instances[0]; "
            "give one of the two another number, or let each name its interface, where these are different networks",
        ),
        (
            [
                {"name": "a", "vips": ["192.0.2.198"], "virtual_router_id": 52},
                {"name": "b", "vips": ["192.0.2.199"]},
            ],
            "instances[1].virtual_router_id: 52, which it would have by its place in the list, is already taken by "
            "lvs_cluster.vrrp.instances[0]; give one of the two another number, or let each name its interface, where "
            "these are different networks",
        ),
    ],
)
def test_instances_that_cannot_be_are_refused(instances: list[dict[str, Any]], problem: str) -> None:
    found = problems(service(), cluster={"vrrp": {"instances": instances}}, engine=None)
    assert any(f"lvs_cluster.vrrp.{problem}" in line for line in found), found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"vips": ["192.0.2.198", "192.0.2.199"]}, {"vips": "2001:db8::c6"}),
        ({"vips": ["192.0.2.198", "2001:db8::c6"], "interface": "eth1"}, {"vips": "192.0.2.199", "interface": "eth2"}),
    ],
)
def test_each_family_and_each_network_has_numbers_of_its_own(one: dict[str, Any], other: dict[str, Any]) -> None:
    instances = [{"name": name, "virtual_router_id": 7, **own} for name, own in (("a", one), ("b", other))]
    services = service(address=["192.0.2.198", "192.0.2.199"]), SIX
    written = text(*services, cluster={"vrrp": {"instances": instances}})
    advertised = [router.advertised for router in virtual_routers(written)]
    assert len({*advertised}) == 2
    assert all(advertised)


def test_a_number_is_taken_where_nobody_says_that_the_networks_differ() -> None:
    instances = [
        {"name": "a", "vips": "192.0.2.198", "virtual_router_id": 7, "interface": "eth1"},
        {"name": "b", "vips": "192.0.2.199", "virtual_router_id": 7},
    ]
    found = problems(service(address=["192.0.2.198", "192.0.2.199"]), cluster={"vrrp": {"instances": instances}})
    assert [problem.partition(": ")[0] for problem in found] == ["lvs_cluster.vrrp.instances[1].virtual_router_id"]


def test_lines_of_the_owner_stand_before_the_instances_that_refer_to_them() -> None:
    own = "vrrp_track_process haproxy {\n    process haproxy\n}"
    written = text(service(), cluster={"raw": {"file": own}, "vrrp": {"raw": "track_process {\n    haproxy\n}"}})
    assert written.index(f"\n{own}\n") < written.index("vrrp_instance lvs {") < written.index("track_process {")


def test_directors_tell_of_connections_by_the_group_of_the_owner() -> None:
    lines = block("global_defs", service(), cluster={"sync_daemon": {"group": "FF02::005e"}})
    assert "lvs_sync_daemon eth1 inst lvs id 0 port 8848 group ff02::5e" in lines
    for group, words in {
        "192.0.2.1": "'192.0.2.1' is not a multicast address",
        "ff02::5e%eth1": "is not a multicast address",
        "ff01::5e": "ff01::5e never leaves the host",
    }.items():
        (problem,) = problems(service(), cluster={"sync_daemon": {"group": group}})
        assert problem.startswith("lvs_cluster.sync_daemon.group: ")
        assert words in problem
    (problem,) = problems(service(), cluster={"sync_daemon": {"group": "ff02::5e", "max_length": 65500}})
    assert problem.startswith("lvs_cluster.sync_daemon.max_length: 65500 bytes do not fit")


HEARTBEAT = {
    "lvs1": {"ansible_host": "192.0.2.2", "lvs_vrrp_address": "198.51.100.2"},
    "lvs2": {"ansible_host": "192.0.2.3", "lvs_vrrp_address": ["198.51.100.3", "2001:db8:2::3"]},
}


def test_directors_hear_each_other_by_addresses_of_another_network() -> None:
    interfaces = {**INTERFACES, "198.51.100.2": "eth9"}
    lines = block(
        "vrrp_instance lvs", service(), cluster={"vrrp": {"unicast": True}}, hosts=HEARTBEAT, interfaces=interfaces
    )
    assert lines[1] == "interface eth9"
    assert lines[lines.index("unicast_src_ip 198.51.100.2") :][:5] == [
        "unicast_src_ip 198.51.100.2",
        "check_unicast_src",
        "unicast_peer {",
        "198.51.100.3",
        "}",
    ]
    by_group = block("vrrp_instance lvs", service(), hosts=HEARTBEAT, interfaces=interfaces)
    assert by_group[1] == "interface eth9"
    assert "mcast_src_ip 198.51.100.2" in by_group


def test_unicast_through_an_interface_that_has_not_the_address_is_refused() -> None:
    """The socket is bound to the interface: nobody would hear anybody, and all would be master."""
    cluster = {"vrrp": {"unicast": True, "interface": "eth9"}}
    with pytest.raises(UnknownInterface) as caught:
        text(service(), cluster=cluster)
    assert str(caught.value) == (
        "It would advertise lvs by unicast through eth9, but from 192.0.2.2, which is on eth1. No other director "
        "would hear it, and each would hold the VIPs. Set lvs_vrrp_address of every director to its address on the "
        "network of eth9, or leave interface out of lvs_cluster.vrrp."
    )
    assert text(service(), cluster=cluster, hosts=HEARTBEAT, interfaces={**INTERFACES, "198.51.100.2": "eth9"})
    # lvs_interface is where the VIPs are.
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth2"}}
    lines = block("vrrp_instance lvs", service(), cluster={"vrrp": {"unicast": True}}, hosts=hosts)
    assert lines[1] == "interface eth1"
    assert "192.0.2.198/32 dev eth2" in lines


@pytest.mark.parametrize("named", [None, "none"])
def test_unicast_between_addresses_on_lo_has_no_interface(named: str | None) -> None:
    interfaces = {**INTERFACES, "192.0.2.2": "lo" if named is None else "eth1"}
    vrrp = {"unicast": True, **({"interface": named} if named else {})}
    lines = block("vrrp_instance lvs", service(), cluster={"vrrp": vrrp}, interfaces=interfaces)
    assert lines[:2] == ["state BACKUP", "virtual_router_id 51"]
    assert "unicast_src_ip 192.0.2.2" in lines
    with pytest.raises(UnknownInterface, match=r"Name one in lvs_cluster\.sync_daemon\.interface"):
        text(service(), cluster={"vrrp": vrrp, "sync_daemon": {}}, interfaces=interfaces)
    assert "lvs_sync_daemon eth1 " in text(
        service(), cluster={"vrrp": vrrp, "sync_daemon": {"interface": "eth1"}}, interfaces=interfaces
    )


def test_an_address_on_lo_may_be_heard_by_one_interface() -> None:
    interfaces = {**INTERFACES, "192.0.2.2": "lo"}
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth2"}}
    for vrrp, interface in (({"unicast": True, "interface": "eth9"}, "eth9"), ({"unicast": True}, "eth2")):
        lines = block("vrrp_instance lvs", service(), cluster={"vrrp": vrrp}, hosts=hosts, interfaces=interfaces)
        assert lines[1] == f"interface {interface}"


def test_a_group_is_reached_by_an_interface() -> None:
    (problem,) = problems(service(), cluster={"vrrp": {"interface": "none"}}, groups=DIRECTORS)
    assert problem.startswith("lvs_cluster.vrrp.interface: none works only with unicast")


def test_a_director_advertises_from_one_address_of_a_family() -> None:
    hosts = {**HEARTBEAT, "lvs1": {"ansible_host": "192.0.2.2", "lvs_vrrp_address": ["198.51.100.2", "198.51.100.4"]}}
    (problem,) = problems(service(), hosts=hosts, groups=DIRECTORS)
    assert problem.startswith("hostvars[lvs1].lvs_vrrp_address: 198.51.100.2, 198.51.100.4: a director advertises from")


def test_numbers_by_the_place_in_the_list_end() -> None:
    listed = [{"name": "a", "vips": "192.0.2.198"}, {"name": "b", "vips": "192.0.2.199"}]
    services = service(), service(name="tls", address="192.0.2.199", port=443)
    options = {"virtual_router_id": 255, "instances": listed}
    assert problems(*services, cluster={"vrrp": options}, engine=None) == [
        "lvs_cluster.vrrp.instances[1].virtual_router_id: would be 256 by its place in the list, and the highest is "
        "255; give it one of its own"
    ]
    assert parse(*services, cluster={"vrrp": {**options, "virtual_router_id": 254}}, engine=None)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("script", {"command": "/bin/true"}, {"command": "/bin/false"}),
        ("file", {"path": "/run/one"}, {"path": "/run/other"}),
    ],
)
def test_what_instances_track_has_one_meaning_by_its_name(
    kind: str, one: dict[str, object], other: dict[str, object]
) -> None:
    services = service(), service(name="tls", address="192.0.2.199", port=443)

    def tracking(second: dict[str, object]) -> dict[str, object]:
        first = {"name": "a", "vips": "192.0.2.198", f"track_{kind}s": [{"name": "ready", **one}]}
        last = {"name": "b", "vips": "192.0.2.199", f"track_{kind}s": [{"name": "ready", **second}]}
        return {"vrrp": {"instances": [first, last]}}

    assert problems(*services, cluster=tracking(other), engine=None) == [
        f"lvs_cluster.vrrp.instances[1].track_{kind}s: ready is another {kind} in "
        f"lvs_cluster.vrrp.instances[0].track_{kind}s; give one of the two another name"
    ]
    assert parse(*services, cluster=tracking({**one, "weight": 5}), engine=None)


def test_a_director_whose_address_is_on_no_interface() -> None:
    hosts = {"lvs1": {"ansible_host": "203.0.113.7"}}
    with pytest.raises(UnknownInterface) as caught:
        text(service(), hosts=hosts)
    assert str(caught.value) == (
        "It has its address in the definition, 203.0.113.7, on none of its interfaces. It is not known by which "
        "interface it can advertise. Set lvs_interface to the interface by which directors hear each other, or "
        "lvs_address to an address that the host itself has."
    )
    named = {"lvs1": {"ansible_host": "203.0.113.7", "lvs_interface": "eth1"}}
    assert "interface eth1" in block("vrrp_instance lvs", service(), hosts=named)


def test_both_families_move_together() -> None:
    lines = block("vrrp_instance lvs", service(), service(name="six", address="2001:db8::c6", real_servers="six"))
    assert lines[-4:] == [
        "virtual_ipaddress_excluded {",
        "192.0.2.198/32 dev eth1",
        "2001:db8::c6/128 dev eth1",
        "}",
    ]


SIX = service(name="six", address="2001:db8::c6", real_servers="six")


@pytest.mark.parametrize(
    ("first", "address", "line", "network"),
    [
        (service(), "127.112.0.7", "127.112.0.7/32 dev lo scope host no_track", "192.0.2."),
        (SIX, "fe80::112:7", "fe80::112:7/128 dev eth1 no_track", "2001:db8::"),
    ],
)
def test_what_is_advertised_stays_when_vips_come_and_go(
    first: dict[str, Any], address: str, line: str, network: str
) -> None:
    """keepalived 2.2 takes no advertisement whose addresses are not its own: vrrp_check_packet() in vrrp.c."""
    hosts = {"lvs1": {"ansible_host": "192.0.2.2", "lvs_interface": "eth1"}}
    cluster = {"vrrp": {"virtual_router_id": 7}}
    many = {**first, "name": "many", "address": [f"{network}{number}" for number in range(30, 60)]}
    for services in ([first], [many], [first, many], [many, first]):
        lines = block("virtual_ipaddress", *services, cluster=cluster, hosts=hosts, in_use={"lvs": address})
        assert lines == [line]
    held = block("virtual_ipaddress_excluded", many, first, cluster=cluster, hosts=hosts)
    assert len(held) == 31
    assert held == block("virtual_ipaddress_excluded", first, many, cluster=cluster, hosts=hosts)


def test_vips_with_label_prefix_and_interface_and_a_gateway() -> None:
    vips = [
        {"address": "192.0.2.198", "prefix": 24, "interface": "eth1", "label": "eth1:100"},
        {"address": "198.51.100.200", "gateway": True},
    ]
    lines = block("vrrp_instance lvs", service(forward="nat"), cluster={"vips": vips})
    assert lines[-3:-1] == ["192.0.2.198/24 dev eth1 label eth1:100", "198.51.100.200/32 dev eth2"]


@pytest.mark.parametrize(
    ("check", "lines"),
    [
        (
            {"type": "http", "path": "/a'b", "status": [200, "301-302"], "virtual_host": "www.example.com"},
            ["HTTP_GET {", "url {", 'path "/a\'b"', "status_code 200 301-302", "virtualhost www.example.com", "}", "}"],
        ),
        (
            {"type": "https", "regex": "^ok$", "regex_no_match": True, "regex_options": ["caseless"], "timeout": 2.5},
            [
                *("SSL_GET {", "enable_sni", "url {", "path /", 'regex "^ok$"', "regex_no_match"),
                *("regex_options caseless", "}", "connect_timeout 2.5", "}"),
            ],
        ),
        (
            {"type": "https", "sni": False, "digest": "0" * 32, "http_version": "1.1"},
            ["SSL_GET {", "http_protocol 1.1", "url {", "path /", f"digest {'0' * 32}", "}", "}"],
        ),
        (
            {"type": "tcp", "port": 8080, "address": "192.0.2.77", "retries": 2, "retry_delay": 1, "interval": 3},
            [
                *("TCP_CHECK {", "connect_ip 192.0.2.77", "connect_port 8080", "delay_loop 3", "retry 2"),
                *("delay_before_retry 1", "}"),
            ],
        ),
        ({"type": "smtp", "helo_name": "mail.example.com"}, ["SMTP_CHECK {", "helo_name mail.example.com", "}"]),
        (
            {"type": "dns", "query_type": "A", "query_name": "example.com"},
            ["DNS_CHECK {", "type A", "name example.com", "}"],
        ),
        (
            {"type": "udp", "payload": "00fe", "reply": "xx", "max_reply_length": 10},
            ["UDP_CHECK {", "payload 00fe", "require_reply xx", "max_reply_length 10", "}"],
        ),
        ({"type": "udp", "require_reply": True}, ["UDP_CHECK {", "require_reply", "}"]),
        ({"type": "ping", "alpha": True}, ["PING_CHECK {", "alpha on", "}"]),
        (
            {"type": "misc", "command": "/usr/bin/check a 'b c'", "dynamic": True, "user": "nagios", "timeout": 4},
            [
                *("MISC_CHECK {", "misc_path \"/usr/bin/check a 'b c'\"", "misc_timeout 4", "misc_dynamic"),
                *("user nagios", "}"),
            ],
        ),
        ({"type": "bfd"}, ["BFD_CHECK {", "name bfd_192.0.2.21", "}"]),
        ({"type": "file", "path": "/run/w", "weight": 2}, ["FILE_CHECK {", "track_file /run/w", "weight 2", "}"]),
    ],
)
def test_every_kind_of_check(check: dict[str, Any], lines: list[str]) -> None:
    assert checked(**check) == lines


def test_a_check_has_its_own_keys_alone() -> None:
    (problem,) = problems(service(checks={"type": "tcp", "path": "/"}), engine=None)
    assert problem.startswith("lvs_services[0].checks.path: unknown key of a check of type tcp")
    (problem,) = problems(service(checks=["tcp", "htp"]), engine=None)
    assert problem == "lvs_services[0].checks[1].type: 'htp' is not a type of check; did you mean http?"


def test_a_check_by_a_program_ends_after_whole_seconds() -> None:
    (problem,) = problems(service(checks={"type": "misc", "command": "/bin/true", "timeout": 2.5}), engine=None)
    assert (
        problem
        == "lvs_services[0].checks.timeout: 2.5 is not a whole number: it must be a number of seconds from 1 to 4294"
    )


def test_sessions_of_long_addresses_have_short_names() -> None:
    """alloc_bfd() in keepalived's bfd_data.c takes 31 characters at most."""
    addresses = [f"2001:db8:1111:{net}:3333:4444:5555:6666" for net in ("aaaa", "bbbb")]
    written = text(
        service(
            address="2001:db8::c6",
            real_servers=[{"address": address} for address in (*addresses, "2001:db8::21")],
            checks="bfd",
        )
    )
    names = re.findall(r"bfd_instance (\S+) {", written)
    assert len({*names}) == 3
    assert all(len(name) <= 31 for name in names)
    assert sorted(names) == sorted(re.findall(r"BFD_CHECK {\s+name (\S+)", written))
    assert [name[-18:] for name in names if name != "bfd_2001:db8::21"] == ["3333:4444:5555:6666"[-18:]] * 2


def test_checks_of_a_real_server_go_before_those_of_its_service() -> None:
    servers = [
        {"host": "web1", "checks": "ping"},
        {"host": "web2"},
        {"host": "named", "address": "192.0.2.9", "checks": []},
    ]
    written = text(service(real_servers=servers, checks="dns"))
    assert (written.count("PING_CHECK"), written.count("DNS_CHECK"), written.count("TCP_CHECK")) == (1, 1, 0)


def test_what_is_asked_without_a_word_about_checks() -> None:
    assert "TCP_CHECK {" in text(service())
    assert "_CHECK {\n            track_file" in text(service(protocol="udp"))
    assert "TCP_CHECK" not in text(service(protocol="udp"))
    marked = service(fwmark=7, port=[443, 80], protocol="tcp")
    lines = block("real_server 192.0.2.21", marked)
    assert lines[1:4] == ["TCP_CHECK {", "connect_port 80", "}"]


def test_all_about_a_service() -> None:
    lines = block(
        "virtual_server 192.0.2.198 80",
        service(
            scheduler="mh",
            scheduler_flags=["port", "fallback"],
            persistence_timeout=60,
            persistence_netmask="24",
            inhibit_on_failure=True,
            virtual_host="shop.example.com",
            alerts=False,
            alpha=True,
            omega=True,
            suspend_without_vip=True,
            quorum=2,
            hysteresis=1,
            quorum_up="/bin/up now",
            quorum_down="/bin/down",
            sorry_server={"address": "192.0.2.99", "inhibit_on_failure": True},
            raw="snmp_name shop",
        ),
    )
    assert lines[: lines.index("real_server 192.0.2.21 80 {")] == [
        "# shop",
        "lvs_sched mh",
        "mh-fallback",
        "mh-port",
        "protocol TCP",
        "lvs_method DR",
        "persistence_timeout 60",
        "persistence_granularity 255.255.255.0",
        "delay_loop 5",
        "inhibit_on_failure",
        "virtualhost shop.example.com",
        "smtp_alert off",
        "alpha",
        "omega",
        "ha_suspend",
        "quorum 2",
        "hysteresis 1",
        'quorum_up "/bin/up now"',
        "quorum_down /bin/down",
        "sorry_server 192.0.2.99 80",
        "sorry_server_lvs_method DR",
        "sorry_server_inhibit",
        "snmp_name shop",
    ]


def test_all_about_a_real_server() -> None:
    servers = [
        {"host": "web1"},
        {
            "host": "web2",
            "forward": "tun",
            "tunnel_type": "gue",
            "upper_threshold": 9,
            "lower_threshold": 5,
            "notify_up": "/bin/up",
            "notify_down": "/bin/down 2",
            "raw": "snmp_name two",
        },
    ]
    lines = block("real_server 192.0.2.22 80", service(real_servers=servers))
    assert lines[: lines.index("TCP_CHECK {")] == [
        "weight 2",
        "lvs_method TUN type gue port 6080 nocsum",
        "uthreshold 9",
        "lthreshold 5",
        "notify_up /bin/up",
        'notify_down "/bin/down 2"',
        "snmp_name two",
    ]


def test_services_on_several_addresses_are_one_group() -> None:
    written = text(service(address=["192.0.2.199", "192.0.2.198"]))
    assert "virtual_server_group shop_ipv4_tcp {\n    192.0.2.198 80\n    192.0.2.199 80\n}\n" in written
    assert written.count("virtual_server group shop_ipv4_tcp {") == 1
    assert written.count("real_server") == 2


def test_each_protocol_of_an_entry_is_a_group_with_its_own_checks() -> None:
    written = text(service(address=["192.0.2.199", "192.0.2.198"], protocol=["tcp", "udp"]))
    for protocol in ("tcp", "udp"):
        group = f"virtual_server_group shop_ipv4_{protocol} {{\n    192.0.2.198 80\n    192.0.2.199 80\n}}\n"
        assert written.count(group) == 1
        assert written.count(f"virtual_server group shop_ipv4_{protocol} {{") == 1
    assert written.count("TCP_CHECK {") == 2


def test_services_of_two_families_by_their_mark() -> None:
    marked = service(fwmark=7, address=["192.0.2.198", "2001:db8::c6"], port=80, protocol="tcp")
    marked["real_servers"] = [{"host": "web1"}, {"host": "six1"}]
    written = text(marked)
    assert written.count("virtual_server fwmark 7 {") == 2
    assert written.count("    ip_family inet6\n") == 1
    assert written.count("    ip_family inet\n") == 1


def test_a_service_by_mark_keeps_its_family_before_tunnels_of_the_other() -> None:
    marked = service(fwmark=7, address="192.0.2.198", port=80, protocol="tcp", forward="tun", real_servers="six")
    assert "ip_family inet" in block("virtual_server fwmark 7", marked)


def test_the_cluster_as_a_whole() -> None:
    lines = block(
        "global_defs",
        service(),
        cluster={
            "vrrp": {"startup_delay": 3},
            "scripts": {"user": "lvs", "group": "adm"},
            "timeouts": {"tcp": 7200, "udp": 30},
            "sync_daemon": {"id": 4, "interface": "eth9", "max_length": 1400},
            "email": {"to": ["a@example.com", "b@example.com"], "from": "lvs@example.com"},
            "raw": {"global_defs": "process_names"},
        },
    )
    assert lines == [
        "router_id lvs1",
        "script_user lvs adm",
        "enable_script_security",
        "vrrp_startup_delay 3",
        "lvs_timeouts tcp 7200 udp 30",
        "lvs_sync_daemon eth9 inst lvs id 4 maxlen 1400 port 8848",
        "notification_email {",
        "a@example.com",
        "b@example.com",
        "}",
        "notification_email_from lvs@example.com",
        "smtp_server 127.0.0.1 25",
        "process_names",
    ]


@pytest.mark.parametrize("lines", ["}", "a {", "} {", "virtual_server x {\n}\n}"])
def test_raw_text_that_leaves_its_place_is_refused(lines: str) -> None:
    (problem,) = problems(service(raw=lines), engine=None)
    assert (
        problem
        == "lvs_services[0].raw: has an opening brace that is not closed, or a closing brace that closes nothing"
    )


@given(st.text(max_size=60))
def test_no_value_adds_a_line_or_a_block(value: str) -> None:
    """Whatever an owner writes is refused, or leaves every other line as it is."""
    plain = service(checks={"type": "http", "path": "/x", "regex": "x"}, quorum_up="/x")
    odd = service(checks={"type": "http", "path": value, "regex": value}, quorum_up=f"/{value}")
    try:
        written = text(odd)
    except DefinitionError:
        return
    lines = list(zip(text(plain).splitlines(), written.splitlines(), strict=True))
    assert {before.split()[0] for before, after in lines if before != after} <= {"path", "regex", "quorum_up"}
    assert all(before.split()[:1] == after.split()[:1] for before, after in lines)


def test_the_order_of_lists_changes_nothing() -> None:
    one, two = service(), service(name="tls", port=443, real_servers=[{"host": "web2"}, {"host": "web1"}])
    swapped = {**two, "real_servers": two["real_servers"][::-1]}
    assert text(one, two) == text(swapped, one)


def test_what_is_written_is_read_back() -> None:
    written = text(
        service(address=["192.0.2.198", "192.0.2.199"]),
        service(name="six", address="2001:db8::c6", port=53, protocol="udp", real_servers="six"),
        service(name="marked", fwmark=7, address="192.0.2.198", port=81, protocol="tcp"),
    )
    found = managed(written)
    assert {(str(service_key), str(key)): value.weight for (service_key, key), value in found.items()} == {
        ("tcp 192.0.2.198:80", "192.0.2.21:80"): 1,
        ("tcp 192.0.2.198:80", "192.0.2.22:80"): 2,
        ("tcp 192.0.2.199:80", "192.0.2.21:80"): 1,
        ("tcp 192.0.2.199:80", "192.0.2.22:80"): 2,
        ("udp [2001:db8::c6]:53", "[2001:db8::21]:53"): 1,
        ("fwmark 7", "192.0.2.21:0"): 1,
        ("fwmark 7", "192.0.2.22:0"): 2,
    }
    six = found[ServiceKey("ipv6", "udp", "2001:db8::c6", 53, 0), DestinationKey("2001:db8::21", 53)]
    assert six.files == {
        "/etc/lvs/drained/2001:db8::21",
        "/etc/lvs/drained/[2001:db8::21]:53@udp:[2001:db8::c6]:53",
    }


@given(st.text(max_size=200))
def test_anyone_elses_text_is_read_without_a_crash(anything: str) -> None:
    blocks(anything)
