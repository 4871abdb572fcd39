# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import io
import tarfile

from hypothesis import given

from ansible_collections.lvs.cluster.plugins.plugin_utils._report.about import About
from ansible_collections.lvs.cluster.plugins.plugin_utils._report.bundle import FOLDER, bundle
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.pictures import TEXTS
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._report.subjects import (
    FINDING,
    hostile,
    renamed,
    subject,
)

ABOUT = About("2026-11-30 13:20 UTC", [("ansible-core", "2.19.14")])
CONFIGURATION = "vrrp_instance lvs {\n  authentication {\n    auth_type PASS\n    auth_pass 0ld-Pass\n  }\n}\n"
TOLD = {"configuration": CONFIGURATION, "version": "Keepalived v2.2.7 (01/16,2022)", "journal": "Entering MASTER STATE"}


def unpacked(packed: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = archive.getmembers()
        assert all(member.isfile() and member.mode == 0o600 and member.uid == 0 for member in members)
        files = {member.name: archive.extractfile(member) for member in members}
        return {name: file.read().decode() for name, file in files.items() if file}


def test_it_has_what_a_bug_report_asks_for() -> None:
    files = unpacked(bundle([subject(failed=["192.0.2.21"], findings=[FINDING], texts=TOLD)], ABOUT))
    own = {name.removeprefix(f"{FOLDER}/lvs1/"): text for name, text in files.items() if "/lvs1/" in name}
    assert own["keepalived-version.txt"] == "Keepalived v2.2.7 (01/16,2022)\n"
    assert own["keepalived.log"] == "Entering MASTER STATE\n"
    assert own["addresses.txt"] == "eth1 192.0.2.2/24\n"
    assert "tcp 192.0.2.198:80 wlc\n  -> 192.0.2.22:80 Route 2 12 40\n" in own["ipvs.txt"]
    assert own["host.txt"] == "ID: debian\nVERSION_ID: 12\nkernel: 6.1.0-57-cloud-amd64\nkeepalived: 2.2.7\n"
    issue = files[f"{FOLDER}/issue.md"]
    assert "- lvs1: ID debian, VERSION_ID 12, kernel 6.1.0-57-cloud-amd64, keepalived 2.2.7" in issue
    assert "LVS811 vip-missing (error) web1" in issue
    assert "The cluster is degraded" in issue
    assert not [name for name in files if "/web1/keepalived" in name]


def test_secrets_are_masked_though_the_host_had_not_done_it() -> None:
    files = unpacked(bundle([subject(texts=TOLD)], ABOUT))
    assert "0ld-Pass" not in str(files)
    assert "auth_pass ********" in files[f"{FOLDER}/lvs1/keepalived.conf"]


def test_a_host_that_was_not_examined_says_why() -> None:
    files = unpacked(bundle([subject(away=["lvs2"])], ABOUT))
    assert files[f"{FOLDER}/lvs2/not-examined.txt"] == "No route to host\n"


def test_the_same_is_the_same_to_the_byte() -> None:
    assert bundle([subject()], ABOUT) == bundle([subject()], ABOUT)


@given(TEXTS)
def test_no_name_of_a_host_leaves_the_folder(text: str) -> None:
    packed = bundle([hostile(text), renamed(subject(), {"web1": "../../etc/x", "lvs1": "/", "lvs2": ".."})], ABOUT)
    for name in unpacked(packed):
        folder, *inside = name.split("/")
        assert folder == FOLDER
        assert len(inside) <= 2
        assert not {"", ".", ".."} & {*inside}


def test_two_hosts_whose_names_become_one_keep_their_folders() -> None:
    files = unpacked(bundle([renamed(subject(), {"lvs1": "a b", "lvs2": "a_b"})], ABOUT))
    assert {f"{FOLDER}/a_b/host.txt", f"{FOLDER}/a_b-2/host.txt"} <= {*files}
