# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variable lvs_services as it can be rehearsed: with the real servers that have a machine, and with health checks
that what stands in for their service can pass. It stays as its owner wrote it where nothing has to change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from .._schema.words import DIRECTOR_ITSELF

Entry = dict[str, Any]

_POLLING = ("interval", "timeout", "retries", "retry_delay", "warmup", "alpha", "log_all_failures")
_CONTENT = ("digest", "regex")


class Rehearsable:
    """Makes lvs_services rehearsable. notes: what it has changed, as sentences.

    machines: the hosts that have one. groups: those of the inventory.
    """

    def __init__(self, machines: Collection[str], groups: Mapping[str, Sequence[str]]) -> None:
        self._machines = machines
        self._groups = groups
        self.notes: list[str] = []

    def services(self, entries: Sequence[Mapping[str, Any]]) -> list[Entry]:
        changed = [self._service(deepcopy(dict(entry))) for entry in entries]
        return [entry for entry in changed if entry is not None]

    def _service(self, entry: Entry) -> Entry | None:
        name = str(entry.get("name", "a service"))
        servers = self._real_servers(entry, name)
        if servers is not None:
            entry["real_servers"] = servers
            if not servers:
                self._note(f"{name} is not rehearsed: none of its real servers is a host of the inventory")
                return None
        if not self._is_there(entry.get("sorry_server")):
            self._note(f"The sorry server of {name} is left out: it has no machine")
            del entry["sorry_server"]
        stands_for = _protocols(entry)
        listed = entry.get("real_servers")
        for holder in (entry, *(listed if isinstance(listed, list) else ())):
            if "checks" in holder:
                holder["checks"] = self._checks(holder["checks"], name, "ping" if "udp" in stands_for else "tcp")
        return entry

    def _real_servers(self, entry: Entry, name: str) -> list[Any] | None:
        """Those that have a machine; None where all have one."""
        listed = entry.get("real_servers")
        if isinstance(listed, str):
            hosts = self._groups.get(listed, ())
            there = [{"host": host} for host in hosts if host in self._machines]
            return None if len(there) == len(hosts) else there
        there = [server for server in listed or () if server.get("host") in self._machines]
        for server in listed or ():
            if not server.get("host"):
                self._note(
                    f"{name}: {server.get('address')} is left out, because it is not a host of the inventory: nobody "
                    "would set it up"
                )
        return None if len(there) == len(listed or ()) else there

    def _is_there(self, sorry: Mapping[str, Any] | None) -> bool:
        if sorry is None or sorry.get("address") in DIRECTOR_ITSELF.values():
            return True
        return sorry.get("host") in self._machines

    def _checks(self, written: Any, name: str, instead: str) -> Any:
        """The checks of a service or a real server: as they are written, or those that a stand-in can pass."""
        checks = written if isinstance(written, list) else [written]
        passed = [self._check(check, name, instead) for check in checks]
        return written if passed == checks else _each_once(passed)

    def _check(self, check: Any, name: str, instead: str) -> Any:
        options = check if isinstance(check, Mapping) else {"type": check}
        reason = "".join(_why_not(options))
        if not reason:
            return check
        self._note(f"{name}: its check {options.get('type')} is replaced by {instead}, {reason}")
        return {"type": instead, **{key: options[key] for key in _POLLING if key in options}}

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def _why_not(check: Mapping[str, Any]) -> Iterator[str]:
    """Why what stands in for a service does not pass a check; nothing where it does."""
    kind = check.get("type")
    if kind == "http" and any(check.get(key) for key in _CONTENT):
        yield "because it looks at the content of the page"
    elif kind == "udp" and (check.get("reply") or check.get("min_reply_length")):
        yield "because it looks at the answer"
    elif kind in ("https", "smtp", "dns", "bfd"):
        yield f"because what stands in for the service does not speak {kind}"
    elif kind in ("misc", "file"):
        yield "because its files are not on the machines"
    elif check.get("address"):
        yield f"because {check['address']} has no machine of its own"


def _protocols(entry: Mapping[str, Any]) -> list[str]:
    protocol = entry.get("protocol", "tcp")
    return [str(each) for each in (protocol if isinstance(protocol, list) else [protocol])]


def _each_once(checks: Iterable[Any]) -> list[Any]:
    kept: list[Any] = []
    for check in checks:
        if check not in kept:
            kept.append(check)
    return kept
