#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ipvs_timeouts
short_description: Set how long IPVS keeps idle connections
version_added: 0.1.0
description:
  - Sets the timeouts of the connections that a director balances. Each holds for all virtual services of the host's
    network namespace, and for a connection from its next packet on.
  - A timeout that is left out stays as it is. The kernel starts with 900, 120 and 300 seconds.
  - Talks netlink to the kernel (C(IPVS_CMD_SET_CONFIG)). C(ipvsadm) is not needed.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - V(merged) - what is given holds, and all else stays.
      - V(replaced) - the same, and those that O(boot_file) lists and that are not given any more get back what the
        kernel starts with, unless somebody else has set them since. What they were before is not known.
        Without any, all that is listed goes.
    type: str
    choices: [merged, replaced]
    default: merged
  tcp:
    description:
      - Seconds without a packet after which an established TCP connection is forgotten, 1 to 2678400 (31 days; 24 days
        on a kernel with C(CONFIG_HZ=1000), which refuses more). A client or real server that is silent for longer finds
        its connection dead, unless TCP keepalive speaks more often.
      - The kernel's name is C(IPVS_CMD_ATTR_TIMEOUT_TCP). At least one of the three timeouts is needed with
        O(state=merged).
    type: int
  tcpfin:
    description:
      - Seconds for which a TCP connection is kept after its FIN, in the range of O(tcp). The kernel's name is
        C(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN).
    type: int
  udp:
    description:
      - Seconds without a packet after which a UDP client may be sent to another real server, in the range of O(tcp).
        The kernel's name is C(IPVS_CMD_ATTR_TIMEOUT_UDP).
    type: int
  boot_file:
    description:
      - File that holds the timeouts that were asked for, as a line C(--set tcp tcpfin udp) that C(ipvsadm -R) loads. In
        it, 0 leaves a timeout as it is. Written after the kernel has taken all.
      - It needs a file of its own. C(lvs.service) of this collection loads C(/etc/lvs/timeouts.rules) at boot.
      - Without it, the timeouts are the kernel's own again after a reboot.
    type: path
seealso:
  - module: lvs.cluster.ipvs_info
  - name: ipvsadm(8)
    description: The native tool; RV(commands) has its lines.
    link: https://manpages.debian.org/ipvsadm.8
"""

EXAMPLES = r"""
# ansible lvs_directors --become -m lvs.cluster.ipvs_timeouts -a 'tcp=7200 udp=30'

- name: Keep silent database connections for two hours, forget DNS clients soon
  lvs.cluster.ipvs_timeouts:
    tcp: 7200
    udp: 30
    boot_file: /etc/lvs/timeouts.rules
"""

RETURN = r"""
plan:
  description: What is changed, in the words of the options. The same in check mode and in a real run.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample:
    added: []
    changed:
      - kind: timeouts
        name: timeouts
        before: {tcp: 900}
        after: {tcp: 7200}
    removed: []
counts:
  description: Whether the timeouts are changed, as 0 or 1. The other two are always 0.
  returned: when the changes could be planned, in a failure too
  type: dict
  sample: {added: 0, changed: 1, removed: 0}
commands:
  description: The C(ipvsadm) command that does the same.
  returned: when the changes could be planned, in a failure too
  type: list
  elements: str
  sample: ["ipvsadm --set 7200 120 300"]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.family import open_family
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.kernel import SettingsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.model import Timeouts, parse_timeouts
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.options import TIMEOUTS
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.resource import ConnectionTimeouts
from ansible_collections.lvs.cluster.plugins.module_utils._resource import run


def main() -> None:
    module = AnsibleModule(argument_spec={**TIMEOUTS, **ORIGIN}, supports_check_mode=True)
    options = module.params

    def build() -> ConnectionTimeouts:
        replaced = options["state"] == "replaced"
        none = replaced and not any(options[name] for name in Timeouts._fields)
        wanted = Timeouts() if none else parse_timeouts(options)
        kernel = SettingsKernel(family) if (family := open_family(none, module.check_mode)) else None
        return ConnectionTimeouts(kernel, wanted, options["boot_file"], replaced)

    run(module, build)


if __name__ == "__main__":
    main()
