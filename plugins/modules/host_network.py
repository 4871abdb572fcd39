#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_network
short_description: Manage the addresses, tunnels, routes and sysctls that a cluster needs on one host, in one call
version_added: 0.1.0
description:
  - Adds and removes addresses, above all virtual ones (VIP) on directors and on the loopback interface of real servers,
    sets sysctls, and makes the tunnels, GUE listeners, routes and rules that a way of forwarding needs, now and for the
    next boot. What others have configured stays.
  - Tunnels and listeners come first. Sysctls are set before addresses appear and put back after they are gone, so that
    a real server never holds a VIP that it would answer ARP for. Routes and rules come last. Removals go the other way
    round.
  - Talks netlink to the kernel; the one program that it runs is C(modprobe). Should the kernel refuse a change, what
    the call has done so far is undone; a kernel module that it has loaded stays.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(merged) - what is listed is there; everything else stays.
      - V(replaced) - the same, and what O(boot_file) and O(sysctl_file) list and the call no longer lists goes.
      - V(deleted) - what is listed goes.
      - A sysctl that goes gets back the value that it had before, which O(sysctl_file) remembers. A tunnel that goes
        takes what is on it along. A kernel module is never unloaded, it only goes from O(modules_file).
    type: str
    choices: [merged, replaced, deleted]
    default: merged
  kernel_modules:
    description:
      - Modules of the kernel that are loaded now and at the next boot. One that is not installed is an error before
        anything is changed. O(tunnels) and O(listeners) need none listed here.
    type: list
    elements: str
    default: []
  module_options:
    description:
      - Options of kernel modules, by the module, such as V({"ip_vs":{"conn_tab_bits":13}}). They go to O(modprobe_file)
        and count when the module is loaded the next time, at a boot.
    type: dict
    default: {}
  tunnels:
    description:
      - Interfaces that unpack what a director sends with C(forward=tun), whoever sends it. They are brought up. One of
        the caller's own with another kind or local address is recreated. One of others with the same name is an error.
      - With the first tunnel of a kind, the kernel loads its module, and with it comes the interface C(tunl0), C(sit0),
        C(gre0), C(gretap0), C(erspan0), C(ip6tnl0) or C(ip6gre0). It is down, harmless, and stays.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the interface, at most 15 letters, digits and C(_.-), a letter first.
        type: str
        required: true
      kind:
        description:
          - What is inside and outside. V(ipip) is IPv4 in IPv4, V(sit) IPv6 in IPv4, V(gre) either in IPv4, V(ip6tnl)
            and V(ip6gre) either in IPv6.
        type: str
        required: true
        choices: [ipip, sit, gre, ip6tnl, ip6gre]
      local:
        description: The address of this host that the packets are sent to.
        type: str
        required: true
      checksum:
        description: V(gre) and V(ip6gre) only. Whether what arrives has checksums; what arrives otherwise is dropped.
        type: bool
        default: false
  listeners:
    description:
      - UDP ports at which the kernel unpacks GUE (C(ip fou)). What is inside goes on to the tunnels of its kind, so
        there must be one. The kernel module C(fou) is loaded, and listed in O(modules_file).
    type: list
    elements: dict
    default: []
    suboptions:
      port:
        description: The port.
        type: int
        required: true
      family:
        description: The family of the packets that arrive there.
        type: str
        choices: [ipv4, ipv6]
        default: ipv4
  addresses:
    description: Addresses of this host.
    type: list
    elements: dict
    default: []
    suboptions:
      address:
        description: The address and its prefix length, such as V(192.0.2.198/32). Without a length it is 32, or 128.
        type: str
        required: true
      interface:
        description: The interface that gets the address, which may be one of O(tunnels). Either this or
          O(addresses[].beside).
        type: str
      beside:
        description:
          - An address that this host has. For those who know a host by its address rather than by the names of its
            interfaces.
          - Meant is the interface that has an address in whose network O(addresses[].address) lies. Where there is
            none, or several, it is the one that has the address given here. The loopback interface is never meant.
        type: str
      label:
        description: IPv4 only. The label of the address, at most 15 characters, beginning with the interface's name.
        type: str
      announce:
        description:
          - Whether the neighbours are told when the address is added, by gratuitous ARP or an unsolicited neighbour
            advertisement, so that they do not go on using another host's MAC address.
        type: bool
        default: false
  routes:
    description:
      - Routes. A route of others with the same destination, table and metric that leads elsewhere is an error before
        anything is changed.
    type: list
    elements: dict
    default: []
    suboptions:
      destination:
        description: A network such as V(198.51.100.0/24), or V(default).
        type: str
        required: true
      family:
        description: Needed with a O(routes[].destination) of V(default) and no O(routes[].gateway) alone.
        type: str
        choices: [ipv4, ipv6]
      kind:
        description: V(local) takes packets to the destination for the host's own.
        type: str
        choices: [unicast, local]
        default: unicast
      gateway:
        description: The router that the packets are sent to.
        type: str
      interface:
        description: >-
          The interface, or an address in brackets for the interface that has it, as in V([2001:db8::21]). With a
          gateway the kernel finds it, except for a link-local one; with O(routes[].kind=local) it is C(lo).
        type: str
      table:
        description: The number of the routing table. Without it, it is the table main, 254.
        type: int
  rules:
    description: Rules that say which packets look into which routing table. A selector that is left out fits all.
    type: list
    elements: dict
    default: []
    suboptions:
      priority:
        description: Rules are asked in this order, 1 to 32765.
        type: int
        required: true
      family:
        description: Needed without O(rules[].source) and O(rules[].destination).
        type: str
        choices: [ipv4, ipv6]
      source:
        description: An address or a network that the packet comes from.
        type: str
      destination:
        description: An address or a network that the packet goes to.
        type: str
      mark:
        description: The mark of the packet.
        type: int
      protocol:
        description: The protocol of the packet.
        type: str
        choices: [tcp, udp, sctp]
      source_port:
        description: The port that the packet comes from, or a range such as V(10000-20000). The kernel takes ports up
          to 65534 here.
        type: str
      table:
        description: The number of the routing table.
        type: int
        required: true
  sysctls:
    description:
      - Sysctls below C(net) and their values, such as V({"net.ipv4.conf.all.arp_ignore":"1"}). A dot within an
        interface's name is written as a slash, as sysctl(8) does.
      - In place of an interface's name an address in brackets means the interface that has it, the loopback interface
        excepted, as in V(net.ipv4.conf.[192.0.2.2].rp_filter). With V(near) before the address it is the interface in
        whose network the address is, whoever has it. O(sysctl_file) gets the interface's name.
      - A sysctl may belong to one of O(tunnels) that is not there yet. With the tunnel it goes.
    type: dict
    default: {}
  refused_gateways:
    description:
      - Addresses of directors. It is an error, before anything is changed, when the default route in the table main
        goes through one of them. Not with O(state=deleted).
    type: list
    elements: str
    default: []
  refused_addresses:
    description:
      - VIPs for which only a director may answer. It is an error, before anything is changed, if this host
        has one of them on an Ethernet interface and this collection has not put it there. Not with O(state=deleted).
    type: list
    elements: str
    default: []
  handed_over:
    description:
      - Addresses that something else on this host looks after from now on, C(keepalived) for example. They go from
        O(boot_file), and the kernel keeps them, so that they stay reachable in between.
    type: list
    elements: str
    default: []
  manager_files:
    description:
      - Whether to write files for who manages the network of this host, by which what O(boot_file) lists stays, or is
        there again at once. Needs O(boot_file). A file is written where there is something for it, and goes with that.
      - systemd-networkd, also by netplan, gets the drop-ins C(/etc/systemd/networkd.conf.d/lvs.conf)
        (C(ManageForeignRoutes=no), C(ManageForeignRoutingPolicyRules=no)) and C(lvs.conf) for the C(.network) file of
        each interface that has an address (C(KeepConfiguration=yes)); it reads them when it starts again.
      - NetworkManager gets the script C(/etc/NetworkManager/dispatcher.d/90-lvs), and ifupdown
        C(/etc/network/if-up.d/lvs). They load O(boot_file) again when an interface has been set up anew, but not while
        the host boots or goes down.
    type: bool
    default: false
  ask_neighbours:
    description:
      - Whether to ask the neighbours on the wire, by ARP or neighbour solicitation, who has those of O(addresses) that
        are new; who answers is in RV(answers). It takes about two seconds, and no time when no address is new.
      - If this host itself has one of them on another interface or with another prefix, and this collection has not put
        it there, that is an error for what O(handed_over) lists, and a warning for the rest.
      - New is an address that neither this host has, nor O(boot_file) or O(keepalived_file) lists.
    type: bool
    default: false
  keep_found:
    description:
      - Whether an address that the host has already when it is first listed stays when it is no longer listed, or when
        everything goes. O(boot_file) remembers which these are.
    type: bool
    default: false
    version_added: 0.1.0
  keepalived_file:
    description:
      - keepalived's configuration. With O(ask_neighbours), the VIPs in it are not new, since directors
        hand them to each other.
    type: path
    default: /etc/keepalived/keepalived.conf
  all:
    description: With O(state=deleted), remove everything that the files list.
    type: bool
    default: false
  boot_file:
    description:
      - File that holds what is this caller's for C(ip -force -batch), for the next boot. It also says what is this
        caller's own. It is written after the kernel has taken all, and removed when it would be empty.
      - IPv6 rules, which only C(ip -6) takes, are in a second file with a 6 at the end of its name, for
        C(ip -6 -force -batch).
    type: path
  sysctl_file:
    description: The same for this caller's sysctls, in the syntax of sysctl.d(5).
    type: path
  modules_file:
    description: The same for this caller's kernel modules, in the syntax of modules-load.d(5).
    type: path
  modprobe_file:
    description: The same for O(module_options), in the syntax of modprobe.d(5).
    type: path
