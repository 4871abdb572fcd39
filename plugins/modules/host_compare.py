#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_compare
short_description: Compare a host with what it must be
version_added: 0.1.0
description:
  - Returns, part by part, how the kernel and the files in C(/etc/lvs), C(/etc/sysctl.d), C(/etc/modules-load.d) and
    C(/etc/keepalived) differ from what M(lvs.cluster.resolve) has worked out for this host, in the syntax of the native
    tools. What health checks and operators have done to real servers is no difference, nor is what belongs to others.
  - It changes nothing and loads no kernel module.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  network:
    description: The host's network, as the option of M(lvs.cluster.host_network) have it.
    type: dict
  filter:
    description: The host's packet filter, as the options of M(lvs.cluster.packet_filter) have it.
    type: dict
  services:
    description: The virtual services, as M(lvs.cluster.ipvs_services) takes them.
    type: list
    elements: dict
  configuration:
    description: The text of C(keepalived.conf); a host without it has no keepalived of the cluster.
    type: str
  password:
    description: The password of VRRP, which takes its places in O(configuration). It is never shown.
    type: str
seealso:
  - module: lvs.cluster.host_info
  - module: lvs.cluster.set_up
"""

EXAMPLES = r"""
- name: Compare the host with the definition
  lvs.cluster.host_compare:
    network: "{{ view.network }}"
    filter: "{{ view.filter }}"
  register: compared
"""

RETURN = r"""
parts:
  description:
    - Each of O(network), O(filter), O(services) and O(configuration) that was given. C(plan), C(commands) and C(diff)
      are those that the module of that part would return in check mode.
      C(refused) is why a roll-out would refuse, C(unread) why the part could not be read. C(not_read) says whether
      keepalived goes by an older configuration than the one that is there.
  returned: success
  type: dict
  sample:
    network:
      changed: true
      commands: ["ip address add 192.0.2.198/32 dev lo"]
      diff: []
      plan:
        added: [{kind: address, name: 192.0.2.198/32 on lo, after: {label: lo}}]
        changed: []
        removed: []
"""

from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.lvs.cluster.plugins.module_utils._compare import compared
from ansible_collections.lvs.cluster.plugins.module_utils._filter.options import RULES
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.options import SERVICES
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import masked
from ansible_collections.lvs.cluster.plugins.module_utils._network.options import LISTED

# What the parts have in them, as their modules document it.
PARTS: Dict[str, Any] = {
    "network": {"type": "dict", "options": LISTED},
    "filter": {
        "type": "dict",
        "options": {"rules": RULES, "firewall": {"type": "raw"}, "arp_firewall": {"type": "raw"}},
    },
    "services": SERVICES,
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "network": {"type": "dict"},
            "filter": {"type": "dict"},
            "services": {"type": "list", "elements": "dict"},
            "configuration": {"type": "str", "no_log": True},  # it may hold passwords of others
            "password": {"type": "str", "no_log": True},
        },
        supports_check_mode=True,
    )
    content = module.params["configuration"]
    # Or else every diff would be taken for the content; what is shown of it is without secrets.
    module.no_log_values.discard(content)
    given = {name: module.params[name] for name in PARTS if module.params[name] is not None}
    checked = ArgumentSpecValidator({name: PARTS[name] for name in given}).validate(given)
    if checked.error_messages:
        module.fail_json(msg="; ".join(checked.error_messages))
    shown = {**module.params, "configuration": content and masked(content)}
    parts = compared({**module.params, **checked.validated_parameters})
    module.exit_json(changed=False, parts=parts, invocation={"module_args": shown})


if __name__ == "__main__":
    main()
