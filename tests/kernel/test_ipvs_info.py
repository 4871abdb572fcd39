# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ipvs_info as Ansible starts it, with real connections, and ipvsadm, sysctl and /proc as witnesses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel import traffic
from ansible_collections.lvs.cluster.tests.kernel.conftest import ipvsadm, module, paired, run

COUNTS = ("connections", "incoming_packets", "outgoing_packets", "incoming_bytes", "outgoing_bytes")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of the real servers, when their connections have been counted."""
    with traffic.connections() as port:
        traffic.wait_for_counters()
        yield port


def between(witness: Callable[[], Any]) -> tuple[dict[str, Any], Any]:
    """The module's result, and what the witness says both before and after it."""
    for _attempt in range(10):
        before = witness()
        result = module("ipvs_info")
        if witness() == before:
            return result, before
    raise AssertionError(f"what ipvsadm tells does not come to rest: {before}")


def name(entry: dict[str, Any]) -> str:
    """What ipvsadm calls a service or a real server."""
    if "fwmark" in entry:
        return f"FWM {entry['fwmark']}"
    address = f"[{entry['address']}]" if ":" in entry["address"] else entry["address"]
    protocol = f"{entry['protocol'].upper()} " if "protocol" in entry else ""
    return f"{protocol}{address}:{entry['port']}"


def told(result: dict[str, Any], numbers: Callable[[dict[str, Any]], list[int]]) -> dict[str, list[int]]:
    """The numbers of each service and real server, under the names that ipvsadm gives them."""
    rows = {}
    for service in result["statistics"]:
        rows[name(service)] = numbers(service)
        rows.update({f"{name(service)} -> {name(there)}": numbers(there) for there in service["destinations"]})
    return rows


@pytest.mark.usefixtures("port")
@pytest.mark.parametrize(("kind", "option"), [("counters", "--stats"), ("rates", "--rate")])
def test_counters_and_rates_are_those_of_ipvsadm(kind: str, option: str) -> None:
    result, witness = between(lambda: traffic.counted_by_ipvsadm(option))
    assert told(result, lambda entry: [entry[kind][count] for count in COUNTS]) == witness


@pytest.mark.usefixtures("port")
def test_what_was_sent_is_counted() -> None:
    """Three connections of 1000 bytes and three times as many back, beside their headers."""
    service = next(entry for entry in module("ipvs_info")["statistics"] if name(entry) == f"TCP {traffic.VIP}:8000")
    counters = service["counters"]
    assert counters["connections"] == 3
    assert 3000 < counters["incoming_bytes"] == 3000 + headers(counters["incoming_packets"])
    assert 9000 < counters["outgoing_bytes"] == 9000 + headers(counters["outgoing_packets"])
    assert service["destinations"][0]["counters"] == counters
    assert set(service["destinations"][1]["counters"].values()) == {0}


def headers(packets: int) -> int:
    """IP and TCP, with the timestamps; each of three connections begins with 8 bytes more of options."""
    return 52 * packets + 3 * 8


def test_connections_are_those_that_ipvsadm_and_the_kernel_list(port: int) -> None:
    result, witness = between(lambda: traffic.counted_by_ipvsadm("--persistent-conn"))
    rows = {}
    for service, counted in paired(result["services"], result["statistics"]):
        for setting, there in paired(service["destinations"], counted["destinations"]):
            rows[f"{name(service)} -> {name(there)}"] = [
                setting["weight"],
                there["persistent_connections"],
                there["active_connections"],
                there["inactive_connections"],
            ]
    assert rows == witness
    real_server = f"127.0.0.1:{port}"
    assert rows[f"TCP {traffic.VIP}:8000 -> {real_server}"] == [1, 1, 2, 1]
    listed = [line.split() for line in ipvsadm("-L", "-c", "-n")]
    states = {words[3]: words[2] for words in listed if words[0] == "TCP" and words[-1] == real_server}
    template = states.pop(f"{traffic.VIP}:0")
    assert template == "ASSURED"  # the client, which persistence keeps here
    assert sorted(states.values()) == ["ESTABLISHED", "ESTABLISHED", "TIME_WAIT"]
    in_proc = Path("/proc/net/ip_vs_conn").read_text().splitlines()
    assert len([line for line in in_proc if line.startswith("TCP") and f"7F000001 {port:04X}" in line]) == 4


@pytest.mark.usefixtures("port")
def test_statistics_are_in_the_order_of_the_services_and_these_can_still_be_applied() -> None:
    result = module("ipvs_info")
    identity = ("address", "port", "protocol", "fwmark", "family")
    for service, counted in paired(result["services"], result["statistics"]):
        assert {key: service.get(key) for key in identity} == {key: counted.get(key) for key in identity}
    applied = module("ipvs_services", state="overridden", services=result["services"])
    assert applied.get("changed") is False, applied


@pytest.mark.usefixtures("port")
def test_the_table_is_the_same_without_statistics() -> None:
    result = module("ipvs_info")
    alone = module("ipvs_info", statistics=False)
    assert "statistics" not in alone
    assert alone["services"] == result["services"]


def test_timeouts_are_those_of_ipvsadm() -> None:
    ipvsadm("--set", "901", "121", "301")
    try:
        assert module("ipvs_info")["timeouts"] == {"tcp": 901, "tcpfin": 121, "udp": 301}
    finally:
        ipvsadm("--set", "900", "120", "300")


def test_daemons_are_those_of_ipvsadm() -> None:
    assert module("ipvs_info")["sync_daemons"] == {}
    ipvsadm("--start-daemon", "backup", "--mcast-interface", "lo", "--syncid", "7", "--mcast-group", "ff02::81")
    try:
        daemons = module("ipvs_info")["sync_daemons"]
        assert not module("ipvs_sync_daemon", roles=["backup"], **daemons["backup"])["changed"]
    finally:
        ipvsadm("--stop-daemon", "backup")
    assert daemons == {
        "backup": {"interface": "lo", "sync_id": 7, "max_length": 65487, "group": "ff02::81", "port": 8848, "ttl": 1}
    }


def test_sysctls_are_those_of_sysctl() -> None:
    sysctls = module("ipvs_info")["sysctls"]
    lines = [line.partition(" = ") for line in run("sysctl", "-a", "-r", r"^net\.ipv4\.vs\.").splitlines()]
    assert sysctls == {key: " ".join(value.split()) for key, _equals, value in lines}
    assert sysctls["net.ipv4.vs.sync_threshold"] == "3 50"


def test_hidden_sysctls_are_none() -> None:
    """As in a container, whose /proc/sys has no such folder."""
    hide = 'mount -t tmpfs none /proc/sys/net/ipv4 && exec "$@"'
    result = module("ipvs_info", prefix=("unshare", "--mount", "sh", "-c", hide, "sh"))
    assert result["sysctls"] == {}
    assert result["timeouts"]["tcp"] == 900
