#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ipvs_service
short_description: Add, change or remove one virtual service (IPVS)
version_added: 0.1.0
description:
  - Brings one virtual service of a director to what is said, with one line and without an inventory of the rest. Its
    real servers (destinations) stay as they are; the module M(lvs.cluster.ipvs_destination) is for them.
  - Talks netlink to the kernel. C(ipvsadm) is not needed.
  - For many services in one call, M(lvs.cluster.ipvs_services) has the same options.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(present) - the service is there with these options. An option that is left out keeps the value that it has; a
        new service gets the default.
      - V(absent) - the service is gone, and its destinations with it. Only what identifies the service is looked at. A
        kernel without IPVS has nothing to remove.
    type: str
    choices: [present, absent]
    default: present
  address:
    description:
      - The VIP, IPv4 or IPv6. Either this or O(fwmark).
      - The kernel's name is C(IPVS_SVC_ATTR_ADDR).
    type: str
  port:
    description:
      - The virtual port, 1 to 65535; 0 for all ports, which needs O(persistence_timeout).
      - Needed with O(address), refused with O(fwmark). The kernel's name is C(IPVS_SVC_ATTR_PORT).
    type: int
  protocol:
    description:
      - The protocol, V(tcp) if left out. Refused with O(fwmark). The kernel's name is C(IPVS_SVC_ATTR_PROTOCOL).
    type: str
    choices: [tcp, udp, sctp]
  fwmark:
    description:
      - The mark that the packet filter puts on the packets of this service, 1 to 4294967295. The kernel's name is
        C(IPVS_SVC_ATTR_FWMARK).
    type: int
  family:
    description:
      - The family of the addresses of a service by O(fwmark), V(ipv4) if left out. A service by address has the family
        of its address. The kernel's name is C(IPVS_SVC_ATTR_AF).
    type: str
    choices: [ipv4, ipv6]
  scheduler:
    description:
      - How a real server is chosen, for example V(rr), V(wlc), V(sh) or V(mh). A new service has V(wlc) by default.
      - A scheduler that this kernel does not have is an error. The kernel's name is C(IPVS_SVC_ATTR_SCHED_NAME).
    type: str
  scheduler_flags:
    description:
      - Options of the scheduler; V([]) for none, the default of a new service. With V(sh) and V(mh),
        V(fallback) takes another server when the chosen one has weight 0 or is full, and V(port) takes the client's
        port into account.
      - V(flag-3) is the third bit that the kernel hands to a scheduler; none uses it today. The kernel's names are
        C(IP_VS_SVC_F_SCHED1), C(IP_VS_SVC_F_SCHED2) and C(IP_VS_SVC_F_SCHED3).
    type: list
    elements: str
    choices: [fallback, port, flag-3]
  one_packet:
    description:
      - Schedule each UDP packet on its own, without a connection (C(IP_VS_SVC_F_ONEPACKET)).
    type: bool
  persistence_timeout:
    description:
      - Seconds for which a client stays with its real server after its last connection; 0 for no persistence, the
        default of a new service; at most 2678400 (31 days). The kernel's names are C(IP_VS_SVC_F_PERSISTENT) and
        C(IPVS_SVC_ATTR_TIMEOUT).
    type: int
  persistence_netmask:
    description:
      - Which part of a client's address counts for persistence. For IPv4 a netmask such as V(255.255.255.0), for IPv6 a
        prefix length such as V(64). By default the whole address counts. The kernel's name is C(IPVS_SVC_ATTR_NETMASK).
    type: str
  persistence_engine:
    description:
      - What tells clients apart besides their addresses; the kernel has V(sip), for UDP. An empty one is none, the
        default of a new service. The kernel's name is C(IPVS_SVC_ATTR_PE_NAME).
    type: str
  boot_file:
    description:
      - File that holds services as C(ipvsadm -S -n) writes them, for the next boot; see
        O(lvs.cluster.ipvs_services#module:boot_file). This service is brought up to date there, the others stay.
      - Where a role has the same file, the service is the role's own from then on, and the role's next run brings it to
        what the inventory says.
      - Without it, what this call does is gone after a reboot.
    type: path
seealso:
  - module: lvs.cluster.ipvs_destination
  - module: lvs.cluster.ipvs_services
  - name: ipvsadm(8)
    description: The native tool; RV(commands) has its lines.
    link: https://manpages.debian.org/ipvsadm.8
"""

EXAMPLES = r"""
# ansible lvs1 --become -m lvs.cluster.ipvs_service -a 'address=192.0.2.198 port=80 scheduler=wlc'
# ansible lvs1 --become -m lvs.cluster.ipvs_service -a 'address=192.0.2.198 port=80 state=absent' --check --diff

- name: Keep a client with its real server for five minutes
  lvs.cluster.ipvs_service:
    address: 192.0.2.198
    port: 443
    persistence_timeout: 300

- name: Packets that the packet filter has marked are one service
  lvs.cluster.ipvs_service:
    fwmark: 80
    scheduler: sh
    scheduler_flags: [fallback]
"""

RETURN = r"""
plan:
  description:
    - What is added, changed and removed, in the words of the options. The same in check mode and in a real run.
    - Lists of more than 500 entries are cut, with a last entry that says so; RV(counts) is always complete.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample:
    added: []
    changed:
      - kind: service
        name: "tcp 192.0.2.198:80"
        before: {scheduler: wlc}
        after: {scheduler: sh}
    removed: []
counts:
  description: >-
    How many services and destinations are added, changed and removed. A removed service takes its destinations along
    and counts once.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {added: 0, changed: 1, removed: 0}
commands:
  description: The C(ipvsadm) commands that do the same, in order; cut as RV(plan) is.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["ipvsadm -E -t 192.0.2.198:80 -s sh"]
unserved:
  description:
    - The service, where it takes no new connection now, since no real server in the table has a weight above 0.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: []
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import open_family
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import names_alone, parse_service
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.options import SERVICE
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.resource import IpvsTable
from ansible_collections.lvs.cluster.plugins.module_utils._resource import run


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            **SERVICE,
            "boot_file": {"type": "path"},
            **ORIGIN,
        },
        supports_check_mode=True,
    )
    options = module.params

    def build() -> IpvsTable:
        absent = options["state"] == "absent"
        # Only what identifies it is looked at where it is to go.
        wanted = parse_service(names_alone([options])[0] if absent else options)
        family = open_family(only_to_remove=absent, check=module.check_mode)
        state = "deleted" if absent else "merged"
        return IpvsTable(IpvsKernel(family) if family else None, state, (wanted,), boot_file=options["boot_file"])

    run(module, build)


if __name__ == "__main__":
    main()
