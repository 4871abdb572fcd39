# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this is plugins/action/read_configuration.py, which runs modules of Ansible's own on the host.

from __future__ import annotations

DOCUMENTATION = r"""
module: read_configuration
short_description: Read the configuration of a director's keepalived
description:
  - A part of the playbook lvs.cluster.import. Reads C(keepalived.conf) on a host, with all that it includes.
  - The result has the passwords that are in the files, so the task needs C(no_log). So that the message about a file
    that cannot be read is seen nevertheless, it is in the result, and M(lvs.cluster.import_files) fails with it.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  path:
    description: The path of the file on the host.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Read the configuration of the director
  lvs.cluster.read_configuration:
    path: /etc/keepalived/keepalived.conf
  register: import_read
  no_log: true # it has passwords
"""

RETURN = r"""
path:
  description: The path of the file.
  returned: success
  type: str
  sample: /etc/keepalived/keepalived.conf
address:
  description: Where Ansible reaches the host.
  returned: success
  type: str
  sample: 192.0.2.2
texts:
  description: The text of each file that was read, by its path; none for one that is not there.
  returned: success
  type: dict
  sample: {/etc/keepalived/keepalived.conf: "..."}
faults:
  description: Why a file could not be read, by its path.
  returned: success
  type: dict
  sample: {}
found:
  description: The folder, the pattern and the paths of each include.
  returned: success
  type: list
  elements: list
  sample: [[/etc/keepalived, conf.d/*.conf, [/etc/keepalived/conf.d/shop.conf]]]
"""
