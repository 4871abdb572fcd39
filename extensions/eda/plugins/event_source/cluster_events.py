# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of LVS clusters for Event-Driven Ansible.

ansible-rulebook runs this file by itself, where nothing else of the collection can be imported.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DOCUMENTATION = r"""
---
short_description: Events of LVS clusters
description:
  - Runs C(lvs.cluster.status) again and again, and sends an event for each change from one time to the next. It changes
    nothing.
  - The first time, it sends one event with I(kind=health) for each cluster, and none of the other kinds.
  - What happens between two times and is over at the second one is not seen.
options:
  inventory:
    description: The inventory, as for C(ansible-playbook -i).
    type: str
    required: true
  cluster:
    description: The name of the one cluster to look at. By default, all clusters of the inventory.
    type: str
  interval:
    description: How many seconds to wait after each status.
    type: int
    default: 30
  drift_interval:
    description: After how many seconds to look for drift again, with C(lvs.cluster.drift). It looks at every host of
      the cluster, real servers too. 0 for never.
    type: int
    default: 0
  window:
    description: How many seconds back I(downs) counts.
    type: int
    default: 3600
  timeout:
    description: After how many seconds a playbook is ended that has not answered.
    type: int
    default: 300
  arguments:
    description: More arguments of C(ansible-playbook), such as C(--vault-password-file=FILE).
    type: list
    elements: str
    default: []
  command:
    description: The command, if it is not the C(ansible-playbook) of C(PATH).
    type: str
    default: ansible-playbook
"""

EXAMPLES = r"""
- name: Drain a real server that fails again and again
  hosts: all
  sources:
    - lvs.cluster.cluster_events:
        inventory: inventory
        interval: 10
  rules:
    - name: Drain it
      condition: event.kind == "server_down" and event.downs >= 3
      action:
        run_playbook:
          name: lvs.cluster.drain
          extra_vars:
            lvs_server: "{{ event.server }}"
            lvs_wait: false
"""

KINDS = {
    "health": "the cluster is healthy, degraded or down now, and was not before",
    "server_down": "a real server does not serve any more: its check has failed, or somebody took it out of the table",
    "server_up": "a real server that did not serve does so again",
    "floor_reached": "a real server's check has failed, and the floor of its service keeps it",
    "vip_moved": "a VIP is on other directors than before, or on none",
    "director_lost": "a director does not answer, or cannot be read",
    "director_back": "a director answers again",
    "drift": "a host differs from the definition, or directors from each other, in another way than before",
    "no_drift": "nothing differs any more",
    "no_answer": "the playbook has given no answer",
}
DOWN = ("failed", "gone")
KEPT = "kept"
LOST = ("no answer", "not read")
# The types and the defaults of the options; None for one that has no default.
OPTIONS: dict[str, tuple[type, Any]] = {
    "inventory": (str, None),
    "cluster": (str, ""),
    "interval": (int, 30),
    "drift_interval": (int, 0),
    "window": (int, 3600),
    "timeout": (int, 300),
    "arguments": (list, []),
    "command": (str, "ansible-playbook"),
}
Event = dict[str, Any]
Document = Mapping[str, Any]


class NoAnswer(Exception):
    """A playbook has given no document; the message says why."""


def options(args: Mapping[str, Any]) -> dict[str, Any]:
    """The options with their defaults; ValueError for one that is unknown, missing or negative; TypeError."""
    unknown = sorted({*args} - {*OPTIONS})
    if unknown:
        raise ValueError(f"cluster_events does not know {', '.join(unknown)}; it knows {', '.join(OPTIONS)}")
    given = {name: args.get(name, default) for name, (_type, default) in OPTIONS.items()}
    if not given["inventory"]:
        raise ValueError("cluster_events needs an inventory: the path that ansible-playbook takes with -i")
    for name, (wanted, _default) in OPTIONS.items():
        if not isinstance(given[name], wanted) or isinstance(given[name], bool):
            raise TypeError(f"{name} of cluster_events is {given[name]!r}, and must be of type {wanted.__name__}")
        if wanted is int and given[name] < 0:
            raise ValueError(f"{name} of cluster_events is {given[name]}, and must not be negative")
    try:
        shlex.split(given["command"])
    except ValueError as problem:
        told = f"command of cluster_events is {given['command']!r}, which no shell takes: {problem}"
        raise ValueError(told) from problem
    return {**given, "arguments": [str(each) for each in given["arguments"]]}  # YAML has numbers, such as of -f 20


