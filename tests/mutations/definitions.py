# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Definitions that together use every key there is; each is right as it stands, and small, to be read quickly."""

from __future__ import annotations

from typing import Any

GROUPS = {"all": ["lvs1", "lvs2", "web1", "web2"], "lvs_directors": ["lvs1", "lvs2"], "web": ["web1", "web2"]}
HOSTS: dict[str, dict[str, Any]] = {
    "lvs1": {
        "ansible_host": "192.0.2.2",
        "lvs_address": "192.0.2.2",
        "lvs_ipv6_address": "2001:db8::2",
        "lvs_vrrp_address": "192.0.2.2",
        "lvs_other_addresses": ["198.51.100.2"],
        "lvs_interface": "eth0",
        "lvs_priority": 150,
        "lvs_router_id": "192.0.2.2",
        "lvs_firewall": "nftables",
    },
    "lvs2": {"ansible_host": "192.0.2.3", "lvs_vrrp_address": "192.0.2.3", "lvs_ipv6_address": "2001:db8::3"},
    "web1": {"ansible_host": "192.0.2.21", "lvs_ipv6_address": "2001:db8::21", "lvs_weight": 2, "lvs_arp": "sysctl"},
    "web2": {"ansible_host": "192.0.2.22", "lvs_ipv6_address": "2001:db8::22"},
}
COMMAND = "/bin/true"


def service(**options: Any) -> dict[str, Any]:
    return {"name": "shop", "address": "192.0.2.198", "port": 80, "real_servers": "web", **options}


_POLLING = {"interval": 3, "timeout": 2, "retries": 2, "retry_delay": 1, "warmup": 1, "alpha": True}
_POLLING = {**_POLLING, "log_all_failures": True}
_CONNECTION = {
    **_POLLING,
    "address": "192.0.2.77",
    "port": 8080,
    "bind_address": "192.0.2.2",
    "bind_interface": "eth0",
    "bind_port": 2000,
    "fwmark": 5,
}
CHECKED = frozenset(_CONNECTION)
_HTTP = {
    **_CONNECTION,
    "path": "/health",
    "status": [200, "301-302"],
    "digest": "0" * 31 + "f",
    "virtual_host": "www.example.com",
    "http_version": "1.1",
    "regex": "ok",
    "regex_no_match": True,
    "regex_options": ["caseless"],
    "regex_min_offset": 0,
    "regex_max_offset": 900,
}
CHECKS: dict[str, dict[str, Any]] = {
    "http": _HTTP,
    "https": {**_HTTP, "sni": True},
    "tcp": _CONNECTION,
    "smtp": {**_CONNECTION, "helo_name": "mail.example.com"},
    "dns": {**_CONNECTION, "query_type": "A", "query_name": "example.com"},
    "udp": {
        **_CONNECTION,
        "payload": "00fe",
        "require_reply": True,
        "reply": "00xx",
        "min_reply_length": 1,
        "max_reply_length": 9,
    },
    "ping": _CONNECTION,
    "misc": {**_POLLING, "command": COMMAND, "dynamic": True, "user": "nobody"},
    "bfd": {"min_rx": 100, "min_tx": 100, "multiplier": 3},
    "file": {"path": "/run/lvs-weight", "weight": -2},
}
_INSTANCE = {
    "virtual_router_id": 7,
    "interface": "eth0",
    "version": 2,
    "advert_interval": 2,
    "unicast": True,
    "preempt": True,
    "preempt_delay": 5,
    "garp_delay": 1,
    "garp_repeat": 2,
    "garp_refresh": 60,
    "garp_refresh_repeat": 2,
    "garp_lower_priority_delay": 3,
    "garp_lower_priority_repeat": 1,
    "track_interfaces": [{"interface": "eth1", "weight": -3}, "eth2"],
    "track_scripts": [
        {
            "name": "disk",
            "command": COMMAND,
            "interval": 2,
            "timeout": 3,
            "weight": -9,
            "rise": 2,
            "fall": 3,
            "user": "nobody",
            "fails_at_first": True,
        }
    ],
    "track_files": [{"name": "away", "path": "/run/lvs-away", "weight": -1}],
    **dict.fromkeys(["notify", "notify_master", "notify_backup", "notify_fault", "notify_stop"], COMMAND),
    "alerts": True,
    "raw": "accept",
}
INSTANCE = frozenset(_INSTANCE)
_WATCH = {"inhibit_on_failure": True, "virtual_host": "shop.example.com", "alerts": True, "raw": "# as it is"}
_REAL_SERVER = {
    "host": "web1",
    "address": "192.0.2.21",
    "port": 80,
    "weight": 3,
    "forward": "dr",
    "upper_threshold": 9,
    "lower_threshold": 3,
    "checks": "tcp",
    "notify_up": COMMAND,
    "notify_down": COMMAND,
    **_WATCH,
}
_TUNNEL = {"forward": "tun", "tunnel_type": "gue", "tunnel_port": 6081, "tunnel_checksum": "csum"}
_SORRY = {"host": "web2", "address": "192.0.2.22", "port": 80, "inhibit_on_failure": True}
_SERVICE = {
    "address": ["192.0.2.198", "192.0.2.199"],
    "protocol": "tcp",
    "scheduler": "sh",
    "scheduler_flags": ["port"],
    "forward": "dr",
    "nat_return": "none",
    "persistence_timeout": 60,
    "persistence_netmask": "255.255.255.0",
    "checks": ["tcp"],
    "quorum": 1,
    "hysteresis": 0,
    "quorum_up": COMMAND,
    "quorum_down": COMMAND,
    "alpha": True,
    "omega": True,
    "suspend_without_vip": True,
    **_WATCH,
}
_CLUSTER = {
    "name": "shops",
    "directors": "lvs_directors",
    "engine": "keepalived",
    "checks_by": "keepalived",
    "vips_by": "vrrp",
    "install_packages": False,
    "take_over_from": ["heartbeat", "ldirectord"],
    "arp": "sysctl",
    "firewall": "nftables",
    "open_firewall": True,
    "nat_return": "policy_route",
    "masquerade": True,
    "mtu": 1500,
    "connection_table_bits": 12,
    "timeouts": {"tcp": 7200, "tcpfin": 60, "udp": 30},
    "ipvs_sysctls": {"conntrack": 1, "sync_threshold": "3 50"},
    "vrrp": {"password": "s3cret/1", "authentication": "pass", "startup_delay": 1.5},
    "email": {
        "to": ["root@example.com"],
        "from": "lvs@example.com",
        "server": "192.0.2.25",
        "port": 25,
        "helo_name": "lvs1.example.com",
        "timeout": 9,
    },
    "sync_daemon": {"id": 3, "interface": "eth0", "port": 8849, "ttl": 2, "max_length": 1400},
    "scripts": {"user": "nobody", "group": "nogroup"},
    "raw": {"global_defs": "process_names", "file": "# as it is"},
    "silenced": {"LVS133": "clients of one network may be refused while web1 is drained"},
    "keepalived_templates": "templates",
}
_VIP = {"address": "192.0.2.198", "prefix": 25, "interface": "eth0", "label": "eth0:1", "on_real_servers": "lo"}
_NEIGHBOUR = {"address": "192.0.2.1", "remote_as": 64500, "password": "s3cret/1", "bfd": True, "multihop": 2}
_BGP = {
    "speaker": "frr",
    "local_as": 64520,
    "neighbours": [{**_NEIGHBOUR, "directors": ["lvs1", "lvs2"]}],
    "hold_time": 9,
    "communities": ["64520:100", "64520:1:2"],
    "med": 10,
    "standby_med": 1000,
    "announce_while": "any",
}

