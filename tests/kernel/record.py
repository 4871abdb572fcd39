# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Record what the native tools and the kernel say to each other, for the unit tests of the codec.

Run inside a lab machine, from the top of the collection, with T=tests/unit/plugins/module_utils:
`python tests/kernel/guest.py python3 tests/kernel/record.py ipvs > $T/_ipvs/recorded.json`
`python tests/kernel/guest.py python3 tests/kernel/record.py statistics > $T/_ipvs/recorded_statistics.json`
`python tests/kernel/guest.py python3 tests/kernel/record.py settings > $T/_ipvs_settings/recorded.json`
`python tests/kernel/guest.py python3 tests/kernel/record.py network > $T/_network/recorded.json`
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import wire
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import fou, ipvs, route
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.generic import Family, find_family
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import (
    NETLINK_GENERIC,
    NETLINK_ROUTE,
    NetlinkSocket,
    split_messages,
)
from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, run
from ansible_collections.lvs.cluster.tests.kernel.traffic import connections, told_by_ipvsadm, wait_for_counters

MONITOR = "nlmon0"
LINES = """
-A -t 192.0.2.198:80 -s sh -p 300 -M 255.255.255.0 -b sh-fallback,sh-port
-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 1 -x 100 -y 50
-a -t 192.0.2.198:80 -r 192.0.2.22:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum
-a -t 192.0.2.198:80 -r 192.0.2.23:8080 -m -w 65535
-a -t 192.0.2.198:80 -r 192.0.2.24:80 -i -w 1 --tun-type gre --tun-csum
-a -t 192.0.2.198:80 -r [2001:db8::25]:80 -i -w 1 --tun-type ipip
-A -u 192.0.2.198:53 -s rr -o
-A -u 192.0.2.198:5060 -s rr -p 60 --pe sip
-A --sctp-service 192.0.2.198:53 -s mh -b mh-fallback
-A -t [2001:db8::198]:443 -s wlc -p 9 -M 64 -b flag-1,flag-3
-a -t [2001:db8::198]:443 -r [2001:db8::21]:443 -g -w 5
-A -f 4 -6 -s wlc
-A -f 3000000000 -s wlc
-a -f 3000000000 -r 192.0.2.21:0 -g -w 1
""".strip().splitlines()

SETTINGS = """
--set 7200 60 30
--start-daemon master --mcast-interface eth1 --syncid 7 --sync-maxlen 1400 --mcast-group 224.0.0.82 --mcast-port 9000 --mcast-ttl 5
--start-daemon backup --mcast-interface lo --syncid 255 --sync-maxlen 65487 --mcast-group ff05::81 --mcast-port 8848 --mcast-ttl 1
""".strip().splitlines()  # noqa: E501 - as ipvsadm takes them

COMMANDS = """
ip address add 192.0.2.198/32 dev lo
ip address add 192.0.2.199/24 dev lvsnear label lvsnear:vip
ip address add 2001:db8:9::198/64 dev lvsnear nodad preferred_lft 0
ip address add 192.0.2.200/32 dev lvsnear
ip address delete 192.0.2.200/32 dev lvsnear
ip route add default via 192.0.2.9 dev eth1 metric 7 table 5080
ip route add local default dev lo table 5081
ip route add 203.0.113.0/24 dev eth1 table 254
ip route delete 203.0.113.0/24 dev eth1 table 254
ip -6 route add 2001:db8:7::/64 via 2001:db8:2::9 dev eth1 metric 7 table 5080
ip rule add priority 5080 from 198.51.100.21 ipproto tcp sport 80 lookup 5080
ip rule add priority 5081 fwmark 1234/0xffffffff lookup 5081
ip -6 rule add priority 5082 to 2001:db8:7::/64 lookup 254
ip rule add priority 5083 from 198.51.100.0/24 lookup 5080
ip rule delete priority 5083 from 198.51.100.0/24 lookup 5080
ip link add lvs-ipip up type ipip mode ipip local 192.0.2.2
ip link add lvs-sit up type sit mode ip6ip local 192.0.2.2
ip link add lvs-ip6tnl up type ip6tnl mode any local 2001:db8:2::2
ip link add lvs-ip6gre up type ip6gre local 2001:db8:2::2 icsum
ip fou add port 6080 gue
ip -6 fou add port 6081 gue
ip fou add port 6082 gue
ip fou delete port 6082
""".strip().splitlines()
MESSAGES = {
    "address": (route.RTM_NEWADDR, route.RTM_DELADDR),
    "route": (route.RTM_NEWROUTE, route.RTM_DELROUTE),
    "rule": (route.RTM_NEWRULE, route.RTM_DELRULE),
    "link": (route.RTM_NEWLINK,),
}


@contextmanager
def monitor() -> Iterator[socket.socket]:
    """A copy of every netlink message of this machine (drivers/net/nlmon.c)."""
    run("ip", "link", "add", MONITOR, "type", "nlmon")
    try:
        run("ip", "link", "set", MONITOR, "up")
        with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003)) as watcher:
            watcher.bind((MONITOR, 0x0003))
            watcher.settimeout(1)
            yield watcher
    finally:
        run("ip", "link", "delete", MONITOR)


def requests(watcher: socket.socket, kinds: tuple[int, ...]) -> Iterator[bytes]:
    """The payloads of the messages of these types that have passed since the watcher was opened."""
    while True:
        try:
            data = watcher.recv(1 << 16)
        except TimeoutError:
            return
        for kind, _flags, _sequence, payload in split_messages(data):
            if kind in kinds:
                yield payload