"""

EXAMPLES = r"""
# ansible lvs1 --become -m lvs.cluster.host_network -a '{"addresses": [{"address": "192.0.2.198/32",
#   "interface": "eth1", "announce": true}]}'

- name: A director holds the VIP, with a label, and tells its neighbours
  lvs.cluster.host_network:
    addresses:
      - address: 192.0.2.198/24
        interface: eth1
        label: eth1:shop
        announce: true
    boot_file: /etc/lvs/network.batch

- name: A real server accepts the VIP and never answers ARP for it
  lvs.cluster.host_network:
    state: replaced
    addresses:
      - {address: 192.0.2.198/32, interface: lo}
    sysctls:
      net.ipv4.conf.all.arp_ignore: "1"
      net.ipv4.conf.all.arp_announce: "2"
    boot_file: /etc/lvs/network.batch
    sysctl_file: /etc/sysctl.d/lvs.conf

- name: A real server unpacks what a director sends through tunnels, GUE at port 6080 among it
  lvs.cluster.host_network:
    state: replaced
    tunnels:
      - {name: lvs-ipip, kind: ipip, local: 198.51.100.21}
    listeners:
      - {port: 6080, family: ipv4}
    addresses:
      - {address: 192.0.2.198/32, interface: lvs-ipip}
    sysctls:
      net.ipv4.conf.lvs-ipip.rp_filter: "2"
    refused_gateways: [192.0.2.2]
    boot_file: /etc/lvs/network.batch
    sysctl_file: /etc/sysctl.d/lvs.conf
    modules_file: /etc/modules-load.d/lvs.conf

