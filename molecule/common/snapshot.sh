#!/bin/sh
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prints all that a roll-out may change on the machine that it runs on, as root; a line with == starts another matter.
# A kernel module that is not loaded has nothing to say, and is not loaded for the question.
set -u

about() {
    echo "== $1"
    [ -e "$2" ] || return 0
    shift 2
    "$@"
}

about "links" /sys/class/net ls /sys/class/net
about "addresses" /sys/class/net ip -oneline address
about "routes" /sys/class/net ip -4 route show table all
about "IPv6 routes" /sys/class/net ip -6 route show table all
about "rules" /sys/class/net ip -4 rule
about "IPv6 rules" /sys/class/net ip -6 rule
about "fou listeners" /sys/module/fou ip fou show
about "nftables" /sys/module/nf_tables nft --stateless list ruleset
about "iptables" /proc/net/ip_tables_names iptables-legacy-save
about "ip6tables" /proc/net/ip6_tables_names ip6tables-legacy-save
about "arptables" /proc/net/arp_tables_names arptables-legacy-save
about "virtual servers" /proc/net/ip_vs ipvsadm -S -n
about "sync daemons" /proc/net/ip_vs ipvsadm -L --daemon
about "timeouts" /proc/net/ip_vs ipvsadm -L --timeout
about "failed units" /run/systemd systemctl list-units --failed --no-legend --plain
about "sysctls" /proc/sys/net grep -rsH "" /proc/sys/net
about "modes of files" /etc find /etc /usr/local -printf '%p %y %m %u:%g %l\n'
about "metrics" /var/lib/prometheus find /var/lib/prometheus/node-exporter
about "history" /var/log/lvs find /var/log/lvs
about "files" /etc find /etc /usr/local -type f -exec sha256sum {} +
