# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/import_files.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: import_files
short_description: Make an inventory of the configuration of other tools
description:
  - A part of the playbook lvs.cluster.import. Reads C(keepalived.conf) with all that it includes, C(lvs.cf) of piranha,
    C(ldirectord.cf) with C(haresources) of heartbeat, or rules of C(ipvsadm), in scripts too. Writes C(hosts.yml),
    C(group_vars/all.yml) and C(IMPORT.md) into a folder.
  - C(IMPORT.md) says of each statement whether it was imported, kept word for word, or not taken, and why.
  - A file that is there already with other content is never overwritten.
  - A password is encrypted with the vault password of the run. Without one, the definition names a variable that is
    left for you to define. It is never written in clear text.
  - Runs on the controller. It connects to no host.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  files:
    description:
      - The files to import; relative paths start where Ansible was started. Each may have the name of its director
        before it, as in C(lvs1=lvs1.conf); several files are several directors of one cluster.
      - A file with lines for several directors (C(@lvs1 priority 150)) stands for all of them.
      - Either this or O(hosts).
    type: list
    elements: str
    default: []
  hosts:
    description: What M(lvs.cluster.read_configuration) has returned, by the name of the director.
    type: dict
    default: {}
  asked:
    description: The directors that were to be read. The module fails if O(hosts) lacks one of them.
    type: list
    elements: str
    default: []
  folder:
    description: The folder of the inventory that is written.
    type: path
    required: true
"""

EXAMPLES = r"""
- name: Import the configuration of two directors
  lvs.cluster.import_files:
    files: [lvs1=old/lvs1.conf, lvs2=old/lvs2.conf]
    folder: inventory

- name: Import what two running directors have
  lvs.cluster.import_files:
    hosts: "{{ dict(['lvs1', 'lvs2'] | zip(['lvs1', 'lvs2'] | map('extract', hostvars, 'import_read'))) }}"
    folder: inventory
  no_log: true # the files have passwords
"""

RETURN = r"""
folder:
  description: The folder of the inventory.
  returned: success
  type: str
  sample: inventory
summary:
  description: The result in a few lines.
  returned: success
  type: list
  elements: str
  sample: ["120 statements: 110 imported, 4 kept word for word, 6 not taken", "3 services, 2 directors"]
counts:
  description: How many statements were imported, kept word for word, or not taken.
  returned: success
  type: dict
  sample: {imported: 110, kept word for word: 4, not taken: 6}
"""
