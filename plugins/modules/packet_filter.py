#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: packet_filter
short_description: Manage the packet-filter rules that a cluster needs on one host, in one call
version_added: 0.1.0
description:
  - Adds and removes the rules by which real servers take connections to a VIP or keep silent about
    it, and by which directors mark, masquerade and let through packets, now and for the next boot.
  - Rules are kept in tables and chains of their own, which hold nothing else - with nftables the tables C(ip lvs),
    C(ip6 lvs) and C(arp lvs), with iptables and arptables the chains C(LVS-PREROUTING), C(LVS-POSTROUTING),
    C(LVS-INPUT), C(LVS-FORWARD) and C(LVS-OUTPUT). What others have configured stays. A line in these tables and
    chains that is none of this module's rules goes with the next call.
  - Uses the tools C(nft), or C(iptables-restore) and C(arptables). Should one refuse a change, what the call has done
    so far is undone.
  - Where a call uses other tools than the one before it, the rules move from these to those.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(merged) - what is listed is there, in place of a rule for the same packets that does another thing; rules of
        earlier calls stay.
      - V(replaced) - what is listed is there, and rules of earlier calls that are no longer listed go.
      - V(deleted) - what is listed goes.
    type: str
    choices: [merged, replaced, deleted]
    default: merged
  rules:
    description:
      - Rules for packets. Their order means nothing. Whether one is about IPv4 or IPv6 is told by its addresses; a rule
        without any is about both.
    type: list
    elements: dict
    default: []
    suboptions:
      kind:
        description:
          - V(silence) - the host does not answer ARP requests for O(rules[].address), and says O(rules[].instead) where
            it would name that address as its own in ARP. For a real server with a VIP on an interface of the network.
          - V(redirect) - the host itself takes what arrives for O(rules[].address) and the ports of
            O(rules[].protocol), though it does not have the address. For a real server without a VIP; with
            O(rules[].mac), for what a director sends to another one that is its real server.
          - V(unmarked) - packets that come from the machine with O(rules[].mac) are not marked by V(mark); without
            O(rules[].mac), those of connections that V(redirect) has taken are not.
          - V(untracked) - netfilter does not track the connections of packets to O(rules[].address), or from
            O(rules[].source). For firewalld, which drops packets of connections that it knows in part only, before any
            rule of its own could let them in.
          - V(mark) - packets to O(rules[].address) get the firewall mark O(rules[].mark), for a virtual service by
            mark. Where several rules match a packet, the most specific one counts. A mark of 0 leaves
            packets out of what another rule would mark; with O(rules[].source) those that come from there.
          - V(masquerade) - connections that real servers at O(rules[].source) open to elsewhere get the director's
            address. What a network sends within itself is left alone.
          - V(source_nat) - connections to O(rules[].address) that IPVS balances by C(nat) reach the real server with
            O(rules[].to) as their source, so that answers come back through the director within one network. Needs
            the sysctl C(net.ipv4.vs.conntrack) to be 1. O(rules[].mark) can name them instead of O(rules[].address) and
            O(rules[].protocol).
          - V(clamp) - TCP connections that are opened or answered from O(rules[].address) announce a maximum segment
            size of O(rules[].mss) at most; a smaller one stays. For tunnels.
          - V(accept) - the firewall that the host has already lets packets in or through, before its own rules. With
            nftables, every base chain that could drop them jumps first to a chain C(lvs_input) or C(lvs_forward) in its
            table; where there is no such chain, there is nothing to open.
        type: str
        choices: [silence, redirect, unmarked, untracked, mark, masquerade, source_nat, clamp, accept]
        required: true
      hook:
        description: With V(accept), whether packets are for the host itself or pass through it.
        type: str
        choices: [input, forward]
      mac:
        description: With V(unmarked) and V(redirect), the MAC address of the machine that packets come from.
        type: str
      source:
        description:
          - With V(masquerade), V(accept), V(untracked) and V(mark), the address or network that packets come from.
        type: str
      address:
        description:
          - The address that packets go to; with V(clamp) the one that they come from. With V(accept), V(mark),
            V(redirect), V(source_nat) and V(untracked) it may be a network too.
          - With V(mark) and V(redirect), V(0.0.0.0/0) and V(::/0) are packets to any address but those of the host
            itself, as a transparent proxy takes them; neither multicast nor, in IPv4, broadcast.
        type: str
      protocol:
        description:
          - V(tcp), V(udp) or V(sctp). With V(mark), V(accept) and V(untracked) also V(icmp), V(igmp), V(ipip), V(ipv6),
            V(gre), V(esp), V(ah), V(icmpv6), V(vrrp), or the number of one of these.
          - With V(mark), V(accept) and V(untracked) it may be left out, for all protocols.
        type: str
      source_port:
        description: With V(accept) and V(untracked), the ports that packets come from, as with O(rules[].port).
        type: list
        elements: str
      port:
        description:
          - The ports that packets go to, and ranges of them such as V(10000-20000); without it or with 0, every one.
          - Ports next to each other become a range. What takes more than 15 ports, a range counted as two, becomes
            several rules; so does each port or range of V(source_nat).
        type: list
        elements: str
      connection:
        description:
          - With V(accept) and V(established), only packets of connections that the host knows already, and errors about
            them. For the answers to connections that V(masquerade) has let out.
        type: str
        choices: [established]
      instead:
        description: With V(silence), an IPv4 address that the host has for its own.
        type: str
      mark:
        description:
          - With V(mark), a firewall mark of 1 to 4294967295, or 0 for none.
          - With V(accept) and V(source_nat), the mark that packets have already.
        type: int
      to:
        description: With V(source_nat), an address of this host.
        type: str
      mss:
        description: With V(clamp), the largest segment in bytes, 536 to 65495.
        type: int
  all:
    description: With O(state=deleted), remove all rules of earlier calls.
    type: bool
    default: false
  firewall:
    description:
      - The tool that keeps all rules but those for ARP. By default V(nftables) where the host has C(nft), otherwise
        V(iptables). Use V(iptables) where that is what the host's own firewall is made by.
      - With V(firewalld) and V(ufw), these keep what V(accept) lets in or through, in a way that survives their reload,
        and all else is kept as by default. What V(accept) gets in firewalld are the policies C(lvs-input) and
        C(lvs-forward), in files of that name in C(/etc/firewalld/policies) and in what runs; C(firewall-cmd
        --info-policy=lvs-input) shows it. firewalld is reloaded when one of them is new or goes; the call fails where
        that would lose settings of others that are not permanent. In ufw it is a part of its own at the end of
        C(/etc/ufw/before.rules) and C(/etc/ufw/before6.rules), and of what runs; C(ufw show before-rules) shows it.
    type: str
    choices: [nftables, iptables, firewalld, ufw]
  arp_firewall:
    description:
      - The tool that keeps the rules for ARP (V(silence)). By default V(nftables) where the host has C(nft), otherwise
        V(arptables).
    type: str
    choices: [nftables, arptables]
  boot_folder:
    description:
      - Folder for the files that load the rules at the next boot, such as V(/etc/lvs) - C(filter.nft),
        C(filter.iptables), C(filter.ip6tables), C(filter.arptables), and C(firewall.nft) for openings in a firewall of
        nftables. A file is written after the kernel has taken all, and removed when it would be empty. What loads them
        is in RV(boot_commands).
    type: path
  unit_folder:
    description:
      - Folder of systemd's units, V(/etc/systemd/system). With it, what this module has in tables and chains of its own
        survives the host's own units that flush everything - when they start, are reloaded, and stop, which comes
        before the end of the network when the host goes down.
      - Such units are C(nftables.service), C(netfilter-persistent.service) of Debian, and C(iptables.service),
        C(ip6tables.service) and C(arptables.service) of Red Hat. Each that would take something away gets a drop-in
        C(lvs.conf), as long as the file that it loads is in O(boot_folder). systemd is told to read it
        (C(daemon-reload)).
    type: path