@dataclass
class Downs:
    """How often each real server has gone down in the last `window` seconds."""

    window: float
    seen: dict[tuple[str, ...], deque[float]] = field(default_factory=dict)

    def count(self, server: tuple[str, ...], now: float) -> int:
        """Count one more."""
        times = self.seen.setdefault(server, deque())
        times.append(now)
        while times[0] < now - self.window:
            times.popleft()
        return len(times)


def changes(before: Document | None, after: Document) -> Iterator[Event]:
    """An event for each change from one status to the next; the health of each cluster if there is none before."""
    earlier = {cluster["name"]: cluster for cluster in (before or {"clusters": []})["clusters"]}
    for cluster in after["clusters"]:
        yield from _of_cluster(earlier.get(cluster["name"]), cluster)


def _of_cluster(before: Document | None, after: Document) -> Iterator[Event]:
    name = {"cluster": after["name"]}
    if before:
        for event in (*_directors(before, after), *_vips(before, after), *_servers(before, after)):
            yield {**event, **name}
    if before is None or before["word"] != after["word"]:
        was = before["word"] if before else None
        yield {"kind": "health", **name, "word": after["word"], "was": was, "reasons": [*after["reasons"]]}


def _directors(before: Document, after: Document) -> Iterator[Event]:
    states = {each["name"]: each["state"] for each in before["directors"]}
    for director in after["directors"]:
        state, was = director["state"], states.get(director["name"])
        if was is not None and (was in LOST) != (state in LOST):
            kind = "director_lost" if state in LOST else "director_back"
            yield {"kind": kind, "director": director["name"], "state": state, "was": was}


def _vips(before: Document, after: Document) -> Iterator[Event]:
    """A director that is lost is asked nothing: a VIP that it alone had has moved when somebody else has it."""
    lost = {each["name"] for each in after["directors"] if each["state"] in LOST}
    held = {each["address"]: _holders(each) for each in before["vips"]}
    for vip in after["vips"]:
        holders, was = _holders(vip), held.get(vip["address"])
        unknown = not holders and was is not None and {*was} <= lost
        if was is not None and was != holders and not unknown:
            yield {"kind": "vip_moved", "vip": vip["address"], "holders": holders, "was": was}


def _holders(vip: Document) -> list[str]:
    return sorted(holder["director"] for holder in vip["holders"])


def _servers(before: Document, after: Document) -> Iterator[Event]:
    states = {_server(each): each["state"] for each in before["real_servers"]}
    for server in after["real_servers"]:
        state, was = server["state"], states.get(_server(server))
        kind = _kind(was, state, bool(server["weight"]))
        if kind:
            told = {key: server[key] for key in ("service", "address", "port", "state", "why")}
            yield {"kind": kind, **told, "server": _name(server), "was": was}


def _server(server: Document) -> tuple[str, str, int]:
    return server["service"], server["address"], server["port"]


def _name(server: Document) -> str:
    """What playbooks take: the host of the inventory, or the address of a real server that is none."""
    host, blank, _endpoint = server["name"].rpartition(" ")
    return host if blank else str(server["address"])


def _kind(was: str | None, state: str, has_weight: bool) -> str:
    """The kind of event that a change of state is; empty for one that is none, such as a drain of what has failed."""
    if was is None or was == state:
        return ""
    if state == KEPT:
        return "floor_reached"
    if state in DOWN:
        return "" if was in DOWN else "server_down"
    return "server_up" if was in (*DOWN, KEPT) and has_weight else ""


