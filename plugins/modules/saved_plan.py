# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/saved_plan.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: saved_plan
short_description: Save the plan of a roll-out, or stop a run if a saved plan no longer holds
description:
  - A part of the playbooks of this collection. From what other tasks have registered it makes the plan that
    C(lvs.cluster.plan) shows, and saves it on the controller, or compares it with one that was saved.
  - A saved plan is JSON, and only its owner may read it (mode V(0600)). It has what is done on each host, the facts
    that this was derived from, and a digest of what the definition asks of each host. It has no secrets.
  - Runs on the controller. It connects to no host and changes none.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  state:
    description:
      - V(saved) writes the plan, unless it could not be carried out.
      - V(unchanged) fails if the plan would be different now, and says what differs.
    type: str
    choices: [saved, unchanged]
    required: true
  path:
    description: The file of the plan, on the controller. With O(state=saved), a plan that is there already is replaced,
      and any other file stays as it is.
    type: path
    required: true
  hosts:
    description: The names of the hosts on which the playbook has registered what it found.
    type: list
    elements: str
    required: true
attributes:
  check_mode:
    description: Writes no file in check mode.
    support: full
seealso:
  - module: lvs.cluster.answer
"""

EXAMPLES = r"""
- name: Stop if something has changed since the plan was made
  lvs.cluster.saved_plan:
    state: unchanged
    path: plan.json
    hosts: "{{ groups.lvs_cluster_directors }}"
  run_once: true
"""

RETURN = r"""
differences:
  description: A sentence for each thing that has changed since the plan was saved.
  returned: with O(state=unchanged)
  type: list
  elements: str
  sample: ["lvs1: VIPs: 192.0.2.198 in the plan, none now"]
"""
