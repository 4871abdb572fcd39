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
  - Reads the history of a host, C(/var/log/lvs/history.jsonl) and the older file beside it, into which each module of
    this collection writes what it has changed.
  - A host without a history has none to tell, which is no failure. Only root can read it.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  since:
    description:
      - From when on, by the host's clock. A date or a moment in UTC, such as V(2026-11-30) or V(2026-11-30T08:15), or
        an age such as V(90min), V(2h) or V(7d).
    type: str
  last:
    description: How many entries at most, the last ones. By default all.
    type: int
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
      description: When the call had done it, in UTC.
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
        - Who has asked for it - O(lvs.cluster.ipvs_services#module:origin), empty where nobody has said so.
      returned: always
      type: dict
      sample: {user: anna@desk, playbook: lvs.cluster.site, definitions: {lvs_directors: 8c0d5f1e4a3b}}
    login:
      description: Who was logged in, and from which address, as far as the host knows it; else empty.
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
      description: How they differ since then, without secrets, where no counts say what has changed.
      returned: always
      type: list
      elements: str
      sample: []
    failure:
      description:
        - How the call has failed after it had changed something; empty where it has not failed. What the entry tells
          was to be done then, and may be done in part, or undone.
      returned: always
      type: str
      sample: ""
earlier:
  description: How many entries since O(since) are left out by O(last).
  returned: success
  type: int
  sample: 0
damaged:
  description: How many lines of the files are no entries, such as what a power cut has left of one.
  returned: success
  type: int
  sample: 0
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history.read import history


def main() -> None:
    module = AnsibleModule(argument_spec={"since": {"type": "str"}, "last": {"type": "int"}}, supports_check_mode=True)
    try:
        module.exit_json(changed=False, **history(module.params["since"], module.params["last"]))
    except (OSError, ValueError) as error:
        module.fail_json(msg=f"The history of this host cannot be read: {error}")


if __name__ == "__main__":
    main()
