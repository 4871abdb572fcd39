# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who else loads, flushes or owns the table, on a host with the distribution's own scripts and units."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._host_rules.run import findings
from ansible_collections.lvs.cluster.tests.kernel.conftest import eventually, ipvsadm, module, run
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils._host_rules.candidates import candidate

pytestmark = pytest.mark.usefixtures("kernel")
SCRIPT_SETTINGS, KEEPALIVED_SETTINGS = Path("/etc/default/ipvsadm"), Path("/etc/default/keepalived")
GENERATOR = Path("/etc/systemd/system-generators/systemd-sysv-generator")
SERVICE = "-A -t 192.0.2.198:80 -s wlc".split()


@contextmanager
def changed(path: Path, old: str, new: str) -> Iterator[None]:
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new))
    try:
        yield
    finally:
        path.write_text(before)


def facts() -> dict[str, Any]:
    result = module("host_info")
    assert not result.get("failed"), result
    return result["owners"]


def told() -> list[str]:
    """What the rules on hosts say of what this one has told."""
    return list(map(str, findings(candidate(owners=facts()), [])))


@pytest.fixture
def script() -> Iterator[None]:
    """Debian's ipvsadm.service as the package enables it. The lab does without scripts in /etc/init.d."""
    aside = GENERATOR.with_name("aside")
    GENERATOR.rename(aside)
    run("systemctl", "enable", "ipvsadm.service")
    run("systemctl", "daemon-reload")
    yield
    run("systemctl", "disable", "ipvsadm.service")
    aside.rename(GENERATOR)
    run("systemctl", "daemon-reload")


def test_a_host_with_the_packages_alone_is_no_matter() -> None:
    found = facts()
    assert not found["units"]["keepalived.service"]["at_boot"]
    assert told() == []


@pytest.mark.usefixtures("script")
def test_debian_s_script_is_found_when_it_would_flush_the_table() -> None:
    assert facts()["units"]["ipvsadm.service"]["at_boot"]
    assert told() == []
    with changed(SCRIPT_SETTINGS, 'AUTO="false"', 'AUTO="true"'):
        (error,) = told()
        assert 'First set AUTO="false" in /etc/default/ipvsadm' in error
        # What it says is what happens.
        ipvsadm(*SERVICE)
        run("systemctl", "start", "ipvsadm.service")
        assert ipvsadm("-S", "-n") == []
        ipvsadm(*SERVICE)
        run("systemctl", "stop", "ipvsadm.service")
        assert ipvsadm("-S", "-n") == []
        run("systemctl", "start", "ipvsadm.service")
    ipvsadm(*SERVICE)
    run("systemctl", "disable", "--now", "ipvsadm.service")
    assert len(ipvsadm("-S", "-n")) == 1
    with changed(SCRIPT_SETTINGS, 'DAEMON="none"', 'DAEMON="master"'):
        run("systemctl", "enable", "ipvsadm.service")
        assert "starts a sync daemon (master)" in told()[0]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("-D -S 3", None),
        ("-P", "hold the VIPs and balance nothing"),
        ("--use-file=/etc/other.conf", "would read /etc/other.conf"),
    ],
)
def test_the_options_that_keepalived_gets_are_known(words: str, error: str | None) -> None:
    with changed(KEEPALIVED_SETTINGS, 'DAEMON_ARGS=""', f'DAEMON_ARGS="{words}"'):
        assert facts()["units"]["keepalived.service"]["arguments"] == ["--dont-fork", *words.split()]
        errors = told()
    assert len(errors) == (1 if error else 0)
    assert error is None or error in errors[0]


@pytest.mark.parametrize("namespace", [False, True])
def test_a_keepalived_that_the_unit_has_not_started_is_found(tmp_path: Path, namespace: bool) -> None:
    configuration = tmp_path / "keepalived.conf"
    configuration.write_text("global_defs {\n    router_id other\n}\nvirtual_server 192.0.2.9 80 {\n}\n")
    inside = ["ip", "netns", "exec", "lvsother"] if namespace else []
    run("ip", "netns", "add", "lvsother")
    words = [*inside, "keepalived", "--dont-fork", "--check", "--use-file", str(configuration), "--log-console"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        pids = Path("/run/keepalived.pid")
        eventually(pids.exists)
        errors = told()
        assert errors == [] if namespace else f"Stop it: kill {process.pid}" in errors[0]
    finally:
        process.terminate()
        process.wait(20)
        run("ip", "netns", "delete", "lvsother")


def test_kube_proxy_s_interface_is_found() -> None:
    run("ip", "link", "add", "kube-ipvs0", "type", "dummy")
    try:
        assert "ip link delete kube-ipvs0" in told()[0]
    finally:
        run("ip", "link", "delete", "kube-ipvs0")