- name: Answers of one service go back through the director, all else through the host's own gateway
  lvs.cluster.host_network:
    routes:
      - {destination: default, gateway: 198.51.100.2, table: 5080}
    rules:
      - {priority: 5080, source: 198.51.100.21, protocol: tcp, source_port: 80, table: 5080}
    boot_file: /etc/lvs/network.batch

- name: A director takes what is marked for its own, for a service by firewall mark whose address no host has
  lvs.cluster.host_network:
    routes:
      - {destination: default, family: ipv4, kind: local, table: 5081}
    rules:
      - {priority: 5081, family: ipv4, mark: 1, table: 5081}
    sysctls:
      net.ipv4.conf.[192.0.2.2].rp_filter: "2"
    boot_file: /etc/lvs/network.batch
    sysctl_file: /etc/sysctl.d/lvs.conf

- name: As it was before
  lvs.cluster.host_network:
    state: deleted
    all: true
    boot_file: /etc/lvs/network.batch
    sysctl_file: /etc/sysctl.d/lvs.conf
    modules_file: /etc/modules-load.d/lvs.conf
    modprobe_file: /etc/modprobe.d/lvs.conf
"""

RETURN = r"""
plan:
  description:
    - What is added, changed and removed. The same in check mode and in a real run. A kind is V(module), V(tunnel),
      V(listener), V(sysctl), V(address), V(route) or V(rule).
    - Lists of more than 500 entries are cut, with a last entry that says so; RV(counts) is always complete.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample:
    added:
      - kind: address
        name: 192.0.2.198/32 on lo
        after: {label: lo}
    changed:
      - kind: sysctl
        name: net.ipv4.conf.all.arp_ignore
        before: {value: "0"}
        after: {value: "1"}
    removed: []
