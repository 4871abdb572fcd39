#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_info
short_description: Read what a host has of a cluster, and which virtual routers there are on its networks
version_added: 0.1.0
description:
  - Returns which of the listed files exist, the host's addresses, which of the listed addresses it holds, the virtual
    routers and the other directors in its configuration of keepalived, and, where asked for, its table of virtual
    services, what else on the host may load, flush or own that table, and where its packet filters drop whatever no
    rule lets pass.
  - Listens for advertisements of the virtual routers that are to be set up on the host and are not yet. Two clusters
    with the same virtual router on one network would take each other's advertisements for their own.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  paths:
    description:
      - Files to look for. A pattern such as V(/etc/lvs/drained/*) stands for all that fit.
      - Where it is left out, the files that a director may have, such as the programs of its engine, what is loaded at
        boot, and what operators have drained.
    type: list
    elements: path
  addresses:
    description:
      - Addresses that the host may hold, above all virtual ones, as O(lvs.cluster.host_network#module:addresses) has
        them. RV(held) and RV(missing) say which it has now, on the interface where it is to have them.
    type: list
    elements: dict
    default: []
    version_added: 0.1.0
    suboptions:
      address:
        description: The address and its prefix length, such as V(192.0.2.198/32). Without a length it is 32, or 128.
        type: str
        required: true
      interface:
        description: The interface that is to have the address. Either this or O(addresses[].beside).
        type: str
      beside:
        description:
          - An address that this host has. Meant is the interface that has an address in whose network
            O(addresses[].address) lies. Where there is none, or several, it is the one that has the address given here.
        type: str
      label:
        description: The label of the address; it makes no difference here.
        type: str
      announce:
        description: Whether the address is announced when it is added; it makes no difference here.
        type: bool
        default: false
  ipvs:
    description: Whether to read the table of virtual services and its counters too. It fails where there is no IPVS.
    type: bool
    default: false
    version_added: 0.1.0
  owners:
    description:
      - Whether to look who else may load, flush or own the table of virtual services, and which packet filters may keep
        packets away from it.
    type: bool
    default: true
    version_added: 0.1.0
  journal:
    description: Whether to read what keepalived has written into the journal.
    type: bool
    default: false
    version_added: 0.1.0
  bgp:
    description: Whether to read which VIPs the host announces by BGP, and to which routers (M(lvs.cluster.bgp)).
    type: bool
    default: false
    version_added: 0.1.0
  health:
    description:
      - Whether to read what shows that a host works - the processes of keepalived, how many connections wait for their
        clients, how full the table of conntrack is, and the MTU of each interface.
    type: bool
    default: false
    version_added: 0.1.0
  texts:
    description:
      - Whether to return the text of O(keepalived_file), what keepalived says of its version, and its last lines in the
        journal. Secrets are masked on the host.
    type: bool
    default: false
    version_added: 0.1.0
  history:
    description:
      - How many of the latest changes to return that this collection has made on the host; M(lvs.cluster.history_info)
        reads all of them.
    type: int
    default: 0
    version_added: 0.1.0
  ask:
    description:
      - Addresses for which the neighbours are asked by ARP or neighbour solicitation, on the interface of this host in
        whose network they are. RV(answers) has who answers. Nobody learns anything from such a question.
    type: list
    elements: str
    default: []
    version_added: 0.1.0
  ways:
    description:
      - Packets of this host whose ways the kernel is asked for, as C(ip route get) does; none is sent. RV(ways) has
        what it says.
    type: list
    elements: dict
    default: []
    version_added: 0.1.0
    suboptions:
      to:
        description: The address that it is for.
        type: str
        required: true
      source:
        description: The address of this host that it comes from.
        type: str
      protocol:
        description: Its protocol, for routing rules that go by it.
        type: str
        choices: [tcp, udp, sctp]
      source_port:
        description: The port that it comes from, for routing rules that go by it.
        type: int
  listen:
    description:
      - V(new) listens for those of O(virtual_routers) that keepalived does not run on this host yet, V(all) for all.
    type: str
    choices: [new, all]
    default: new
    version_added: 0.1.0
  keepalived_file:
    description: The configuration of keepalived.
    type: path
    default: /etc/keepalived/keepalived.conf
  virtual_routers:
    description:
      - The virtual routers that are to run on this host. For those that keepalived does not run yet on their interface,
        the module listens for half a second more than the longest O(virtual_routers[].interval).
    type: list
    elements: dict
    default: []
    suboptions:
      virtual_router_id:
        description: The number of the virtual router.
        type: int
        required: true
      family:
        description: The family of its advertisements.
        type: str
        choices: [ipv4, ipv6]
        required: true
      interface:
        description: The interface by which the directors hear each other.
        type: str
      beside:
        description: An address of this host that is on that interface, where its name is not known.
        type: str
      interval:
        description: Seconds between two advertisements.
        type: float
        default: 1
seealso:
  - module: lvs.cluster.ipvs_info
  - module: lvs.cluster.resolve
  - module: lvs.cluster.keepalived
"""

EXAMPLES = r"""
# ansible lvs_directors --become -m lvs.cluster.host_info -a '{"virtual_routers":
#   [{"virtual_router_id": 51, "family": "ipv4", "interface": "eth1"}]}'

- name: See whether another host advertises virtual router 51 already
  lvs.cluster.host_info:
    virtual_routers:
      - virtual_router_id: 51
        family: ipv4
        interface: eth1
  register: host

- name: Wait until the VIP is here
  lvs.cluster.host_info:
    addresses:
      - {address: 192.0.2.198/32, interface: eth1}
  register: host
  until: host.missing | length == 0
"""

RETURN = r"""
files:
  description: Those of O(paths) that are there, in the order of O(paths).
  returned: success
  type: list
  elements: str
  sample: [/usr/sbin/keepalived]
addresses:
  description: The host's addresses, sorted.
  returned: success
  type: list
  elements: str
  sample: [127.0.0.1, 192.0.2.2]
placed:
  description: The same with their prefix lengths, interfaces and labels; a label is empty with IPv6.
  returned: success
  type: list
  elements: dict
  sample:
    - {address: 192.0.2.2, prefix: 24, interface: eth1, label: eth1}
hardware_addresses:
  description: The MAC address of the interface that has it, for each of the host's addresses on an Ethernet.
  returned: success
  type: dict
  sample: {192.0.2.2: "02:00:00:00:00:02"}
held:
  description: Those of O(addresses) that are there, each with its prefix length, sorted.
  returned: success
  type: list
  elements: str
  sample: ["192.0.2.198/32"]
missing:
  description: Those of O(addresses) that are not there, each with its prefix length, sorted.
  returned: success
  type: list
  elements: str
  sample: []
drains:
  description:
    - What operators have drained, or given another weight, on this director; name of a file in C(/etc/lvs/drained) and
      its text, which begins with what is added to the weight.
  returned: success
  type: dict
  sample: {192.0.2.21: "-1000000\n"}
failing:
  description:
    - The files in C(/etc/lvs/failed), each with its text. There is one for each real server whose health check fails in
      a service that has a C(depool_floor); C(1) takes it out of the table, C(0) leaves it in, since too many others are
      out.
  returned: success
  type: dict
  sample: {"192.0.2.21:80@shop_ipv4_tcp": "1\n"}
ipvs:
  description: With O(ipvs), all that M(lvs.cluster.ipvs_info) returns.
  returned: with O(ipvs)
  type: dict
virtual_routers:
  description: The instances of VRRP in O(keepalived_file), each with those to whom it advertises by unicast.
  returned: success
  type: list
  elements: dict
  sample:
    - name: lvs
      virtual_router_id: 51
      family: ipv4
      interface: eth1
      advertised: 127.112.224.190
      peers: [192.0.2.3]
other_directors:
  description:
    - The other directors of the cluster that O(keepalived_file) is for, each with the name of that cluster and all
      addresses that its definition had. Only a file that this collection has written names them.
  returned: success
  type: list
  elements: dict
  sample:
    - {cluster: lvs_directors, name: lvs2, addresses: [192.0.2.3, "2001:db8:2::3"]}
keepalived_is_own:
  description: Whether this collection has written O(keepalived_file).
  returned: success
  type: bool
  sample: true
keepalived_runs:
  description: Whether keepalived runs.
  returned: success
  type: bool
  sample: false
keepalived_version:
  description: The version of keepalived; none where it is not installed.
  returned: success
  type: str
  sample: 2.2.7
muted:
  description:
    - The text of the file in which this director keeps which findings of the playbook C(lvs.cluster.doctor) are muted,
      as M(lvs.cluster.director_marks) writes it; none where there is no such file.
  returned: success
  type: str
kernel_release:
  description: The release of the running kernel.
  returned: success
  type: str
  sample: 6.1.0-28-cloud-amd64
interfaces:
  description: The interface of each of the host's addresses, and the one for each of O(addresses).
  returned: success
  type: dict
  sample: {192.0.2.2: eth1}
answers:
  description:
    - For each of O(ask) that is in a network of this host, the MAC addresses that answer; of others only, not of this
      host itself.
  returned: with O(ask)
  type: dict
  sample: {192.0.2.198: ["02:00:00:00:00:02"]}
ways:
  description:
    - Each of O(ways) with the interface and the gateway of its way, each empty where there is none, and the longest
      packet that the route or a router on the way takes, in bytes (C(mtu)); none where nothing limits it but the
      interface. C(refused) is why there is no way.
  returned: with O(ways)
  type: list
  elements: dict
  sample:
    - to: 192.0.2.21
      source: null
      protocol: null
      source_port: null
      interface: eth1
      gateway: ""
      mtu: 1400
      refused: ""
bgp:
  description:
    - What the host announces by BGP for M(lvs.cluster.bgp). None where that module has set up nothing. Without
      sessions, the program does not run.
  returned: with O(bgp)
  type: dict
  contains:
    program:
      description: The program that speaks BGP, V(frr) or V(bird).
      type: str
    sessions:
      description:
        - The session with each router - its address and AS, the state as BGP calls it, for how many seconds it is
          established (at least a day where BIRD tells a date), and the prefixes that the router has been told.
      type: list
      elements: dict
  sample:
    program: frr
    sessions:
      - neighbour: 198.51.100.1
        remote_as: 64500
        state: Established
        seconds: 3600
        announced: [192.0.2.198/32]
health:
  description: Facts that the playbook C(lvs.cluster.doctor) judges.
  returned: with O(health)
  type: dict
  contains:
    identity:
      description: The boot of the kernel, the network namespace and the MAC addresses; no two hosts have it in common.
      type: str
    mtus:
      description: The MTU of each interface, in bytes.
      type: dict
    udp_drops:
      description:
        - For each UDP port at which a socket has lost messages since it was made, because nobody has read them in time,
          how many. The sockets of the sync daemons are among them.
      type: dict
    keepalived:
      description: The processes of keepalived, each with the letter of its state that C(ps) shows.
      type: list
      elements: dict
    conntrack:
      description: How many connections conntrack knows and how many it can know, none where it is not loaded.
      type: dict
    connections:
      description:
        - How many TCP connections of each real server of each service there are, and how many of them wait for the
          client (C(SYN_RECV)), of the first 200000. None where there is no IPVS.
      type: list
      elements: dict
  sample:
    identity: 6b0eb0a5-3c43-4f7c-a4fd-9d5d3cd7ad31 net:[4026531840] 02:00:00:00:00:02
    mtus: {eth1: 1500, lo: 65536}
    udp_drops: {"8848": 12}
    keepalived:
      - {part: keepalived, process: 212, state: S}
      - {part: checkers, process: 213, state: S}
      - {part: vrrp, process: 214, state: S}
    conntrack: {count: 12, max: 65536}
    connections:
      - service_address: 192.0.2.198
        service_port: 80
        address: 192.0.2.21
        port: 80
        waiting: 0
        connections: 7
system:
  description:
    - The operating system, as C(ID), C(ID_LIKE) and C(VERSION_ID) of os-release(5) name it, as far as they do.
  returned: success
  type: dict
  sample: {ID: ubuntu, ID_LIKE: debian, VERSION_ID: "24.04"}
selinux:
  description:
    - Whether SELinux is enforced, and whether its boolean C(keepalived_connect_any) is on, without which keepalived's
      checks may reach few ports. Where there is no such boolean, nothing has to be switched on.
  returned: success
  type: dict
  sample: {enforced: false, keepalived_connect_any: true}
time:
  description: The host's clock when it was read, in seconds since 1970.
  returned: success
  type: float
  sample: 1796029793.25
clock:
  description:
    - By how many seconds the host's clock is ahead of that of the controller, negative where it is behind. It is
      between C(least) and C(most), which are as far apart as the module took.
  returned: success
  type: dict
  sample: {least: -2.1, most: 0.4}
journal:
  description:
    - What is true by the last 10000 lines that C(keepalived.service) has in the journal, since keepalived was started.
      Times are in seconds since 1970. None where there is no journal to read.
  returned: with O(journal)
  type: dict
  contains:
    instances:
      description: The state of each instance of VRRP, and since when; by the name of the instance.
      type: dict
    real_servers:
      description:
        - Each real server that keepalived has taken out of a service, or put back - since when it is in or out (C(up)),
          and what keepalived said about it before it took it out.
      type: list
      elements: dict
    refused:
      description: What keepalived last said about an advertisement that it did not take.
      type: dict
    vips:
      description: The instance of VRRP that O(keepalived_file) has for each address.
      type: dict
  sample:
    instances: {lvs: {state: MASTER, since: 1796029647.66}}
    real_servers:
      - service: "[192.0.2.198]:tcp:80"
        address: 192.0.2.22
        port: 80
        up: false
        since: 1796029780.92
        why: "HTTP_CHECK on service [192.0.2.22]:tcp:80 failed after 1 retries."
    refused:
    vips: {192.0.2.198: lvs}
history:
  description: The latest changes that this collection has made on the host.
  returned: with O(history)
  type: dict
  contains:
    entries:
      description: As M(lvs.cluster.history_info) returns them, without their plan and diff.
      type: list
      elements: dict
    unread:
      description: Why the history cannot be read; empty where it can.
      type: str
texts:
  description: What people are asked for who tell of a fault in keepalived; secrets in it are masked.
  returned: with O(texts)
  type: dict
  contains:
    configuration:
      description: The text of O(keepalived_file).
      type: str
    version:
      description: All that keepalived says of its version and of how it was built.
      type: str
    journal:
      description: The last 3000 lines that C(keepalived.service) has in the journal.
      type: str
  sample:
    configuration: "vrrp_instance lvs { ... }"
    version: "Keepalived v2.2.7 (01/16,2022)"
    journal: "2026-11-30T13:17:51.000000+0000 lvs1 Keepalived_vrrp[214]: (lvs) Entering MASTER STATE"
owners:
  description:
    - What on this host may load, flush or own the table of virtual services, by files, units and processes of this
      network namespace. The module M(lvs.cluster.decide) says what it means for a cluster.
  returned: with O(owners)
  type: dict
  contains:
    units:
      description: >-
        Of C(keepalived.service), C(ipvsadm.service), C(ldirectord.service), C(heartbeat.service) and C(lvs.service)
        those that exist - whether they are active and started at boot, their main process and its arguments.
      type: dict
    ipvsadm:
      description: The variables C(AUTO) and C(DAEMON) in C(/etc/default/ipvsadm).
      type: dict
    ldirectord:
      description: The virtual services in the configuration of ldirectord.
      type: list
      elements: str
    watchdog:
      description: The device by which heartbeat has the host reset when it dies; empty for none.
      type: str
    processes:
      description: The processes of keepalived (main ones), kube-proxy, ldirectord and heartbeat, with their arguments.
      type: list
      elements: dict
    kube_interface:
      description: Whether there is the interface C(kube-ipvs0).
      type: bool
  sample:
    units:
      keepalived.service: {active: true, at_boot: true, process: 651, arguments: [--dont-fork]}
    ipvsadm: {AUTO: "false", DAEMON: none}
    ldirectord: []
    watchdog: ""
    processes: []
    kube_interface: false
closed:
  description:
    - Chains of the host's own packet filters that drop or refuse whatever none of their rules lets pass. The module
      M(lvs.cluster.decide) says what it means for a director.
    - C(tool) is what keeps the chain - C(nftables), C(iptables), C(firewalld) or C(ufw).
  returned: with O(owners)
  type: list
  elements: dict
  sample:
    - {hook: forward, family: ip, tool: iptables, chain: ip filter FORWARD}
source_nat:
  description:
    - The rules by which this director gives its own address to the connections of a service, so that real servers need
      no route for their answers; in the words of M(lvs.cluster.packet_filter).
  returned: with O(owners)
  type: list
  elements: dict
  sample:
    - {kind: source_nat, family: ipv4, address: 192.0.2.198, protocol: tcp, port: "80", to: 198.51.100.2}
heard:
  description:
    - What others advertise of O(virtual_routers) that are not on this host yet. C(interval) is in seconds, C(addresses)
      are those that the advertisement names.
  returned: success
  type: list
  elements: dict
  sample:
    - interface: eth1
      family: ipv4
      source: 192.0.2.7
      version: 2
      virtual_router_id: 51
      priority: 100
      interval: 1.0
      addresses: [192.0.2.200]
"""

import gc
import time
from glob import glob
from typing import Any, Dict, List, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._bgp.read import read_bgp
from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._drain.folder import read_texts
from ansible_collections.lvs.cluster.plugins.module_utils._files import read_text
from ansible_collections.lvs.cluster.plugins.module_utils._filter.boot_files import owned_in
from ansible_collections.lvs.cluster.plugins.module_utils._filter.kernel import read_closed
from ansible_collections.lvs.cluster.plugins.module_utils._health import read_health
from ansible_collections.lvs.cluster.plugins.module_utils._history.read import latest
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.owners import read_owners
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_info import read_ipvs
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.check import find, version
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.journal import told
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import (
    instances_of_addresses,
    virtual_routers,
)
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.others import others
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.service import read_journal, runs
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import is_own
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.texts import texts
from ansible_collections.lvs.cluster.plugins.module_utils._modules import kernel_release
from ansible_collections.lvs.cluster.plugins.module_utils._namespace import explained
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.address import canonical
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import NetlinkError
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_ROUTE, NetlinkSocket
from ansible_collections.lvs.cluster.plugins.module_utils._network.kernel import NetworkKernel, who_has
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import Network
from ansible_collections.lvs.cluster.plugins.module_utils._network.options import ADDRESS
from ansible_collections.lvs.cluster.plugins.module_utils._network.place import (
    beside,
    hardware_addresses,
    held,
    interfaces_of,
    missing,
)
from ansible_collections.lvs.cluster.plugins.module_utils._network.wanted import parse_network
from ansible_collections.lvs.cluster.plugins.module_utils._network.ways import PACKET, parse_packet, read_ways
from ansible_collections.lvs.cluster.plugins.module_utils._places import (
    DRAINED,
    FAILED,
    FOLDER,
    KEEPALIVED_CONF,
    MUTED,
    OF_A_DIRECTOR,
)
from ansible_collections.lvs.cluster.plugins.module_utils._running import read_os_release, read_selinux
from ansible_collections.lvs.cluster.plugins.module_utils._systems import BOOLEAN, IDENTITY
from ansible_collections.lvs.cluster.plugins.module_utils._wire.virtual_routers import asked, listen, unknown

ROUTER = {
    "virtual_router_id": {"type": "int", "required": True},
    "family": {"type": "str", "choices": ["ipv4", "ipv6"], "required": True},
    "interface": {"type": "str"},
    "beside": {"type": "str"},
    "interval": {"type": "float", "default": 1},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "paths": {"type": "list", "elements": "path"},
            "addresses": {"type": "list", "elements": "dict", "default": [], "options": ADDRESS},
            "ipvs": {"type": "bool", "default": False},
            "owners": {"type": "bool", "default": True},
            "journal": {"type": "bool", "default": False},
            "bgp": {"type": "bool", "default": False},
            "health": {"type": "bool", "default": False},
            "texts": {"type": "bool", "default": False},
            "history": {"type": "int", "default": 0},
            "ask": {"type": "list", "elements": "str", "default": []},
            "ways": {"type": "list", "elements": "dict", "default": [], "options": PACKET},
            "listen": {"type": "str", "choices": ["new", "all"], "default": "new"},
            "keepalived_file": {"type": "path", "default": KEEPALIVED_CONF},
            "virtual_routers": {"type": "list", "elements": "dict", "default": [], "options": ROUTER},
        },
        supports_check_mode=True,
    )
    gc.disable()  # a large table is many values and no cycle, and the process ends with this call
    try:
        result = _read(module.params, load=not module.check_mode)
    except (InvalidInput, NetlinkError, OSError) as error:
        module.fail_json(msg=explained(str(error)))
    module.exit_json(changed=False, **result)


def _read(options: Dict[str, Any], load: bool) -> Dict[str, Any]:
    wanted = parse_network({"addresses": options["addresses"]})
    paths = OF_A_DIRECTOR if options["paths"] is None else options["paths"]
    packets = [parse_packet(packet) for packet in options["ways"]]
    with NetlinkSocket(NETLINK_ROUTE) as netlink:
        network = NetworkKernel(netlink).read_interfaces()
        names = {link.number: name for name, link in network.links.items()}
        ways = read_ways(packets, netlink, names)
    return {
        "files": [found for path in paths for found in sorted(glob(path))],
        "addresses": sorted({key.address for key in network.addresses}),
        "placed": [{**key._asdict(), **network.addresses[key]._asdict()} for key in sorted(network.addresses)],
        "hardware_addresses": hardware_addresses(network),
        "interfaces": interfaces_of(wanted, network),
        "held": held(wanted, network),
        "missing": missing(wanted, network),
        "drains": read_texts(DRAINED),
        "failing": read_texts(FAILED),
        "muted": read_text(MUTED),
        "kernel_release": kernel_release(),
        "system": {name: value for name, value in read_os_release().items() if name in IDENTITY},
        "selinux": read_selinux(BOOLEAN),
        "time": time.time(),
        **({"ipvs": read_ipvs(counters=True, load=load)} if options["ipvs"] else {}),
        **(_others() if options["owners"] else {}),
        **({"journal": _journal(options["keepalived_file"])} if options["journal"] else {}),
        **({"bgp": read_bgp()} if options["bgp"] else {}),
        **({"health": read_health()} if options["health"] else {}),
        **({"texts": texts(options["keepalived_file"])} if options["texts"] else {}),
        **({"history": latest(options["history"])} if options["history"] > 0 else {}),
        **({"answers": _ask(options["ask"], network)} if options["ask"] else {}),
        **({"ways": ways} if packets else {}),
        **_routers(options, network),
    }


def _journal(keepalived_file: str) -> Optional[Dict[str, Any]]:
    text = read_journal()
    if text is None:
        return None
    vips = instances_of_addresses(read_text(keepalived_file) or "")
    return {**told(text).as_result(), "vips": vips}


def _others() -> Dict[str, Any]:
    source_nat = sorted(rule for rule in owned_in(FOLDER) if rule.kind == "source_nat")
    return {
        "owners": read_owners(),
        "closed": [chain._asdict() for chain in read_closed()],
        "source_nat": [rule._asdict() for rule in source_nat],
    }


def _ask(addresses: List[str], network: Network) -> Dict[str, List[str]]:
    try:
        asked_for = [canonical(address) for address in addresses]
    except ValueError as error:
        raise InvalidInput((f"ask: {error}",)) from error
    keys = [key for address in asked_for for key in beside(address, network)]
    answers = who_has(keys, network.links)
    return {key.address: answers.get(key.address, []) for key in keys}


def _routers(options: Dict[str, Any], network: Network) -> Dict[str, Any]:
    wanted: List[Dict[str, Any]] = options["virtual_routers"]
    interfaces = {key.address: key.interface for key in network.addresses}
    text = read_text(options["keepalived_file"]) or ""
    configured = virtual_routers(text)
    places = [place for place in (asked(option, interfaces) for option in wanted) if place is not None]
    at_work, program = runs(), find()
    running = configured if at_work and options["listen"] == "new" else []
    return {
        "virtual_routers": [router._asdict() for router in configured],
        "other_directors": [other._asdict() for other in others(text)],
        "keepalived_is_own": is_own(text),
        "keepalived_runs": at_work,
        "keepalived_version": version(program) if program else None,
        "heard": listen(unknown(places, running)),
    }


if __name__ == "__main__":
    main()
