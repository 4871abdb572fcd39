# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service

WEB1 = [{"host": "web1"}]


@pytest.mark.parametrize(
    ("options", "cluster", "expected"),
    [
        (
            {"forward": "tun", "tunnel_port": 6080, "real_servers": WEB1},
            None,
            "lvs_services[0].real_servers[0].tunnel_port: ipip has no port; gue has",
        ),
        (
            {"forward": "tun", "tunnel_type": "gre", "tunnel_checksum": "remcsum", "real_servers": WEB1},
            None,
            "lvs_services[0].real_servers[0].tunnel_checksum: gre does not support remcsum, only nocsum, csum",
        ),
    ],
)
def test_what_a_tunnel_cannot_have_is_refused(
    options: dict[str, Any], cluster: dict[str, Any] | None, expected: str
) -> None:
    assert problems(service(**options), cluster=cluster)[-1 if "label" not in str(cluster) else 0] == expected


def test_one_host_unpacks_gre_in_one_way() -> None:
    def gre(name: str, port: int, checksum: str) -> dict[str, Any]:
        options = {"forward": "tun", "tunnel_type": "gre", "tunnel_checksum": checksum, "real_servers": WEB1}
        return service(name=name, port=port, **options)

    assert problems(gre("one", 80, "csum"), gre("two", 81, "nocsum")) == [
        "lvs_services[1].real_servers[0].tunnel_checksum: web1 unpacks gre with csum for another service; "
        "it must be the same for all"
    ]
    parse(gre("one", 80, "csum"), gre("two", 81, "csum"))


def test_gue_takes_every_kind_of_checksum() -> None:
    parse(service(forward="tun", tunnel_type="gue", tunnel_checksum="remcsum"))


@pytest.mark.parametrize(
    ("kind", "expected"), [("ipip", ("ipip", 0, "nocsum")), ("gre", ("gre", 0, "csum")), ("gue", ("gue", 6090, "csum"))]
)
def test_a_real_server_with_a_tunnel_of_its_own_takes_what_its_type_can_have(
    kind: str, expected: tuple[str, int, str]
) -> None:
    own = [{"host": "web1", "tunnel_type": kind}]
    shop = service(forward="tun", tunnel_type="gue", tunnel_port=6090, tunnel_checksum="csum", real_servers=own)
    (server,) = parse(shop).services[0].real_servers
    assert (server.tunnel_type, server.tunnel_port, server.tunnel_checksum) == expected
