# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A director whose table was typed, saved and forgotten.
ip address add 192.0.2.198/24 dev eth1 label eth1:0
ip address add 2001:db8:2::198/64 dev eth1 nodad
ipvsadm --restore <<'RULES'
-A -t 192.0.2.198:80 -s wrr
-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 3
-a -t 192.0.2.198:80 -r 192.0.2.22:80 -g -w 1
-A -u 192.0.2.198:53 -s rr
-a -u 192.0.2.198:53 -r 192.0.2.21:53 -g -w 1
-a -u 192.0.2.198:53 -r 192.0.2.22:53 -g -w 1
-A -t [2001:db8:2::198]:80 -s wlc
-a -t [2001:db8:2::198]:80 -r [2001:db8:2::21]:80 -g -w 1
-a -t [2001:db8:2::198]:80 -r [2001:db8:2::22]:80 -g -w 1
RULES
ipvsadm --save --numeric >/etc/ipvsadm.rules
# The lab's machines make no units of System V scripts, which would cost them seconds; such a host does.
rm -f /etc/systemd/system-generators/systemd-sysv-generator
sed -i 's/^AUTO=.*/AUTO="true"/' /etc/default/ipvsadm
systemctl enable ipvsadm.service
systemctl daemon-reload
