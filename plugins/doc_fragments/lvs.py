# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation that every module of the collection shares."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/lvs.cluster.lvs) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - lvs.cluster.lvs
  platform:
    description: Where the module runs.
    platforms: linux
    support: full
requirements:
  - Python 3.8 or newer on the managed host, and nothing but its standard library.
author:
  - The lvs.cluster contributors (@lvs-cluster)
"""

    # Of what runs on the controller alone: no platform and no requirement of a managed host.
    CONTROLLER = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/lvs.cluster.lvs) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - lvs.cluster.lvs
  check_mode:
    description: Can run in check mode and return the same as without.
    support: full
  diff_mode:
    description: Has no diff, since it changes nothing.
    support: none
author:
  - The lvs.cluster contributors (@lvs-cluster)
"""

    CHANGES = r"""
options:
  origin:
    description:
      - Who asks for this, for the history of changes on the host (C(/var/log/lvs/history.jsonl), which
        M(lvs.cluster.history_info) reads). Each call that has changed something adds a line there.
      - Within a run of Ansible it is filled in. Whoever runs the module by other means may say it, or leave it out.
    type: dict
    version_added: 0.1.0
    suboptions:
      user:
        description: The user on the controller, as C(user@host).
        type: str
      playbook:
        description: The playbook, as it was named on the command line.
        type: str
      definitions:
        description: The digest of the definition of each cluster in which the host takes part, by the cluster's name.
        type: dict
      definition:
        description:
          - The definition of the cluster that the host directs, packed, where it is rolled out. A call that has changed
            something keeps it beside the history, for C(lvs.cluster.undo).
        type: str
attributes:
  check_mode:
    description: Can tell what it would change, and change nothing.
    support: full
  diff_mode:
    description: Tells the exact difference, the same in check mode and in a real run.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    READS = r"""
options: {}
attributes:
  check_mode:
    description: Can tell what it would change, and change nothing.
    support: full
    details: The module only reads.
  diff_mode:
    description: Tells the exact difference, the same in check mode and in a real run.
    support: none
    details: The module only reads.
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
    details: The module only reads.
"""
