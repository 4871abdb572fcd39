# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong on the way to the kernel: what the user of ipvs_services reads then, and how the table is left.

Nothing stands in for the kernel or for the module. Where something must happen at a certain moment, the module's own
process has a hook that does it and then goes on with the real thing; ipvsadm says how the table is.
"""

from __future__ import annotations

import mmap
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from socket import SO_RCVBUF, SOL_SOCKET
from subprocess import PIPE, STDOUT
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import Plan
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.resource import IpvsTable
from ansible_collections.lvs.cluster.plugins.module_utils._netlink import socket as netlink
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NetlinkSocket
from ansible_collections.lvs.cluster.tests.kernel.conftest import MODULES, forked, given, ipvsadm, module, run
from ansible_collections.lvs.cluster.tests.kernel.witness import Ipvsadm

FOREIGN = ["-A -t 192.0.2.200:443 -s rr", "-a -t 192.0.2.200:443 -r 192.0.2.99:443 -m -w 1"]
SHOP = ["-A -t 192.0.2.198:1000 -s wlc", "-a -t 192.0.2.198:1000 -r 192.0.2.21:1000 -g -w 1"]
BANNED = "lblcr"
UNDONE = "What this call had done was undone: the host is as it was before"

pytestmark = pytest.mark.usefixtures("kernel")


def load(*lines: str) -> None:
    ipvsadm("-R", stdin="".join(f"{line}\n" for line in lines))


def saved() -> list[str]:
    return sorted(ipvsadm("-S", "-n"))


def service(number: int, *real_servers: int, weight: int = 1, scheduler: str = "wlc") -> dict[str, Any]:
    """A service at port 1000 + number with these real servers."""
    destinations = [{"address": f"192.0.2.{host}", "weight": weight} for host in real_servers]
    return {"address": "192.0.2.198", "port": 1000 + number, "scheduler": scheduler, "destinations": destinations}


def before_applying(do: Callable[[], object]) -> Callable[[], None]:
    """Have the module do something once when it has read the table and is about to carry its plan out."""

    def arrange() -> None:
        real = IpvsTable.apply

        def apply(self: IpvsTable, plan: Plan) -> None:
            IpvsTable.apply = real
            do()
            real(self, plan)

        IpvsTable.apply = apply

    return arrange


def someone_else(*lines: str) -> Callable[[], None]:
    """Have someone else do this between the module's reading and its changing."""
    return before_applying(lambda: load(*lines))


# One position after the other

BEFORE = [
    *FOREIGN,
    *(f"-A -t 192.0.2.198:{port} -s wlc" for port in range(1000, 1003)),
    *(f"-a -t 192.0.2.198:{port} -r 192.0.2.{host}:{port} -g -w 1" for port in range(1000, 1003) for host in (21, 22)),
    *(f"-A -t 192.0.2.198:{port} -s rr -p 60" for port in range(1010, 1012)),
    *(f"-a -t 192.0.2.198:{port} -r 192.0.2.21:{port} -g -w 3" for port in range(1010, 1012)),
]


def wanted() -> list[dict[str, Any]]:
    """From BEFORE, 21 changes: all actions on both kinds."""
    changed = [service(number, 22, 23, weight=7 if number % 2 else 0, scheduler="sh") for number in range(3)]
    return [*changed, *(service(number, 21, 22) for number in range(3, 5))]


def spoil(listed: list[dict[str, Any]], command: str) -> str:
    """Have the kernel refuse one command of the plan: by what is listed where that can be, else by someone else.

    Return what someone else must do for that, before the plan is carried out.
    """
    words = command.split()[1:]
    number = int(words[2].rpartition(":")[2]) - 1000
    if words[0] in ("-A", "-E"):
        listed[number]["scheduler"] = BANNED
        return ""
    if words[0] == "-a":
        (destination,) = (one for one in listed[number]["destinations"] if f"{one['address']}:" in words[4])
        destination["address"] = "233.252.0.1"  # multicast
        return ""
    return " ".join(["-d" if words[0] == "-e" else words[0], *words[1:5]])


