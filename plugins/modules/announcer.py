#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: announcer
short_description: Install the program that announces a director's VIPs while their services are served, or remove it
version_added: 0.1.0
description:
  - Installs a program that has each VIP on the dummy interface C(lvs-vips) while its services reach their quorum,
    keepalived's health checker works and the director is not in standby. A program that speaks BGP (M(lvs.cluster.bgp))
    tells routers of the addresses on that interface.
  - The program looks several times a second at the kernel's table of virtual services, and removes a VIP within a
    second. When it ends, however that happens, systemd removes all of them.
  - It is a copy of files of this collection and needs nothing but Python. Its file is C(/etc/lvs/announced.json).
  - Starts the unit C(lvs-announcer.service), now and at boot, or stops it. A part of the role C(lvs.cluster.director).
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(present) - the program runs, with this file.
      - V(absent) - it is stopped, so that the VIPs go, and removed.
    type: str
    choices: [present, absent]
    default: present
  vips:
    description: The VIPs, each with the services that it is announced for.
    type: list
    elements: dict
    default: []
    suboptions:
      address:
        description: The VIP and its prefix length.
        type: str
        required: true
      services:
        description: Its services.
        type: list
        elements: dict
        required: true
        suboptions:
          address:
            description: The address of the service, where it has no O(vips[].services[].fwmark).
            type: str
          port:
            description: Its port.
            type: int
          protocol:
            description: Its protocol; V(tcp) by default.
            type: str
            choices: [tcp, udp, sctp]
          fwmark:
            description: Its firewall mark.
            type: int
          family:
            description: The address family of a service by O(vips[].services[].fwmark); V(ipv4) by default.
            type: str
            choices: [ipv4, ipv6]
          quorum:
            description: The sum of weights of real servers that it needs.
            type: int
            default: 1
          hysteresis:
            description: By how much the sum must fall below the quorum, or rise above it, before that counts.
            type: int
            default: 0
          sorry_servers:
            description: Where it has sorry servers, it is announced while one of them serves, too.
            type: list
            elements: dict
            default: []
            suboptions:
              address:
                description: The address of a sorry server.
                type: str
                required: true
              port:
                description: Its port.
                type: int
                required: true
  announce_while:
    description: Whether V(all) services of a VIP have to be served, or V(any) of them.
    type: str
    choices: [all, any]
    default: all
  checked:
    description: Whether keepalived checks the real servers. Nothing is announced while its checker does not work.
    type: bool
    default: true
  on_standby:
    description: Whether a director in standby has the VIPs on the dummy interface C(lvs-standby), for routers that know
      no better way.
    type: bool
    default: false
  program:
    description: The files of the program, by their paths. The collection gives them itself.
    type: dict
    default: {}
seealso:
  - module: lvs.cluster.bgp
  - module: lvs.cluster.director_marks
"""

EXAMPLES = r"""
- name: Announce 192.0.2.198 while its web service is served
  lvs.cluster.announcer:
    vips:
      - address: 192.0.2.198/32
        services:
          - {address: 192.0.2.198, port: 80, protocol: tcp, quorum: 2}
"""

RETURN = r"""
paths:
  description: The files that were written or removed, or that would be.
  returned: success
  type: list
  elements: str
  sample: [/etc/lvs/announced.json]
commands:
  description: What is done with the unit, as lines of C(systemctl).
  returned: success
  type: list
  elements: str
  sample: [systemctl restart lvs-announcer.service]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._announcer.installed import (
    carry_out,
    commands,
    differences,
    diffs,
    steps,
)
from ansible_collections.lvs.cluster.plugins.module_utils._announcer.options import ANNOUNCER
from ansible_collections.lvs.cluster.plugins.module_utils._files import read_text
from ansible_collections.lvs.cluster.plugins.module_utils._history.call import write_down
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN


def main() -> None:
    module = AnsibleModule(argument_spec={**ANNOUNCER, **ORIGIN}, supports_check_mode=True)
    state, changes, result = module.params["state"], {}, {}
    try:
        changes = differences(module.params)
        verbs = steps(changes, state)
        result = {
            "changed": bool(changes or verbs),
            "paths": sorted(changes),
            "diff": diffs(changes),
            "commands": commands(verbs),
        }
        if not module.check_mode:
            carry_out(changes, verbs, state)
    except ValueError as error:
        module.fail_json(msg=f"This call has changed nothing: vips: {error}")
    except OSError as error:
        begun = any(read_text(path) == text for path, text in changes.items())
        write_down(module, {**result, "changed": begun}, str(error))
        module.fail_json(msg=str(error))
    write_down(module, result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
