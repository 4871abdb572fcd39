# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Real servers as people set them up by hand: the sysctls in /etc/sysctl.conf, the VIPs on lo or on a device of their own.
cat >>/etc/sysctl.conf <<'CONF'
net.ipv4.conf.all.arp_ignore = 1
net.ipv4.conf.all.arp_announce = 2
CONF
sysctl --quiet --load /etc/sysctl.conf
case $(hostname) in
web1)
    ip address add 192.0.2.198/32 dev lo label lo:0
    ip address add 2001:db8:2::198/128 dev lo
    ;;
*)
    ip link add vip type dummy
    ip link set vip up
    ip address add 192.0.2.198/32 dev vip
    ip address add 2001:db8:2::198/128 dev vip nodad
    ;;
esac
