# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One machine of a lab: one QEMU process, its command line and its monitor."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from . import agent, processes
from .report import LabError

QEMU = "qemu-system-x86_64"
SNAPSHOT = "ready"
"""The state that every machine has after `up`."""
SEGMENT_INTERFACES = 3
"""Every machine has eth1 to eth3 (those without a segment have no cable), because a saved state fits only a machine
with the very same devices."""
KERNEL_ARGUMENTS = (
    "root=/dev/vda rw console=ttyS0 quiet panic=-1 mitigations=off net.ifnames=0 nowatchdog "
    # Every process has its libraries at the same addresses, so that TCG need not translate them anew for each: three
    # times as many processes in the same time.
    "norandmaps "
    # Memory is cleared when it is handed to a process anyway, and the rest need not be: half of the time of a fork.
    "init_on_alloc=0 "
    # For systemd's environment, to which the kernel hands it on: the filters of system calls that each service gets
    # take a quarter of a boot.
    "SYSTEMD_SECCOMP=0"
)


def hardware(acceleration: str) -> list[str]:
    """The part of the command line that a saved state depends on.

    `acceleration` is "kvm" or "tcg". q35 and not microvm: microvm has no timer that the kernel can trust under TCG and
    sometimes hangs at boot. Nehalem: QEMU emulates the vector instructions of newer models slowly.
    """
    accelerated = {"kvm": ["-accel", "kvm", "-cpu", "host"], "tcg": ["-accel", "tcg,tb-size=256", "-cpu", "Nehalem"]}
    return [
        *accelerated[acceleration],
        *("-machine", "q35,usb=off,sata=off,smbus=off,vmport=off,i8042=off", "-smp", "1", "-m", "768"),
        *("-nodefaults", "-no-user-config", "-display", "none"),
    ]


def hardware_address(host: int, interface: int) -> str:
    """The MAC address of eth`interface` of the lab's host number `host`, from the locally administered range."""
    return f"52:54:00:00:{interface:02x}:{host:02x}"


