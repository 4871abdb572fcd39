#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ipvs_info
short_description: Read the table of virtual services (IPVS), its counters and its settings
version_added: 0.1.0
description:
  - Returns the virtual services in the very form that M(lvs.cluster.ipvs_services) takes, so that a table built by hand
    can be put into an inventory; beside it what the kernel counts for them, IPVS's settings and what it supports.
  - Fails with the way out where the kernel has no IPVS. To ask for it makes the kernel load its module C(ip_vs).
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  statistics:
    description:
      - Whether to return RV(statistics) too. For ten thousand services with five real servers each they make the
        result three times as large, 32 instead of 11 megabytes, and the call as much slower.
    type: bool
    default: true
  rules:
    description: Whether to return RV(rules) too.
    type: bool
    default: false
seealso:
  - module: lvs.cluster.ipvs_services
  - module: lvs.cluster.ipvs_sync_daemon
  - module: lvs.cluster.ipvs_timeouts
"""

EXAMPLES = r"""
# ansible lvs1 --become -m lvs.cluster.ipvs_info

- name: Read the table
  lvs.cluster.ipvs_info:
  register: ipvs

- name: Show it as it can be put into an inventory
  ansible.builtin.debug:
    msg: "{{ ipvs.services | to_nice_yaml }}"

- name: Wait until a quiesced real server has no connections left, in none of its services
  lvs.cluster.ipvs_info:
  register: ipvs
  until: >-
    ipvs.statistics | map(attribute='destinations') | flatten | selectattr('address', 'eq', '192.0.2.21')
    | map(attribute='active_connections') | sum == 0
  retries: 60
  delay: 5
