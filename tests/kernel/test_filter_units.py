# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What packet_filter has on a host survives the distribution's units that flush everything.

nftables.service is the distribution's own; the others, whose packages are not here, are made as theirs are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.tests.kernel.conftest import module, run

UNITS = Path("/etc/systemd/system")
SILENCE = {"kind": "silence", "address": "192.0.2.198", "instead": "192.0.2.2"}
REDIRECT = {"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": 80}
REDIRECT6 = {"kind": "redirect", "address": "2001:db8::198", "protocol": "tcp", "port": 80}
NFTABLES = {"firewall": "nftables", "arp_firewall": "nftables"}
IPTABLES = {"firewall": "iptables", "arp_firewall": "arptables"}
RESTORE, RESTORE6 = "iptables-restore /run/rules.v4", "ip6tables-restore /run/rules.v6"
FLUSH = "printf '*nat\\nCOMMIT\\n*filter\\nCOMMIT\\n' | iptables-restore"
FLUSH6 = "printf '*nat\\nCOMMIT\\n*filter\\nCOMMIT\\n' | ip6tables-restore"
# Unit -> what it does when it starts, when it is reloaded, if it can be, and when it stops.
OF_IPTABLES = {
    "netfilter-persistent.service": (f"{RESTORE}; {RESTORE6}", "", "true"),
    "iptables.service": (RESTORE, RESTORE, FLUSH),
    "ip6tables.service": (RESTORE6, RESTORE6, FLUSH6),
}


def tables() -> set[str]:
    return {line.removeprefix("table ") for line in run("nft", "list", "tables").splitlines()}


def systemctl(*words: str) -> None:
    run("systemctl", *words)


def install(unit: str, start: str, reload: str, stop: str) -> None:
    lines = ["[Service]", "Type=oneshot", "RemainAfterExit=yes"]
    for moment, script in (("ExecStart", start), ("ExecReload", reload), ("ExecStop", stop)):
        lines += [f"""{moment}=/bin/sh -c "{script}" """] if script else []
    (UNITS / unit).write_text("".join(f"{line}\n" for line in lines).replace("\\", "\\\\"))
    systemctl("daemon-reload")


def remove(unit: str) -> None:
    systemctl("stop", unit)
    (UNITS / unit).unlink()
    systemctl("daemon-reload")


@pytest.fixture
def nftables() -> Iterator[None]:
    systemctl("start", "nftables.service")
    assert tables() == {"inet filter"}
    yield
    systemctl("daemon-reload")
    systemctl("stop", "nftables.service")
    assert tables() == set()


@pytest.fixture
def saved() -> Iterator[None]:
    """The host's own rules, as its owner has saved them before there was a cluster."""
    text = "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp --dport 9 -j DROP\n"
    text += "COMMIT\n"
    for family in ("4", "6"):
        Path(f"/run/rules.v{family}").write_text(text)
    yield
    run("nft", "flush", "ruleset")


def options(folder: Path, rules: list[dict[str, Any]], **tools: str) -> dict[str, Any]:
    files = {"boot_folder": str(folder), "unit_folder": str(UNITS)}
    return {"state": "replaced", "rules": rules, **tools, **files}


def rolled_out(wanted: dict[str, Any]) -> None:
    before = sorted(UNITS.rglob("lvs.conf"))
    foretold = module("packet_filter", check=True, **wanted)
    assert sorted(UNITS.rglob("lvs.conf")) == before
    result = module("packet_filter", **wanted)
    assert {**result, "invocation": 0} == {**foretold, "invocation": 0}
    systemctl("daemon-reload")


def taken_away(folder: Path, **tools: str) -> None:
    own = {"boot_folder": str(folder), "unit_folder": str(UNITS)}
    assert module("packet_filter", state="deleted", all=True, **tools, **own)["changed"]
    assert not list(UNITS.glob("*tables.service.d"))
    assert not (UNITS / "netfilter-persistent.service.d").exists()
    assert list(folder.iterdir()) == []
    systemctl("daemon-reload")


@pytest.mark.usefixtures("nftables")
def test_rules_of_nftables_survive_its_unit(tmp_path: Path) -> None:
    wanted = options(tmp_path, [SILENCE], **NFTABLES)
    rolled_out(wanted)
    for verb in ("reload", "restart", "stop", "start"):
        systemctl(verb, "nftables.service")
        assert (verb, tables()) == (verb, {"arp lvs"} | ({"inet filter"} if verb != "stop" else set()))
        assert not module("packet_filter", **wanted)["changed"], verb
    taken_away(tmp_path, **NFTABLES)


@pytest.mark.usefixtures("nftables")
def test_rules_of_iptables_survive_the_unit_of_nftables(tmp_path: Path) -> None:
    """Its nft variant has them in tables that the unit flushes."""
    wanted = options(tmp_path, [REDIRECT, SILENCE], **IPTABLES)
    rolled_out(wanted)
    for verb in ("reload", "restart", "stop", "start"):
        systemctl(verb, "nftables.service")
        assert not module("packet_filter", **wanted)["changed"], verb
    taken_away(tmp_path, **IPTABLES)


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize("unit", OF_IPTABLES)
def test_rules_of_iptables_survive_the_units_that_restore_others(tmp_path: Path, unit: str) -> None:
    install(unit, *OF_IPTABLES[unit])
    try:
        systemctl("start", unit)
        wanted = options(tmp_path, [REDIRECT, REDIRECT6], **IPTABLES)
        rolled_out(wanted)
        before = jumps()
        assert before == ["-A PREROUTING -j LVS-PREROUTING"] * 2
        for verb in ("restart", *(["reload"] if OF_IPTABLES[unit][1] else []), "stop", "start"):
            systemctl(verb, unit)
            assert (verb, jumps()) == (verb, before)
            assert not module("packet_filter", **wanted)["changed"], verb
        # The owner saves what is there, ours among it; by the next start it may be out of date.
        for family in ("", "6"):
            Path(f"/run/rules.v{family or 4}").write_text(run(f"ip{family}tables-save").replace("dport 80", "dport 81"))
        systemctl("restart", unit)
        assert jumps() == before
        assert not module("packet_filter", **wanted)["changed"]
        taken_away(tmp_path, **IPTABLES)
        assert jumps() == []
    finally:
        remove(unit)


def jumps() -> list[str]:
    """How our chains are reached, of both families."""
    listed = run("iptables", "-t", "nat", "-S") + run("ip6tables", "-t", "nat", "-S")
    return [line for line in listed.splitlines() if line.endswith("-j LVS-PREROUTING")]


def test_rules_of_arptables_survive_its_unit(tmp_path: Path) -> None:
    flush = "arptables -F; arptables -X"
    install("arptables.service", flush, flush, flush)
    try:
        wanted = options(tmp_path, [SILENCE], **IPTABLES)
        rolled_out(wanted)
        before = run("arptables", "-n", "-L")
        assert "192.0.2.198" in before
        for verb in ("start", "restart", "reload", "stop"):
            systemctl(verb, "arptables.service")
            assert (verb, run("arptables", "-n", "-L")) == (verb, before)
            assert not module("packet_filter", **wanted)["changed"], verb
        taken_away(tmp_path, **IPTABLES)
    finally:
        remove("arptables.service")
        run("nft", "flush", "ruleset")
