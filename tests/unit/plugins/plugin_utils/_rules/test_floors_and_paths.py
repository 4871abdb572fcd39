# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What contradicts a floor, or a check through the path."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, service

PATH = {"type": "tcp", "through": "path"}
SORRY = {"address": "192.0.2.99"}


def found(entry: dict[str, Any], **cluster: Any) -> dict[str, list[str]]:
    """The codes of what is wrong or doubtful, with the paths."""
    try:
        judged = findings(parse(entry, cluster={"engine": "keepalived", **cluster}))
    except DefinitionError as error:
        judged = error.problems
    codes: dict[str, list[str]] = {}
    for each in judged:
        codes.setdefault(each.code, []).append(each.path)
    return codes


@pytest.mark.parametrize("floor", ["50", "50 %", "101%", "-1%", "half", -1, 1.5, True])
def test_a_floor_is_a_number_or_a_share(floor: Any) -> None:
    if floor == "50":  # as a template makes it of a number
        assert "LVS407" in found(service(depool_floor=floor))
    else:
        assert found(service(depool_floor=floor)).get("LVS001") == ["lvs_services[0].depool_floor"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"depool_floor": 2}, None),
        ({"depool_floor": 3}, "LVS407"),
        ({"depool_floor": 1, "suspend_without_vip": True}, "LVS408"),
        ({"depool_floor": 1, "checks": {"type": "tcp", "alpha": True}}, "LVS408"),
        ({"depool_floor": 1, "checks": {"type": "misc", "command": "/bin/true", "dynamic": True}}, "LVS408"),
        ({"depool_floor": 0, "alpha": True}, None),
        ({"depool_floor": 1, "sorry_server": SORRY}, "LVS417"),
        ({"depool_floor": 1, "sorry_server": SORRY, "quorum": 2}, None),
        ({"checks": PATH}, None),
        ({"checks": {**PATH, "fwmark": 3}}, "LVS410"),
        ({"checks": {**PATH, "address": "192.0.2.198"}, "forward": "nat", "nat_return": "none"}, "LVS410"),
        ({"checks": {**PATH, "address": "2001:db8::198"}}, "LVS409"),
        ({"checks": {"type": "tcp", "fwmark": 0x7F710001}}, "LVS124"),
        ({"checks": {"type": "ping", "through": "path"}}, "LVS001"),
        ({"checks": {"type": "tcp", "through": "tunnel"}}, "LVS001"),
        ({"address": "2001:db8::198", "checks": PATH}, "LVS409"),
    ],
)
def test_what_goes_together(options: dict[str, Any], code: str | None) -> None:
    codes = {*found(service(**options))} & {"LVS001", "LVS124", *(f"LVS4{n:02}" for n in (7, 8, 9, 10, 16, 17))}
    assert codes == ({code} if code else set())


@pytest.mark.parametrize(
    ("check", "missing"),
    [
        (PATH, 2),
        ({**PATH, "port": 80}, 1),
        ({**PATH, "address": "192.0.2.198"}, 1),
        ({**PATH, "address": "192.0.2.198", "port": 80}, 0),
    ],
)
def test_of_a_mark_alone_the_check_says_where_to_ask(check: dict[str, Any], missing: int) -> None:
    entry = by_mark(real_servers=[{"host": "web1"}], checks=check)
    assert len(found(entry).get("LVS409", [])) == missing
