# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An import as the files of an inventory."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.imported import Imported, Source
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.judged import judged
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.keepalived_conf import read
from ansible_collections.lvs.cluster.plugins.plugin_utils._formats.written import HOSTS, PAGE, VARIABLES, files

from .reading import Texts

TEXT = """vrrp_instance VI_1 {
 interface eth0
 virtual_router_id 51
 authentication {
  auth_type PASS
  auth_pass s3cr3t
 }
 virtual_ipaddress {
  192.0.2.198
 }
 unicast_src_ip 192.0.2.2
 no_such_word a|b
 accept
}
virtual_server 192.0.2.198 80 {
 lb_algo rr
 lb_kind DR
 sorry_server 192.0.2.29 80
 real_server 192.0.2.21 80 {
 }
}
"""


def imported(text: str = TEXT) -> Imported:
    return read([Source("keepalived.conf", "lvs1")], Texts({"keepalived.conf": text}))


def written(sealed: bool = False) -> dict[str, str]:
    found = imported()
    encrypt = (lambda secret: f"$ANSIBLE_VAULT;1.1;AES256\n{len(secret)}\n") if sealed else None
    return files(found, judged(found), ["keepalived.conf"], encrypt)


def test_what_a_file_says_is_never_a_template() -> None:
    command = "/usr/bin/told {{ lookup('pipe', 'id') }} {{ vault_vrrp_password }}"
    found = imported(TEXT.replace("lb_algo rr", f'lb_algo rr\n quorum_up "{command}"'))
    assert [each for each in judged(found) if each.severity == "error"] == []
    for encrypt in (None, lambda _secret: "$ANSIBLE_VAULT;1.1;AES256\n12\n"):
        text = files(found, judged(found), ["keepalived.conf"], encrypt)[VARIABLES]
        (line,) = (each for each in text.splitlines() if "lookup" in each)
        assert line.strip().startswith("quorum_up: !unsafe ")


def test_the_files_of_an_inventory() -> None:
    texts = written()
    host = {"ansible_host": "192.0.2.2", "lvs_interface": "eth0", "lvs_priority": 100}
    assert yaml.safe_load(texts[HOSTS]) == {"all": {"children": {"lvs_directors": {"hosts": {"lvs1": host}}}}}
    assert '    password: "{{ vault_vrrp_password }}"\n' in texts[VARIABLES]
    variables = yaml.safe_load(texts[VARIABLES])
    assert variables["lvs_cluster"]["vrrp"]["password"] == "{{ vault_vrrp_password }}"
    assert [service["name"] for service in variables["lvs_services"]] == ["192.0.2.198-80"]


def test_the_password_is_in_no_file() -> None:
    assert [path for sealed in (True, False) for path, text in written(sealed).items() if "s3cr3t" in text] == []


def test_the_password_is_encrypted_where_that_is_possible() -> None:
    text = written(sealed=True)[VARIABLES]
    assert "password: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6\n" in text
    assert "Encrypt the password" not in written(sealed=True)[PAGE]
    assert "`ansible-vault encrypt_string --stdin-name vault_vrrp_password`" in written()[PAGE]


def test_the_page() -> None:
    page = written()[PAGE]
    assert "- 16 statements: 14 imported, 1 kept word for word, 1 not taken." in page
    assert r"| keepalived.conf:12 | `no_such_word a\|b` | keepalived knows no such word here |" in page
    assert "| keepalived.conf:13 | `accept` | lvs_cluster.vrrp.raw |" in page
    assert "| keepalived.conf:6 | `auth_pass ********` | lvs_cluster.vrrp.password |" in page
    assert "| keepalived.conf:3 | `virtual_router_id 51` | lvs_cluster.vrrp.virtual_router_id |" in page


@given(st.binary(max_size=60))
def test_any_bytes_can_be_written(data: bytes) -> None:
    found = imported(f"{TEXT}# \nstatic_routes {{\n {data.decode('utf-8', 'surrogateescape')}\n}}\n")
    for text in files(found, judged(found), ["keepalived.conf"], None).values():
        text.encode("utf-8", "replace")


def test_no_note_tells_a_secret() -> None:
    checked = "real_server 192.0.2.21 80 {\n MISC_CHECK {\n  misc_path /usr/bin/check --password s3cr3t\n }"
    found = imported(TEXT.replace("real_server 192.0.2.21 80 {", checked))
    page = files(found, judged(found), ["keepalived.conf"], None)[PAGE]
    assert "does not read the rest of the line, --password ********" in page
    assert "s3cr3t" not in page
