# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of lvs_cluster that are filled in from a file, while it is read. Pure."""

from __future__ import annotations

from typing import Any

from .._schema.cluster import (
    EMAIL_FIELDS,
    RAW_FIELDS,
    SCRIPT_FIELDS,
    SYNC_DAEMON_FIELDS,
    TIMEOUT_FIELDS,
)
from .._schema.vrrp import VRRP_FIELDS
from .account import Account
from .part import Part


class ClusterParts:
    """What a file says for all of the cluster. router_id: what its director calls itself there."""

    def __init__(self, book: Account) -> None:
        self.book = book
        self.email = Part(book, "lvs_cluster.email", EMAIL_FIELDS)
        self.scripts = Part(book, "lvs_cluster.scripts", SCRIPT_FIELDS)
        self.sync_daemon = Part(book, "lvs_cluster.sync_daemon", SYNC_DAEMON_FIELDS)
        self.timeouts = Part(book, "lvs_cluster.timeouts", TIMEOUT_FIELDS)
        self.vrrp = Part(book, "lvs_cluster.vrrp", VRRP_FIELDS)
        self.raw = Part(book, "lvs_cluster.raw", RAW_FIELDS)
        self.router_id = ""
        self.shares_connections = False  # whether there is a sync daemon, if only with the defaults

    def values(self) -> dict[str, Any]:
        """The keys of lvs_cluster that have been given. Without a receiver there is no mail."""
        if self.email.values and "to" not in self.email.values:
            self.book.withdraw(self.email.path, "no receiver of mail is given that the definition takes")
            self.email.values.clear()
        parts = {
            name: getattr(self, name).values for name in ("email", "scripts", "sync_daemon", "timeouts", "vrrp", "raw")
        }
        shared: dict[str, Any] = {"sync_daemon": {}} if self.shares_connections else {}
        return {**shared, **{key: values for key, values in parts.items() if values}}
