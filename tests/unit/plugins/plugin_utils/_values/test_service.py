# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, service


def test_the_vips_of_a_mark_are_those_that_no_service_names() -> None:
    cluster = parse(service(), by_mark(), cluster={"vips": [{"address": "192.0.2.198"}, {"address": "192.0.2.199"}]})
    assert [[vip.address for vip in cluster.vips_of(each)] for each in cluster.services] == [
        ["192.0.2.198"],
        ["192.0.2.199"],
    ]
