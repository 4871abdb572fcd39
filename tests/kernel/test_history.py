# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module that changes a host writes into the history of the host, which history_info reads back.

CASES has a change of every one of them: tests/unit/test_history_law.py says so, from the modules' documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _places
from ansible_collections.lvs.cluster.plugins.module_utils._predecessors.model import Predecessor, record
from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run

VIP = {"address": "192.0.2.198", "port": 80}
SERVICE = {**VIP, "scheduler": "rr", "destinations": [{"address": "192.0.2.21", "port": 80}]}
OF_THE_SERVICE = {"service_address": "192.0.2.198", "service_port": 80, "address": "192.0.2.21", "port": 80}
LINK, UNIT = "history", Path("/etc/systemd/system/ldirectord.service")
PASSWORD = "s3cr3t-Pass"
CONFIGURATION = f"""# Written by lvs.cluster, as a whole; a change by hand is lost at the next run.
vrrp_instance lvs {{
    state BACKUP
    interface {LINK}
    virtual_router_id 51
    authentication {{
        auth_type PASS
        auth_pass {PASSWORD[:8]}
    }}
    virtual_ipaddress {{
        192.0.2.198/32
    }}
}}
"""
ANNOUNCED = {
    "program": "bird",
    "local_as": 64520,
    "router_id": "198.51.100.7",
    "neighbours": [{"address": "198.51.100.1", "remote_as": 64500}],
    "prefixes": ["192.0.2.198/32"],
}
# What systemd takes for a service that has started.
STARTED = """import os, socket, time
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
time.sleep(600)
"""
# module -> options of calls, of which the last is a change; what one of its commands, files or lines has in it.
CASES: dict[str, tuple[list[dict[str, Any]], str]] = {
    "ipvs_service": ([{**VIP, "scheduler": "rr"}], "ipvsadm -A -t 192.0.2.198:80 -s rr"),
    "ipvs_destination": ([OF_THE_SERVICE], "ipvsadm -a -t 192.0.2.198:80 -r 192.0.2.21:80"),
    "ipvs_services": ([{"services": [SERVICE]}], "ipvsadm -A -t 192.0.2.198:80 -s rr"),
    "ipvs_real_server": ([{"address": "192.0.2.21", "state": "drained", "force": True}], "192.0.2.21:80"),
    "ipvs_timeouts": ([{"tcp": 901}], "ipvsadm --set 901"),
    "ipvs_sync_daemon": ([{"roles": ["backup"], "interface": LINK}], "ipvsadm --start-daemon backup"),
    "host_network": ([{"addresses": [{"address": "192.0.2.198/32", "interface": "lo"}]}], "192.0.2.198/32 dev lo"),
    "packet_filter": ([{"rules": [{"kind": "redirect", **VIP, "protocol": "tcp"}]}], "192.0.2.198"),
    "keepalived": ([{"content": CONFIGURATION, "path": "/run/lvs-history/keepalived.conf"}], "auth_type PASS"),
    "bgp": ([ANNOUNCED], "systemctl start bird.service"),
    "director_marks": ([{"standby": True}], "+-254"),
    "predecessors": ([{"state": "given_back"}], f"systemctl enable {UNIT.name}"),
    "metrics": ([{"folder": "/run/lvs-history", "program": {"exporter.py": "print()"}}], _places.METRICS_PROGRAM),
    "announcer": ([{"program": {"__main__.py": STARTED}}], _places.ANNOUNCER_FILE),
    "history": ([{"commands": ["apt-get install shop"]}], "apt-get install shop"),
}
BEFORE: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "ipvs_destination": [("ipvs_service", {**VIP, "scheduler": "rr"})],
    "ipvs_real_server": [("ipvs_services", {"services": [SERVICE]})],
}
UNDOING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ipvs_services", {"state": "deleted", "all": True}),
    ("ipvs_timeouts", {"tcp": 900}),
    ("ipvs_sync_daemon", {"state": "absent", "roles": ["backup"]}),
    ("host_network", {"state": "deleted", "addresses": [{"address": "192.0.2.198/32", "interface": "lo"}]}),
    ("packet_filter", {"state": "deleted", "all": True}),
    ("director_marks", {"standby": False, "forget_drains": True}),
    ("bgp", {"state": "absent"}),
    ("metrics", {"state": "absent", "folder": "/run/lvs-history"}),
    ("announcer", {"state": "absent"}),
)


@pytest.fixture(autouse=True)
def host() -> Iterator[None]:
    """A host without a history, and as it was afterwards."""
    run("rm", "-rf", str(Path(_places.HISTORY).parent), "/run/lvs-history")
    Path("/run/lvs-history").mkdir()
    run("ip", "link", "add", LINK, "type", "veth", "peer", "name", f"{LINK}-peer")
    for name in (LINK, f"{LINK}-peer"):
        run("ip", "link", "set", name, "up")
    run("ip", "address", "add", "198.51.100.7/25", "dev", LINK)
    try:
        yield
    finally:
        undone = [module(name, **options) for name, options in UNDOING]
        run("ip", "link", "delete", LINK)
        if UNIT.exists():
            run("systemctl", "disable", UNIT.name)
            UNIT.unlink()
        run("rm", "-rf", str(Path(_places.HISTORY).parent), "/run/lvs-history", _places.PREDECESSORS)
    assert [result["msg"] for result in undone if result.get("failed")] == []


def entries() -> list[dict[str, Any]]:
    result = module("history_info")
    assert result["damaged"] == 0
    found: list[dict[str, Any]] = result["entries"]
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_written_down(name: str) -> None:
    calls, word = CASES[name]
    if name == "predecessors":
        Path(_places.FOLDER).mkdir(exist_ok=True)
        UNIT.write_text("[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n")
        run("systemctl", "daemon-reload")
        Path(_places.PREDECESSORS).write_text(record([Predecessor(UNIT.stem, at_boot=True, active=False)]) or "")
    for other, options in BEFORE.get(name, ()):
        assert module(other, **options)["changed"]
    known = len(entries())
    for options in calls:
        foretold = module(name, check=True, **options)
        assert foretold.get("changed"), foretold
    assert len(entries()) == known
    origin = {"user": "anna@desk", "playbook": "lvs.cluster.site", "definitions": {"lvs_directors": "8c0d5f1e4a3b"}}
    for options in calls:
        result = module(name, **options, origin=origin)
        assert result.get("changed"), result
    added = entries()[known:]
    assert [each["origin"] for each in added] == [origin] * len(calls)
    told = [*added[-1]["commands"], *added[-1]["files"], *added[-1]["diff"]]
    assert any(word in line for line in told), added
    assert not added[-1]["failure"]


def test_a_second_call_writes_nothing() -> None:
    assert module("ipvs_service", **VIP, scheduler="rr")["changed"]
    assert not module("ipvs_service", **VIP, scheduler="rr")["changed"]
    assert len(entries()) == 1


def test_no_password_is_written_down() -> None:
    assert module("keepalived", content=CONFIGURATION, path="/run/lvs-history/keepalived.conf")["changed"]
    assert PASSWORD[:8] not in Path(_places.HISTORY).read_text()


def test_it_goes_with_the_last_part_of_a_cluster() -> None:
    module("director_marks", standby=True)
    assert module("history", state="absent")["kept_for"] == [_places.FOLDER]
    assert len(entries()) == 1
    module("director_marks", standby=False, forget_drains=True)
    run("rm", "-rf", _places.FOLDER)
    assert module("history", state="absent")["changed"]
    assert not Path(_places.HISTORY).parent.exists()
    assert not module("history", state="absent")["changed"]
