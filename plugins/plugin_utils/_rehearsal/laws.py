# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must hold while a cluster works and changes, said about what a client and a playbook have seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Report = Mapping[str, Any]  # what watch.py writes, of _lab/programs
HANDOVER_S = 0.3
"""How long two directors may answer when one takes the VIPs from the other: it has them when it tells the other."""


def one_holder(report: Report, hosts: Mapping[str, str], directors: Iterable[str], moves: int) -> Iterator[str]:
    """At no moment do two hosts answer for one VIP, and nobody but a director.

    hosts: hardware address -> host. moves: how often a VIP may go from one director to another.
    """
    for vip, answers in report["holders"].items():
        said = [*handed_over(answers)]
        names = [hosts.get(hardware, hardware) for hardware, *_times in said]
        everybody = {hosts.get(hardware, hardware) for hardware, *_times in answers}
        if not said:
            yield f"nobody answered for {vip}"
        for stranger in sorted(everybody - set(directors)):
            yield f"{stranger} answered for {vip}"
        if len(said) - 1 > moves:
            yield f"{vip} went from one host to another {len(said) - 1} times: {_story(names, said)}"


def handed_over(said: Sequence[list[Any]]) -> Iterator[list[Any]]:
    """Who answered, without the to and fro of the moment in which a VIP goes from one host to another for good."""
    last, rest = None, [*said]
    while rest:
        begin = rest[0][1]
        settled = max(index for index, each in enumerate(rest) if each[1] - begin < HANDOVER_S)
        if last is None or rest[settled][0] == last[0]:
            settled = 0
        last, rest = rest[settled], rest[settled + 1 :]
        yield last


def _story(names: list[str], said: list[list[Any]]) -> str:
    parts = [f"{name} {first}-{last} s" for name, (_hardware, first, last, _count) in zip(names, said, strict=True)]
    return ", ".join(parts if len(parts) < 8 else [*parts[:7], "..."])


_KINDS = {"requests": "requests", "kept": "connections"}


def served(report: Report, breaks: Mapping[str, str]) -> Iterator[str]:
    """Each request is answered, and each connection goes on, but for what the change may break."""
    yield from answers(report)
    yield from nothing_lost(report, breaks)


def answers(report: Report) -> Iterator[str]:
    """Each service answers at all."""
    for kind, word in _KINDS.items():
        for service, found in report[kind].items():
            if not found["answered"]:
                yield f"{service}: none of the {word} was answered: {found['failed'][:1]}"


def nothing_lost(report: Report, breaks: Mapping[str, str]) -> Iterator[str]:
    """No request and no connection fails at a service that answers. breaks: requests and connections that may."""
    for kind, word in _KINDS.items():
        for service, found in report[kind].items():
            if found["answered"] and found["failed"] and word not in breaks:
                yield f"{service}: {word} failed {len(found['failed'])} times: {found['failed'][:3]}"


def nothing_changed(recap: Mapping[str, int]) -> Iterator[str]:
    """A second run changes nothing. recap: host -> how many tasks have changed it."""
    for host, changed in recap.items():
        if changed:
            yield f"the second run changed {host}"


def changed_by_host(output: str) -> dict[str, int]:
    """What a playbook's recap says: host -> how many tasks have changed it."""
    found = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) ", output, flags=re.MULTILINE)
    return {host: int(changed) for host, changed in found}
