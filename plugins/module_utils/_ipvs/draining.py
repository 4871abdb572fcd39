# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ipvs_real_server does: takes the road, then waits for connections to end. Private to the collection."""

from __future__ import annotations

import time
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from .._change import InvalidInput
from .._files import read_text, write_texts
from .._keepalived.managed import RealServers, managed, quorums
from .._keepalived.service import runs
from .._namespace import explained
from .._netlink.address import canonical, family_of
from .._netlink.errors import NetlinkError
from .._netlink.socket import NETLINK_GENERIC, NetlinkSocket
from .._resource import travel
from .counted import CountedTableReader
from .drained import DRAINED_FOLDER
from .family import IpvsFamily
from .folder import read_texts
from .kernel import IpvsKernel
from .model import FWMARK_MAX, PROTOCOLS, SCHEDULERS_BY_CLIENT, WEIGHT_MAX, Pair, ServiceKey, Table, find_destination
from .real_server import Files, Goal, Keepalived, RealServer, Selection
from .statistics import Connections
from .waiting import KINDS, wait

OPTIONS: Dict[str, Any] = {
    "address": {"type": "list", "elements": "str", "required": True},
    "port": {"type": "int"},
    "services": {"type": "list", "elements": "str", "default": []},
    "state": {"type": "str", "choices": ["drained", "active"], "required": True},
    "weight": {"type": "int"},
    "wait": {"type": "bool", "default": False},
    "wait_for": {"type": "list", "elements": "str", "choices": list(KINDS), "default": ["active"]},
    "timeout": {"type": "int", "default": 300},
    "force": {"type": "bool", "default": False},
    "temporary": {"type": "bool", "default": False},
    "boot_file": {"type": "path", "default": "/etc/lvs/ipvs.rules"},
    "keepalived_file": {"type": "path", "default": "/etc/keepalived/keepalived.conf"},
    "drained_folder": {"type": "path", "default": DRAINED_FOLDER},
}
EXPIRE_TEMPLATES = "/proc/sys/net/ipv4/vs/expire_quiescent_template"


def drain_or_activate(module: Any) -> None:
    """Do what the options say, and end the module with its result."""
    options = module.params
    try:
        family = IpvsFamily(NetlinkSocket(NETLINK_GENERIC), load=not module.check_mode)
    except (NetlinkError, OSError) as error:
        module.fail_json(msg=explained(f"This call has changed nothing: {error}"))
    built: List[RealServer] = []

    # Called when nobody else changes this host: two drains at once would each count on the other's real server.
    def build() -> RealServer:
        kernel = IpvsKernel(family)
        built.append(_resource(options, kernel, kernel.read()))
        return built[0]

    result = travel(module, build)
    table = built[0].table
    # What is not waited for is looked at once.
    waits = options["wait"] and options["state"] == "drained" and not module.check_mode
    kinds = options["wait_for"] if waits else ()
    begin = time.monotonic()
    try:
        now, left = wait(CountedTableReader(family).read, built[0].selected, kinds, options["timeout"])
    except (NetlinkError, OSError) as error:
        module.fail_json(msg=f"It is {options['state']}, but its connections could not be read: {error}", **result)
    after = built[0].wanted_table if module.check_mode else now
    remaining = [(pair, numbers) for pair, numbers in left if any(getattr(numbers, kind) for kind in kinds)]
    wanted = built[0].wanted_weights
    result["real_servers"] = [_told(pair, numbers, table, after, wanted[pair]) for pair, numbers in left]
    result["out"], result["idle"] = out_of(result["real_servers"]), idle_in(result["real_servers"])
    result["waited"], result["ended"] = round(time.monotonic() - begin, 1), not remaining
    for warning in (*built[0].told_afterwards(), *_warnings(options["state"], table, built[0].selected)):
        module.warn(warning)
    if remaining:
        module.fail_json(msg=_still_there(remaining, kinds, options["timeout"]), **result)
    module.exit_json(**result)


def _resource(options: Mapping[str, Any], kernel: IpvsKernel, table: Table) -> RealServer:
    if options["weight"] is not None and options["state"] == "drained":
        raise InvalidInput(("weight: goes with state active; a drained real server has weight 0",))
    if options["temporary"] and any(options[name] for name in ("port", "services", "weight")):
        raise InvalidInput(("temporary: is for a real server as a whole; leave port, services and weight out",))
    files = Files(options["boot_file"], options["drained_folder"], read_texts(options["drained_folder"]))
    goal = Goal(options["state"] == "drained", options["weight"], options["force"], options["temporary"])
    configuration = read_text(options["keepalived_file"]) or ""
    theirs = _watched(managed(configuration), options["drained_folder"])
    keepalived = Keepalived(theirs, quorums(configuration), write_texts, runs)
    return RealServer(kernel, table, keepalived, _selection(options), goal, files)


