# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Documentation only: this runs on the controller, in plugins/action/decide.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: decide
short_description: What a run does next, from what hosts have reported
description:
  - A part of the playbooks and roles of this collection. Takes what their tasks have registered on directors so far,
    and decides one thing.
  - Runs on the controller. It connects to no host and changes nothing.
version_added: 0.1.0
extends_documentation_fragment:
  - lvs.cluster.lvs.controller
options:
  about:
    description:
      - V(readiness) - whether the host can be a director, from what M(lvs.cluster.host_info) has found there
        (C(director_report)). It fails where it cannot, and says why.
      - V(former_directors) - which of the hosts that were directors until now the run has to look at, from
        C(director_report) of all directors. It fails where one of them takes no part in the run, unless O(gone) names
        it.
      - V(former_hosts) - which hosts are in no cluster any more or no longer direct one, so that a roll-out would look
        at them, from C(examine_report) of all directors. Why it could not look at one is a result and no failure.
      - V(dismissal) - whether the cluster has to be removed from such a host, from what M(lvs.cluster.host_info) has
        found there (C(director_dismissed)) and C(director_report) of all directors. It fails where the run must not do
        that.
      - V(turn) - what is special when it is the director's turn, from C(director_report), C(director_preflight) and
        C(director_readiness) of all directors, and the groups C(lvs_directors_waiting) and C(lvs_directors_active).
      - V(way_back) - whether a real server can send answers through O(routes) before the directors are set up.
      - V(leaving) - to which hosts that are no longer in a cluster the directors have sent packets until now. None
        where a director of theirs does not take part; a warning says so.
      - V(settling) - what may be removed from a real server at the end of a run, and whether it gets O(routes), from
        C(realserver_preflight) and C(director_is_set_up) of all its directors. Warnings say what is left for later.
      - V(asking) - for which VIPs each host asks its neighbours when a running cluster is examined, and for the ways of
        which packets it asks its kernel.
      - V(known_peers) - the MAC addresses of the directors whose packets a director must tell from those of clients,
        from C(examine_report) of all directors.
      - V(fixing) - which hosts are set up again to mend what the doctor finds by O(codes), from what C(examine.yml) has
        registered. It fails where that is not safe, and says why and what to do.
      - V(muting) - which findings of the doctor are muted from now on, with O(codes) muted for O(seconds), from the
        same. It fails where nothing is found by such a code.
      - V(failover) - who hands the VIPs over and who may take them, from C(failover_report). It fails where none can.
      - V(failover_outcome) - whether those of O(vips) have been taken, from C(failover_taken).
      - V(failover_stuck) - fails, and says how to bring back a director that was put in standby and has not given up
        its VIPs, from C(failover_left).
      - V(aside) - the same as V(failover) for O(director), which steps aside for some time, without a probe.
      - V(turns) - in which order directors step aside one after the other, from C(failover_report).
    type: str
    choices:
      - asking
      - known_peers
      - readiness
      - former_directors
      - former_hosts
      - dismissal
      - turn
      - way_back
      - leaving
      - settling
      - failover
      - failover_outcome
      - failover_stuck
      - turns
      - aside
      - fixing
      - muting
    required: true
  vips:
    description: The VIPs, as RV(lvs.cluster.resolve#module:vips) has them.
    type: list
    elements: dict
    default: []
  routes:
    description:
      - With O(about=way_back) and O(about=settling), the routes, as RV(lvs.cluster.resolve#module:network) has them.
    type: list
    elements: dict
    default: []
  director:
    description: With O(about=failover), the director that hands over or comes back, where the operator names one.
    type: str
  state:
    description:
      - With O(about=failover), V(standby) for a director that hands its VIPs over, V(active) for directors in standby
        that are to take VIPs again.
    type: str
    choices: [standby, active]
    default: standby
  gone:
    description:
      - With O(about=former_directors) and O(about=former_hosts), the former directors that have been stopped, by name
        or address.
    type: list
    elements: str
    default: []
  run:
    description:
      - With O(about=former_hosts), all hosts of a run.
      - With O(about=former_directors), all hosts of a run that looks at former directors and removes the cluster from
        them. Without it, each of them is an error, and only those of the host's own cluster count.
    type: list
    elements: str
  drill:
    description: With O(about=failover), whether the director that hands over comes back at the end.
    type: bool
    default: false
  probe_address:
    description: With O(about=failover), to which address clients' connections are tried. Without it, that of a TCP
      service.
    type: str
  probe_port:
    description: With O(about=failover), the port there. Without it, that of a TCP service.
    type: int
  codes:
    description: With O(about=fixing) and O(about=muting), codes of what the doctor finds.
    type: list
    elements: str
    default: []
  seconds:
    description: With O(about=muting), for how long they are muted; V(0) ends that.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: Decide how this director is set up when its turn comes
  lvs.cluster.decide:
    about: turn
    vips: "{{ director_view.vips }}"
  register: director_turn
"""

RETURN = r"""
advice:
  description: Warnings about the host, each with its code.
  returned: with O(about=readiness)
  type: list
  elements: str
  sample: []
part:
  description: V(active) where the director has VIPs, so that clients reach it; V(waiting) otherwise.
  returned: with O(about=readiness)
  type: str
  sample: waiting
missing_packages:
  description: What has to be installed.
  returned: with O(about=readiness)
  type: list
  elements: str
  sample: [keepalived]
has_configuration:
  description: Whether there is a configuration of keepalived.
  returned: with O(about=readiness)
  type: bool
boot_rules:
  description: The file of the rules that are loaded at boot; null where there is none.
  returned: with O(about=readiness)
  type: str
has_timeouts:
  description: Whether the cluster has set timeouts of connections.
  returned: with O(about=readiness)
  type: bool
has_sync_daemons:
  description: Whether the cluster has started sync daemons.
  returned: with O(about=readiness)
  type: bool
has_announcer:
  description: Whether the cluster announces VIPs to routers.
  returned: with O(about=readiness)
  type: bool
can_start:
  description: Whether keepalived can be started; not in check mode where it is not installed yet.
  returned: with O(about=readiness)
  type: bool
boots:
  description: Whether C(lvs.service) is started at boot.
  returned: with O(about=readiness)
  type: bool
balances:
  description: Whether there are virtual services in the table.
  returned: with O(about=readiness)
  type: bool
unserved:
  description: The virtual services of the cluster that nothing in the table would serve.
  returned: with O(about=readiness)
  type: list
  elements: str
  sample: ["tcp 192.0.2.198:80"]
hold:
  description: Whether the director must take no VIP while it does not hear the others.
  returned: with O(about=turn)
  type: bool
drains:
  description: What operators have drained on the other directors, for one that joins them; as host_info has it.
  returned: with O(about=turn)
  type: dict
apart:
  description: The directors of the cluster that do not take part in the run.
  returned: with O(about=turn)
  type: list
  elements: str
awaited:
  description: Those of O(vips) that the director must have after keepalived has read its configuration.
  returned: with O(about=turn)
  type: list
  elements: dict
tries:
  description: How often to look for them.
  returned: with O(about=turn)
  type: int
  sample: 15
joins:
  description: Whether no run has set the director up yet.
  returned: with O(about=turn)
  type: bool
lent_s:
  description:
    - For how many seconds at most the loopback interface has O(vips) while keepalived begins without them.
  returned: with O(about=turn)
  type: int
  sample: 60
hardware_addresses:
  description: The MAC address of each director whose packets this one must tell from those of clients.
  returned: with O(about=turn)
  type: dict
leads:
  description: Whether answers already reach clients through O(routes).
  returned: with O(about=way_back)
  type: bool
hosts:
  description:
    - The hosts that have served until now, and are no longer in a cluster. With O(about=former_directors), those of
      O(run) that have been directors until now.
  returned: with O(about=leaving) and O(about=former_directors)
  type: list
  elements: str
  sample: []
directors:
  description: The hosts that have been directors until now.
  returned: with O(about=former_hosts)
  type: list
  elements: str
  sample: []
real_servers:
  description: The hosts that have served until now, and are no longer in a cluster.
  returned: with O(about=former_hosts)
  type: list
  elements: str
  sample: [web3]
outside:
  description: Those of both that are in no cluster any more, so that nobody has looked at them yet.
  returned: with O(about=former_hosts)
  type: list
  elements: str
  sample: [web3]
refused:
  description: Why a roll-out would end.
  returned: with O(about=former_hosts)
  type: list
  elements: str
  sample: []
names:
  description: The name of each of RV(real_servers) by its addresses.
  returned: with O(about=former_hosts)
  type: dict
  sample: {192.0.2.23: web3}
removes:
  description: Whether the cluster has to be removed from the host.
  returned: with O(about=dismissal)
  type: bool
  sample: true
hands_over:
  description: Whether the host has VIPs, which other directors take when the cluster is removed from it.
  returned: with O(about=dismissal)
  type: bool
serves:
  description: Whether the host is a real server of a cluster.
  returned: with O(about=dismissal)
  type: bool
in_standby:
  description: The directors that are in standby already.
  returned: with O(about=turns)
  type: list
  elements: str
parts:
  description: What each director does - C(from), C(to), C(back) or C(other).
  returned: with O(about=failover)
  type: dict
  sample: {lvs1: from, lvs2: to}
asked:
  description:
    - For which VIPs each host asks its neighbours (C(addresses)), and for the ways of which packets its kernel
      (C(ways)), as M(lvs.cluster.host_info) takes them.
  returned: with O(about=asking)
  type: dict
  sample: {lvs1: {addresses: [192.0.2.198], ways: [{to: 192.0.2.21}]}}
known:
  description: For each host, the MAC address of each director whose packets it must tell from those of clients.
  returned: with O(about=known_peers)
  type: dict
  sample: {web1: {}}
moving:
  description: Those of O(vips) that are to move.
  returned: with O(about=failover)
  type: list
  elements: dict
probe:
  description: Address and port to which clients' connections are tried.
  returned: with O(about=failover)
  type: list
  elements: raw
  sample: [192.0.2.198, 80]
state:
  description:
    - How a host's network and packet filter are set up, V(merged) where nothing may be removed yet, V(replaced) where
      all goes that the definition lacks.
    - A director keeps what it has as a real server while other directors may still send it packets.
  returned: with O(about=turn) and O(about=settling)
  type: str
  sample: replaced
way_back:
  description: Whether the real server gets its routes and rules back to the directors.
  returned: with O(about=settling)
  type: bool
  sample: true
later:
  description: What is left for another run, and why.
  returned: with O(about=settling) and O(about=former_hosts)
  type: list
  elements: str
  sample: []
seconds:
  description: For how long they are tried.
  returned: with O(about=failover)
  type: int
  sample: 15
returning:
  description: The directors that may have VIPs again at the end.
  returned: with O(about=failover)
  type: list
  elements: str
  sample: []
codes:
  description: The same as O(codes).
  returned: with O(about=fixing)
  type: list
  elements: str
  sample: [LVS811]
found:
  description:
    - What is found by O(codes), and what else is found on the hosts that are set up again and is mended by that.
  returned: with O(about=fixing)
  type: list
  elements: dict
gathered:
  description: The hosts that are set up again or take part as they are, with the groups of the run that they belong to.
  returned: with O(about=fixing)
  type: list
  elements: dict
  sample:
    - {host: web1, groups: [lvs_cluster_mended_realservers, lvs_cluster_taking_part]}
marks:
  description: What each director is to write down as muted, as O(lvs.cluster.director_marks#module:muted) takes it.
  returned: with O(about=muting)
  type: dict
refusal:
  description: Why nothing is done; empty where something is.
  returned: with O(about=failover)
  type: str
  sample: ""
lost:
  description: Those of O(vips) that no director has taken, without the lengths of their prefixes.
  returned: with O(about=failover_outcome)
  type: list
  elements: str
  sample: []
"""
