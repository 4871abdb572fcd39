# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines of each format, right ones and others, for tests that put them together in whatever order and number."""

from __future__ import annotations

PIRANHA = r"""
virtual a {
failover f {
server s {
}
{
virtual
server s
primary = 198.51.100.2
primary = lb1
backup = 198.51.100.3
backup_active = 1
network = nat
network = x
nat_router = 203.0.113.1 eth1:1
nat_router = x
nat_nmask = 255.0.0.0
deadtime = 9
keepalive = x
syncdaemon = 1
syncd_id = 999
tcp_timeout = x
active_cmd = "up x"
inactive_cmd = /bin/x
active = 1
active = 0
address = 192.0.2.80 eth0:1
address = 192.0.2.21
address = x
port = 80
port = http
port = 0
port = 99999
fwmark = 7
fwmark = x
protocol = udp
protocol = x
scheduler = rr
scheduler = x
persistent = 60
persistent = x
pmask = 255.255.0.0
pmask = x
vip_nmask = 255.255.255.0
vip_nmask = x
sorry_server = 127.0.0.1
sorry_server = x
send = "GET / HTTP/1.0\r\n\r\n"
send = "x
send =
expect = "HTTP"
expect = "("
use_regex = 1
send_program = "/bin/x %h %p"
send_program = x
timeout = 5
timeout = 0
weight = 3
weight = x
quiesce_server = 1
x
reentry = 9
load_monitor = rup
client_monitor = /bin/x
dirs = [ a b ]
= =
x = y # z
# z

""".strip("\n").split("\n")

LDIRECTORD = r"""
virtual=192.0.2.80:80
virtual=192.0.2.80:53
virtual=3
virtual6=3
virtual=x
virtual=
virtual6=[2001:db8::80]:http
    real=192.0.2.21:80 gate
    real=192.0.2.22->192.0.2.24 masq 3 "/x", "y" l:1 u:2
    real=x
    real6=[2001:db8::21] ipip
    real=192.0.2.29:81 masq
    service=http
    service=dns
    service=x
    checktype=ping
    checktype=external
    checktype=connect
    checktype=off
    checktype=5
    checkcommand="/bin/x"
    checkcommand=x
    checkport=8080
    checkport=x
    request="x y"
    request="x"
    receive="("
    virtualhost=x
    httpmethod=HEAD
    load="x"
    login="x"
    passwd="x"
    scheduler=sh
    scheduler=X
    schedflags=sh-port
    schedflags=x
    persistent=60
    persistent=x
    netmask=255.255.0.0
    netmask=64
    protocol=udp
    protocol=fwm
    protocol=x
    ops=yes
    x
    quiescent=no
    quiescent=x
    fallback=127.0.0.1:81 masq
    fallback=x
    fallback6=[::1]:80
    checkinterval=x
    fallbackcommand=/bin/x
    emailalert=a@example.com
    emailalert=x
    emailalertstatus=none
    failurecount=0
    servicename=x
    comment=x # y

  real=192.0.2.28 gate
checktimeout=3
checktimeout=x
checkinterval=0
fork=yes
failurecount=2
checkcount=x
fallback=192.0.2.29
fallback=x y z
fallback6=x
quiescent=yes
emailalert=b@example.com
emailalertfrom=x
smtp=x y
maintenancedir=/x
execute=x
supervised
x
x=y
real=192.0.2.21 gate
= =
# z
""".strip("\n").split("\n")

IPVSADM = r"""
-A -t 192.0.2.80:80
-A -t 192.0.2.80:80 -s rr -p
-A -u 192.0.2.80:domain -o
-A -f 7
-A -f 7 -6
-A -f x
-A -t x:http
-A -t [2001:db8::80]:443 -s sh -b sh-port,x
-E -t 192.0.2.80:80 -s wrr -M 255.0.0.0
-a -t 192.0.2.80:80 -r 192.0.2.21:80
-a -t 192.0.2.80:80 -r 192.0.2.21:81 -m -w 3
-a -f 7 -r 192.0.2.22 -i --tun-type gue --tun-port x
-a -f 7 -6 -r x
-e -t 192.0.2.80:80 -r 192.0.2.21:80 -w 0
-a -t 192.0.2.80:80 -r 2001:db8::21 -i
-d -t 192.0.2.80:80 -r x
-C
-L -n
-x
ipvsadm
/sbin/ipvsadm -At 192.0.2.81:$PORT
PORT=80
PORT=$OTHER
PORT=`x`
--set 1 2 3
--set x y z
--set 1
;;
; ; ;
&&
ipvsadm --start-daemon master --syncid x
ipvsadm --stop-daemon backup
-A
-a
-
--
--set=1
-A -t
x \
\
echo "x
'
# z
if x; then ipvsadm -A -t 192.0.2.82:80; fi
for x in y; do
done
}
{
esac
x) ipvsadm -A -f 9 ;;
-A -f 4294967296
-AA -f 1

""".strip("\n").split("\n")
