# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of known faults of keepalived and of the kernel. What of a definition meets each is in met.py.

Releases are those of the projects. Distributions mend faults in older ones too: where that is common, as with kernels,
an entry is advice.
"""

from __future__ import annotations

from .._rules.finding import ADVICE, ERROR
from . import met
from .fault import KEEPALIVED, KERNEL, KnownFault

_KEEPALIVED = "https://github.com/acassen/keepalived"
_LINUX = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id="

FAULTS = (
    KnownFault(
        code="LVS707",
        severity=ADVICE,
        name="slow-reused-ports",
        program=KERNEL,
        since=None,
        before=(5, 9),
        meets="Netfilter tracks the connections of IPVS, as nat_return: source_nat needs it.",
        met=met.reused_ports,
        effect="drops the first packet of a client that uses a port again, so that its connection takes a second "
        "longer, unless the distribution has mended that",
        way_round="Install a newer kernel, or set lvs_cluster.ipvs_sysctls: {conn_reuse_mode: 0}, which lets such a "
        "client go to the same real server, drained or not.",
        sources=("https://github.com/kubernetes/kubernetes/issues/93297",),
    ),
    KnownFault(
        code="LVS708",
        severity=ADVICE,
        name="slow-estimator",
        program=KERNEL,
        since=None,
        before=(6, 2),
        meets=f"The table has {met.MANY_ENTRIES:,} services and real servers or more.",
        met=met.many_entries,
        effect="looks at all of them every two seconds at once, for which packets wait up to some tens of milliseconds",
        way_round="Install a newer kernel, or, where this one has the sysctl, do without rates: "
        "lvs_cluster.ipvs_sysctls: {run_estimation: 0}.",
        sources=(f"{_LINUX}705dd3444081",),
    ),
    KnownFault(
        code="LVS709",
        severity=ADVICE,
        name="no-newer-tunnels",
        program=KERNEL,
        since=None,
        before=(5, 3),
        meets="A real server is reached by a tunnel of type gue or gre.",
        met=met.newer_tunnels,
        effect="does not have all of these, unless the distribution has added them; the roll-out would then end at "
        "the virtual services",
        way_round="Install a newer kernel, or choose tunnel_type: ipip.",
        sources=(f"{_KEEPALIVED}/blob/v2.4.3/doc/man/man5/keepalived.conf.5.in",),
    ),
    KnownFault(
        code="LVS771",
        severity=ERROR,
        name="last-byte-ff",
        program=KEEPALIVED,
        since=None,
        before=(2, 3, 3),
        meets="The payload or the reply of a UDP check ends in the byte ff.",
        met=met.last_byte_ff,
        # read_hex_str() in lib/parser.c takes it for a mistake of its own.
        effect="refuses a last byte ff",
        way_round="Choose another payload or reply, check by a command of your own ({type: misc, command: ...}), or "
        "install a newer keepalived.",
        sources=(f"{_KEEPALIVED}/commit/abdb0e48",),
    ),
    KnownFault(
        code="LVS772",
        severity=ERROR,
        name="unicast-without-interface",
        program=KEEPALIVED,
        since=(2, 2, 5),
        before=(2, 2, 8),
        meets="A VRRP instance by unicast has no interface.",
        met=met.unicast_without_interface,
        effect="needs one for unicast as well",
        way_round="Set lvs_cluster.vrrp.interface to the one by which the directors hear each other, or install "
        "another version.",
        sources=(f"{_KEEPALIVED}/blob/v2.2.7/keepalived/vrrp/vrrp.c",),  # chk_min_cfg()
    ),
    KnownFault(
        code="LVS773",
        severity=ERROR,
        name="too-old-for-drains",
        program=KEEPALIVED,
        since=None,
        before=(2, 2, 0),
        meets="keepalived checks real servers, which are drained by the weight of a file (FILE_CHECK).",
        met=met.drains,
        effect="makes weight 1 of weight 0, so that a drained real server still gets connections",
        way_round="Install keepalived 2.2.0 or newer, or let it check nothing (lvs_cluster.checks_by: none).",
        sources=(f"{_KEEPALIVED}/commit/e2b4d108", f"{_KEEPALIVED}/issues/1757"),
    ),
    KnownFault(
        code="LVS774",
        severity=ERROR,
        name="crashes-with-drains",
        program=KEEPALIVED,
        since=(2, 3, 0),
        before=(2, 3, 3),
        meets="keepalived checks real servers, which are drained by the weight of a file (FILE_CHECK).",
        met=met.drains,
        # add_rs_to_track_files() reads a pointer that is gone: known from the source, not tried.
        effect="has a checker that crashes with FILE_CHECK",
        way_round="Install another release, or let it check nothing (lvs_cluster.checks_by: none).",
        sources=(f"{_KEEPALIVED}/commit/d3155660",),
    ),
    KnownFault(
        code="LVS775",
        severity=ADVICE,
        name="crashes-without-sorry-server",
        program=KEEPALIVED,
        since=(2, 3, 0),
        before=(2, 3, 4),
        meets="A service has a sorry server, which may be removed one day.",
        met=met.sorry_servers,
        effect="has a checker that crashes when a sorry server that serves is removed; it is started again at once, "
        "and the roll-out sets what the reload has left undone",
        way_round="Remove a sorry server only while it does not serve, or install a newer release.",
        sources=(f"{_KEEPALIVED}/issues/2601", f"{_KEEPALIVED}/commit/7cfb502b"),
    ),
    KnownFault(
        code="LVS777",
        severity=ADVICE,
        name="slow-reloads",
        program=KEEPALIVED,
        since=None,
        before=(2, 3, 0),
        meets=f"keepalived checks {met.MANY_REAL_SERVERS:,} real servers or more, counted in each service.",
        met=met.many_real_servers,
        effect="reloads large tables slowly: 132 s for 37,205 real servers were reported",
        way_round="Install keepalived 2.3.4 or newer, or divide the services between several clusters.",
        sources=(f"{_KEEPALIVED}/issues/2318", f"{_KEEPALIVED}/pull/2320"),
    ),
)
BY_CODE = {fault.code: fault for fault in FAULTS}
