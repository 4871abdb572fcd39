# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's network as the road of _resource.py takes it. Private to the collection."""

from __future__ import annotations

from typing import FrozenSet, List, Mapping, Optional

from .._change import ADD, Change, InvalidInput, Plan
from .._resource import Keys, Resource, Texts
from . import kernel, text
from .model import AddressKey, Link, Network, WantedNetwork
from .plan import ADDRESS, announced, desired_network, owned_network, plan

BATCH_HEADER = "# Addresses of lvs.cluster; what it removes later it finds here. Load by hand: ip -batch\n"
SYSCTL_HEADER = "# Sysctls of lvs.cluster, each with the value that it had before.\n"


class HostNetwork(Resource):
    """Some addresses and sysctls of this host.

    state: one of plan.STATES. everything: with deleted, all that the two files list.
    boot_file: an `ip -batch` file for the addresses. sysctl_file: a sysctl.d file. Without them nothing is owned.
    """

    title = "network (ip address, sysctl)"

    def __init__(
        self,
        network: kernel.NetworkKernel,
        state: str,
        wanted: WantedNetwork,
        everything: bool = False,
        boot_file: Optional[str] = None,
        sysctl_file: Optional[str] = None,
    ) -> None:
        listed = bool(wanted.addresses or wanted.sysctls)
        if everything and (state != "deleted" or listed or not boot_file):
            raise InvalidInput(("all: goes with state deleted and boot_file, and without addresses and sysctls",))
        if wanted.sysctls and boot_file and not sysctl_file:
            raise InvalidInput(("sysctl_file: with boot_file, sysctls need a file for the next boot too",))
        self._kernel = network
        self._state = "replaced" if everything else state
        self._wanted = wanted
        self._boot_file = boot_file
        self._sysctl_file = sysctl_file
        self._links: Mapping[str, Link] = {}
        self._there: FrozenSet[AddressKey] = frozenset()
        self.paths = tuple(path for path in (boot_file, sysctl_file) if path)

    def owned(self, texts: Texts) -> Network:
        addresses = text.parse_addresses(texts[self._boot_file] or "", self._boot_file) if self._boot_file else {}
        content = texts[self._sysctl_file] or "" if self._sysctl_file else ""
        sysctls, original = text.parse_sysctls(content, self._sysctl_file or "")
        return Network(addresses, sysctls, original, {})

    def read(self, owned: Network) -> Network:
        observed = self._kernel.read(sorted({*owned.sysctls, *self._wanted.sysctls}))
        self._links = observed.links
        return observed._replace(original=owned.original)

    def desired(self, observed: Network, owned: Network) -> Network:
        desired = desired_network(self._state, self._wanted, observed, owned)
        self._there = frozenset(desired.addresses)
        return desired

    def plan(self, desired: Network, observed: Network) -> Plan:
        return plan(desired, observed)

    def watched(self, plan: Plan) -> Keys:
        # Without promote_secondaries, an address that goes takes others of its interface along (__inet_del_ifa()).
        losing = {change.key.interface for change in plan if change.kind == ADDRESS and change.action != ADD}
        beside = ((ADDRESS, key) for key in self._there if key.interface in losing)
        return super().watched(plan) | frozenset(beside)

    def apply(self, plan: Plan) -> None:
        self._kernel.apply(plan, self._links)

    def announce(self, plan: Plan) -> None:
        kernel.announce(announced(self._wanted, plan), self._links)

    def texts(self, desired: Network, owned: Network) -> Texts:
        own = owned_network(self._state, self._wanted, desired, owned)
        texts: Texts = {}
        if self._boot_file:
            texts[self._boot_file] = _content(BATCH_HEADER, text.address_lines(own.addresses))
        if self._sysctl_file:
            texts[self._sysctl_file] = _content(SYSCTL_HEADER, text.sysctl_lines(own.sysctls, own.original))
        return texts

    def lines(self, state: Network, plan: Plan) -> List[str]:
        keys = [(change.kind, change.key) for change in plan]
        addresses = {key: state.addresses[key] for kind, key in keys if kind == ADDRESS and key in state.addresses}
        sysctls = {name: state.sysctls[name] for kind, name in keys if kind != ADDRESS and name in state.sysctls}
        return text.sysctl_lines(sysctls, {}) + [
            f"address add {text.address_words(key, address)}" for key, address in sorted(addresses.items())
        ]

    def command(self, change: Change) -> str:
        return text.command(change)

    def name(self, change: Change) -> str:
        return str(change.key)


def _content(header: str, lines: List[str]) -> Optional[str]:
    return header + "".join(f"{line}\n" for line in lines) if lines else None