@dataclass(frozen=True)
class Machine:
    """The machine called `name`, number `number` in its lab, whose eth1, eth2, ... hang on the named `segments`.

    `directory` holds its disk, its pid file, its console log and a link to its release's image, of the release's name,
    by which the disk finds the file system that it is on top of. `sockets` is a directory with a short path (a Unix
    socket's has at most 107 bytes) for its monitor, its agent and the switches.
    """

    name: str
    number: int
    segments: tuple[str, ...]
    release: str
    directory: Path
    sockets: Path

    @property
    def disk(self) -> Path:
        return self.directory / f"{self.name}.qcow2"

    @property
    def pidfile(self) -> Path:
        return self.directory / f"{self.name}.machine.pid"

    @property
    def _agent(self) -> Path:
        return self.sockets / f"{self.name}.agent"

    def command(self, acceleration: str, *options: str) -> list[str]:
        """The QEMU command line, to be run in `directory`; with the option -loadvm it goes on from a saved state.

        Host port 0 lets the kernel choose a free one, see `ssh_port`. `restrict=on`: no packet of the guest leaves this
        computer.
        """
        sockets = f"{self.sockets}/{self.name}"
        devices = [
            *("-serial", f"file:{self.name}.console", "-qmp", f"unix:{sockets}.qmp,server=on,wait=off"),
            *("-drive", f"id=disk,file={self.disk.name},format=qcow2,if=none,cache=unsafe"),
            *("-device", "virtio-blk-pci,drive=disk"),
            *("-device", "virtio-serial-pci", "-chardev", f"socket,id=agent,path={sockets}.agent,server=on,wait=off"),
            *("-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"),
            *("-netdev", "user,id=management,ipv6=off,restrict=on,hostfwd=tcp:127.0.0.1:0-:22"),
            *("-device", "virtio-net-pci,netdev=management,romfile=,mac=52:54:00:00:00:01"),
        ]
        for interface in range(1, SEGMENT_INTERFACES + 1):
            device = f"virtio-net-pci,id=eth{interface},romfile=,mac={hardware_address(self.number, interface)}"
            if interface <= len(self.segments):
                switch = self.sockets / self.segments[interface - 1]
                devices += ["-netdev", f"vde,id=segment{interface},sock={switch}"]
                device += f",netdev=segment{interface}"
            devices += ["-device", device]
        return [
            *(QEMU, "-name", self.name, "-daemonize", "-pidfile", str(self.pidfile), *hardware(acceleration), *devices),
            *("-kernel", f"{self.release}/vmlinuz", "-initrd", f"{self.release}/initrd"),
            *("-append", KERNEL_ARGUMENTS, *options),
        ]

    def start(self, acceleration: str, *options: str) -> None:
        """Return when the process runs, after the saved state is loaded if `options` ask for it."""
        try:
            processes.run(self.directory, self.command(acceleration, *options), timeout_s=120)
            processes.take_long_turns(processes.find(self.directory)[self.pidfile.name])
        except LabError as error:
            raise LabError(f"{self.name} does not start; `down` and `up` make the lab anew. {error}") from error

    def pid(self) -> int | None:
        return processes.find(self.directory).get(self.pidfile.name)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process: SIGTERM lets QEMU finish its disk, SIGKILL is a power cut."""
        if (pid := self.pid()) is not None:
            processes.end(pid, how)

    def run(self, script: str, timeout_s: float) -> str:
        """Run a shell script as root in the guest, when it has booted, and return what it printed."""
        try:
            return agent.run(self._agent, script, timeout_s)
        except LabError as error:
            console = self.directory / f"{self.name}.console"
            tail = "\n".join(f"  | {line}" for line in console.read_text(errors="replace").splitlines()[-15:])
            raise LabError(f"{self.name}: {error}\nThe end of its console, {console}:\n{tail}") from error

    def wait_until_booted(self) -> None:
        """Return when the last unit of this boot has started, or failed."""
        self.run("systemctl is-system-running --wait || true", timeout_s=300)

    def power_off(self) -> None:
        """Let the guest shut down in good order; return when the process has ended."""
        agent.power_off(self._agent, timeout_s=60)
        deadline = time.monotonic() + 180
        while self.pid() is not None:
            if time.monotonic() > deadline:
                raise LabError(f"{self.name} has not shut down within 180 s: {self.directory / self.name}.console")
            time.sleep(0.2)

    def monitor(self, command: str) -> str:
        """Send one line of QEMU's human monitor over QMP and return the answer."""
        human = {"execute": "human-monitor-command", "arguments": {"command-line": command}}
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            try:
                connection.connect(f"{self.sockets}/{self.name}.qmp")
                stream = connection.makefile("rw")
                stream.readline()  # the greeting
                for request in ({"execute": "qmp_capabilities"}, human):
                    stream.write(json.dumps(request) + "\n")
                    stream.flush()
                    while "return" not in (answer := json.loads(stream.readline() or "{}")):  # an event may precede it
                        if "event" not in answer:
                            raise LabError(f"{self.name}: QEMU does not take `{command}`: {answer}")
            except OSError as error:
                raise LabError(f"{self.name} does not run; `start {self.name}` starts it ({error})") from error
        return str(answer["return"]).strip()

    def do(self, command: str) -> None:
        """Like `monitor`, for a command that says nothing unless it fails."""
        if said := self.monitor(command):
            raise LabError(f"{self.name}: QEMU refuses `{command}`: {said}")

    def ssh_port(self) -> int:
        """The port on 127.0.0.1 that leads to the guest's SSH server."""
        listing = self.monitor("info usernet")
        match = re.search(r"TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)", listing)
        if match is None:
            raise LabError(f"{self.name}: QEMU forwards no port to the guest's SSH server:\n{listing}")
        return int(match[1])