"""

RETURN = r"""
services:
  description: The virtual services, as O(lvs.cluster.ipvs_services#module:services) takes them, sorted.
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
      persistence_netmask: 255.255.255.255
      persistence_engine: ""
      destinations:
        - address: 192.0.2.21
          port: 80
          forward: dr
          weight: 1
          upper_threshold: 0
          lower_threshold: 0
          tunnel_type: ipip
          tunnel_port: 0
          tunnel_checksum: nocsum
served:
  description: Those of RV(services) that have a real server for new connections, in the order of RV(services).
  returned: success
  type: list
  elements: str
  sample: ["tcp 192.0.2.198:80"]
rules:
  description: The table, timeouts other than the kernel's own, and sync daemons, as C(ipvsadm --restore) takes them.
  returned: when O(rules=true)
  type: list
  elements: str
  sample: ["-A -t 192.0.2.198:80 -s wlc", "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 1"]
statistics:
  description:
    - What the kernel counts, one entry for each of RV(services) and in the same order, with the keys that identify it.
    - The kernel brings counters and rates up to date every two seconds; not at all while the sysctl
      C(net.ipv4.vs.run_estimation) is 0. The numbers of connections are those of this moment.
    - Counters have 64 bits. In kernels before 4.1 those of connections and packets start again at 0 after 4294967295.
  returned: when O(statistics=true)
  type: list
  elements: dict
  contains:
    address:
      description: The VIP.
      returned: for a service by address
      type: str
    port:
      description: The virtual port.
      returned: for a service by address
      type: int
    protocol:
      description: The protocol.
      returned: for a service by address
      type: str
    fwmark:
      description: The mark of the packets.
      returned: for a service by mark
      type: int
    family:
      description: The family of the addresses, V(ipv4) or V(ipv6).
      returned: for a service by mark
      type: str
    counters:
      description: What has come and gone since the service was added, or its counters were zeroed.
      returned: always
      type: dict
      contains: &counts
        connections:
          description: New connections.
          returned: always
          type: int
        incoming_packets:
          description: Packets from clients.
          returned: always
          type: int
        outgoing_packets:
          description: Packets to clients; 0 where answers do not pass the director, as with V(dr) and V(tun).
          returned: always
          type: int
        incoming_bytes:
          description: Bytes from clients, with the headers of IP.
          returned: always
          type: int
        outgoing_bytes:
          description: Bytes to clients, with the headers of IP.
          returned: always
          type: int
    rates:
      description: The same per second, rounded; an average in which the last few seconds count most.
      returned: always
      type: dict
      contains: *counts
    destinations:
      description: The real servers of the service, in the order of those in RV(services).
      returned: always
      type: list
      elements: dict
      contains:
        address:
          description: The real server's address (RIP).
          returned: always
          type: str
        port:
          description: The real server's port.
          returned: always
          type: int
        active_connections:
          description: Connections of TCP or SCTP that are being opened or established.
          returned: always
          type: int
        inactive_connections:
          description: All other connections, those that have ended and all of UDP among them, until their timeout.
          returned: always
          type: int
        persistent_connections:
          description: Clients that persistence keeps at this real server, with or without a connection.
          returned: always
          type: int
        counters:
          description: As those of the service, since the real server was added to it.
          returned: always
          type: dict
          contains: *counts
        rates:
          description: As those of the service.
          returned: always
          type: dict
          contains: *counts
  sample:
    - address: 192.0.2.198
      port: 80
      protocol: tcp
      counters: &sample_counters
        connections: 1532
        incoming_packets: 12040
        outgoing_packets: 0
        incoming_bytes: 1206481
        outgoing_bytes: 0
      rates: &sample_rates
        connections: 3
        incoming_packets: 24
        outgoing_packets: 0
        incoming_bytes: 2410
        outgoing_bytes: 0
      destinations:
        - address: 192.0.2.21
          port: 80
          active_connections: 12
          inactive_connections: 71
          persistent_connections: 0
          counters: *sample_counters
          rates: *sample_rates
timeouts:
  description: >-
    Seconds for which a connection without packets is kept, as M(lvs.cluster.ipvs_timeouts) takes them.
  returned: success
  type: dict
  contains:
    tcp:
      description: An established TCP connection.
      returned: always
      type: int
    tcpfin:
      description: A TCP connection after its FIN.
      returned: always
      type: int
    udp:
      description: One of UDP.
      returned: always
      type: int
  sample: {tcp: 900, tcpfin: 120, udp: 300}
sync_daemons:
  description: >-
    The daemons that synchronise connections with other directors, each under its role, with the options of
    M(lvs.cluster.ipvs_sync_daemon). Empty where none runs.
  returned: success
  type: dict
  contains:
    master:
      description: The daemon that sends.
      returned: where it runs
      type: dict
      contains: &daemon
        interface:
          description: The interface of the multicast.
          returned: always
          type: str
        sync_id:
          description: Tells the clusters on one network apart.
          returned: always
          type: int
        max_length:
          description: The longest message in bytes, without the headers of IP and UDP.
          returned: always
          type: int
        group:
          description: The multicast address.
          returned: always
          type: str
        port:
          description: The UDP port.
          returned: always
          type: int
        ttl:
          description: One more than the routers that a message may pass.
          returned: always
          type: int
    backup:
      description: The daemon that receives.
      returned: where it runs
      type: dict
      contains: *daemon
  sample:
    master: {interface: eth1, sync_id: 7, max_length: 1472, group: 224.0.0.81, port: 8848, ttl: 1}
sysctls:
  description: >-
    IPVS's sysctls with their values as text, blanks made one. Empty where the kernel hides them, as it does in a
    container.
  returned: success
  type: dict
  sample: {net.ipv4.vs.conntrack: "0", net.ipv4.vs.sync_threshold: "3 50"}
version:
  description: The version of IPVS in the kernel. Empty in check mode where it is not loaded, for a check loads nothing.
  returned: success
  type: str
  sample: 1.2.1
connection_table_size:
  description: The number of buckets of the connection hash table.
  returned: success
  type: int
  sample: 4096
schedulers:
  description: The schedulers that this kernel has or can load.
  returned: success
  type: list
  elements: str
  sample: [rr, wrr, lc, wlc, fo, ovf, lblc, lblcr, dh, sh, mh, sed, nq]
persistence_engines:
  description: The persistence engines that this kernel has or can load.
  returned: success
  type: list
  elements: str
  sample: [sip]
"""

from ansible_collections.lvs.cluster.plugins.module_utils._bulk import InfoModule
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_info import read_ipvs, read_rules
from ansible_collections.lvs.cluster.plugins.module_utils._namespace import explained
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import NetlinkError


def main() -> None:
    module = InfoModule(
        argument_spec={
            "statistics": {"type": "bool", "default": True},
            "rules": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    try:
        result = read_ipvs(module.params["statistics"], load=not module.check_mode)
        if module.params["rules"]:
            result["rules"] = read_rules(load=not module.check_mode)
    except (NetlinkError, OSError) as error:
        module.fail_json(msg=explained(str(error)))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
