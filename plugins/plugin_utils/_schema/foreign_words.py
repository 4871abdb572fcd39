# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words of other tools, and ours for them: what the message about an unknown key or value says was meant.

A place is written as in messages, without the numbers of list entries: lvs_services[].real_servers[].weight.
"""

from __future__ import annotations

import re

from ...module_utils._ipvs.model import NAMED_FLAGS, SCHEDULERS_BY_CLIENT

_SERVICE = "lvs_services[]."
_SERVER = "lvs_services[].real_servers[]."
_CHECK = "lvs_services[].checks."
_CLUSTER = "lvs_cluster."
_VRRP = "lvs_cluster.vrrp."
_VIP = "lvs_cluster.vips[]."
_BGP = "lvs_cluster.bgp."
_NEIGHBOUR = "lvs_cluster.bgp.neighbours[]."
_HOST = "hostvars."

# A key of another tool, or of ours at another level -> the places where it is said here, the likeliest first.
KEYS: dict[str, tuple[str, ...]] = {
    # What and how: keepalived's virtual_server, ipvsadm, ldirectord, piranha's lvs.cf, HAProxy.
    **dict.fromkeys(["lb_algo", "lvs_sched", "sched", "algorithm", "algo", "balance"], (f"{_SERVICE}scheduler",)),
    **dict.fromkeys(
        ["lb_kind", "lvs_method", "kind", "method", "forwarding", "forward_method", "forwarding_method", "mode"],
        (f"{_SERVICE}forward", f"{_SERVER}forward"),
    ),
    **dict.fromkeys(
        ["persistence", "persistent", "persistence_timeout", "stick", "sticky", "session_timeout"],
        (f"{_SERVICE}persistence_timeout",),
    ),
    **dict.fromkeys(
        ["persistence_granularity", "pmask", "netmask_persistence", "persistence_mask"],
        (f"{_SERVICE}persistence_netmask",),
    ),
    "pe_name": (f"{_SERVICE}persistence_engine",),
    **dict.fromkeys(["ops", "one-packet"], (f"{_SERVICE}one_packet",)),
    **dict.fromkeys(
        ["flags", *(f"{scheduler}-{flag}" for scheduler in SCHEDULERS_BY_CLIENT for flag in NAMED_FLAGS)],
        (f"{_SERVICE}scheduler_flags",),
    ),
    **dict.fromkeys(
        ["vip", "virtual", "virtual_ip", "virtual_address", "virtual_ipaddress", "ip", "bind", "listen"],
        (f"{_SERVICE}address", f"{_VIP}address"),
    ),
    **dict.fromkeys(["proto", "service_type"], (f"{_SERVICE}protocol",)),
    **dict.fromkeys(["ports", "service_port"], (f"{_SERVICE}port", f"{_SERVER}port")),
    **dict.fromkeys(["mark", "firewall_mark", "fwm"], (f"{_SERVICE}fwmark",)),
    "ip_family": (f"{_SERVICE}family",),
    **dict.fromkeys(
        ["real", "real_server", "realserver", "realservers", "server", "servers", "backend", "backends", "members"],
        (f"{_SERVICE}real_servers",),
    ),
    **dict.fromkeys(["pool", "nodes", "destinations", "targets", "rs", "upstream"], (f"{_SERVICE}real_servers",)),
    **dict.fromkeys(["virtual_server", "virtual_servers", "services", "frontend"], ("lvs_services",)),
    **dict.fromkeys(["fallback", "sorry", "backup_server"], (f"{_SERVICE}sorry_server",)),
    "sorry_server_inhibit": ("lvs_services[].sorry_server.inhibit_on_failure",),
    **dict.fromkeys(["quiescent", "quiesce_server", "inhibit"], (f"{_SERVICE}inhibit_on_failure",)),
    "ha_suspend": (f"{_SERVICE}suspend_without_vip",),
    **dict.fromkeys(["virtualhost", "vhost"], (f"{_CHECK}virtual_host", f"{_SERVICE}virtual_host")),
    **dict.fromkeys(["smtp_alert", "emailalert"], (f"{_SERVICE}alerts", f"{_VRRP}alerts")),
    # One real server.
    "weight": (f"{_SERVER}weight", f"{_HOST}lvs_weight"),
    **dict.fromkeys(["rip", "real_ip", "real_address"], (f"{_SERVER}address", f"{_HOST}lvs_address")),
    **dict.fromkeys(["hostname", "inventory_hostname"], (f"{_SERVER}host",)),
    **dict.fromkeys(["uthreshold", "u_thresh", "maxconn", "upper"], (f"{_SERVER}upper_threshold",)),
    **dict.fromkeys(["lthreshold", "l_thresh", "lower"], (f"{_SERVER}lower_threshold",)),
    # Health checks.
    **dict.fromkeys(
        ["check", "healthcheck", "health_check", "health_checks", "monitor", "checktype", "HTTP_GET", "SSL_GET"],
        (f"{_SERVICE}checks", f"{_CHECK}type"),
    ),
    **dict.fromkeys(
        ["TCP_CHECK", "SMTP_CHECK", "DNS_CHECK", "UDP_CHECK", "PING_CHECK", "MISC_CHECK", "BFD_CHECK", "FILE_CHECK"],
        (f"{_SERVICE}checks", f"{_CHECK}type"),
    ),
    **dict.fromkeys(["delay_loop", "checkinterval", "inter", "check_interval"], (f"{_CHECK}interval",)),
    **dict.fromkeys(
        ["connect_timeout", "checktimeout", "negotiatetimeout", "misc_timeout", "check_timeout"], (f"{_CHECK}timeout",)
    ),
    **dict.fromkeys(["nb_get_retry", "nb_sock_retry", "retry", "checkcount", "failurecount"], (f"{_CHECK}retries",)),
    "delay_before_retry": (f"{_CHECK}retry_delay",),
    **dict.fromkeys(["connect_ip"], (f"{_CHECK}address",)),
    **dict.fromkeys(["connect_port", "checkport", "check_port"], (f"{_CHECK}port",)),
    **dict.fromkeys(["bindto"], (f"{_CHECK}bind_address",)),
    **dict.fromkeys(["bind_if"], (f"{_CHECK}bind_interface",)),
    **dict.fromkeys(["url", "uri", "request"], (f"{_CHECK}path",)),
    **dict.fromkeys(["status_code", "status_codes", "code"], (f"{_CHECK}status",)),
    **dict.fromkeys(["receive", "expect"], (f"{_CHECK}regex",)),
    "http_protocol": (f"{_CHECK}http_version",),
    "enable_sni": (f"{_CHECK}sni",),
    **dict.fromkeys(["misc_path", "checkcommand", "send_program", "script"], (f"{_CHECK}command",)),
    "misc_dynamic": (f"{_CHECK}dynamic",),
    # How VIPs move.
    **dict.fromkeys(["vrid", "router_id", "vrrp_id"], (f"{_VRRP}virtual_router_id", f"{_HOST}lvs_router_id")),
    "virtual_router_id": (f"{_VRRP}virtual_router_id",),
    **dict.fromkeys(["auth_pass", "auth", "pass", "password", "auth_password"], (f"{_VRRP}password",)),
    "auth_type": (f"{_VRRP}authentication",),
    **dict.fromkeys(["advert_int", "keepalive", "advertisement_interval"], (f"{_VRRP}advert_interval",)),
    **dict.fromkeys(["unicast_peer", "unicast_peers", "unicast_src_ip", "peers"], (f"{_VRRP}unicast",)),
    "vrrp_startup_delay": (f"{_VRRP}startup_delay",),
    **dict.fromkeys(["vrrp_instance", "vrrp_instances", "instance"], (f"{_VRRP}instances",)),
    **dict.fromkeys(["vrrp_sync_group", "sync_groups"], (f"{_VRRP}instances[].sync_group",)),
    **dict.fromkeys(["track_script", "vrrp_script", "vrrp_scripts"], (f"{_VRRP}track_scripts",)),
    "track_interface": (f"{_VRRP}track_interfaces",),
    "track_file": (f"{_VRRP}track_files",),
    "init_fail": (f"{_VRRP}track_scripts[].fails_at_first",),
    "garp_master_delay": (f"{_VRRP}garp_delay",),
    "garp_master_repeat": (f"{_VRRP}garp_repeat",),
    "garp_master_refresh": (f"{_VRRP}garp_refresh",),
    "garp_master_refresh_repeat": (f"{_VRRP}garp_refresh_repeat",),
    "garp_lower_prio_delay": (f"{_VRRP}garp_lower_priority_delay",),
    "garp_lower_prio_repeat": (f"{_VRRP}garp_lower_priority_repeat",),
    **dict.fromkeys(["virtual_ipaddress_excluded", "vip_list"], (f"{_VRRP}instances[].vips", "lvs_cluster.vips")),
    **dict.fromkeys(["nat_router", "gw", "default_gateway"], (f"{_VIP}gateway",)),
    **dict.fromkeys(["vip_nmask", "netmask", "cidr", "mask"], (f"{_VIP}prefix", f"{_SERVICE}persistence_netmask")),
    **dict.fromkeys(["dev", "nic", "iface"], (f"{_VIP}interface", f"{_VRRP}interface", f"{_HOST}lvs_interface")),
    # How VIPs are announced: FRR, BIRD.
    **dict.fromkeys(["asn", "as", "local-as", "my_as"], (f"{_BGP}local_as",)),
    **dict.fromkeys(["remote-as", "peer_as", "neighbor_as"], (f"{_NEIGHBOUR}remote_as",)),
    **dict.fromkeys(["neighbor", "neighbors", "neighbour", "routers"], (f"{_BGP}neighbours",)),
    **dict.fromkeys(["ebgp_multihop", "ebgp-multihop", "ttl"], (f"{_NEIGHBOUR}multihop",)),
    **dict.fromkeys(["community"], (f"{_BGP}communities",)),
    **dict.fromkeys(["metric"], (f"{_BGP}med",)),
    **dict.fromkeys(["holdtime", "hold"], (f"{_BGP}hold_time",)),
    # The whole.
    **dict.fromkeys(["notification_email", "emailto"], (f"{_CLUSTER}email.to",)),
    **dict.fromkeys(["notification_email_from", "emailalertfrom"], (f"{_CLUSTER}email.from",)),
    "smtp_server": (f"{_CLUSTER}email.server",),
    "smtp_connect_timeout": (f"{_CLUSTER}email.timeout",),
    "smtp_helo_name": (f"{_CLUSTER}email.helo_name",),
    **dict.fromkeys(["lvs_sync_daemon", "syncd", "sync"], (f"{_CLUSTER}sync_daemon",)),
    "syncid": (f"{_CLUSTER}sync_daemon.id",),
    **dict.fromkeys(["mcast_interface", "mcast-interface"], (f"{_CLUSTER}sync_daemon.interface",)),
    "lvs_timeouts": (f"{_CLUSTER}timeouts",),
    "script_user": (f"{_CLUSTER}scripts.user",),
    **dict.fromkeys(["conn_tab_bits"], (f"{_CLUSTER}connection_table_bits",)),
    **dict.fromkeys(["sysctls", "sysctl"], (f"{_CLUSTER}ipvs_sysctls",)),
    # Ours, at another level than where they stand.
    "preempt": (f"{_VRRP}preempt",),
    "unicast": (f"{_VRRP}unicast",),
    "engine": (f"{_CLUSTER}engine",),
    **{axis: (f"{_CLUSTER}{axis}",) for axis in ("checks_by", "vips_by")},
    "vips": (f"{_CLUSTER}vips", f"{_VRRP}instances[].vips"),
    "vrrp": (f"{_CLUSTER}vrrp",),
    "bgp": (f"{_CLUSTER}bgp",),
    "email": (f"{_CLUSTER}email",),
    "scheduler": (f"{_SERVICE}scheduler",),
    "forward": (f"{_SERVICE}forward",),
    "checks": (f"{_SERVICE}checks", f"{_CLUSTER}checks_by"),
    "quorum": (f"{_SERVICE}quorum",),
    "interval": (f"{_CHECK}interval",),
    "timeout": (f"{_CHECK}timeout",),
    "path": (f"{_CHECK}path",),
    "status": (f"{_CHECK}status",),
    "prefix": (f"{_VIP}prefix",),
    "label": (f"{_VIP}label",),
    "gateway": (f"{_VIP}gateway",),
    "interface": (f"{_VIP}interface", f"{_VRRP}interface", f"{_HOST}lvs_interface"),
    "lvs_services": ("lvs_services",),
}
# What is said in another way here, or needs no word.
OTHERWISE: dict[str, str] = {
    "nat_mask": "keepalived ignores it; leave it out",
    "nopreempt": "write preempt: false in lvs_cluster.vrrp",
    **dict.fromkeys(
        ["priority", "state", "primary", "master", "backup", "role"],
        "leave it out, and give each director a variable lvs_priority in the inventory, from 1 to 254; the director "
        "with the highest holds the VIPs first",
    ),
    "lvs_id": "the name of each director in the inventory is used instead; leave it out",
    "autoreload": "every roll-out reloads keepalived when its configuration has changed; leave it out",
    "log_facility": "lines of your own for keepalived.conf go into lvs_cluster.raw.global_defs",
    "mcast_src_ip": "lines of your own for an instance go into lvs_cluster.vrrp.raw",
    "use_vmac": "lines of your own for an instance go into lvs_cluster.vrrp.raw",
}
# A value of another tool -> ours, by what it is for.
FORWARDING_METHODS = {
    **dict.fromkeys(["masq", "masquerading", "masquerade", "m", "-m"], "nat"),
    **dict.fromkeys(["gate", "gatewaying", "g", "-g", "route", "droute", "direct", "dsr", "direct-routing"], "dr"),
    **dict.fromkeys(["ipip", "i", "-i", "tunnel", "tunneling", "tunnelling", "gre", "gue"], "tun"),
}
SCHEDULERS = {
    **dict.fromkeys(["roundrobin", "round-robin", "round_robin", "static-rr"], "rr"),
    **dict.fromkeys(["weighted-round-robin", "weighted_round_robin"], "wrr"),
    **dict.fromkeys(["leastconn", "least-conn", "least_conn", "least-connection", "leastconnections"], "wlc"),
    **dict.fromkeys(["source", "ip_hash", "iphash", "sourcehash", "source-hash"], "sh"),
    **dict.fromkeys(["maglev", "consistent"], "mh"),
    **dict.fromkeys(["first", "failover"], "fo"),
}
PROTOCOLS = {**dict.fromkeys(["http", "https", "t", "-t", "tcp_service"], "tcp"), **dict.fromkeys(["u", "-u"], "udp")}
CHECKS = {
    **dict.fromkeys(["http_get", "httpchk", "negotiate"], "http"),
    **dict.fromkeys(["ssl_get", "ssl"], "https"),
    **dict.fromkeys(["tcp_check", "connect"], "tcp"),
    **dict.fromkeys(["misc_check", "external", "script", "command"], "misc"),
    **dict.fromkeys(["ping_check", "icmp"], "ping"),
    **{f"{kind}_check": kind for kind in ("smtp", "dns", "udp", "bfd", "file")},
}
ENGINES = {**dict.fromkeys(["ipvsadm", "none", "ipvs", "netlink"], "static"), "vrrp": "keepalived"}
HOLDERS = {
    **dict.fromkeys(["frr", "bird", "quagga", "exabgp", "anycast"], "bgp"),
    "keepalived": "vrrp",
    "none": "static",
    "boot": "static",
}


def explained(key: str, path: str) -> str:
    """What an unknown key at this place means here: the end of a sentence, or "" for a word that nobody knows."""
    if key in OTHERWISE:
        return f": {OTHERWISE[key]}"
    here = name_here(key, path)
    if here:
        return f": its name here is {here}"
    places = _places(key)
    return f": write it as {' or '.join(places[:2]).replace(_HOST, 'the host variable ')}" if places else ""


def name_here(key: str, path: str) -> str:
    """The key that is meant by an unknown one at this place; "" where there is none beside it."""
    level = re.sub(r"\[[^\]]*\]", "[]", path)
    level = re.sub(r"(real_servers\[\]\.)?checks(\[\])?$", "checks", level)
    beside = (place.rpartition(".") for place in _places(key))
    return next((last for parent, _dot, last in beside if parent == level), "")


def _places(key: str) -> tuple[str, ...]:
    return KEYS.get(key) or KEYS.get(key.lower()) or ()
