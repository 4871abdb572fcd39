# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that are network namespaces of the machine under test."""

from __future__ import annotations

import ctypes

from ansible_collections.lvs.cluster.tests.kernel.conftest import run

CLONE_NEWNET = 0x40000000


def enter(namespace: str) -> None:
    """Move this thread into a network namespace; its sockets stay in the one where they were opened."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}", "rb") as handle:
        if libc.setns(handle.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")


def inside(namespace: str, *words: str) -> str:
    """Run a native tool in a network namespace and return what it prints."""
    return run("ip", "netns", "exec", namespace, *words)


def batch(namespace: str, lines: list[str]) -> None:
    """Have `ip -batch` work off lines in a network namespace."""
    run("ip", "-n", namespace, "-batch", "-", stdin="".join(f"{line}\n" for line in lines))
