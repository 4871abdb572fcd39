# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things lie on a host of a cluster: each path stands here and nowhere else. Private to the collection."""

from __future__ import annotations

FOLDER = "/etc/lvs"
# What lvs.service loads at boot, as native text; what the packet filter has there, _filter/boot_files.py names.
IPVS_RULES = f"{FOLDER}/ipvs.rules"
TIMEOUTS = f"{FOLDER}/timeouts.rules"
SYNC_DAEMONS = f"{FOLDER}/sync.rules"
NETWORK = f"{FOLDER}/network.batch"
# What operators have done to weights: a file for each real server.
DRAINED = f"{FOLDER}/drained"
# A director that an operator has told to take no VIP, and one that a roll-out keeps from it.
STANDBY = f"{FOLDER}/standby"
HELD = f"{FOLDER}/held"
FAILED = f"{FOLDER}/failed"
# Which findings of the doctor operators have muted, and for how long.
MUTED = f"{FOLDER}/muted"
# What a director's virtual services were taken over from.
PREDECESSORS = f"{FOLDER}/predecessors"

UNITS = "/etc/systemd/system"
# What is ours in the configuration of a program that speaks BGP, and where that is.
BGP = f"{FOLDER}/bgp"
FRR_CONF = "/etc/frr/frr.conf"
FRR_DAEMONS = "/etc/frr/daemons"
FRR_VTYSH_CONF = "/etc/frr/vtysh.conf"
FRR_UNIT = "frr.service"
BIRD_CONF = "/etc/bird/bird.conf"
BIRD_VIPS = "/etc/bird/lvs.conf"
BIRD_UNIT = "bird.service"

KEEPALIVED_CONF = "/etc/keepalived/keepalived.conf"
KEEPALIVED_UNIT = "keepalived.service"
KEEPALIVED_DROP_IN = f"{UNITS}/{KEEPALIVED_UNIT}.d/lvs.conf"
BOOT_UNIT = f"{UNITS}/lvs.service"
MODPROBE = "/etc/modprobe.d/lvs.conf"
MODULES_LOAD = "/etc/modules-load.d/lvs.conf"
SYSCTLS = "/etc/sysctl.d/lvs.conf"

# The exporter of metrics: its program, where Python keeps it compiled, its units, the name of what it writes into the
# folder of the node exporter, and that folder as Debian's package has it.
METRICS_PROGRAM = "/usr/local/lib/lvs-metrics"
METRICS_CACHE = "/var/cache/lvs-metrics"
METRICS_SERVICE = f"{UNITS}/lvs-metrics.service"
METRICS_TIMER = f"{UNITS}/lvs-metrics.timer"
METRICS_FILE = "lvs.prom"
TEXTFILES = "/var/lib/prometheus/node-exporter"

# The announcer of VIPs: its program, where Python keeps it compiled, its unit, and what it may announce.
ANNOUNCER_PROGRAM = "/usr/local/lib/lvs-announcer"
ANNOUNCER_CACHE = "/var/cache/lvs-announcer"
ANNOUNCER_UNIT = "lvs-announcer.service"
ANNOUNCER_SERVICE = f"{UNITS}/{ANNOUNCER_UNIT}"
ANNOUNCER_FILE = f"{FOLDER}/announced.json"

FLOOR_PROGRAM = "/usr/local/lib/lvs-floor"
FLOOR_COMMAND = f"{FLOOR_PROGRAM}/settle"

# What has been changed on this host, a line for each change; for root alone. The one before it has the ending .1.
HISTORY = "/var/log/lvs/history.jsonl"

# What others may have on a director: ldirectord's configuration, the first that is there counts.
LDIRECTORD_FILES = ("/etc/ha.d/ldirectord.cf", "/etc/ha.d/conf/ldirectord.cf", "/etc/ldirectord.cf")

# What a director may have, as patterns: the programs that balance, and what operators and roll-outs have left there.
OF_A_DIRECTOR = (
    *(f"{folder}/{program}" for program in ("ipvsadm", "keepalived") for folder in ("/sbin", "/usr/sbin")),
    *("/usr/bin/vtysh", "/usr/sbin/birdc"),
    *(
        KEEPALIVED_CONF,
        IPVS_RULES,
        TIMEOUTS,
        SYNC_DAEMONS,
        STANDBY,
        HELD,
        ANNOUNCER_FILE,
        f"{DRAINED}/*",
        f"{FAILED}/*",
    ),
)
# What every host of a cluster has some of, whatever its part.
OF_A_MEMBER = (
    FOLDER,
    BOOT_UNIT,
    KEEPALIVED_DROP_IN,
    MODPROBE,
    MODULES_LOAD,
    SYSCTLS,
    METRICS_SERVICE,
    ANNOUNCER_SERVICE,
)
