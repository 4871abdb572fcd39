# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/answer.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: answer
short_description: Print what a playbook of this collection has found out
description:
  - A part of the playbooks of this collection. Prints what other tasks have registered, whatever callback is set,
    as plain lines, in colour where Ansible prints in colour, or as one JSON document.
  - With a callback that makes one JSON document of the whole run, such as P(ansible.posix.json#callback), the lines go
    to the standard error, and the result of the task has them too.
  - With P(lvs.cluster.plain#callback) nothing else is printed, and the exit status is RV(grade).
  - Runs on the controller. It connects to no host and changes nothing.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  about:
    description: What to print.
    type: str
    required: true
    choices: [status, doctor, drift, fix, plan, rehearsal, history, undo]
  hosts:
    description: The names of the hosts on which the playbook has registered what it found. By default, those of the
      clusters that the playbook is for.
    type: list
    elements: str
  output:
    description: V(text) for people, V(json) for programs.
    type: str
    choices: [text, json]
    default: text
  fail_at:
    description: The task fails if RV(grade) is that of this word or worse, so that C(ansible-playbook) exits with 2.
    type: str
    choices: [degraded, down, never]
    default: down
  last:
    description: With O(about=history), no more than so many changes of all hosts together, the latest ones. By default
      all.
    type: int
seealso:
  - plugin: lvs.cluster.plain
    plugin_type: callback
"""

EXAMPLES = r"""
- name: Show the status of the cluster
  lvs.cluster.answer:
    about: status
    hosts: "{{ groups.lvs_cluster_directors }}"
"""

RETURN = r"""
word:
  description:
    - The worst that was found, V(healthy), V(degraded) or V(down); with O(about=plan) and O(about=undo) V(nothing to
      do), V(something to do), V(incomplete) or V(refused), with O(about=history) V(complete) or V(incomplete).
  returned: always
  type: str
  sample: degraded
grade:
  description: The same as a number, which V(healthy), V(degraded) and V(down) have too - 0, 1 or 2.
  returned: always
  type: int
  sample: 1
answer:
  description: All that was found.
  returned: unless the task fails because of O(fail_at)
  type: dict
lines:
  description: The same as lines for people.
  returned: unless the task fails because of O(fail_at)
  type: list
  elements: str
"""
