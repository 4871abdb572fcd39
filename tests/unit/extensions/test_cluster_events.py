# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the event source makes of two statuses that follow each other. The statuses are those of the model itself."""

from __future__ import annotations

import asyncio
import json
import re
import runpy
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.status import (
    ClusterStatus,
    DirectorStatus,
    Holder,
    RealServerStatus,
    VipStatus,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.status_text import answer

PROJECT = Path(__file__).resolve().parents[3]
# As ansible-rulebook loads it.
SOURCE = SimpleNamespace(**runpy.run_path(str(PROJECT / "extensions/eda/plugins/event_source/cluster_events.py")))
WEB1 = RealServerStatus(
    "shop tcp 192.0.2.198:80", "web1 192.0.2.21:80", "192.0.2.21", 80, "serving", 1, 1, 7, 2, 3, None, None
)
WEB2 = replace(WEB1, name="web2 192.0.2.22:80", address="192.0.2.22")
LVS1, LVS2 = DirectorStatus("lvs1", "active", ["192.0.2.198"]), DirectorStatus("lvs2", "active")
VIP = VipStatus("192.0.2.198", [Holder("lvs1")])
WELL = ClusterStatus("lvs", "healthy", [], [], [VIP], [LVS1, LVS2], [WEB1, WEB2])
BARE = replace(WEB2, name="[2001:db8::22]:80", address="2001:db8::22")


def document(*clusters: ClusterStatus) -> dict[str, Any]:
    """What the playbook prints with output=json."""
    printed: dict[str, Any] = json.loads(answer(clusters).document())
    return printed


def with_servers(*servers: RealServerStatus, **more: Any) -> ClusterStatus:
    return replace(WELL, real_servers=servers, **more)


def events(before: ClusterStatus, after: ClusterStatus) -> list[dict[str, Any]]:
    found = [*SOURCE.changes(document(before), document(after))]
    assert {event["kind"] for event in found} <= {*SOURCE.KINDS}
    return found


def test_the_first_status_tells_of_health_alone() -> None:
    failed = replace(WELL, word="degraded", reasons=["web2 has failed"], real_servers=[replace(WEB2, state="failed")])
    assert [*SOURCE.changes(None, document(failed))] == [
        {"kind": "health", "cluster": "lvs", "word": "degraded", "was": None, "reasons": ["web2 has failed"]}
    ]


def test_what_stays_is_no_event() -> None:
    busier = replace(WEB1, active_connections=9, weight=2)
    assert events(WELL, with_servers(busier, WEB2)) == []


def test_a_real_server_that_fails() -> None:
    failed = replace(WEB2, state="failed", weight=None, why="HTTP_CHECK failed")
    assert events(WELL, with_servers(WEB1, failed)) == [
        {
            "kind": "server_down",
            "cluster": "lvs",
            "service": "shop tcp 192.0.2.198:80",
            "server": "web2",
            "address": "192.0.2.22",
            "port": 80,
            "state": "failed",
            "was": "serving",
            "why": "HTTP_CHECK failed",
        }
    ]


@pytest.mark.parametrize(
    ("was", "state", "kinds"),
    [
        ("serving", "gone", ["server_down"]),
        ("kept", "failed", ["server_down"]),
        ("drained", "failed", ["server_down"]),
        ("failed", "gone", []),
        ("failed", "serving", ["server_up"]),
        ("failed", "drained", []),  # it does not serve, though it is not down either
        ("kept", "quiesced", []),
        ("failed", "by hand", ["server_up"]),
        ("serving", "kept", ["floor_reached"]),
        ("failed", "kept", ["floor_reached"]),
        ("kept", "serving", ["server_up"]),
        ("serving", "drained", []),
        ("drained", "serving", []),
    ],
)
def test_states_of_a_real_server(was: str, state: str, kinds: list[str]) -> None:
    before, after = (
        replace(WEB2, state=each, weight=0 if each in ("failed", "drained", "quiesced") else 1) for each in (was, state)
    )
    found = events(with_servers(before), with_servers(after))
    assert [event["kind"] for event in found] == kinds


def test_a_real_server_that_is_no_host_is_known_by_its_address() -> None:
    (event,) = events(with_servers(BARE), with_servers(replace(BARE, state="failed")))
    assert event["server"] == "2001:db8::22"


def test_a_real_server_that_is_new_is_no_event() -> None:
    assert events(with_servers(WEB1), with_servers(WEB1, replace(WEB2, state="failed"))) == []


def test_a_vip_that_moves() -> None:
    moved = replace(WELL, vips=[replace(VIP, holders=[Holder("lvs2")])])
    assert events(WELL, moved) == [
        {"kind": "vip_moved", "cluster": "lvs", "vip": "192.0.2.198", "holders": ["lvs2"], "was": ["lvs1"]}
    ]


def test_a_vip_on_two_directors_and_on_none() -> None:
    both = replace(WELL, vips=[replace(VIP, holders=[Holder("lvs2"), Holder("lvs1")])])
    none = replace(WELL, vips=[replace(VIP, holders=[])])
    assert [event["holders"] for event in events(WELL, both)] == [["lvs1", "lvs2"]]
    assert [event["holders"] for event in events(WELL, none)] == [[]]


@pytest.mark.parametrize("state", ["no answer", "not read"])
def test_a_director_that_is_lost_and_comes_back(state: str) -> None:
    lost = replace(WELL, directors=[replace(LVS1, state=state), LVS2], vips=[replace(VIP, holders=[])])
    event = {"kind": "director_lost", "cluster": "lvs", "director": "lvs1", "state": state, "was": "active"}
    # Nobody knows that it no longer has its VIP.
    assert events(WELL, lost) == [event]
    back = {**event, "kind": "director_back", "state": "active", "was": state}
    assert [each for each in events(lost, WELL) if each["kind"] != "vip_moved"] == [back]


def test_a_standby_is_no_loss() -> None:
    assert events(WELL, replace(WELL, directors=[replace(LVS1, state="standby"), LVS2])) == []


def test_health_that_changes() -> None:
    down = replace(WELL, word="down", reasons=["nothing serves shop"])
    assert events(WELL, down) == [
        {"kind": "health", "cluster": "lvs", "word": "down", "was": "healthy", "reasons": ["nothing serves shop"]}
    ]


def test_each_cluster_is_compared_with_itself() -> None:
    other = replace(WELL, name="other")
    found = [*SOURCE.changes(document(WELL, other), document(WELL, replace(other, word="degraded")))]
    assert [(event["kind"], event["cluster"]) for event in found] == [("health", "other")]


def drift(*differences: Mapping[str, str], unread: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    return {"clusters": [{"name": "lvs", "differences": [*differences], "unread": [*unread], "foreign": []}]}


FORWARDING = {"host": "lvs1", "what": "sysctl", "diff": ["-0", "+1"]}


def test_drift_is_told_once() -> None:
    told = {"kind": "drift", "cluster": "lvs", "differences": [{"host": "lvs1", "what": "sysctl"}]}
    assert [*SOURCE.drifted(None, drift(FORWARDING))] == [told]
    assert [*SOURCE.drifted(drift(FORWARDING), drift(FORWARDING))] == []
    assert [*SOURCE.drifted(drift(FORWARDING), drift())] == [{"kind": "no_drift", "cluster": "lvs", "differences": []}]
    assert [*SOURCE.drifted(None, drift())] == []


def test_what_could_not_be_compared_is_drift() -> None:
    (event,) = SOURCE.drifted(None, drift(unread=[{"host": "web1", "reason": "unreachable"}]))
    assert event["differences"] == [{"host": "web1", "what": "not compared: unreachable"}]


def test_downs_are_counted_within_the_window() -> None:
    downs = SOURCE.Downs(100)
    event = {"kind": "server_down", "cluster": "lvs", "service": "shop", "address": "192.0.2.22", "port": 80}
    other = {**event, "address": "192.0.2.21"}
    assert [SOURCE.counted(event, downs, now)["downs"] for now in (0, 50, 99)] == [1, 2, 3]
    assert SOURCE.counted(other, downs, 99)["downs"] == 1
    assert SOURCE.counted(event, downs, 160)["downs"] == 2
    assert "downs" not in SOURCE.counted({"kind": "health"}, downs, 0)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({}, "needs an inventory"),
        ({"inventory": "hosts", "intervall": 1}, "does not know intervall"),
        ({"inventory": "hosts", "interval": -1}, "must not be negative"),
        ({"inventory": "hosts", "interval": "10"}, "must be of type int"),
        ({"inventory": "hosts", "interval": True}, "must be of type int"),
        ({"inventory": "hosts", "arguments": "--ask-vault-pass"}, "must be of type list"),
        ({"inventory": "hosts", "command": "nice 'ansible-playbook"}, "which no shell takes: No closing quotation"),
    ],
)
def test_options_that_cannot_be_used(args: dict[str, Any], error: str) -> None:
    with pytest.raises((ValueError, TypeError), match=error):
        SOURCE.options(args)


