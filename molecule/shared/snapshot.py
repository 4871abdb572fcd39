# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print what a host is, as JSON: all that a cluster could leave behind. Runs on the host, as root."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess

# What changes by itself: counters, keys, and what a write triggers.
RESTLESS = ("nf_conntrack_count", "flush", "fib_sync_mem", "tcp_fastopen_key", "ip_local_port_range")


def printed(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def parsed(*command: str) -> list[dict[str, object]]:
    return json.loads(printed(*command) or "[]")


def lines(*command: str) -> list[str]:
    return [line.rstrip() for line in printed(*command).splitlines() if not line.startswith("#")]


def addresses() -> list[list[object]]:
    found = []
    for link in parsed("ip", "-j", "address"):
        for one in link["addr_info"]:
            found.append([link["ifname"], one["local"], one["prefixlen"], one.get("label", ""), one["scope"]])
    return sorted(found)


def routes() -> list[str]:
    show = ("-j", "route", "show", "table", "all")
    found = parsed("ip", *show) + parsed("ip", "-6", *show)
    kept = ({key: value for key, value in one.items() if key != "flags"} for one in found)
    return sorted(json.dumps(one, sort_keys=True) for one in kept)


def listeners() -> list[str]:
    """The sockets that unpack GUE; without the kernel module there are none, and ip does not know what is meant."""
    return lines("ip", "fou", "show") if os.path.exists("/sys/module/fou") else []


def sysctls() -> dict[str, str]:
    found = {}
    for folder, _folders, files in os.walk("/proc/sys/net"):
        for name in files:
            path = os.path.join(folder, name)
            if name in RESTLESS or not os.stat(path).st_mode & 0o444:
                continue
            try:
                with open(path) as stream:
                    found[path[len("/proc/sys/") :]] = " ".join(stream.read().split())
            except OSError:  # some can be read only where there is hardware for them
                continue
    return found


def files() -> dict[str, str]:
    found = {}
    for folder, folders, names in os.walk("/etc"):
        for name in [*folders, *names]:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            if os.path.islink(path):
                content = os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as stream:
                    content = hashlib.sha256(stream.read()).hexdigest()
            else:
                content = "folder"
            found[path] = f"{status.st_mode:o} {status.st_uid} {content}"
    return found


def main() -> None:
    print(
        json.dumps(
            {
                "addresses": addresses(),
                "links": sorted(link["ifname"] for link in parsed("ip", "-j", "link")),
                "routes": routes(),
                "rules": sorted(lines("ip", "rule") + lines("ip", "-6", "rule")),
                "listeners": listeners(),
                "sysctls": sysctls(),
                "nftables": lines("nft", "list", "ruleset"),
                "iptables": lines("iptables-save"),
                "ip6tables": lines("ip6tables-save"),
                "arptables": lines("arptables-save"),
                "services": lines("ipvsadm", "-S", "-n"),
                "files": files(),
                "failed units": lines("systemctl", "--failed", "--plain", "--no-legend"),
            }
        )
    )


if __name__ == "__main__":
    main()