WORDS = {"-A": "add service", "-E": "change service", "-D": "remove service"}
WORDS.update({"-a": "add destination", "-e": "change destination", "-d": "remove destination"})


@pytest.fixture
def a_banned_scheduler() -> Iterator[None]:
    """A scheduler that is installed, but that the kernel may not load."""
    ban = Path("/etc/modprobe.d/lvs-test.conf")
    ban.write_text(f"install ip_vs_{BANNED} /bin/false\n")
    run("modprobe", "-q", "-r", f"ip_vs_{BANNED}")
    yield
    ban.unlink()


@pytest.mark.usefixtures("a_banned_scheduler")
def test_one_refused_change_undoes_the_others_wherever_it_stands(witness: Ipvsadm) -> None:
    witness.load(BEFORE)
    options = {"state": "overridden", "services": wanted()}
    commands = module("ipvs_services", check=True, **options)["commands"]
    assert len(commands) == 21
    assert {command.split()[1] for command in commands} == set(WORDS)
    for command in commands:
        listed = wanted()
        meddling = spoil(listed, command)
        witness.load([*BEFORE, meddling])
        as_it_was = sorted(witness.saved())
        witness.load(BEFORE)
        result = module("ipvs_services", inside=someone_else(meddling), state="overridden", services=listed)
        assert result["failed"], command
        assert result["msg"].startswith(f"cannot {WORDS[command.split()[1]]} "), command
        assert result["msg"].endswith(UNDONE), command
        assert not result["changed"], command
        assert sorted(witness.saved()) == as_it_was, (command, result["msg"])


# Someone else, between reading and applying


def test_what_someone_else_adds_first_stays_theirs() -> None:
    load(*FOREIGN)
    theirs = ["-A -t 192.0.2.198:1000 -s rr", "-a -t 192.0.2.198:1000 -r 192.0.2.29:1000 -m -w 5"]
    result = module("ipvs_services", inside=someone_else(*theirs), services=[service(0, 21, 22), service(1, 21)])
    assert result["msg"] == (
        "cannot add service tcp 192.0.2.198:1000 with scheduler wlc: it is there already: someone else changes "
        f"the table just now; run it again (EEXIST). {UNDONE}"
    )
    assert saved() == sorted(FOREIGN + theirs)


def test_a_destination_that_someone_else_adds_first_stays_theirs() -> None:
    load(*FOREIGN, *SHOP)
    theirs = "-a -t 192.0.2.198:1000 -r 192.0.2.22:1000 -m -w 5"
    result = module("ipvs_services", inside=someone_else(theirs), services=[service(0, 22, 23)])
    assert result["msg"].startswith("cannot add destination 192.0.2.22:1000 of service tcp 192.0.2.198:1000: it is th")
    assert result["msg"].endswith(UNDONE)
    assert saved() == sorted([*FOREIGN, *SHOP, theirs])


def test_two_that_want_the_same_at_the_same_time_do_it_once() -> None:
    """The second one begins when the first one has ended: otherwise it would have read that nothing is there."""
    options = {"services": [service(number) for number in range(300)]}
    slow = before_applying(lambda: time.sleep(2))
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(module, "ipvs_services", inside=slow, **options) for _one in range(2)]
        results = [one.result() for one in both]
    assert [result.get("msg", "") for result in results] == ["", ""]
    assert sorted(result["changed"] for result in results) == [False, True]
    assert len(saved()) == 300


def test_what_someone_else_removes_first_is_told() -> None:
    load(*FOREIGN, *SHOP)
    gone = someone_else("-D -t 192.0.2.198:1000")
    result = module("ipvs_services", inside=gone, services=[service(0, 21, weight=9), service(1, 21)])
    assert result["msg"] == (
        "cannot change destination 192.0.2.21:1000 of service tcp 192.0.2.198:1000: its service is no longer there: "
        f"someone else has removed it in the meantime (ESRCH). {UNDONE}"
    )
    assert saved() == sorted(FOREIGN)


