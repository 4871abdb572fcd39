# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one host needs of the clusters, taken out of the whole and put together again."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.shares import frame_of, shares_of, with_shares
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.clusters import Clusters
from ansible_collections.lvs.cluster.plugins.plugin_utils._view.host import host_view
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

TWO = {"lvs_directors": ["lvs1", "lvs2"]}
NAT = {"forward": "nat", "nat_return": "policy_route"}
OWN = {"address": "198.51.100.9"}  # of no host of the inventory
CLUSTERS: dict[str, Clusters] = {
    "direct routing": Clusters.of(parse(service(), groups=TWO)),
    "sorry": Clusters.of(
        parse(service(real_servers=[{"host": "web2"}, OWN, {"host": "lvs2"}], sorry_server={"host": "web1"}))
    ),
    "a director that serves": Clusters.of(parse(service(), groups={**TWO, "web": ["web1", "lvs2"]}, engine=None)),
    "nat": Clusters.of(parse(service(**NAT), service(name="other", address="192.0.2.199", real_servers=[OWN], **NAT))),
    "tunnel and mark": Clusters.of(
        parse(
            service(forward="tun", tunnel_type="gue"),
            service(name="marked", fwmark=7, address="192.0.2.197", protocol="tcp", real_servers=[{"host": "web2"}]),
        )
    ),
    "two clusters": Clusters.of(
        parse(service(), cluster={"name": "one", "directors": "one"}, groups={"one": ["lvs1"]}),
        parse(
            service(address="192.0.2.199", real_servers=[{"host": "web2"}]),
            cluster={"name": "two", "directors": "two"},
            groups={"two": ["lvs2"]},
        ),
        wanted="two",
    ),
}


@pytest.fixture(params=CLUSTERS)
def clusters(request: Any) -> Clusters:
    return CLUSTERS[request.param]


def test_all_shares_make_the_whole(clusters: Clusters) -> None:
    shares = shares_of(clusters)
    assert with_shares(frame_of(clusters), shares.values()) == clusters
    assert with_shares(frame_of(clusters), reversed([*shares.values()])) == clusters


def test_a_share_is_enough_for_a_real_servers_view(clusters: Clusters) -> None:
    shares = shares_of(clusters)
    for host in ("web1", "web2", "named"):
        alone = with_shares(frame_of(clusters), [shares[host]] if host in shares else [])
        assert host_view(alone, host) == host_view(clusters, host)
        assert [cluster.name for cluster in alone.of_host(host)] == [cluster.name for cluster in clusters.of_host(host)]


def test_the_frame_knows_all_but_real_servers(clusters: Clusters) -> None:
    frame = frame_of(clusters)
    assert not any(cluster.realserver_hosts for cluster in frame.every)
    assert [cluster.directors for cluster in frame.every] == [cluster.directors for cluster in clusters.every]
    assert frame.chosen == clusters.chosen


def test_a_share_names_no_other_host() -> None:
    shares = shares_of(CLUSTERS["sorry"])
    assert shares.keys() == {None, "lvs2", "web1", "web2"}
    assert {seat.server.host for seat in shares["web1"].seats} == {"web1"}
    assert [seat.server.address for seat in shares[None].seats] == [OWN["address"]]
