# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an announcer reads is what the module was given."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._announcer.model import Quorum, Settings, Vip
from ansible_collections.lvs.cluster.plugins.module_utils._announcer.text import settings_of, text_of
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import DestinationKey, ServiceKey

WEB: Dict[str, Any] = {
    "address": "2001:db8::198",
    "port": 80,
    "protocol": "tcp",
    "fwmark": None,
    "family": None,
    "quorum": 2,
    "hysteresis": 1,
    "sorry_servers": [{"address": "2001:db8::99", "port": 80}],
}
MARKED = {**WEB, "address": None, "port": None, "protocol": None, "fwmark": 7, "family": "ipv6", "sorry_servers": []}
OPTIONS: Dict[str, Any] = {
    "vips": [{"address": "2001:db8::198/128", "services": [WEB, MARKED]}],
    "announce_while": "any",
    "checked": False,
    "on_standby": True,
    "state": "present",
    "program": {"__main__.py": "main()\n"},
}


def test_the_file_says_what_the_options_say() -> None:
    web = ServiceKey("ipv6", "tcp", "2001:db8::198", 80, 0)
    marked = ServiceKey("ipv6", "", "", 0, 7)
    assert settings_of(text_of(OPTIONS)) == Settings(
        (Vip("2001:db8::198", 128, (web, marked)),),
        {web: Quorum(2, 1, frozenset([DestinationKey("2001:db8::99", 80)])), marked: Quorum(2, 1)},
        whole=False,
        checked=False,
        on_standby=True,
    )


def test_what_is_left_out_is_as_ipvs_has_it_and_an_address_has_one_spelling() -> None:
    web = {**WEB, "address": "2001:DB8:0::198", "protocol": None, "sorry_servers": []}
    vips = [{"address": "2001:DB8:0::198/128", "services": [web, {**MARKED, "family": None}]}]
    (vip,) = settings_of(text_of({**OPTIONS, "vips": vips})).vips
    assert vip == Vip(
        "2001:db8::198", 128, (ServiceKey("ipv6", "tcp", "2001:db8::198", 80, 0), ServiceKey("ipv4", "", "", 0, 7))
    )


@pytest.mark.parametrize(
    ("vip", "service", "why"),
    [
        ("192.0.2.198", WEB, "192.0.2.198 has no prefix length"),
        ("192.0.2.198/33", WEB, "no prefix length"),
        ("192.0.2.300/32", WEB, "'192.0.2.300' is no IPv4 or IPv6 address"),
        ("192.0.2.198/32", {**WEB, "port": None}, "neither an address with a port nor a fwmark"),
        ("192.0.2.198/32", {**WEB, "address": None}, "neither an address with a port nor a fwmark"),
    ],
)
def test_what_could_not_be_announced_is_refused(vip: str, service: Dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        settings_of(text_of({**OPTIONS, "vips": [{"address": vip, "services": [service]}]}))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"vips": [{}]}', text_of(OPTIONS)[:-20]])
def test_a_damaged_file_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        settings_of(text)
