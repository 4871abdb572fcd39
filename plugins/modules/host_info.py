#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_info
short_description: Read what a host has of a cluster already, and which virtual routers there are on its networks
version_added: 0.1.0
description:
  - Returns which of the listed files exist, the host's addresses, the virtual routers in its configuration of
    keepalived, what else on the host may load, flush or own the table of virtual services, and where its packet
    filters drop whatever no rule lets pass.
  - Listens for advertisements of the virtual routers that are to be set up on the host and are not yet. Two clusters
    with the same virtual router on one network would take each other's advertisements for their own.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  paths:
    description: Files to look for.
    type: list
    elements: path
    default: []
  keepalived_file:
    description: The configuration of keepalived.
    type: path
    default: /etc/keepalived/keepalived.conf
  virtual_routers:
    description:
      - The virtual routers that are to run on this host. For those that keepalived does not run yet on their interface,
        the module listens for half a second more than the longest O(virtual_routers[].interval).
    type: list
    elements: dict
    default: []
    suboptions:
      virtual_router_id:
        description: The number of the virtual router.
        type: int
        required: true
      family:
        description: The family of its advertisements.
        type: str
        choices: [ipv4, ipv6]
        required: true
      interface:
        description: The interface by which the directors hear each other.
        type: str
      beside:
        description: An address of this host that is on that interface, where its name is not known.
        type: str
      interval:
        description: Seconds between two advertisements.
        type: float
        default: 1
seealso:
  - module: lvs.cluster.resolve
  - module: lvs.cluster.keepalived
"""

EXAMPLES = r"""
# ansible lvs_directors --become -m lvs.cluster.host_info -a '{"virtual_routers":
#   [{"virtual_router_id": 51, "family": "ipv4", "interface": "eth1"}]}'

- name: See whether another host advertises virtual router 51 already
  lvs.cluster.host_info:
    virtual_routers:
      - virtual_router_id: 51
        family: ipv4
        interface: eth1
  register: host
"""

RETURN = r"""
files:
  description: Those of O(paths) that are there.
  returned: success
  type: list
  elements: str
  sample: [/usr/sbin/keepalived]
addresses:
  description: The host's addresses, sorted.
  returned: success
  type: list
  elements: str
  sample: [127.0.0.1, 192.0.2.2]
virtual_routers:
  description: The instances of VRRP in O(keepalived_file).
  returned: success
  type: list
  elements: dict
  sample:
    - name: lvs
      virtual_router_id: 51
      family: ipv4
      interface: eth1
      advertised: 127.112.224.190
keepalived_runs:
  description: Whether keepalived is at work.
  returned: success
  type: bool
  sample: false
keepalived_version:
  description: The version of keepalived; none where it is not installed.
  returned: success
  type: str
  sample: 2.2.7
owners:
  description:
    - What on this host may load, flush or own the table of virtual services, by files, units and processes of this
      network namespace. The filter P(lvs.cluster.table_owners#filter) says what it means for a cluster.
  returned: success
  type: dict
  contains:
    units:
      description: >-
        Of C(keepalived.service), C(ipvsadm.service), C(ldirectord.service), C(heartbeat.service) and C(lvs.service)
        those that exist - whether they are active and started at boot, their main process and its arguments.
      type: dict
    ipvsadm:
      description: The variables C(AUTO) and C(DAEMON) in C(/etc/default/ipvsadm).
      type: dict
    ldirectord:
      description: The virtual services in the configuration of ldirectord.
      type: list
      elements: str
    processes:
      description: The processes of keepalived (main ones), kube-proxy, ldirectord and heartbeat, with their arguments.
      type: list
      elements: dict
    kube_interface:
      description: Whether there is the interface C(kube-ipvs0).
      type: bool
  sample:
    units:
      keepalived.service: {active: true, at_boot: true, process: 651, arguments: [--dont-fork]}
    ipvsadm: {AUTO: "false", DAEMON: none}
    ldirectord: []
    processes: []
    kube_interface: false
closed:
  description:
    - Chains of the host's own packet filters that drop or refuse whatever none of their rules lets pass. The filter
      P(lvs.cluster.closed_firewall#filter) says what it means for a director.
  returned: success
  type: list
  elements: dict
  sample:
    - {hook: forward, family: ip, tool: iptables, chain: ip filter FORWARD}
heard:
  description:
    - What others advertise of O(virtual_routers) that are not on this host yet. C(interval) is in seconds, C(addresses)
      are those that the advertisement names.
  returned: success
  type: list
  elements: dict
  sample:
    - interface: eth1
      family: ipv4
      source: 192.0.2.7
      version: 2
      virtual_router_id: 51
      priority: 100
      interval: 1.0
      addresses: [192.0.2.200]
"""

import os
from typing import Any, Dict, List

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._files import read_text
from ansible_collections.lvs.cluster.plugins.module_utils._filter.kernel import read_closed
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.owners import read_owners
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.check import find, version
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import virtual_routers
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.service import runs
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import NetlinkError
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_ROUTE, NetlinkSocket
from ansible_collections.lvs.cluster.plugins.module_utils._network.kernel import NetworkKernel
from ansible_collections.lvs.cluster.plugins.module_utils._wire.virtual_routers import asked, listen, unknown


def main() -> None:
    router = {
        "virtual_router_id": {"type": "int", "required": True},
        "family": {"type": "str", "choices": ["ipv4", "ipv6"], "required": True},
        "interface": {"type": "str"},
        "beside": {"type": "str"},
        "interval": {"type": "float", "default": 1},
    }
    module = AnsibleModule(
        argument_spec={
            "paths": {"type": "list", "elements": "path", "default": []},
            "keepalived_file": {"type": "path", "default": "/etc/keepalived/keepalived.conf"},
            "virtual_routers": {"type": "list", "elements": "dict", "default": [], "options": router},
        },
        supports_check_mode=True,
    )
    try:
        result = _read(module.params["paths"], module.params["keepalived_file"], module.params["virtual_routers"])
    except (NetlinkError, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, **result)


def _read(paths: List[str], keepalived_file: str, wanted: List[Dict[str, Any]]) -> Dict[str, Any]:
    with NetlinkSocket(NETLINK_ROUTE) as netlink:
        addresses = NetworkKernel(netlink).read_interfaces().addresses
    interfaces = {key.address: key.interface for key in addresses}
    configured = virtual_routers(read_text(keepalived_file) or "")
    places = [place for place in (asked(option, interfaces) for option in wanted) if place is not None]
    at_work, program = runs(), find()
    return {
        "files": [path for path in paths if os.path.exists(path)],
        "addresses": sorted(interfaces),
        "virtual_routers": [router._asdict() for router in configured],
        "keepalived_runs": at_work,
        "keepalived_version": version(program) if program else None,
        "owners": read_owners(),
        "closed": [chain._asdict() for chain in read_closed()],
        "heard": listen(unknown(places, configured if at_work else [])),
    }


if __name__ == "__main__":
    main()
