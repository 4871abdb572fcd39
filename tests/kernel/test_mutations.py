# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Odd values that a definition accepts, handed to keepalived and the native tools: they take them all.

What there is to take tests/mutations/render.py has written on the controller.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived import check
from ansible_collections.lvs.cluster.tests.kernel.conftest import run
from ansible_collections.lvs.cluster.tests.kernel.namespaces import within
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived_takes import NAMESPACE, RENDERED, host
from ansible_collections.lvs.cluster.tests.mutations.batches import Batch, Change

pytestmark = pytest.mark.usefixtures("drained_folder")
# As the module starts keepalived.
ALONE = ("unshare", "--pid", "--fork", "--kill-child")
# What the host decides and the definition cannot know: which users there are, which programs and folders.
OF_THE_HOST = re.compile(
    "Unable to set uid|Error setting global script|Failed to set (uid|default user)|Invalid user/group|"
    "Invalid smtp server|not found/accessible|Unable to access script|realpath\\(\\) error 2"
)
# Where a gateway is, and the networks of a host, the definition cannot know either.
OF_THE_NETWORK = re.compile("Nexthop has invalid gateway|Network is unreachable")
ADDRESSES = ["192.0.2.2/24", "2001:db8::2/64"]
BROADCAST = "192.0.2.255"  # to which the kernel balances nothing
# The kernel takes no interface of these names: dev_valid_name() and, for all and default, __devinet_sysctl_register().
NO_INTERFACES = ("all", "default")
Refused = list[tuple[str, str]]
FOLDER = RENDERED / "mutations"
# Each reads a text from its input and says nothing where it takes it.
TOOLS = {
    "nft": ("nft", "--check", "--file", "-"),
    "iptables-restore": ("iptables-restore", "--test", "--noflush"),
    "ip6tables-restore": ("ip6tables-restore", "--test", "--noflush"),
    "arptables": ("xargs", "--max-lines=1", "arptables"),
    "ip": ("ip", "-batch", "-"),
    "ip -6": ("ip", "-6", "-batch", "-"),
    "ipvsadm": ("ipvsadm", "--restore"),
    "sysctl": ("sysctl", "--quiet", "--load=-"),
    # What a module would refuse render.py knows.
    "modules": ("cat",),
}
# Those that a roll-out loads before it hands the texts over.
MODULES = ("ip_vs", "fou", "fou6")
# A text begins with what takes away the last one.
EMPTYING = {"ipvsadm": "-C\n"}
# After these, the next text finds nothing of the last.
NOTHING_STAYS = ("nft", "iptables-restore", "ip6tables-restore", "ipvsadm", "modules")


def batches() -> list[list[Change]]:
    listed = json.loads((FOLDER / "batches.json").read_text(encoding="utf-8"))
    return [
        [Change(**{**change, "interfaces": tuple(change["interfaces"])}) for change in changes] for changes in listed
    ]


def refused(changes: list[Change], ask: Callable[[str], str]) -> Refused:
    """Those that keepalived does not take, each with what it says; found by halves."""
    batch = Batch()
    rest = [change for change in changes if not batch.takes(change)]
    found = refused(rest, ask) if rest else []
    reason = ask(batch.text)
    if not reason:
        return found
    if len(batch.changes) == 1:
        return [*found, (batch.changes[0].mutant, reason)]
    half = len(batch.changes) // 2
    return [*found, *refused(batch.changes[:half], ask), *refused(batch.changes[half:], ask)]


def outcome(*words: str, text: str = "") -> str:
    """What a program says, and how it ended where that was not well."""
    try:
        done = subprocess.run(
            words, check=False, input=text, capture_output=True, encoding="utf-8", errors="replace", timeout=60
        )
    except subprocess.TimeoutExpired:
        return f"{words[0]} did not end"
    ended = f"\nexit status {done.returncode}" if done.returncode else ""
    return f"{done.stderr}{done.stdout}{ended}".strip()


@pytest.fixture
def ask(tmp_path: Path) -> Callable[[str], str]:
    """What keepalived says about a configuration: nothing where it takes it, and passes over no part of it."""
    program = check.find()
    assert program

    def asked(text: str) -> str:
        path = tmp_path / f"{abs(hash(text))}.conf"
        path.write_text(text, encoding="utf-8")
        try:
            return outcome(*ALONE, program, "--config-test", "--use-file", str(path), "--log-console")
        finally:
            path.unlink()

    return asked


def test_keepalived_takes_what_a_definition_accepts(ask: Callable[[str], str]) -> None:
    every = batches()
    # Debian 11's keepalived may not check real servers, and no definition here does without.
    assert every or json.loads((FOLDER / "figures.json").read_text(encoding="utf-8"))["refused by the release"]
    names = {name for changes in every for change in changes for name in change.interfaces}
    interfaces: dict[str, list[str]] = {name: [] for name in names if name not in NO_INTERFACES}
    interfaces["eth0"] = ADDRESSES
    with host(interfaces), within(NAMESPACE, 4) as threads:
        answers = list(threads.map(lambda changes: refused(changes, ask), every))
    wrong = [(mutant, reason) for found in answers for mutant, reason in found if not OF_THE_HOST.search(reason)]
    print((FOLDER / "figures.json").read_text(encoding="utf-8"))
    print(f"{sum(map(len, every))} configurations in {len(every)} batches, {len(wrong)} refused")
    assert not wrong, listed(wrong)


def listed(wrong: Refused) -> str:
    return "\n".join(f"{mutant}\n    {reason}" for mutant, reason in wrong)


@contextmanager
def namespaces(tool: str) -> Iterator[Callable[[str], str]]:
    """What says what a tool says against a text, each in a namespace of its own where something of the last stays."""
    if tool not in NOTHING_STAYS:
        yield lambda text: in_a_namespace(tool, text)
    else:
        with host({"eth0": ADDRESSES}):
            yield lambda text: said(tool, text)


def in_a_namespace(tool: str, text: str) -> str:
    """The interfaces that a text names and does not make are there."""
    named = re.findall(r" dev (\S+)|^net\.ipv[46]\.conf\.([^.\s]+)", text, re.MULTILINE)
    names = {(word or path).replace("/", ".") for word, path in named} - {"lo", *NO_INTERFACES}
    made = re.findall(r"^link add (\S+)", text, re.MULTILINE)
    with host({**{name: [] for name in names.difference(made)}, "eth0": ADDRESSES}):
        return said(tool, text)


def said(tool: str, text: str) -> str:
    return outcome("ip", "netns", "exec", NAMESPACE, *TOOLS[tool], text=EMPTYING.get(tool, "") + text)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_native_tool_takes_what_a_host_gets(tool: str) -> None:
    texts: Refused = json.loads((FOLDER / "native.json").read_text(encoding="utf-8")).get(tool, [])
    run("modprobe", "--all", *MODULES)
    with namespaces(tool) as ask:
        answers = [(mutant, ask(text)) for mutant, text in texts]
    wrong = [
        (mutant, reason)
        for mutant, reason in answers
        if reason and not OF_THE_NETWORK.search(reason) and not (tool == "ipvsadm" and BROADCAST in mutant)
    ]
    print(f"{tool}: {len(texts)} texts, {len(wrong)} refused")
    assert not wrong, listed(wrong)
