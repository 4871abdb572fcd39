# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics of a director as Prometheus and its node exporter take them; promtool and Prometheus judge the alerts."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _places
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.service import process_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._copies import METRICS, started
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.parse import parse
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module, run
from ansible_collections.lvs.cluster.tests.kernel.test_dead_real_servers import (
    CHECK,
    GROUPS,
    HOSTS,
    PORT,
    VIP,
    WEB1,
    WEB2,
    balanced,
    said,
    web,
)
from ansible_collections.lvs.cluster.tests.kernel.test_keepalived import INTERFACE, interface, put

COLLECTION = Path(__file__).resolve().parents[2]
ALERTS = COLLECTION / "docs/metrics/alerts.yml"
FILE = Path(_places.TEXTFILES) / _places.METRICS_FILE
SERVICE = f"tcp {VIP}:{PORT}"
KEEPALIVED = Path(_places.KEEPALIVED_CONF)
PROMETHEUS = "127.0.0.1:9090"

__all__ = ["interface", "web"]
needs_a_director = pytest.mark.usefixtures("kernel", "interface")

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped() -> Series:
    """What the node exporter tells, by the name of the metric and its labels."""
    with urllib.request.urlopen("http://127.0.0.1:9100/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    found = (re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line) for line in lines if line[:1] != "#")
    return {
        (line[1], frozenset(re.findall(r'(\w+)="([^"]*)"', line[2] or ""))): float(line[3]) for line in found if line
    }


def value(series: Series, name: str, **labels: str) -> float:
    return series[name, frozenset(labels.items())]


def of_server(series: Series, name: str, address: str) -> float:
    return value(series, f"lvs_real_server_{name}", service=SERVICE, real_server=f"{address}:{PORT}")


def install(check: bool = False, **options: Any) -> dict[str, Any]:
    result = module("metrics", check=check, program=started(METRICS), **options)
    assert not result.get("failed"), result
    return result


def read_again() -> None:
    run("systemctl", "start", "lvs-metrics.service")


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(1)
    return condition()


@pytest.fixture
def director(web: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A director of two with keepalived, the exporter and the node exporter; its real servers, by their addresses."""
    service = {"name": "shop", "address": VIP, "port": PORT, "forward": "nat", "scheduler": "rr", "checks": CHECK}
    cluster = parse({}, [{**service, "real_servers": "web"}], GROUPS, HOSTS)
    content = configuration(cluster, cluster.directors[0], {"192.0.2.2": INTERFACE, VIP: INTERFACE})
    KEEPALIVED.parent.mkdir(exist_ok=True)
    assert put(KEEPALIVED.parent, content)["changed"]
    run("systemctl", "start", "keepalived.service", "prometheus-node-exporter.service")
    install()
    try:
        run("systemctl", "daemon-reload")
        run("systemctl", "start", "lvs-metrics.timer")
        eventually(lambda: len(balanced()) == 2, balanced)
        eventually(FILE.exists)
        yield web
    finally:
        run("systemctl", "stop", "lvs-metrics.timer", "keepalived.service", "prometheus-node-exporter.service")
        module("metrics", state="absent")
        run("systemctl", "daemon-reload")
        KEEPALIVED.unlink()


@needs_a_director
def test_the_exporter_comes_and_goes() -> None:
    foretold = install(check=True)
    assert foretold["changed"]
    assert not Path(_places.METRICS_PROGRAM).exists()
    result = install()
    assert (result["paths"], result["diff"]) == (foretold["paths"], foretold["diff"])
    assert not install()["changed"]
    stale = Path(_places.METRICS_PROGRAM) / "lvs_cluster/_older.py"
    stale.write_text("")
    assert install()["paths"] == [str(stale)]
    assert not stale.exists()
    run("systemctl", "daemon-reload")
    read_again()
    assert "\nlvs_ipvs_loaded 1\n" in FILE.read_text()
    assert FILE.stat().st_mode & 0o777 == 0o644
    capabilities = run("systemctl", "show", "--property=CapabilityBoundingSet", "lvs-metrics.service")
    assert capabilities.strip() == "CapabilityBoundingSet=cap_net_admin"
    run("systemctl", "start", "lvs-metrics.timer")
    run("systemctl", "start", "--no-block", "lvs-metrics.service")
    run("systemctl", "stop", "lvs-metrics.timer")  # and the run that has just begun
    states = run("systemctl", "show", "--property=ActiveState", "lvs-metrics.timer", "lvs-metrics.service").split()
    assert states == ["ActiveState=inactive"] * 2
    removed = module("metrics", state="absent")
    assert removed["changed"]
    assert str(FILE) in removed["paths"]
    left = (FILE, *(Path(path) for path in (_places.METRICS_SERVICE, _places.METRICS_TIMER, _places.METRICS_PROGRAM)))
    assert [path for path in (*left, Path(_places.METRICS_CACHE)) if path.exists()] == []
    assert not module("metrics", state="absent")["changed"]
    run("systemctl", "daemon-reload")


def test_a_folder_that_is_not_there_is_told() -> None:
    result = module("metrics", folder="/var/lib/nowhere", program=started(METRICS))
    assert result["failed"]
    assert "There is no folder /var/lib/nowhere, from which the Prometheus node exporter takes metrics" in result["msg"]
    assert not Path(_places.METRICS_PROGRAM).exists()


@needs_a_director
def test_the_numbers_are_those_of_the_node_exporter(director: dict[str, Any]) -> None:
    eventually(lambda: f"inet {VIP}/32 scope global {INTERFACE}" in run("ip", "-4", "address", "show"))
    ipvsadm("-Z")
    clients = [socket.create_connection((VIP, PORT), 5) for _number in range(3)]
    assert {said(client) for client in clients} == {WEB1, WEB2}
    clients.pop().close()
    time.sleep(5)  # the kernel brings its counters up to date every two seconds
    read_again()
    series = scraped()
    for client in clients:
        client.close()
    for name in ("connections", "incoming_packets", "outgoing_packets", "incoming_bytes", "outgoing_bytes"):
        total = series[f"node_ipvs_{name}_total", frozenset()]
        assert value(series, f"lvs_service_{name}_total", service=SERVICE) == total > 0
        assert sum(of_server(series, f"{name}_total", address) for address in (WEB1, WEB2)) == total
    assert value(series, "lvs_service_connections_total", service=SERVICE) == 3
    for address in (WEB1, WEB2):
        backend = {
            "local_address": VIP,
            "local_mark": "",
            "local_port": str(PORT),
            "proto": "TCP",
            "remote_address": address,
            "remote_port": str(PORT),
        }
        for own, theirs in (
            ("active_connections", "connections_active"),
            ("inactive_connections", "connections_inactive"),
            ("weight", "weight"),
        ):
            assert of_server(series, own, address) == value(series, f"node_ipvs_backend_{theirs}", **backend)
    assert sum(of_server(series, "active_connections", address) for address in (WEB1, WEB2)) == 2
    assert value(series, "lvs_vip_held", vip=VIP, held_by="vrrp") == 1
    for process in ("keepalived", "checkers", "vrrp"):
        assert value(series, "lvs_keepalived_process_running", process=process) == 1
    assert value(series, "lvs_service_weight", service=SERVICE) == 2
    assert time.time() - value(series, "lvs_reading_timestamp_seconds") < 10
    assert value(series, "node_textfile_scrape_error") == 0


@needs_a_director
def test_a_drain_and_a_checker_that_is_stopped_are_seen(director: dict[str, Any]) -> None:
    assert module("ipvs_real_server", address=WEB1, state="drained")["changed"]
    read_again()
    series = scraped()
    told = [of_server(series, name, WEB1) for name in ("weight", "weight_defined", "drained", "healthy", "in_table")]
    assert told == [0, 1, 1, 1, 1]
    assert of_server(series, "drained", WEB2) == 0
    checker = str(process_of("checkers"))
    run("kill", "-STOP", checker)
    try:
        read_again()
        series = scraped()
    finally:
        run("kill", "-CONT", checker)
    assert value(series, "lvs_keepalived_process_running", process="checkers") == 0
    assert value(series, "lvs_keepalived_process_running", process="vrrp") == 1
    assert module("ipvs_real_server", address=WEB1, state="active")["changed"]


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[None]:
    """Prometheus with the shipped rules, which scrapes this director."""
    shutil.copy(ALERTS, tmp_path / "alerts.yml")
    (tmp_path / "prometheus.yml").write_text(
        "global: {scrape_interval: 5s, evaluation_interval: 5s}\n"
        "rule_files: [alerts.yml]\n"
        "scrape_configs:\n"
        "  - job_name: directors\n"
        "    params: {'collect[]': [textfile]}\n"  # all other collectors keep an emulated machine busy
        "    static_configs: [{targets: ['127.0.0.1:9100']}]\n"
    )
    words = ["prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            [*words, f"--web.listen-address={PROMETHEUS}"], stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        yield
        process.send_signal(signal.SIGTERM)


def alerts() -> dict[str, str]:
    """The alerts of Prometheus, each with its state."""
    try:
        with urllib.request.urlopen(f"http://{PROMETHEUS}/api/v1/alerts", timeout=20) as answer:
            told = json.load(answer)["data"]["alerts"]
    except OSError:
        return {"": "Prometheus is not there yet"}
    return {
        f"{each['labels']['alertname']} {each['labels'].get('real_server', '')}".strip(): each["state"] for each in told
    }


@needs_a_director
@pytest.mark.usefixtures("prometheus")
def test_an_alert_fires_when_a_real_server_dies(director: dict[str, Any]) -> None:
    assert within(60, lambda: alerts() == {}), alerts()
    director[WEB2].kill()
    failed = f"LvsRealServerFailed {WEB2}:{PORT}"
    assert within(180, lambda: alerts().get(failed) == "firing"), alerts()
    assert {"LvsServiceOnLastRealServer", failed} == set(alerts())


def test_the_alert_rules_do_what_they_say() -> None:
    assert "SUCCESS" in run("promtool", "check", "rules", str(ALERTS))
    for name in ("alerts.yml", "alerts-of-hours.yml"):
        assert "SUCCESS" in run("promtool", "test", "rules", str(COLLECTION / "tests/kernel" / name))
