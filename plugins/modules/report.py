# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/report.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: report
short_description: Write a report of the clusters as one file
description:
  - A part of the playbook lvs.cluster.report. Draws the clusters from what other tasks have registered, and writes one
    file that loads nothing from elsewhere.
  - An existing file that is not a report is not overwritten. A report is written as a whole or not at all.
  - Runs on the controller. It connects to no host.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  hosts:
    description: The names of the hosts on which the playbook has registered what it found. By default, those of the
      clusters that the playbook is for.
    type: list
    elements: str
  format:
    description: V(html) for a page with a picture and tables, the others for the picture alone.
    type: str
    choices: [html, svg, mermaid, dot]
    default: html
  path:
    description:
      - The file to write. By default C(lvs-report) with the extension C(html), C(svg), C(mmd) or C(dot), in the folder
        in which Ansible was started.
    type: path
  bundle:
    description:
      - Where to write what a bug report for keepalived asks for, as a C(tar.gz) that only its owner can read -
        versions, configurations and logs with secrets masked, tables, addresses.
    type: path
"""

EXAMPLES = r"""
- name: Write the report
  lvs.cluster.report:
    hosts: "{{ groups.lvs_cluster_directors | union(groups.lvs_cluster_realservers) }}"
    path: shop.html
"""

RETURN = r"""
files:
  description: The files that were written, as O(path) and O(bundle) name them.
  returned: success
  type: list
  elements: str
  sample: [shop.html]
message:
  description: In one sentence the status, and what was written, or would be in check mode.
  returned: success
  type: str
  sample: "The cluster is degraded. Written: shop.html"
word:
  description: The worst status of the clusters.
  returned: success
  type: str
  sample: degraded
"""
