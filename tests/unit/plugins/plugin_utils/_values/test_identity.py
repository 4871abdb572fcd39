# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._values.identity import service_key


def test_a_service_in_words() -> None:
    assert str(service_key({"address": "2001:db8::c6", "port": 53, "protocol": "udp"})) == "udp [2001:db8::c6]:53"
    assert str(service_key({"fwmark": 7, "family": "ipv4"})) == "fwmark 7"