def drifted(before: Document | None, after: Document) -> Iterator[Event]:
    """What differs in another way than the last time, by cluster."""
    earlier = {cluster["name"]: _differences(cluster) for cluster in (before or {"clusters": []})["clusters"]}
    for cluster in after["clusters"]:
        differences, was = _differences(cluster), earlier.get(cluster["name"], [])
        if differences != was:
            told = [{"host": each["host"], "what": each["what"]} for each in differences]
            yield {"kind": "drift" if told else "no_drift", "cluster": cluster["name"], "differences": told}


def _differences(cluster: Document) -> Sequence[Document]:
    unread = [{"host": each["host"], "what": f"not compared: {each['reason']}"} for each in cluster["unread"]]
    return [*cluster["differences"], *unread]


@dataclass
class Watch:
    """A playbook that is asked again and again, and what it answered the last time."""

    playbook: str
    compare: Callable[[Document | None, Document], Iterator[Event]]
    last: Document | None = None
    silent: bool = False

    async def look(self, given: Mapping[str, Any]) -> list[Event]:
        """What has changed. That there is no answer is told once, until there is one again."""
        try:
            answer = await asked(self.playbook, given)
        except NoAnswer as problem:
            told = [] if self.silent else [{"kind": "no_answer", "playbook": self.playbook, "reason": str(problem)}]
            self.silent = True
            return told
        self.silent = False
        events = [*self.compare(self.last, answer)]
        self.last = answer
        return events


async def asked(playbook: str, given: Mapping[str, Any]) -> Document:
    """The document that a playbook answers with."""
    words = [*shlex.split(given["command"]), "-i", given["inventory"], playbook]
    words += ["-e", "lvs_output=json", "-e", "lvs_fail_at=never", *given["arguments"]]
    words += ["-e", json.dumps({"lvs_cluster_name": given["cluster"]})] if given["cluster"] else []
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            env={**os.environ, "ANSIBLE_STDOUT_CALLBACK": "lvs.cluster.plain"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as problem:
        raise NoAnswer(f"{words[0]} cannot be started: {problem.strerror}") from problem
    try:
        printed, complained = await asyncio.wait_for(process.communicate(), given["timeout"])
    except asyncio.TimeoutError as problem:
        raise NoAnswer(f"{playbook} has not ended within {given['timeout']} seconds") from problem
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)  # with the processes in which it works on the hosts
            await process.wait()
    return _document(playbook, *(text.decode(errors="replace") for text in (printed, complained)), process.returncode)


def _document(playbook: str, printed: str, complained: str, status: int | None) -> Document:
    """The status of a cluster that is not well is no failure: only what is no document is."""
    try:
        document = json.loads(printed)
        document["clusters"]
    except (ValueError, KeyError, TypeError) as problem:
        reason = complained.strip() or printed.strip() or "it printed nothing"
        raise NoAnswer(f"{playbook} ended with status {status}: {reason[-1000:]}") from problem
    return document  # type: ignore[no-any-return]


async def main(queue: asyncio.Queue[Event], args: dict[str, Any]) -> None:
    """What ansible-rulebook runs: it puts events into a queue until it is cancelled."""
    given = options(args)
    status, drift = Watch("lvs.cluster.status", changes), Watch("lvs.cluster.drift", drifted)
    downs, next_drift = Downs(given["window"]), time.monotonic()
    while True:
        events = await status.look(given)
        if given["drift_interval"] and time.monotonic() >= next_drift:
            events += await drift.look(given)
            next_drift = time.monotonic() + given["drift_interval"]
        for event in events:
            await queue.put(counted(event, downs, time.monotonic()))
        await asyncio.sleep(given["interval"])


def counted(event: Event, downs: Downs, now: float) -> Event:
    """A real server that is down with how often that has been so lately; any other event as it is."""
    if event["kind"] != "server_down":
        return event
    server = (event["cluster"], event["service"], event["address"], str(event["port"]))
    return {**event, "downs": downs.count(server, now)}


if __name__ == "__main__":
    # To look at the events: python3 cluster_events.py INVENTORY

    class Printed(asyncio.Queue[Event]):
        """Prints what ansible-rulebook would get."""

        async def put(self, event: Event) -> None:
            print(json.dumps(event), flush=True)

    asyncio.run(main(Printed(), {"inventory": sys.argv[1]}))
