# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook lvs.cluster.import as a user runs it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.lvs.cluster.tests.unit.ansible_runs import ansible

TEXT = """include conf.d/*.conf
vrrp_instance VI_1 {
 interface eth0
 virtual_router_id 51
 authentication {
  auth_pass s3cr3t
 }
 virtual_ipaddress {
  192.0.2.198
 }
 unicast_src_ip 192.0.2.2
}
"""
SERVICE = "virtual_server 192.0.2.198 80 {\n lb_kind DR\n real_server 192.0.2.21 80 {\n }\n}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "shop.conf").write_text(SERVICE, encoding="utf-8")
    (tmp_path / "keepalived.conf").write_text(TEXT, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> str:
    done = ansible(folder, "playbook", *words)
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def test_an_inventory_is_written_and_right(folder: Path) -> None:
    printed = run(folder, "lvs.cluster.import", "-e", "file=keepalived.conf")
    assert "12 statements: 12 imported, 0 kept word for word, 0 not taken" in printed
    assert "s3cr3t" not in printed + "".join(path.read_text() for path in (folder / "inventory").rglob("*.*"))
    words = ("-i", "inventory", "-e", "vault_vrrp_password=s3cr3t", "lvs.cluster.definition")
    assert run(folder, *words).startswith("0\n")


def test_what_is_there_already_is_never_overwritten(folder: Path) -> None:
    words = ("lvs.cluster.import", "-e", "file=keepalived.conf", "-e", "to=here")
    assert "changed=1" in run(folder, *words)
    assert "`ansible-playbook -i here lvs.cluster.site --check --diff`" in (folder / "here" / "IMPORT.md").read_text()
    assert "changed=0" in run(folder, *words)
    (folder / "here" / "hosts.yml").write_text("all: {}\n", encoding="utf-8")
    assert "here/hosts.yml: there already, with other content" in run(folder, *words)
    assert (folder / "here" / "hosts.yml").read_text() == "all: {}\n"


def test_running_directors(folder: Path) -> None:
    local = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    hosts = {"lvs1": {**local, "ansible_host": "192.0.2.2"}, "lvs2": {**local, "ansible_host": "198.51.100.3"}}
    (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    words = ("-i", "hosts.json", "lvs.cluster.import", "-e", f"path={folder}/keepalived.conf")
    printed = run(folder, *words, "-e", "from=lvs1,lvs2")
    assert "24 statements: 24 imported" in printed
    assert "s3cr3t" not in printed
    written = yaml.safe_load((folder / "inventory" / "hosts.yml").read_text(encoding="utf-8"))
    directors = written["all"]["children"]["lvs_directors"]["hosts"]
    assert (directors["lvs1"]["ansible_host"], directors["lvs2"]["lvs_address"]) == ("192.0.2.2", "192.0.2.2")
    gone = run(folder, *words[:3], "-e", "from=lvs1", "-e", "path=/nowhere.conf", "-e", "to=other")
    assert "lvs1:/nowhere.conf cannot be read: File not found: /nowhere.conf" in gone


def test_a_director_that_does_not_answer_is_named_with_the_reason(folder: Path) -> None:
    local = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": sys.executable}
    away = {"ansible_host": "192.0.2.3", "ansible_connection": "ssh", "ansible_ssh_executable": "/bin/false"}
    hosts = {"lvs1": {**local, "ansible_host": "192.0.2.2"}, "lvs2": away}
    (folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    words = ("-i", "hosts.json", "lvs.cluster.import", "-e", f"path={folder}/keepalived.conf", "-e")
    printed = run(folder, *words, "from=lvs1,lvs2")
    assert "[lvs2]: UNREACHABLE!" in printed
    assert "censored" not in printed
    assert "lvs1, lvs2: no configuration was read there" in printed
    unknown = run(folder, *words, "from=lvs9")
    assert "lvs9: no configuration was read there, for the reason above. Nothing was written." in unknown
    assert not (folder / "inventory").exists()


def test_something_must_be_said(folder: Path) -> None:
    assert "Say what to import: -e file=keepalived.conf, or -e from=HOST" in run(folder, "lvs.cluster.import")


def test_check_mode_writes_nothing(folder: Path) -> None:
    assert "changed=1" in run(folder, "lvs.cluster.import", "-e", "file=keepalived.conf", "--check")
    assert not (folder / "inventory").exists()


def test_a_password_is_encrypted_with_that_of_the_run(folder: Path) -> None:
    (folder / "vault").write_text("of the vault", encoding="utf-8")
    vault = ("--vault-password-file", "vault")
    run(folder, "lvs.cluster.import", "-e", "file=keepalived.conf", *vault)
    assert "password: !vault |" in (folder / "inventory" / "group_vars" / "all.yml").read_text()
    assert run(folder, "-i", "inventory", "lvs.cluster.definition", *vault).startswith("0\n")


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("gone.conf", "gone.conf cannot be read: it is not there. Nothing was imported."),
        ("conf.d", "conf.d cannot be read: it is a folder. Nothing was imported."),
        (
            "conf.d/notes.txt",
            "conf.d/notes.txt was taken for none of keepalived.conf, lvs.cf of piranha, ldirectord.cf or haresources",
        ),
    ],
)
def test_what_cannot_be_imported(folder: Path, file: str, told: str) -> None:
    (folder / "conf.d" / "notes.txt").write_text("buy milk", encoding="utf-8")
    printed = run(folder, "lvs.cluster.import", "-e", f"file={file}")
    assert told in printed
    assert not (folder / "inventory").exists()
