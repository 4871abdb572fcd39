# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, problems, service


def test_a_director_that_is_the_sorry_server_itself() -> None:
    def sorry(family_address: str = "192.0.2.198", **options: object) -> dict[str, Any]:
        servers = "web" if "." in family_address else "six"
        listed = {"address": "127.0.0.1", **options}
        return service(address=family_address, real_servers=servers, sorry_server=listed)

    assert problems(sorry(host="lvs2")) == [
        "lvs_services[0].sorry_server.address: 127.0.0.1 is the director itself, whichever has the VIP; leave it out, "
        "or leave out the host lvs2"
    ]
    assert problems(sorry(forward="tun")) == [
        "lvs_services[0].sorry_server.forward: tun: what stays on the director needs no tunnel; choose dr, or nat"
    ]
    assert problems(sorry("2001:db8::c6")) == [
        "lvs_services[0].sorry_server: lvs1 needs an ipv6 address to be the sorry server itself: set lvs_ipv6_address"
    ]
    (found,) = problems(sorry(port=8080))
    assert found.startswith("lvs_services[0].sorry_server.port: dr leaves packets at port 80")
    for loopback in ("127.0.0.1", "::1"):
        (one, _other) = parse(
            {
                **sorry(),
                "address": ["192.0.2.198", "2001:db8::c6"],
                "forward": "tun",
                "sorry_server": {"address": loopback},
            },
            hosts={"lvs1": {"ansible_host": "192.0.2.2", "lvs_ipv6_address": "2001:db8::2"}},
        ).services
        assert one.sorry_server is not None
        assert (one.sorry_server.address, one.sorry_server.forward) == ("127.0.0.1", "dr")
