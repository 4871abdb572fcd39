#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bgp
short_description: Have FRR or BIRD announce a director's VIPs by BGP
version_added: 0.1.0
description:
  - Sets up the part of FRR's or BIRD's configuration by which routers hear of VIPs. A VIP is announced while its
    address is on the interface C(lvs-vips), and withdrawn when it goes from there; this module puts none there.
  - Announces single addresses of O(prefixes) to O(neighbours), whatever else these interfaces or others have, and
    accepts nothing from these neighbours.
  - Only a part is the collection's own; all else of the configuration, in the file as well as in what runs, stays as
    it is. Of FRR, all named objects (C(prefix-list), C(route-map)) whose names begin with C(lvs-) are its own, and the
    O(neighbours) whole; C(router bgp) may be shared with others. Of BIRD, it has the file C(/etc/bird/lvs.conf), the
    tables and protocols in it, and the line in C(bird.conf) that includes it.
  - FRR takes a change line by line, as C(vtysh) gives it; no session but those of changed neighbours notices. For the
    next boot, the same lines stand in a block in C(/etc/frr/frr.conf), also after somebody else has used
    C(write memory).
  - C(bgpd) and C(bfdd) are switched on in C(/etc/frr/daemons), and the program is started and enabled, where that is
    needed; with O(state=absent) that is taken back. An FRR that runs for others is never restarted - the module says
    what to do instead.
  - Sessions are set up without graceful restart. With it, a router may keep the VIPs of a director for minutes whose
    program is gone.
  - Where others share C(router bgp), their neighbours may hear of the VIPs as well, as their own policies let them.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(present) - what O(prefixes) names is announced.
      - V(absent) - nothing is, and nothing is left of that in the configuration of FRR or BIRD. The other options are
        not used.
    type: str
    choices: [present, absent]
    default: present
  program:
    description:
      - What speaks BGP on this host - V(frr) needs the package C(frr), V(bird) the package C(bird2). To change from one
        to the other, call the module with O(state=absent) in between.
    type: str
    choices: [frr, bird]
    default: frr
  local_as:
    description:
      - The AS of the director, 1 to 4294967295; needed with O(state=present). FRR has one, which is also that of others
        on this host.
    type: int
  router_id:
    description: The router id, an IPv4 address that no other router has; needed with O(state=present).
    type: str
  neighbours:
    description: The routers that hear of the VIPs; at least one of each family that O(prefixes) has.
    type: list
    elements: dict
    default: []
    suboptions:
      address:
        description:
          - Its address. One of IPv4 hears of the VIPs of IPv4, one of IPv6 of those of IPv6. A link-local one is not
            possible.
        type: str
        required: true
      remote_as:
        description: Its AS, 1 to 4294967295.
        type: int
        required: true
      password:
        description:
          - The password of the session (TCP-MD5, RFC 2385), 1 to 80 characters without spaces and double quotes.
          - It stands in the configuration of FRR or BIRD, which root and the program alone can read, and is left out of
            diffs, commands and the history. If others have set C(log commands) in FRR, FRR itself logs it.
        type: str
      bfd:
        description:
          - Whether BFD watches the router, which notices a dead one within a second. The router must have it too - FRR
            from 10 on keeps the session down until BFD is up.
        type: bool
        default: false
      multihop:
        description:
          - The TTL of packets to a router of another AS that is in no network of this host, 2 to 255. Without it, such
            a router is expected on one of this host's networks.
        type: int
      hold_time:
        description:
          - After how many seconds without a sign of life the session is taken for dead, 3 to 65535; a sign of life is
            sent three times as often. Both sides use the lower of theirs. Without it, the program's own (FRR 180, BIRD
            240).
        type: int
      source:
        description:
          - The address of this host that the session has; by default that of the way to the router. Needed for
            O(neighbours[].bfd) together with O(neighbours[].multihop), or with a router of the same AS.
        type: str
  prefixes:
    description: The VIPs that may be announced, as single addresses with their lengths.
    type: list
    elements: str
    default: []
  med:
    description: The metric (C(MULTI_EXIT_DISC)) of VIPs on C(lvs-vips), of which routers of one AS prefer the lowest.
    type: int
  standby_med:
    description:
      - The metric of VIPs on the interface C(lvs-standby), where a director in standby has them. Without it, these are
        not announced.
    type: int
  communities:
    description: Communities of the routes, as V(64520:100), or as large ones V(64520:1:2).
    type: list
    elements: str
    default: []
seealso:
  - module: lvs.cluster.host_info
  - name: FRR, BGP
    description: The words of RV(commands) with O(program=frr).
    link: https://docs.frrouting.org/en/latest/bgp.html
  - name: BIRD, BGP
    description: The words of C(/etc/bird/lvs.conf).
    link: https://bird.network.cz/?get_doc&v=20&f=bird-6.html#ss6.3
"""

EXAMPLES = r"""
- name: Announce the VIPs to both routers
  lvs.cluster.bgp:
    local_as: 64520
    router_id: 198.51.100.2
    neighbours:
      - {address: 198.51.100.1, remote_as: 64500, bfd: true, password: "{{ bgp_password }}"}
      - {address: 2001:db8:1::1, remote_as: 64500, bfd: true, password: "{{ bgp_password }}"}
    prefixes: [192.0.2.198/32, "2001:db8::198/128"]
    med: 100
    standby_med: 500

- name: Announce nothing any more
  lvs.cluster.bgp:
    state: absent
"""

RETURN = r"""
plan:
  description:
    - What is changed, by kinds - C(prefix), C(route-map), C(router) and C(neighbour) are lines of FRR, C(daemon) and
      C(unit) what runs, and C(configuration) is BIRD's. The same in check mode and in a real run.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample:
    added:
      - kind: prefix
        name: ip prefix-list lvs-vips permit 192.0.2.198/32
        after: {lines: [ip prefix-list lvs-vips permit 192.0.2.198/32]}
    changed: []
    removed: []
counts:
  description: How many of each.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {added: 1, changed: 0, removed: 0}
commands:
  description: The commands that do the same, without passwords.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["vtysh -c 'configure terminal' -c 'ip prefix-list lvs-vips permit 192.0.2.198/32'"]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._bgp.model import parse_announcement
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.options import BGP
from ansible_collections.lvs.cluster.plugins.module_utils._bgp.resource import announced
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._resource import Resource, run


def main() -> None:
    module = AnsibleModule(
        argument_spec={**BGP, **ORIGIN},
        required_if=[("state", "present", ["local_as", "router_id", "neighbours", "prefixes"])],
        supports_check_mode=True,
    )
    options = module.params

    def build() -> Resource:
        return announced(options["program"], parse_announcement(options) if options["state"] == "present" else None)

    run(module, build)


if __name__ == "__main__":
    main()
