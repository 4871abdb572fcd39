# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ipvs_real_server does: takes the road, then waits for connections to end. Private to the collection."""

from __future__ import annotations

import time
from typing import Any, List, Mapping

from .._files import read_text, write_texts
from .._floor.settle import settle
from .._ipvs.counted import CountedTableReader
from .._ipvs.family import IpvsFamily
from .._ipvs.for_checks import without_checks
from .._ipvs.kernel import IpvsKernel
from .._ipvs.model import Table
from .._keepalived.managed import managed, quorums
from .._keepalived.service import runs
from .._namespace import explained
from .._netlink.errors import NetlinkError
from .._netlink.socket import NETLINK_GENERIC, NetlinkSocket
from .._resource import travel
from .folder import read_texts
from .keepalived import Keepalived, watched_in
from .model import Files
from .options import parse_goal, parse_selection
from .resource import RealServer
from .result import drain_warnings, idle_in, out_of, still_there, told
from .waiting import wait

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
        built.append(_resource(options, kernel, without_checks(kernel.read())))
        return built[0]

    result = travel(module, build)
    if not module.check_mode:
        # Who serves again makes room above the floor of a service for one that fails.
        try:
            settle(IpvsKernel(family).read, options["keepalived_file"], options["drained_folder"])
        except (NetlinkError, OSError) as error:
            module.fail_json(msg=f"It is {options['state']}, but floors could not be settled: {error}", **result)
    _wait(module, family, built[0], result)


def _wait(module: Any, family: IpvsFamily, resource: RealServer, result: Any) -> None:
    """Wait for connections to end, and end the module. result: that of the road."""
    options, table = module.params, resource.table
    drained = options["state"] == "drained"
    # What is not waited for is looked at once.
    kinds = options["wait_for"] if options["wait"] and drained and not module.check_mode else ()
    begin = time.monotonic()
    try:
        now, left = wait(CountedTableReader(family).read, resource.selected, kinds, options["timeout"])
    except (NetlinkError, OSError) as error:
        module.fail_json(msg=f"It is {options['state']}, but its connections could not be read: {error}", **result)
    after = resource.wanted_table if module.check_mode else now
    remaining = [(pair, numbers) for pair, numbers in left if any(getattr(numbers, kind) for kind in kinds)]
    wanted = resource.wanted_weights
    result["real_servers"] = [told(pair, numbers, table, after, wanted[pair]) for pair, numbers in left]
    result["slow_starts"] = resource.slow_starts
    result["out"], result["idle"] = out_of(result["real_servers"]), idle_in(result["real_servers"])
    result["waited"], result["ended"] = round(time.monotonic() - begin, 1), not remaining
    for warning in resource.told_afterwards():
        module.warn(warning)
    for warning in drain_warnings(table, resource.selected, _templates_expire()) if drained else ():
        module.warn(warning)
    if remaining:
        module.fail_json(msg=still_there(remaining, kinds, options["timeout"]), **result)
    module.exit_json(**result)


def _resource(options: Mapping[str, Any], kernel: IpvsKernel, table: Table) -> RealServer:
    goal, selection = parse_goal(options), parse_selection(options)
    files = Files(options["boot_file"], options["drained_folder"], read_texts(options["drained_folder"]))
    configuration = read_text(options["keepalived_file"]) or ""
    theirs = watched_in(options["drained_folder"], managed(configuration))
    keepalived = Keepalived(theirs, quorums(configuration), write_texts, runs)
    return RealServer(kernel, table, keepalived, selection, goal, files)


def _templates_expire() -> bool:
    return (read_text(EXPIRE_TEMPLATES) or "").strip() != "0"