def test_the_documentation_has_the_options_with_their_defaults() -> None:
    documented = yaml.safe_load(SOURCE.DOCUMENTATION)["options"]
    assert {*documented} == {*SOURCE.OPTIONS}
    types = {"str": str, "int": int, "list": list}
    for name, (wanted, default) in SOURCE.OPTIONS.items():
        assert (types[documented[name]["type"]], documented[name].get("default") or wanted()) == (
            wanted,
            default or wanted(),
        )


def stand_in(folder: Path, text: str) -> str:
    """A program instead of ansible-playbook, which notes what it was called with."""
    program = folder / "playbook.py"
    program.write_text(f"import json, sys, time\n{text}\n", encoding="utf-8")
    return f"{sys.executable} {program}"


def look(given: Mapping[str, Any], times: int = 1) -> list[list[dict[str, Any]]]:
    async def looked() -> list[list[dict[str, Any]]]:
        watch = SOURCE.Watch("lvs.cluster.status", SOURCE.changes)
        return [await watch.look(SOURCE.options(given)) for _each in range(times)]

    return asyncio.run(looked())


def test_a_cluster_that_is_not_well_is_an_answer(tmp_path: Path) -> None:
    printed = json.dumps(document(replace(WELL, word="down")))
    command = stand_in(tmp_path, f"print({printed!r}); sys.exit(2)")
    ((event,),) = look({"inventory": "hosts", "command": command})
    assert (event["kind"], event["word"]) == ("health", "down")


