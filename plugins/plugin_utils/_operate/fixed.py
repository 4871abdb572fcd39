# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook fix answers: what was mended, what of it is left, and then all that the doctor finds now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .._rules.table import CODES
from .answer import BAD, DOUBTFUL, GOOD, Answer, Line
from .doctor import ClusterFindings
from .doctor import answer as of_doctor

Entry = Mapping[str, str]
_Key = tuple[str, str, str]
NOT_EXAMINED = "LVS891"


def answer(
    codes: Collection[str], found: Collection[Entry], clusters: Collection[ClusterFindings], check_mode: bool
) -> Answer:
    """codes: what the operator wanted mended. found: what the decision fixing has returned, before anything was done.

    clusters: what is found now. check_mode: whether nothing was done, so that the answer is what would be done.
    """
    left = {(each.cluster, finding.code, finding.host) for each in clusters for finding in each.every}
    unseen = {
        host for each in clusters for finding in each.every if finding.code == NOT_EXAMINED for host in finding.hosts
    }
    gone = [each for each in found if _key(each) not in left]
    unknown = [each for each in gone if not unseen.isdisjoint(each["host"].split(", "))]
    now = of_doctor(clusters)
    model = {
        "not_found": [code for code in codes if code not in {each["code"] for each in found}],
        "to_mend": [*found] if check_mode else [],
        "mended": [] if check_mode else [each for each in gone if each not in unknown],
        "unknown": [] if check_mode else unknown,
        "left": [] if check_mode else [each for each in found if _key(each) in left],
    }
    lines = [*dict.fromkeys(_lines(model)), Line(), *now.lines]
    return Answer(now.word, {**model, **now.model}, lines)


def _key(each: Entry) -> _Key:
    return each["cluster"], each["code"], each["host"]


def _lines(model: Mapping[str, Any]) -> Iterator[Line]:
    for code in model["not_found"]:
        yield Line(f"{code} {CODES[code].name} was not found, so nothing was done about it", GOOD)
    for words, tone in (("to_mend", DOUBTFUL), ("mended", GOOD), ("unknown", BAD), ("left", BAD)):
        for each in model[words]:
            yield Line(f"{each['code']} {each['name']} {each['host']}: {_WORDS[words]}", tone)


_WORDS = {
    "to_mend": "a run without --check would set the host up again",
    "mended": "mended",
    "unknown": "set up again, but whether that has mended it is not known: the host could not be examined again",
    "left": "still there, see below",
}
