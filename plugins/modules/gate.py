# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/gate.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: gate
short_description: Stop a run unless every host that was to take part has answered
description:
  - Ansible goes on without a host that it cannot reach or where a task has failed, and C(any_errors_fatal) stops
    only the hosts of the same play. Between two parts of a run of which the second needs the first, this module fails
    when hosts have not answered, and names them.
  - Runs on the controller. It connects to no host and changes nothing.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  hosts:
    description: The names of the hosts that were to take part.
    type: list
    elements: str
    required: true
  registered:
    description:
      - The name of the variable that the last task of the part has registered, or set, on each of them. A host that
        lacks it, or has the result of a task that failed or did not reach it, has not answered.
    type: str
    required: true
  consequence:
    description: A sentence that says what has not been done, for the message.
    type: str
    required: true
  former_directors:
    description:
      - Whether the hosts are directors no longer. Such a host must be down before a run can do without it, so the
        message says how to tell the run instead of how to leave the host out.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Go on only if every director has answered
  lvs.cluster.gate:
    hosts: "{{ groups.lvs_directors }}"
    registered: director_kernel
    consequence: Nothing was changed.
  run_once: true
"""

RETURN = r"""
silent:
  description: The names of the hosts that have not answered, sorted.
  returned: always
  type: list
  elements: str
  sample: []
"""
