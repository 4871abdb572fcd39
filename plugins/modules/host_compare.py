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
  timeouts:
    description: The timeouts of connections, as the options of M(lvs.cluster.ipvs_timeouts) have them; empty for none.
    type: dict
  sync_daemon:
    description:
      - How the sync daemons run, as the options of M(lvs.cluster.ipvs_sync_daemon) have it; empty where the cluster
        starts none itself.
    type: dict
  announcer:
    description:
      - What may be announced, as the options of M(lvs.cluster.announcer) have it; empty where the host announces
        nothing. The collection adds the files of the program.
    type: dict
  bgp:
    description:
      - How VIPs are announced, as the options of M(lvs.cluster.bgp) have it; without prefixes where the host announces
        nothing. Passwords are never shown.
    type: dict
    suboptions:
      program: {description: What speaks BGP on this host., type: str, choices: [frr, bird], default: frr}
      local_as: {description: The AS of the director., type: int}
      router_id: {description: The router id., type: str}
      prefixes:
        description: The VIPs that may be announced.
        type: list
        elements: str
        default: []
      med: {description: The metric of VIPs that are served., type: int}
      standby_med: {description: The metric of those on a director in standby., type: int}
      communities: {description: Communities of the routes., type: list, elements: str, default: []}
      neighbours:
        description: The routers.
        type: list
        elements: dict
        default: []
        suboptions:
          address: {description: Its address., type: str, required: true}
          remote_as: {description: Its AS., type: int, required: true}
          password: {description: The password of the session., type: str}
          bfd: {description: Whether BFD watches it., type: bool, default: false}
          multihop: {description: The TTL of packets to it., type: int}
          hold_time: {description: After how many seconds without a sign of life it is taken for dead., type: int}
          source: {description: The address of this host that the session has., type: str}
  neighbours:
    description:
      - The routers as their owner lists them, with the passwords that O(bgp) lacks. Only the controller sees it.
    type: list
    elements: dict
    default: []
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
    - Each of the options that was given, but for O(password) and O(neighbours), and but for O(announcer) and O(bgp)
      where nothing is to be announced and nothing is there for it. C(plan), C(counts), C(commands) and C(diff)
      are those that the module of that part would return in check mode. C(steps) has the commands in their order, those
      of one action and kind together that follow one another, and how many they are.
      C(refused) is why a roll-out would refuse, C(unread) why the part could not be read.
    - Of O(configuration), C(new) says that there is none yet, C(not_read) that keepalived goes by an older one than is
      there, C(hears_anew) that the directors would hear each other in another way, so that keepalived begins
      as backup, and C(drop_in_differs) that the drop-in of its unit is not as it must be.
  returned: success
  type: dict
  sample:
    network:
      changed: true
      commands: ["ip address add 192.0.2.198/32 dev lo"]
      steps:
        - {action: add, kind: address, count: 1, commands: ["ip address add 192.0.2.198/32 dev lo"]}
      diff: []
      plan:
        added: [{kind: address, name: 192.0.2.198/32 on lo, after: {label: lo}}]
        changed: []
        removed: []
"""

from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.lvs.cluster.plugins.module_utils._announcer.options import ANNOUNCER
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.options import BGP
from ansible_collections.lvs.cluster.plugins.module_utils._compare import compared
from ansible_collections.lvs.cluster.plugins.module_utils._filter.options import RULES
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.options import SERVICES
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.options import SYNC_DAEMON, TIMEOUTS
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import masked
from ansible_collections.lvs.cluster.plugins.module_utils._network.options import LISTED


def _those(options: Dict[str, Any]) -> Dict[str, Any]:
    """Return the options of a module that say what is wanted, without those that say how it gets there."""
    return {name: option for name, option in options.items() if name not in ("state", "roles", "boot_file")}


# What the parts have in them, as their modules document it.
PARTS: Dict[str, Any] = {
    "network": {"type": "dict", "options": LISTED},
    "filter": {
        "type": "dict",
        "options": {"rules": RULES, "firewall": {"type": "raw"}, "arp_firewall": {"type": "raw"}},
    },
    "services": SERVICES,
    "timeouts": {"type": "dict", "options": _those(TIMEOUTS)},
    "sync_daemon": {"type": "dict", "options": _those(SYNC_DAEMON)},
    "announcer": {"type": "dict", "options": _those(ANNOUNCER)},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "network": {"type": "dict"},
            "filter": {"type": "dict"},
            "services": {"type": "list", "elements": "dict"},
            "timeouts": {"type": "dict"},
            "sync_daemon": {"type": "dict"},
            "announcer": {"type": "dict"},
            "bgp": {"type": "dict", "options": _those(BGP)},
            "neighbours": {"type": "list", "elements": "dict", "default": [], "no_log": True},
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
    if shown["announcer"]:
        shown["announcer"] = {**shown["announcer"], "program": None}  # it would be all that is seen
    parts = compared({**module.params, **checked.validated_parameters})
    module.exit_json(changed=False, parts=parts, invocation={"module_args": shown})


if __name__ == "__main__":
    main()
