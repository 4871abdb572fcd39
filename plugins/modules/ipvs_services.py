#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ipvs_services
short_description: Manage the table of virtual services (IPVS) in one call
version_added: 0.1.0
description:
  - Brings the virtual services of a director and their real servers (destinations) to what is listed, in one call and
    with the fewest changes. Nothing is flushed, so connections to what stays are not touched.
  - Talks netlink to the kernel. C(ipvsadm) is not needed.
  - New destinations come before old ones are quiesced and removed, so that a service is served all the time. Should the
    kernel refuse a change, what the call has done so far is undone.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(merged) - what is listed is there as listed. An option that is left out keeps the value that it has, a new
        service or destination gets the default. Other services and other destinations stay.
      - V(replaced) - each listed service is exactly as listed, with its destinations; an option that is left out has
        its default. Other services stay, except those that O(boot_file) lists and O(services) no longer lists.
      - V(overridden) - the whole table is exactly what is listed, whoever added the rest.
      - V(deleted) - the listed services go, with their destinations. Only what identifies a service is looked at. A
        kernel without IPVS has nothing to delete.
    type: str
    choices: [merged, replaced, overridden, deleted]
    default: merged
  services:
    description:
      - The virtual services. An empty list is refused; to remove all say O(state=deleted) and O(all=true).
    type: list
    elements: dict
    default: []
    suboptions:
      address:
        description:
          - The VIP, IPv4 or IPv6. Either this or O(services[].fwmark).
          - The kernel's name is C(IPVS_SVC_ATTR_ADDR).
        type: str
      port:
        description:
          - The virtual port, 1 to 65535; 0 for all ports, which needs O(services[].persistence_timeout).
          - Needed with O(services[].address), refused with O(services[].fwmark). The kernel's name is
            C(IPVS_SVC_ATTR_PORT).
        type: int
      protocol:
        description:
          - The protocol, V(tcp) if left out. Refused with O(services[].fwmark). The kernel's name is
            C(IPVS_SVC_ATTR_PROTOCOL).
        type: str
        choices: [tcp, udp, sctp]
      fwmark:
        description:
          - The mark that the packet filter puts on the packets of this service, 1 to 4294967295. The kernel's name is
            C(IPVS_SVC_ATTR_FWMARK).
        type: int
      family:
        description:
          - The family of the addresses of a service by O(services[].fwmark), V(ipv4) if left out. A service by address
            has the family of its address. The kernel's name is C(IPVS_SVC_ATTR_AF).
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
          - Which part of a client's address counts for persistence. For IPv4 a netmask such as V(255.255.255.0), for
            IPv6 a prefix length such as V(64). By default the whole address counts. The kernel's name is
            C(IPVS_SVC_ATTR_NETMASK).
        type: str
      persistence_engine:
        description:
          - What tells clients apart besides their addresses; the kernel has V(sip), for UDP. An empty one is none, the
            default of a new service. The kernel's name is C(IPVS_SVC_ATTR_PE_NAME).
        type: str
      destinations:
        description:
          - The real servers of the service.
        type: list
        elements: dict
        suboptions:
          address:
            description:
              - The real server's address (RIP). The kernel's name is C(IPVS_DEST_ATTR_ADDR).
            type: str
            required: true
          port:
            description:
              - The real server's port, by default that of the service, or 0 for that of the packet where the service is
                one by mark.
              - With V(dr) and V(tun), a service by address can have no other. The kernel's name is
                C(IPVS_DEST_ATTR_PORT).
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
              - The share of connections, 0 to 65535; 0 quiesces, new connections go elsewhere. The default of a new
                destination is 1. The kernel's name is C(IPVS_DEST_ATTR_WEIGHT).
            type: int
          upper_threshold:
            description:
              - Connections from which on the real server gets no new ones; 0 for no limit, the default of a new
                destination. The kernel's name is C(IPVS_DEST_ATTR_U_THRESH).
            type: int
          lower_threshold:
            description:
              - Connections below which a full real server gets new ones again; 0 for three quarters of
                O(services[].destinations[].upper_threshold). The kernel's name is C(IPVS_DEST_ATTR_L_THRESH).
            type: int
          tunnel_type:
            description:
              - The encapsulation of V(tun), V(ipip) by default. V(gue) is in kernels since 5.2, V(gre) since 5.3. The
                kernel's name is C(IPVS_DEST_ATTR_TUN_TYPE).
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
  all:
    description:
      - With O(state=deleted) and no O(services), remove every service that O(boot_file) lists, or the whole table
        where O(boot_file) is not given.
    type: bool
    default: false
  keep_weights:
    description:
      - Leave the weights alone that someone has changed by hand, for example to quiesce a real server. A weight was
        changed by hand if it is another than O(boot_file) has; without O(boot_file), every weight in the kernel counts
        as such, and only new destinations get the listed one.
      - O(boot_file) gets the listed weights. A weight that is not listed is no matter of this option.
    type: bool
    default: false
  allowed_actions:
    description:
      - What this call may do. Should anything else be needed, the call fails before it has done anything and says what.
      - A service that is removed takes its destinations along, which V(remove_service) alone allows.
    type: list
    elements: str
    choices: [add_service, change_service, remove_service, add_destination, change_destination, remove_destination]
    default: [add_service, change_service, remove_service, add_destination, change_destination, remove_destination]
  boot_file:
    description:
      - File that holds this caller's services as C(ipvsadm -S -n) writes them, for the next boot. It also says which
        services are this caller's own. Written after the kernel has taken all, and removed when it would be empty.
      - Without it, the table is gone after a reboot.
    type: path
  drained_folder:
    description:
      - Folder with the files of those real servers that M(lvs.cluster.ipvs_real_server) has drained. They stay drained,
        and O(boot_file) drains them at the next boot too, after it has given them their listed weight.
      - With O(state=replaced) and without O(keepalived), or where that is empty, the files of those that are no longer
        real servers are removed; one that comes back is not drained.
      - Without it, a listed weight is set whatever an operator has made of it.
    type: path
  keepalived:
    description:
      - The text of the C(keepalived.conf) by which keepalived checks the listed services from its next start or reload
        on. Needs O(state=replaced).
      - keepalived never reads the table. It takes over what it finds there, and puts nothing back that somebody has
        changed by hand. With this option the table is brought to the definition, and what keepalived's
        checks have made of it stays.
      - While keepalived runs, a real server of O(keepalived_file) that is not in the table has failed, and stays out.
        With C(inhibit_on_failure) it may have weight 0. A weight by C(misc_dynamic), or by a file outside
        O(drained_folder), stays; so does a sorry server. A new real server with C(alpha) is left to keepalived.
      - Services that are in O(keepalived_file), if this collection has written it, and neither listed nor in this text,
        are removed. So an empty text is for a keepalived that is to check nothing any more.
    type: str
  keepalived_file:
    description:
      - The configuration with which keepalived runs.
    type: path
    default: /etc/keepalived/keepalived.conf
