#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_network
short_description: Manage the addresses and sysctls that a cluster needs on one host, in one call
version_added: 0.1.0
description:
  - Adds and removes addresses, above all virtual ones (VIP) on directors and on the loopback interface of real servers,
    and sets sysctls, now and for the next boot. What others have configured stays.
  - Sysctls are set before addresses appear and put back after they are gone, so that a real server never holds a VIP
    that it would answer ARP for.
  - Talks netlink to the kernel. Should it refuse a change, what the call has done so far is undone.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(merged) - what is listed is there; everything else stays.
      - V(replaced) - the same, and what O(boot_file) and O(sysctl_file) list and the call does not list any more goes.
      - V(deleted) - what is listed goes.
      - A sysctl that goes gets back the value that it had before, which O(sysctl_file) remembers.
    type: str
    choices: [merged, replaced, deleted]
    default: merged
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
        description: The interface that shall have the address. Either this or O(addresses[].beside).
        type: str
      beside:
        description:
          - An address that this host has; the interface that has it is meant, the loopback interface excepted. For
            those who know a host by its address rather than by the names of its interfaces.
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
  sysctls:
    description:
      - Sysctls below C(net) and their values, such as V({"net.ipv4.conf.all.arp_ignore":"1"}). A dot within an
        interface's name is written as a slash, as sysctl(8) does.
    type: dict
    default: {}
  all:
    description: With O(state=deleted), remove everything that O(boot_file) and O(sysctl_file) list.
    type: bool
    default: false
  boot_file:
    description:
      - File that holds this caller's addresses for C(ip -batch), for the next boot. It also says which addresses are
        this caller's own. It is written after the kernel has taken all, and removed when it would be empty.
    type: path
  sysctl_file:
    description: The same for this caller's sysctls, in the syntax of sysctl.d(5).
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

- name: As it was before
  lvs.cluster.host_network:
    state: deleted
    all: true
    boot_file: /etc/lvs/network.batch
    sysctl_file: /etc/sysctl.d/lvs.conf
"""

RETURN = r"""
plan:
  description:
    - What is added, changed and removed. The same in check mode and in a real run.
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
  description: How many addresses and sysctls are added, changed and removed.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {added: 1, changed: 1, removed: 0}
commands:
  description: The C(ip) and C(sysctl) commands that do the same, in order; cut as RV(plan) is.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["sysctl -w net.ipv4.conf.all.arp_ignore=1", "ip address add 192.0.2.198/32 dev lo"]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_ROUTE, NetlinkSocket
from ansible_collections.lvs.cluster.plugins.module_utils._network.kernel import NetworkKernel
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import parse_network
from ansible_collections.lvs.cluster.plugins.module_utils._network.options import ADDRESSES
from ansible_collections.lvs.cluster.plugins.module_utils._network.plan import STATES
from ansible_collections.lvs.cluster.plugins.module_utils._network.resource import HostNetwork
from ansible_collections.lvs.cluster.plugins.module_utils._resource import run


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": list(STATES), "default": "merged"},
            "addresses": ADDRESSES,
            "sysctls": {"type": "dict", "default": {}},
            "all": {"type": "bool", "default": False},
            "boot_file": {"type": "path"},
            "sysctl_file": {"type": "path"},
        },
        supports_check_mode=True,
    )
    options = module.params

    def build() -> HostNetwork:
        wanted = parse_network(options["addresses"], options["sysctls"])
        kernel = NetworkKernel(NetlinkSocket(NETLINK_ROUTE))
        return HostNetwork(
            kernel, options["state"], wanted, options["all"], options["boot_file"], options["sysctl_file"]
        )

    run(module, build)


if __name__ == "__main__":
    main()
