# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Two directors of UltraMonkey's times: heartbeat holds the VIPs and starts ldirectord.
cat >/etc/ha.d/ldirectord.cf <<'CONF'
# Global Directives
checktimeout=10
checkinterval=5
failurecount=3
autoreload=no
quiescent=yes
logfile="/var/log/ldirectord.log"

virtual=192.0.2.198:80
	real=192.0.2.21:80 gate 3
	real=192.0.2.22:80 gate 1
	service=http
	request="/"
	scheduler=wrr
	protocol=tcp
	checktype=negotiate
virtual=192.0.2.198:53
	real=192.0.2.21:53 gate
	real=192.0.2.22:53 gate
	scheduler=rr
	protocol=udp
	checktype=on
virtual6=[2001:db8:2::198]:80
	real6=[2001:db8:2::21]:80 gate
	real6=[2001:db8:2::22]:80 gate
	scheduler=wlc
	protocol=tcp
	checktype=on
CONF
cat >/etc/ha.d/ha.cf <<'CONF'
keepalive 1
deadtime 10
warntime 5
initdead 15
udpport 694
bcast eth1
auto_failback off
node lvs1 lvs2
CONF
cat >/etc/ha.d/authkeys <<'CONF'
auth 1
1 sha1 0ld-Pass
CONF
chmod 600 /etc/ha.d/authkeys
cat >/etc/ha.d/haresources <<'CONF'
lvs1 IPaddr2::192.0.2.198/24/eth1 IPv6addr::2001:db8:2:0:0:0:0:198/64/eth1 ldirectord::ldirectord.cf
CONF
systemctl enable --now heartbeat.service
