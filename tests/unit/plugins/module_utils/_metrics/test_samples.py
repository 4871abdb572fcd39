# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of metrics, and their text. What Prometheus makes of it: tests/kernel/test_metrics.py."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Tuple

from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    DestinationKey,
    Service,
    ServiceKey,
    VirtualService,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.statistics import (
    Connections,
    Counts,
    DestinationStatistics,
    ServiceStatistics,
    Statistics,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.model import SyncDaemon
from ansible_collections.lvs.cluster.plugins.module_utils._metrics.model import METRICS, Reading
from ansible_collections.lvs.cluster.plugins.module_utils._metrics.samples import samples
from ansible_collections.lvs.cluster.plugins.module_utils._metrics.text import exposition

SHOP = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
MARKED = ServiceKey("ipv6", "", "", 0, 7)
WEB1, WEB2, SORRY = (DestinationKey(address, 80) for address in ("192.0.2.21", "192.0.2.22", "192.0.2.29"))
COUNTED = Statistics(Counts(2**63, 2, 3, 4, 5), Counts(0, 0, 0, 0, 0))


def reading(*destinations: Destination, **others: Any) -> Reading:
    """A director with a service of both real servers and a sorry server, of which these are in the table."""
    counted = {each.key: DestinationStatistics(Connections(6, 7, 8), COUNTED) for each in destinations}
    told: Dict[str, Any] = {
        "loaded": True,
        "version": "1.2.1",
        "table": {SHOP: VirtualService(Service("rr"), destinations)},
        "counted": {SHOP: ServiceStatistics(COUNTED, counted)},
        "defined": {(SHOP, WEB1): 3, (SHOP, WEB2): 1},
        "wanted": {(SHOP, WEB1): 3, (SHOP, WEB2): 1},
        "sorry_servers": {SHOP: frozenset([SORRY])},
        "floors": {SHOP: 1},
        "kept": frozenset(),
        "held_by": {"192.0.2.198": "vrrp"},
        "held": frozenset(["192.0.2.198"]),
        "processes": {"keepalived": True, "checkers": False},
        "sync_daemons": {"master": SyncDaemon("eth1")},
        "syncs": True,
        "in_standby": False,
        "barred": False,
        "at": 1796000000.25,
        "took": 0.012,
    }
    return Reading(**{**told, **others})


def values(of: Reading) -> Dict[Tuple[str, ...], float]:
    return {(name, *sample.labels): sample.value for name, found in samples(of).items() for sample in found}


def of_server(of: Reading, server: DestinationKey) -> Dict[str, float]:
    """The gauges of a real server, by the end of their names."""
    found = values(of).items()
    prefix = "lvs_real_server_"
    return {
        key[0][len(prefix) :]: number
        for key, number in found
        if key[0][: len(prefix)] == prefix and key[2] == str(server)
    }


BOTH = (Destination(*WEB1, weight=3), Destination(*WEB2, weight=1))


def test_every_metric_has_labels_as_it_says_and_some_value() -> None:
    found = samples(reading(*BOTH))
    assert [*found] == [*METRICS]
    for name, metric in METRICS.items():
        assert found[name]
        assert {len(sample.labels) for sample in found[name]} == {len(metric.labels)}
        assert metric.told.endswith((".", ")."))
        assert (metric.kind == "counter") == name.endswith("_total")


def test_a_real_server_that_serves() -> None:
    told = of_server(reading(*BOTH), WEB1)
    assert (told["weight"], told["weight_defined"], told["drained"], told["in_table"], told["healthy"]) == (
        3,
        3,
        0,
        1,
        1,
    )
    assert (told["active_connections"], told["inactive_connections"], told["persistent_connections"]) == (6, 7, 8)
    assert (told["connections_total"], told["outgoing_bytes_total"]) == (2**63, 5)


def test_a_real_server_that_is_out_of_the_table_has_no_connections_to_tell() -> None:
    director = reading(BOTH[0], floors={})
    assert of_server(director, WEB2) == {"weight": 0, "in_table": 0, "weight_defined": 1, "drained": 0, "healthy": 0}
    told = values(director)
    assert (told["lvs_service_weight", str(SHOP)], told["lvs_service_weight_defined", str(SHOP)]) == (3, 4)


def test_drained_is_healthy_and_weight_0_without_a_drain_is_not() -> None:
    inhibited = (Destination(*WEB1, weight=0), Destination(*WEB2, weight=0))
    director = reading(*inhibited, wanted={(SHOP, WEB1): 0, (SHOP, WEB2): 1})
    drained, failed = of_server(director, WEB1), of_server(director, WEB2)
    assert (drained["drained"], drained["healthy"]) == (1, 1)
    assert (failed["drained"], failed["healthy"]) == (0, 0)


def test_one_that_the_floor_keeps_is_in_the_table_and_not_healthy() -> None:
    director = reading(*BOTH, floors={SHOP: 2}, kept=frozenset([(SHOP, WEB2)]))
    served, kept = of_server(director, WEB1), of_server(director, WEB2)
    assert (served["in_table"], served["healthy"], served["kept"]) == (1, 1, 0)
    assert (kept["in_table"], kept["healthy"], kept["kept"]) == (1, 0, 1)
    assert values(director)["lvs_service_depool_floor", str(SHOP)] == 2
    assert "kept" not in of_server(reading(*BOTH, floors={}), WEB1)


def test_a_sorry_server_is_no_real_server() -> None:
    told = values(reading(Destination(*SORRY)))
    assert told["lvs_service_sorry_server_serves", str(SHOP)] == 1
    assert told["lvs_service_weight", str(SHOP)] == 0
    assert not [key for key in told if str(SORRY) in key]
    assert values(reading(*BOTH))["lvs_service_sorry_server_serves", str(SHOP)] == 0


def test_what_nobody_has_defined_is_counted_without_a_definition() -> None:
    told = of_server(reading(*BOTH, Destination("192.0.2.23", 80)), DestinationKey("192.0.2.23", 80))
    assert told["weight"] == 1
    assert "weight_defined" not in told
    assert "healthy" not in told


def test_without_ipvs_the_rest_is_told() -> None:
    director = reading(loaded=False, version="", table={}, counted={}, sync_daemons={})
    told = values(director)
    assert told["lvs_ipvs_loaded",] == 0
    assert told["lvs_real_server_healthy", str(SHOP), str(WEB1)] == 0
    assert [told["lvs_sync_daemon_running", role] for role in ("master", "backup")] == [0, 0]
    assert ("lvs_ipvs_info", "") not in told


def test_the_text_is_that_of_prometheus() -> None:
    marked = {MARKED: VirtualService(Service("wlc"), ())}
    counted = {MARKED: ServiceStatistics(COUNTED, {})}
    text = exposition(samples(reading(table=marked, counted=counted, version='a"b\\c')))
    lines = text.splitlines()
    assert "# TYPE lvs_service_connections_total counter" in lines
    assert 'lvs_service_connections_total{service="fwmark 7 ipv6"} 9223372036854775808' in lines
    assert 'lvs_service_info{service="fwmark 7 ipv6",vip="",port="",protocol="",fwmark="7",scheduler="wlc"} 1' in lines
    assert 'lvs_ipvs_info{version="a\\"b\\\\c"} 1' in lines
    assert "lvs_reading_timestamp_seconds 1796000000.250" in lines
    assert 'lvs_keepalived_process_running{process="checkers"} 0' in lines
    assert "lvs_real_server_active_connections" not in text


def test_the_work_for_a_service_does_not_grow_with_the_others() -> None:
    class Walked(Dict[Any, int]):
        times = 0

        def __iter__(self) -> Iterator[Any]:
            self.times += 1
            return super().__iter__()

    keys = [SHOP._replace(port=port) for port in range(1, 51)]
    defined = Walked({(key, WEB1): 1 for key in keys})
    assert len(samples(reading(defined=defined, wanted=dict(defined)))["lvs_service_weight_defined"]) == len(keys)
    assert defined.times < 10
