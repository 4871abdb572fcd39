#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ipvs_real_server
short_description: Drain a real server, or make it active again, in all its services
version_added: 0.1.0
description:
  - Takes new connections away from a real server and lets the open ones end, in all services of a director that have
    it or in some of them; or gives it new connections again.
  - Works the same with either engine. Where keepalived manages a service, keepalived itself sets the weight, by a file
    that it watches; elsewhere the module talks netlink to the kernel.
  - A drained real server stays drained through runs of the roles, reloads and reboots, until it is made active again.
    O(drained_folder) has a file for it, with a number that is added to its weight.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  address:
    description:
      - The real server's address (RIP), or several, such as those of both families of one host. The name of a host of
        the inventory stands for its addresses.
    type: list
    elements: str
    required: true
  port:
    description:
      - Only destinations with this port; by default those with any.
    type: int
  services:
    description:
      - Only these services, as results name them, for example V(tcp 192.0.2.198:80) or V(fwmark 7); or by their names
        in C(lvs_services). By default all, also those that come later.
    type: list
    elements: str
    default: []
  state:
    description:
      - V(drained) - no new connections. Open ones go on; clients that persistence ties to it move, as long as the
        sysctl C(net.ipv4.vs.expire_quiescent_template) is 1, as the roles set it for persistent services.
      - V(active) - new connections again, with the weight of the definition or with O(weight). Where keepalived's
        health check fails, it gets this weight when it passes; a warning says so.
    type: str
    choices: [drained, active]
    required: true
  weight:
    description:
      - With O(state=active), the weight until the next time that it is made active, for example a small one for a
        server that has to warm up. What is kept is the difference to the weight of the definition.
    type: int
  ramp:
    description:
      - With O(state=active), raise the weight in at most ten equal steps within so many seconds, the first of them at
        once (slow start). A weight that is higher than a step already is not lowered.
      - Where somebody drains the real server meanwhile, or gives it a weight, that stays, and a warning says so. If the
        run is interrupted, the real server keeps the part of its weight that it has then, until it is made active
        again.
      - A weight of 1 cannot be raised in steps; a warning says so. Directors that one task is for do this at the same
        time.
    type: int
    default: 0
    version_added: 0.1.0
  share:
    description:
      - With O(state=active), only so many percent of the weight, rounded up, until it is made active again. A step of
        O(ramp).
    type: int
    version_added: 0.1.0
  continued:
    description:
      - With O(share), what RV(slow_starts) of the step before has returned. All others are left as they are.
    type: list
    elements: str
    version_added: 0.1.0
  wait:
    description:
      - With O(state=drained), wait until its connections have ended. If some are left after O(timeout), the call fails
        and says which; the real server stays drained.
    type: bool
    default: false
  wait_for:
    description:
      - What has to end. V(active) are connections of TCP and SCTP that are open. V(inactive) are those that have ended
        and that the kernel still knows, with V(dr) and V(tun) for the timeout C(tcpfin) (two minutes by default), and
        all of UDP, each until no packet has come for the timeout C(udp). V(persistent) are clients that persistence
        ties to it.
    type: list
    elements: str
    choices: [active, inactive, persistent]
    default: [active]
  timeout:
    description:
      - For how many seconds to wait at most.
    type: int
    default: 300
  force:
    description:
      - Do it even where a service then has no real server that takes new connections, or loses its C(quorum), for which
        keepalived lets a sorry server serve in place of all real servers, or runs a command.
      - With a sorry server, keepalived then takes every real server of that service out of the table, and their open
        connections end; a warning says so. With C(inhibit_on_failure) they get weight 0.
    type: bool
    default: false
  temporary:
    description:
      - Only for a while, such as for an update. O(state=drained) keeps in mind what was said before, and
        O(state=active) brings exactly that back. A real server that was drained stays drained, as does one service of
        it, and a weight by hand stays; a warning says so.
      - For the real server as a whole, so without O(port), O(services) and O(weight).
    type: bool
    default: false
    version_added: 0.1.0
  boot_file:
    description:
      - The file that M(lvs.cluster.ipvs_services) writes. It has the weights of the definition where keepalived does
        not, and is kept up to date for the next boot.
    type: path
    default: /etc/lvs/ipvs.rules
  keepalived_file:
    description:
      - keepalived's configuration, which says what it manages.
    type: path
    default: /etc/keepalived/keepalived.conf
  drained_folder:
    description:
      - Folder with a file for each drained real server.
    type: path
    default: /etc/lvs/drained
