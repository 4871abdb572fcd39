# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a director's own packet filter would drop."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import VIEW, VIP, candidate

DOCKER = {"hook": "forward", "family": "ip", "tool": "iptables", "chain": "ip filter FORWARD"}
UFW = {"hook": "input", "family": "inet", "tool": "nftables", "chain": "inet filter input"}


FIREWALLD = {"hook": "input", "family": "inet", "tool": "firewalld", "chain": "inet firewalld filter_INPUT"}


def view(forward: str, opened: bool = False, directors: tuple[str, ...] = ("lvs1",)) -> dict[str, Any]:
    """Of a director with one service in IPv4."""
    return {
        **VIEW,
        "services": [{"address": VIP, "port": 80, "destinations": [{"forward": forward}]}],
        "virtual_routers": [{"family": "ipv4"}],
        "cluster_directors": list(directors),
        "filter": {"rules": [{"kind": "accept", "hook": "input"}] if opened else [{"kind": "masquerade"}]},
    }


def told(chain: dict[str, Any], of: dict[str, Any], **options: Any) -> list[str]:
    found = candidate(closed=[chain], view=of, **options)
    return [str(each) for each in findings(found, [found.cluster])]


@pytest.mark.parametrize(
    ("chain", "of", "words"),
    [
        (DOCKER, view("nat"), ["all answers of real servers by NAT. Make", "with lvs_cluster.firewall: iptables"]),
        (
            UFW,
            view("dr"),
            ["The cluster needs all that clients send to the services. Make", "or set lvs_cluster.open_firewall: true"],
        ),
        (FIREWALLD, view("dr"), ["with lvs_cluster.firewall: firewalld, which keeps that chain"]),
        (
            UFW,
            view("dr", directors=("lvs1", "lvs2")),
            ["send to the services and what the other directors advertise (VRRP;"],
        ),
    ],
)
def test_what_has_to_pass_a_closed_chain(chain: dict[str, Any], of: dict[str, Any], words: list[str]) -> None:
    (sentence,) = told(chain, of)
    assert sentence.startswith(f"lvs1: The chain {chain['chain']} of the host's own packet filter drops ")
    assert sentence.endswith(" [LVS741]")
    assert all(part in sentence for part in words)


@pytest.mark.parametrize(
    ("chain", "of"),
    [
        (DOCKER, view("nat", opened=True)),
        (DOCKER, view("dr")),
        ({**DOCKER, "family": "ip6"}, view("nat")),
    ],
)
def test_nothing_has_to_pass_there(chain: dict[str, Any], of: dict[str, Any]) -> None:
    assert told(chain, of) == []


def test_openings_that_firewalld_would_lose_are_told() -> None:
    opened = view("dr", opened=True)
    (sentence,) = told(FIREWALLD, opened)
    assert sentence.endswith("Set lvs_cluster.firewall: firewalld, or lvs_firewall: firewalld for this host [LVS742]")
    assert told({**FIREWALLD, "hook": "forward"}, opened) == []
    by_firewalld = {**opened, "filter": {**opened["filter"], "firewall": "firewalld"}}
    assert told(FIREWALLD, by_firewalld) == []
    assert told(UFW, opened) == []


def test_a_closed_firewall_is_told_until_the_director_is_set_up() -> None:
    assert told(UFW, view("dr"), is_set_up=True) == []
