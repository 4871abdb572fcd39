# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VRRP instances of keepalived.conf, and what they track: vrrp_parser.c. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._keepalived.managed import ADVERTISED
from ...module_utils._netlink.address import BITS, canonical, family_of
from .._schema.tracks import TRACK_FILE_FIELDS, TRACK_INTERFACE_FIELDS, TRACK_SCRIPT_FIELDS
from .._schema.vips import VIP_FIELDS
from .._schema.vrrp import INSTANCE_FIELDS, VRRP_FIELDS
from .._schema.words import VRRP_EVENTS
from .account import Account
from .instance import PRIORITY, Instance
from .keepalived_checks import Known
from .keepalived_globals import Globals
from .keepalived_words import UNKNOWN, alone, command, keep, keywords, take_all, turned
from .names import Names
from .part import Part
from .statement import Statement
from .takers import Table, without

HIGHEST = 254
LONGEST_PASSWORD = 8


@dataclass
class Tracked:
    """What instances may track, by name: the blocks vrrp_script, and files with their weight."""

    scripts: Mapping[str, Statement]
    known: Known


def instance_of(statement: Statement, tracked: Tracked, globals_: Globals, names: Names) -> Instance:
    """One block vrrp_instance."""
    return _Reading(statement, tracked, globals_, names).instance()


