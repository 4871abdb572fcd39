#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: director_marks
short_description: Tell a director whether it may take VIPs, and record what is muted
version_added: 0.1.0
description:
  - Writes and removes the files by which a director knows that an operator has put it in standby, or that a roll-out
    keeps it from taking VIPs. keepalived watches them, with the configuration that
    M(lvs.cluster.resolve) returns, and follows them at once, without a reload. They survive a reboot.
  - Also writes the file that says, for all operators, which findings of the playbook C(lvs.cluster.doctor) are muted.
  - The playbooks of this collection use this module. By hand, prefer the playbook C(lvs.cluster.failover), which makes
    sure that another director takes the VIPs.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  standby:
    description:
      - Whether an operator wants the director in standby. By default, that stays as it is.
    type: bool
  held:
    description:
      - Whether a roll-out keeps the director from taking VIPs. By default, that stays as it is.
    type: bool
  drains:
    description:
      - What operators have drained on the other directors, as RV(lvs.cluster.host_info#module:drains) has it. It is
        written only where this director has no such files yet.
    type: dict
    default: {}
  forget_drains:
    description:
      - Forget which real servers operators have drained. For a host that is no longer a director. Weights in the kernel
        stay as they are.
    type: bool
    default: false
  muted:
    description:
      - All findings of the playbook C(lvs.cluster.doctor) that are muted, by their codes; an empty dictionary removes
        the file. By default, that stays as it is.
      - Each code has C(until) (in seconds since 1970, by the controller's clock), and what was found when it was
        muted (C(severity), C(count) and C(hosts)).
    type: dict
seealso:
  - module: lvs.cluster.keepalived
  - module: lvs.cluster.ipvs_real_server
"""

EXAMPLES = r"""
- name: Let the director hand its VIPs over
  lvs.cluster.director_marks:
    standby: true

- name: Let it take VIPs again
  lvs.cluster.director_marks:
    standby: false
"""

RETURN = r"""
paths:
  description: The files that were written or removed, or that would be.
  returned: success
  type: list
  elements: str
  sample: [/etc/lvs/standby]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history.call import write_down
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._marks import (
    carry_out,
    differences,
    is_left_over,
    is_written,
)
from ansible_collections.lvs.cluster.plugins.module_utils._namespace import explained
from ansible_collections.lvs.cluster.plugins.module_utils._places import DRAINED


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "standby": {"type": "bool"},
            "held": {"type": "bool"},
            "drains": {"type": "dict", "default": {}},
            "forget_drains": {"type": "bool", "default": False},
            "muted": {"type": "dict"},
            **ORIGIN,
        },
        mutually_exclusive=[("drains", "forget_drains")],
        supports_check_mode=True,
    )
    found, left_over = [], False
    try:
        found, left_over = differences(module.params), is_left_over(module.params)
        if not module.check_mode:
            carry_out(found, module.params["forget_drains"])
    except OSError as error:
        done = [difference for difference in found if is_written(difference)]
        write_down(module, {"changed": bool(done), "diff": [difference.diff() for difference in done]}, str(error))
        module.fail_json(msg=explained(str(error)))
    result = {
        "changed": bool(found) or left_over,
        "paths": [difference.path for difference in found],
        "diff": [difference.diff() for difference in found],
    }
    write_down(module, {**result, "commands": [f"rmdir {DRAINED}"] if left_over else []})
    module.exit_json(**result)


if __name__ == "__main__":
    main()