"""

EXAMPLES = r"""
# ansible web1 --become -m lvs.cluster.packet_filter -a '{"rules": [{"kind": "redirect", "address": "192.0.2.198",
#   "protocol": "tcp", "port": 80}]}'

- name: A real server takes what comes for the VIP, without having it
  lvs.cluster.packet_filter:
    state: replaced
    rules:
      - {kind: redirect, address: 192.0.2.198, protocol: tcp, port: 80}
    boot_folder: /etc/lvs

- name: A real server has the VIP on its interface and keeps silent about it, by arptables
  lvs.cluster.packet_filter:
    state: replaced
    rules:
      - {kind: silence, address: 192.0.2.198, instead: 192.0.2.21}
    arp_firewall: arptables
    boot_folder: /etc/lvs

- name: A director marks what comes for the VIP, unless another director has balanced it already
  lvs.cluster.packet_filter:
    state: replaced
    rules:
      - {kind: unmarked, mac: "52:54:00:00:01:02"}
      - {kind: unmarked, mac: "52:54:00:00:01:03"}
      - {kind: mark, mark: 1234, address: 192.0.2.198, protocol: tcp, port: 80}
      - {kind: mark, mark: 5, address: 192.0.2.198, protocol: udp, port: [5060, 10000-20000]}
    boot_folder: /etc/lvs

