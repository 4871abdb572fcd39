# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running lab: its directory, its switches and its machines, and what the verbs do with them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from . import description, image, processes
from .description import Description, Host
from .image import Image
from .machine import SNAPSHOT, Machine
from .report import LabError, step

DESCRIPTION = "lab.toml"
T = TypeVar("T")


@dataclass(frozen=True)
class Lab:
    """The lab called `name`, described by `text`, the content of the file `source` with a release in it.

    `labs` is the directory in which each lab has one of its own.
    """

    labs: Path
    name: str
    source: Path
    text: str
    description: Description

    @property
    def directory(self) -> Path:
        return self.labs / self.name

    @property
    def sockets(self) -> Path:
        return sockets_directory(self.directory)

    @property
    def ssh_config(self) -> Path:
        return self.directory / "ssh_config"

    @property
    def inventory(self) -> Path:
        return self.directory / "inventory.json"

    def machine(self, host: Host) -> Machine:
        return Machine(host.name, host.number, host.segments, host.release, self.directory, self.sockets)

    def up(self) -> None:
        """Start what does not run yet; what runs is kept as it is."""
        images = {release: image.ensure(release) for release in self.description.releases}
        self.labs.mkdir(parents=True, exist_ok=True)
        with processes.locked(self.labs / f"{self.name}.lock"):
            running = processes.find(self.directory)
            if not running or not self.inventory.exists():  # nothing, or what an interrupted `up` has left
                remove(self.directory)
                self.directory.mkdir()
                (self.directory / DESCRIPTION).write_text(self.text)
                for release, made in images.items():
                    (self.directory / release).symlink_to(made.directory)
                    self._template(release).symlink_to(made.template)
                running = {}
            elif (self.directory / DESCRIPTION).read_text() != self.text:
                raise LabError(
                    f"{self.source} has changed since this lab was started, or LAB_RELEASE has: take it down first "
                    "(verb down)"
                )
            new = [host for host in self.description.hosts if self.machine(host).pidfile.name not in running]
            with step(f"machines: {len(new)} started, {len(self.description.hosts) - len(new)} kept"):
                self._start_switches(running)
                in_parallel(self._restore, new)
                self._write_access()

    def save(self, state: str) -> None:
        """Keep the state that all machines have now under a name, in place of what has it."""
        with step(f"save: {len(self.description.hosts)} machines"):
            in_parallel(lambda host: self.machine(host).do(f"savevm {state}"), self.description.hosts)

    def reset(self, state: str) -> None:
        """Put all machines back to a state that is kept, also those that were killed or unplugged.

        A switch that has ended is started again: no machine that was joined to it would ever be joined to another one.
        """
        with step(f"reset: {len(self.description.hosts)} machines"):
            for master in self.sockets.glob("ssh-*"):  # kept open to machines that will know nothing of it
                command = ["ssh", "-F", "none", "-o", f"ControlPath={master}", "-O", "exit", "lab"]
                subprocess.run(command, capture_output=True, timeout=10, check=False)
            in_parallel(lambda host: self.machine(host).stop(signal.SIGKILL), self.description.hosts)
            self._start_switches(processes.find(self.directory))
            in_parallel(lambda host: self._restore(host, state), self.description.hosts)
            self._write_access()

    def start(self, host: Host) -> None:
        """Boot a machine that was killed or has switched itself off, from its disk as it is."""
        machine = self.machine(host)
        if machine.pid() is not None:
            raise LabError(f"{host.name} runs already")
        with step(f"boot {host.name}"):
            self._boot([host])

    def reboot(self, hosts: Sequence[Host]) -> None:
        """Let machines shut down in good order and boot again, all at the same time; return when they have booted.

        Each gets a new process: emulated, it boots in half the time that the old one would need.
        """
        with step(f"reboot {' '.join(host.name for host in hosts)}"):
            in_parallel(lambda host: self.machine(host).power_off(), hosts)
            self._boot(hosts)

    def _boot(self, hosts: Sequence[Host]) -> None:
        in_parallel(lambda host: self.machine(host).start(self._image(host).acceleration), hosts)
        self._write_access()
        in_parallel(lambda host: self.machine(host).wait_until_booted(), hosts)

    def status(self) -> str:
        """A table of the hosts: state, the port of their SSH server on 127.0.0.1, groups and addresses."""
        rows = [("HOST", "RELEASE", "STATE", "SSH PORT", "GROUPS", "ADDRESSES")]
        for host in self.description.hosts:
            machine = self.machine(host)
            state = ("off", "-") if machine.pid() is None else ("running", str(machine.ssh_port()))
            where = ", ".join(f"{segment}: {' '.join(addresses)}" for segment, addresses in host.interfaces)
            rows.append((host.name, host.release, *state, " ".join(host.groups), where))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)

    def _template(self, release: str) -> Path:
        """The link to a release's template."""
        return self.directory / f"{release}.template"

    def _image(self, host: Host) -> Image:
        """The image that a host was started with."""
        return Image(self._template(host.release).readlink())

    def _start_switches(self, running: Iterable[str]) -> None:
        """One VDE switch per segment: Ethernet in user space, joined through Unix sockets alone.

        As a hub: every machine gets each frame and passes over what is not for it. Learning where a machine is, the
        switch has been seen to hold on to a wrong port, so that a machine heard broadcasts and nothing else.
        """
        private_directory(self.sockets)
        for segment in self.description.segments:
            pidfile = self.directory / f"{segment}.switch.pid"
            if pidfile.name not in running:  # one that was killed has left its files
                shutil.rmtree(self.sockets / segment, ignore_errors=True)
                pidfile.unlink(missing_ok=True)
                command = ["vde_switch", "--daemon", "--sock", str(self.sockets / segment), "--pidfile", str(pidfile)]
                processes.run(self.directory, [*command, "--hub", "--rcfile", "/dev/null"], timeout_s=30)

    def _restore(self, host: Host, state: str = SNAPSHOT) -> None:
        """Start a machine that does not run in a state that is saved in its disk, at first a copy of the template's.

        This takes a new process: QEMU's emulated time-stamp counter never goes back within one, so after `loadvm` in a
        running one the guest's clock would leap, and fire every timer and watchdog in it.
        """
        machine = self.machine(host)
        is_new = not machine.disk.exists()
        if is_new:
            shutil.copyfile(self._image(host).template, machine.disk)
        machine.start(self._image(host).acceleration, "-loadvm", state)
        machine.run(f"date -s @{time.time():.3f}", timeout_s=60)
        if is_new:
            machine.run(description.identity(self.description, host), timeout_s=60)
            machine.do(f"savevm {SNAPSHOT}")

    def _write_access(self) -> None:
        """Write the files by which SSH and Ansible find the machines that run."""
        machines = [self.machine(host) for host in self.description.hosts]
        ports = {machine.name: machine.ssh_port() for machine in machines if machine.pid() is not None}
        text = description.ssh_config(self.description, ports, self.directory, self.sockets)
        self.ssh_config.write_text(text)
        inventory = description.inventory(self.description, self.ssh_config)
        self.inventory.write_text(json.dumps(inventory, indent=2) + "\n")


