#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: predecessors
short_description: Take virtual services over from heartbeat, ldirectord or rules of ipvsadm, and give them back
version_added: 0.1.0
description:
  - Stops programs that have had a director's virtual services and VIPs until now, so that both stay in the kernel and
    no connection ends. A normal stop of heartbeat or ldirectord would remove them, so they are killed.
  - Remembers in C(/etc/lvs/predecessors) whether they ran and were started at boot. Their files stay as they are.
  - With several directors, all of them stop heartbeat before any is changed further; otherwise one that goes on takes
    over what the others still have.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(stopped) - those of O(names) that run are killed. They are still started at the next boot.
      - V(disabled) - those of O(names) that are started at boot no longer are. Of Debian's ipvsadm, C(AUTO) in
        C(/etc/default/ipvsadm) is set to V(false); ipvsadm's unit is not stopped, since that would empty the table.
      - V(given_back) - those that were stopped or disabled are as they were before, and run again. The rules that
        ipvsadm loads at boot are loaded.
    type: str
    choices: [stopped, disabled, given_back]
    required: true
  names:
    description: The programs. With V(given_back) it is all that were taken over from.
    type: list
    elements: str
    choices: [heartbeat, ldirectord, ipvsadm]
    default: []
seealso:
  - module: lvs.cluster.host_info
"""

EXAMPLES = r"""
- name: Stop what has balanced until now
  lvs.cluster.predecessors:
    names: [heartbeat, ldirectord]
    state: stopped

- name: Start it again
  lvs.cluster.predecessors:
    state: given_back
"""

RETURN = r"""
commands:
  description: The commands that do the same.
  returned: success
  type: list
  elements: str
  sample: [systemctl kill --signal=KILL heartbeat]
"""

from typing import Any, List, Mapping

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history.call import write_down
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._namespace import explained
from ansible_collections.lvs.cluster.plugins.module_utils._predecessors import host
from ansible_collections.lvs.cluster.plugins.module_utils._predecessors.model import PROGRAMS


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["stopped", "disabled", "given_back"], "required": True},
            "names": {"type": "list", "elements": "str", "choices": list(PROGRAMS), "default": []},
            **ORIGIN,
        },
        supports_check_mode=True,
    )
    foretold: List[str] = []
    try:
        foretold = _carry_out(module.params, check_mode=True)
        commands = foretold if module.check_mode else _carry_out(module.params, check_mode=False)
    except (host.Failed, OSError, ValueError) as error:
        write_down(module, {"changed": bool(foretold), "commands": foretold}, str(error))
        module.fail_json(msg=explained(str(error)))
    result = {"changed": bool(commands), "commands": commands}
    write_down(module, result)
    module.exit_json(**result)


def _carry_out(options: Mapping[str, Any], check_mode: bool) -> List[str]:
    if options["state"] == "stopped":
        return host.stop(options["names"], check_mode)
    if options["state"] == "disabled":
        return host.disable(options["names"], check_mode)
    return host.give_back(check_mode)


if __name__ == "__main__":
    main()