seealso:
  - name: ipvsadm(8)
    description: The native tool; RV(commands) has its lines.
    link: https://manpages.debian.org/ipvsadm.8
"""

EXAMPLES = r"""
# ansible lvs1 --become -m lvs.cluster.ipvs_services -a '{"services": [{"address": "192.0.2.198", "port": 80,
#   "destinations": [{"address": "192.0.2.21", "weight": 0}]}]}'

- name: Quiesce one real server, leave everything else as it is
  lvs.cluster.ipvs_services:
    services:
      - address: 192.0.2.198
        port: 80
        destinations:
          - {address: 192.0.2.21, weight: 0}

- name: The shop is exactly this, now and after a reboot
  lvs.cluster.ipvs_services:
    state: replaced
    boot_file: /etc/lvs/ipvs.rules
    services:
      - address: 192.0.2.198
        port: 80
        scheduler: wlc
        destinations:
          - {address: 192.0.2.21, weight: 1}
          - {address: 192.0.2.22, weight: 2}

- name: Marked packets to real servers in another network, through GUE
  lvs.cluster.ipvs_services:
    state: replaced
    services:
      - fwmark: 80
        scheduler: mh
        scheduler_flags: [fallback, port]
        destinations:
          - {address: 198.51.100.21, port: 0, forward: tun, tunnel_type: gue, tunnel_port: 6080}

- name: Bring the definition in without undoing what someone has quiesced, and remove nothing
  lvs.cluster.ipvs_services:
    state: merged
    keep_weights: true
    allowed_actions: [add_service, change_service, add_destination, change_destination]
    services: "{{ services }}"

