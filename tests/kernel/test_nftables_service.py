# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What packet_filter has in nftables survives the distribution's nftables.service, which flushes everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run

DROP_IN = Path("/etc/systemd/system/nftables.service.d/lvs.conf")
SILENCE = {"kind": "silence", "address": "192.0.2.198", "instead": "192.0.2.2"}


def tables() -> set[str]:
    return {line.removeprefix("table ") for line in run("nft", "list", "tables").splitlines()}


def systemctl(*words: str) -> None:
    run("systemctl", *words)


@pytest.fixture
def unit() -> Iterator[None]:
    systemctl("start", "nftables.service")
    assert tables() == {"inet filter"}
    yield
    systemctl("daemon-reload")
    systemctl("stop", "nftables.service")
    assert tables() == set()


@pytest.mark.usefixtures("unit")
def test_rules_survive_the_unit_that_flushes_everything(tmp_path: Path) -> None:
    options = {"boot_folder": str(tmp_path), "nftables_drop_in": str(DROP_IN)}
    tools = {"firewall": "nftables", "arp_firewall": "nftables"}
    wanted = {"state": "replaced", "rules": [SILENCE], **tools, **options}
    foretold = module("packet_filter", check=True, **wanted)
    assert not DROP_IN.exists()
    result = module("packet_filter", **wanted)
    assert {**result, "invocation": 0} == {**foretold, "invocation": 0}
    systemctl("daemon-reload")
    for verb in ("reload", "restart", "stop", "start"):
        systemctl(verb, "nftables.service")
        assert (verb, tables()) == (verb, {"arp lvs"} | ({"inet filter"} if verb != "stop" else set()))
        assert not module("packet_filter", **wanted)["changed"], verb
    assert module("packet_filter", state="deleted", all=True, **tools, **options)["changed"]
    assert not DROP_IN.parent.exists()
    assert list(tmp_path.iterdir()) == []