# Name -> (lvs_cluster, lvs_services)
DEFINITIONS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "cluster": (_CLUSTER, [service()]),
    "vips": ({"vips": [{**_VIP, "gateway": False, "routed": False, "next_hop": False}]}, [service()]),
    "routed": (
        {"vips": [{"address": "198.51.100.9", "routed": True}, {"address": "192.0.2.99", "next_hop": True}]},
        [service(fwmark=9, address=["198.51.100.9"], port=[80, 443], protocol="tcp")],
    ),
    "vrrp": ({"vrrp": _INSTANCE}, [service()]),
    "fast": ({"vrrp": {"profile": "fast", "realtime_priority": 5, "no_swap": False}}, [service()]),
    "instances": (
        {
            "vrrp": {
                "instances": [
                    {**_INSTANCE, "name": "one", "vips": ["192.0.2.198"], "priorities": {"lvs2": 120}},
                    {"name": "two", "vips": "192.0.2.199", "sync_group": "both", "virtual_router_id": 8},
                    {"name": "six", "vips": "2001:db8::198", "sync_group": "both", "version": 3},
                ]
            }
        },
        [service(address=["192.0.2.198", "192.0.2.199", "2001:db8::198"])],
    ),
    "bgp": ({"vips_by": "bgp", "bgp": _BGP}, [service(scheduler="mh", scheduler_flags=["port"])]),
    "service": ({}, [service(**_SERVICE)]),
    "through the path": (
        {},
        [
            service(checks={"type": "tcp", "through": "path"}),
            service(
                name="by-nat", port=81, forward="nat", nat_return="none", checks={"type": "http", "through": "path"}
            ),
        ],
    ),
    "floor": ({"depool_floor": 1}, [service(depool_floor="50%"), service(name="other", port=81)]),
    "real servers": (
        {},
        [service(real_servers=[_REAL_SERVER, {"address": "192.0.2.23"}], sorry_server={**_SORRY, "forward": "dr"})],
    ),
    "tunnels": (
        {},
        [
            service(**_TUNNEL),
            service(
                name="own",
                port=81,
                real_servers=[{**_TUNNEL, "host": "web1"}],
                sorry_server=_TUNNEL | _SORRY | {"port": 81},
            ),
        ],
    ),
    "nat": (
        {"nat_return": "policy_route", "vips": [{"address": "192.0.2.9", "gateway": True}]},
        [service(forward="nat", real_servers=[{"host": "web1", "port": 8080}], checks=[])],
    ),
    "udp": ({}, [service(protocol="udp", one_packet=True, persistence_engine="sip", persistence_timeout=9, port=5060)]),
    "six": ({}, [service(address="2001:db8::198", persistence_timeout=9, persistence_netmask=64)]),
    "mark": (
        {"vips": [{"address": "192.0.2.198"}]},
        [{"name": "m", "fwmark": 7, "family": "ipv4", "real_servers": "web"}],
    ),
    **{
        f"check by {kind}": ({}, [service(real_servers=[{"host": "web1", "checks": {"type": kind, **check}}])])
        for kind, check in CHECKS.items()
    },
}