class _Reading:
    def __init__(self, statement: Statement, tracked: Tracked, globals_: Globals, names: Names) -> None:
        self._book, self._tracked, self._globals = globals_.book, tracked, globals_
        name = names.new(statement.values[0] if statement.values else "instance")
        path = f"lvs_cluster.vrrp.instances.{name}"
        self._part = Part(self._book, path, INSTANCE_FIELDS)
        self._secret = Part(self._book, "lvs_cluster.vrrp", VRRP_FIELDS)
        self._statement, self._found = statement, Instance(name, self._part.values)

    def instance(self) -> Instance:
        take_all(self._table(), self._part, self._statement.block or ())
        self._book.imported(self._statement, self._part.path)
        return self._found

    def _table(self) -> Table:
        return {
            **_INSTANCE,
            "priority": self._priority,
            "authentication": self._authentication,
            "virtual_ipaddress": self._addresses,
            "virtual_ipaddress_excluded": self._addresses,
            "unicast_peer": self._peers,
            "unicast_src_ip": self._source,
            "mcast_src_ip": self._source,
            "track_interface": self._track_interfaces,
            "track_script": self._track_scripts,
            "track_file": self._track_files,
            "track_bfd": self._track_bfd,
            "lvs_sync_daemon_interface": self._sync_daemon,
        }

    def _priority(self, part: Part, statement: Statement) -> None:
        entered = statement.value
        if not entered.isdecimal() or not 1 <= int(entered) <= 255:
            part.book.left(statement, f"keepalived takes {PRIORITY} instead of {entered or 'nothing'}")
            return
        self._found.priority = min(int(entered), HIGHEST)
        part.book.imported(statement, "hosts.yml: lvs_priority")
        if int(entered) > HIGHEST:
            part.book.note(
                statement, f"255 is for the owner of the address, and becomes {HIGHEST}: a director can leave"
            )

    def _authentication(self, part: Part, statement: Statement) -> None:
        for each in statement.block or ():
            entered = each.value
            if each.keyword == "auth_type":
                self._secret.take(each, "authentication", entered.lower())
            elif each.keyword == "auth_pass":
                self._password(each, entered)
            else:
                part.book.left(each, "the definition has no key for it")
        part.book.imported(statement, "lvs_cluster.vrrp.authentication")
        self._found.authentication = self._secret.values

    def _password(self, statement: Statement, entered: str) -> None:
        password = entered[:LONGEST_PASSWORD]
        _value, refusal = self._secret.judged("password", password)
        if refusal:
            self._book.left(
                statement, "the definition does not take this password: choose another one for all directors"
            )
            return
        self._secret.values["password"] = password
        self._book.imported(statement, "lvs_cluster.vrrp.password")
        if password != entered:
            self._book.note(statement, f"keepalived takes the first {LONGEST_PASSWORD} characters of the password")

    def _addresses(self, part: Part, statement: Statement) -> None:
        part.book.imported(statement, f"{part.path}.vips")
        for each in statement.block or ():
            self._address(each)

    def _address(self, statement: Statement) -> None:
        """ADDRESS[/PREFIX] [dev X] [label X] ...: alloc_ipaddress() in vrrp_ipaddress.c"""
        if statement.words[0].startswith(ADVERTISED):
            self._book.imported(statement, "the collection's own")
            return
        bare, _slash, prefix = statement.words[0].partition("/")
        vip = Part(self._book, "lvs_cluster.vips", VIP_FIELDS)
        try:
            address = canonical(bare)
        except ValueError:
            self._book.left(statement, f"{bare} is no address")
            return
        if not vip.take(statement, "address", address):
            return
        if prefix and prefix != str(BITS[family_of(address)]) and not vip.take(statement, "prefix", prefix):
            return
        rest = iter(statement.words[1:])
        for word in rest:
            if word in ("dev", "label"):
                if not vip.take(statement, "interface" if word == "dev" else "label", next(rest, "")):
                    return
            elif word in _WITH_VALUE:
                self._book.note(statement, f"{word} {next(rest, '')} is not taken: the definition has no key for it")
            else:
                self._book.note(statement, f"{word} is not taken: the definition has no key for it")
        del vip.values["address"]
        self._found.vips[address] = vip.values

    def _peers(self, part: Part, statement: Statement) -> None:
        peers = []
        for each in statement.block or ():
            try:
                peers.append(canonical(each.words[0].partition("/")[0]))
                part.book.imported(each, "hosts.yml: ansible_host")
            except ValueError:
                part.book.left(each, f"{each.words[0]} is no address")
        self._found.peers = peers
        part.take(statement, "unicast", True)

    def _source(self, part: Part, statement: Statement) -> None:
        try:
            self._found.source = canonical(statement.values[0].partition("/")[0])
            part.book.imported(statement, "hosts.yml: ansible_host")
        except (ValueError, IndexError):
            part.book.left(statement, "names no address")

    def _track_interfaces(self, part: Part, statement: Statement) -> None:
        block = self._statement.block or ()
        own = {each.values[0] for each in block if each.keyword == "interface" and each.values}

        def entry(each: Statement) -> Part:
            found = Part(part.book, f"{part.path}.track_interfaces", TRACK_INTERFACE_FIELDS)
            if each.words[0] in own:
                part.book.left(each, "is the instance's own interface, which keepalived watches anyway")
            else:
                found.take(each, "interface", each.words[0])
            return found

        self._track(part, statement, "track_interfaces", entry)

    def _track_scripts(self, part: Part, statement: Statement) -> None:
        def entry(each: Statement) -> Part:
            found = Part(part.book, f"{part.path}.track_scripts", TRACK_SCRIPT_FIELDS)
            block = self._tracked.scripts.get(each.words[0])
            if block is None:
                part.book.left(each, f"there is no vrrp_script {each.words[0]}, so that keepalived ignores it")
                return found
            if found.take(each, "name", each.words[0]):
                take_all(_SCRIPT, found, block.block or ())
                part.book.imported(block, found.path)
            return found

        self._track(part, statement, "track_scripts", entry)

    def _track_files(self, part: Part, statement: Statement) -> None:
        def entry(each: Statement) -> Part:
            found = Part(part.book, f"{part.path}.track_files", TRACK_FILE_FIELDS)
            path, weight = self._tracked.known.track_files.get(each.words[0], ("", 1))
            if each.words[0] in self._tracked.known.own:
                part.book.imported(each, "the collection's own")
            elif not path:
                part.book.left(each, f"there is no track_file {each.words[0]}, so that keepalived ignores it")
            elif found.take(each, "name", each.words[0]) and found.take(each, "path", path) and weight != 1:
                found.take(each, "weight", weight)
            return found

        self._track(part, statement, "track_files", entry)

    def _track(self, part: Part, statement: Statement, key: str, entry: Any) -> None:
        """A block that lists what is tracked, each with `weight N [reverse]` perhaps."""
        entries = []
        for each in statement.block or ():
            found = entry(each)
            if each.words[1:2] == ("weight",) and found.values:
                weight = each.words[2] if len(each.words) > 2 else ""
                found.take(each, "weight", turned(weight, each.words))
            required = {name for name, field_ in found.fields.items() if field_.required}
            if required <= {*found.values}:
                entries.append(found.values)
        part.values.setdefault(key, []).extend(entries)
        part.book.imported(statement, f"{part.path}.{key}")
        if not part.values[key]:
            del part.values[key]

    def _track_bfd(self, part: Part, statement: Statement) -> None:
        self._tracked.known.tracked_by_raw = True
        part.keep(statement)

    def _sync_daemon(self, _part: Part, statement: Statement) -> None:
        if "interface" in self._globals.sync_daemon.values:
            self._book.left(statement, "the sync daemon has an interface already")
        else:
            self._globals.sync_daemon.take(statement, "interface", statement.value)


