# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this begins on the controller, in plugins/action/set_up.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: set_up
short_description: Bring a part of a host to the view of the host
description:
  - A part of the roles of this collection. Runs the module of one part (M(lvs.cluster.host_network),
    M(lvs.cluster.packet_filter), M(lvs.cluster.ipvs_services), M(lvs.cluster.ipvs_timeouts),
    M(lvs.cluster.ipvs_sync_daemon) or M(lvs.cluster.keepalived)) on the host, with what M(lvs.cluster.resolve) says of
    it and with the files of the cluster in C(/etc), and returns what that module returns.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(merged) - what the view has is set up, and nothing is removed.
      - V(replaced) - what the view has is set up, and what it no longer has is removed.
      - V(deleted) - everything that was set up is removed, whatever the view has.
    type: str
    choices: [merged, replaced, deleted]
    required: true
  network:
    description: RV(lvs.cluster.resolve#module:network) of the host. Exactly one part is given.
    type: dict
  filter:
    description: RV(lvs.cluster.resolve#module:filter) of the host.
    type: dict
  services:
    description: RV(lvs.cluster.resolve#module:services) of a director.
    type: list
    elements: dict
  timeouts:
    description: RV(lvs.cluster.resolve#module:timeouts) of a director. Whatever O(state) is, they are replaced.
    type: dict
  sync_daemon:
    description:
      - RV(lvs.cluster.resolve#module:sync_daemon) of a director. Where it is empty, the daemons of the cluster stop.
    type: dict
  configuration:
    description: The options C(content), C(hold), C(apart), C(vips) and C(lent_seconds) of M(lvs.cluster.keepalived).
    type: dict
  password:
    description: The password of VRRP, for the O(configuration).
    type: str
  announcer:
    description: RV(lvs.cluster.resolve#module:announcing).announcer of a director.
    type: dict
  speaker:
    description: RV(lvs.cluster.resolve#module:announcing).speaker of a director.
    type: dict
  neighbours:
    description: C(lvs_cluster.bgp.neighbours) with their passwords, for the O(speaker).
    type: list
    elements: dict
    default: []
  vips:
    description:
      - Addresses that the host holds at times, in addition to those of O(network). The neighbours are asked who has
        any of all these that are new. For a test, in check mode.
    type: list
    elements: dict
    default: []
  way_back:
    description: Whether the routes and rules of O(network) are set too.
    type: bool
    default: true
  keep_found:
    description:
      - Whether addresses of O(network) that the host has before the cluster is set up stay when the cluster goes.
    type: bool
    default: false
  keepalived:
    description: RV(lvs.cluster.resolve#module:keepalived), where keepalived checks the O(services).
    type: str
  at_boot:
    description: Whether C(lvs.service) loads the O(services) at boot.
    type: bool
    default: true
seealso:
  - module: lvs.cluster.host_network
  - module: lvs.cluster.packet_filter
  - module: lvs.cluster.ipvs_services
  - module: lvs.cluster.keepalived
  - module: lvs.cluster.announcer
  - module: lvs.cluster.bgp
"""

EXAMPLES = r"""
- name: Set up the VIPs, routes and sysctls
  lvs.cluster.set_up:
    state: replaced
    network: "{{ view.network }}"
"""

RETURN = r"""
plan:
  description: What is added, changed and removed, as the module on the host returns it; so is all the rest.
  returned: when the changes could be planned, in a failure too
  type: dict
boot_commands:
  description: The commands that load it at boot.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
"""
