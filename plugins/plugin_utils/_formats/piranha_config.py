# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One lvs.cf: parseConfiguration() in lvsconfig.c, and what pulse.c makes of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy, deepcopy

from .._schema.vips import VIP_FIELDS
from .account import Account
from .cluster_parts import ClusterParts
from .drafts import Seen, last_of_each
from .endpoints import address_of
from .hidden import tells_a_secret
from .imported import Values
from .instance import PRIORITY, Instance
from .names import Names
from .part import Part
from .piranha_lines import BLOCKS
from .piranha_services import UNKNOWN, service_of, take_device, take_mask
from .statement import Statement
from .takers import Table, Taker, first_value, imported, take_by, usual, without
from .together import Director

_HIGHER = 50  # the primary director's priority above the other's
_FORWARD = {"direct": "dr", "nat": "nat", "tunnel": "tun"}
_ADVERTS = 3  # that are missing when VRRP takes over: RFC 3768, 6.1


class Config:
    """What one file says. private: the addresses from which the two directors advertise, if they have some for that."""

    def __init__(self, read: Sequence[Statement], book: Account) -> None:
        book.expect(read)
        self._book, self._cluster = book, ClusterParts(book)
        self._words = last_of_each(tuple(each for each in read if each.keyword not in BLOCKS), book)
        self._services: list[Values] = []
        self._vips: dict[str, Values] = {}
        self.has_backup = self._value("backup_active") == "1" and self._value("backup") not in ("", "0.0.0.0")
        self.private = self._private_addresses()
        self._read_blocks([each for each in read if each.keyword in BLOCKS])
        table = self._table()
        for each in self._words.values():
            if not book.has(each):  # with one that came before
                take_by(table, self._cluster.vrrp, [each], UNKNOWN)

    def director(self, name: str, index: int) -> Director:
        """The director that the file calls primary (0) or backup (1)."""
        cluster, said = copy(self._cluster), self._value(("primary", "backup")[index])
        source = None
        try:
            source = address_of(said)
        except ValueError:
            cluster.router_id = said
        found = Director(name, cluster, self._services)
        if self._vips:
            priority = PRIORITY if index else PRIORITY + _HIGHER
            found.instances.append(Instance("piranha", {}, deepcopy(self._vips), priority, source))
        return found

    def _value(self, word: str) -> str:
        return self._words[word].value if word in self._words else ""

    def _read_blocks(self, blocks: Sequence[Statement]) -> None:
        names, seen, forward = Names(), Seen(), _FORWARD.get(self._value("network"), "nat")
        for each in blocks:
            if each.keyword != "virtual":
                reason = "failover services are programs that run on one director: they are no LVS"
                self._book.left(each, reason if each.keyword == "failover" else UNKNOWN)
                continue
            found = service_of(each, forward, names, seen, self._book)
            if found:
                self._services.append(found.service)
                self._vips.setdefault(found.address, {}).update(found.vip)

    def _private_addresses(self) -> list[str]:
        public = [self._value("primary"), self._value("backup")]
        own = [self._words[word] for word in ("primary_private", "backup_private") if word in self._words]
        reason, addresses = "not all directors have one", [word.value for word in own]
        try:
            addresses = [address_of(word) for word in addresses]
        except ValueError as error:
            addresses, reason = [], str(error)
        wanted = self.has_backup and len(addresses) == 2 and addresses != public
        for word in own:
            if wanted or word.value in public:
                self._book.imported(word, "the address from which the director advertises")
            else:
                self._book.left(word, reason)
        return addresses if wanted else []

    def _table(self) -> Table:
        shares, without_daemon = self._value("syncdaemon") == "1", without("syncdaemon is not 1")
        daemon, both = self._cluster.sync_daemon, self.has_backup
        return {
            **_GLOBAL,
            "backup": _ADDRESS if both else without("backup_active is not 1, or no address: there is one director"),
            "backup_active": imported(f"lvs_directors has {'both directors' if both else 'one director'}"),
            "network": self._network,
            "nat_router": self._nat_router,
            "nat_nmask": without("there is no nat_router that it is for"),
            "keepalive": self._keepalive,
            "deadtime": self._deadtime,
            "service": self._service,
            "syncdaemon": self._sync_daemon,
            "syncd_iface": _at(daemon, "interface") if shares else without_daemon,
            "syncd_id": _at(daemon, "id") if shares else without_daemon,
            **{f"{key}_timeout": self._timeout(key) for key in ("tcp", "tcpfin", "udp")},
        }

    def _network(self, part: Part, statement: Statement) -> None:
        if statement.value in _FORWARD:
            part.book.imported(statement, "lvs_services.forward")
        else:
            part.book.left(statement, f"{statement.value or 'nothing'} is none of {', '.join(_FORWARD)}")

    def _nat_router(self, part: Part, statement: Statement) -> None:
        """The address that real servers have as their gateway, on the director that is active."""
        if self._value("network") not in ("nat", ""):
            part.book.left(statement, "network is not nat")
            return
        vip = Part(part.book, "lvs_cluster.vips", VIP_FIELDS)
        if vip.take(statement, "address", statement.value):
            take_device(vip, statement)
            if "nat_nmask" in self._words:
                take_mask(vip, self._words["nat_nmask"])
            self._vips[vip.values.pop("address")] = {**vip.values, "gateway": True}

    def _advert_interval(self) -> int:
        """What makes VRRP take over when pulse would have: deadtime, in which three advertisements are missing."""
        entered = self._value("deadtime")
        return max(int(entered) // _ADVERTS, 1) if entered.isdecimal() else 1

    def _deadtime(self, part: Part, statement: Statement) -> None:
        interval = self._advert_interval()
        if not statement.value.isdecimal():
            part.book.left(statement, f"{statement.value or 'nothing'} is no number of seconds")
        elif part.take(statement, "advert_interval", interval):
            part.book.note(
                statement, f"VRRP takes over when {_ADVERTS} advertisements are missing, one each {interval} s"
            )
            if interval == 1:
                del part.values["advert_interval"]

    def _keepalive(self, part: Part, statement: Statement) -> None:
        if statement.value == str(self._advert_interval()):
            part.book.imported(statement, "lvs_cluster.vrrp.advert_interval")
        else:
            part.book.left(statement, f"a third of deadtime is the interval of VRRP: {self._advert_interval()} s")

    def _service(self, part: Part, statement: Statement) -> None:
        part.book.imported(statement, "lvs_services")
        if statement.value == "fos":
            told = "piranha ran the failover services alone: make sure that you want the virtual servers"
            part.book.note(statement, told)

    def _sync_daemon(self, part: Part, statement: Statement) -> None:
        self._cluster.shares_connections = statement.value == "1"
        part.book.imported(statement, self._cluster.sync_daemon.path)

    def _timeout(self, key: str) -> Taker:
        def take(part: Part, statement: Statement) -> None:
            if statement.value == "0":
                part.book.imported(statement, "the kernel's own")
            else:
                self._cluster.timeouts.take(statement, key, statement.value)

        return take


def _at(other: Part, key: str) -> Taker:
    return lambda _part, statement: first_value(key)(other, statement)


def _command(key: str) -> Taker:
    def take(part: Part, statement: Statement) -> None:
        if tells_a_secret(statement.value):
            part.book.left(statement, "has what looks like a secret: write a script that has it, and name that")
        else:
            part.take(statement, key, statement.value)

    return take


_ADDRESS = imported("the address or the name of the director in the inventory")
_SCSI = without("the collection has nothing to do with disks that directors share")
_COPIES = without("Ansible writes the files of each director, so that none are copied between them")
_GLOBAL: Table = {
    "primary": _ADDRESS,
    "serial_no": without("counts what the web interface has changed"),
    "debug_level": usual("NONE", "keepalived logs by itself"),
    "ipvsadm": usual("/sbin/ipvsadm", "keepalived needs no ipvsadm"),
    "hard_shutdown": usual("1", "keepalived takes its services out of the kernel's table when it stops"),
    "monitor_links": usual("1", "keepalived always watches the link of its interface"),
    "heartbeat": usual("1", "VRRP always advertises"),
    "heartbeat_port": without("VRRP is an IP protocol of its own, and has no ports"),
    "rsh_command": _COPIES,
    "sync": _COPIES,
    **dict.fromkeys(["primary_shared", "backup_shared", "reservation_conflict_action"], _SCSI),
    "active_cmd": _command("notify_master"),
    "inactive_cmd": _command("notify_backup"),
}