notes:
  - While it waits, the numbers of connections that are left are shown every few seconds.
seealso:
  - module: lvs.cluster.ipvs_services
  - module: lvs.cluster.ipvs_info
"""

EXAMPLES = r"""
# In a hurry, on all directors:
# ansible lvs_directors --become -m lvs.cluster.ipvs_real_server -a 'address=192.0.2.21 state=drained wait=true'

- name: Take a real server out of all services, and wait for its last connection
  lvs.cluster.ipvs_real_server:
    address: 192.0.2.21
    state: drained
    wait: true
    timeout: 600

- name: Take it out of one service
  lvs.cluster.ipvs_real_server:
    address: web1
    services: [shop]
    state: drained

- name: Let it warm up
  lvs.cluster.ipvs_real_server:
    address: 192.0.2.21
    state: active
    weight: 1

- name: Give it its share
  lvs.cluster.ipvs_real_server:
    address: 192.0.2.21
    state: active

- name: Give it its share in steps, within a minute
  lvs.cluster.ipvs_real_server:
    address: 192.0.2.21
    state: active
    ramp: 60
"""

RETURN = r"""
real_servers:
  description: What became of it in each of its services.
  returned: success, and when connections are left
  type: list
  elements: dict
  contains:
    service:
      description: The service, in words.
      type: str
    address:
      description: The real server's address.
      type: str
    port:
      description: Its port; 0 for that of the packet.
      type: int
    weight_before:
      description: Its weight before; null where it was not in the table, as keepalived takes out what has failed.
      type: int
    weight_after:
      description: Its weight now, or the one that it would have.
      type: int
    weight_wanted:
      description:
        - The weight that it must have by its definition and the files in O(drained_folder), whatever a health check
          makes of it.
      type: int
    active_connections:
      description: Connections of TCP or SCTP that are being opened or established.
      type: int
    inactive_connections:
      description: Other connections that the kernel still knows, all of UDP among them.
      type: int
    persistent_connections:
      description: Clients that persistence keeps there.
      type: int
  sample:
    - service: tcp 192.0.2.198:80
      address: 192.0.2.21
      port: 80
      weight_before: 3
      weight_after: 0
      weight_wanted: 0
      active_connections: 0
      inactive_connections: 12
      persistent_connections: 0
out:
  description: The services in whose table a real server is not, since its health check has not passed.
  returned: success, and when connections are left
  type: list
  elements: str
  sample: []
idle:
  description: The services that send no new connections to a real server that must get some.
  returned: success, and when connections are left
  type: list
  elements: str
  sample: []
slow_starts:
  description: Where it has a part of its weight for now; names of destinations as RV(plan) has them.
  returned: success, and when connections are left
  type: list
  elements: str
  sample: []
waited:
  description: For how many seconds the call has waited.
  returned: success, and when connections are left
  type: float
  sample: 12.5
ended:
  description: Whether all has ended that was waited for; true without O(wait).
  returned: success, and when connections are left
  type: bool
  sample: true
plan:
  description: The weights that change, in the words of the options. The same in check mode and in a real run.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample:
    added: []
    changed:
      - kind: destination
        name: "tcp 192.0.2.198:80 -> 192.0.2.21:80"
        before: {weight: 3}
        after: {weight: 0}
    removed: []
counts:
  description: How many weights change.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {added: 0, changed: 1, removed: 0}
commands:
  description: The C(ipvsadm) commands that do the same for now.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["ipvsadm -e -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 0"]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._drain.call import drain_or_activate
from ansible_collections.lvs.cluster.plugins.module_utils._drain.options import OPTIONS
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN


def main() -> None:
    drain_or_activate(AnsibleModule(argument_spec={**OPTIONS, **ORIGIN}, supports_check_mode=True))


if __name__ == "__main__":
    main()
