# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rehearsal as it is performed: one step after the other, while a client asks all the time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from .._lab import image, requirements
from .._lab.description import Host
from .._lab.guard import guarded
from .._lab.lab import Lab, in_parallel, remove
from .._lab.machine import Machine, hardware_address
from .._lab.report import LabError
from .._operate.answer import PLAIN, Line
from .._values.cluster import Cluster
from . import laws
from .ansible_run import Controller, why_failed
from .client import STAND_IN, Client, silence, stand_in
from .machines import CLIENT, Mapped
from .outcome import Outcome, Rehearsal, judged, told
from .services import Asked, asked, stand_ins
from .steps import AGAIN, BOOT, CHANGE, DRAIN, FAILOVER, REBOOT, ROLL_OUT, SERVICE_DIES, Step

NEEDED = (BOOT, ROLL_OUT, CHANGE)
"""The steps without which none of the following means anything."""
NOTICED_S = 60
BACK_S = 150
RETURN_S = 30


@dataclass(frozen=True)
class Stage:
    """One inventory in the lab: how its playbooks are run, and its clusters as they are rehearsed."""

    controller: Controller
    clusters: Sequence[Cluster]

    @property
    def asked(self) -> list[Asked]:
        return [one for cluster in self.clusters for one in asked(cluster)]


@dataclass(frozen=True)
class Task:
    """What there is to rehearse. labs: the folder of all labs. name: of this one. overlays: files to write into it.

    now, before: the inventory, and the one that is rolled out before it. notes: what is known to be different from the
    site. folder: where logs stay.
    """

    labs: Path
    name: str
    mapped: Mapped
    overlays: Callable[[Path], Mapping[Path, str]]
    steps: Sequence[Step]
    now: Stage
    before: Stage | None
    notes: Sequence[str]
    folder: Path
    source_of_before: str | None = None


def perform(task: Task, tell: Callable[[Line], None]) -> Rehearsal:
    """Perform all steps and take the machines away, whatever happens. tell: shows a line at once.

    LabError where this computer cannot run machines.
    """
    requirements.surroundings()
    requirements.check(image.cache(), task.labs)
    task.labs.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(task):
        return _performed(task, tell)


@contextmanager
def _alone(task: Task) -> Iterator[None]:
    """Nobody else performs with the same machines meanwhile; LabError where somebody does."""
    with (task.labs / f"{task.name}.performed").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LabError(
                f"another rehearsal has its logs in {task.folder}: wait for its end, or name another folder with "
                "-e logs=FOLDER"
            ) from None
        yield


def _performed(task: Task, tell: Callable[[Line], None]) -> Rehearsal:
    begin = time.monotonic()
    task.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(task.folder)
    lab = Lab(task.labs, task.name, task.folder, repr(task.mapped.description), task.mapped.description)
    performance, stopped = _Performance(task, lab, tell), ""
    remove(lab.directory)  # what a rehearsal of the same inventory has left that was killed
    with guarded(lab.directory):
        try:
            stopped = performance.run()
        except KeyboardInterrupt:
            stopped = "It was interrupted, and the machines were taken away"
        finally:
            tell(Line("Taking the machines away"))
            remove(lab.directory)
    rehearsal = Rehearsal(
        task.steps,
        performance.outcomes,
        task.notes,
        str(task.folder),
        task.source_of_before,
        time.monotonic() - begin,
        stopped,
    )
    answer = rehearsal.answer()
    _write(task.folder / "rehearsal.txt", "".join(f"{line.text}\n" for line in answer.lines))
    _write(task.folder / "rehearsal.json", answer.document() + "\n")
    return rehearsal


