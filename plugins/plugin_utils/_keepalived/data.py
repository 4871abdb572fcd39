# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the templates of keepalived.conf have to write, one class for each kind of block. Pure.

All is decided here: in its order, without what keepalived does anyway, and in keepalived's own words, which are the
names of the fields (keepalived.conf(5)). None is a value that nobody has given. The templates are in
roles/director/templates.
"""

from __future__ import annotations

from dataclasses import dataclass

# What follows a keyword, where that is more than one word.
Words = tuple[object, ...]
# Keywords with a value each, those that are given.
Settings = tuple[tuple[str, object], ...]


@dataclass(frozen=True, kw_only=True)
class GlobalDefs:
    """lvs_timeouts: empty where the kernel's hold. notification_email: the receivers, empty for no mail."""

    router_id: str
    script_user: Words
    vrrp_startup_delay: float | None
    vrrp_rt_priority: int | None
    vrrp_rlimit_rttime: int | None
    vrrp_no_swap: bool
    lvs_timeouts: Words
    lvs_sync_daemon: Words
    notification_email: tuple[str, ...] = ()
    notification_email_from: str | None = None
    smtp_server: Words = ()
    smtp_helo_name: str | None = None
    smtp_connect_timeout: int | None = None
    raw: str | None


@dataclass(frozen=True, kw_only=True)
class TrackFile:
    """A file whose number changes a priority or a weight."""

    kind: str = "file"
    name: str
    file: str


@dataclass(frozen=True, kw_only=True)
class VrrpScript:
    """A program whose success changes a priority. init_fail: it counts as failed until it has succeeded."""

    kind: str = "script"
    name: str
    script: str
    interval: int | None
    timeout: int | None
    rise: int | None
    fall: int | None
    user: str | None
    init_fail: bool


@dataclass(frozen=True, kw_only=True)
class SyncGroup:
    """Instances that change their state together."""

    name: str
    group: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VirtualAddress:
    """An address with its prefix length, and where it goes. preferred_lft: for how many seconds packets that the host
    sends of itself may have it as source, None for keepalived's own choice.
    """

    address: str
    dev: str
    scope: str | None = None
    label: str | None = None
    preferred_lft: int | None = None


@dataclass(frozen=True, kw_only=True)
class VrrpInstance:
    """advertised: the one address in its advertisements, see advertised.py. virtual_addresses: those that it holds.

    track_...: the words of one line each.
    """

    name: str
    interface: str | None
    virtual_router_id: int
    priority: int
    version: int | None
    advert_int: float | None
    nopreempt: bool
    preempt_delay: float | None
    mcast_src_ip: str | None
    unicast_src_ip: str | None
    unicast_peer: tuple[str, ...]
    auth_type: str | None
    auth_pass: str | None
    garp_master_delay: int | None
    garp_master_repeat: int | None
    garp_master_refresh: int | None
    garp_master_refresh_repeat: int | None
    garp_lower_prio_delay: int | None
    garp_lower_prio_repeat: int | None
    track_interface: tuple[Words, ...]
    track_script: tuple[Words, ...]
    track_file: tuple[Words, ...]
    advertised: VirtualAddress
    virtual_addresses: tuple[VirtualAddress, ...]
    notify: str | None
    notify_master: str | None
    notify_backup: str | None
    notify_fault: str | None
    notify_stop: str | None
    smtp_alert: bool | None
    raw: str | None


@dataclass(frozen=True, kw_only=True)
class Vrrp:
    """hand_over: the files by which a director takes no VIP. tracked: what instances track beside them, once each."""

    hand_over: tuple[TrackFile, ...]
    tracked: tuple[VrrpScript | TrackFile, ...]
    sync_groups: tuple[SyncGroup, ...]
    instances: tuple[VrrpInstance, ...]


@dataclass(frozen=True, kw_only=True)
class Check:
    """kind: the name of its block, and of the macro that writes it. settings: what checks of other kinds have too."""

    kind: str
    settings: Settings = ()


