#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: service_probe
short_description: Measure for how long a TCP service does not answer
version_added: 0.1.0
description:
  - Opens connections to a service again and again, at a steady pace, and tells the longest time between two that were
    answered. Runs on a client of the service, for example while VIPs move to another director.
  - Each connection is closed at once; nothing is sent.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  address:
    description:
      - The address of the service, in most cases a VIP.
    type: str
    required: true
  port:
    description:
      - Its TCP port.
    type: int
    required: true
  seconds:
    description:
      - For how long to probe.
    type: int
    default: 10
  interval:
    description:
      - Milliseconds from one connection to the next. The measured outage is that exact.
    type: int
    default: 20
  patience:
    description:
      - Milliseconds after which a connection counts as not answered.
    type: int
    default: 500
"""

EXAMPLES = r"""
- name: Probe the shop for a minute
  lvs.cluster.service_probe:
    address: 192.0.2.198
    port: 80
    seconds: 60
"""

RETURN = r"""
probes:
  description: How many connections were tried.
  returned: success
  type: int
  sample: 500
unanswered:
  description: How many of them were not answered in time.
  returned: success
  type: int
  sample: 31
outage_ms:
  description: The longest time between two connections that were answered, in milliseconds; 0 where all were.
  returned: where any was answered
  type: int
  sample: 640
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._ports import PORT_MAX
from ansible_collections.lvs.cluster.plugins.module_utils._probe import outage_ms, probe


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "address": {"type": "str", "required": True},
            "port": {"type": "int", "required": True},
            "seconds": {"type": "int", "default": 10},
            "interval": {"type": "int", "default": 20},
            "patience": {"type": "int", "default": 500},
        },
        supports_check_mode=True,
    )
    options = module.params
    faults = [
        f"{name}: {options[name]} is less than 1" for name in ("seconds", "interval", "patience") if options[name] < 1
    ]
    if not 1 <= options["port"] <= PORT_MAX:
        faults.append(f"port: {options['port']} is no port; ports are 1 to {PORT_MAX}")
    if faults:
        module.fail_json(msg="\n".join(faults))
    probes = probe(
        options["address"],
        options["port"],
        options["seconds"],
        options["interval"] / 1000,
        options["patience"] / 1000,
    )
    unanswered = sum(not answered for _begin, answered in probes)
    if unanswered == len(probes):
        module.fail_json(
            msg=f"{options['address']} port {options['port']} has answered none of {len(probes)} connections",
            probes=len(probes),
            unanswered=unanswered,
        )
    module.exit_json(changed=False, probes=len(probes), unanswered=unanswered, outage_ms=outage_ms(probes))


if __name__ == "__main__":
    main()