class _Performance:
    def __init__(self, task: Task, lab: Lab, tell: Callable[[Line], None]) -> None:
        self._task, self._lab, self._tell = task, lab, tell
        self._stage = task.before or task.now
        self._client = Client(lab.machine(task.mapped.client))
        self.outcomes: list[Outcome] = []

    def run(self) -> str:
        """Perform the steps; why the last of them was none, "" where all were done."""
        deeds: Mapping[str, Callable[[Step, Path], list[str]]] = {
            BOOT: self._boot,
            ROLL_OUT: self._roll_out,
            CHANGE: self._change,
            AGAIN: self._again,
            DRAIN: self._drain,
            SERVICE_DIES: self._service_dies,
            FAILOVER: self._failover,
            REBOOT: self._reboot,
        }
        for number, step in enumerate(self._task.steps, 1):
            self._tell(Line(f"{number} of {len(self._task.steps)}  {step.title} ..."))
            outcome = self._performed(step, number, deeds[step.kind])
            self.outcomes.append(outcome)
            self._tell(told(outcome))
            for sentence in (*outcome.problems, *outcome.losses):
                self._tell(Line(f"    {sentence}", PLAIN))
            if outcome.problems:
                self._keep_journals(number)
                if step.kind in NEEDED:
                    return "Without this step, none of the others means anything"
        return ""

    def _performed(self, step: Step, number: int, deed: Callable[[Step, Path], list[str]]) -> Outcome:
        log = self._task.folder / f"{number:02d}-{step.kind}.log"
        begin = time.monotonic()
        seen: dict[str, Any] | None = None
        problems: list[str] = []
        try:
            if step.has_traffic:
                with self._client.watched(self._vips_in(step), self._asked_in(step)) as watch:
                    problems += deed(step, log)
                seen = watch
            else:
                problems += deed(step, log)
            if step.kind != BOOT and not (problems and step.kind in NEEDED):
                unserved = self._client.unserved(self._stage.asked)
                problems += [f"{name} does not answer, a minute after it" for name in unserved]
        except LabError as error:
            problems.append(str(error))
        losses: Sequence[str] = ()
        if seen is not None:
            judgement = judged(step, seen, self._hardware(), self._directors())
            problems += judgement.problems
            losses = judgement.losses
        return Outcome(step, time.monotonic() - begin, problems, losses, seen, log.name if log.exists() else None)

    # What is done in each step: its problems, as sentences.

    def _boot(self, _step: Step, log: Path) -> list[str]:
        said = StringIO()
        try:
            with redirect_stdout(said):
                self._lab.up()
        finally:
            _write(log, said.getvalue())
        for path, text in self._task.overlays(self._lab.directory).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, text)
        in_parallel(lambda host: silence(self._lab.machine(host)), self._lab.description.hosts)
        stages = [stage for stage in (self._task.now, self._task.before) if stage]
        clusters = [cluster for stage in stages for cluster in stage.clusters]
        wanted = {host: stand_ins(clusters, host) for host in self._task.mapped.machines}
        serving = [host for host, ports in wanted.items() if ports["tcp"] or ports["udp"]]
        in_parallel(lambda host: stand_in(self._machine(host), wanted[host]), serving)
        self._client.prepare()
        return []

    def _roll_out(self, _step: Step, log: Path) -> list[str]:
        return self._play(log, "site")[1]

    def _change(self, step: Step, log: Path) -> list[str]:
        self._stage = self._task.now
        return self._roll_out(step, log)

    def _again(self, _step: Step, log: Path) -> list[str]:
        printed, problems = self._play(log, "site")
        return [*problems, *laws.nothing_changed(laws.changed_by_host(printed))]

    def _drain(self, step: Step, log: Path) -> list[str]:
        said = {"server": step.host, "lvs_cluster_name": step.cluster}
        drained = self._play(log, "drain", **said)[1]
        return [*drained, *self._play(log, "activate", **said)[1]]

    def _service_dies(self, step: Step, _log: Path) -> list[str]:
        before = self._lines_of(step)
        begin = time.monotonic()
        self._guest(step.host, f"systemctl stop {STAND_IN}")
        noticed = self._eventually(lambda: self._lines_of(step) != before, NOTICED_S)
        seconds = time.monotonic() - begin
        self._guest(step.host, f"systemctl start {STAND_IN}")
        if not noticed:
            return [f"no director has noticed within {NOTICED_S} s that nothing serves on {step.host}"]
        self._tell(Line(f"    noticed after {seconds:.0f} s"))
        if not self._eventually(lambda: self._lines_of(step) == before, BACK_S):
            return [f"{step.host} serves again, and not every director has it back after {BACK_S} s"]
        return []

    def _failover(self, step: Step, log: Path) -> list[str]:
        said = {"drill": "true", "probe_from": CLIENT, "lvs_cluster_name": step.cluster}
        return self._play(log, "failover", **said)[1]

    def _reboot(self, step: Step, _log: Path) -> list[str]:
        before, held = self._table(step.host), self._held(step)
        with redirect_stdout(StringIO()):
            self._lab.reboot([self._host(step.host)])
        if not self._eventually(lambda: self._table(step.host) == before, BACK_S):
            return [f"{step.host} has another table of virtual services than before its reboot, {BACK_S} s after it"]
        self._eventually(lambda: self._held(step) == held, RETURN_S)  # where its owner wants that
        return []

    # Playbooks, and commands in the machines.

    def _play(self, log: Path, playbook: str, **variables: str) -> tuple[str, list[str]]:
        """What a playbook has printed, and its failure as a sentence."""
        status, printed = self._stage.controller.play(log, playbook, variables)
        if status == 0:
            return printed, []
        return printed, [f"lvs.cluster.{playbook} failed: {why_failed(printed) or f'see {log.name}'}"]

    def _host(self, host: str) -> Host:
        return self._lab.description.host(self._task.mapped.machines.get(host, host))

    def _machine(self, host: str) -> Machine:
        return self._lab.machine(self._host(host))

    def _guest(self, host: str, script: str) -> str:
        return self._machine(host).run(script, timeout_s=120)

    def _directors(self) -> list[str]:
        stages = [stage for stage in (self._task.now, self._task.before) if stage]
        return [host for stage in stages for cluster in stage.clusters for host in cluster.director_hosts]

    def _hardware(self) -> dict[str, str]:
        """Hardware address -> host, of all machines."""
        hosts = {machine: host for host, machine in self._task.mapped.machines.items()}
        return {
            hardware_address(one.number, interface): hosts.get(one.name, one.name)
            for one in self._lab.description.hosts
            for interface in range(1, len(one.interfaces) + 1)
        }

    def _table(self, director: str) -> list[str]:
        """The director's table of virtual services, as ipvsadm writes it."""
        return sorted(self._guest(director, "ipvsadm -S -n").splitlines())

    def _held(self, step: Step) -> set[str]:
        """The VIPs that the director of a step has."""
        vips = {vip.address for cluster in self._stage.clusters for vip in cluster.held_vips}
        words = self._guest(step.host, "ip -oneline address show").split()
        return vips & {word.partition("/")[0] for word in words}

    def _lines_of(self, step: Step) -> dict[str, list[str]]:
        """Director -> the lines of its table that are about the real server of a step."""
        (cluster,) = (one for one in self._stage.clusters if one.name == step.cluster)
        own = {part.server.address for part in cluster.parts_of(step.host)}
        return {
            director: [
                line
                for line in self._table(director)
                if any(f" -r {address}:" in line or f" -r [{address}]:" in line for address in own)
            ]
            for director in cluster.director_hosts
        }

    def _keep_journals(self, number: int) -> None:
        for director in dict.fromkeys(self._directors()):
            machine = self._task.mapped.machines[director]
            try:
                journal = self._guest(director, "journalctl --boot --no-pager --lines 2000")
            except LabError as error:
                journal = str(error)
            _write(self._task.folder / f"{number:02d}-{machine}.journal", journal)

    @staticmethod
    def _eventually(condition: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(1)
        return True

    # The client.

    def _asked_in(self, step: Step) -> list[Asked]:
        """What must be answered all the time: in a change, what both inventories have."""
        stages = [self._task.before, self._task.now] if step.kind == CHANGE else [self._stage]
        common = [one for one in self._task.now.asked if all(stage and one in stage.asked for stage in stages)]
        return common or self._stage.asked

    def _vips_in(self, step: Step) -> dict[str, list[str]]:
        """The client's interface -> the VIPs on its network that one director at a time has, as far as clients ask."""
        asked_for = {one.address for one in self._asked_in(step)}
        vips: dict[str, list[str]] = {}
        for cluster in self._task.now.clusters:
            if cluster.moves_vips or len(cluster.directors) == 1:
                for vip in cluster.held_vips:
                    interface = self._task.mapped.clients_interface(vip.address)
                    if vip.address in asked_for and interface:
                        vips.setdefault(interface, []).append(vip.address)
        return vips


def _clear(folder: Path) -> None:
    """Remove what an earlier rehearsal has left in a folder, and nothing else."""
    for pattern in ("[0-9][0-9]-*.log", "[0-9][0-9]-*.journal", "rehearsal.txt", "rehearsal.json"):
        for path in folder.glob(pattern):
            path.unlink()


def _write(path: Path, text: str) -> None:
    """Write a file that its user alone may read."""
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
