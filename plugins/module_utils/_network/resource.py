# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's network as the road of _resource.py takes it. Private to the collection."""

from __future__ import annotations

import re
from typing import Any, Collection, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Tuple

from .._change import ADD, Change, InvalidInput, Plan
from .._files import Texts
from .._netlink.address import family_of
from .._resource import Keys, Resource
from . import kernel, read_text, text
from .desired import (
    desired_network,
    given_back,
    kept_as_found,
    left_alone,
    owned_network,
    put_elsewhere,
    refused_addresses,
    refused_defaults,
    standing_addresses,
    standing_routes,
    unmoved,
)
from .managers import Managers
from .managers import files as manager_files
from .model import DEFAULT, MAIN_TABLE, AddressKey, Link, Network, Route, RouteKey
from .networkd import advice
from .place import hardware_addresses, place
from .plan import ACCEPT_REDIRECTS, ADDRESS, FORWARD, MODULE, SYSCTL, announced, plan
from .sysctl_files import contradictions
from .wanted import WantedNetwork

BATCH_HEADER = "# Network of lvs.cluster; what it removes later it finds here. Load by hand: ip -force -batch\n"
BATCH6_HEADER = "# IPv6 rules of lvs.cluster; what it removes later it finds here. Load by hand: ip -6 -force -batch\n"
SYSCTL_HEADER = "# Sysctls of lvs.cluster, each with the value that it had before.\n"
MODULES_HEADER = "# Kernel modules of lvs.cluster.\n"
MODPROBE_HEADER = "# Options of kernel modules of lvs.cluster.\n"


class Files(NamedTuple):
    """Where the caller's own is kept for the next boot: an `ip -batch` file, a sysctl.d, a modules-load.d and a
    modprobe.d file.

    What has no file is not owned.
    """

    batch: Optional[str] = None
    sysctls: Optional[str] = None
    modules: Optional[str] = None
    modprobe: Optional[str] = None

    @property
    def batch6(self) -> Optional[str]:
        """The file of the IPv6 rules, which stand in no file that holds anything else."""
        return f"{self.batch}6" if self.batch else None


