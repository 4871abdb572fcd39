#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ipvs_destination
short_description: Add, change or remove one real server of one virtual service (IPVS)
version_added: 0.1.0
description:
  - Brings one destination of one virtual service of a director to what is said, with one line and without an inventory
    of the rest. The service has to be there; M(lvs.cluster.ipvs_service) adds it.
  - Talks netlink to the kernel. C(ipvsadm) is not needed. Unlike C(ipvsadm -e), an option that is left out keeps its
    value.
  - For many destinations in one call, M(lvs.cluster.ipvs_services) has the same options.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(present) - the destination is there with these options. An option that is left out keeps its value;
        a new destination gets the default.
      - V(absent) - the destination is gone, at once; its connections go nowhere. O(weight=0) lets them end first.
    type: str
    choices: [present, absent]
    default: present
  service_address:
    description:
      - The VIP, IPv4 or IPv6. Either this or O(service_fwmark).
      - The kernel's name is C(IPVS_SVC_ATTR_ADDR).
    type: str
  service_port:
    description:
      - The virtual port, 1 to 65535; 0 for all ports of a service with persistence.
      - Needed with O(service_address), refused with O(service_fwmark). The kernel's name is C(IPVS_SVC_ATTR_PORT).
    type: int
  service_protocol:
    description:
      - The protocol, V(tcp) if left out. Refused with O(service_fwmark). The kernel's name is
        C(IPVS_SVC_ATTR_PROTOCOL).
    type: str
    choices: [tcp, udp, sctp]
  service_fwmark:
    description:
      - The mark that the packet filter puts on the packets of this service, 1 to 4294967295. The kernel's name is
        C(IPVS_SVC_ATTR_FWMARK).
    type: int
  service_family:
    description:
      - The family of the addresses of a service by O(service_fwmark), V(ipv4) if left out. A service by address has the
        family of its address. The kernel's name is C(IPVS_SVC_ATTR_AF).
    type: str
    choices: [ipv4, ipv6]
  address:
    description:
      - The real server's address (RIP). The kernel's name is C(IPVS_DEST_ATTR_ADDR).
    type: str
    required: true
  port:
    description:
      - The real server's port, by default that of the service, or 0 for that of the packet where the service is one by
        mark.
      - With V(dr) and V(tun), a service by address can have no other. The kernel's name is C(IPVS_DEST_ATTR_PORT).
    type: int
  forward:
    description:
      - How packets get there. V(dr) is direct routing, V(nat) is address translation (masquerading), V(tun) is
        tunnelling, V(local) hands them to the director itself. The default of a new destination is V(dr).
      - The kernel's name is C(IPVS_DEST_ATTR_FWD_METHOD).
    type: str
    choices: [dr, nat, tun, local]
  weight:
    description:
      - The share of connections, 0 to 65535; 0 quiesces, new connections go elsewhere. The default of a new destination
        is 1. The kernel's name is C(IPVS_DEST_ATTR_WEIGHT).
    type: int
  upper_threshold:
    description:
      - Connections from which on the real server gets no new ones; 0 for no limit, the default of a new destination.
        The kernel's name is C(IPVS_DEST_ATTR_U_THRESH).
    type: int
  lower_threshold:
    description:
      - Connections below which a full real server gets new ones again; 0 for three quarters of O(upper_threshold). The
        kernel's name is C(IPVS_DEST_ATTR_L_THRESH).
    type: int
  tunnel_type:
    description:
      - The encapsulation of V(tun), V(ipip) by default. V(gue) is in kernels since 5.2, V(gre) since 5.3. The kernel's
        name is C(IPVS_DEST_ATTR_TUN_TYPE).
    type: str
    choices: [ipip, gue, gre]
  tunnel_port:
    description:
      - The UDP port on which the real server listens for V(gue), 1 to 65535. The kernel's name is
        C(IPVS_DEST_ATTR_TUN_PORT).
    type: int
  tunnel_checksum:
    description:
      - The checksum of the encapsulation. V(gue) knows all three, V(gre) the first two. The default of a new
        destination is V(nocsum). The kernel's name is C(IPVS_DEST_ATTR_TUN_FLAGS).
    type: str
    choices: [nocsum, csum, remcsum]
  boot_file:
    description:
      - File that holds services as C(ipvsadm -S -n) writes them, for the next boot; see
        O(lvs.cluster.ipvs_services#module:boot_file). This destination is brought up to date there, or the
        whole service added where it is not there yet; the others stay.
      - Where a role has the same file, the service is the role's own from then on, and the role's next run brings it to
        what the inventory says.
      - Without it, what this call does is gone after a reboot.
    type: path
seealso:
  - module: lvs.cluster.ipvs_service
  - module: lvs.cluster.ipvs_services
  - name: ipvsadm(8)
    description: The native tool; RV(commands) has its lines.
    link: https://manpages.debian.org/ipvsadm.8
"""

EXAMPLES = r"""
# Quiesce a real server in one service; its own weight in the place of 0 takes it back:
# ansible lvs_directors -b -m lvs.cluster.ipvs_destination -a \
#     'service_address=192.0.2.198 service_port=80 address=192.0.2.21 weight=0'

- name: One more real server, by address translation to another port
  lvs.cluster.ipvs_destination:
    service_address: 192.0.2.198
    service_port: 80
    address: 192.0.2.23
    port: 8080
    forward: nat
    upper_threshold: 1000

- name: Take a real server out of a service by mark
  lvs.cluster.ipvs_destination:
    service_fwmark: 80
    address: 192.0.2.21
    state: absent
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
      - kind: destination
        name: "tcp 192.0.2.198:80 -> 192.0.2.21:80"
        before: {weight: 1}
        after: {weight: 0}
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
  sample: ["ipvsadm -e -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 0"]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import open_family
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import parse_destination
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.options import DESTINATION, SERVICE_NAME
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.resource import IpvsDestination
from ansible_collections.lvs.cluster.plugins.module_utils._resource import run


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            **{f"service_{name}": option for name, option in SERVICE_NAME.items()},
            **DESTINATION,
            "boot_file": {"type": "path"},
            **ORIGIN,
        },
        supports_check_mode=True,
    )
    options = module.params

    def build() -> IpvsDestination:
        absent = options["state"] == "absent"
        names = ("address", "port", *(name for name in options if name.startswith("service_")))
        # Only what identifies it is looked at where it is to go.
        wanted = parse_destination({name: options[name] for name in names} if absent else options)
        family = open_family(only_to_remove=absent, check=module.check_mode)
        return IpvsDestination(IpvsKernel(family) if family else None, absent, wanted, options["boot_file"])

    run(module, build)


if __name__ == "__main__":
    main()
