# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The unit by which systemd runs the announcer. Pure. Private to the collection."""

from __future__ import annotations

from .model import INTERFACES

WATCHDOG_S = 10
_SERVICE = """# Written by lvs.cluster, as a whole.
[Unit]
Description=Linux Virtual Server: announce the VIPs while their services are served
After=network.target lvs.service keepalived.service

[Service]
Type=notify
ExecStart={python} -I -X pycache_prefix=/var/cache/{cache} {program} {file}
# However it has ended: what nobody looks after is not announced.
{withdraw}
CacheDirectory={cache}
Restart=always
RestartSec=1
WatchdogSec={watchdog}
TimeoutStopSec=10
# Root without its powers: to make an interface and to be asked about its table, the kernel wants CAP_NET_ADMIN.
CapabilityBoundingSet=CAP_NET_ADMIN
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
RestrictAddressFamilies=AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0022

[Install]
WantedBy=multi-user.target
"""


def service(python: str, program: str, file: str, cache: str) -> str:
    """Return the text of the service.

    python: the interpreter. program: the folder of the announcer. file: what it reads. cache: the folder below
    /var/cache where Python keeps what it has compiled.
    """
    withdraw = "\n".join(f"ExecStopPost=-/sbin/ip link delete {name}" for name in INTERFACES)
    return _SERVICE.format(
        python=python, program=program, file=file, cache=cache, withdraw=withdraw, watchdog=WATCHDOG_S
    )
