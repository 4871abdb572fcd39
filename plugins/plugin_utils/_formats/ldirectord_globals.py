# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ldirectord.cf says for all virtual services: read_config() in ldirectord. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .account import Account
from .cluster_parts import ClusterParts
from .drafts import last_of_each
from .ldirectord_checks import UNKNOWN
from .statement import Statement
from .takers import Table, imported, take_by, usual, without


class Everywhere:
    """The lines beside all virtual services. words: those that hold for each virtual service that says nothing else."""

    def __init__(self, read: Sequence[Statement], cluster: ClusterParts, book: Account) -> None:
        self.book, self.cluster = book, cluster
        self.words = last_of_each(tuple(each for each in read if each.block is None), book)

    def settle(self) -> None:
        """What has become of the lines once all virtual services have been read."""
        table: Table = {
            **_TABLE,
            "emailalertfrom": lambda _part, each: self._sender(each),
            "smtp": lambda _part, each: self._mail_server(each),
        }
        rest = [each for each in self.words.values() if not self.book.has(each)]
        take_by(table, self.cluster.raw, rest, UNKNOWN)

    def add_receivers(self, statement: Statement) -> bool:
        """read_emailalert(): who gets mail. Whether anybody does."""
        listed = self.cluster.email.values.get("to", [])
        own = [each for each in re.split(r"\s*,\s*", statement.value.strip('" ')) if each]
        return self.cluster.email.take(statement, "to", [*listed, *(each for each in own if each not in listed)])

    def _sender(self, statement: Statement) -> None:
        """A plain address, or one in <> after a name."""
        bare = re.search(r"<([^<>]+)>", statement.value)
        self._take_for_mail(statement, "from", bare[1] if bare else statement.value)

    def _mail_server(self, statement: Statement) -> None:
        self._take_for_mail(statement, "server", statement.value)

    def _take_for_mail(self, statement: Statement, key: str, value: str) -> None:
        if "to" in self.cluster.email.values:
            self.cluster.email.take(statement, key, value)
        else:
            self.book.left(statement, "nobody gets mail: there is no emailalert")


_UNUSED = without("no virtual service that is imported needs it")
_TABLE: Table = {
    **dict.fromkeys(["checktimeout", "negotiatetimeout", "checkinterval", "checkcount", "failurecount"], _UNUSED),
    **dict.fromkeys(["fallback", "fallback6", "fallbackcommand", "emailalert", "emailalertstatus"], _UNUSED),
    "quiescent": usual("no", "no virtual service that is imported needs it"),
    "emailalertfreq": usual("0", "keepalived sends one mail when a state changes, and does not repeat it"),
    "autoreload": without("the playbooks write keepalived.conf, and keepalived then reads it again"),
    "callback": without("the playbooks write the files of all directors"),
    "logfile": without("keepalived logs to the system's log"),
    "execute": without("starts ldirectord with another file: import that as well"),
    "supervised": without("keepalived is a service of the system"),
    "fork": imported("keepalived checks all real servers at the same time"),
    "readdquiescent": without("keepalived adds a real server again that is missing in the kernel's table"),
    "cleanstop": usual("yes", "keepalived takes its services out of the kernel's table when it stops"),
    "maintenancedir": without("lvs.cluster.drain takes real servers out for maintenance"),
    "connecttimeout": without("ldirectord has negotiatetimeout instead, and refuses this"),
    "timeout": without("ldirectord has checktimeout and negotiatetimeout instead, and refuses this"),
}
