# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/resolve.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: resolve
short_description: What a host must be, by the definition of the cluster
description:
  - Reads the definition of the cluster from the inventory (the variables C(lvs_cluster) and C(lvs_services) as its
    directors have them, and the hosts' own variables) and returns the part that concerns the host.
  - An inventory can define several clusters. Each has a group of directors of its own, C(lvs_directors) where
    C(lvs_cluster.directors) does not name another. A real server may serve several clusters; what all of them ask of it
    is returned together. Hosts that see different definitions for one group of directors are a mistake.
  - C(lvs_cluster_name) says which of several clusters a run is for, as one name or several with commas between them.
    Without it, a run is for all of them.
  - A definition with mistakes is refused with all of them at once, each with its path. An unknown key, at any depth,
    and an unknown variable that begins with C(lvs_) are mistakes. What is defined well, but may not work as its owner
    thinks, is a warning.
  - Runs on the controller. It connects to no host and changes nothing.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  hardware_addresses:
    description:
      - The MAC address of each director on the interface that has its address, by the director's name. Needed where
        directors are real servers by direct routing as well (RV(peers)), so that each can tell the packets
        of the others from those of clients. Without this option such rules are left out of RV(filter); where it is
        given, it must have all of RV(peers).
    type: dict
  interfaces:
    description:
      - The interface of each of the host's own addresses and of those that it is to hold, by address, as
        RV(lvs.cluster.host_network#module:interfaces) tells. Needed for RV(keepalived).
    type: dict
  reported:
    description:
      - The name of the variable in which a task has registered what M(lvs.cluster.host_info) has returned on each
        director. With it, the advertisements of VRRP keep the address that they name already, in RV(keepalived); and
        the module fails if the host hears somebody else advertise a virtual router of the cluster, or if its version
        of keepalived would refuse something of the definition.
    type: str
  anew:
    description:
      - Whether to read the definition even if an earlier task of the same run has read it.
      - Otherwise the definition, and the variables of all hosts that it needs, are taken as the first task of the run
        has read them; only a task that sees another C(lvs_cluster) or C(lvs_services), as from the variables of its
        play, reads them again.
    type: bool
    default: false
    version_added: 0.1.0
  overview:
    description:
      - Whether to return as well which hosts take part, from RV(realservers) on. These values grow with the number of
        hosts, so one task of a run asks for them, and not one on each host.
    type: bool
    default: false
    version_added: 0.1.0
  gone:
    description:
      - Former directors of the cluster that are down, by name or address. Whoever advertises a virtual router of the
        cluster from one of their addresses is another host.
    type: list
    elements: str
    default: []
    version_added: 0.1.0
  without:
    description: Names of clusters that do not count for what is returned, as if the host no longer had a part in them.
    type: list
    elements: str
    default: []
    version_added: 0.1.0
notes:
  - The variables of all hosts of the cluster are read, also of those outside C(--limit).
"""

EXAMPLES = r"""
# group_vars/all.yml
#   lvs_services:
#     - name: shop
#       address: 192.0.2.198
#       port: 80
#       real_servers: web
- name: Read the definition of the cluster
  lvs.cluster.resolve:
  register: view

- name: Set up what this host balances
  lvs.cluster.ipvs_services:
    state: replaced
    services: "{{ view.services }}"
"""

RETURN = r"""
roles:
  description: What the host is in the cluster. Empty where it has no part in it.
  returned: success
  type: list
  elements: str
  sample: [director]
services:
  description: The virtual services of a director, as O(lvs.cluster.ipvs_services#module:services) takes them.
  returned: success
  type: list
  elements: dict
  sample:
    - address: 192.0.2.198
      port: 80
      protocol: tcp
      scheduler: wlc
      scheduler_flags: []
      one_packet: false
      persistence_timeout: 0
      destinations:
        - {address: 192.0.2.21, port: 80, forward: dr, weight: 1, upper_threshold: 0, lower_threshold: 0}
address:
  description: The address by which a director is known (C(lvs_address)); null on other hosts.
  returned: success
  type: str
  sample: 192.0.2.2
peers:
  description:
    - The directors whose packets this director must not balance, since it is a real server of theirs.
  returned: success
  type: list
  elements: str
  sample: []
network:
  description: What the host needs of its network, as the options of M(lvs.cluster.host_network) take it, sorted.
  returned: success
  type: dict
  contains:
    addresses:
      description: The VIPs.
      type: list
      elements: dict
    tunnels:
      description: The devices that unpack what directors send by tunnel.
      type: list
      elements: dict
    listeners:
      description: The UDP ports at which GUE arrives.
      type: list
      elements: dict
    routes:
      description: The routes, above all the return path of NAT.
      type: list
      elements: dict
    rules:
      description: The routing rules.
      type: list
      elements: dict
    sysctls:
      description: Name and value of each kernel parameter that the cluster needs here.
      type: dict
    kernel_modules:
      description: The kernel modules that a director needs.
      type: list
      elements: str
    module_options:
      description: The options that kernel modules get when they are loaded the next time.
      type: dict
    refused_gateways:
      description: Through which addresses the host's default route must not go.
      type: list
      elements: str
    refused_addresses:
      description: The VIPs that others must not have put on the host's interfaces.
      type: list
      elements: str
    handed_over:
      description: The addresses that keepalived manages.
      type: list
      elements: str
  sample:
    addresses:
      - {address: 192.0.2.198/32, interface: lo, announce: false}
    tunnels: []
    listeners: []
    routes: []
    rules: []
    sysctls:
      net.ipv4.conf.all.arp_announce: "2"
      net.ipv4.conf.all.arp_ignore: "1"
    kernel_modules: []
    refused_gateways: [192.0.2.198, 192.0.2.2]
    refused_addresses: [192.0.2.198]
    handed_over: []
filter:
  description: What the host needs of its packet filter, as the options of M(lvs.cluster.packet_filter) take it.
  returned: success
  type: dict
  contains:
    firewall:
      description: The tool that the owner wants.
      type: str
    arp_firewall:
      description: The tool for ARP that the owner wants; absent where none is needed.
      type: str
    rules:
      description: The rules, sorted.
      type: list
      elements: dict
  sample:
    firewall: null
    rules:
      - {kind: redirect, address: 192.0.2.198, protocol: tcp, port: 80}
cluster:
  description: The name of the cluster that the host directs; null on other hosts.
  returned: success
  type: str
  sample: lvs_directors
engine:
  description: >-
    The word of C(lvs_cluster.engine) for RV(checks_by) and RV(vips_by) in the host's cluster; null where no word means
    these two.
  returned: success
  type: str
  sample: keepalived
checks_by:
  description: Who checks the real servers, and balances (C(lvs_cluster.checks_by)), in the host's cluster.
  returned: success
  type: str
  sample: keepalived
vips_by:
  description: Who holds the VIPs (C(lvs_cluster.vips_by)) in the host's cluster.
  returned: success
  type: str
  sample: vrrp
programs:
  description: What a director needs, by the names of programs and of their packages.
  returned: success
  type: list
  elements: str
  sample: [keepalived]
vips:
  description: The VIPs that a director holds, at least now and then, as RV(network.addresses) has them.
  returned: success
  type: list
  elements: dict
  sample:
    - {address: 192.0.2.198/32, beside: 192.0.2.2, announce: true}
virtual_routers:
  description:
    - The virtual routers that a director takes part in, as O(lvs.cluster.host_info#module:virtual_routers) takes them.
  returned: success
  type: list
  elements: dict
  sample: [{virtual_router_id: 51, family: ipv4, interval: 1, beside: 192.0.2.2}]
keepalived:
  description:
    - The text of a director's keepalived.conf, for M(lvs.cluster.keepalived). A password is not in it.
    - Null where keepalived neither checks nor holds the VIPs, and without O(interfaces).
  returned: success
  type: str
  sample: null
sync_daemon:
  description: The options of the daemons that hand connections over, where keepalived does not start them.
  returned: success
  type: dict
  sample: {}
announcing:
  description:
    - What tells routers of a director's VIPs with C(vips_by=bgp), empty without. C(announcer) are options of
      M(lvs.cluster.announcer), C(speaker) those of M(lvs.cluster.bgp) without passwords.
  returned: success
  type: dict
  sample: {}
timeouts:
  description: The options of M(lvs.cluster.ipvs_timeouts) for a director; empty where the owner names none.
  returned: success
  type: dict
  sample: {tcp: 7200}
connection_table_bits:
  description: The buckets of a director's connection hash table, as the power of 2; null where the owner does not say.
  returned: success
  type: int
  sample: 20
schedulers:
  description: The schedulers that a director needs.
  returned: success
  type: list
  elements: str
  sample: [wlc]
persistence_engines:
  description: The persistence engines that a director needs.
  returned: success
  type: list
  elements: str
  sample: [sip]
install_packages:
  description: Whether the owner wants packages to be installed (C(lvs_cluster.install_packages)).
  returned: success
  type: bool
  sample: false
names:
  description: >-
    How the owner calls services, and real servers by their addresses; the sorry server of each service, which
    differs from director to director where it is the director itself; and with keepalived the sum of weights below
    which each service loses its quorum. Of the cluster that the host directs, nothing on other hosts.
  returned: success
  type: dict
  sample:
    services: {"tcp 192.0.2.198:80": shop}
    real_servers: {"192.0.2.21": web1}
    sorry_servers: {"tcp 192.0.2.198:80": [{address: 192.0.2.29, port: 80}]}
    floors: {}
    quorums: {"tcp 192.0.2.198:80": 1}
cluster_directors:
  description: The names of all directors of that cluster, this host included; empty on other hosts.
  returned: success
  type: list
  elements: str
  sample: [lvs1]
directed_by:
  description: The names of the directors of all clusters in which the host takes part, itself included.
  returned: success
  type: list
  elements: str
  sample: [lvs1]
clusters:
  description: The names of the clusters that the run is for.
  returned: success
  type: list
  elements: str
  sample: [lvs_directors]
directors:
  description: The names of all directors of the clusters that the run is for.
  returned: success
  type: list
  elements: str
  sample: [lvs1]
realservers:
  description: The names of all real servers of the clusters that the run is for, sorry servers among them.
  returned: with O(overview)
  type: list
  elements: str
  sample: [web1, web2]
balanced:
  description: The names of those that clients are sent to, without those that are only sorry servers.
  returned: with O(overview)
  type: list
  elements: str
  sample: [web1, web2]
shared:
  description: The names of the hosts of these clusters that take part in other clusters too.
  returned: with O(overview)
  type: list
  elements: str
  sample: []
everybody:
  description: The names of all hosts that take part in any cluster of the inventory.
  returned: with O(overview)
  type: list
  elements: str
  sample: [lvs1, web1, web2]
complete:
  description: The directors of those clusters of which all directors take part in the run.
  returned: with O(overview)
  type: list
  elements: str
  sample: [lvs1, lvs2]
gathered:
  description:
    - The hosts of the play that take part in these clusters, each with the groups that the playbooks put it into,
      C(lvs_cluster_directors) or C(lvs_cluster_realservers). A director that is a real server too is a director there.
  returned: with O(overview)
  type: list
  elements: dict
  sample:
    - {host: lvs1, groups: [lvs_cluster_directors]}
    - {host: web1, groups: [lvs_cluster_realservers]}
"""
