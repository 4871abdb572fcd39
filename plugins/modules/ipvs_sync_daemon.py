#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ipvs_sync_daemon
short_description: Start and stop the daemons that synchronise connections between directors
version_added: 0.1.0
description:
  - The master daemon of one director tells its connections to the others by multicast; their backup daemons take them
    over. Clients then keep their connections when another director takes the VIP.
  - The kernel cannot change a running daemon. Where an option differs, the daemon is stopped and started, which
    RV(plan) shows as one change; what the others have learnt stays, and what happens in that moment is told later or
    not at all. Should the kernel refuse the new one, the old one is started again.
  - A director that has real servers of the other address family than their service (tunnelled) cannot be synchronised;
    the kernel refuses both together.
  - C(net.ipv4.vs.sync_ports) says how many threads and ports each daemon has, and counts when the first is started. It
    must be the same on all directors.
  - Talks netlink to the kernel (C(IPVS_CMD_NEW_DAEMON), C(IPVS_CMD_DEL_DAEMON)). C(ipvsadm) is not needed.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(present) - the daemons of O(roles) run as the options say. An option that is left out keeps the value of the
        running daemon; a daemon that is started has its default.
      - V(absent) - the daemons of O(roles) do not run. The options that say how are not looked at.
      - A daemon of a role that is not listed stays as it is.
    type: str
    choices: [present, absent]
    default: present
  roles:
    description:
      - Which daemons are meant. V(master) sends, V(backup) receives. A director may have both, so that it needs no
        change when it takes over. The kernel's name is C(IPVS_DAEMON_ATTR_STATE).
      - At least one is needed, but with O(state=absent) and O(boot_file), where none means those that O(boot_file) has.
    type: list
    elements: str
    choices: [master, backup]
    default: []
  interface:
    description:
      - The interface on which the multicast is sent and received. Needed to start a daemon. The kernel's name is
        C(IPVS_DAEMON_ATTR_MCAST_IFN).
    type: str
  sync_id:
    description:
      - Tells the clusters on one network apart, 0 to 255; a backup daemon with V(0) takes the connections of all. The
        default of a new daemon is 0. The kernel's name is C(IPVS_DAEMON_ATTR_SYNC_ID).
    type: int
  max_length:
    description:
      - The longest message in bytes, without the headers of IP and UDP; at least 1 for V(master) and 1024 for
        V(backup), at most 65507 with an IPv4 O(group) and 65487 with an IPv6 one. It must not be less on a backup than
        on the master, whose longer messages would be cut.
      - The default of a new daemon is the kernel's, 1472 (IPv4) or 1452 (IPv6); of a backup on an interface with an MTU
        above 1500, as much as that carries. Chosen again where the family of O(group) changes.
      - The kernel's name is C(IPVS_DAEMON_ATTR_SYNC_MAXLEN).
    type: int
  group:
    description:
      - The multicast address, IPv4 or IPv6. The default of a new daemon is V(224.0.0.81). The kernel's names are
        C(IPVS_DAEMON_ATTR_MCAST_GROUP) and C(IPVS_DAEMON_ATTR_MCAST_GROUP6).
    type: str
  port:
    description:
      - The UDP port, 1 to 65535. The default of a new daemon is 8848. The kernel's name is
        C(IPVS_DAEMON_ATTR_MCAST_PORT).
    type: int
  ttl:
    description:
      - One more than the routers that what a master sends may pass, 1 to 255. The default of a new daemon is 1. The
        kernel's name is C(IPVS_DAEMON_ATTR_MCAST_TTL).
    type: int
  boot_file:
    description:
      - File that holds this caller's daemons as lines C(--start-daemon) that C(ipvsadm -R) loads. Written after the
        kernel has taken all, and removed when it would be empty.
      - It needs a file of its own. C(lvs.service) of this collection loads C(/etc/lvs/sync.rules) at boot.
      - Without it, no daemon runs after a reboot.
    type: path
seealso:
  - module: lvs.cluster.ipvs_info
  - name: ipvsadm(8)
    description: The native tool; RV(commands) has its lines.
    link: https://manpages.debian.org/ipvsadm.8
"""

EXAMPLES = r"""
# ansible lvs_directors --become -m lvs.cluster.ipvs_sync_daemon -a 'roles=master,backup interface=eth1 sync_id=7'

- name: Tell the other directors of every connection, and take over theirs
  lvs.cluster.ipvs_sync_daemon:
    roles: [master, backup]
    interface: eth1
    sync_id: 7
    boot_file: /etc/lvs/sync.rules

- name: Longer messages, on a network of jumbo frames
  lvs.cluster.ipvs_sync_daemon:
    roles: [master, backup]
    max_length: 8972
    boot_file: /etc/lvs/sync.rules

- name: Stop both
  lvs.cluster.ipvs_sync_daemon:
    state: absent
    roles: [master, backup]
    boot_file: /etc/lvs/sync.rules
"""

RETURN = r"""
plan:
  description:
    - Which daemons are started (added), restarted (changed) and stopped (removed), in the words of the options.
    - The same in check mode and in a real run.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample:
    added: []
    changed:
      - kind: daemons
        name: master
        before: {max_length: 1472}
        after: {max_length: 8972}
    removed: []
counts:
  description: How many daemons are started (added), restarted (changed) and stopped (removed).
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {added: 0, changed: 1, removed: 0}
commands:
  description: The C(ipvsadm) commands that do the same, in order.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample:
    - >-
      ipvsadm --stop-daemon master && ipvsadm --start-daemon master --mcast-interface eth1 --syncid 7 --sync-maxlen 8972
      --mcast-group 224.0.0.81 --mcast-port 8848 --mcast-ttl 1
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import open_family
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.kernel import SettingsKernel, read_mtus
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.model import parse_daemons
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.options import SYNC_DAEMON
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.resource import SynchronisationDaemons
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_ROUTE, NetlinkSocket
from ansible_collections.lvs.cluster.plugins.module_utils._resource import run


def main() -> None:
    module = AnsibleModule(argument_spec={**SYNC_DAEMON, **ORIGIN}, supports_check_mode=True)
    options = module.params
    absent = options["state"] == "absent"

    def build() -> SynchronisationDaemons:
        wanted = parse_daemons(options)
        family = open_family(only_to_remove=absent, check=module.check_mode)
        mtus = read_mtus(NetlinkSocket(NETLINK_ROUTE))
        kernel = SettingsKernel(family) if family else None
        return SynchronisationDaemons(kernel, wanted, absent, mtus, options["boot_file"])

    run(module, build)


if __name__ == "__main__":
    main()
