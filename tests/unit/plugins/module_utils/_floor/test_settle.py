# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of floors on a host, by what keepalived.conf and the table say."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._floor import settle as under_test
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    Service,
    ServiceKey,
    Table,
    VirtualService,
)

CHECKED = ServiceKey("ipv4", "tcp", "127.113.0.1", 80, 0)
CONFIGURATION = """
{tracked}
virtual_server 192.0.2.198 80 {{
    protocol TCP
{members}}}
virtual_server_group checks:shop_ipv4_tcp {{
    127.113.0.1 80
}}
virtual_server group checks:shop_ipv4_tcp {{
    protocol TCP
    quorum {least}
    real_server 192.0.2.21 80 {{
        weight 1
    }}
    real_server 192.0.2.22 80 {{
        weight 1
    }}
}}
"""


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "failed").mkdir()
    (tmp_path / "drained").mkdir()
    monkeypatch.setattr(under_test, "FAILED", str(tmp_path / "failed"))
    monkeypatch.setattr(under_test, "LOCK", str(tmp_path / "lock"))
    configure(tmp_path, least=1)
    return tmp_path


def configure(host: Path, least: int) -> None:
    paths = [f"{host}/failed/{address}:80@shop_ipv4_tcp" for address in ("192.0.2.21", "192.0.2.22")]
    tracked = "".join(f"track_file {path} {{\n    file {path}\n}}\n" for path in paths)
    members = "".join(
        f"    real_server {Path(path).name.partition(':')[0]} 80 {{\n        weight 3\n        FILE_CHECK {{\n"
        f"            track_file {path}\n        }}\n    }}\n"
        for path in paths
    )
    text = CONFIGURATION.format(tracked=tracked, members=members, least=least)
    (host / "keepalived.conf").write_text(text)


def table(*passing: str) -> Table:
    destinations = tuple(Destination(address, 80) for address in passing)
    return {CHECKED: VirtualService(Service("rr"), destinations)}


def settle(host: Path, there: Table) -> Dict[str, str]:
    under_test.settle(lambda: there, f"{host}/keepalived.conf", f"{host}/drained")
    return {path.name.partition(":")[0]: path.read_text() for path in (host / "failed").glob("*")}


def test_the_files_say_who_is_out(host: Path) -> None:
    assert settle(host, table("192.0.2.21", "192.0.2.22")) == {}
    assert settle(host, table("192.0.2.22")) == {"192.0.2.21": "1\n"}
    assert settle(host, table()) == {"192.0.2.21": "1\n", "192.0.2.22": "0\n"}
    assert settle(host, table("192.0.2.21")) == {"192.0.2.22": "1\n"}


def test_without_a_keepalived_at_work_nothing_is_known(host: Path) -> None:
    settle(host, table("192.0.2.22"))
    assert settle(host, {}) == {"192.0.2.21": "1\n"}


def test_a_lower_floor_lets_one_more_go(host: Path) -> None:
    configure(host, least=2)
    assert settle(host, table("192.0.2.22")) == {"192.0.2.21": "0\n"}
    configure(host, least=1)
    assert settle(host, table("192.0.2.22")) == {"192.0.2.21": "1\n"}


def test_what_an_operator_drains_counts_as_out(host: Path) -> None:
    (host / "drained" / "192.0.2.22").write_text("-1000000\n")
    assert settle(host, table("192.0.2.22")) == {"192.0.2.21": "0\n"}


def test_files_of_no_floor_go(host: Path) -> None:
    (host / "failed" / "192.0.2.29:80@other_ipv4_tcp").write_text("1\n")
    assert settle(host, table("192.0.2.21", "192.0.2.22")) == {}


def test_the_log_says_who_stays(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(under_test.syslog, "syslog", lambda _level, text: told.append(text))
    settle(host, table("192.0.2.22"))
    settle(host, table())
    settle(host, table())
    assert told == [
        "Service shop_ipv4_tcp: the checks of 192.0.2.22:80 fail, and still the depool_floor of 1 keeps it in the "
        "table: too many others are out"
    ]
