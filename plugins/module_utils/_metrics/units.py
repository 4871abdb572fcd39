# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The units by which systemd runs the exporter. Pure. Private to the collection."""

from __future__ import annotations

import re

INTERVAL_S = 15
_SERVICE = """# Written by lvs.cluster, as a whole.
[Unit]
Description=Linux Virtual Server: write metrics for the Prometheus node exporter
# Who stops the timer waits for a run to end, which is no failure of it.
PartOf=lvs-metrics.timer

[Service]
Type=oneshot
ExecStart={python} -I -X pycache_prefix=/var/cache/{cache} {program} {file}
CacheDirectory={cache}
TimeoutStartSec=60
SuccessExitStatus=SIGTERM
# Root without its powers: to be asked about its table, IPVS wants CAP_NET_ADMIN.
CapabilityBoundingSet={capabilities}
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={folder}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0022
"""
TIMER = f"""# Written by lvs.cluster, as a whole.
[Unit]
Description=Linux Virtual Server: write metrics every {INTERVAL_S} seconds

[Timer]
OnActiveSec=1
OnUnitActiveSec={INTERVAL_S}
AccuracySec=1

[Install]
WantedBy=timers.target
"""


def service(python: str, program: str, file: str, cache: str, of_root: bool) -> str:
    """Return the text of the service.

    python: the interpreter. program: the folder of the exporter. file: what it writes. cache: the folder below
    /var/cache where Python keeps what it has compiled. of_root: whether the file's folder is root's.
    """
    # A folder that a user of the node exporter owns lets root in by this capability alone.
    capabilities = "CAP_NET_ADMIN" if of_root else "CAP_NET_ADMIN CAP_DAC_OVERRIDE"
    return _SERVICE.format(
        python=python,
        program=program,
        file=file,
        folder=file.rpartition("/")[0],
        cache=cache,
        capabilities=capabilities,
    )


def written_file(text: str) -> str:
    """Return the file that a service writes, "" where its text does not tell."""
    found = re.search(r"^ExecStart=.* (/\S+)$", text, re.MULTILINE)
    return found.group(1) if found else ""
