# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services with a floor: checks take out no more than is left above it.

keepalived takes out whatever fails, and has no limit to that. So it checks such a service in a second virtual server,
which no client reaches (module_utils/_ipvs/for_checks.py), and takes real servers out of that one as they fail. At each
change there it runs a program, which writes into files for whom there is room above the floor (module_utils/_floor),
and these keepalived tracks in the service itself. The floor is the quorum of the second virtual server: keepalived logs
when it is lost, and sends the mail that it sends for any quorum.
"""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterable
from dataclasses import replace

from ...module_utils._ipvs.for_checks import NUMBERS, address_of
from ...module_utils._ipvs.model import DestinationKey, endpoint
from ...module_utils._keepalived.managed import CHECKS_OF, verdict_of
from ...module_utils._places import FAILED, FLOOR_COMMAND
from .._values.health_check import HealthCheck
from .._values.real_server import RealServer
from .._values.service import VirtualService
from . import data


def name_of(service: VirtualService) -> str:
    """What a virtual server is called where a service stands for several: each family and each protocol is one."""
    return f"{service.name}_{service.family}_{service.protocol or 'mark'}"


def numbered(names: Iterable[str]) -> dict[str, int]:
    """A number for each name, which it keeps when others come and go, but for those that have the same checksum."""
    found: dict[int, str] = {}
    for name in sorted({*names}):
        number = crc32(name.encode()) % len(NUMBERS)
        while number in found:
            number = (number + 1) % len(NUMBERS)
        found[number] = name
    return {name: NUMBERS[number] for number, name in found.items()}


def failed_file(service: VirtualService, server: RealServer) -> str:
    """The path of the file that takes a real server out of a service with a floor."""
    return f"{FAILED}/{endpoint(server.address, server.port)}@{name_of(service)}"


def is_verdict(check: HealthCheck) -> bool:
    """Whether a check tells failure, and does not only change a weight."""
    return check.kind != "file" or not check["weight"]


def verdicts(service: VirtualService, server: data.VirtualServer, number: int) -> data.VirtualServer:
    """The virtual server in which keepalived checks. server: that of the service, with its checks."""
    settle = (f"{FLOOR_COMMAND} {name_of(service)}", "root")
    return replace(
        server,
        group=f"{CHECKS_OF}{name_of(service)}",
        addresses=((address_of(number, service.family), service.port or 1),),
        fwmark=None,
        ip_family=None,
        protocol=(service.protocol or "tcp").upper(),
        lvs_sched="rr",
        scheduler_flags=(),
        ops=False,
        persistence_timeout=None,
        persistence_granularity=None,
        persistence_engine=None,
        inhibit_on_failure=None,
        omega=False,
        quorum=service.floor,
        hysteresis=None,
        quorum_up=settle,
        quorum_down=None,
        sorry_server=(),
        sorry_server_lvs_method=(),
        sorry_server_inhibit=False,
        raw=None,
        real_servers=tuple(_verdict(each, settle) for each in server.real_servers),
    )


def _verdict(server: data.RealServer, settle: data.Words) -> data.RealServer:
    address, *port = server.endpoint
    return replace(
        server,
        endpoint=tuple(verdict_of(DestinationKey(str(address), int(str(port[0])) if port else 0))),
        weight=min(server.weight, 1),
        uthreshold=None,
        lthreshold=None,
        inhibit_on_failure=None,
        notify_up=settle,
        notify_down=settle,
        raw=None,
        drained=(),
    )
