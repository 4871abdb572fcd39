# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/undo.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: undo
short_description: Write the variables that give a cluster an earlier definition again
description:
  - A part of the playbook C(lvs.cluster.undo). From the histories that M(lvs.cluster.history_info) has read on the
    hosts it chooses a definition that was rolled out, and writes a file of variables on the controller, which gives
    that definition together with the inventory.
  - Only its owner may read the file (mode V(0600)). The VRRP password is today's, and stands in the file as it stands
    in the inventory, as a template or encrypted.
  - Runs on the controller. It connects to no host and changes none.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  hosts:
    description: The names of the hosts on which the playbook has registered what it found.
    type: list
    elements: str
    required: true
  definition:
    description: The digest of the definition to go back to. By default, the one before the last change of definition.
    type: str
  before:
    description:
      - The moment at which the definition was in force to go back to, in UTC, such as V(2026-11-30T08:15), or an age
        such as V(2h).
    type: str
  path:
    description: The file, on the controller. One that this module has not written is not replaced.
    type: path
    default: undo.yml
attributes:
  check_mode:
    description: Writes no file in check mode.
    support: full
seealso:
  - module: lvs.cluster.answer
  - module: lvs.cluster.history_info
"""

EXAMPLES = r"""
- name: Write the variables that give the definition
  lvs.cluster.undo:
    hosts: "{{ ansible_play_hosts_all }}"
    before: 2h
  register: undo_choice
  run_once: true
"""

RETURN = r"""
source:
  description: A copy of the file for the tasks that follow, which goes with the run.
  returned: success
  type: str
way:
  description:
    - The way back - the definition to go back to (C(to)), the one of the inventory today (C(today)), those that were
      rolled out (C(rolled_out)), how the definition changes (C(differences)), what stays (C(left)), whose history could
      not be read (C(unread)), the file (C(file)) and the line that rolls it out (C(command)).
  returned: success
  type: dict
"""