- name: A director lets its real servers reach out, and NAT works for clients in their network too
  lvs.cluster.packet_filter:
    state: replaced
    rules:
      - {kind: masquerade, source: 198.51.100.0/24}
      - {kind: source_nat, address: 192.0.2.198, protocol: tcp, port: 80, to: 198.51.100.2}
    boot_folder: /etc/lvs

- name: A director with a closed firewall of its own lets in the service, and VRRP of the other director
  lvs.cluster.packet_filter:
    rules:
      - {kind: accept, hook: input, protocol: tcp, address: 192.0.2.198, port: 80}
      - {kind: accept, hook: input, protocol: vrrp, source: 192.0.2.3}
    boot_folder: /etc/lvs

- name: As it was before
  lvs.cluster.packet_filter:
    state: deleted
    all: true
    boot_folder: /etc/lvs
"""

RETURN = r"""
plan:
  description:
    - What is added and removed. The same in check mode and in a real run. A C(stray) is a line in tables or chains of
      this module that is none of its rules.
    - Lists of more than 500 entries are cut, with a last entry that says so; RV(counts) is always complete.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample:
    added:
      - kind: redirect
        name: address 192.0.2.198 protocol tcp port 80
        after: {kind: redirect, family: ipv4, address: 192.0.2.198, protocol: tcp, port: "80"}
    changed: []
    removed: []
counts:
  description: How many rules are added and removed; a rule for both families counts twice.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {added: 1, changed: 0, removed: 0}
commands:
  description:
    - The C(nft), C(iptables) and C(arptables) commands that do the same once the tables and chains are there; cut as
      RV(plan) is.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["nft add rule ip lvs nat_prerouting ip daddr 192.0.2.198 tcp dport 80 redirect"]
boot_commands:
  description:
    - The commands that load the files in O(boot_folder), in order, as C(ExecStart) of a systemd unit takes them. One
      that begins with V(-) opens the host's own firewall, is to run after that is loaded, and may fail without harm to
      the others. The same in check mode and in a real run.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["/usr/sbin/nft -f /etc/lvs/filter.nft"]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._filter.kernel import FilterKernel
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import FIREWALLS, parse_rules
from ansible_collections.lvs.cluster.plugins.module_utils._filter.options import RULES
from ansible_collections.lvs.cluster.plugins.module_utils._filter.plan import STATES
from ansible_collections.lvs.cluster.plugins.module_utils._filter.resource import PacketFilter, choose
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._resource import run


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": list(STATES), "default": "merged"},
            "rules": RULES,
            "all": {"type": "bool", "default": False},
            "firewall": {"type": "str", "choices": list(FIREWALLS)},
            "arp_firewall": {"type": "str", "choices": ["nftables", "arptables"]},
            "boot_folder": {"type": "path"},
            "unit_folder": {"type": "path"},
            **ORIGIN,
        },
        supports_check_mode=True,
    )
    options = module.params

    def build() -> PacketFilter:
        wanted = parse_rules(options["rules"])
        kernel = FilterKernel(choose(options["firewall"], options["arp_firewall"]))
        files = options["boot_folder"], options["unit_folder"]
        return PacketFilter(kernel, options["state"], wanted, options["all"], *files)

    run(module, build)


if __name__ == "__main__":
    main()
