# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What advertisements name: the same on all directors of a cluster at all times, and another in each cluster."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import ADVERTISED
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.advertised import advertised_addresses, in_use
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.vrrp import VrrpInstance

ONE = VrrpInstance("one", 51, ("192.0.2.198",), ())
OTHER = VrrpInstance("other", 52, ("192.0.2.199",), ())
SIX = VrrpInstance("six", 51, ("2001:db8::c6",), ())


def router(name: str, number: int, advertised: str, family: str = "ipv4") -> dict[str, Any]:
    return {"name": name, "virtual_router_id": number, "family": family, "advertised": advertised}


def test_clusters_with_the_same_virtual_router_differ_by_their_vips() -> None:
    seen = set()
    for number in range(1, 255):
        addresses = advertised_addresses([VrrpInstance("lvs", 51, (f"192.0.2.{number}",), ())], {})
        assert addresses["lvs"].startswith(ADVERTISED)
        seen.add(addresses["lvs"])
    assert len(seen) > 250
    assert not [address for address in seen if address.startswith("127.112.0.")]
    assert advertised_addresses([SIX], {})["six"].startswith("fe80::112:")


def test_what_is_in_use_is_kept_and_given_to_nobody_else() -> None:
    new = advertised_addresses([ONE], {})["one"]
    kept = advertised_addresses([ONE, OTHER], {"other": new})
    assert kept["other"] == new
    assert kept["one"] != new
    assert kept["one"].startswith(ADVERTISED)


def test_what_the_first_that_knows_says_counts() -> None:
    known = [router("one", 51, ""), router("one", 51, "127.112.0.51"), router("one", 51, "127.112.7.7")]
    assert in_use([ONE, OTHER], known) == {"one": "127.112.0.51"}
    assert in_use([ONE]) == {}


def test_an_instance_of_another_name_is_known_by_its_number() -> None:
    assert in_use([ONE, SIX], [router("lvs", 51, "127.112.0.51")]) == {"one": "127.112.0.51"}
    # What is heard on the network has no name.
    assert in_use([SIX], [router("", 51, "fe80::112:51", "ipv6")]) == {"six": "fe80::112:51"}


def test_no_two_instances_get_the_same() -> None:
    renumbered = VrrpInstance("one", 52, ("192.0.2.198",), ())
    new = VrrpInstance("new", 51, ("192.0.2.199",), ())
    assert in_use([new, renumbered], [router("one", 51, "127.112.0.51")]) == {"one": "127.112.0.51"}