def _script_weight(part: Part, statement: Statement) -> None:
    if "weight" not in part.values:
        part.take(statement, "weight", turned(statement.value, statement.words))


def _user(part: Part, statement: Statement) -> None:
    if part.take(statement, "user", statement.value) and statement.values[1:]:
        part.book.note(statement, f"the group {statement.values[1]} is not taken")


_WITH_VALUE = ("scope", "broadcast", "brd", "peer", "preferred_lft", "track_group")
_SCRIPT: Table = {
    **keywords(TRACK_SCRIPT_FIELDS, ("name", "command", "weight", "user", "fails_at_first")),
    "script": command("command"),
    "weight": _script_weight,
    "user": _user,
    "init_fail": alone("fails_at_first"),
}
_KEPT = """
use_vmac use_vmac_addr vmac_xmit_base use_ipvlan unicast_fault_no_peer old_unicast_checksum vrf track_process
mcast_dst_ip track_src_ip unicast_ttl promote_secondaries linkbeat_use_polling v3_checksum_as_v2 virtual_routes
virtual_rules accept no_accept skip_check_adv_addr notify_deleted notify_master_rx_lower_pri notify_priority_changes
down_timer_adverts timer_expired_backup thread_timer_expired garp_extra_if vmac_garp_intvl lower_prio_no_advert
higher_prio_send_advert owner_ignore_adverts kernel_rx_buf_size debug
"""
_INSTANCE: Table = {
    **keywords(
        INSTANCE_FIELDS,
        (
            *("name", "vips", "sync_group", "priorities", "unicast", "track_interfaces", "track_scripts"),
            *("track_files", *VRRP_EVENTS),
        ),
    ),
    **{event: command(event) for event in VRRP_EVENTS},
    **dict.fromkeys(_KEPT.split(), keep),
    "state": without("the priorities say who becomes master; all begin as backup"),
    "nopreempt": alone("preempt", False),
    "preempt": alone("preempt"),
    "check_unicast_src": without("the collection always sets it with unicast"),
    "native_ipv6": without("the VIPs say which family it is"),
    "dont_track_primary": keep,
    "strict_mode": without("it forbids what the collection uses: passwords, unicast, an address of its own"),
    "no_virtual_ipaddress": without("an instance of the definition has VIPs"),
}


def group_of(statement: Statement, book: Account) -> dict[str, str]:
    """A vrrp_sync_group: instance -> the name of its group."""
    name = statement.value
    members: dict[str, str] = {}
    for each in statement.block or ():
        if each.keyword == "group":
            for member in each.block or ():
                members.update(dict.fromkeys(member.words, name))
                book.imported(member, "lvs_cluster.vrrp.instances.sync_group")
            book.imported(each, "lvs_cluster.vrrp.instances.sync_group")
        elif each.keyword in _GROUP_WORDS:
            book.left(each, "the definition has it for instances, not for a group: set it in lvs_cluster.vrrp")
        else:
            book.left(each, UNKNOWN)
    book.imported(statement, "lvs_cluster.vrrp.instances.sync_group")
    return members


_GROUP_WORDS = (
    *("track_interface", "track_script", "track_file", "track_process", "track_bfd", "global_tracking"),
    *("sync_group_tracking_weight", "notify_priority_changes", "smtp_alert", *VRRP_EVENTS),
)
