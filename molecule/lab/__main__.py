# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throwaway machines with a kernel of their own, on Ethernet segments of their own.

  up        start the lab, and write ssh_config and inventory.json into build/lab/NAME
  save      keep the state of every machine under a name
  reset     put every machine back to the state after `up`, or to one that was kept
  down      take the lab away (--all: every lab of this checkout)
  status    the hosts, their state and their addresses
  ssh       a shell on a host, or a command
  link      pull a host's network cable (off), plug it in (on)
  reboot    let hosts shut down and boot again, all at the same time; wait until they have booted
  kill      cut a host's power
  start     boot a host from its disk, after kill or after it has switched itself off
  capture   record packets on a host's interface
  image     make the image that all machines of a release share, if it is not there
  packages  print the Debian packages that the lab needs

Environment: LAB_CACHE is where images are kept (default ~/.cache/lvs-cluster-lab; safe to remove when no lab is up),
LAB_ACCEL=kvm or tcg says how the machines run (default: KVM where it works), LAB_RELEASE which release of Debian hosts
have whose description names none (default: bookworm), LAB_EVERY_RELEASE which one all hosts have.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "plugins" / "plugin_utils"))  # it runs before the collection has been installed

from _lab import data_file, image, lab, requirements
from _lab.description import Host
from _lab.lab import DESCRIPTION, Lab
from _lab.machine import SNAPSHOT
from _lab.releases import RELEASES
from _lab.report import LabError, step

LABS = PROJECT / "build" / "lab"


def argument(*flags: str, **options: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    return flags, options


HOST = argument("host")
# What a verb takes that the others do not.
OWN = {
    "save": [argument("state", help="its name")],
    "reset": [argument("state", nargs="?", default=SNAPSHOT, help="what it was kept as (the state after up)")],
    "down": [argument("--all", action="store_true", help="every lab of this checkout")],
    "ssh": [
        argument("--root", action="store_true", help="as root instead of operator"),
        HOST,
        argument("command", nargs=argparse.REMAINDER, help="a command instead of a shell"),
    ],
    "link": [
        HOST,
        argument("state", choices=("on", "off")),
        argument("segment", nargs="?", help="the cable's segment (the host's first)"),
    ],
    "reboot": [argument("hosts", nargs="+", metavar="host")],
    "kill": [HOST],
    "start": [HOST],
    "capture": [
        argument("--segment", help="the host's segment to listen on (its first)"),
        argument("--seconds", type=int, default=10, help="for how long (10)"),
        HOST,
        argument("filter", nargs=argparse.REMAINDER, help="what to record, as tcpdump takes it: port 80"),
    ],
    "image": [argument("releases", nargs="*", metavar="release", help=" or ".join(RELEASES))],
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="lab", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name in "up save reset down status ssh link reboot kill start capture image packages".split():
        verb = verbs.add_parser(name)
        default = "that of the lab that is up, or molecule/lab.toml"
        verb.add_argument("--lab", type=Path, metavar="FILE", help=f"its description ({default})")
        verb.add_argument("--name", default="default", help="its name, of which follows where its files are (default)")
        for flags, options in OWN.get(name, []):
            verb.add_argument(*flags, **options)
    return parser.parse_args()


def run(given: argparse.Namespace) -> None:
    name = given.name
    if given.verb == "packages":
        print("\n".join(sorted(set(requirements.PACKAGES.values()))))
    elif given.verb == "down":
        for directory in lab.all_directories(LABS) if given.all else [LABS / name]:
            with step(f"down: {directory.name}"):
                lab.remove(directory)
    elif given.verb == "image":
        requirements.check(image.cache())
        for release in given.releases or [data_file.default_release()]:
            print(image.ensure(release).directory)
    else:
        source = given.lab or description_of(name, is_kept=given.verb != "up")
        run_in(data_file.load(LABS, source, name), given)


def description_of(name: str, is_kept: bool) -> Path:
    """What the lab called `name` was started with if it is up and kept so, else the description of most scenarios."""
    directory = LABS / name
    is_up = (directory / "inventory.json").exists()
    return (directory if is_up and is_kept else PROJECT / "molecule") / DESCRIPTION


def run_in(chosen: Lab, given: argparse.Namespace) -> None:
    if given.verb == "up":
        requirements.check(image.cache(), LABS)
        chosen.up()
        print(f"\n{chosen.status()}\n\n{chosen.directory}: ssh_config, inventory.json")
    elif given.verb == "status":
        print(chosen.status())
    elif not chosen.inventory.exists():
        raise LabError(f"lab {chosen.name} is not up; the verb up starts it")
    elif given.verb == "reset":
        chosen.reset(given.state)
    elif given.verb == "save":
        chosen.save(given.state)
    elif given.verb == "reboot":
        chosen.reboot([chosen.description.host(name) for name in given.hosts])
    else:
        run_on(chosen, chosen.description.host(given.host), given)


def run_on(chosen: Lab, host: Host, given: argparse.Namespace) -> None:
    if given.verb == "ssh":
        user = "root" if given.root else "operator"
        os.execvp("ssh", ["ssh", "-F", str(chosen.ssh_config), "-l", user, host.name, *given.command])
    elif given.verb == "link":
        chosen.machine(host).do(f"set_link eth{host.interface(given.segment)} {given.state}")
    elif given.verb == "kill":
        chosen.machine(host).stop(signal.SIGKILL)
    elif given.verb == "start":
        chosen.start(host)
    elif given.verb == "capture":
        capture(chosen, host, f"eth{host.interface(given.segment)}", given.seconds, given.filter)


def capture(chosen: Lab, host: Host, interface: str, seconds: int, words: list[str]) -> None:
    """Record what the host's own tcpdump sees into a file, then print it."""
    recording = chosen.directory / f"{host.name}-{interface}-{time.strftime('%H%M%S')}.pcap"
    ssh = ["ssh", "-F", str(chosen.ssh_config), "-l", "root", host.name]
    tcpdump = ["timeout", "--preserve-status", str(seconds), "tcpdump", "-U", "-w", "-", "-i", interface, *words]
    with recording.open("wb") as file:
        recorded = subprocess.run([*ssh, shlex.join(tcpdump)], stdout=file, check=False)
    if recorded.returncode != 0:
        raise LabError(f"{host.name}: tcpdump failed")
    with recording.open("rb") as file:
        subprocess.run([*ssh, "tcpdump -nne -r -"], stdin=file, check=False)
    print(recording)


def main() -> int:
    requirements.surroundings()
    try:
        run(arguments())
    except LabError as error:
        print(f"\nlab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
