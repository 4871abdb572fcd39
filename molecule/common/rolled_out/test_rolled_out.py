# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Right after the roll-out all services answer; how, each scenario's own tests see after the reboot."""

from __future__ import annotations

from ansible_collections.lvs.cluster.molecule.conftest import Lab, eventually, listed

REQUESTS = 4


def answers(lab: Lab, protocol: str, address: str, port: int) -> set[str]:
    """The hosts that answer some requests to an address; an error where a request fails."""
    if protocol == "udp":
        return set(lab.datagrams(address, REQUESTS, port=port))
    host = f"[{address}]" if ":" in address else address
    if port == 21:
        return {lab.output("client", f"curl -sS --max-time 10 --disable-epsv ftp://{host}/index.html")}
    return set(lab.requests(f"http://{host}:{port}/", REQUESTS))


def test_every_service_answers(lab: Lab) -> None:
    for director in lab.cluster["lvs_directors"]:  # keepalived may still have to look at some
        eventually(lambda director=director: " -w 0" not in lab.output(director, "ipvsadm -S -n"))  # type: ignore[misc]
    places = [
        (service.get("protocol", "tcp"), address, port)
        for service in lab.definition["lvs_services"]
        for address in listed(service["address"])
        for port in listed(service["port"])
    ]
    assert places
    for place in places:
        found = answers(lab, *place)
        assert (place, found) == (place, found & set(lab.hosts))
        assert found
