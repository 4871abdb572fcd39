#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: metrics
short_description: Install the exporter of a director's metrics, or remove it
version_added: 0.1.0
description:
  - Installs a program that writes metrics of virtual services, real servers, VIPs and keepalived into a file for the
    textfile collector of the Prometheus node exporter, and the units by which systemd runs it. The program is a copy
    of files of this collection; it needs nothing but Python.
  - A part of the playbook C(lvs.cluster.metrics), which starts the timer C(lvs-metrics.timer) too.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(present) - the program and its units are there.
      - V(absent) - they are gone, and so is the file with the metrics.
    type: str
    choices: [present, absent]
    default: present
  folder:
    description: The folder that the node exporter reads, by its option C(--collector.textfile.directory).
    type: path
    default: /var/lib/prometheus/node-exporter
  program:
    description: The files of the program, by their paths. The collection gives them itself.
    type: dict
    default: {}
seealso:
  - module: lvs.cluster.ipvs_info
"""

EXAMPLES = r"""
- name: Install the exporter
  lvs.cluster.metrics:

- name: Run it
  ansible.builtin.systemd_service:
    name: lvs-metrics.timer
    enabled: true
    state: started
    daemon_reload: true
"""

RETURN = r"""
paths:
  description: The files that were written or removed, or that would be.
  returned: success
  type: list
  elements: str
  sample: [/etc/systemd/system/lvs-metrics.timer]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._files import read_text
from ansible_collections.lvs.cluster.plugins.module_utils._history.call import write_down
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._metrics.installed import (
    CannotInstall,
    carry_out,
    differences,
    diffs,
)
from ansible_collections.lvs.cluster.plugins.module_utils._places import TEXTFILES


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "folder": {"type": "path", "default": TEXTFILES},
            "program": {"type": "dict", "default": {}},
            **ORIGIN,
        },
        supports_check_mode=True,
    )
    changes, result = {}, {}
    try:
        changes = differences(module.params)
        result = {"changed": bool(changes), "paths": sorted(changes), "diff": diffs(changes)}
        if not module.check_mode:
            carry_out(changes, module.params["state"])
    except (CannotInstall, OSError) as error:
        begun = any(read_text(path) == text for path, text in changes.items())
        write_down(module, {**result, "changed": begun}, str(error))
        module.fail_json(msg=str(error))
    write_down(module, result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
