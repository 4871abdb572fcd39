# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/parameters.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: parameters
short_description: What an operator has asked a playbook of this collection for
description:
  - A part of the playbooks of this collection. Reads their parameters, and fails with a sentence for each that has a
    value that cannot be used, before anything is done.
  - A parameter has a name that begins with C(lvs_). Its short name counts only as an extra variable (C(-e)), since an
    inventory may mean something else by it.
  - Runs on the controller. It connects to no host and changes nothing.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  playbook:
    description: The playbook whose parameters are read.
    type: str
    choices:
      - activate
      - doctor
      - drain
      - drift
      - failover
      - fix
      - history
      - import
      - metrics
      - plan
      - rehearse
      - report
      - rolling
      - rolling_directors
      - site
      - status
      - undo
    required: true
  folder:
    description: Where Ansible was started, for files that have to be there.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Read the parameters
  lvs.cluster.parameters:
    playbook: drain
  register: drain_parameters
  run_once: true
"""

RETURN = r"""
given:
  description: The parameters that have a value, by their short names; their defaults among them.
  returned: always
  type: dict
  sample: {server: [web1], services: [], wait: true, timeout: 300, force: false}
"""
