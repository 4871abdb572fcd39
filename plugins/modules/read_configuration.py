# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this is plugins/action/read_configuration.py, which runs modules of Ansible's own on the host.

from __future__ import annotations

DOCUMENTATION = r"""
module: read_configuration
short_description: Read what a director is configured with today
description:
  - A part of the playbook lvs.cluster.import. Reads the files of the program that has the virtual services on a host,
    keepalived, or ldirectord and heartbeat, with all that they include; where there is no such program, the kernel's
    table of virtual services.
  - The result has the passwords that are in the files, so the task needs C(no_log). So that the message about a file
    that cannot be read is seen nevertheless, it is in the result, and M(lvs.cluster.import_files) fails with it.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.reads
options:
  path:
    description: The path of a file on the host, to read that one instead.
    type: str
"""

EXAMPLES = r"""
- name: Read the configuration of the director
  lvs.cluster.read_configuration:
  register: import_read
  no_log: true # it has passwords
"""

RETURN = r"""
paths:
  description: What to import, by path; C(ipvsadm -S -n) stands for the kernel's table.
  returned: success
  type: list
  elements: str
  sample: [/etc/keepalived/keepalived.conf]
placed:
  description: The host's addresses, as M(lvs.cluster.host_info) returns them.
  returned: success
  type: list
  elements: dict
  sample:
    - {address: 192.0.2.2, prefix: 24, interface: eth1, label: eth1}
rules:
  description: The table of virtual services, as M(lvs.cluster.ipvs_info) returns it; empty where O(path) names a file.
  returned: success
  type: list
  elements: str
  sample: ["-A -t 192.0.2.198:80 -s wlc", "-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 1"]
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