def test_the_playbook_gets_the_inventory_the_cluster_and_more(tmp_path: Path) -> None:
    command = stand_in(tmp_path, "sys.exit(' '.join(sys.argv[1:]))")
    given = {"inventory": "my hosts", "cluster": "shop; x", "arguments": ["--vault-id=a@b"], "command": command}
    ((event,),) = look(given)
    words = (
        '-i my hosts lvs.cluster.status -e lvs_output=json -e lvs_fail_at=never --vault-id=a@b -e {"lvs_cluster_name"'
    )
    assert event["reason"] == f'lvs.cluster.status ended with status 1: {words}: "shop; x"}}'


def test_no_answer_is_told_once(tmp_path: Path) -> None:
    command = stand_in(tmp_path, "print('no inventory', file=sys.stderr); sys.exit(4)")
    reason = "lvs.cluster.status ended with status 4: no inventory"
    told = {"kind": "no_answer", "playbook": "lvs.cluster.status", "reason": reason}
    assert look({"inventory": "hosts", "command": command}, times=2) == [[told], []]


def test_what_is_no_utf8_is_no_answer_either(tmp_path: Path) -> None:
    command = stand_in(tmp_path, r"sys.stderr.buffer.write(b'h\xf4te'); sys.exit(4)")
    ((event,),) = look({"inventory": "hosts", "command": command})
    assert event["reason"] == "lvs.cluster.status ended with status 4: h\ufffdte"