class HostNetwork(Resource):
    """Some tunnels, listeners, addresses, routes, rules and sysctls of this host, and kernel modules.

    state: one of desired.STATES. everything: with deleted, all that the files list. held_by_others: who has what is new
    is asked on the wire, but for these addresses; None to ask nobody. keeps_found: whether an address that the host has
    when it is first listed stays when it is listed no more. managers: who manages the network and gets files of ours;
    None for nobody.
    """

    title = "network (ip, sysctl, modprobe)"

    def __init__(
        self,
        network: kernel.NetworkKernel,
        state: str,
        wanted: WantedNetwork,
        everything: bool = False,
        files: Files = Files(),  # noqa: B008 - a value
        held_by_others: Optional[Collection[str]] = None,
        keeps_found: bool = False,
        managers: Optional[Managers] = None,
    ) -> None:
        _refuse_contradictions(state, wanted, everything, files, managers)
        self._kernel = network
        self._state = "replaced" if everything else state
        self._wanted = wanted
        self._files = files
        self._held_by_others = held_by_others
        self._keeps_found = keeps_found
        self._answers: Dict[str, List[str]] = {}
        self._listed: Optional[Network] = None
        self._links: Mapping[str, Link] = {}
        self._there: FrozenSet[AddressKey] = frozenset()
        self._standing: FrozenSet[RouteKey] = frozenset()
        self._found: FrozenSet[AddressKey] = frozenset()
        self._given_back: List[AddressKey] = []
        self._left_alone: List[AddressKey] = []
        self._hardware: Dict[str, str] = {}
        self._interfaces: Dict[str, str] = {}
        self._managers = managers
        self._own_paths = tuple(path for path in (files.batch, files.batch6, *files[1:]) if path)
        self.paths = (*self._own_paths, *(managers.paths if managers else ()))

    @property
    def declaring(self) -> Tuple[str, ...]:
        return self._own_paths  # what whoever manages the network reads says nothing of what is owned

    def owned(self, texts: Texts) -> Network:
        def content(path: Optional[str]) -> str:
            return (texts[path] or "") if path else ""

        files = self._files
        own = read_text.parse_batch(content(files.batch), files.batch or "", "ipv4")
        rules6 = read_text.parse_batch(content(files.batch6), files.batch6 or "", "ipv6").rules
        sysctls, original = read_text.parse_sysctls(content(files.sysctls), files.sysctls or "")
        modules = read_text.parse_modules(content(files.modules), files.modules or "")
        options = read_text.parse_module_options(content(files.modprobe), files.modprobe or "")
        # What is no longer the caller's own is left as it is.
        kept = {key: value for key, value in own.addresses.items() if key.address not in self._wanted.handed_over}
        own = own._replace(addresses=kept, rules={**own.rules, **rules6})
        return own._replace(modules=modules, module_options=options, sysctls=sysctls, original=original)

    def read(self, owned: Network) -> Network:
        interfaces = self._kernel.read_interfaces()
        if self._listed is None:  # once, by what was there at first: by now an address may be gone that names a place
            self._listed = self._place(interfaces, owned)
            self._missing = sorted(self._listed.addresses.keys() - interfaces.addresses.keys())
            self._answers = self._ask(interfaces, owned)
        self._links = interfaces.links
        self._hardware = hardware_addresses(interfaces)
        placed = (*sorted(interfaces.addresses), *sorted(self._listed.addresses))
        self._interfaces = {key.address: key.interface for key in placed}
        asked = self._asked(self._listed, owned)
        return self._kernel.read(interfaces, asked)._replace(original=owned.original)

    def _ask(self, interfaces: Network, owned: Network) -> Dict[str, List[str]]:
        """Return who has the addresses that are new here: this host never had them, nor is another to have them."""
        if self._held_by_others is None:
            return {}
        known = {key.address for key in (*interfaces.addresses, *owned.addresses)}.union(self._held_by_others)
        return kernel.who_has((key for key in self._missing if key.address not in known), interfaces.links)

    def _place(self, interfaces: Network, owned: Network) -> Network:
        going = owned.tunnels.keys() - self._wanted.tunnels.keys() if self._state == "replaced" else frozenset()
        return place(self._wanted, interfaces, going, gone_is_fine=self._state == "deleted")

    def _asked(self, listed: Network, owned: Network) -> Network:
        """Return what has to be known of the host, beside its interfaces."""
        defaults = {
            RouteKey(family_of(gateway), DEFAULT, MAIN_TABLE, 0): Route("unicast", gateway, "")
            for gateway in self._wanted.refused_gateways
        }
        return Network(
            modules=listed.modules,
            listeners={**owned.listeners, **listed.listeners},
            sysctls={**owned.sysctls, **listed.sysctls},
            routes={**owned.routes, **listed.routes, **defaults},
            rules={**owned.rules, **listed.rules},
        )

    def desired(self, observed: Network, owned: Network) -> Network:
        desired = desired_network(self._state, self._now_listed, observed, owned, self._kernel.no_sysctl())
        elsewhere = self._put_elsewhere(desired, owned)
        self._left_alone = [key for key in elsewhere if key.address not in self._wanted.handed_over]
        refused = (
            *unmoved([key for key in elsewhere if key not in self._left_alone]),
            *refused_defaults(desired, self._wanted.refused_gateways),
            *refused_addresses(desired, owned, self._now_listed, self._wanted.refused_addresses),
        )
        if refused and self._state != "deleted":
            raise InvalidInput(refused)
        self._there = frozenset(desired.addresses)
        self._standing = standing_routes(observed, owned)
        self._found = standing_addresses(observed, owned) if self._keeps_found else frozenset()
        self._given_back = given_back(self._state, self._now_listed, owned)
        return desired

    def _put_elsewhere(self, desired: Network, owned: Network) -> List[AddressKey]:
        if self._held_by_others is None:
            return []
        return put_elsewhere(desired, owned, self._now_listed, self._held_by_others)

    @property
    def _now_listed(self) -> Network:
        if self._listed is None:
            raise TypeError("what is listed has no place before the host is read")
        return self._listed

    def plan(self, desired: Network, observed: Network) -> Plan:
        return plan(desired, observed)

    def permit(self, plan: Plan) -> None:
        self._kernel.refuse_missing(change.key for change in plan if change.kind == MODULE)
        coming = (change.key for change in plan if change.kind == ADDRESS and change.action == ADD)
        self._kernel.refuse_ipv6_switched_off(key.interface for key in coming if family_of(key.address) == "ipv6")

    def warnings(self, plan: Plan, desired: Network) -> Tuple[str, ...]:  # noqa: ARG002 - about what stays, too
        kept = kept_as_found(self._given_back)
        if self._state == "deleted":
            return kept
        return (*self._of_networkd(), *self._of_sysctl_files(), *left_alone(self._left_alone), *kept)

    def _of_networkd(self) -> Tuple[str, ...]:
        # Whose files are written here needs no advice.
        networkd = self._kernel.networkd(self._links) if self._files.batch and not self._managers else None
        if networkd is None:
            return ()
        listed = self._now_listed
        # What something else looks after, that will put back.
        own = {key: value for key, value in listed.addresses.items() if key.address not in self._wanted.handed_over}
        return advice(networkd, listed._replace(addresses=own))

    def _of_sysctl_files(self) -> Tuple[str, ...]:
        path, wanted = self._files.sysctls, self._now_listed.sysctls
        return contradictions(wanted, path, self._kernel.sysctl_files(path)) if path and wanted else ()

    def watched(self, plan: Plan) -> Keys:
        # Without promote_secondaries, an address that goes takes others of its interface along (__inet_del_ifa()).
        losing = {change.key.interface for change in plan if change.kind == ADDRESS and change.action != ADD}
        beside = {(ADDRESS, key) for key in self._there if key.interface in losing}
        along = {(SYSCTL, ACCEPT_REDIRECTS)} if any(change.key == FORWARD for change in plan) else set()
        return super().watched(plan) | beside | along

    def apply(self, plan: Plan) -> None:
        self._kernel.apply(plan, self._links)

    def announce(self, plan: Plan) -> None:
        kernel.announce(announced(self._wanted, plan), self._links)

    def texts(self, desired: Network, owned: Network) -> Texts:
        own = owned_network(self._state, self._now_listed, desired, owned, self._standing, self._found)
        _refuse_odd_interfaces(own)
        files = self._files
        contents = (
            (files.batch, BATCH_HEADER, text.batch_lines(own, "ipv4")),
            (files.batch6, BATCH6_HEADER, text.batch_lines(own, "ipv6")),
            (files.sysctls, SYSCTL_HEADER, text.sysctl_lines(own.sysctls, own.original)),
            (files.modules, MODULES_HEADER, sorted(own.modules)),
            (files.modprobe, MODPROBE_HEADER, text.module_option_lines(own.module_options)),
        )
        texts = {path: _content(header, lines) for path, header, lines in contents if path}
        return {**texts, **self._texts_of_managers(own)}

    def _texts_of_managers(self, own: Network) -> Texts:
        if self._managers is None or self._files.batch is None:
            return {}
        # What something else looks after, that will put back.
        kept = {key: value for key, value in own.addresses.items() if key.address not in self._wanted.handed_over}
        settings = self._kernel.networkd(self._links) if self._managers.networkd else None
        found = manager_files(self._managers, settings, own._replace(addresses=kept), self._files.batch)
        return {path: found.get(path) for path in self._managers.paths}

    def extra(self, texts: Texts) -> Dict[str, Any]:
        files = self._files
        commands = {files.batch: "/sbin/ip -force -batch", files.batch6: "/sbin/ip -6 -force -batch"}
        return {
            "boot_commands": [f"{command} {path}" for path, command in commands.items() if path and texts[path]],
            "hardware_addresses": self._hardware,
            "interfaces": self._interfaces,
            "answers": self._answers,
            "systemd": self._kernel.systemd_runs(),
            "missing": [f"{key.address}/{key.prefix}" for key in self._missing],
        }

    def lines(self, state: Network, plan: Plan) -> List[str]:
        return text.lines(state, plan)

    def command(self, change: Change) -> str:
        return text.command(change)

    def name(self, change: Change) -> str:
        return str(change.key)


