# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What else must hold while a cluster changes, beside what a client sees. Pure: touches no host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping


def operators_words_kept(table: str, wanted: Mapping[str, str]) -> Iterator[str]:
    """What operators have said about real servers is what the table has.

    table: what ipvsadm -S -n prints. wanted: the beginning of a line of a real server -> its weight.
    """
    for beginning, weight in wanted.items():
        found = re.findall(rf"^{re.escape(beginning)} .*-w (\d+)(?: .*)?$", table, flags=re.MULTILINE)
        if found != [weight]:
            yield f"an operator's weight is lost: `{beginning} -w {weight}` is {found or 'not there'}"


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