def test_what_someone_else_changes_elsewhere_stays() -> None:
    load(*FOREIGN, *SHOP)
    theirs = "-e -t 192.0.2.200:443 -r 192.0.2.99:443 -m -w 7"
    result = module("ipvs_services", inside=someone_else(theirs), services=[service(0, 21, weight=9)])
    assert result["changed"]
    assert "failed" not in result
    after = saved()
    assert after == sorted([FOREIGN[0], f"-a{theirs[2:]}", SHOP[0], f"{SHOP[1][:-1]}9"])
    # The same when the call fails and is undone.
    theirs = theirs.replace("-w 7", "-w 8")
    refused = {"address": "192.0.2.198", "port": 80, "destinations": [{"address": "233.252.0.1"}]}
    result = module("ipvs_services", inside=someone_else(theirs), services=[service(0, 21), refused])
    assert result["msg"].endswith(UNDONE)
    assert saved() == [line.replace("-w 7", "-w 8") for line in after]


def test_what_someone_else_changes_of_the_same_is_brought_to_what_is_wanted() -> None:
    load(*SHOP)
    theirs = someone_else("-e -t 192.0.2.198:1000 -r 192.0.2.21:1000 -m -w 5")
    assert module("ipvs_services", inside=theirs, services=[service(0, 21, weight=9)])["changed"]
    assert saved() == [SHOP[0], f"{SHOP[1][:-1]}9"]


# A process that ends early

# Without real servers: the kernel keeps removed ones for minutes, and looks through them whenever one is added.
MANY = {"state": "overridden", "services": [service(number) for number in range(1500)]}


def lines_of_the_table() -> int:
    return Path("/proc/net/ip_vs").read_text().count("\n") - 3


def test_after_a_process_was_killed_half_way_the_next_run_does_the_rest(tmp_path: Path) -> None:
    arguments = tmp_path / "arguments"
    arguments.write_text(given(**MANY))
    words = [sys.executable, "-m", f"{MODULES}.ipvs_services"]
    with arguments.open() as stdin, subprocess.Popen(words, stdin=stdin, stdout=PIPE, stderr=STDOUT) as process:
        while lines_of_the_table() < 200 and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        output = process.stdout.read()
    assert process.returncode == -signal.SIGKILL, output
    there = lines_of_the_table()
    assert 200 <= there < 1500
    foretold = module("ipvs_services", check=True, **MANY)
    assert foretold["counts"] == {"added": 1500 - there, "changed": 0, "removed": 0}
    assert module("ipvs_services", **MANY)["counts"] == foretold["counts"]
    assert lines_of_the_table() == 1500


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_after_a_signal_between_two_batches_the_next_run_does_the_rest(number: signal.Signals) -> None:
    """The first one ends the process at once, the second one as KeyboardInterrupt: neither undoes anything."""
    options = {"services": [service(number) for number in range(2 * netlink.BATCH)]}

    def arrange() -> None:
        real = NetlinkSocket._one_batch

        def one_batch(self: NetlinkSocket, requests: Any) -> Any:
            refusals = real(self, requests)
            os.kill(os.getpid(), number)
            return refusals

        NetlinkSocket._one_batch = one_batch

    output = forked("ipvs_services", given(**options), arrange)
    assert ("KeyboardInterrupt" in output) == (number == signal.SIGINT), output
    assert lines_of_the_table() == netlink.BATCH
    assert module("ipvs_services", **options)["counts"] == {"added": netlink.BATCH, "changed": 0, "removed": 0}


def test_after_a_kill_between_the_kernel_and_the_file_the_next_run_writes_it(tmp_path: Path) -> None:
    boot_file = tmp_path / "ipvs.rules"
    options = {"state": "replaced", "boot_file": str(boot_file)}
    module("ipvs_services", services=[service(0, 21), service(1, 21)], **options)
    old = boot_file.read_text()

    def die_after_applying() -> None:
        real = IpvsTable.apply

        def apply(self: IpvsTable, plan: Plan) -> None:
            real(self, plan)
            os.kill(os.getpid(), signal.SIGKILL)

        IpvsTable.apply = apply

    options["services"] = [service(0, 21), service(2, 21)]
    assert forked("ipvs_services", given(**options), die_after_applying) == ""
    assert boot_file.read_text() == old
    assert saved() == sorted([*SHOP, *(line.replace("1000", "1002") for line in SHOP)])
    result = module("ipvs_services", **options)
    assert result["changed"]
    assert result["commands"] == []
    assert [diff["before_header"] for diff in result["diff"]] == [str(boot_file)]
    assert sorted(boot_file.read_text().splitlines()) == saved()
    assert list(tmp_path.iterdir()) == [boot_file]