def _watched(real_servers: RealServers, folder: str) -> RealServers:
    """Return those real servers whose weight keepalived takes from files in this folder."""
    prefix = f"{folder}/"
    return {pair: value for pair, value in real_servers.items() if any(path.startswith(prefix) for path in value.files)}


def _selection(options: Mapping[str, Any]) -> Selection:
    faults: List[str] = []
    addresses = tuple(_parsed(canonical, options["address"], "address", faults))
    services = tuple(_parsed(parse_service, options["services"], "services", faults))
    if options["weight"] is not None and not 0 <= options["weight"] <= WEIGHT_MAX:
        faults.append(f"weight: {options['weight']} is not 0 to {WEIGHT_MAX}")
    if faults:
        raise InvalidInput(tuple(faults))
    return Selection(tuple(sorted(set(addresses))), options["port"], services)


def _parsed(parse: Any, words: Sequence[str], option: str, faults: List[str]) -> Iterator[Any]:
    for word in words:
        try:
            yield parse(word)
        except ValueError as error:
            faults.append(f"{option}: {word}: {error}")


def parse_service(words: str) -> ServiceKey:
    """Read a service as results name it: "tcp 192.0.2.198:80", "fwmark 7", "fwmark 7 ipv6". ValueError for others."""
    kind, _blank, rest = words.strip().partition(" ")
    if kind == "fwmark":
        mark, _blank, family = rest.partition(" ")
        if not mark.isdecimal() or not 1 <= int(mark) <= FWMARK_MAX or family not in ("", "ipv4", "ipv6"):
            raise ValueError("is no fwmark such as `fwmark 7` or `fwmark 7 ipv6`")
        return ServiceKey(family or "ipv4", "", "", 0, int(mark))
    address, _colon, port = rest.rpartition(":")
    if kind not in PROTOCOLS or not port.isdecimal():
        raise ValueError("is no service such as `tcp 192.0.2.198:80`")
    vip = canonical(address.strip("[]"))
    return ServiceKey(family_of(vip), kind, vip, int(port), 0)


def _told(pair: Pair, numbers: Connections, before: Table, now: Table, wanted: int) -> Dict[str, Any]:
    service, destination = pair
    counted = {f"{kind}_connections": getattr(numbers, kind) for kind in KINDS}
    return {
        "service": str(service),
        "address": destination.address,
        "port": destination.port,
        "weight_before": _weight(before, pair),
        "weight_after": _weight(now, pair),
        "weight_wanted": wanted,
        **counted,
    }


def out_of(told: Sequence[Mapping[str, Any]]) -> List[str]:
    """Return the services in whose table a real server is not, since its check has failed or has not passed yet."""
    return sorted({server["service"] for server in told if server["weight_after"] is None})


def idle_in(told: Sequence[Mapping[str, Any]]) -> List[str]:
    """Return the services that send no new connections to a real server that must get some."""
    return sorted({server["service"] for server in told if server["weight_wanted"] and not server["weight_after"]})


def _weight(table: Table, pair: Pair) -> Optional[int]:
    there = find_destination(table, pair)
    return there.weight if there else None


def _still_there(remaining: Sequence[Tuple[Pair, Connections]], kinds: Sequence[str], timeout: int) -> str:
    first = "; ".join(
        f"{destination} of service {service} has "
        + ", ".join(f"{getattr(numbers, kind)} {kind}" for kind in kinds if getattr(numbers, kind))
        for (service, destination), numbers in remaining[:10]
    )
    return (
        f"After {timeout} seconds there are connections left: {first}. It stays drained; run it again to go on waiting"
    )


def _warnings(state: str, table: Table, pairs: Sequence[Pair]) -> Iterator[str]:
    if state != "drained":
        return
    for service in sorted({service for service, _destination in pairs} & table.keys()):
        settings = table[service].service
        if settings.persistence_timeout and (read_text(EXPIRE_TEMPLATES) or "").strip() == "0":
            yield (
                f"service {service}: clients that persistence ties to a drained real server still get new connections "
                "to it, since the sysctl net.ipv4.vs.expire_quiescent_template is 0; with 1 they move"
            )
        if settings.scheduler in SCHEDULERS_BY_CLIENT and "fallback" not in settings.scheduler_flags:
            yield (
                f"service {service}: {settings.scheduler} refuses the clients that it gives to a drained real server; "
                "with scheduler_flags fallback another one takes them"
            )