def remove(directory: Path) -> None:
    """End the processes of the lab in `directory` and remove what is left of it, be it whole or half there."""
    in_parallel(processes.end, processes.find(directory).values())
    for remains in (directory, sockets_directory(directory)):
        if remains.exists():
            shutil.rmtree(remains)


def all_directories(labs: Path) -> list[Path]:
    """The directories of all labs in `labs`: those that exist and those that only processes know of."""
    existing = {path for path in labs.iterdir() if path.is_dir()} if labs.exists() else set()
    return sorted(existing | processes.directories(labs))


def sockets_directory(directory: Path) -> Path:
    """Where the sockets of the lab in `directory` are: a short path, because a Unix socket's has at most 107 bytes."""
    return Path("/tmp") / f"lvs-lab-{os.getuid()}-{sha256(os.fsencode(directory)).hexdigest()[:8]}"


def private_directory(path: Path) -> None:
    """Make `path`, or make sure that it is a directory of our own that nobody else may enter."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise LabError(f"{path} must be a directory of your own with mode 0700: remove what is there") from None


def in_parallel(function: Callable[[T], object], items: Iterable[T]) -> None:
    """Call `function` with each item at the same time; raises one LabError with the texts of all that failed."""
    with ThreadPoolExecutor(max_workers=32) as pool:
        futures = [pool.submit(function, item) for item in items]
    errors = [error for future in futures if (error := future.exception()) is not None]
    for error in errors:
        if not isinstance(error, LabError):
            raise error
    if errors:
        raise LabError("\n".join(map(str, errors)))
