# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses and ports as other people's files write them. Pure."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

from ...module_utils._netlink.address import BITS, canonical
from ...module_utils._ports import PORT_MAX

_MOST = 1024  # real servers of one line
# Names of services that are balanced, from /etc/services of Debian and Red Hat. Those of which the two mean different
# ports (http-alt) are not here.
_NAMED = """
ftp-data 20  ftp 21  ssh 22  telnet 23  smtp 25  mail 25  domain 53  tftp 69  gopher 70  http 80  www 80  www-http 80
kerberos 88  pop2 109  pop3 110  pop-3 110  sunrpc 111  portmapper 111  nntp 119  ntp 123  imap 143  imap2 143
snmp 161  snmptrap 162  bgp 179  ldap 389  https 443  microsoft-ds 445  submissions 465  smtps 465  urd 465
syslog 514  printer 515  nntps 563  submission 587  ipp 631  ldaps 636  domain-s 853  rsync 873  ftps-data 989
ftps 990  telnets 992  imaps 993  pop3s 995  socks 1080  openvpn 1194  ms-sql-s 1433  ms-sql-m 1434  ncube-lm 1521
l2f 1701  radius 1812  radius-acct 1813  nfs 2049  hbci 3000  squid 3128  icpv2 3130  msft-gc 3268  mysql 3306
ms-wbt-server 3389  svn 3690  terabase 4000  sieve 4190  commplex-main 5000  sip 5060  sips 5061  sip-tls 5061
xmpp-client 5222  xmpp-server 5269  postgresql 5432  postgres 5432  amqps 5671  amqp 5672  redis 6379
sun-sr-https 6443  ircd 6667  afs3-callback 7001  irdmi 8000  vcom-tunnel 8001  webcache 8080  sunproxyadmin 8081
us-cli 8082  us-srv 8083  radan-http 8088  pcsync-https 8443  ddi-tcp-1 8888  cslistener 9000  websm 9090
wap-wsp 9200  memcache 11211
"""
PORTS = {name: int(port) for name, port in re.findall(r"(\S+) ([0-9]+)", _NAMED)}


class NamedHost(ValueError):
    """A name stands where an address is needed."""


def port_of(word: str) -> int:
    """A port, by number or by the name of a service; 0 is all ports. ValueError says what is wrong."""
    if word in PORTS:
        return PORTS[word]
    if not re.fullmatch("[0-9]{1,5}", word):
        raise ValueError(f"{word or 'nothing'} is no port, and no service whose port is known here: write its number")
    if int(word) > PORT_MAX:
        raise ValueError(f"{word} is no port: the highest is {PORT_MAX}")
    return int(word)


def protocol_of(word: str) -> str:
    """tcp or udp, which is all that piranha and ldirectord know. ValueError for another."""
    if word not in ("tcp", "udp"):
        raise ValueError(f"{word or 'nothing'} is neither tcp nor udp")
    return word


def address_of(word: str) -> str:
    """An address in its one spelling, from one that may be in brackets. ValueError says what is wrong."""
    bare = re.sub(r"^\[(.*)\]$", r"\1", word)
    try:
        return canonical(bare)
    except ValueError:
        if re.search("[g-zG-Z]", bare):
            raise NamedHost(f"{word} is no address: names are not looked up here, write the address") from None
        raise ValueError(f"{word or 'nothing'} is no address") from None


def parted(word: str) -> tuple[str, str]:
    """ADDRESS:PORT, [ADDRESS]:PORT or ADDRESS, as address and port; the port is "" where there is none."""
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([^:]*))?", word)
    return (found[1], found[2] or "") if found else (word, "")


def is_netmask(word: str, family: str) -> bool:
    """Whether this says which clients count as one: a netmask in IPv4, a prefix length in IPv6."""
    if family == "ipv6":
        return word.isdecimal() and 1 <= int(word) <= BITS[family]
    return "." in word and prefix_of(word) > 0


def prefix_of(mask: str) -> int:
    """The length of an IPv4 netmask; 0 where it is none."""
    try:
        return ip_network(f"0.0.0.0/{mask}").prefixlen
    except ValueError:
        return 0


def range_of(first: str, last: str) -> list[str]:
    """All addresses from the first to the last. ValueError says what is wrong."""
    low, high = ip_address(address_of(first)), ip_address(address_of(last))
    if low.version != high.version:
        raise ValueError(f"{low} and {high} are of two families")
    size = int(high) - int(low) + 1
    if not 0 < size <= _MOST:
        raise ValueError(f"{low} to {high} is no range of at most {_MOST} addresses: the lower one comes first")
    return [str(low + number) for number in range(size)]