def _refuse_contradictions(
    state: str, wanted: WantedNetwork, everything: bool, files: Files, managers: Optional[Managers]
) -> None:
    faults: List[str] = []
    if everything and (state != "deleted" or not wanted.empty or not files.batch):
        faults.append("all: goes with state deleted and boot_file, and without anything that is listed")
    if managers and not files.batch:
        faults.append("manager_files: needs boot_file, which has what is set up again")
    if files.batch and wanted.sysctls and not files.sysctls:
        faults.append("sysctl_file: with boot_file, sysctls need a file for the next boot too")
    if files.batch and (wanted.modules or wanted.listeners) and not files.modules:
        faults.append("modules_file: with boot_file, kernel_modules and listeners need a file for the next boot too")
    if wanted.module_options and not files.modprobe:
        faults.append("modprobe_file: module_options, which the next load of a module gets, need a file for it")
    if faults:
        raise InvalidInput(tuple(faults))


def _refuse_odd_interfaces(own: Network) -> None:
    """What begins with # is a comment for `ip -batch`, wherever it stands, and a blank ends a word."""
    names = {key.interface for key in own.addresses}.union(route.interface for route in own.routes.values())
    odd = sorted(name for name in names if not re.fullmatch(r"[\w.:@+-]*", name, re.ASCII))
    if odd:
        raise InvalidInput(
            tuple(
                f"boot_file: `ip -batch` takes no interface of the name {name!r}, on which the cluster has something; "
                "give it a name of letters, digits and _ . : @ + - where this host's network is configured"
                for name in odd
            )
        )


def _content(header: str, lines: List[str]) -> Optional[str]:
    return header + "".join(f"{line}\n" for line in lines) if lines else None
