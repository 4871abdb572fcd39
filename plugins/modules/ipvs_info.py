#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ipvs_info
short_description: Read the table of virtual services (IPVS) and what the kernel supports
version_added: 0.1.0
description:
  - Returns the virtual services in the very form that M(lvs.cluster.ipvs_services) takes, so that a table built by hand
    can be put into an inventory.
  - Fails with the way out where the kernel has no IPVS. To ask for it makes the kernel load its module C(ip_vs).
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options: {}
"""

EXAMPLES = r"""
# ansible lvs1 --become -m lvs.cluster.ipvs_info

- name: Read the table
  lvs.cluster.ipvs_info:
  register: ipvs

- name: Show it as it can be put into an inventory
  ansible.builtin.debug:
    msg: "{{ ipvs.services | to_nice_yaml }}"
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
version:
  description: The version of IPVS in the kernel.
  returned: success
  type: str
  sample: 1.2.1
connection_table_size:
  description: The buckets of the connection table.
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

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import IpvsFamily
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import as_option
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.support import (
    persistence_engines,
    read_modules,
    schedulers,
)
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import NetlinkError
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_GENERIC, NetlinkSocket


def main() -> None:
    module = AnsibleModule(argument_spec={}, supports_check_mode=True)
    try:
        with NetlinkSocket(NETLINK_GENERIC) as netlink:
            kernel = IpvsKernel(IpvsFamily(netlink))
            version, connection_table_size = kernel.info()
            table = kernel.read()
    except (NetlinkError, OSError) as error:
        module.fail_json(msg=str(error))
    modules = read_modules()
    module.exit_json(
        changed=False,
        version=version,
        connection_table_size=connection_table_size,
        services=[as_option(key, table[key]) for key in sorted(table)],
        schedulers=schedulers(modules),
        persistence_engines=persistence_engines(modules),
    )


if __name__ == "__main__":
    main()
