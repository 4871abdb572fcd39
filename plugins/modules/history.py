#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: history
short_description: Add to the history of a host, or remove it with the last part of a cluster
version_added: 0.1.0
description:
  - Each module of this collection that changes a host records that in C(/var/log/lvs/history.jsonl) by itself. This one
    adds what other modules have done for the cluster, such as those in your own tasks that C(lvs.cluster.rolling) runs.
  - With O(state=absent) the history is removed. The roles do this last.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(present) - O(commands) are added to the history.
      - V(absent) - the history is removed, unless other files show that the host still takes part in a cluster. In
        check mode, these files count as removed.
    type: str
    choices: [present, absent]
    default: present
  commands:
    description:
      - What was done, as the commands that do the same. Leave secrets out.
    type: list
    elements: str
    default: []
seealso:
  - module: lvs.cluster.history_info
attributes:
  diff_mode:
    support: none
    description: Tells the exact difference, the same in check mode and in a real run.
    details: The history is only added to, so there is nothing to compare.
  idempotent:
    support: partial
    description: A second run with the same options changes nothing.
    details: The same O(commands) are added again, since they have been carried out again.
"""

EXAMPLES = r"""
# In your own tasks that lvs.cluster.rolling runs on each real server:
- name: Upgrade the shop
  ansible.builtin.package:
    name: shop
    state: latest
  register: shop

- name: Add that to the history
  lvs.cluster.history:
    commands: [apt-get install shop]
  when: shop is changed
"""

RETURN = r"""
kept_for:
  description: The files that show that the host still takes part in a cluster, so that the history stays.
  returned: with O(state=absent)
  type: list
  elements: str
  sample: [/etc/lvs]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history import files
from ansible_collections.lvs.cluster.plugins.module_utils._history.call import write_down
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "commands": {"type": "list", "elements": "str", "default": []},
            **ORIGIN,
        },
        supports_check_mode=True,
    )
    if module.params["state"] == "absent":
        _take_away(module)
    result = {"changed": bool(module.params["commands"])}
    write_down(module, {**result, "commands": module.params["commands"]})
    module.exit_json(**result)


def _take_away(module: AnsibleModule) -> None:
    kept_for = [] if module.check_mode else files.kept_for()
    there = files.exists() and not kept_for
    if there and not module.check_mode:
        try:
            files.remove()
        except OSError as error:
            module.fail_json(msg=f"The history of this host could not be removed: {error}")
    module.exit_json(changed=there, kept_for=kept_for)


if __name__ == "__main__":
    main()
