# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is laid over an inventory counts more than all that this says of the way to a host, as Ansible reads both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.description import Description, Host
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.machines import Mapped
from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.overlay import files

# Every place in which an inventory can say something of a host, from the weakest to the strongest.
OWN = {
    "group_vars/all.yml": {"ansible_user": "deploy", "ansible_ssh_common_args": "-o ProxyJump=bastion.example.com"},
    "group_vars/web.yml": {"ansible_connection": "local", "ansible_port": 2222, "ansible_ssh_args": "-F /site"},
    "host_vars/web1.yml": {"ansible_ssh_host": "198.51.100.7", "ansible_ssh_executable": "/site/ssh"},
    "host_vars/web9.yml": {"ansible_ssh_extra_args": "-o HostName=198.51.100.9", "ansible_password": "s3cret"},
}
HOSTS = {"web1": {"ansible_host": "192.0.2.21"}, "web9": {"ansible_host": "web9.example.com"}}


@pytest.fixture
def commands(tmp_path: Path) -> dict[str, list[str]]:
    """Host -> the words of the command by which Ansible would log in there; another program stands in for SSH."""
    inventory, overlay, programs = (tmp_path / name for name in ("inventory", "overlay", "programs"))
    written = {"hosts.yml": {"all": {"children": {"web": {"hosts": HOSTS}}}}, **OWN}
    for name, content in written.items():
        path = inventory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    machine = Host("web1", 1, (), (("lan", ("192.0.2.21/24",)),), (), "bookworm")
    mapped = Mapped(Description(("lan",), (machine,)), {"web1": "web1"}, ())
    names = {host: {name for variables in OWN.values() for name in variables} for host in HOSTS}
    connected = {host: variables["ansible_host"] for host, variables in HOSTS.items()}
    for name, text in files(names, connected, mapped, "/lab/ssh_config", {}).items():
        path = overlay / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    programs.mkdir()
    (programs / "ssh").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>"{tmp_path}/$$"\n')
    (programs / "ssh").chmod(0o755)
    command = [
        sys.executable,
        "-m",
        "ansible",
        "adhoc",
        "-i",
        str(inventory),
        "-i",
        str(overlay / "hosts.json"),
        "web*",
    ]
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    subprocess.run([*command, "-m", "raw", "-a", "true"], env=environment, check=True, capture_output=True)
    calls = [path.read_text().splitlines() for path in tmp_path.iterdir() if path.name.isdecimal()]
    return {call[-2]: call for call in calls if call[-1] == "true"}


def test_no_login_goes_anywhere_but_where_the_lab_leads_it(commands: dict[str, list[str]]) -> None:
    assert {*commands} == {"192.0.2.21", "no-machine.invalid"}
    for words in commands.values():
        assert words[:2] == ["-F", "/lab/ssh_config"]
        assert 'User="root"' in words
        told = " ".join(words)
        assert not any(site in told for site in ("example.com", "198.51.100", "2222", "/site", "Proxy", "deploy"))
