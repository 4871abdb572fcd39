# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which release of keepalived knows which words of keepalived.conf.

Taken from the calls of install_keyword() and its like in the source of each release, 2.0.0 to 2.4.3. Words that 2.0.0
knows already are not listed. A word that has got a second meaning in another block is listed with its first one.
"""

from __future__ import annotations

from collections.abc import Mapping

Release = tuple[int, ...]

# The first release that knows them -> words.
SINCE: Mapping[Release, tuple[str, ...]] = {
    release: tuple(words.split())
    for release, words in {
        (2, 0, 3): "kernel_rx_buf_size track_group vrrp_rx_bufs_multiplier vrrp_rx_bufs_policy",
        (2, 0, 6): "notify_master_rx_lower_pri",
        (2, 0, 7): "regex regex_max_offset regex_min_offset regex_no_match regex_options regex_stack",
        (2, 0, 9): "umask",
        (2, 0, 11): "checker_log_all_failures delay full_command log_all_failures nftables nftables_counters "
        "nftables_ifindex nftables_priority process process_monitor_rcv_bufs process_monitor_rcv_bufs_force "
        "track_process vrrp_track_process",
        (2, 0, 12): "vrrp_min_garp",
        (2, 0, 13): "linkbeat_interfaces",
        (2, 0, 14): "vrrp_startup_delay",
        (2, 0, 15): "lvs_flush_onstop random_seed",
        (2, 0, 16): "bfd_process_name fork_delay log_unknown_vrids lvs_process_name notify_priority_changes "
        "param_match process_name process_names quorum_max terminate_delay vrrp_notify_priority_changes "
        "vrrp_process_name",
        (2, 0, 17): "bfd_cpu_affinity checker_cpu_affinity fast_recovery http_protocol use_ipvlan vrrp_cpu_affinity",
        (2, 0, 20): "mh-fallback mh-port",
        (2, 1, 0): "FILE_CHECK PING_CHECK UDP_CHECK bfd_rlimit_rttime check_unicast_src checker_rlimit_rttime "
        "max_auto_priority min_auto_priority_delay net_namespace_ipvs notify_deleted reload_repeat reload_time_file "
        "require_reply shutdown_script shutdown_script_timeout startup_script startup_script_timeout unicast_ttl "
        "vrrp_rlimit_rttime",
        (2, 2, 0): "checker_process_name disable_local_igmp include_check lvs_flush_on_stop max_reply_length "
        "min_reply_length payload reload_check_config reload_file tmp_config_directory use_vmac_addr "
        "vmac_addr_prefix vmac_garp_intvl vmac_prefix vrrp_vmac_garp_intvl",
        (2, 2, 2): "nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark",
        (2, 2, 3): "config_save_dir data_use_instance down_timer_adverts garp_extra_if interface_up_down_delays "
        "snmp_name vrrp_down_timer_adverts vrrp_garp_extra_if",
        (2, 2, 5): "fifo_write_vrrp_states_on_reload mcast_dst_ip unicast_fault_no_peer vrf",
        (2, 2, 8): "json_version multihop no_virtual_ipaddress timer_expired_backup tls_compliant v3_checksum_as_v2",
        (2, 3, 0): "dbus_no_interface_name snmp_rs_stats_update_interval snmp_vs_stats_update_interval "
        "use_symlink_paths",
        (2, 3, 2): "iproute_etc_dir iproute_usr_dir thread_timer_expired",
        (2, 3, 3): "json_dump_file owner_ignore_adverts state_dump_file stats_dump_file vrrp_owner_ignore_adverts",
        (2, 4, 0): "active_key anti_replay auth_hmac mode time_window vrrp_delay_after_boot",
    }.items()
}
FIRST_RELEASE = {word: release for release, words in SINCE.items() for word in words}


def unknown_words(text: str, release: Release) -> dict[str, Release]:
    """The words in a keepalived.conf that this release does not know, in their order -> the first one that does."""
    first_words = (line.split(maxsplit=1)[0] for line in text.splitlines() if line.strip())
    since = {word: FIRST_RELEASE[word] for word in first_words if word in FIRST_RELEASE}
    return {word: first for word, first in since.items() if release < first}
