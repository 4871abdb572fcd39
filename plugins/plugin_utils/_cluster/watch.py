# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Health checks and what follows from them: from completed drafts to values."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import fields, replace

from .._schema.record import Draft
from .._schema.words import TCP_CHECKS
from .._values.health_check import HealthCheck, Watch
from .._values.unknown import made_of
from .drafts import given_options

WATCH_KEYS = tuple(field.name for field in fields(Watch))


def watch_of(draft: Draft, keys: Container[str]) -> Watch:
    """What a service or a real server has of it. keys: those that it can have; one that is absent was refused."""
    return made_of(Watch, {key: draft.get(key) for key in WATCH_KEYS if key in draft or key not in keys})


def health_checks(server: Draft, service: Draft) -> tuple[HealthCheck, ...]:
    """The checks of a real server: its own, or else those of its service, or else that it takes TCP connections."""
    for draft in (server, service):
        if draft.get("checks") is not None:
            return tuple(_health_check(check, server, service) for check in draft["checks"] if check)
    port = _tcp_port(server, service)
    if port is None:
        return ()
    return (HealthCheck("tcp", () if port == server.get("port") else (("port", port),)),)


def _health_check(draft: Draft, server: Draft, service: Draft) -> HealthCheck:
    check = HealthCheck(draft["type"], given_options(draft, without=("type",)))
    asks_anywhere = check.kind in TCP_CHECKS and not check["port"] and server.get("port") == 0
    port = _tcp_port(server, service) if asks_anywhere else None
    return check if port is None else replace(check, options=(*check.options, ("port", port)))


def _tcp_port(server: Draft, service: Draft) -> int | None:
    """The port at which a real server listens for TCP, where the definition tells it."""
    if service.get("protocol") == "tcp":
        return server.get("port") or None
    port: int | None = service.get("check_port")
    return port