def test_arguments_may_be_numbers(tmp_path: Path) -> None:
    command = stand_in(tmp_path, "sys.exit(' '.join(sys.argv[-2:]))")
    ((event,),) = look({"inventory": "hosts", "arguments": ["-f", 20], "command": command})
    assert event["reason"].endswith("status 1: -f 20")


def test_a_playbook_that_hangs_is_ended(tmp_path: Path) -> None:
    command = stand_in(tmp_path, "time.sleep(60)")
    ((event,),) = look({"inventory": "hosts", "command": command, "timeout": 1})
    assert event["reason"] == "lvs.cluster.status has not ended within 1 seconds"


def test_nobody_waits_for_what_such_a_playbook_has_started(tmp_path: Path) -> None:
    command = stand_in(tmp_path, "import subprocess; subprocess.Popen(['sleep', '60']); time.sleep(60)")
    begin = time.monotonic()
    look({"inventory": "hosts", "command": command, "timeout": 3})
    assert time.monotonic() - begin < 30


def test_a_command_that_is_not_there() -> None:
    ((event,),) = look({"inventory": "hosts", "command": "/nonexistent"})
    assert event["reason"] == "/nonexistent cannot be started: No such file or directory"


def test_main_puts_events_until_it_is_cancelled(tmp_path: Path) -> None:
    """The second status lacks web2, the third has it again."""
    failed = with_servers(WEB1, replace(WEB2, state="failed"))
    for number, status in enumerate((WELL, failed, WELL)):
        (tmp_path / f"{number}.json").write_text(json.dumps(document(status)), encoding="utf-8")
    command = stand_in(
        tmp_path,
        f"""\
import pathlib
folder = pathlib.Path({str(tmp_path)!r})
count = folder / "count"
number = int(count.read_text()) if count.exists() else 0
count.write_text(str(number + 1))
print((folder / f"{{min(number, 2)}}.json").read_text())
""",
    )

    async def first(number: int) -> list[dict[str, Any]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        running = asyncio.create_task(SOURCE.main(queue, {"inventory": "hosts", "interval": 0, "command": command}))
        found = [await asyncio.wait_for(queue.get(), 30) for _each in range(number)]
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return found

    found = asyncio.run(first(3))
    assert [(event["kind"], event.get("downs")) for event in found] == [
        ("health", None),
        ("server_down", 1),
        ("server_up", None),
    ]


def test_rulebooks_ask_for_kinds_and_fields_that_there_are() -> None:
    """A condition on a kind that does not exist is never true, and nobody would notice."""
    for path in (PROJECT / "extensions/eda/rulebooks").glob("*.yml"):
        for ruleset in yaml.safe_load(path.read_text(encoding="utf-8")):
            for source in ruleset["sources"]:
                assert {*source["lvs.cluster.cluster_events"]} <= {*SOURCE.OPTIONS}
            for rule in ruleset["rules"]:
                kinds = {*re.findall(r'"([a-z_]+)"', rule["condition"])}
                assert kinds
                assert kinds <= {*SOURCE.KINDS}


def test_the_page_has_every_kind_and_every_option() -> None:
    page = (PROJECT / "docs/events.md").read_text(encoding="utf-8")
    options, kinds = page.split("| option | |")[1].split("| `kind` |")
    assert re.findall(r"^\| `([a-z_]+)` \|", options, re.MULTILINE) == [*SOURCE.OPTIONS]
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (.*?) \|", kinds, re.MULTILINE))
    assert {*rows} == {*SOURCE.KINDS}
    for kind, meaning in SOURCE.KINDS.items():
        assert re.sub(r"\[(.*?)\]\(.*?\)", r"\1", rows[kind]).startswith(meaning)
