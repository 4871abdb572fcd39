# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a host differs from what it must be, part by part, as a roll-out would find it. Private to the collection.

Nothing is changed. Each part is the resource that its module sets up, with the files of the cluster on a host.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional

from ._announcer import installed as announcer
from ._bgp.model import parse_announcement
from ._bgp.resource import announced
from ._change import CHANGE
from ._drain.folder import read_offsets
from ._drain.offsets import operators_weights
from ._files import read_text
from ._filter.kernel import FilterKernel
from ._filter.model import parse_rules
from ._filter.resource import PacketFilter, choose
from ._ipvs.checked import checks_of
from ._ipvs.family import open_family
from ._ipvs.kernel import IpvsKernel
from ._ipvs.model import parse_services
from ._ipvs.resource import IpvsTable
from ._ipvs_settings.kernel import SettingsKernel, read_mtus
from ._ipvs_settings.model import ROLES, Timeouts, parse_daemons, parse_timeouts
from ._ipvs_settings.resource import ConnectionTimeouts, SynchronisationDaemons
from ._keepalived.configuration import Configuration
from ._keepalived.hearing import breaks_hearing
from ._keepalived.service import DROP_IN, has_not_read, runs
from ._keepalived.text import with_password
from ._netlink.socket import NETLINK_ROUTE, NetlinkSocket
from ._network.kernel import NetworkKernel
from ._network.resource import Files, HostNetwork
from ._network.wanted import parse_network
from ._places import (
    ANNOUNCER_FILE,
    BGP,
    DRAINED,
    FOLDER,
    IPVS_RULES,
    KEEPALIVED_CONF,
    KEEPALIVED_DROP_IN,
    MODPROBE,
    MODULES_LOAD,
    NETWORK,
    SYNC_DAEMONS,
    SYSCTLS,
    TIMEOUTS,
    UNITS,
)
from ._resource import Resource, compare

Options = Mapping[str, Any]
# What is left out where a host has it not and is not to have it: the part, and the file by which it shows.
_TO_GO = {"announcer": ANNOUNCER_FILE, "bgp": BGP}


def compared(options: Options) -> Dict[str, Any]:
    """Return part -> its differences, as _resource.compare() has them. A part that is None is left out."""
    parts: Dict[str, Callable[[], Dict[str, Any]]] = {
        "network": lambda: compare(lambda: _network(options["network"])),
        "filter": lambda: compare(lambda: _filter(options["filter"])),
        "services": lambda: compare(lambda: _services(options)),
        "timeouts": lambda: compare(lambda: _timeouts(options["timeouts"])),
        "sync_daemon": lambda: compare(lambda: _sync_daemon(options["sync_daemon"])),
        "announcer": lambda: _announcer(options["announcer"]),
        "bgp": lambda: compare(lambda: _bgp(options["bgp"])),
        "configuration": lambda: _configuration(options["configuration"], options["password"]),
    }
    given = [name for name in parts if options.get(name) is not None]
    return {name: parts[name]() for name in given if name not in _TO_GO or _matters(options[name], _TO_GO[name])}


def _matters(wanted: Options, path: str) -> bool:
    """Return whether there is something to compare: it is wanted, or has left a file here. path: of that file."""
    return bool(wanted.get("prefixes") or wanted.get("vips")) or read_text(path) is not None


def _network(options: Options) -> Resource:
    files = Files(NETWORK, SYSCTLS, MODULES_LOAD, MODPROBE)
    return HostNetwork(NetworkKernel(NetlinkSocket(NETLINK_ROUTE)), "replaced", parse_network(options), files=files)


def _filter(options: Options) -> Resource:
    kernel = FilterKernel(choose(options.get("firewall"), options.get("arp_firewall")))
    return PacketFilter(kernel, "replaced", parse_rules(options["rules"]), False, FOLDER, UNITS)


def _services(options: Options) -> Resource:
    wanted = parse_services(options["services"])
    offsets = read_offsets(DRAINED)
    family = open_family(only_to_remove=False, check=True)
    configuration: Optional[str] = options["configuration"]
    return IpvsTable(
        IpvsKernel(family) if family else None,
        "replaced",
        wanted,
        boot_file=None if configuration else IPVS_RULES,
        operators=operators_weights(offsets),
        checks=checks_of(read_text(KEEPALIVED_CONF), configuration or "", runs(), DRAINED),
    )


def _timeouts(options: Options) -> Resource:
    wanted = parse_timeouts(options) if any(options.values()) else Timeouts()
    return ConnectionTimeouts(_settings(), wanted, TIMEOUTS, replaced=True)


def _sync_daemon(options: Options) -> Resource:
    """options: how the daemons run; without an interface, none of the cluster's is to run."""
    absent = not options.get("interface")
    how = {"state": "absent", "roles": [], "boot_file": SYNC_DAEMONS} if absent else {**options, "roles": ROLES}
    mtus = read_mtus(NetlinkSocket(NETLINK_ROUTE))
    return SynchronisationDaemons(_settings(), parse_daemons(how), absent, mtus, SYNC_DAEMONS)


def _settings() -> Optional[SettingsKernel]:
    family = open_family(only_to_remove=False, check=True)
    return SettingsKernel(family) if family else None


def _announcer(options: Options) -> Dict[str, Any]:
    """Return how the announcer differs. options: what it may announce, nothing where it is to go."""
    wanted = {"state": "present" if options.get("vips") else "absent", **options}
    try:
        changes = announcer.differences(wanted)
        verbs = announcer.steps(changes, wanted["state"])
    except OSError as error:
        return {"unread": str(error)}
    commands = announcer.commands(verbs)
    kinds = [("file", path) for path in sorted(changes)] + [("unit", command) for command in commands]
    return {
        "changed": bool(kinds),
        "plan": {"added": [], "changed": [{"kind": kind, "name": name} for kind, name in kinds], "removed": []},
        "commands": commands,
        "steps": [{"action": CHANGE, "kind": "unit", "count": len(verbs), "commands": commands}] if verbs else [],
        "diff": announcer.diffs(changes),
    }


def _bgp(options: Options) -> Resource:
    return announced(options["program"], parse_announcement(options) if options["prefixes"] else None)


def _configuration(content: str, password: Optional[str]) -> Dict[str, Any]:
    """Return how keepalived.conf and the drop-in of its unit differ, and whether keepalived goes by an older file."""
    try:
        wanted = with_password(content, password)
        there = Configuration(KEEPALIVED_CONF)
    except (OSError, ValueError) as error:
        return {"unread": str(error)}
    differs = there.text != wanted
    return {
        "changed": differs,
        "diff": [there.diff(wanted)] if differs else [],
        "not_read": there.text is not None and has_not_read(KEEPALIVED_CONF),
        "new": there.text is None,
        "hears_anew": differs and breaks_hearing(there.text, wanted),
        "drop_in_differs": read_text(KEEPALIVED_DROP_IN) != DROP_IN,
    }