def record_ipvs() -> dict[str, Any]:
    """Each line and the request that ipvsadm makes of it; then the kernel's dump of all services and destinations."""
    ipvsadm("-C")
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        family = find_family(netlink, ipvs.FAMILY, ipvs.VERSION)
        said = {}
        for line in LINES:
            with monitor() as watcher:
                ipvsadm("-R", stdin=line + "\n")
                (said[line],) = [
                    payload.hex()
                    for payload in requests(watcher, (family.number,))
                    if payload[0] in (ipvs.NEW_SERVICE, ipvs.NEW_DEST)
                ]
        services = dumped(netlink, family)
    ipvsadm("-C")
    return {"kernel": os.uname().release, "requests": said, "services": services}


def dumped(netlink: NetlinkSocket, family: Family) -> dict[str, list[str]]:
    """The kernel's message about each service, and those about its destinations."""
    table = {}
    for payload in netlink.dump(family.request(ipvs.GET_SERVICE), "dump"):
        key, _service = wire.decode_service(payload)
        request = family.request(ipvs.GET_DEST, wire.identifying(key))
        table[payload.hex()] = [answer.hex() for answer in netlink.dump(request, "dump")]
    return table


def record_statistics() -> dict[str, Any]:
    """The kernel's dump after some connections, and the same as ipvsadm tells it."""
    with connections(), NetlinkSocket(NETLINK_GENERIC) as netlink:
        family = find_family(netlink, ipvs.FAMILY, ipvs.VERSION)
        wait_for_counters()
        services, told = None, None
        while services is None or services != dumped(netlink, family):  # not while the kernel counts
            services, told = dumped(netlink, family), told_by_ipvsadm()
    return {"kernel": os.uname().release, "services": services, "ipvsadm": told}


def record_settings() -> dict[str, Any]:
    """Each line and the request that ipvsadm makes of it; then the kernel's answers, and the same as ipvsadm tells it.

    The requests that stop the daemons come last.
    """
    stops = ["--stop-daemon master", "--stop-daemon backup"]
    said, told = {}, []
    with NetlinkSocket(NETLINK_GENERIC) as netlink:
        family = find_family(netlink, ipvs.FAMILY, ipvs.VERSION)
        for line in SETTINGS + stops:
            if line == stops[0]:
                told = ipvsadm("-L", "--timeout") + ipvsadm("-L", "--daemon", "-n")
                timeouts = netlink.query(family.request(ipvs.GET_CONFIG), "query").hex()
                daemons = [payload.hex() for payload in netlink.dump(family.request(ipvs.GET_DAEMON), "dump")]
            with monitor() as watcher:
                ipvsadm(*line.split())
                (said[line],) = [
                    payload.hex()
                    for payload in requests(watcher, (family.number,))
                    if payload[0] in (ipvs.SET_CONFIG, ipvs.NEW_DAEMON, ipvs.DEL_DAEMON)
                ]
    ipvsadm("--set", "900", "120", "300")
    return {"kernel": os.uname().release, "requests": said, "timeouts": timeouts, "daemons": daemons, "ipvsadm": told}


def record_network() -> dict[str, Any]:
    """Each command and the request that ip makes of it; then the kernel's dumps, and the same as ip tells it."""
    run("modprobe", "--all", "ipip", "sit", "ip6_tunnel", "ip6_gre", "fou", "fou6")
    run("ip", "link", "add", "lvsnear", "type", "dummy")
    said = {}
    with NetlinkSocket(NETLINK_GENERIC) as generic, NetlinkSocket(NETLINK_ROUTE) as netlink:
        family = find_family(generic, fou.FAMILY, fou.VERSION)
        messages = {**MESSAGES, "fou": (family.number,)}
        for command in COMMANDS:
            words = [word for word in command.split() if word != "-6"]
            with monitor() as watcher:
                run(*command.split())
                # The kernel tells every listener with a message of the same type; the request comes first. About a link
                # ip asks before, with an empty message, what the kernel can do.
                about = words[3].encode() if words[1] == "link" else b""
                said[command] = next(
                    payload for payload in requests(watcher, messages[words[1]]) if about in payload
                ).hex()
        dumps = {
            name: [payload.hex() for payload in netlink.dump(request, "dump")]
            for name, request in {
                "links": route.GET_LINKS,
                "addresses": route.GET_ADDRESSES,
                "routes": route.GET_ROUTES,
                "rules": route.GET_RULES,
            }.items()
        }
        dumps["listeners"] = [payload.hex() for payload in generic.dump(family.request(fou.GET), "dump")]
    told = {
        "ip": json.loads(run("ip", "-details", "-json", "address")),
        "ip fou": json.loads(run("ip", "-json", "fou", "show")),
        **{
            f"ip {version} {words.split()[0]}": json.loads(run("ip", "-N", "-json", version, *words.split()))
            for version in ("-4", "-6")
            for words in ("route show table all", "rule show")
        },
    }
    return {"kernel": os.uname().release, "requests": said, **dumps, **told}


def main() -> None:
    records = (record_ipvs, record_statistics, record_settings, record_network)
    recorded = {record.__name__.removeprefix("record_"): record for record in records}[sys.argv[1]]()
    json.dump(recorded, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