counts:
  description: How many things are added, changed and removed.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {added: 1, changed: 1, removed: 0}
commands:
  description: The C(ip), C(sysctl) and C(modprobe) commands that do the same, in order; cut as RV(plan) is.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["sysctl -w net.ipv4.conf.all.arp_ignore=1", "ip address add 192.0.2.198/32 dev lo"]
boot_commands:
  description: The commands by which a unit loads O(boot_file) at boot; there is no shell in them. Sysctls and kernel
    modules are left to systemd.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["/sbin/ip -force -batch /etc/lvs/network.batch"]
hardware_addresses:
  description: The MAC address of the interface that has each of the host's addresses, on Ethernet, before the changes.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {"192.0.2.2": "52:54:00:00:01:01"}
interfaces:
  description: The interface of each of the host's addresses before the changes, and the one for each listed address.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {"192.0.2.2": eth1, "192.0.2.198": eth1}
answers:
  description:
    - With O(ask_neighbours), the MAC addresses that answer for each listed address that is new.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {"192.0.2.198": ["52:54:00:00:01:09"]}
systemd:
  description: Whether systemd starts the units of this host, so that one of them can load O(boot_file) at boot.
  returned: when the changes could be planned, in a failure too
  type: bool
  sample: true
missing:
  description: The listed addresses that were not there before the changes, each with its prefix length; all of them.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["192.0.2.198/32"]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._files import read_text
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import virtual_addresses
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_ROUTE, NetlinkSocket
from ansible_collections.lvs.cluster.plugins.module_utils._network.desired import STATES
from ansible_collections.lvs.cluster.plugins.module_utils._network.kernel import NetworkKernel
from ansible_collections.lvs.cluster.plugins.module_utils._network.options import LISTED
from ansible_collections.lvs.cluster.plugins.module_utils._network.resource import Files, HostNetwork
from ansible_collections.lvs.cluster.plugins.module_utils._network.wanted import parse_network
from ansible_collections.lvs.cluster.plugins.module_utils._places import KEEPALIVED_CONF
from ansible_collections.lvs.cluster.plugins.module_utils._resource import run


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": list(STATES), "default": "merged"},
            **LISTED,
            "all": {"type": "bool", "default": False},
            "boot_file": {"type": "path"},
            "sysctl_file": {"type": "path"},
            "modules_file": {"type": "path"},
            "modprobe_file": {"type": "path"},
            "manager_files": {"type": "bool", "default": False},
            "ask_neighbours": {"type": "bool", "default": False},
            "keep_found": {"type": "bool", "default": False},
            "keepalived_file": {"type": "path", "default": KEEPALIVED_CONF},
            **ORIGIN,
        },
        supports_check_mode=True,
    )
    options = module.params

    def build() -> HostNetwork:
        wanted = parse_network(options)
        kernel = NetworkKernel(NetlinkSocket(NETLINK_ROUTE))
        files = Files(*(options[f"{name}_file"] for name in ("boot", "sysctl", "modules", "modprobe")))
        configuration = (read_text(options["keepalived_file"]) or "") if options["ask_neighbours"] else None
        known = None if configuration is None else virtual_addresses(configuration)
        keeps_found = options["keep_found"]
        managers = kernel.managers() if options["manager_files"] else None
        return HostNetwork(kernel, options["state"], wanted, options["all"], files, known, keeps_found, managers)

    run(module, build)


if __name__ == "__main__":
    main()