- name: Put back what somebody has changed by hand, and leave what keepalived's checks have found
  lvs.cluster.ipvs_services:
    state: replaced
    services: "{{ view.services }}"
    keepalived: "{{ view.keepalived }}"
    drained_folder: /etc/lvs/drained

- name: Remove what this cluster has set up, leave the services of others
  lvs.cluster.ipvs_services:
    state: deleted
    all: true
    boot_file: /etc/lvs/ipvs.rules
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
unserved:
  description:
    - The listed services that take no new connection now, since no real server in the table has a weight above 0.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["tcp 192.0.2.198:80"]
"""

from typing import Any, List, Mapping, Optional, Sequence

from ansible_collections.lvs.cluster.plugins.module_utils._bulk import BulkModule
from ansible_collections.lvs.cluster.plugins.module_utils._drain.files import left_over
from ansible_collections.lvs.cluster.plugins.module_utils._drain.folder import read_offsets
from ansible_collections.lvs.cluster.plugins.module_utils._drain.offsets import operators_weights
from ansible_collections.lvs.cluster.plugins.module_utils._files import read_text
from ansible_collections.lvs.cluster.plugins.module_utils._floor.settle import settle
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.checked import Checks, checks_of
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import open_family
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Table,
    WantedService,
    names_alone,
    parse_services,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.options import SERVICES
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import ACTIONS, STATES
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.resource import IpvsTable
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.service import runs
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import NetlinkError
from ansible_collections.lvs.cluster.plugins.module_utils._places import DRAINED, KEEPALIVED_CONF
from ansible_collections.lvs.cluster.plugins.module_utils._resource import travel


def main() -> None:
    module = BulkModule(
        bulk="services",
        argument_spec={
            "state": {"type": "str", "choices": list(STATES), "default": "merged"},
            "services": SERVICES,
            "all": {"type": "bool", "default": False},
            "keep_weights": {"type": "bool", "default": False},
            "allowed_actions": {"type": "list", "elements": "str", "choices": list(ACTIONS), "default": list(ACTIONS)},
            "boot_file": {"type": "path"},
            "drained_folder": {"type": "path"},
            "keepalived": {"type": "str"},
            "keepalived_file": {"type": "path", "default": KEEPALIVED_CONF},
            **ORIGIN,
        },
        supports_check_mode=True,
    )
    options = module.params

    def build() -> IpvsTable:
        deleted = options["state"] == "deleted"
        listed = module.take()
        wanted = parse_services(names_alone(listed) if deleted else listed)
        del listed  # so that there is room for the plan
        offsets = read_offsets(options["drained_folder"]) if options["drained_folder"] else None
        family = open_family(only_to_remove=deleted, check=module.check_mode)
        return IpvsTable(
            IpvsKernel(family) if family else None,
            options["state"],
            wanted,
            options["all"],
            options["boot_file"],
            options["keep_weights"],
            options["allowed_actions"],
            None if offsets is None else operators_weights(offsets),
            _checks(options),
            _forgotten(options, wanted, offsets or {}),
        )

    result = travel(module, build)
    if options["keepalived"] is not None and not module.check_mode:
        # What checks may take out can be another number than before, and then no check tells so.
        try:
            settle(_table, options["keepalived_file"], options["drained_folder"] or DRAINED)
        except (NetlinkError, OSError) as error:
            module.fail_json(msg=f"The table is as wanted, but its floors could not be settled: {error}", **result)
    module.exit_json(**result)


def _table() -> Table:
    family = open_family(only_to_remove=True, check=False)
    return IpvsKernel(family).read() if family else {}


def _forgotten(options: Mapping[str, Any], wanted: Sequence[WantedService], offsets: Mapping[str, int]) -> List[str]:
    """Return the files that go. A keepalived that has not read its new configuration yet still goes by them."""
    if options["state"] != "replaced" or options["keepalived"]:
        return []
    pairs = {(service.key, listed.key) for service in wanted for listed, _given in service.destinations}
    return [f"{options['drained_folder']}/{name}" for name in left_over(offsets, pairs)]


def _checks(options: Mapping[str, Any]) -> Optional[Checks]:
    if options["keepalived"] is None:
        return None
    before, folder = read_text(options["keepalived_file"]), options["drained_folder"] or DRAINED
    return checks_of(before, options["keepalived"], runs(), folder)


if __name__ == "__main__":
    main()
