# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.module_utils._drain.result import idle_in, out_of


def test_services_are_told_that_do_not_send_what_they_shall() -> None:
    def told(service: str, after: int | None, wanted: int) -> dict[str, object]:
        return {"service": service, "weight_after": after, "weight_wanted": wanted}

    servers = [
        told("fine", 1, 1),
        told("failed", None, 1),
        told("waits", 0, 2),
        told("drained", 0, 0),
        told("gone", None, 0),
    ]
    assert out_of(servers) == ["failed", "gone"]
    assert idle_in(servers) == ["failed", "waits"]
