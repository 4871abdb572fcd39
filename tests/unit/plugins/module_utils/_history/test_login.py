# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is logged in, in a process whose environment is known."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._history import login as room

PROGRAM = f"import json; from {room.__name__} import login; print(json.dumps(login()))"


def logged_in(*words: str, **environment: str) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if name not in ("SSH_CONNECTION", "SUDO_USER")}
    command = [*words, sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env={**known, **environment}, check=True, capture_output=True, text=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("connection", "address"),
    [
        ("192.0.2.9 52342 192.0.2.2 22", "192.0.2.9"),
        ("2001:db8::9 52342 2001:db8::2 22", "2001:db8::9"),
        ("fe80::9%eth0 52342 fe80::2%eth0 22", "fe80::9"),
        ("password=hunter2", ""),
    ],
)
def test_the_address_of_the_client(connection: str, address: str) -> None:
    assert logged_in(SSH_CONNECTION=connection)["address"] == address


def test_what_sudo_hands_on_is_not_all_there_is() -> None:
    """env stands for sudo: it starts the module's process without the variable that it has itself."""
    shell = 'env --unset=SSH_CONNECTION "$@"; true'  # a shell that waits, so that it is a process between both
    found = logged_in("sh", "-c", shell, "sh", SSH_CONNECTION="192.0.2.9 52342 192.0.2.2 22")
    assert found["address"] == "192.0.2.9"


@pytest.mark.parametrize(("said", "user"), [("anna", "anna"), ("a b\x1b[2J", None)])
def test_the_user_before_sudo(monkeypatch: pytest.MonkeyPatch, said: str, user: str | None) -> None:
    monkeypatch.setattr(room, "LOGIN_UID", "/nowhere")
    monkeypatch.setenv("SUDO_USER", said)
    assert room.login()["user"] == (user or room._name(os.getuid()))


def test_the_kernel_knows_better_than_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("proc") / "loginuid"
    path.write_text("0")
    monkeypatch.setattr(room, "LOGIN_UID", str(path))
    monkeypatch.setenv("SUDO_USER", "anna")
    assert room.login()["user"] == "root"
    path.write_text("4294967295")
    assert room.login()["user"] == "anna"
    path.write_text("54321")
    assert room.login()["user"] == "54321"
