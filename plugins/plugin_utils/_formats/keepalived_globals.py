# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The block global_defs of keepalived.conf, and what stands beside all blocks: global_parser.c. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .._schema.cluster import SYNC_DAEMON_FIELDS
from .cluster_parts import ClusterParts
from .keepalived_words import note_rest, take_all, value
from .part import Part
from .statement import Statement
from .takers import Table, Taker, without


class Globals(ClusterParts):
    """What the file says for all of the cluster, while it is read."""

    def read(self, statement: Statement) -> None:
        """The block global_defs."""
        take_all(self._table(), self.raw, statement.block or ())
        self.book.imported(statement, "lvs_cluster")

    def _table(self) -> Table:
        return {
            **dict.fromkeys(_KEPT.split(), _keep),
            **{word: _at(self.vrrp, taker) for word, taker in _VRRP.items()},
            **{word: _at(self.email, taker) for word, taker in _EMAIL.items()},
            **_WITHOUT,
            "router_id": self._router_id,
            "notification_email": self._receivers,
            "smtp_server": self._mail_server,
            "script_user": self._script_user,
            "lvs_timeouts": self._timeouts,
            "lvs_sync_daemon": self._sync_daemon,
        }

    def _router_id(self, part: Part, statement: Statement) -> None:
        self.router_id = statement.value
        part.book.imported(statement, "hosts.yml")
        part.book.leave_below(statement)

    def _receivers(self, _part: Part, statement: Statement) -> None:
        for each in statement.block or ():
            self.email.add(each, "to", each.words[0])
        self.book.imported(statement, f"{self.email.path}.to")

    def _mail_server(self, _part: Part, statement: Statement) -> None:
        if self.email.take(statement, "server", statement.value):
            if statement.values[1:]:
                self.email.take(statement, "port", statement.values[1])
            note_rest(self.email, statement, 2)

    def _script_user(self, _part: Part, statement: Statement) -> None:
        for key, entered in zip(("user", "group"), statement.values, strict=False):
            self.scripts.take(statement, key, entered)

    def _timeouts(self, _part: Part, statement: Statement) -> None:
        """lvs_timeouts [tcp N] [tcpfin N] [udp N]"""
        take_pairs(self.timeouts, statement, statement.values)

    def _sync_daemon(self, _part: Part, statement: Statement) -> None:
        """lvs_sync_daemon INTERFACE [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS]"""
        words = list(statement.values)
        if not words or not self.sync_daemon.take(statement, "interface", words.pop(0)):
            return
        if words[:1] == ["inst"]:
            words = words[2:]
        elif words and words[0] not in SYNC_DAEMON_WORDS:
            words = words[1:]
            if words and words[0].isdigit():  # the number alone, as before 1.3
                words = ["id", *words]
        take_pairs(self.sync_daemon, statement, words)


SYNC_DAEMON_WORDS = {field.keepalived for field in SYNC_DAEMON_FIELDS.values()}


def take_pairs(part: Part, statement: Statement, words: Iterable[str]) -> None:
    """Words with a value each on one line."""
    keys = {field.keepalived: key for key, field in part.fields.items()}
    rest = iter(words)
    for word in rest:
        if word not in keys:
            part.book.note(statement, f"keepalived knows no {word} here")
        elif not part.take(statement, keys[word], next(rest, "")):
            return


def _at(other: Part, taker: Taker) -> Taker:
    return lambda _part, statement: taker(other, statement)


_EMAIL: Table = {
    "notification_email_from": value("from"),
    "smtp_helo_name": value("helo_name"),
    "smtp_connect_timeout": value("timeout"),
}
_VRRP: Table = {
    "vrrp_version": value("version"),
    "vrrp_startup_delay": value("startup_delay"),
    "vrrp_garp_master_delay": value("garp_delay"),
    "vrrp_garp_master_repeat": value("garp_repeat"),
    "vrrp_garp_master_refresh": value("garp_refresh"),
    "vrrp_garp_master_refresh_repeat": value("garp_refresh_repeat"),
    "vrrp_garp_lower_prio_delay": value("garp_lower_priority_delay"),
    "vrrp_garp_lower_prio_repeat": value("garp_lower_priority_repeat"),
}


def _keep(part: Part, statement: Statement) -> None:
    part.keep(statement, "global_defs")


def _always(part: Part, statement: Statement) -> None:
    part.book.imported(statement, "always so in what the collection writes")


_WITHOUT: Table = {
    "enable_script_security": _always,
    "vrrp_strict": without(
        "it forbids what the collection uses: passwords, unicast, an address of its own per instance"
    ),
    **dict.fromkeys(
        ["lvs_flush", "lvs_flush_on_stop", "lvs_flush_onstop"],
        without("it would also take the services of others out of the kernel's table"),
    ),
}
# Words for which the definition has no key: global_parser.c.
_KEPT = """
process_names process_name vrrp_process_name checker_process_name lvs_process_name bfd_process_name use_symlink_paths
set_supplementary_groups smtp_alert startup_script startup_script_timeout shutdown_script shutdown_script_timeout
max_auto_priority min_auto_priority_delay smtp_alert_vrrp smtp_alert_checker checker_log_all_failures
dynamic_interfaces no_email_faults default_interface disable_local_igmp v3_checksum_as_v2 vrrp_mcast_group4
vrrp_mcast_group6 vrrp_down_timer_adverts vrrp_garp_interval vrrp_gna_interval vrrp_min_garp vrrp_garp_extra_if
vrrp_vmac_garp_intvl vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert vrrp_iptables vrrp_ipsets nftables
nftables_priority nftables_ifindex vrrp_check_unicast_src vrrp_skip_check_adv_addr vrrp_priority vrrp_no_swap
vrrp_rt_priority vrrp_cpu_affinity vrrp_rlimit_rttime vrrp_rlimit_rtime nftables_ipvs nftables_ipvs_priority
nftables_ipvs_start_fwmark nftables_counters notify_fifo notify_fifo_script vrrp_notify_fifo vrrp_notify_fifo_script
vrrp_notify_priority_changes fifo_write_vrrp_states_on_reload lvs_notify_fifo lvs_notify_fifo_script checker_priority
checker_no_swap checker_rt_priority checker_cpu_affinity checker_rlimit_rttime checker_rlimit_rtime bfd_priority
bfd_no_swap bfd_rt_priority bfd_cpu_affinity bfd_rlimit_rttime bfd_rlimit_rtime snmp_socket enable_traps
enable_snmp_vrrp enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_checker
snmp_vs_stats_update_interval snmp_rs_stats_update_interval enable_dbus dbus_service_name dbus_no_interface_name
vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs
vrrp_netlink_monitor_rcv_bufs_force process_monitor_rcv_bufs process_monitor_rcv_bufs_force lvs_netlink_cmd_rcv_bufs
lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force rs_init_notifies
no_checker_emails vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier vrrp_delay_after_boot log_unknown_vrids
vrrp_owner_ignore_adverts vmac_prefix vmac_addr_prefix umask random_seed reload_check_config reload_time_file
reload_repeat reload_file include_check config_save_dir tmp_config_directory data_use_instance json_version
iproute_usr_dir iproute_etc_dir state_dump_file stats_dump_file json_dump_file
"""
