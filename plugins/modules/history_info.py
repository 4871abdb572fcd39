#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: history_info
short_description: Read what this collection has changed on a host
version_added: 0.1.0
description:
  - Reads the history of a host, C(/var/log/lvs/history.jsonl) and the older file beside it, in which each module of
    this collection records what it has changed.
  - A host without a history returns no entries, and that is not a failure. Only root can read a history.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  since:
    description:
      - Only entries from this time on, by the host's clock - a date or a moment in UTC, such as V(2026-11-30) or
        V(2026-11-30T08:15), or an age such as V(90m), V(2h) or V(7d).
    type: str
  last:
    description: No more than so many entries, the latest ones. By default all.
    type: int
  definitions:
    description: Whether the definitions that were rolled out on this director, and are kept, are returned too.
    type: bool
    default: false
seealso:
  - module: lvs.cluster.history
"""

EXAMPLES = r"""
# ansible lvs1 --become -m lvs.cluster.history_info -a 'since=2h'

- name: Read the last ten changes
  lvs.cluster.history_info:
    last: 10
"""

RETURN = r"""
entries:
  description: What has been changed, in order of time; one entry for each call of a module.
  returned: success
  type: list
  elements: dict
  contains:
    time:
      description: When the call had made the change, in UTC.
      returned: always
      type: str
      sample: "2026-11-30T08:15:02Z"
    module:
      description: The module.
      returned: always
      type: str
      sample: ipvs_services
    origin:
      description:
        - Who asked for it - O(lvs.cluster.ipvs_services#module:origin); empty where that was not given.
      returned: always
      type: dict
      sample: {user: anna@desk, playbook: lvs.cluster.site, definitions: {lvs_directors: 8c0d5f1e4a3b}}
    login:
      description: Who was logged in, and from which address; empty where the host does not know.
      returned: always
      type: dict
      sample: {user: admin, address: 192.0.2.9}
    counts:
      description: As the module returns it; empty where it returns none.
      returned: always
      type: dict
      sample: {added: 1, changed: 0, removed: 0}
    plan:
      description: As the module returns it, without empty lists; no more than 200 entries of each.
      returned: always
      type: dict
    commands:
      description: As the module returns it, no more than 200.
      returned: always
      type: list
      elements: str
      sample: ["ipvsadm -A -t 192.0.2.198:80 -s wlc"]
    files:
      description: The files that were written or removed.
      returned: always
      type: list
      elements: str
      sample: [/etc/lvs/ipvs.rules]
    diff:
      description: The differences in these files, without secrets, where no counts say what has changed.
      returned: always
      type: list
      elements: str
      sample: []
    failure:
      description:
        - How the call failed after it had changed something; empty where it did not fail. If it failed, the entry says
          what was to be done; that may have been done only in part, or undone.
      returned: always
      type: str
      sample: ""
earlier:
  description: How many entries from O(since) on are left out because of O(last).
  returned: success
  type: int
  sample: 0
damaged:
  description: How many lines of the files are not entries, such as one that a power cut has left incomplete.
  returned: success
  type: int
  sample: 0
definitions:
  description:
    - The definitions that were rolled out on this director, by their digests, as RV(entries[].origin) names them - what
      the inventory said, without the VRRP password. A director keeps the latest 20 that its history names.
  returned: with O(definitions=true)
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history.read import history


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "since": {"type": "str"},
            "last": {"type": "int"},
            "definitions": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    try:
        module.exit_json(changed=False, **history(**module.params))
    except (OSError, ValueError) as error:
        module.fail_json(msg=f"The history of this host cannot be read: {error}")


if __name__ == "__main__":
    main()
