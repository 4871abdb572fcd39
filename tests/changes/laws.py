# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must hold while a cluster changes, said about what was seen meanwhile. Pure: touches no host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Report = Mapping[str, Any]  # what watch.py writes
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


def served(report: Report, breaks: Mapping[str, str]) -> Iterator[str]:
    """Each request is answered, and each connection goes on, but for what the change may break."""
    kinds = {"requests": "requests", "kept": "connections"}
    for kind, word in kinds.items():
        for service, found in report[kind].items():
            if not found["answered"]:
                yield f"{service}: none of the {word} was answered: {found['failed'][:1]}"
            elif found["failed"] and word not in breaks:
                yield f"{service}: {word} failed {len(found['failed'])} times: {found['failed'][:3]}"


def operators_words_kept(table: str, wanted: Mapping[str, str]) -> Iterator[str]:
    """What operators have said about real servers is what the table has.

    table: what ipvsadm -S -n prints. wanted: the beginning of a line of a real server -> its weight.
    """
    for beginning, weight in wanted.items():
        found = re.findall(rf"^{re.escape(beginning)} .*-w (\d+)(?: .*)?$", table, flags=re.MULTILINE)
        if found != [weight]:
            yield f"an operator's weight is lost: `{beginning} -w {weight}` is {found or 'not there'}"


def nothing_changed(recap: Mapping[str, int]) -> Iterator[str]:
    """A second run changes nothing. recap: host -> how many tasks have changed it."""
    for host, changed in recap.items():
        if changed:
            yield f"the second run changed {host}"


def changed_by_host(output: str) -> dict[str, int]:
    """What a playbook's recap says: host -> how many tasks have changed it."""
    found = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) ", output, flags=re.MULTILINE)
    return {host: int(changed) for host, changed in found}


def no_secret(output: str, secrets: Iterable[str]) -> Iterator[str]:
    for secret in secrets:
        lines = [line.strip() for line in output.splitlines() if secret in line]
        if lines:
            yield f"a password was shown: {lines[0].replace(secret, '***')[:100]}"


def said_in_words(output: str) -> Iterator[str]:
    """A run that cannot do all says so in words, not by the traceback of a program."""
    signs = ("Traceback (most recent call last)", "MODULE FAILURE", "Unexpected failure", "has no attribute")
    yield from (f"the run says {sign!r}" for sign in signs if sign in output)


def same(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """What others have on the hosts stays. before, now: host -> how it looks."""
    yield from (f"{host}: what others have there has changed" for host in before if now[host] != before[host])