# Trouble between the module and the kernel


def test_lost_answers_are_told_and_what_was_done_is_found_out_and_undone() -> None:
    """A receive buffer of the least size that the kernel gives, and more refusals than fit."""
    load(*FOREIGN)

    def arrange() -> None:
        NetlinkSocket._enlarge_receive_buffer = lambda self: self._socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 0)

    destinations = [{"address": f"233.252.0.{number}"} for number in range(1, 200)]
    listed = [service(0, 21), {"address": "192.0.2.198", "port": 80, "destinations": destinations}]
    result = module("ipvs_services", inside=arrange, services=listed)
    assert result["failed"]
    assert result["msg"] == (
        "the kernel's answers did not fit into the receive buffer and some are lost (ENOBUFS): what was carried out is "
        f"not known. {UNDONE}"
    )
    assert saved() == sorted(FOREIGN)


def test_an_answer_that_does_not_fit_changes_nothing() -> None:
    load(*(line.replace("1000", str(port)) for port in range(1000, 1010) for line in SHOP))
    before = saved()

    def arrange() -> None:
        netlink.ANSWER_SIZE = 1024

    result = module("ipvs_services", inside=arrange, services=[service(0, 22)])
    assert result["msg"] == "This call has changed nothing: the kernel's answer is longer than 1024 bytes"
    assert saved() == before
    # When it is read again after the changes.
    ipvsadm("-C")
    result = module("ipvs_services", inside=arrange, services=[service(number, 21) for number in range(10)])
    assert result["msg"] == (
        "The kernel took every change, but what is there now could not be read: the kernel's answer is longer than "
        "1024 bytes"
    )
    assert result["changed"]
    assert saved() == before


def test_signals_that_are_handled_lose_nothing() -> None:
    """A system call that a signal interrupts is taken up again (PEP 475)."""
    caught = mmap.mmap(-1, 8)

    def arrange() -> None:
        def count(*_: object) -> None:
            caught[:] = (int.from_bytes(caught[:], "big") + 1).to_bytes(8, "big")

        signal.signal(signal.SIGALRM, count)
        signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)

    options = {"services": [service(number, 21, 22) for number in range(300)]}
    assert module("ipvs_services", inside=arrange, **options)["counts"] == {"added": 900, "changed": 0, "removed": 0}
    assert not module("ipvs_services", inside=arrange, **options)["changed"]
    assert len(saved()) == 900
    assert int.from_bytes(caught[:], "big") > 100


# A table that someone else changes all the time


@contextmanager
def someone_busy() -> Iterator[None]:
    """Someone who adds and removes services as fast as ipvsadm can."""
    ports = range(20_000, 20_040)
    lines = [f"-A -u 192.0.2.200:{port} -s rr" for port in ports] + [f"-D -u 192.0.2.200:{port}" for port in ports]
    with (
        subprocess.Popen(["yes", "--", "\n".join(lines)], stdout=PIPE) as words,
        subprocess.Popen(["ipvsadm", "-R"], stdin=words.stdout) as busy,
    ):
        try:
            yield
        finally:
            busy.kill()
            words.kill()


def test_nothing_is_lost_while_someone_else_adds_and_removes_services_all_the_time() -> None:
    """The kernel's list then leaves out some services, without a word, and the module adds what is there already."""
    listed = [service(number) for number in range(300)]
    module("ipvs_services", services=listed)
    with someone_busy():
        for weight in range(3):
            listed[0] = service(0, 21, weight=weight)
            result = module("ipvs_services", services=listed)
            if result.get("failed"):
                assert "it is there already: someone else changes the table just now; run it again" in result["msg"]
    # ipvsadm's list has gaps too, until now.
    assert {line for line in saved() if line.startswith("-A -t")} == {
        f"-A -t 192.0.2.198:{port} -s wlc" for port in range(1000, 1300)
    }
