# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/rehearsal.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: rehearsal
short_description: Rehearse an inventory in throwaway machines
description:
  - A part of the playbook lvs.cluster.rehearse. Starts a machine for each director and for real servers of each
    service, with the addresses of the inventory on networks of their own, and a client. Runs the playbooks of this
    collection for them, with the inventory of the run, while the client asks each service all the time. Takes the
    machines away at the end, whatever happens.
  - Needs QEMU, VDE and mmdebstrap on the controller. What is missing is named, with the packages that have it; nothing
    is installed there. The first rehearsal makes an image of Debian, which takes minutes, and keeps it in
    C(~/.cache/lvs-cluster-lab), or in the folder that the environment variable E(LAB_CACHE) names.
  - Runs on the controller. It connects to no host of the inventory, and no packet of a machine leaves the controller.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  before:
    description: An inventory, as a file or a folder, that is rolled out first; then the change from it to the inventory
      of the run is rehearsed.
    type: path
  release:
    description: The release of Debian that the machines have.
    type: str
    choices: [bookworm, trixie, bullseye, sid]
    default: bookworm
  machines:
    description: How many machines there may be, that of the client included. Where there are more hosts, real servers
      are left out; each service keeps one.
    type: int
    default: 8
  logs:
    description: The folder for what playbooks have printed, for journals of directors where a step has failed, and for
      the result. What an earlier rehearsal has left there is replaced.
    type: path
    default: lvs-rehearsal
"""

EXAMPLES = r"""
- name: Rehearse the inventory in throwaway machines
  lvs.cluster.rehearsal:
    before: inventory-of-yesterday
  register: rehearse_outcome
"""

RETURN = r"""
word:
  description: V(healthy) if all steps have passed, V(degraded) if clients have lost something in one, V(down) if one
    has failed or was not begun.
  returned: success
  type: str
  sample: healthy
model:
  description: The steps with their results and the client's figures, and what is not as on the hosts of the inventory.
  returned: success
  type: dict
lines:
  description: The same for people, each line with its tone.
  returned: success
  type: list
  elements: list
"""