@dataclass(frozen=True, kw_only=True)
class HttpCheck(Check):
    """HTTP_GET and SSL_GET. What is about a regex is given only where there is one."""

    enable_sni: bool
    http_protocol: str | None
    path: str
    status_code: Words
    digest: str | None
    virtualhost: str | None
    regex: str | None
    regex_no_match: bool
    regex_options: Words
    regex_min_offset: int | None
    regex_max_offset: int | None


@dataclass(frozen=True, kw_only=True)
class SmtpCheck(Check):
    helo_name: str | None


@dataclass(frozen=True, kw_only=True)
class DnsCheck(Check):
    type: str | None
    name: str | None


@dataclass(frozen=True, kw_only=True)
class UdpCheck(Check):
    """require_reply: any reply will do. reply: this one alone."""

    payload: str | None
    require_reply: bool
    reply: str | None
    min_reply_length: int | None
    max_reply_length: int | None


@dataclass(frozen=True, kw_only=True)
class MiscCheck(Check):
    misc_path: str
    misc_timeout: int | None
    misc_dynamic: bool
    user: str | None


@dataclass(frozen=True, kw_only=True)
class BfdCheck(Check):
    name: str


@dataclass(frozen=True, kw_only=True)
class FileCheck(Check):
    track_file: str
    weight: int


@dataclass(frozen=True, kw_only=True)
class RealServer:
    """endpoint: address and port, without a port for that of the request. lvs_method: empty for the service's.

    notify_...: the command, and its user where that is another than others have. failed: the file that takes it out,
    in a service with a floor. drained: the files that drain it.
    """

    endpoint: Words
    weight: int
    lvs_method: Words
    uthreshold: int | None
    lthreshold: int | None
    inhibit_on_failure: bool | None
    virtualhost: str | None
    smtp_alert: bool | None
    notify_up: Words | str | None
    notify_down: Words | str | None
    raw: str | None
    checks: tuple[Check, ...]
    failed: str | None
    drained: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VirtualServer:
    """A service, or several that differ in the address alone: a group.

    name: what its owner calls it. group: None where it is one service. addresses: each with its port; several with a
    group, none with a fwmark. scheduler_flags: such as sh-port. sorry_server: address and port, or empty.
    """

    name: str
    group: str | None
    addresses: tuple[Words, ...]
    fwmark: int | None
    ip_family: str | None
    lvs_sched: str
    scheduler_flags: tuple[str, ...]
    ops: bool
    protocol: str | None
    lvs_method: Words
    persistence_timeout: int | None
    persistence_granularity: str | None
    persistence_engine: str | None
    delay_loop: int
    inhibit_on_failure: bool | None
    virtualhost: str | None
    smtp_alert: bool | None
    alpha: bool
    omega: bool
    ha_suspend: bool
    quorum: int | None
    hysteresis: int | None
    quorum_up: Words | str | None
    quorum_down: Words | str | None
    sorry_server: Words
    sorry_server_lvs_method: Words
    sorry_server_inhibit: bool
    raw: str | None
    real_servers: tuple[RealServer, ...]


@dataclass(frozen=True, kw_only=True)
class BfdInstance:
    """A session by which keepalived knows whether a real server is there."""

    name: str
    neighbor_ip: str
    source_ip: str | None
    min_rx: float | None
    min_tx: float | None
    multiplier: int | None


@dataclass(frozen=True, kw_only=True)
class Services:
    """track_files: the paths of all that real servers track. drained_folder: where those are that drain.

    failed_files: those that take real servers out of services with a floor. failed_folder: where they are.
    """

    drained_folder: str
    track_files: tuple[str, ...]
    failed_folder: str
    failed_files: tuple[str, ...]
    bfd_instances: tuple[BfdInstance, ...]
    virtual_servers: tuple[VirtualServer, ...]


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """All that there is: the names of its fields are those that every template knows. raw: lines of the owner's own."""

    global_defs: GlobalDefs
    vrrp: Vrrp
    raw: str | None
    services: Services
